"""Questions to begin with: each is answered surely, first of all with the sentence that it was made of."""

import time
from collections.abc import Callable
from datetime import date

from index import Library, Settings, rebuild
from qa import ask
from qa.openers import OF_FORM, openers
from qa.records import SURE_FROM
from qa.web.desk import Desk
from qa.web.examples import EXAMPLES, answered, headlines, newest
from tests.qa.own import article

AS_OF = date(2026, 1, 20)
STORIES = {
    "a.md": article(
        "At least 321 vessels are waiting to pass through the Suez Canal. Leia também: Ana Prado anunciou um túnel.",
        title="Ever Given blocks the Suez Canal",
        published="2025-03-24",
        lang="en",
    ),
    "b.md": article(
        "A prefeita Helena Prado anunciou um túnel sob o rio de Lumiara. A obra começa em março.",
        title="Prefeita anuncia túnel",
        published="2025-03-25",
        lang="pt",
    ),
    "c.md": article("Clara Bonfim descobriu um cometa na quinta-feira.", title="Cometa", published="2025-03-20", lang="pt"),
    "d.md": article("It rained.", title="Weather", published="2025-03-26", lang="en"),
}


def test_all_of_the_sample_newspaper_are_answered_with_one_article_each_and_few_alike(library: Library) -> None:
    found = openers(library, newest(library, 80), most=EXAMPLES, within_s=600.0, as_of=AS_OF)
    assert len(found) >= 4
    assert {one.lang for one in found} == {"pt", "en"}
    firsts = []
    for one in found:
        given = ask(one.text, as_of=AS_OF, library=library)
        assert given.confidence >= SURE_FROM
        firsts.append(given.quotes[given.claims[0].quotes[0]].article.id)
    assert len(set(firsts)) == len(found)
    assert sum(one.text.startswith(("Who is ", "Quem é ")) for one in found) <= OF_FORM


def test_they_are_of_sentences_that_tell_news(small: Callable[..., Settings]) -> None:
    settings = small(STORIES)
    rebuild(settings)
    with Library.open(settings) as library:
        ids = newest(library, 4)
        assert [library.article(id_).title for id_ in ids] == ["Weather", "Prefeita anuncia túnel", "Ever Given blocks the Suez Canal", "Cometa"]
        found = {one.text for one in openers(library, ids, most=8, within_s=600.0)}
        assert found == {
            "How many vessels are waiting to pass through the Suez Canal?",
            "O que a prefeita Helena Prado anunciou?",
            "O que Clara Bonfim descobriu?",
        }
        assert len(openers(library, ids, most=1, within_s=600.0)) == 1
        assert openers(library, ids, most=8, within_s=0.0) == []
        offered = answered(library, headlines(library))
    assert {one["text"] for one in offered if not one["headline"]} == found
    assert [one["text"] for one in offered if one["headline"]] == ["Weather", "Prefeita anuncia túnel", "Ever Given blocks the Suez Canal", "Cometa"]


def test_the_page_offers_headlines_until_they_are_found_and_the_corpus_own_questions_instead_of_both(small: Callable[..., Settings]) -> None:
    settings = small(STORIES)
    rebuild(settings)
    desk = Desk(settings)
    seen = []
    until = time.monotonic() + 30
    while time.monotonic() < until and not (seen and not seen[-1][0]):
        if found := desk.status()["examples"]:
            seen.append((found[0]["headline"], len(found)))
        time.sleep(0.02)
    assert seen[-1] == (False, 7)
    assert all(told == (True, 4) for told in seen[:-1])
    desk.close()
    (settings.corpus_dir / "questions.txt").write_text("# perguntas\nQuem caiu?\n", encoding="utf-8")
    own = Desk(settings)
    with own.lend():
        assert own.status()["examples"] == [{"text": "Quem caiu?", "lang": "pt", "headline": False}]
    own.close()
