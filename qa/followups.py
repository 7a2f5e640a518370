"""Follow-ups: a question that leans on the ones before it → a question that stands alone.

    "Quem lançou o GLM-Image?"  "E quanto custa?"       → "E quanto custa? (GLM-Image)"
    "Who founded Baichuan?"     "What about Nvidia?"    → "Who founded Nvidia?"
    "Who won in 2022?"          "And in 2018?"          → "Who won in 2018?"
    "Who bought Twitter?"       "When was he born?"     → "When was he born? (Elon Musk, Twitter)", where the answer marked him

In: the question as asked, its language, and the turns before.  Out: text.  By rule, from names alone; nothing is guessed from the corpus.
"""

import re
from collections.abc import Sequence
from datetime import date

from pydantic import Field

from index.records import Record
from index.text import STOPWORDS, fold, words

MOST_TURNS = 10  # earlier turns that are looked at
MOST_SUBJECTS = 5  # names taken over from one of them
FEW_WORDS = 1  # words of meaning with which a question without a name cannot stand alone
SWAPPED_WORDS = 5  # words that "what about …" may name


class Turn(Record):
    """One question of the conversation and what came of it."""

    question: str = Field(description="Standing alone.")
    answers: tuple[str, ...] = Field(default=(), description="The words marked as answering it, best first.")
    headlines: tuple[str, ...] = Field(default=(), description="Of the articles that were cited.")
    told: date | None = Field(
        default=None, description="The day of what was told: of the first sentence, or of a timeline's last row; None when unknown."
    )


_POINTING_BACK = {
    "pt": re.compile(
        r"^\W*(e|mas|entao|tambem)\b(?! (?:verdade|certo|possivel)\b)"
        r"|\b(ele|ela|eles|elas|dele|dela|deles|delas|nele|nela|isso|disso|nisso|aquilo|esse|essa|esses|essas|desse|dessa|ali|la)\b"
    ),
    "en": re.compile(
        r"^\W*(and|but|so|also|what about|how about)\b|\b(he|she|they|him|her|them|his|hers|its|their|theirs|this|these|those)\b"
        r"|\bit\b(?! (?:true|possible|likely|known)\b)|(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b"  # "is there a cure" points nowhere
        r"|\b(?:is|was|did|does|do|of|about|after|before|in|for|at|like|than|with|on|to|by) that\b|\bthat\W*$"  # nor does "who said that prices rose"
    ),
}
_PERSON = {"pt": re.compile(r"\b(ele|ela|dele|dela|nele|nela)\b"), "en": re.compile(r"\b(he|she|him|her|his|hers)\b")}
_SWAP = {
    "pt": re.compile(r"^\W*(?:e|mas)\s+(?P<what>[^?]+?)\W*$", re.IGNORECASE),
    "en": re.compile(r"^\W*(?:(?:and\s+|but\s+)?(?:what|how)\s+about|and|but)\s+(?P<what>[^?]+?)\W*$", re.IGNORECASE),
}
# "What is monkeypox?", "O que é a dengue?" name all that they ask about; "what is it?", "what is expected?", "qual é a pena?" do not.
_DEFINES = {
    "pt": re.compile(
        r"^\W*(?:(?:e|mas) )?(?:o )?que (?:e|sao|era|eram|significa|quer dizer) (?:[oa]s? |uma? )?"
        r"(?!(?:\w*(?:isso|isto|aquilo)|el[ea]s?|ess[ea]s?|est[ea]s?|nov[oa]s?|preciso|necessario|possivel|verdade|certo|errado|proibido|permitido|previsto|esperado)\b)"
        r"[\w-]+\W*$"
    ),
    "en": re.compile(
        r"^\W*(?:(?:and|but|so) )?what(?:['’]s| is| are| was| were) (?:an? )?"
        r"(?!(?:the|this|that|these|those|its?|he|she|they|his|hers?|theirs?|known|happening|going|changing|missing|new|next|left|different|wrong|true|\w+ed)\b)"
        r"[\w-]+\W*$"
    ),
}
_ASKS = {
    "pt": frozenset("que quem qual quais quando onde como quanta quantos quantas por porque".split()),
    "en": frozenset("who whom whose which what when where why how is are was were did does do has have had can could will would".split()),
}
_REQUESTS = frozenset("tell give show explain describe list name fale diga conte explique mostre descreva liste resuma e".split())
_NAME = re.compile(r"\b[A-Z0-9À-Þ][\w.&-]*(?:(?<![a-zß-ÿ]{3}\.)\s+(?:d[aeo]s?\s+|of\s+(?:the\s+)?)?[A-Z0-9À-Þ][\w.&-]*)*")
# What binds a name to its sentence, by what it binds with: "no Brasil" is where, "da Nvidia" is whose.
_BOUND = (
    ("where", r"em|n[oa]s?|in|at"),
    ("whose", r"d[eoa]s?|of"),
    ("whither", r"para|pra|aos?|às?|to"),
    ("with", r"com|with"),
    ("by", r"por|pel[oa]s?|by"),
    ("the", r"[oa]s?|the"),
)
_ARTICLES = r"(?:\s+(?:[oa]s?|the))?"
_BEFORE_NAME = re.compile("|".join(rf"(?P<k{place}>\b(?:{found}){_ARTICLES}\s+$)" for place, (_, found) in enumerate(_BOUND)), re.IGNORECASE)
_WHOSE = re.compile(r"\bd[eao]s?\s+")
_INITIALS = re.compile(r"(?:\b\w\.){2,}$")  # "U.S." keeps its last stop
_OPENING = _REQUESTS.union(*STOPWORDS.values(), *_ASKS.values())
_MOMENT = re.compile(
    r"\b(?:janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|January|February|March|April|May|June|July|August"
    r"|September|October|November|December)\b(?:\s(?:de\s|of\s)?(?:1[5-9]|20)\d\d\b)?|\b(?:1[5-9]|20)\d\d\b"
)


def standing_alone(asked: str, lang: str, turns: Sequence[Turn]) -> str:
    """The question with what it leaves out, when it points back and names no subject of its own.

    >>> standing_alone("What about Nvidia?", "en", [Turn(question="Who founded Baichuan?")])
    'Who founded Nvidia?'
    >>> standing_alone("E quanto custa?", "pt", [Turn(question="Quem lançou o GLM-Image?")])
    'E quanto custa? (GLM-Image)'
    """
    turns = list(turns[-MOST_TURNS:])
    if not turns or not any(word for _, _, word in words(asked)):
        return asked
    if swapped := _swapped(asked, lang, turns):
        return swapped
    points_back = _points_back(asked, lang)
    if subjects(asked) or _DEFINES[lang].search(fold(asked)) or not (points_back or _too_short(asked, lang)):
        return asked
    person = bool(_PERSON[lang].search(fold(asked)))
    for turn in reversed(turns):
        meant = [answer for answer in turn.answers[:1] if person and subjects(f"- {answer}")]
        meant += subjects(turn.question) or _defined(turn.question)
        if not meant and (points_back or turn is turns[-1]):
            meant = [name for headline in turn.headlines[:1] for name in subjects(f"- {headline}")]
        if meant:
            return f"{asked} ({', '.join(dict.fromkeys(meant[:MOST_SUBJECTS]))})"
    return asked


def _defined(question: str) -> list[str]:
    """The word that a question asks the meaning of; none when it asks something else."""
    return re.findall(r"[\w-]+(?=\W*$)", question) if any(pattern.search(fold(question)) for pattern in _DEFINES.values()) else []


def _points_back(asked: str, lang: str) -> bool:
    """Whether it begins as one that goes on, or holds a pronoun; "É" is no "E"."""
    return bool(_POINTING_BACK[lang].search(fold(re.sub(r"^\W*É\b", "", asked, flags=re.IGNORECASE))))


def _swapped(asked: str, lang: str, turns: Sequence[Turn]) -> str:
    """The last question with another subject or moment, for "what about …?" and "e …?"; empty when this is none."""
    match = _SWAP[lang].match(asked)
    if not match:
        return ""
    before = turns[-1].question
    found = [word for _, _, word in words(match["what"])]
    if len(found) > SWAPPED_WORDS or _ASKS[lang] & set(found):
        return ""
    if (moment := _MOMENT.search(match["what"])) and set(
        _plain(match["what"][: moment.start()], lang) + _plain(match["what"][moment.end() :], lang)
    ) <= {""}:
        earlier = _MOMENT.search(before)
        return f"{before} ({moment.group()})" if not earlier else before[: earlier.start()] + moment.group() + before[earlier.end() :]
    names = _names(f"- {match['what']}")
    known = {word for _, _, word in words(before)}
    if not names or not known.issuperset(_plain(_NAME.sub(" ", match["what"]), lang)):
        return ""
    return _with_name(before, f"- {match['what']}", names)


def _with_name(before: str, what: str, names: Sequence[tuple[int, int]]) -> str:
    """A question with its name that is bound like the new one, or else its first, changed for that."""
    start, end = names[0][0], names[-1][1]
    bound, binding = _binding(what, start)
    name = what[start:end]
    old = _names(before)
    alike = [span for span in old if bound and _binding(before, span[0])[0] == bound]
    if bound == "whose" and old and not alike and (inner := _WHOSE.search(before, *old[0])):  # "o IPO da Zhipu" is one name
        alike = [(inner.end(), old[0][1])]
    if not old or (bound == "where" and not alike):
        return f"{before} ({name})"
    left, right = (alike or old)[0]
    if alike:
        left -= len(_binding(before, left)[1])
        name = binding + name
    return before[:left] + name + before[right:]


def _binding(text: str, start: int) -> tuple[str, str]:
    """With what the name at a place is bound, a word of _BOUND, and the words that bind it; both empty when it stands alone."""
    match = _BEFORE_NAME.search(text, max(0, start - 20), start)
    return (_BOUND[int((match.lastgroup or "k0")[1:])][0], match.group()) if match else ("", "")


def _plain(text: str, lang: str) -> list[str]:
    """The words of meaning in a text."""
    return [word for _, _, word in words(text) if word and word not in STOPWORDS[lang]]


def _too_short(asked: str, lang: str) -> bool:
    """Whether it says too little to be a question of its own: "Quantos mortos?", "When did it open?"."""
    return sum(word not in STOPWORDS[lang] for _, _, word in words(asked)) <= FEW_WORDS


def subjects(text: str) -> list[str]:
    """Names in a text: runs of capitalised words, but for the first word when it only begins the sentence.

    >>> subjects("Quem fundou a Z.AI em Pequim?"), subjects("Who founded Baichuan?")
    (['Z.AI', 'Pequim'], ['Baichuan'])
    """
    return [text[start:end] for start, end in _names(text)]


def _names(text: str) -> list[tuple[int, int]]:
    """Where the names stand, in order."""
    found = []
    for match in _NAME.finditer(text):
        start, end = match.span()
        first = re.match(r"\S+\s*", match.group())
        if first and _begins(text, start) and fold(first.group()).strip() in _OPENING:
            start += first.end()
        if start < end and not text[start:end].isdigit():
            found.append((start, end if _INITIALS.search(text, start, end) else start + len(text[start:end].rstrip("."))))
    return found


def _begins(text: str, at: int) -> bool:
    """Whether a sentence begins there."""
    earlier = text[:at].rstrip(" \t\n\"'“‘«")
    return not earlier or earlier[-1] in ".!?…"
