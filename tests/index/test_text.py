"""Text: sentences are where a reader sees them, words of a question meet the words of a passage, and nothing ever raises."""

import time
import unicodedata
from functools import partial

import pytest
import Stemmer
from hypothesis import given
from hypothesis import strategies as st

from index.text import clean, content, fold, language, same_words, sentences, singular, stem, term, terms, tokens, words

ANY = st.text(st.characters(exclude_categories=()), max_size=300)  # lone surrogates too
NEWS = st.lists(
    st.sampled_from(
        ["Sr.", "U.S.", "3.5", "R$ 1.195,50", "chuva", "Recife", "“Não!”", "Inc.", "...", "…", "?", "!", ".", "\n", "\n\n", " ", "\t", "é", "no."]
    ),
    max_size=40,
).map("".join)


# ── sentences ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",  # | stands where a sentence ends
    [
        "O Sr. Silva chegou.| Ele falou.",
        "A Profa. Lima e o Dr. Souza assinaram.| Nada mudou.",
        "Custa R$ 3,50.| Antes custava R$ 2,10.",
        "São 1.195 casos.| São muitos.",
        "O valor é 5.| Depois, 6.",
        "Disse que sim.| 2024 foi melhor.",
        "A versão 3.5.1 saiu.| Custa 10%.",
        "“Vamos vencer.”| Foi o que disse.",
        "“Vamos vencer”, disse.| Depois saiu.",
        "“Quem?”| “Eu.”| Fim.",
        "Ela disse: “Não.”| E saiu.",
        "Ele hesitou... e saiu.| Voltou depois.",
        "Ele hesitou...| Depois saiu.",
        "Veja https://folha.example/a.b/c?d=1.2 hoje.| Amanhã também.",
        "Visite www.folha.example.| É grátis.",
        "O art. 5º da lei vale.| O § 2.º também.",
        "Por quê?| Porque sim!| Ora.",
        "Linha sem ponto|\nOutra linha|\n\nOutro parágrafo.",
        "Nasceu em 12 de jan. de 2020.| Morreu em dez. de 2021.",
        "Mora na Av. Paulista.| Trabalha na R. Augusta.",
        "O PIB (Produto Interno Bruto.) caiu.| Subiu depois.",
        "O time, i.e. o clube, perdeu.| Fim.",
        "A empresa Z.AI lançou.| A Z.AI subiu.",
        "Foi o nº 1.| Depois caiu.",
        "Vol. 2, pág. 3.| Fim.",
    ],
)
def test_sentences_in_portuguese_end_where_a_reader_ends_them(text: str) -> None:
    marked(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Smith met Dr. J. R. Jones.| They left.",
        "G. W. Bush spoke.| J. K. Rowling wrote.",
        "The U.S. Senate voted.| It passed.",
        "He won the U.S.| The end.",
        "It was sold to Acme Inc.| The price was US$ 1.5 bn.",
        "Acme Inc. said so.",
        "Apple Co. Ltd. grew.| It did.",
        '"We won!" she said.| He laughed.',
        "It closed at 10 p.m.| He slept.",
        "No. 10 Downing St. was closed.",
        "It rose 4.5 points.| The rest fell.",
        "Wait…| What?| Yes.",
        "He lives in Washington D.C.| He works there.",
        "Roe vs. Wade ended.| So did others.",
        "She asked “Why?” and left.| Nobody knew.",
        "See www.news.example/a.html for more.| Or not.",
        "Approx. 3.5 million people, e.g. farmers, left.| Few returned.",
        "[It works.]| (Really.)| Done.",
    ],
)
def test_sentences_in_english_end_where_a_reader_ends_them(text: str) -> None:
    marked(text)


def marked(text: str) -> None:
    plain = text.replace("|", "")
    assert [plain[start:end] for start, end in sentences(plain)] == [part.strip() for part in text.split("|")]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t \n"])
def test_white_space_alone_holds_no_sentence(text: str) -> None:
    assert sentences(text) == []


@given(st.one_of(st.text(max_size=200), NEWS))
def test_sentences_are_in_order_apart_trimmed_and_hold_every_character(text: str) -> None:
    spans = sentences(text)
    covered: set[int] = set()
    before = 0
    for start, end in spans:
        assert before <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        covered |= set(range(start, end))
        before = end
    assert all(char.isspace() for place, char in enumerate(text) if place not in covered)


@given(NEWS)
def test_no_sentence_goes_on_over_a_line_end(text: str) -> None:
    assert not any("\n" in text[start:end] for start, end in sentences(text))


@pytest.mark.parametrize("unit", ["a", "a. ", "A.", "(", "“", " ", "\t", "\n", ".", "!?", "É...! ", ".” ", " .", "! — ", "1", "1.", "'s"])
def test_the_time_for_a_text_grows_with_its_length_not_with_its_square(unit: str) -> None:
    text, began = unit * (100_000 // len(unit)), time.process_time()
    sentences(text)
    terms(text)
    clean(text)
    assert time.process_time() - began < 5  # with the square it takes a minute


# ── words and figures ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("portuguese", "english", "figure"),
    [
        ("1.195", "1,195", "1195"),
        ("3,5%", "3.5%", "3.5"),
        ("R$ 1.195,50", "R$ 1,195.50", "1195.50"),
        ("2.500.000", "2,500,000", "2500000"),
        ("0,125", "0.125", "0.125"),
        ("1.234.567,8", "1,234,567.8", "1234567.8"),
        ("2024", "2024", "2024"),
    ],
)
def test_a_figure_is_the_same_word_in_both_conventions(portuguese: str, english: str, figure: str) -> None:
    assert [list(folded(text))[-1] for text in (portuguese, english)] == [figure, figure]


def folded(text: str) -> list[str]:
    return [word for _, _, word in words(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GLM-Image da Z.AI", ["glm", "image", "da", "z", "ai"]),
        ("Nvidia’s chips, Ana's casa", ["nvidia", "chips", "ana", "casa"]),
        ("São Paulo, ÉPOCA", ["sao", "paulo", "epoca"]),
        ("COVID-19 e 5G", ["covid", "19", "e", "5g"]),
        ("snake_case 🌧️ …", ["snake", "case"]),
        ("", []),
    ],
)
def test_words_are_folded_and_cut_at_every_mark(text: str, found: list[str]) -> None:
    assert folded(text) == found


@given(st.text(max_size=200))
def test_every_word_stands_at_its_place_in_order(text: str) -> None:
    before = 0
    for start, end, _ in words(text):
        assert before <= start < end <= len(text)
        assert not text[start:end].isspace()
        before = end


@given(ANY)
def test_folding_and_terms_never_raise_and_folding_twice_changes_nothing(text: str) -> None:
    assert terms(text) is not None
    assert fold(fold(text)) == fold(text)


# ── stems ───────────────────────────────────────────────────────────────────────────────────────────────────────────

PAIRS = """chip chips|imagem imagens|milhão milhões|capital capitais|papel papéis|pão pães|país países|mês meses|vez vezes|ônibus ônibus|lápis lápis
|lei leis|mãe mães|míssil mísseis|civil civis|barril barris|juiz juízes|hospital hospitais|homem homens|eleição eleições|alemão alemães|cidadão cidadãos
|vírus vírus|autor autores|preço preços|crise crises|gás gases|trem trens|som sons|álbum álbuns|azul azuis|difícil difíceis|possível possíveis
|voo voos|mulher mulheres|gol gols|líder líderes|análise análises|tese teses|hipótese hipóteses|inglês ingleses|português portugueses|francês franceses
|nível níveis|hotel hotéis|refém reféns|jovem jovens|raiz raízes|torre torres|filme filmes|série séries|drone drones|herói heróis|interesse interesses"""


@pytest.mark.parametrize("pair", PAIRS.replace("\n", "").split("|"))
def test_a_portuguese_word_and_its_plural_share_a_stem(pair: str) -> None:
    one, many = (fold(word) for word in pair.split())
    assert stem(one, "pt") == stem(many, "pt")


@pytest.mark.parametrize("pair", ["chip chips", "imagem imagens", "milhão milhões", "capital capitais", "papel papéis", "civil civis", "voo voos"])
def test_these_pairs_snowball_alone_leaves_apart(pair: str) -> None:
    snowball = Stemmer.Stemmer("portuguese")
    one, many = (fold(word) for word in pair.split())
    assert snowball.stemWord(one) != snowball.stemWord(many)


@pytest.mark.parametrize("word", ["onibus", "lapis", "virus", "mais", "pais", "chip", "gas", "os", "s", ""])
def test_a_word_that_is_no_plural_stays_near_itself(word: str) -> None:
    assert word.startswith(singular(word)[:2])
    assert len(word) - len(singular(word)) <= 1


@pytest.mark.parametrize(
    ("question", "passage", "lang"),
    [
        ("Quem treinou os modelos?", "o modelo foi treinado", "pt"),
        ("Quantas casas alagaram?", "a casa alagada", "pt"),
        ("Quando o aeroporto reabriu?", "os aeroportos reabrirão", "pt"),
        ("Which companies were listed?", "the company lists", "en"),
        ("Who trained it?", "training", "en"),
        ("How many ships are waiting?", "a ship waits", "en"),
    ],
)
def test_the_words_of_a_question_meet_those_of_a_passage(question: str, passage: str, lang: str) -> None:
    assert set(tokens(question, lang)) & set(tokens(passage, lang))


def test_a_term_carries_its_language_so_that_stems_of_two_languages_never_meet() -> None:
    assert terms("Chips da Huawei") == ["pchip", "pda", "phuaw", "echip", "eda", "ehuawei"]
    assert {term("chip", "pt"), term("chip", "en")} == {"pchip", "echip"}


@given(st.text(max_size=200))
def test_a_text_s_terms_hold_no_white_space_so_that_the_lexical_store_can_split_at_it(text: str) -> None:
    assert all(found and not any(char.isspace() for char in found) for found in terms(text))


# ── words of meaning ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "lang", "kept"),
    [
        ("Quem treinou o modelo?", "pt", ["treinou", "modelo"]),
        ("Who trained the model?", "en", ["trained", "model"]),
        ("Did the US ask us?", "en", ["us", "ask"]),
        ("DID THE US ASK US?", "en", ["ask"]),
        ("A UE e os EUA", "pt", ["ue", "eua"]),
        ("O que é isso?", "pt", ["o", "que", "e", "isso"]),
        ("Who is he?", "en", ["who", "is", "he"]),
        ("São 1.195,5 dólares", "pt", ["1195.5", "dolares"]),
        ("?!", "pt", []),
    ],
)
def test_words_that_carry_meaning_are_kept_and_all_where_none_does(text: str, lang: str, kept: list[str]) -> None:
    assert [word for _, word in content(text, lang)] == kept


@given(ANY, st.sampled_from(["pt", "en"]))
def test_words_of_meaning_stand_in_the_text_in_order(text: str, lang: str) -> None:
    found = content(text, lang)
    assert found == sorted(found)
    assert set(found) <= {(start, word) for start, _, word in words(text)}
    assert bool(found) is any(word for _, _, word in words(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [("É isso aí!", "é  isso aí"), ("São 1.195 casos.", "São 1,195 casos"), ("“Não”, disse.", "Não\ndisse"), ("GLM-Image", "glm image"), ("", "…")],
)
def test_copies_that_differ_in_signs_and_spaces_alone_have_the_same_words(one: str, other: str) -> None:
    assert same_words(one) == same_words(other)


@pytest.mark.parametrize(("one", "other"), [("Choveu em Recife.", "Choveu em Natal."), ("São 3,5", "São 35"), ("Ana viu Bia", "Bia viu Ana")])
def test_texts_that_say_something_else_have_other_words(one: str, other: str) -> None:
    assert same_words(one) != same_words(other)


# ── language ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        *((("pt"), text) for text in """Quem treinou o modelo?|Qual o preço?|Onde caiu o avião|Chuvas em Porto Alegre|Lula vence eleição|quando foi
|Quantos mortos?|Preço do GLM-Image|desmatamento na Amazônia em 2024|O que disse o presidente sobre juros?|Inflação do Reino Unido
|Por que a Selic caiu?|São Paulo já não tem água""".replace("\n", "").split("|")),
        *((("en"), text) for text in """Who trained the model?|What is the price|Rain in Porto Alegre|Trump wins election|when was|How many died?
|Amazon deforestation in 2024|Did the company say why?|UK inflation peak of the year|Who is Lula?|What happened in São Paulo?|Which chips were used?
|Why did Petrobras shares fall?""".replace("\n", "").split("|")),
        *((("", text)) for text in ["", "123", "GLM-Image", "Lula", "🌧️"]),
    ],
)  # fmt: skip
def test_the_language_of_a_short_text_is_told_by_its_words_or_not_at_all(lang: str, text: str) -> None:
    assert language(text) == lang


# ── clean ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given_", "cleaned"),
    [
        ("Sa\u0303o", "São"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x07c", "abc"),
        ("a\ud800b", "a?b"),
        ("\ufeffOlá", "Olá"),
        ("co\u00adoperar", "cooperar"),
        ("e\u00ad\u0301", "é"),
        ("a\u00a0b\tc  d", "a\u00a0b\tc  d"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("", ""),
    ],
)
def test_cleaning_keeps_what_is_seen_and_drops_what_is_not(given_: str, cleaned: str) -> None:
    assert clean(given_) == cleaned


@given(ANY)
def test_cleaning_never_raises_and_twice_is_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once.encode("utf-8").decode("utf-8") == once
    assert not set("\x00\r\x7f") & set(once)


@given(st.text(max_size=200).map(partial(unicodedata.normalize, "NFC")).filter(str.isprintable))
def test_cleaning_leaves_printable_text_as_it_is(text: str) -> None:
    assert clean(text) == text
