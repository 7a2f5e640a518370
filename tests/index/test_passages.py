"""Passages: each is exactly its slice, they come in order, they hold every word, and they end where a sentence ends; none is without end."""

import random
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Library, Settings
from index.backends import shared_embedder
from index.passages import PIECE_CHARS, place, split
from index.protocols import Embedder
from index.text import sentences

# The splitter's own start_index was wrong in 48 of 2,000 texts like these: the same few sentences again and again.
SENTENCES = [
    "Não.",
    "Não. Não.",
    "A chuva parou.",
    "A chuva parou. A chuva parou.",
    "Sim!",
    "The rain stopped.",
    "Ha ha ha.",
    "parou.",
    "a, a; a: a",
    "Rio",
]
REPETITIVE = st.lists(st.sampled_from(SENTENCES), max_size=30).flatmap(
    lambda parts: st.sampled_from([" ", "\n", "\n\n", "  ", ""]).map(lambda gap: gap.join(parts))
)
PIECES = st.integers(1, 20)


def count_words(text: str) -> int:
    return len(text.split())


LENGTHS = [len, count_words]


def check(text: str, pieces: int, length: Callable[[str], int]) -> list[tuple[int, int]]:
    spans = split(text, pieces, length)
    before, ends = 0, {end for _, end in sentences(text)}
    for start, end in spans:
        words = text[start:end]
        assert before <= start < end <= len(text)
        assert not text[before:start].strip(), "a word was left out"
        assert words == words.strip()
        assert length(words) <= pieces
        assert len(words) <= PIECE_CHARS * pieces
        assert end in ends or not fits(text, start, pieces, length), "it ends inside a sentence that fits"
        before = end
    assert not text[before:].strip(), "the end was left out"
    return spans


def fits(text: str, place: int, pieces: int, length: Callable[[str], int]) -> bool:
    """Whether every sentence after a place, with the gap behind it, could stand whole."""
    starts = [start for start, end in sentences(text) if end > place] + [len(text)]
    return all(length(text[start:after]) <= pieces and after - start <= PIECE_CHARS * pieces for start, after in pairwise(starts))


@pytest.mark.parametrize("length", LENGTHS)
@given(text=REPETITIVE, pieces=PIECES)
def test_repeated_sentences_are_found_at_their_own_places(length: Callable[[str], int], text: str, pieces: int) -> None:
    check(text, pieces, length)


@pytest.mark.parametrize("length", LENGTHS)
@given(text=st.text(max_size=300), pieces=PIECES)
def test_any_text_is_split_without_losing_a_character(length: Callable[[str], int], text: str, pieces: int) -> None:
    check(text, pieces, length)


@given(st.text("ab \n", max_size=120), st.integers(1, 6))
def test_texts_of_two_letters_are_split_without_losing_a_character(text: str, pieces: int) -> None:
    check(text, pieces, len)


@pytest.mark.parametrize(
    "parts",
    [
        ["Não.", "Sim."],
        ["Sim.", "Sim.", "Não."],
        ["Sim.", "Não", "."],
        ["Sim. Não."],
        ["Sim.", "Talvez."],
        ["Sim."],
        ["Sim.", "Nao. Talvez."],
        ["Sim.", "Não. Talvez.", "Talvez."],
        [],
    ],
)
def test_a_splitter_that_lies_is_found_out_before_a_wrong_address_is_kept(parts: list[str]) -> None:
    with pytest.raises(ValueError, match="splitter"):
        place("Sim.  Não. Talvez.", parts)
    assert place("Sim.  Não. Talvez.", ["Sim.", "Não.", "Talvez."]) == [(0, 4), (6, 10), (11, 18)]


def test_whole_sentences_are_merged_up_to_the_limit() -> None:
    text = "A chuva parou. O rio baixou. A cidade de Porto Alegre voltou a respirar."
    assert [text[start:end] for start, end in split(text, 6, count_words)] == [
        "A chuva parou. O rio baixou.",
        "A cidade de Porto Alegre voltou",
        "a respirar.",
    ]


def test_a_sentence_that_is_too_long_is_cut_at_its_clauses_first() -> None:
    text = "Choveu em Canoas, em Muçum e em Lajeado; depois parou de vez."
    assert [text[start:end] for start, end in split(text, 8, count_words)] == ["Choveu em Canoas, em Muçum e em Lajeado;", "depois parou de vez."]


def test_a_sentence_that_is_too_long_is_cut_between_words_whatever_stands_between_them() -> None:
    for gap in ("\t", "\u00a0", "\u2003", "\n"):
        text = gap.join(["chuva"] * 40)
        assert {len(text[start:end].split()) for start, end in check(text, 8, count_words)} == {8}


@pytest.mark.parametrize("text", ["", " ", "\n\n\t"])
def test_white_space_alone_makes_no_passage(text: str) -> None:
    assert split(text, 128, count_words) == []


def test_a_word_of_200_000_letters_without_a_space_is_cut_within_seconds() -> None:
    text, began = "Não." + "a" * 200_000, time.process_time()
    assert len(check(text, 500, len)) >= 400
    assert time.process_time() - began < 10


def test_the_model_reads_every_passage_of_the_sample_corpus_to_its_end(library: Library) -> None:
    passages = library.passages([row for row, _ in library.dense("Quem venceu?", len(library))])
    assert len(passages) == len(library)
    assert max(library.embedder.pieces(passage.text) for passage in passages) <= 128


# What a model takes for one piece, for a few or for none, however long it is.
MONSTERS = {
    "a word": "ação" * 5_000,
    "letters and figures": "aZ09" * 5_000,
    "spaces": "Sim." + " " * 20_000 + "Não.",
    "line ends": "Sim" + "\n" * 20_000 + "Não",
    "invisible": "a" + "\u200b" * 20_000,
    "marks": "x" + "\u0301" * 20_000,
    "signs": "🌧" * 20_000,
    "points": "." * 20_000,
    "no space between words": "東京で雨が降った。" * 2_000,
}


@pytest.fixture
def model() -> Embedder:
    """The default model, whose pieces are no words."""
    return shared_embedder(Settings().embedder)


@pytest.mark.parametrize("what", MONSTERS)
def test_what_the_model_takes_for_little_makes_no_endless_passage(model: Embedder, what: str) -> None:
    text = "Choveu no Recife. " + MONSTERS[what]
    spans = check(text, 128, model.pieces)
    assert len(spans) > 1
    assert text[slice(*spans[0])].startswith("Choveu no Recife.")


def test_as_much_of_a_word_as_is_allowed_stays_together(model: Embedder) -> None:
    word = "a" * 10_000
    assert [end - start for start, end in split(word, 128, model.pieces)] == [4096, 4096, 1808]


@pytest.mark.parametrize("letter", ["x\u0301", "👩\u200d🚀", "👍🏽", "☂\ufe0f", "q\u0303\u0323"])
@pytest.mark.parametrize("length", LENGTHS)
def test_a_letter_keeps_its_marks_where_a_word_is_cut(length: Callable[[str], int], letter: str) -> None:
    text = letter * 2_000
    spans = check(text, 17, length)
    assert {text[start:end] for start, end in spans} <= {letter * n for n in range(1, 17 * PIECE_CHARS)}


def test_no_part_of_a_text_is_counted_twice() -> None:
    """To count pieces is what splitting costs."""
    chance, counted = random.Random(1), []

    def length(text: str) -> int:
        counted.append(text)
        return len(text.split())

    text = " ".join(" ".join(chance.choices(["chuva", "rio,", "ponte;", "42"], k=chance.randrange(1, 60))) + "." for _ in range(300))
    check(text, 40, length)
    asked = len(counted)
    counted.clear()
    split(text, 40, length)
    assert len(counted) == len(set(counted)) < asked
    assert sum(map(len, counted)) < 3 * len(text)


WORDS = """chuva rio ponte câmara prefeito escola mercado porto greve ônibus hospital vacina imposto juros safra barragem estrada floresta eleição
river bridge council mayor school market harbour strike bus hospital vaccine tax rates harvest dam road forest election vote the of and to""".split()


def prose(chars: int, most_words: int, gap: str) -> str:
    """Sentences of chance words, up to so many in each."""
    chance = random.Random(chars)
    drawn = (" ".join(chance.choices(WORDS, k=chance.randint(1, most_words))).capitalize() for _ in range(chars // (3 * most_words)))
    return gap.join(drawn)[:chars]


@pytest.mark.long
@pytest.mark.parametrize(
    "text",
    [
        prose(1_000_000, 30, ". "),
        prose(1_000_000, 3, ". "),
        "".join(f"Nº {number}. " for number in range(110_000)),
        "a\n" * 500_000,
        prose(1_000_000, 30, " "),
        "ação," * 200_000,
        *(monster * 50 for monster in MONSTERS.values()),
    ],
    ids=["prose", "short sentences", "sentences that differ", "lines of a letter", "no sentence ends", "no space", *MONSTERS],
)
def test_a_megabyte_is_split_within_two_seconds(model: Embedder, text: str) -> None:
    model.pieces("chuva")
    began = time.process_time()
    spans = split(text, 128, model.pieces)
    took, megabytes = time.process_time() - began, len(text.encode()) / 1e6
    print(f"{took / megabytes:.2f} s of CPU a MB, {len(spans)} passages")
    assert took < 2 * megabytes
