"""Copies: a text that was edited, cut or wrapped in other words is found again; one that only looks alike is not; the order never matters."""

import random
import time
from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.copies import (
    COMMON,
    COPY,
    KEPT,
    MIN_SHARED,
    Hashes,
    Numbers,
    Sketches,
    candidates,
    common,
    containment,
    copied,
    shingled,
    shingles,
    sketch,
    unsettled,
)

PARTS = [
    """A prefeita do Recife|O sindicato dos portuários|Uma comissão do Senado|A cooperativa de pescadores|A juíza de plantão|O conselho de moradores|
    A empresa de saneamento|Um grupo de astrônomos|A federação de vôlei|O banco de fomento|A orquestra sinfônica""",
    """anunciou|suspendeu|voltou a discutir|aprovou por pouco|recusou|adiou|apresentou à imprensa|defendeu|começou a testar|retirou da pauta""",
    """a reforma do mercado|o plano de arborização|a compra de ônibus|o contrato das barcas|um estudo sobre marés|a escala de plantões|o orçamento das
    creches|a restauração do teatro|a coleta de sementes|o calendário das provas|a tarifa social|um telescópio de baixo custo""",
    """na Boa Vista|em Olinda|na foz do Capibaribe|no interior|perto da antiga estação|no campus da zona oeste|em três cidades do sertão|na região
    portuária|ao lado da catedral|na divisa com a Paraíba|em toda a orla|na serra""",
    """depois de meses de protestos|porque faltou dinheiro|para cumprir uma decisão|apesar das críticas|com apoio de voluntários|sem ouvir os vizinhos|
    a pedido do governo|antes que comecem as chuvas|por causa do calor|em meio a uma greve|diante de um relatório""",
    """. Ninguém comentou|, e o prazo é curto|, disse um porta-voz|. Custa {} milhões|, segundo {} páginas de documentos|. Foram {} votos a favor|,
    com {} famílias na fila|. O trecho tem {} quilômetros""",
]
CHOICES = [[" ".join(choice.split()) for choice in part.split("|")] for part in PARTS]
POOL = " ".join(choice for part in CHOICES[:5] for choice in part).split()
STORIES = 60


def story(seed: int, sentences: int = 24) -> str:
    """About 470 words of news about nothing, always the same for a seed."""
    dice = random.Random(seed)
    said = [" ".join(dice.choice(part) for part in CHOICES[:5]) + dice.choice(CHOICES[5]).format(dice.randint(2, 900)) for _ in range(sentences)]
    return ". ".join(said) + "."


def edit(text: str, share: float, seed: int) -> str:
    """A text in which this share of the words, anywhere, was replaced, left out or followed by another."""
    dice, found = random.Random(seed), text.split()
    for place in dice.sample(range(len(found)), round(share * len(found))):
        found[place] = dice.choice([dice.choice(POOL), dice.choice(POOL), "", f"{found[place]} {dice.choice(POOL)}"])
    return " ".join(found)


def cut(text: str, share: float) -> str:
    found = text.split()
    return " ".join(found[: round(share * len(found))])


def gathered(texts: Sequence[str]) -> Sketches:
    """The sketches of texts, each numbered by its place, in two parts."""
    sketches = [(found, np.full(len(found), place)) for place, text in enumerate(texts) for found in [sketch(shingles(text))]]
    return lambda: [tuple(map(np.concatenate, zip(*part, strict=True))) for part in (sketches[:1], sketches[1:]) if part]


def every(sketches: Sketches, new: Numbers, most: int = COMMON, at_once: int = KEPT) -> list[list[int]]:
    """All candidates."""
    return [pair for part in candidates(sketches, new, common(sketches, most, at_once), at_once) for pair in part.tolist()]


def pairs_of(texts: Sequence[str]) -> set[tuple[int, int]]:
    """The pairs of copies among texts, found as the index finds them."""
    found = [shingled(text) for text in texts]
    return {(a, b) for a, b in every(gathered(texts), np.arange(len(texts))) if copied(found[a], found[b])}


# ── shingles ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_hashes_are_the_same_on_every_machine() -> None:
    assert shingles("A chuva parou no Recife às 12h30.").tolist() == [1909211140566611415, 5712132640178525115, 14952620738054008599]


def test_every_run_of_five_words_is_one_shingle() -> None:
    assert len(shingles("um dois três quatro cinco seis sete")) == 3
    assert len(shingles("um dois um dois um dois um dois")) == 2  # the same two runs again and again


def test_order_of_words_counts() -> None:
    assert containment(shingles("a chuva parou no Recife"), shingles("no Recife parou a chuva")) == 0


def test_a_copy_cut_to_thirty_per_cent_has_a_jaccard_of_30_per_cent_and_a_containment_of_one() -> None:
    whole, part = shingles(story(1)), shingles(cut(story(1), 0.3))
    shared = len(np.intersect1d(whole, part))
    assert shared / len(np.union1d(whole, part)) == pytest.approx(0.30, abs=0.02)
    assert containment(whole, part) == containment(part, whole) == 1.0


@pytest.mark.parametrize("text", ["", " \n", "…!?", "\ud800", "\x00", "a\u0301", "²", "١٢٣ ٤٥٦", "🌧️ " * 9, "'s 's 's"])
def test_any_text_has_shingles_in_order(text: str) -> None:
    found = shingled(text)
    assert len(found.exact) == len(found.frames)
    assert found.exact.tolist() == sorted(set(found.exact.tolist()))
    assert containment(found.exact, found.exact) == (1.0 if len(found.exact) else 0.0)


def test_a_thousand_words_take_a_few_milliseconds_at_most() -> None:
    text = " ".join(story(seed) for seed in range(20))
    taken = []
    for _ in range(3):
        before = time.perf_counter()
        shingled(text)
        taken.append(time.perf_counter() - before)
    assert min(taken) / (len(text.split()) / 1000) < 0.005


def test_what_follows_a_million_words_is_passed_over() -> None:
    endless = "chove e " * 500_000
    assert len(shingles(endless + "depois disso nada mais importa")) == len(shingles(endless)) == 2


HASHES = st.lists(st.integers(0, 2**64 - 1), max_size=200, unique=True).map(lambda found: np.array(sorted(found), np.uint64))


@given(HASHES, HASHES)
def test_sketches_share_every_small_hash_that_the_texts_share(a: Hashes, b: Hashes) -> None:
    small = {found for found in np.intersect1d(a, b).tolist() if found < 2**61}
    assert small <= set(sketch(a).tolist()) & set(sketch(b).tolist())
    assert len(sketch(a)) >= min(16, len(a))


# ── what is a copy ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("made", "least"),
    [
        (lambda text, seed: edit(text, 0.03, seed), 1.0),
        (lambda text, seed: edit(text, 0.10, seed), 0.9),  # a tenth of the words, spread evenly: 0.9**5 = 0.59 of the runs are left
        (lambda text, seed: cut(text, 0.6), 1.0),
        (lambda text, seed: cut(text, 0.3), 1.0),
        (lambda text, seed: edit(cut(text, 0.3), 0.03, seed), 1.0),
        (lambda text, seed: text + " " + story(seed + 10_000, 16), 1.0),  # two fifths of it are its own
        (lambda text, seed: text.upper().replace(",", " –"), 1.0),
    ],
    ids=["3 % edited", "10 % edited", "cut to 60 %", "cut to 30 %", "cut to 30 % and edited", "wire and 40 % own text", "capitals and signs"],
)
def test_copies_are_found_among_other_stories_and_nothing_else_is(made: Callable[[str, int], str], least: float) -> None:
    stories = [story(seed) for seed in range(STORIES)]
    found = pairs_of([*stories, *(made(text, seed) for seed, text in enumerate(stories))])
    right = {(seed, seed + STORIES) for seed in range(STORIES)}
    assert len(found & right) / STORIES >= least
    assert not found - right


TOLD = {
    "pt": (
        """Um cargueiro com bandeira do Panamá encalhou na madrugada desta terça-feira num banco de areia na entrada do porto de Suape, em Pernambuco.
        Segundo a Marinha, os 21 tripulantes passam bem e não houve vazamento de óleo. O canal ficou fechado por seis horas e onze navios esperaram
        ao largo. A Capitania dos Portos abriu inquérito para apurar as causas, e rebocadores vão tentar soltar o navio na próxima maré alta.""",
        """O porto de Suape parou por seis horas depois que um navio panamenho ficou preso na areia, ainda no escuro, logo na boca do canal.
        Ninguém se feriu: a tripulação, de 21 pessoas, continua a bordo e em segurança, informou a Marinha, que descarta mancha de óleo. Onze
        embarcações aguardavam sua vez do lado de fora. As causas serão investigadas pela Capitania dos Portos; a tentativa de desencalhe fica
        para a maré cheia.""",
    ),
    "en": (
        """A power failure left 40,000 homes in the north of Leeds without light for most of Sunday evening. Engineers blamed a flooded substation
        near the river and said supplies were back by midnight. The city council opened two halls for people who needed heating, and a spokeswoman
        said that no one had been taken to hospital. The regulator has asked the operator for a report within two weeks.""",
        """Families in north Leeds spent Sunday night by candlelight after water got into a substation beside the Aire and tripped the grid.
        Some 40,000 households were cut off, the operator said; the last were reconnected around midnight. Two community halls served as warm
        rooms. Nobody was hurt, according to the council. A report is due to reach the regulator in a fortnight.""",
    ),
}


@pytest.mark.parametrize("lang", TOLD)
def test_two_rewrites_of_one_event_by_different_hands_are_no_copies(lang: str) -> None:
    one, other = (shingled(text) for text in TOLD[lang])
    assert containment(one.exact, other.exact) < 0.1
    assert not copied(one, other)
    assert copied(one, one) == 1.0


BULLETINS = [
    """Boletim do mercado. O dólar fechou o dia cotado a R$ {}, com variação de {} por cento em relação ao dia anterior. A bolsa encerrou o pregão aos {}
    pontos, e o volume negociado somou R$ {} bilhões. O ouro era vendido a R$ {} o grama no fim da tarde. Os números são preliminares e podem mudar até a
    publicação do relatório completo na página da bolsa.""",
    """Previsão do tempo para o Recife. O dia começa com sol entre nuvens e deve ter pancadas de chuva à tarde. A temperatura mínima será de {} graus e a
    máxima de {} graus, com umidade do ar em torno de {} por cento e ventos de até {} quilômetros por hora. Nas praias, a maré sobe até {} metros.""",
    """Here are the winning numbers of the midweek draw: {}, {}, {}, {} and {}. Nobody won the jackpot, which rolls over to the next draw. Players have
    a hundred and eighty days to claim their prizes at any shop that sells tickets, or through the website with an account in their own name.""",
]


@pytest.mark.parametrize("bulletin", BULLETINS, ids=["market", "weather", "lottery"])
def test_bulletins_that_differ_only_in_their_figures_are_no_copies(bulletin: str) -> None:
    monday, tuesday = (shingled(bulletin.format(*figures)) for figures in (("5,41", 12, 28, "33,7", 7), ("5,38", 19, 31, "29,4", 42)))
    assert len(np.intersect1d(monday.exact, tuesday.exact)) >= MIN_SHARED
    assert containment(monday.exact, tuesday.exact) >= COPY
    assert not copied(monday, tuesday)
    assert copied(monday, monday) == 1.0


def test_a_copy_with_a_corrected_figure_is_one_still() -> None:
    text = TOLD["pt"][0]
    assert copied(shingled(text), shingled(text.replace("21 tripulantes", "23 tripulantes"))) > 0.8
    assert copied(shingled(story(5)), shingled(story(5).replace(" milhões", " mil"))) > 0.8


@pytest.mark.parametrize("text", ["Leia mais", "Foto: Ana Reis", "Assine a newsletter e receba as notícias do dia no seu e-mail todas as manhãs."])
def test_short_texts_are_never_copies(text: str) -> None:
    assert not copied(shingled(text), shingled(text))


def test_articles_that_share_a_paragraph_of_boilerplate_are_no_copies() -> None:
    notice = "Este conteúdo é de livre reprodução, desde que citada a fonte e mantido o texto. " * 2 + cut(story(99), 0.06)
    one, other = (shingled(f"{story(seed, 10)} {notice}") for seed in (1, 2))
    assert len(np.intersect1d(one.exact, other.exact)) >= MIN_SHARED
    assert not copied(one, other)


WORDS = st.lists(st.sampled_from("a chuva parou no Recife 12 13 14,5 graus hoje".split()), max_size=80).map(" ".join)


@given(WORDS, WORDS)
def test_two_texts_are_copies_in_both_directions_or_in_none(a: str, b: str) -> None:
    one, other = shingled(a), shingled(b)
    assert copied(one, other) == copied(other, one)
    assert 0 <= copied(one, other) <= containment(one.exact, other.exact) <= 1


# ── candidates ──────────────────────────────────────────────────────────────────────────────────────────────────────

FEW = st.dictionaries(st.integers(0, 12), st.sets(st.integers(0, 25).map(lambda place: place << 58), max_size=8), max_size=12)


def flat(sketches: dict[int, set[int]]) -> Sketches:
    """A part an article."""
    return lambda: ((np.array(sorted(hashes), np.uint64), np.full(len(hashes), article)) for article, hashes in sketches.items())


def by_hand(sketches: dict[int, set[int]], most: int) -> set[tuple[int, int]]:
    """The rule, pair by pair."""
    often = {found for found in set[int]().union(*sketches.values()) if sum(found in hashes for hashes in sketches.values()) > most}
    small = {article: sum(found < 2**61 for found in hashes) for article, hashes in sketches.items()}
    return {
        (a, b)
        for a, b in combinations(sorted(sketches), 2)
        if (shared := len(sketches[a] & sketches[b] - often)) and shared >= 0.2 * min(small[a], small[b])
    }


@given(FEW, st.sets(st.integers(0, 12)), st.integers(1, 4), st.integers(1, 20))
def test_candidates_are_the_pairs_of_new_articles_that_the_rule_names(sketches: dict[int, set[int]], new: set[int], most: int, at_once: int) -> None:
    found = every(flat(sketches), np.array(sorted(new), np.int64), most, at_once)
    assert sorted(found) == sorted([a, b] for a, b in by_hand(sketches, most) if a in new or b in new)


PATCH = st.dictionaries(st.integers(0, 6), st.sets(st.integers(0, 3), max_size=3), max_size=4)


@given(st.lists(PATCH, max_size=8), st.integers(1, 4))
def test_pairs_found_update_by_update_are_those_found_at_once(patches: list[dict[int, set[int]]], most: int) -> None:
    """Each patch adds, changes and removes articles; hashes become common and cease to be."""
    pairs: set[tuple[int, int]] = set()
    state: dict[int, set[int]] = {}
    for patch in patches:
        before, state = state, {article: hashes for article, hashes in (state | patch).items() if hashes}
        touched = {article for article in patch if before.get(article) != state.get(article)}
        touched |= set(unsettled(common(flat(before), most), common(flat(state), most), flat(state)).tolist())
        pairs = {pair for pair in pairs if not touched & set(pair)}
        pairs |= {(a, b) for a, b in every(flat(state), np.array(sorted(touched), np.int64), most)}
    assert pairs == by_hand(state, most)


@given(st.permutations(range(9)))
def test_copies_are_the_same_in_whatever_order_the_articles_come(order: list[int]) -> None:
    stories = [story(seed, 6) for seed in range(3)]
    texts = [*stories, *(cut(text, 0.5) for text in stories), *(edit(text, 0.03, 7) for text in stories)]
    found = {tuple(sorted((order[a], order[b]))) for a, b in pairs_of([texts[place] for place in order])}
    assert found == {(a, b) for a, b in combinations(range(9), 2) if a % 3 == b % 3}


def test_boilerplate_finds_nothing_however_often_it_stands() -> None:
    sketches = {article: set(range(20)) for article in range(1001)}
    assert common(flat(sketches)).tolist() == list(range(20))
    assert every(flat(sketches), np.arange(1001)) == []
    del sketches[1000]
    assert not len(common(flat(sketches)))
    assert len(every(flat(sketches), np.array([0]))) == 999


def test_a_few_new_articles_among_fifty_thousand_are_compared_in_seconds() -> None:
    dice = np.random.default_rng(4)
    hashes = dice.integers(0, 2**61, size=(50_000, 50), dtype=np.uint64)
    hashes[:, :5] = np.arange(100, dtype=np.uint64).repeat(5).reshape(100, 5)[dice.integers(0, 100, 50_000)]  # a tenth is boilerplate
    hashes[1] = hashes[49_999]
    before = time.perf_counter()
    found = every(lambda: [(hashes.ravel(), np.repeat(np.arange(50_000), 50))], np.arange(100))
    assert time.perf_counter() - before < 5
    assert found == [[1, 49_999]]
