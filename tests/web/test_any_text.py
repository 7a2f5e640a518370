"""Any text goes the whole way, from its file to the page and out as JSON, and comes out as it went in, with nothing hidden in it."""

import json
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from index import Library, Settings, rebuild
from index.errors import QuestionError
from index.readers.make import tidy
from index.records import Article, sha256
from qa import ask
from qa.records import Answer
from qa.web.render import cut, shown, source, turn

TEXTS = 20  # a corpus: building an index takes longer than all the rest
ANY = st.text(st.characters(), max_size=150)  # with lone surrogates, NUL and unassigned places
SEEDS = "ab é\u00ad\u200b\u200c\u200d\u200e\u202e\u2060\u2066\ufeff\u3164\ud800\x00\x85\U000e0041\U0001f3f4👩🚒ی"
CORPORA = st.lists(st.one_of(ANY, st.text(st.sampled_from(SEEDS), max_size=60)), min_size=TEXTS, max_size=TEXTS)
JUDGED = "\u200c\u200d\u200e\u200f\u061c"  # joiners and marks of direction: by their place
INK = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f]")  # called unseen by Unicode, and seen


def strings(value: object) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)
    elif isinstance(value, str):
        yield value


def hidden(text: str) -> list[str]:
    """The characters of a text that cannot be seen, but for those that are judged by their place, and the tags of a text that has a flag."""
    unseen = [char for char in text if unicodedata.category(char) in ("Cf", "Cc", "Cs") and char not in "\n\t" + JUDGED and not INK.match(char)]
    return [char for char in unseen if "🏴" not in text or char < "\U000e0020"]


def go(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(corpus_dir=Path(home) / "corpus", index_dir=Path(home) / "index", embedder="hashing:64")
        settings.corpus_dir.mkdir()
        lines = [
            {"id": f"n{n}", "title": text, "outlet": text[:20], "authors": [text], "correction": text, "text": f"A chuva parou. {text}"}
            for n, text in enumerate(texts)
        ]
        (settings.corpus_dir / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        (settings.corpus_dir / "b.txt").write_bytes(f"O rio baixou em Leeds, e a ponte abriu. {texts[0]}".encode("utf-8", "surrogatepass"))
        rebuild(settings)
        with Library.open(settings) as library:
            for n, text in enumerate(texts):
                article = library.article(f"n{n}")
                assert article.text == tidy(f"A chuva parou. {text}").strip()
                assert article.sha256 == sha256(article.text)
                assert Article.model_validate_json(article.model_dump_json()) == article
                whole = {"source": source(article), "parts": cut(article.text, 0, len(article.text), [])}
                assert "".join(part["text"] for part in whole["parts"]) == shown(article.text)
                assert [found for one in strings(json.loads(json.dumps(whole))) if (found := hidden(one))] == []
            for text in ("Quando parou a chuva?", texts[0], f"O que houve com {texts[1]}?"):
                asked(library, text)


def asked(library: Library, question: str) -> None:
    try:
        answer = ask(question, library=library)
    except QuestionError:
        return
    assert Answer.model_validate_json(answer.model_dump_json()) == answer
    for quote in answer.quotes:
        assert quote.text == quote.article.text[quote.start : quote.end]
        assert quote.article.sha256 == sha256(quote.article.text)
    page = {**turn(answer, "t", complete=True), "question": "", "past": {}}  # the reader's own words stand as typed; `past` is never shown
    assert json.loads(json.dumps(page, ensure_ascii=False).encode("utf-8")) == json.loads(json.dumps(page))
    assert [found for one in strings(page) if (found := hidden(one))] == []


@rules(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(texts=CORPORA)
def test_any_text_goes_from_its_file_to_the_page_and_out_as_json(texts: list[str]) -> None:
    go(texts)


@pytest.mark.long
@rules(max_examples=10_000 // TEXTS, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(texts=CORPORA)
def test_ten_thousand_texts_go_from_their_files_to_the_page_and_out_as_json(texts: list[str]) -> None:
    go(texts)
