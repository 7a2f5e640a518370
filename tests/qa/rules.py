"""What is true of every answer, whoever asked and whatever was said."""

from index import Library
from index.copies import containment, shingles
from index.records import Passage
from index.text import same_words
from qa.answer import HITS, TIMELINE_HITS
from qa.records import Answer, Refusal
from qa.retrieval import ALIKE
from qa.when import Prior
from qa.writers.quoting import MOST
from qa.writers.timeline import ROWS


def as_bytes(answer: Answer) -> bytes:
    """The answer in JSON, without the time that it took."""
    return answer.model_dump_json(exclude={"seconds"}).encode()


def always_true(answer: Answer, library: Library) -> None:
    """Assert what holds for every answer of our own writers."""
    _cites(answer, library)
    assert bool(answer.claims) is not bool(answer.refusal), "an answer has claims, or a refusal"
    assert bool(answer.refusal) is bool(answer.reason), "a refusal says why, and only a refusal"
    if answer.form == "timeline":
        _runs_in_time(answer)
    else:
        assert len(answer.claims) <= MOST
        assert len(answer.hits) <= HITS
    assert 0 <= answer.confidence <= 1
    assert answer.lang in ("pt", "en")
    assert answer.fingerprint == library.manifest.fingerprint
    assert answer.coverage == library.coverage
    assert bool(answer.absent) is (answer.refusal is Refusal.TERM_ABSENT), "a word that stands nowhere is named when it is the reason, and then only"
    assert all(word in answer.searched and word in answer.reason for word in answer.absent)
    assert answer.interval or answer.prior is not Prior.INTERVAL
    _adds_up(answer, library)
    _goes_to_json_and_back(answer)


def _runs_in_time(answer: Answer) -> None:
    """A timeline has a few rows, each of another day, none before the one above it; every hit beyond the usual ones bears a row."""
    days = [answer.quotes[claim.quotes[0]].article.day for claim in answer.claims]
    assert len(answer.claims) <= ROWS
    assert all(days)
    assert days == sorted(set(days))
    assert len(answer.hits) <= TIMELINE_HITS
    for hit in answer.hits[HITS:]:
        assert any(
            quote.article == hit.passage.article and hit.passage.start <= quote.start and quote.end <= hit.passage.end for quote in answer.quotes
        )


def _cites(answer: Answer, library: Library) -> None:
    """Every citation is cut from the library's own article, and lies in a hit."""
    for quote in answer.quotes:
        article = library.article(quote.article.key)
        assert quote.text == quote.article.text[quote.start : quote.end] == article.text[quote.start : quote.end]
        assert quote.article == article, "an article is cited as the library holds it"
        assert any(
            hit.passage.article.key == article.key and hit.passage.start <= quote.start and quote.end <= hit.passage.end for hit in answer.hits
        )
        if quote.answer:
            assert quote.start <= quote.answer[0] < quote.answer[1] <= quote.end
    for passage in (passage for hit in answer.hits for passage in (hit.passage, *hit.copies)):
        assert passage.text == library.article(passage.article.key).text[passage.start : passage.end]
        assert library.passages([passage.row]) == [passage]
    cited = [place for claim in answer.claims for place in (*claim.quotes, *claim.also)]
    assert sorted(set(cited)) == list(range(len(answer.quotes))), "quotes are numbered without gaps, each of them used"
    for claim in answer.claims:
        assert claim.quotes, "every claim has a quote"
        if claim.verbatim:
            assert claim.text == answer.quotes[claim.quotes[0]].text
        places = [answer.quotes[place].article.id for place in (claim.quotes[0], *claim.also)]
        assert len(set(places)) == len(places), "where it also stands is another article each time"
    assert list(answer.hits) == sorted(answer.hits, key=lambda hit: -hit.score), "hits stand best first"


def _adds_up(answer: Answer, library: Library) -> None:
    """Each score is the sum of its parts, and no passage is shown twice, be it as a copy."""
    for hit in answer.hits:
        assert abs(hit.score - sum(hit.parts.values())) <= 1e-9
        assert set(hit.parts) == {"lexical", "dense", "date"} | ({"kind"} if hit.kind is not None else set())
        folded = [hit.passage]
        for copy in hit.copies:
            like = [one for one in folded if same_words(one.text) == same_words(copy.text) or _near(one, copy, library)]
            assert like, "a copy says the same word for word, or nearly so in a copy of the article"
            folded.append(copy)
    shown = [passage.row for hit in answer.hits for passage in (hit.passage, *hit.copies)]
    assert len(shown) == len(set(shown))
    assert len({same_words(hit.passage.text) or hit.passage.text for hit in answer.hits}) == len(answer.hits), "copies are folded"


def _near(one: Passage, other: Passage, library: Library) -> bool:
    same_origin = library.origin(one.article.id) == library.origin(other.article.id)
    return same_origin and containment(shingles(one.text), shingles(other.text)) >= ALIKE


def _goes_to_json_and_back(answer: Answer) -> None:
    written = answer.model_dump_json()
    again = Answer.model_validate_json(written)
    assert again == answer
    assert again.model_dump_json() == written
