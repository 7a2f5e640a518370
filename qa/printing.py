"""What the commands print: an answer as a terminal shows it, and nothing that a terminal would obey.

In: records.  Out: text.  Never: prints.  To change the framing words, change WORDS; those of the page are in qa/web/words.py.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.records import Article
    from qa.feedback import Feedback
    from qa.records import Answer, Quote

WORDS = {
    "pt": {
        "sources": "Fontes",
        "nearest": "O que há de mais próximo",
        "coverage": "Acervo: {articles} artigos, {outlets} veículos, de {first} a {last}",
        "correction": "Correção",
        "also": "também em",
        "before": "A frase anterior",
        "copies": "Cópias",
        "origin": "origem provável",
        "one": "Tudo vem de uma só origem",
        "many": "Apoia-se em {n} origens independentes",
        "near": "Datas: primeiro os artigos próximos de {as_of}",
        "interval": "Datas: a pergunta é sobre {days}; primeiro os artigos desses dias",
        "off": "Datas: todas valem igual; a pergunta é sobre história",
        "now": "Datas: a pergunta é sobre {days}; primeiro os artigos próximos de {as_of}",
        "aside": "Datas: as da pergunta foram deixadas de lado; primeiro os artigos próximos de {as_of}",
        "from_to": "{since} a {until}",
        "since": "o período desde {since}",
        "until": "o período até {until}",
    },
    "en": {
        "sources": "Sources",
        "nearest": "Nearest coverage",
        "coverage": "Archive: {articles} articles, {outlets} outlets, {first} to {last}",
        "correction": "Correction",
        "also": "also in",
        "before": "The sentence before",
        "copies": "Copies",
        "origin": "likely origin",
        "one": "All of it comes from one origin",
        "many": "Rests on {n} independent origins",
        "near": "Dates: articles near {as_of} first",
        "interval": "Dates: asked about {days}; articles of those days first",
        "off": "Dates: all alike, a question about history",
        "now": "Dates: asked about {days}; articles near {as_of} first",
        "aside": "Dates: those of the question were set aside; articles near {as_of} first",
        "from_to": "{since} to {until}",
        "since": "the time since {since}",
        "until": "the time up to {until}",
    },
}


def shown(answer: "Answer") -> str:
    """An answer as a terminal shows it: numbered sentences, then numbered sources, then how dates were used and the coverage line."""
    from qa.check import DOUBT

    words = WORDS[answer.lang]
    lines = []
    if answer.refusal:
        lines.append(answer.reason)
        near = list({hit.passage.article.key: hit.passage.article for hit in answer.hits}.values())[:3]  # each once, best first
        if near:
            lines += ["", f"{words['nearest']}:", *(f"  - {_source(article)}" for article in near)]
    else:
        lines += [DOUBT[answer.lang], ""] if answer.unsure else []
        for claim in answer.claims:
            also = f" ({words['also']} {_numbers(claim.also)})" if claim.also else ""
            day = f"{answer.quotes[claim.quotes[0]].article.day}: " if answer.form == "timeline" else ""
            lines.append(f"{day}{' '.join(claim.text.split())} {_numbers(claim.quotes)}{also}")
        before = {place for claim in answer.claims if claim.verbatim for place in claim.quotes[1:]}
        lines += ["", f"{words['sources']}:"]
        for place, quote in enumerate(answer.quotes, 1):
            lines.append(f"  [{place}] {_source(quote.article)}")
            lines += [f"      {words['correction']}: {quote.article.correction}"] if quote.article.correction else []
            lines += [f"      {words['before']}: {' '.join(quote.text.split())}"] if place - 1 in before else []
            lines += [f"      {words['copies']}: {copies}"] if (copies := _copies(answer, quote)) else []
            lines.append(f"      {quote.address}")
        lines += ["", words["one"] if answer.independent == 1 else words["many"].format(n=answer.independent)]
    cover = answer.coverage
    lines += [
        "",
        *_dates(answer),
        words["coverage"].format(articles=cover.articles, outlets=cover.outlets, first=cover.first or "?", last=cover.last or "?"),
    ]
    return printable("\n".join(lines))


def _copies(answer: "Answer", quote: "Quote") -> str:
    """Where copies of the passage stand that a quote was cut from: outlet and day of each, the likely origin named as such."""
    hits = [
        hit
        for hit in answer.hits
        if hit.passage.article.key == quote.article.key and hit.passage.start <= quote.start and quote.end <= hit.passage.end
    ]
    copies = {copy.article.id: copy.article for hit in hits for copy in hit.copies if copy.article.id != quote.article.id}
    origin = answer.origins.get(quote.article.id)
    named = [
        f"{one.outlet or one.id}, {one.day or '?'}" + (f" ({WORDS[answer.lang]['origin']})" if one.id == origin else "") for one in copies.values()
    ]
    return "; ".join(named)


def _numbers(places: Sequence[int]) -> str:
    return "".join(f"[{place + 1}]" for place in places)


def _dates(answer: "Answer") -> list[str]:
    """The line that says how dates were used; none when there was nothing to search in or for."""
    from qa.records import Refusal
    from qa.when import Prior, When

    if answer.refusal in (Refusal.CORPUS_EMPTY, Refusal.NOT_A_QUESTION):
        return []
    words, days, named = WORDS[answer.lang], answer.interval, ""
    if days:
        named = words["from_to" if days.since and days.until else "since" if days.since else "until"].format(since=days.since, until=days.until)
    aside = When(as_of=answer.as_of, interval=days, prior=answer.prior).sets_aside(answer.searched, answer.lang)
    key = "aside" if aside else "now" if days and answer.prior is Prior.NEAR else answer.prior.value
    return [words[key].format(days=named, as_of=answer.as_of)]


def _source(article: "Article") -> str:
    parts = [article.title or article.id, article.outlet, str(article.day or ""), article.url]
    return " — ".join(part for part in parts if part)


def printable(text: str) -> str:
    """No escape sequence of an article reaches the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def remark(feedback: "Feedback") -> str:
    """What a reader said of an answer: when, verdict, name, question, the day that it was asked about; the note below it."""
    asked = " ".join(feedback.question.split())
    line = f"{feedback.given:%Y-%m-%d %H:%M}  {feedback.verdict:<8}  {feedback.turn}  {asked} ({feedback.as_of})"
    refused = f"  refused: {feedback.refusal}" if feedback.refusal else ""
    return printable("\n".join([line + refused, *(f"    {part}" for part in feedback.note.splitlines())]))
