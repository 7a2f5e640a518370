"""The forms of an export: what each is called, and which function makes it.  To add a form, write its file and its line here.

    Answer … ── export ──► Exported    one answer, or the turns of a conversation with one list of references

Pure: nothing is opened, searched for or written, and no clock is read; every word of an article is cut from the records.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from index.records import Record
from qa.export.bibtex import bibtex
from qa.export.csl import csl
from qa.export.markdown import markdown
from qa.export.page import page
from qa.export.references import cited, references, slug
from qa.export.sheet import sheet, spoken
from qa.export.words import WORDS
from qa.records import Answer

NAME_CHARS = 48


class Form(StrEnum):
    """How an export is written."""

    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"  # the answer itself, or one a line: what `python -m qa verify` checks
    CSL = "csl"
    BIBTEX = "bib"


MEDIA_TYPES = {
    Form.MARKDOWN: "text/markdown; charset=utf-8",
    Form.HTML: "text/html; charset=utf-8",
    Form.JSON: "application/json",
    Form.CSL: "application/vnd.citationstyles.csl+json",
    Form.BIBTEX: "application/x-bibtex; charset=utf-8",
}
LINES_TYPE = "application/x-ndjson"
ENDINGS = {Form.CSL: "csl.json"}


class Exported(Record):
    """A file to save."""

    name: str = Field(description="Its name, in small ASCII letters, digits, hyphens and dots.")
    media_type: str
    data: bytes = Field(description="UTF-8, lines ended by a line feed.")


def export(answers: Sequence[Answer], form: Form | str, *, at: datetime, lang: str = "", title: str = "") -> Exported:
    """Answers as a file.

    Args:
        answers: At least one: an answer, or the turns of a conversation in order.
        form: md, html, json, csl or bib.
        at: When the export is made; aware. It is said in md and html.
        lang: 'pt' or 'en', of the words around the articles' own; the first answer's when empty.
        title: The question, or words for a conversation, when empty.

    Raises:
        ValueError: there is no answer, no such form or language, or `at` lies in no time zone.
    """
    form, lang = Form(form), lang or (spoken(answers[0]) if answers else "")
    if not answers or lang not in WORDS or at.tzinfo is None:
        raise ValueError(f"an export needs an answer, a language of {', '.join(WORDS)}, and an instant in a time zone: {lang!r}, {at}")
    lines = form is Form.JSON and len(answers) > 1
    ending = "jsonl" if lines else ENDINGS.get(form, form.value)
    return Exported(
        name=f"presscite-{slug(title or answers[0].question, NAME_CHARS) or 'answer'}.{ending}",
        media_type=LINES_TYPE if lines else MEDIA_TYPES[form],
        data=_text(answers, form, lang, at, title).encode(),
    )


def _text(answers: Sequence[Answer], form: Form, lang: str, at: datetime, title: str) -> str:
    match form:
        case Form.MARKDOWN:
            return markdown(sheet(answers, lang, at, title))
        case Form.HTML:
            return page(sheet(answers, lang, at, title))
        case Form.CSL:
            return csl(cited(references(answers)), lang)
        case Form.BIBTEX:
            return bibtex(cited(references(answers)), lang)
        case Form.JSON:
            return as_json(answers)


def as_json(answers: Sequence[Answer]) -> str:
    """One answer on lines of its own; more than one, each on a line."""
    if len(answers) == 1:
        return answers[0].model_dump_json(indent=1) + "\n"
    return "".join(answer.model_dump_json() + "\n" for answer in answers)
