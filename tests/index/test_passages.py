"""Passages: each is exactly its slice, they come in order, they hold every word, and they end where a sentence ends."""

import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Library
from index.passages import place, split
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
        assert end in ends or not fits(text, start, pieces, length), "it ends inside a sentence that fits"
        before = end
    assert not text[before:].strip(), "the end was left out"
    return spans


def fits(text: str, place: int, pieces: int, length: Callable[[str], int]) -> bool:
    """Whether every sentence after a place, with the gap behind it, could stand whole."""
    starts = [start for start, end in sentences(text) if end > place] + [len(text)]
    return all(length(text[start:after]) <= pieces for start, after in pairwise(starts))


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


def test_a_monstrous_word_is_cut_by_the_model_s_own_pieces_within_seconds(library: Library) -> None:
    text, began = "Fim. " + "ação" * 5_000, time.process_time()
    spans = split(text, 128, library.embedder.pieces)
    assert "".join(text[start:end] for start, end in spans).replace(" ", "") == text.replace(" ", "")
    assert all(library.embedder.pieces(text[start:end]) <= 128 for start, end in spans)
    assert time.process_time() - began < 20
