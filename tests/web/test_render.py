"""The turn that is made of an answer: every stretch cut at the quotes' own offsets."""

import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from index.records import Article, Coverage, Doubt, DoubtKind, Filter, Passage
from qa.check import DOUBT
from qa.dates import Interval
from qa.records import Answer, Claim, Hit, Quote, Refusal
from qa.web.render import cut, link, shown, source, turn
from qa.web.views import DatesView, Part
from qa.web.words import WORDS
from qa.when import Prior

PAGE = Path(__file__).parents[2] / "qa" / "web"
SEEN = datetime(2026, 1, 20, tzinfo=UTC)
TEXT = "A ponte caiu às 14h20. Ninguém ficou ferido, disse a prefeitura. A obra custou R$ 3 milhões."


def article(text: str = TEXT, **fields: Any) -> Article:
    return Article(
        **{"id": "ponte", "text": text, "title": "Ponte cai", "outlet": "Folha", "lang": "pt", "first_seen": SEEN, "indexed": SEEN} | fields
    )


def hit(source: Article, start: int = 0, end: int | None = None, row: int = 0, **fields: Any) -> Hit:
    passage = Passage(article=source, start=start, end=end or len(source.text), row=row)
    return Hit(**{"passage": passage, "score": 1, "dense_place": 1, "lexical_place": 1, "cosine": 0.5, "bm25": 1} | fields)


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
    assert shown_turn["filter"] == {"since": "2024-01-02", "until": "", "outlets": ["Folha"], "languages": [], "sections": []}
    assert [(p["source"]["article"], len(joined(p["parts"]))) for p in shown_turn["passages"]] == [
        ("a0@1", 30),
        ("a1@1", 32),
        ("a2@1", 34),
        ("a3@1", 36),
    ]
    assert shown_turn["coverage"] == {"articles": 71, "outlets": 8, "first": "2010-08-05", "last": "2026-01-20"}


LEANING = "A ponte caiu às 14h20. Ela tinha cem anos, disse a prefeitura."


def test_a_leaning_sentence_names_itself_first_and_then_the_sentence_before() -> None:
    source = article(LEANING)
    quotes = (quote(source, "Ela tinha cem anos, disse a prefeitura."), quote(source, "A ponte caiu às 14h20."))
    (claim,) = turn(made(claims=(Claim(text=quotes[0].text, quotes=(0, 1), verbatim=True),), quotes=quotes, hits=(hit(source),)), "t", complete=True)[
        "claims"
    ]
    assert (claim["quotes"], claim["also"]) == ([1, 2], [])
    earlier = (quotes[1], quotes[0])  # the sentence before was said already, and has its number
    claims = (Claim(text=earlier[0].text, quotes=(0,), verbatim=True), Claim(text=earlier[1].text, quotes=(1, 0), verbatim=True))
    assert [one["quotes"] for one in turn(made(claims=claims, quotes=earlier, hits=(hit(source),)), "t", complete=True)["claims"]] == [[1], [2, 1]]


def test_where_it_also_stands_is_numbered_after_its_sentence_and_no_number_changes_later() -> None:
    first, second = article(), article(id="outra", text="A ponte caiu às 14h20, segundo a Defesa Civil.")
    quotes = (quote(first, "A ponte caiu às 14h20."), quote(second, second.text), quote(first, "A obra custou R$ 3 milhões."))
    claims = (Claim(text=quotes[0].text, quotes=(0,), also=(1,), verbatim=True), Claim(text=quotes[2].text, quotes=(2,), verbatim=True))
    hits = (hit(first), hit(second, row=1))
    started = turn(made(claims=claims[:1], quotes=quotes[:2], hits=hits), "t", complete=False)
    ended = turn(made(claims=claims, quotes=quotes, hits=hits), "t", complete=True)
    assert [(one["quotes"], one["also"]) for one in ended["claims"]] == [([1], [2]), ([3], [])]
    assert ended["quotes"][:2] == started["quotes"]
    assert [(p["source"]["article"], p["quotes"]) for p in ended["passages"]] == [("ponte@1", [1, 3]), ("outra@1", [2])]


def dates(question: str, lang: str = "pt", **fields: Any) -> DatesView | None:
    refused = {"refusal": Refusal.NO_MATCH, "question": question, "searched": question, "lang": lang}
    return turn(made(**refused | fields), "t", complete=True)["dates"]


@pytest.mark.parametrize(("confidence", "unsure"), [(0.49, True), (0.5, False), (0.9, False)])
def test_what_is_likelier_no_answer_is_marked_as_unsure(confidence: float, unsure: bool) -> None:
    source = article()
    said = quote(source, "A ponte caiu às 14h20.", "14h20")
    fields = {"claims": (Claim(text=said.text, quotes=(0,), verbatim=True),), "quotes": (said,), "hits": (hit(source),)}
    assert made(confidence=confidence, **fields).unsure is unsure
    assert turn(made(confidence=confidence, **fields), "t", complete=False)["doubt"] == (DOUBT["pt"] if unsure else "")
    assert turn(made(confidence=confidence, refusal=Refusal.WEAK_MATCH), "t", complete=True)["doubt"] == ""


def test_how_dates_were_used_is_always_told() -> None:
    march = Interval(since=date(2025, 3, 1), until=date(2025, 3, 31))
    near = {"prior": "near", "as_of": "2026-01-20", "since": "", "until": "", "aside": False}
    asked = "O que houve em março de 2025?"
    assert dates("O que houve?") == near
    assert dates("Quem fundou o jornal?", prior=Prior.OFF) == near | {"prior": "off"}
    assert dates(asked, prior=Prior.INTERVAL, interval=march) == near | {"prior": "interval", "since": "2025-03-01", "until": "2025-03-31"}
    assert dates(asked) == near | {"aside": True}
    assert dates("What happened since 2024?", "en", interval=Interval(since=date(2024, 1, 1), until=None)) == near | {"since": "2024-01-01"}
    assert dates("?", refusal=Refusal.NOT_A_QUESTION) is None


def test_why_a_passage_is_the_parts_of_its_score_against_the_best_passage() -> None:
    best = hit(article(), score=2.0, parts={"lexical": 1.5, "dense": 0.5, "kind": 0.004})
    other = hit(article(id="b"), score=1.0, parts={"dense": 0.25, "date": 0.5, "lexical": 0.25}, copies=(best.passage,), row=1)
    shown_turn = turn(made(refusal=Refusal.FACT_ABSENT, hits=(best, other)), "t", complete=True)
    assert [(one["part"], one["value"], one["share"]) for one in shown_turn["passages"][0]["why"]] == [("lexical", 1.5, 0.75), ("dense", 0.5, 0.25)]
    assert [(one["part"], one["share"]) for one in shown_turn["passages"][1]["why"]] == [("date", 0.25), ("dense", 0.125), ("lexical", 0.125)]
    assert [passage["copies"] for passage in shown_turn["passages"]] == [0, 1]


def test_copies_are_told_once_each_with_the_likely_origin_first() -> None:
    source = article(id="copia")
    first = article(id="origem", outlet="Agência", published=datetime(2026, 1, 18, tzinfo=UTC), url="https://agencia.example/1")
    other = article(id="outra", outlet="Diário", published=datetime(2026, 1, 17, tzinfo=UTC))
    copies = tuple(Passage(article=one, start=0, end=22, row=row) for row, one in enumerate((other, first, first, source), 1))
    refused = made(refusal=Refusal.FACT_ABSENT, hits=(hit(source, copies=copies),))
    (passage,) = turn(refused, "t", complete=True, origins={"copia": "origem", "origem": "origem", "outra": "outra"})["passages"]
    assert [(one["outlet"], one["date"], one["origin"]) for one in passage["also"]] == [
        ("Agência", "2026-01-18", True),
        ("Diário", "2026-01-17", False),
    ]
    assert (passage["also"][0]["article"], passage["also"][0]["start"], passage["also"][0]["end"]) == ("origem@1", 0, 22)
    assert passage["also"][0]["link"] == {"href": "https://agencia.example/1", "host": "agencia.example"}
    assert (passage["origin"], passage["copies"]) == (False, 4)
    (passage,) = turn(refused, "t", complete=True, origins={"copia": "copia", "origem": "copia", "outra": "outra"})["passages"]
    assert ([one["origin"] for one in passage["also"]], passage["origin"]) == ([False, False], True)


def test_articles_and_their_independent_origins_are_counted() -> None:
    one, copy, other = article(), article(id="copia"), article(id="outra")
    quotes = tuple(quote(source, "Ninguém ficou ferido, disse a prefeitura.") for source in (one, copy, other))
    claim = Claim(text=quotes[0].text, quotes=(0,), also=(1, 2), verbatim=True)
    hits = tuple(hit(source, row=row) for row, source in enumerate((one, copy, other)))
    origins = {"ponte": "ponte", "copia": "ponte", "outra": "outra"}
    shown_turn = turn(made(claims=(claim,), quotes=quotes, hits=hits, origins=origins), "t", complete=True, generation="g7")
    assert (shown_turn["articles"], shown_turn["origins"], shown_turn["generation"]) == (3, 2, "g7")


@pytest.mark.parametrize(("rights", "beside"), [("CC BY 4.0", "CC BY 4.0"), ("Todos os direitos reservados. " * 9, ""), ("", "")])
def test_terms_of_use_stand_beside_a_passage_when_they_are_short(rights: str, beside: str) -> None:
    told = source(article(rights=rights, free=False))
    assert (told["rights"], told["free"]) == (beside, False)


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


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("preço \u202e001", "preço ␣U+202E001"),
        ("pay\u200bpal", "pay␣U+200Bpal"),
        ("a\u2060b\ufeffc\u00add", "a␣U+2060b␣U+FEFFc␣U+00ADd"),
        ("a\u200db\u200cc", "a␣U+200Db␣U+200Cc"),
        ("\u200dfim", "␣U+200Dfim"),
        ("Lima\u200e 2", "Lima␣U+200E 2"),
        ("a\U000e0041\U000e0042", "a␣U+E0041␣U+E0042"),
        ("🏴\U000e0078\U000e007f", "🏴␣U+E0078␣U+E007F"),
        ("a\u3164b\u034fc", "a␣U+3164b␣U+034Fc"),
    ],
)
def test_text_that_hides_or_reorders_text_is_made_visible(text: str, seen: str) -> None:
    assert shown(text) == seen


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d🚒 e 🧑🏽\u200d🍳 e ❤️\u200d🔥",
        "می\u200cخواهم",
        "क्\u200dष e ශ්\u200dරී",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 2 × 1 🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
        "שלום\u200f!",
        "São João, 20 °C",
    ],
)
def test_what_a_script_or_an_emoji_cannot_do_without_stays(text: str) -> None:
    assert shown(text) == text


def test_a_text_full_of_marks_that_cannot_be_seen_is_shown_at_once() -> None:
    begin = time.monotonic()
    assert shown("\u200e" * 200_000).count("␣") == 200_000
    assert time.monotonic() - begin < 3


def test_doubts_stand_beside_what_is_said_of_an_article_with_nothing_hidden() -> None:
    doubts = (Doubt(kind="ambiguous", field="published", given="03/04/2026"), Doubt(kind="garbled", field="title", given="S\u202eÃ£o"))
    assert source(article(doubts=doubts))["doubts"] == [
        {"kind": "ambiguous", "field": "published", "given": "03/04/2026"},
        {"kind": "garbled", "field": "title", "given": "S␣U+202EÃ£o"},
    ]
    assert source(article())["doubts"] == []


@pytest.mark.parametrize("kind", get_args(DoubtKind))
def test_the_page_has_words_for_every_doubt(kind: DoubtKind) -> None:
    assert f"doubt_{kind}" in WORDS
    assert f'{kind}: "doubt_{kind}"' in (PAGE / "core.js").read_text(encoding="utf-8")


def test_a_copy_without_a_date_comes_after_those_with_one() -> None:
    own, undated = article(id="propria"), article(id="sem-data", outlet="A")
    early, late = (article(id=f"dia-{day}", outlet="Z", published=datetime(2026, 1, day, tzinfo=UTC)) for day in (3, 9))
    copies = tuple(Passage(article=one, start=0, end=22, row=row) for row, one in enumerate((late, undated, early), 1))
    (passage,) = turn(made(refusal=Refusal.FACT_ABSENT, hits=(hit(own, copies=copies),)), "t", complete=True)["passages"]
    assert [one["date"] for one in passage["also"]] == ["2026-01-03", "2026-01-09", ""]
