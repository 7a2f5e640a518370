"""Understand the question: its language, its terms, what kind of answer it asks for, and what it refers back to.

In: the question as asked and the questions before it.  Out: a question that stands alone.
Pure functions; nothing is read or searched.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from pydantic import Field

from index.errors import QuestionError
from index.records import Record
from index.text import LANGUAGES, STOPWORDS, clean, fold, language, stem, term, words

MOST_CHARS = 2000
MOST_HISTORY = 10  # earlier questions that are looked at
MOST_SUBJECTS = 5  # names taken over from one of them


class Asked(StrEnum):
    """The kind of answer that a question asks for."""

    WHO = "who"
    WHERE = "where"
    WHEN = "when"
    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    WHY = "why"
    OTHER = "other"


class Question(Record):
    """A question that stands alone."""

    asked: str = Field(description="As asked, cleaned.")
    text: str = Field(description="As searched.")
    lang: str = Field(description="'pt' or 'en'.")
    kind: Asked
    stems: tuple[str, ...] = Field(description="Stems of its content words, each once, in order; empty when there is no word to search for.")

    @property
    def terms(self) -> dict[str, float]:
        """What the lexical index is asked for: terms and their weights."""
        return {term(word, self.lang): 1.0 for word in self.stems}


# The first pattern that matches the folded question decides, so the narrower ones stand first.
_KINDS: dict[str, list[tuple[Asked, str]]] = {
    "pt": [
        (Asked.PERCENT, r"\b(percentual|porcentagem|percentagem|por cento|que (parcela|fatia|proporcao))\b"),
        (
            Asked.MONEY,
            r"\bquanto (dinheiro|custa\w*|custou|custara|custaria|vale\w*|pag\w+|gast\w+|arrecad\w+|receb\w+|fatur\w+|lucr\w+|levantou|investiu|ofereceu)"
            r"|\b(que|qual) (\w+ ){0,2}(quantia|valor|preco|custo|montante|soma|multa|salario"
            r"|lucro|receita)|\bpor quanto\b|\bquanto .{0,60}\b(pagou|gastou|custou|arrecadou|levantou)\b",
        ),
        (
            Asked.COUNT,
            r"\bquant[oa]s\b|\bquanto\b|\b(que|qual) (\w+ ){0,2}(numero|quantidade|total|placar|tamanho|altura|distancia|idade|capacidade)\b",
        ),
        (Asked.WHEN, r"\bquando\b|\b(que|qual) (o |a )?(foi o |foi a )?(ano|data|dia|mes|seculo|horario|hora)\b|\bdesde quando\b"),
        (Asked.WHERE, r"\b(onde|aonde)\b|\b(que|qual) (\w+ )?(cidade|pais|estado|lugar|local|municipio|bairro|regiao|continente|capital)\b"),
        (
            Asked.WHO,
            r"\b(quem|como se chama\w*|qual (e |era |foi )?(o )?nome)\b|\b(que|qual) (\w+ )?(ministr\w+|presidente"
            r"|deputad\w+|senador\w*|prefeit\w+|juiz\w*|magistrad\w+|pessoa|ator|atriz|atleta|jogador\w*)\b",
        ),
        (Asked.WHY, r"\bpor ?que\b|\bpor qual (motivo|razao)\b|\b(qual|que) (foi )?(o )?(motivo|razao|causa)\b"),
    ],
    "en": [
        (Asked.PERCENT, r"\b(per ?cent|percentage|what (share|proportion|fraction))\b"),
        (
            Asked.MONEY,
            r"\bhow much (money|does|did|do|is|was|were|will|has|have|more|would|for)\b|\bwhat (\w+ ){0,2}(price"
            r"|cost|sum|amount|fine|value|salary|profit|revenue|bid)\b|\bfor how much\b",
        ),
        (
            Asked.COUNT,
            r"\bhow (many|much|old|tall|long|far|big|large|fast|high|deep|heavy|often)\b"
            r"|\bwhat (\w+ ){0,2}(number|score|age|size|height|length|distance|capacity)\b",
        ),
        (Asked.WHEN, r"\bwhen\b|\b(what|which) (\w+ )?(year|date|day|month|century|time)\b|\bhow soon\b"),
        (Asked.WHERE, r"\bwhere\b|\b(what|which) (\w+ )?(city|country|state|place|town|island|region|continent|capital|nation|county|park)\b"),
        (
            Asked.WHO,
            r"\b(who|whom|whose|name of)\b|\b(what|which) (\w+ )?(minister|president"
            r"|senator|mayor|judge|person|actor|actress|singer|player|athlete|celebrity|leader)\b",
        ),
        (Asked.WHY, r"\bwhy\b|\b(what|which) (was |is )?(the )?(reason|cause)\b"),
    ],
}
_POINTING_BACK = {
    "pt": re.compile(
        r"^\W*(e|mas|entao|tambem)\b|\b(ele|ela|eles|elas|dele|dela|deles|delas|nele|nela|isso|disso|nisso|aquilo|esse|essa|esses|essas|desse|dessa|ali|la)\b"
    ),
    "en": re.compile(
        r"^\W*(and|but|so|also|what about|how about)\b|\b(he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|there)\b"
    ),
}
_SUBJECT = re.compile(r"\b[A-Z0-9À-Þ][\w.&-]*(?:\s+(?:d[aeo]s?\s+)?[A-Z0-9À-Þ][\w.&-]*)*")


def understand(asked: str, history: Sequence[str] = ()) -> Question:
    """What a question asks, on its own or after others.

    Args:
        asked: As typed.
        history: Earlier questions of the conversation, oldest first.

    Returns:
        The question as it is to be searched; `stems` is empty when there is no word in it.

    Raises:
        QuestionError: it is longer than MOST_CHARS, or no text at all.

    >>> understand("E quanto custa?", ["Quem lançou o GLM-Image?"]).text
    'E quanto custa? (GLM-Image)'
    """
    if not isinstance(asked, str):
        raise QuestionError(f"a question is text, not {type(asked).__name__}")
    if len(asked) > MOST_CHARS:
        raise QuestionError(f"the question has {len(asked)} characters, but at most {MOST_CHARS} can be searched: ask it in fewer words")
    asked = " ".join(clean(asked).split())
    lang = language(asked) or next(filter(None, map(language, reversed(history))), "") or "en"
    text = _standing_alone(asked, lang, history)
    return Question(asked=asked, text=text, lang=lang, kind=kind_of(asked, lang), stems=content_stems(text, lang))


def kind_of(text: str, lang: str) -> Asked:
    """The kind of answer that a question of a language asks for.

    >>> kind_of("Quanto custou o IPO?", "pt"), kind_of("Which city hosted it?", "en")
    (<Asked.MONEY: 'money'>, <Asked.WHERE: 'where'>)
    """
    folded = fold(text)
    return next((kind for kind, pattern in _KINDS[lang] if re.search(pattern, folded)), Asked.OTHER)


def content_stems(text: str, lang: str) -> tuple[str, ...]:
    """Stems of the words that carry meaning, each once, in order; of all words when every one is a stop word.

    >>> content_stems("Quem treinou o modelo?", "pt")
    ('trein', 'model')
    """
    found = [word for _, _, word in words(text)]
    content = [word for word in found if word not in STOPWORDS[lang]]
    return tuple(dict.fromkeys(stem(word, lang) for word in content or found if word))


def _standing_alone(asked: str, lang: str, history: Sequence[str]) -> str:
    """The question with the subject of the ones before it, when it points back and names none of its own."""
    history = [earlier[:MOST_CHARS] for earlier in history[-MOST_HISTORY:]]
    if not history or not _POINTING_BACK[lang].search(fold(asked)) or _subjects(asked):
        return asked
    for earlier in reversed(history):
        if subjects := _subjects(earlier):
            return f"{asked} ({', '.join(subjects[:MOST_SUBJECTS])})"[:MOST_CHARS]
    return asked


def _subjects(text: str) -> list[str]:
    """Names in a question: runs of capitalised words, but for the first word when it only begins the question."""
    found = []
    for match in _SUBJECT.finditer(text):
        name = match.group()
        first, _, rest = name.partition(" ")
        if match.start() == 0 and any(fold(first) in STOPWORDS[lang] or kind_of(first, lang) is not Asked.OTHER for lang in LANGUAGES):
            name = rest
        if name:
            found.append(name)
    return found
