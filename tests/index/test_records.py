"""A span is an address whose words are cut from the article; every record is frozen, closed and checked."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from index.records import Article, Filter, Passage, Record, Span

CHUVA = "A chuva deixou três bairros do Recife sem energia. A prefeitura não disse quando ela volta. 🌧️ Fim."
NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
Make = Callable[..., Article]


def test_a_span_holds_the_words_between_its_ends(make: Make) -> None:
    start = CHUVA.index("três")
    assert Span(article=make(CHUVA), start=start, end=start + 12).text == "três bairros"


def test_an_address_names_article_version_start_and_end(make: Make) -> None:
    span = Span(article=make(CHUVA, id="gazeta/chuva", version=3), start=2, end=7)
    assert span.address == "gazeta/chuva@3:2-7"
    assert span.article.key == "gazeta/chuva@3"


def test_positions_count_code_points_so_that_an_emoji_with_a_selector_is_two(make: Make) -> None:
    start = CHUVA.index("🌧")
    assert Span(article=make(CHUVA), start=start, end=start + 2).text == "🌧️"


@pytest.mark.parametrize(
    ("start", "end"), [(-1, 3), (0, 0), (5, 5), (7, 3), (0, len(CHUVA) + 1), (len(CHUVA), len(CHUVA) + 1), (-5, -1), (10**18, 10**18 + 1)]
)
def test_a_span_outside_its_article_cannot_be_made(make: Make, start: int, end: int) -> None:
    with pytest.raises(ValidationError):
        Span(article=make(CHUVA), start=start, end=end)


@given(data=st.data(), text=st.text(min_size=1, max_size=200))
def test_every_valid_span_of_any_text_is_its_slice(make: Make, data: st.DataObject, text: str) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert Span(article=make(text), start=start, end=end).text == text[start:end]


@given(data=st.data(), text=st.text(min_size=1, max_size=50))
def test_no_span_of_any_text_leaves_it(make: Make, data: st.DataObject, text: str) -> None:
    start, end = data.draw(st.tuples(st.integers(-99, 99), st.integers(-99, 99)).filter(lambda ends: not 0 <= ends[0] < ends[1] <= len(text)))
    with pytest.raises(ValidationError):
        Span(article=make(text), start=start, end=end)


def test_a_passage_has_a_row_that_is_not_negative(make: Make) -> None:
    assert Passage(article=make(CHUVA), start=0, end=5, row=0).row == 0
    with pytest.raises(ValidationError):
        Passage(article=make(CHUVA), start=0, end=5, row=-1)


def test_the_hash_of_a_text_is_filled_in_and_never_believed(make: Make) -> None:
    assert make(CHUVA).sha256 == hashlib.sha256(CHUVA.encode()).hexdigest()
    with pytest.raises(ValidationError, match="does not have the SHA-256"):
        make(CHUVA, sha256="0" * 64)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"id": ""},
        {"id": "x" * 501},
        {"version": 0},
        {"lang": "Portuguese"},
        {"lang": "PT"},
        {"published": datetime(2024, 5, 2)},  # noqa: DTZ001
        {"status": "spiked"},
        {"source": "an unknown field"},
        {"sha256": "no hash"},
    ],
)
def test_an_article_with_an_unusable_field_cannot_be_made(make: Make, fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        make(**{"text": CHUVA} | fields)


def test_the_day_of_an_article_is_the_one_on_its_outlet_s_clock(make: Make) -> None:
    late = make(CHUVA, published="2024-05-02T23:30:00-03:00")
    assert late.day == date(2024, 5, 2)
    assert late.published is not None
    assert late.published.astimezone(UTC).day == 3
    assert make(CHUVA).day is None


@pytest.mark.parametrize("name", ["title", "text", "version", "sha256"])
def test_no_field_of_an_article_can_be_changed(make: Make, name: str) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(make(CHUVA), name, "other")


def test_no_field_of_a_span_or_filter_can_be_changed(make: Make) -> None:
    records: list[tuple[Record, str]] = [(Span(article=make(CHUVA), start=0, end=5), "start"), (Filter(), "since")]
    for record, name in records:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(record, name, None)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "at", "before", "after"),
    [
        ("usable", None, True, True),
        ("withheld", None, False, False),
        ("canceled", None, False, False),
        ("embargoed", NOW, False, True),
        ("embargoed", None, False, False),
        ("expires", NOW, True, False),
        ("expires", None, True, True),
    ],
)
def test_an_article_answers_only_when_its_publisher_lets_it(make: Make, status: str, at: datetime | None, before: bool, after: bool) -> None:
    article = make(CHUVA, status=status, status_at=at)
    assert (article.usable(NOW - HOUR), article.usable(NOW), article.usable(NOW + HOUR)) == (before, after, after)


def test_an_empty_filter_is_false_and_every_field_makes_it_true() -> None:
    assert not Filter()
    for fields in ({"since": date(2024, 1, 1)}, {"until": date(2024, 1, 1)}, {"languages": ("pt",)}, {"outlets": ("A",)}, {"sections": ("B",)}):
        assert Filter(**fields)


def test_a_filter_may_be_one_day_long_but_not_end_before_it_starts() -> None:
    day = date(2024, 5, 2)
    assert Filter(since=day, until=day).until == day
    with pytest.raises(ValidationError, match="starts on 2024-05-02, after it ends on 2024-05-01"):
        Filter(since=day, until=date(2024, 5, 1))


def test_an_article_survives_being_written_as_json_and_read_again(make: Make) -> None:
    article = make(CHUVA, published="2024-05-02T23:30:00-03:00", authors=("Ana Sá", "Rui"), title="Chuva")
    assert Article.model_validate_json(article.model_dump_json()) == article
