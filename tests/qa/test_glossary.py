"""Glossary: every line is a pair of terms, and a question's words find what says the same in the other language."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from index.errors import GlossaryError
from index.text import LANGUAGES, content, stem
from qa.glossary import COGNATE, FILE, FURTHER, SHORTEST_COGNATE, Glossary, cognates, faults, glossary, other, read, stems_of_term


def of(*lines: str) -> Glossary:
    """A glossary of its own."""
    return Glossary(list(read("\n".join(lines))))


def alternatives(known: Glossary, text: str, lang: str) -> dict[str, dict[str, float]]:
    """What a question's words find."""
    return known.alternatives([word for _, word in content(text, lang)], lang)


# ── the project's own ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_project_s_glossary_has_thousands_of_pairs_and_not_one_fault() -> None:
    pairs = list(read(FILE.read_text(encoding="utf-8")))
    assert len(pairs) >= 5000
    assert len(glossary()) >= 5000
    assert list(faults(pairs)) == []


def test_every_line_is_a_heading_or_a_pair_in_its_two_languages() -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    pairs = {pair.line for pair in read("\n".join(lines))}
    for number, line in enumerate(lines, 1):
        assert (number in pairs) is bool(line and not line.startswith("#")), f"line {number}: {line!r}"
        assert line == line.strip()
        assert "  " not in line


def test_every_pair_of_different_stems_is_found_in_both_directions() -> None:
    known = glossary()
    for pair in read(FILE.read_text(encoding="utf-8")):
        sides = {"pt": stems_of_term(pair.pt, "pt"), "en": stems_of_term(pair.en, "en")}
        for lang, term in (("pt", pair.pt), ("en", pair.en)):
            if all(len(side) == 1 for side in sides.values()):
                assert sides[other(lang)][0] in alternatives(known, term, lang)[sides[lang][0]], f"line {pair.line}: {term!r}"


@pytest.mark.parametrize(
    ("lang", "word", "translation"),
    [
        ("pt", "juiz", "judge"),
        ("pt", "eleições", "elections"),
        ("pt", "incêndio", "fire"),
        ("pt", "vacinas", "vaccines"),
        ("pt", "terremoto", "earthquake"),
        ("pt", "navio", "ship"),
        ("pt", "greve", "strike"),
        ("pt", "ponte", "bridge"),
        ("en", "judge", "juiz"),
        ("en", "earthquake", "terremoto"),
        ("en", "ships", "navios"),
        ("en", "strike", "greve"),
        ("en", "bridge", "ponte"),
        ("en", "museum", "museu"),
        ("en", "unemployment", "desemprego"),
    ],
)
def test_the_words_of_the_news_are_known(lang: str, word: str, translation: str) -> None:
    assert stem_of(translation, other(lang)) in alternatives(glossary(), word, lang)[stem_of(word, lang)]


def stem_of(word: str, lang: str) -> str:
    (found,) = stems_of_term(word, lang)
    return found


# ── weights ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_translation_weighs_most_and_all_the_less_the_more_there_are() -> None:
    one = alternatives(of("juiz = judge"), "juiz", "pt")["juiz"]
    two = alternatives(of("juiz = judge, magistrate"), "juiz", "pt")["juiz"]
    assert one == {"judg": 1.0}
    assert two == {"judg": pytest.approx(2**-0.5), "magistr": pytest.approx(FURTHER * 2**-0.5)}


def test_a_word_of_the_other_language_with_many_readings_weighs_less_from_there_too() -> None:
    known = of("juiz = judge", "árbitro = judge, referee", "jurado = judge")
    back = alternatives(known, "judge", "en")["judg"]
    assert back == {
        stem("juiz", "pt"): pytest.approx(3**-0.5),
        stem("arbitro", "pt"): pytest.approx(3**-0.5),
        stem("jurado", "pt"): pytest.approx(3**-0.5),
    }


def test_a_term_of_several_words_is_taken_whole_before_its_words_are() -> None:
    known = of("taxa = fee", "taxa de juros = interest rate", "juros = interest")
    whole = alternatives(known, "taxa de juros", "pt")
    assert whole["jur"]["interest"] == 1.0
    assert whole["tax"]["rate"] == 1.0
    assert "rate" not in alternatives(known, "taxa de lixo", "pt")["tax"]
    assert alternatives(known, "interest rate", "en")["rate"]["tax"] == 1.0


def test_a_word_of_one_language_may_be_several_of_the_other() -> None:
    assert alternatives(of("urna = ballot box"), "urna", "pt") == {stem("urna", "pt"): {"ballot": 1.0, "box": 1.0}}
    back = alternatives(of("urna = ballot box"), "ballot box", "en")
    assert (back["ballot"]["urna"], back["box"]) == (1.0, {"urna": 1.0})


def test_a_word_that_stands_in_no_line_is_tried_as_a_cognate() -> None:
    found = alternatives(of("juiz = judge"), "fotografia", "pt")["fotograf"]
    assert found[stem("photography", "en")] == COGNATE
    assert alternatives(of("fotografia = picture"), "fotografia", "pt")["fotograf"] == {"pictur": 1.0}


def test_a_name_a_figure_and_no_word_at_all_have_no_translation() -> None:
    assert alternatives(of("juiz = judge"), "2024 Lula", "pt") == {"2024": {}, "lul": {}}
    assert of("juiz = judge").alternatives([], "pt") == {}


# ── cognates ────────────────────────────────────────────────────────────────────────────────────────────────────────

COGNATES = """nação nation|televisão television|missão mission|universidade university|violência violence
|emergência emergency|distância distance|infância infancy|político politic|economia economy
|histórico historical|famoso famous|massivo massive|possível possible|comissão commission|documento document
|biologia biology|fotografia photography|salário salary|território territory|presidente president|diretor director
|senador senator|hospital hospital|americano american|vacina vaccine|sistema system|problema problem|organizar organize|identificar identify
|filósofo philosopher|teoria theory|elefante elephant|comunista communist|democracia democracy"""
PAIRS = [pair.split(" ") for pair in COGNATES.replace("\n", "").split("|")]


@pytest.mark.parametrize(("pt", "en"), PAIRS, ids=[pt for pt, _ in PAIRS])
def test_words_of_one_origin_are_guessed_from_each_other(pt: str, en: str) -> None:
    assert len(PAIRS) >= 25
    ((_, folded),) = content(pt, "pt")
    assert stem(en, "en") in {stem(guess, "en") for guess in cognates(folded, "pt")}
    assert stem(folded, "pt") in {stem(guess, "pt") for guess in cognates(en, "en")}


@pytest.mark.parametrize("word", ["", "a", "mesa", "2024", "h200", "x" * (SHORTEST_COGNATE - 1)])
def test_short_words_and_figures_are_not_guessed_at(word: str) -> None:
    assert cognates(word, "pt") == cognates(word, "en") == ()


@given(some.text(max_size=40), some.sampled_from(LANGUAGES))
def test_guesses_are_few_and_each_once(word: str, lang: str) -> None:
    guesses = cognates(word, lang)
    assert len(set(guesses)) == len(guesses) <= 60


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "line",
    [
        "juiz",
        "juiz judge",
        "juiz=judge",
        " = judge",
        "juiz = ",
        "juiz = judge,",
        "juiz = , judge",
        "juiz = judge = magistrate",
        "juiz = judge, judge",
    ],
)
def test_a_line_that_is_no_pair_is_named_with_its_file(line: str) -> None:
    with pytest.raises(GlossaryError, match=rf"^{FILE.name}, line 3: ") as told:
        list(read(f"# law\n\n{line}\n"))
    assert "\n" not in str(told.value)


def test_a_term_that_stands_twice_is_named_with_both_its_lines() -> None:
    with pytest.raises(GlossaryError, match=r"line 4: 'juiz' stands in line 1 already"):
        list(read("juiz = judge\n\n# law\njuiz = magistrate"))


def test_headings_and_empty_lines_say_nothing() -> None:
    assert list(read("# law\n\n   \n")) == []


def test_a_pair_that_could_never_be_looked_up_is_a_fault() -> None:
    found = list(faults(list(read("de = of\njuiz = judge2\nponte = ---\nseu = yours\nEUA = US"))))
    assert [fault.split(":")[0] for fault in found] == ["line 1", "line 2", "line 3", "line 4"]


@given(some.text(max_size=120))
def test_any_text_at_all_is_read_or_refused(text: str) -> None:
    try:
        pairs = list(read(text))
    except GlossaryError:
        return
    assert all(pair.pt and pair.en for pair in pairs)
    assert len(list(faults(pairs))) <= 2 * len(pairs)


@given(
    some.lists(some.sampled_from("taxa juros turno segundo eleição presidente juiz banco central lula 2024 nação ó".split()), max_size=8),
    some.sampled_from(LANGUAGES),
)
def test_weights_are_shares_and_every_word_has_its_place(found: list[str], lang: str) -> None:
    result = glossary().alternatives(found, lang)
    assert set(result) == {stem(word, lang) for word in found}
    assert all(0 < weight <= 1 for translations in result.values() for weight in translations.values())


def test_a_long_question_is_looked_up_at_once() -> None:
    since = time.perf_counter()
    glossary().alternatives(["segundo", "turno", "eleicao"] * 300, "pt")
    assert time.perf_counter() - since < 2


@pytest.mark.parametrize(
    ("word", "lang", "so"),
    [("Rising", "en", True), ("Historicamente", "pt", True), ("Preços", "pt", True), ("China", "en", False), ("Zorblat", "pt", False)],
)
def test_a_word_that_it_writes_small_is_a_common_one(word: str, lang: str, so: bool) -> None:
    assert glossary().common(word, lang) is so
