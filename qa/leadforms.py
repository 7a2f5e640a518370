"""The forms of leads: what sentences say of their subjects, and the questions for it, in Portuguese and English.

In: nothing.  Out: patterns and questions.  A new form is a line here; `leads.py` knows how to use it.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from qa.kinds import Asked


class Form(NamedTuple):
    """What a sentence says of its subject, and the question for it, by language."""

    name: str
    says: dict[str, str]  # pattern of the verb; in Portuguese a participle ends as the subject wants it
    asks: dict[str, str]  # {x} is the subject, {verb} the verb as it stands, {o} the ending of its participle
    needs: Asked | None = None  # a figure or a moment that the sentence must hold behind the verb
    common: bool = False  # whether the subject may be any noun that begins the sentence


MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split(),
}
# Past in English, its base, the Portuguese past that asks the same.
_DEEDS = """announced announce anunciou|unveiled unveil apresentou|launched launch lançou|proposed propose propôs|demanded demand exigiu|denied deny negou
rejected reject rejeitou|approved approve aprovou|signed sign assinou|banned ban proibiu|acquired acquire adquiriu|discovered discover descobriu
promised promise prometeu|offered offer ofereceu|recommended recommend recomendou|canceled cancel cancelou|cancelled cancel cancelou
suspended suspend suspendeu|vetoed veto vetou|criticized criticize criticou|threatened threaten ameaçou""".replace("\n", "|").split("|")
# Participle in English, its past, participle in Portuguese without its ending, its past.
_MADE = """founded founded fundad fundou|directed directed dirigid dirigiu|written wrote escrit escreveu|designed designed projetad projetou
built built construíd construiu|developed developed desenvolvid desenvolveu|created created criad criou|bought bought comprad comprou
acquired acquired adquirid adquiriu|discovered discovered descobert descobriu|invented invented inventad inventou|killed killed assassinad matou""".replace(
    "\n", "|"
).split("|")
# Behind a verb: no sign that what was announced or signed stands elsewhere.
_OBJECT = {
    "en": r"(?= (?!(?:by|in|at|against|with|as|for|from|to|after|over|it|him|her|them|off|out|up|back|again|and)\b))",
    "pt": r"(?= (?!(?:por|pel[oa]s?|em|n[oa]s?|contra|com|como|para|após|de|d[oa]s?|e)\b))",
}

_NAME = r"[A-ZÀ-Þ][\w’'-]*(?:\.[A-Z][\w’'-]*)*"
_JOINS = {"en": r"(?:(?:of|of the|for|bin|al|van|von|de|da)\s)?", "pt": r"(?:(?:d[aeo]s?|al|bin|van|von)\s)?"}
ASIDE = r"(?:,\s[^,;.:]{2,70},)?"
_ROLE = {
    "en": r"(?:[Tt]he\s)?",
    "pt": r"(?:[OAoa]s?\s)?(?:(?:presidente|ministr[oa]|governadora?|prefeit[oa]|senadora?|deputad[oa]|diretora?|empresa|companhia|juíza?|papa)\s)?",
}
_ADVERB = {
    "en": r"(?:(?:has|have|had|also|later|then|first|recently|formally|officially|already)\s){0,2}",
    "pt": r"(?:(?:também|já|depois|ainda)\s)?",
}
_SAYS = {
    "en": r"(?:said|says|told|argued|warned|stated|explained|wrote|tweeted)",
    "pt": r"(?:disse|afirmou|declarou|explicou|alertou|avaliou|escreveu)",
}
_PERSONS = {
    "en": r"(?:chair(?:man|woman)?|chief|president|minister|secretary|judge|justice|director|head|(?:co-?)?founder|officer|executive|analyst|professor|spokes\w+|senator"
    r"|governor|mayor|chancellor|archbishop|physicist|scientist|researcher|economist|engineer|author|writer|actor|actress|singer|player|coach|captain|champion"
    r"|lawyer|attorney|prosecutor|leader|commander|general|doctor|physician|owner|manager|editor|journalist|lawmaker|congress\w+|supervisor|astronaut|expert|CEO"
    r"|historian|biologist|epidemiologist|strategist|adviser|advisor|ambassador|official|fellow)s?",
    "pt": r"(?:president[ea]|ministr[oa]|diretora?|chefe|(?:co)?fundadora?|secretári[oa]|professora?|pesquisadora?|economista|porta-voz|senadora?|deputad[oa]"
    r"|governadora?|prefeit[oa]|juíza?|procuradora?|advogad[oa]|cientista|físic[oa]|engenheir[oa]|autora?|escritora?|ator|atriz|cantora?|jogadora?|técnic[oa]"
    r"|treinadora?|campeã|campeão|líder|comandante|general|médic[oa]|dono|editora?|jornalista|embaixadora?|coordenadora?|relatora?|enfermeir[oa]|ginasta|cineasta"
    r"|astrônom[oa]|geólog[oa]|paleontólog[oa]|analista|especialista|infectologista|superintendente)",
}
_REASONS = {
    "en": r"\s(?:because|due to|owing to|thanks to)\b",
    "pt": r"\s(?:porque|por causa d|devido a|por conta d|em razão d|em virtude d|graças a|já que|uma vez que)",
}


@lru_cache(maxsize=1)
def forms() -> tuple[Form, ...]:
    """All of them; of two that begin with the same word the longer one first."""
    made = []
    for line in _MADE:
        participle, past, pt, did = line.split()
        asks = {"en": f"Who {past} {{x}}?", "pt": f"Quem {did} {{x}}?"}
        made.append(Form("by " + past, {"en": rf"(?:was|were) {participle} by\b", "pt": rf"foi {pt}[oa] (?:por|pel[oa]s?)\b"}, asks))
    for line in _DEEDS:
        past, base, pt = line.split()
        asks = {"en": f"What did {{x}} {base}?", "pt": f"O que {{x}} {pt}?"}
        made.append(Form(base, {"en": past + _OBJECT["en"], "pt": pt + _OBJECT["pt"]}, asks))
    return (
        *made,
        _form("plan", r"(?:plans|intends|aims) to", r"(?:pretende|planeja)", "What does {x} plan to do?", "O que {x} pretende fazer?"),
        _form("agree", r"agreed to(?! pay)", r"aceitou", "What did {x} agree to?", "O que {x} aceitou?"),
        _form("resign", r"(?:resigned|stepped down)", r"renunciou", "Why did {x} resign?", "Por que {x} renunciou?"),
        _form("collapse", r"collapsed", r"desabou", "Why did {x} collapse?", "Por que {x} desabou?"),
        _form("die", r"died (?:of|from|after)", r"morreu (?:de|após|em decorrência)", "How did {x} die?", "Como {x} morreu?"),
        _form("reopen", r"reopened", r"reabriu", "When did {x} reopen?", "Quando {x} reabriu?", Asked.WHEN),
        _form("founded", r"was founded", r"foi fundad[oa]", "When was {x} founded?", "Quando {x} foi fundad{o}?", Asked.WHEN),
        _form("arrested", r"was arrested", r"foi pres[oa]", "Why was {x} arrested?", "Por que {x} foi pres{o}?"),
        _form("accused", r"(?:is|was|has been) (?:accused of|charged with)", r"(?:é|foi) acusad[oa] de", "What is {x} accused of?", "De que {x} é acusad{o}?"),
        _form("sentenced", r"was sentenced to", r"foi condenad[oa] a", "What was {x} sentenced to?", "A que {x} foi condenad{o}?"),
        _form("pay", r"(?:will pay|is to pay)", r"(?:pagará|vai pagar)", "How much will {x} pay?", "Quanto {x} vai pagar?", Asked.MONEY),
        _form("pay", r"(?:paid|agreed to pay)", r"pagou", "How much did {x} pay?", "Quanto {x} pagou?", Asked.MONEY),
        _form("cost", r"costs", r"(?:custa|custou)", "How much does {x} cost?", "Quanto {verb} {x}?", Asked.MONEY),
        _form("sold", r"(?:sold|was sold) for", r"foi vendid[oa] por", "How much did {x} sell for?", "Por quanto {x} foi vendid{o}?", Asked.MONEY),
        _form("raise", r"raised", r"(?:arrecadou|captou|levantou)", "How much did {x} raise?", "Quanto {x} {verb}?", Asked.MONEY),
        _form("lose", r"lost", r"perdeu", "How much did {x} lose?", "Quanto {x} perdeu?", Asked.MONEY),
        _form("change", r"(?:fell|dropped|declined)", r"(?:caiu|recuou|caíram|recuaram)", "How much did {x} fall?", "Quanto {verb} {x}?", Asked.PERCENT, True),
        _form("change", r"(?:rose|climbed|jumped)", r"(?:subiu|cresceu|aumentou|subiram|cresceram)", "How much did {x} rise?", "Quanto {verb} {x}?", Asked.PERCENT, True),
    )  # fmt: skip


def _form(name: str, en: str, pt: str, asks_en: str, asks_pt: str, needs: Asked | None = None, common: bool = False) -> Form:
    return Form(name, {"en": en + r"\b", "pt": pt + r"\b"}, {"en": asks_en, "pt": asks_pt}, needs, common)


def names_of(lang: str) -> str:
    """Pattern of a name of up to five words in a text of a language."""
    return rf"{_NAME}(?:\s{_JOINS[lang]}{_NAME}){{0,4}}"


def role(lang: str) -> str:
    """Pattern of what may stand before a name and belongs to it: an article, an office."""
    return _ROLE[lang]


def adverb(lang: str) -> str:
    """Pattern of what may stand between a subject and its verb."""
    return _ADVERB[lang]


def says(lang: str) -> str:
    """Pattern of a verb of saying."""
    return _SAYS[lang]


@lru_cache(maxsize=2)
def reasons(lang: str) -> re.Pattern[str]:
    """What stands before a reason."""
    return re.compile(_REASONS[lang])


@lru_cache(maxsize=2)
def office(lang: str) -> re.Pattern[str]:
    """A person and, beside the name, what he or she is: under one of three names of a group."""
    name, person = names_of(lang), _PERSONS[lang]
    titled = rf"\b{person}\s(?P<before>{name})"
    if lang == "en":
        return re.compile(rf"(?P<name>{name}),\s(?:who\s\w|(?:an?|the|former|then)\s(?:[\w’'-]+\s){{0,3}}?{person}\b|{person}\b)|{titled}")
    beside = rf"(?P<name>{name}),\s(?:[oa]\s|uma?\s|ex-)?{person}(?=\sd[aeo]s?\b|\s[\w-]+,|,)"
    return re.compile(rf"\b{person}\s(?:[\w-]+\s){{0,5}}?[\w-]+,\s(?P<after>{name})(?=[,.])|{beside}|{titled}")


@lru_cache(maxsize=2)
def apposed(lang: str) -> re.Pattern[str]:
    """A name that begins a sentence and, beside it, what that is: at least three words between commas."""
    article = r"(?:an?|the)" if lang == "en" else r"(?:uma?|[oa])"
    return re.compile(rf"(?:The\s|[OA]s?\s)?(?P<name>{names_of(lang)}),\s{article}\s(?:[\w’'-]+\s){{2,12}}[\w’'-]+(?=,)")
