"""A publisher's correction note, found in the text of an article that states none apart.

    Choveu no Recife.

    Correção: eram três bairros, não dois.      ─ correction_note ─►      "Correção: eram três bairros, não dois."

In: an article's text.  Out: the notes in it, word for word, or "".  Pure functions.  Never: a change of the text, or a
sentence of the story taken for a note: a note begins a line, by a label or by words that only a note begins with.
"""

import re
from collections.abc import Iterator

from index.text import sentences

MAX_NOTE_CHARS = 1_000  # a longer line is a story without line ends: its first sentences are the note
MAX_NOTES = 10
_OPENER = r"[-–—*_•·\[(“\" \t]{0,12}"  # bullets, brackets, marks of emphasis
_WHEN = r"(?:[ \t]*\([^()\n]{1,60}\)|,[^:\n]{0,40}\d[^:\n]{0,40}|[ \t]+(?:em|às|as|at)[ \t]+\d[\dhmap \t/.:]{0,20}(?:ET|GMT|UTC|BST|BRT)?)?"
_LABEL = rf"{_WHEN}(?:[ \t]*:|(?-i:(?<=[A-ZÇÃÕ]{{2}}))[ \t]+[-–—](?=[ \t]))"  # a dash only after capitals
_PT_TEXT = r"(?:texto|artigo|reportagem|matéria|notícia|publicação|nota|post)"
_EN_TEXT = r"(?:article|story|report|post|piece|page|headline|column|item)"
_THIS_PT = rf"d?(?:est[ea]|ess[ea])[ ]{_PT_TEXT}"
_CHANGED_PT = r"(?:corrigid|atualizad|retificad)[oa]\b"
_NOTE = re.compile(
    rf"""^{_OPENER}(?:(?P<label>
      (?:corre[çc](?:[ãa]o|[õo]es)|errata|erramos|corrections?|corrections[ ](?:&|and)[ ]clarifications?|clarifications?){_LABEL}
    | (?:errata|erramos|corrections[ ](?:&|and)[ ]clarifications)[ \t*_]*$
    | (?:atualização|update){_LABEL}
    | (?:editor['’]?s?['’]?[ ]note|nota[ ]d[aoe][ ](?:redação|redator|editora?)){_LABEL}
        (?=[^\n]*\b(?:correct(?:ed|s|ion)|updated?\b|amended|revised|clarif|corrigi|atualiza|retifica|correção))
    )| {_THIS_PT}[ ](?:foi|está)[ ](?:\w+[ ])?{_CHANGED_PT}
    | a[ ](?:reportagem|notícia|publicação)[ ]foi[ ]{_CHANGED_PT}
    | (?:em[ ])?(?:(?:uma|a)[ ])?versão[ ](?:anterior|inicial|original)[ ]{_THIS_PT}
    | this[ ]{_EN_TEXT}[ ](?:was|has[ ]been)[ ](?:\w+[ ])?(?:corrected|updated|clarified|revised[ ](?:on|to)
        |amended[ ](?:on|at|to[ ](?:correct|clarify|reflect|add|remove|include|make)))\b
    | (?:(?:because[ ]of|due[ ]to|owing[ ]to)[ ]an?[ ](?:\w+[ ]){{1,3}}error,?[ ])?
        (?:in[ ])?an?[ ](?:earlier|previous|original)[ ]version[ ]of[ ]this[ ]{_EN_TEXT}\b
    )""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_TO_NEXT_LINE = re.compile(r"[^\w\n]*\n\s*")


def correction_note(text: str) -> str:
    r"""The notes on what was corrected or brought up to date in a text, in order and joined by a space; "" when there are none.

    A label alone on its line (ERRATA) takes the next line that has words.

    >>> correction_note("Choveu.\n\nErrata: foram três bairros."), correction_note("A correção da prova sai hoje.")
    ('Errata: foram três bairros.', '')
    """
    return " ".join(dict.fromkeys(_notes(text)))


def _notes(text: str) -> Iterator[str]:
    place = 0
    for _ in range(MAX_NOTES):
        match = _NOTE.search(text, place)
        if match is None:
            return
        end = _line_end(text, match.start())
        if match["label"] and (alone := _TO_NEXT_LINE.match(text, match.end())):
            end = _line_end(text, alone.end())
        yield " ".join(_cut(text[match.start() : end]).split())
        place = end


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _cut(line: str) -> str:
    """The line, or as many of its first sentences as MAX_NOTE_CHARS hold; a sentence that is longer is cut."""
    if len(line) <= MAX_NOTE_CHARS:
        return line
    ends = [end for _, end in sentences(line[: 2 * MAX_NOTE_CHARS]) if end <= MAX_NOTE_CHARS]
    return line[: ends[-1] if ends else MAX_NOTE_CHARS]
