"""The words of dates in Portuguese and English, folded: months, weekdays, units, numbers, and what may not stand beside them.

What they are for stands in `qa/datemeanings.py` and `qa/daterules.py`.
"""

import re

NEAR_CHARS = 60  # how far before an expression the words that change it are looked for


def spaced(readable: str) -> str:
    """A pattern whose spaces are one to three of white space each, so that no run of them is read twice."""
    return readable.replace(" ", r"(?:\s{1,3})")


POSSESSIVE = ("'s", "’s")
SENTENCE_END = frozenset(".?!:;\n")
WORD = re.compile(r"[^\W_](?:[\w'’-]*[^\W_])?")
MONTH_NAMES = {
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro".split(),
    "en": "january february march april may june july august september october november december".split(),
}
MONTHS = {name[:3]: number for names in MONTH_NAMES.values() for number, name in enumerate(names, 1)}
WEEKDAYS = {name: number for names in ("seg ter qua qui sex sab dom", "mon tue wed thu fri sat sun") for number, name in enumerate(names.split())}
UNITS = {
    word: unit
    for unit, words in {
        "hour": "hora horas hour hours",
        "day": "dia dias day days",
        "week": "semana semanas week weeks",
        "month": "mes meses month months",
        "quarter": "trimestre trimestres quarter quarters",
        "half": "semestre semestres",
        "year": "ano anos year years",
        "decade": "decada decadas decade decades",
        "weekend": "weekend",
    }.items()
    for word in words.split()
} | {"fim de semana": "weekend", "final de semana": "weekend"}
NUMBERS = {
    word: number
    for words in (
        "um dois tres quatro cinco seis sete oito nove dez onze doze treze quatorze quinze",
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
    )
    for number, word in enumerate(words.split(), 1)
} | {"a": 1, "an": 1, "uma": 1, "duas": 2, "catorze": 14, "vinte": 20, "twenty": 20, "trinta": 30, "thirty": 30, "noventa": 90, "ninety": 90}
ORDINALS = {
    key: number
    for number, keys in enumerate(("ult las fin", "pri fir 1 1o 1a 1st", "seg sec 2 2o 2a 2nd", "ter thi 3 3o 3a 3rd", "qua fou 4 4o 4a 4th"))
    for key in keys.split()
}
MODES = (("last", "ultim|passad|retrasad|last|past|previous"), ("next", "proxim|que|next|coming"), ("this", "est|this"))
SHIFT = {"last": -1, "this": 0, "next": 1}
OF = frozenset("de do da dos das of".split())
SMALL = frozenset("antes depois hoje ontem amanha agora today yesterday tomorrow later earlier now ago cada every next last".split())
STREETS = frozenset("rua avenida av praca largo travessa alameda estadio escola colegio bairro palacio ponte street plaza".split())
COLOURS = frozenset("rosa azul amarelo amarela vermelho laranja roxo lilas verde branco negro negra temporal regulatorio legal civil zero".split())
EVENTS = frozenset(
    """copa mundial mundiais eleicao eleicoes olimpiada olimpiadas paralimpiada paralimpiadas jogos oscar carnaval guerra golpe crise revolucao censo
    campeonato temporada edicao premio enem festival pandemia enchente enchentes ataque ataques atentado atentados atos golpistas
    cup election elections olympics paralympics games oscars awards war coup crisis census championship championships season referendum
    edition tournament eurovision midterms primaries attack attacks riot riots rioters insurrection revolution""".split()
)
BEFORE_MONTH = {
    "pt": frozenset("em de desde ate a e entre para durante neste".split()),
    "en": frozenset("in since until till by of during from before after between early late mid through for this".split()),
}
BEFORE_YEAR = {
    "pt": frozenset("em de do da desde ate durante ano anos entre para apos a".split()),
    "en": frozenset(
        "in of since until till by during from before after between early late mid through for year the this to and a which what".split()
    ),
}
MORE_THAN = frozenset(
    "quase|aproximadamente|nearly|almost|over|mais de|menos de|cerca de|perto de|pelo menos|more than|less than|fewer than|at least".split("|")
)
LASTING = "|".join("(?:est|viv|exist|mora|trabalha|governa|dura|reina|pres[oa]|casad|ocupa|joga|atua|lidera|sem|fechad|parad|permanec)".split())
NUMBERED = re.compile(r"(?:[$€£#]|\b(?:n[o.]|numero|number|artigo|sala|room|flight|voo|page|pagina)\.?)\s?$")
DAY_WORDS = {
    "ontem": -1, "anteontem": -2, "antes de ontem": -2, "amanha": 1, "depois de amanha": 2,
    "yesterday": -1, "last night": -1, "day before yesterday": -2, "tomorrow": 1, "day after tomorrow": 2,
}  # fmt: skip
NOT_BEFORE_DAY = {"pt": frozenset(["o", "do", "no"]), "en": frozenset(["usa"])}
BEFORE_WEEKEND = frozenset("o no do ao the".split())
BEFORE_WEEKDAY = frozenset("na no ate desde dia em de neste neste entre a on by since until till from before after between this through".split())
ORDINAL_DAYS = frozenset("segunda terca quarta quinta sexta".split())
EVERY = frozenset("todo toda todos todas cada every each all".split())
NOT_BEFORE_WEEKDAY = EVERY | frozenset("black good ash super cyber bloody easter palm casual sheffield santo ruby freaky man".split())
FEASTS = re.compile(
    r"\s(?:santa|gorda|magra|negra|maior|legal|espetacular|sangrento|13|the 13th|d[aeo] (?:cinzas|paixao|pascoa|ramos|carnaval)"
    r"|(?:night|morning) (?:live|football|lights|raw)|(?:times|mail|telegraph|express|mirror|post))\b"
)
FROM_MONDAY = re.compile(r"\b(?:segunda(?:[- ]feira)?\sa|monday\s(?:to|through))\s$")
TO_WEEKEND = re.compile(r"\s(?:a|to|through)\s(?:sexta|sabado|domingo|friday|saturday|sunday)\b")
DAYTIMES = re.compile(r"\s(?:de (?:manha|tarde|noite|madrugada)|d[aeo] (?:semana|mes) passad[oa])\b")

Y = r"(?:1[5-9]|20)[0-9]{2}"
COUNTED = (
    "pessoas|casos|mort[oe]s|mortes|ferid[oa]s|vitimas|casas|empresas|cidades|municipios|paises|empregos|vagas|soldados|homens|mulheres|criancas|alunos"
    "|votos|gols|pontos|reais|dolares|euros|libras|toneladas|quilos|metros|km|kg|mw|gw|milhas|hectares|litros|anos|mes(?:es)?|semanas|dias|horas|minutos"
    "|vezes|milhoes|mil|bilhoes|policiais|presos|agentes|people|cases|deaths|dead|victims|homes|houses|companies|cities|countries|jobs|soldiers|troops"
    "|men|women|children|students|workers|votes|goals|points|dollars|pounds|tons|tonnes|met(?:re|er)s|miles|feet|acres|years|months|weeks|days|hours"
    "|minutes|times|million|billion|thousand|per ?cent|police|officers|others|more|additional|mais"
)
N = "[0-9]{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True))
UNIT = "dias?|semanas?|mes(?:es)?|anos?|decadas?|days?|weeks?|months?|years?|decades?"
# What the braces in a rule stand for, and tokens stand in tokens.
TOKENS = {
    "year": rf"(?P<year>{Y})(?!\w|[.,:]\d)(?! (?:{COUNTED})\b)",
    "yy": rf"(?P<year>{Y}|[0-9][0-9])",
    "day": "(?P<day>[0-9]{1,2})",
    "month number": "(?P<month>[0-9]{1,2})",
    "number": f"(?P<number>{N})",
    "unit": f"(?P<unit>{UNIT})",
    "unit or hour": f"(?P<unit>{UNIT}|horas?|hours?)",
    "things": f"(?: (?:{COUNTED})\\b)",
}
PT = {
    "month": "(?P<month>" + "|".join(rf"{name}|{name[:3]}\b\.?" for name in MONTH_NAMES["pt"]) + ")",
    "of year": r"(?:(?:,? (?:de |do ano de )?| ?/ ?){year}| (?P<of>deste ano|do ano passado|do ultimo ano|do proximo ano|do ano que vem))",
    "to last": r"(?:(?: (?:a|e|ate) | ?[-–] ?)(?P<last>[0-9]{1,2})[oa°]?)",
    "any weekday": "(?P<on>(?:segunda|terca|quarta|quinta|sexta)(?:[- ]feira)?|sabado|domingo)",
    "weekday": "(?P<weekday>(?:segunda|terca|quarta|quinta|sexta)[- ]feira|segunda|terca|quarta|quinta|sexta|sabado|domingo)",
    "mode": "(?P<mode>ultim[oa]|proxim[oa]|[nd]?est[ea])",
    "tail": "(?P<tail>passad[oa]|ultim[oa]|retrasad[oa]|proxim[oa]|que vem)",
    "period": "(?P<unit>semana|mes|trimestre|semestre|ano|decada|fi(?:m|nal)[- ]de[- ]semana)",
}
EN = {
    "month": r"(?P<month>january|february|march|april|may|june|july|august|september|october|november|december|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)",
    "of year": "(?:,? (?:of )?(?:{year}|(?P<of>(?:last|this|next) year)))",
    "to last": "(?:(?: (?:to|and|through|until) | ?[-–&] ?)(?P<last>[0-9]{1,2})(?:st|nd|rd|th)?)",
    "weekday": "(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day)",
    "any weekday": "(?P<on>(?:mon|tues|wednes|thurs|fri|satur|sun)day)",
    "mode": "(?P<mode>last|this past|this|past|next)",
    "period": "(?P<unit>week|month|quarter|year|decade|weekend)",
}
MONTHS_AFTER = re.compile(spaced(rf"(?: {Y})? (?:to|and|or|until|through) (?:{'|'.join(MONTH_NAMES['en'])})\b"))
MONTHS_BEFORE = re.compile(spaced(rf"\b(?:{'|'.join(MONTH_NAMES['en'])})(?: {Y})? (?:to|and|or|until|through) $"))
