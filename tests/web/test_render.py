"""The turn that is made of an answer: every stretch cut at the quotes' own offsets."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from index.records import Article, Coverage, Filter, Passage
from qa.records import Answer, Claim, Hit, Quote, Refusal
from qa.web.render import cut, link, shown, turn
from qa.web.views import Part

SEEN = datetime(2026, 1, 20, tzinfo=UTC)
TEXT = "A ponte caiu às 14h20. Ninguém ficou ferido, disse a prefeitura. A obra custou R$ 3 milhões."


def article(text: str = TEXT, **fields: Any) -> Article:
    return Article(
        **{"id": "ponte", "text": text, "title": "Ponte cai", "outlet": "Folha", "lang": "pt", "first_seen": SEEN, "indexed": SEEN} | fields
    )


def hit(source: Article, start: int = 0, end: int | None = None, row: int = 0) -> Hit:
    passage = Passage(article=source, start=start, end=end or len(source.text), row=row)
    return Hit(passage=passage, score=1, dense_place=1, lexical_place=1, cosine=0.5, bm25=1, date_weight=0)


def quote(source: Article, words: str, answer: str = "") -> Quote:
    start = source.text.index(words)
    found = source.text.index(answer) if answer else 0
    return Quote(article=source, start=start, end=start + len(words), score=1, answer=(found, found + len(answer)) if answer else None)


def made(**fields: Any) -> Answer:
    common = {"question": "Quando?", "searched": "Quando?", "lang": "pt", "as_of": date(2026, 1, 20), "confidence": 0.9, "fingerprint": "f" * 64}
    held = Coverage(articles=71, outlets=8, first=date(2010, 8, 5), last=date(2026, 1, 20))
    return Answer(**common | {"coverage": held} | fields)


def joined(parts: list[Part]) -> str:
    return "".join(part["text"] for part in parts)


def test_two_sentences_of_one_passage_have_two_numbers_and_each_marks_its_own_words() -> None:
    source = article()
    quotes = (quote(source, "A ponte caiu às 14h20.", "14h20"), quote(source, "A obra custou R$ 3 milhões."))
    claims = tuple(Claim(text=q.text, quotes=(n,), verbatim=True) for n, q in enumerate(quotes))
    shown_turn = turn(made(claims=claims, quotes=quotes, hits=(hit(source),)), "t1", complete=True)
    (passage,) = shown_turn["passages"]
    assert passage["quotes"] == [1, 2]
    assert joined(passage["parts"]) == TEXT
    assert [joined([p for p in passage["parts"] if n in p["quotes"]]) for n in (1, 2)] == [q.text for q in quotes]
    assert [p["text"] for p in passage["parts"] if p["answer"]] == ["14h20"]


def test_a_sentence_keeps_its_words_and_its_last_word_stays_with_the_numbers() -> None:
    source = article()
    cited = quote(source, "A ponte caiu às 14h20.", "14h20")
    (claim,) = turn(made(claims=(Claim(text=cited.text, quotes=(0,), verbatim=True),), quotes=(cited,), hits=(hit(source),)), "t", complete=True)[
        "claims"
    ]
    assert (joined(claim["head"]), joined(claim["tail"])) == ("A ponte caiu às ", "14h20.")
    assert [p["text"] for p in claim["tail"] if p["answer"]] == ["14h20"]


def test_the_same_quote_cited_twice_has_one_number() -> None:
    source = article()
    cited = quote(source, "Ninguém ficou ferido, disse a prefeitura.")
    claims = (Claim(text="Não houve feridos.", quotes=(0,), verbatim=False), Claim(text="A prefeitura confirmou.", quotes=(1,), verbatim=False))
    shown_turn = turn(made(claims=claims, quotes=(cited, cited), hits=(hit(source),)), "t", complete=True)
    assert [claim["quotes"] for claim in shown_turn["claims"]] == [[1], [1]]
    assert len(shown_turn["quotes"]) == 1


def test_overlapping_quotes_are_cut_apart_and_nothing_is_lost() -> None:
    parts = cut("abcdefgh", 1, 7, [{"n": 1, "start": 0, "end": 4, "answer": None}, {"n": 2, "start": 3, "end": 9, "answer": (5, 6)}])
    assert [(p["text"], p["quotes"], p["answer"]) for p in parts] == [
        ("bc", [1], False),
        ("d", [1, 2], False),
        ("e", [2], False),
        ("f", [2], True),
        ("g", [2], False),
    ]


def test_cited_passages_come_first_and_a_rewritten_sentence_emphasises_nothing() -> None:
    first, second = article(id="outra", text="Outro assunto inteiramente."), article()
    cited = quote(second, "A ponte caiu às 14h20.", "14h20")
    claim = Claim(text="A queda foi às 14h20.", quotes=(0,), verbatim=False)
    shown_turn = turn(made(claims=(claim,), quotes=(cited,), hits=(hit(first, row=1), hit(second, row=2))), "t", complete=False)
    assert [p["source"]["article"] for p in shown_turn["passages"]] == ["ponte@1", "outra@1"]
    assert shown_turn["status"] == "answering"
    assert not any(part["answer"] for part in (*shown_turn["claims"][0]["head"], *shown_turn["claims"][0]["tail"]))


def test_a_refusal_shows_its_reason_and_the_nearest_coverage() -> None:
    near = tuple(hit(article(id=f"a{n // 2}"), end=30 + n, row=n) for n in range(12))  # two passages of each of six articles
    where = Filter(since=date(2024, 1, 2), outlets=("Folha",))
    refused = made(refusal=Refusal.OUTSIDE_FILTER, reason="Nada dentro dos filtros.", outside=3, hits=near, confidence=0, filter=where)
    shown_turn = turn(refused, "t", complete=False)
    assert (shown_turn["status"], shown_turn["outside"], shown_turn["reason"]) == ("refused", 3, "Nada dentro dos filtros.")
    assert shown_turn["filter"] == {"since": "2024-01-02", "until": "", "outlets": ["Folha"], "languages": []}
    assert [(p["source"]["article"], len(joined(p["parts"]))) for p in shown_turn["passages"]] == [
        ("a0@1", 30),
        ("a1@1", 32),
        ("a2@1", 34),
        ("a3@1", 36),
    ]
    assert shown_turn["coverage"] == {"articles": 71, "outlets": 8, "first": "2010-08-05", "last": "2026-01-20"}


def test_offsets_count_code_points_not_utf16_units() -> None:
    source = article("Antes 🎉🎉 fim. A ponte caiu.")
    cited = quote(source, "A ponte caiu.")
    (passage,) = turn(made(claims=(Claim(text=cited.text, quotes=(0,), verbatim=True),), quotes=(cited,), hits=(hit(source),)), "t", complete=True)[
        "passages"
    ]
    assert [p["text"] for p in passage["parts"]] == ["Antes 🎉🎉 fim. ", "A ponte caiu."]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example/a",
        "https://u:p@evil.example",
        "https://evil.example\\@good.example",
        "http://",
        "ht\ntp://a.example",
        "http://[::1",
    ],
)
def test_only_plain_web_addresses_become_links(url: str) -> None:
    assert link(url) is None


def test_a_host_in_another_script_is_shown_as_it_is_on_the_wire() -> None:
    found = link("https://www.аpple.com/x")  # the first letter is Cyrillic
    assert found is not None
    assert found["host"].startswith("xn--")


def test_text_that_reorders_text_is_made_visible() -> None:
    assert shown("preço \u202e001") == "preço ␣U+202E001"
