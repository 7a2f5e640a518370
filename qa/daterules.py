"""The words of dates: each rule says how a date is written in Portuguese or English, and which days that means.  To read another, begin here.

    a rule: a readable pattern over the folded question  +  a function: the match and the words around it ─► Means, or None

None says that it is no date after all, and then nothing inside it is one either: 31 de fevereiro is not February.  Pure.
"""

import re
from bisect import bisect_left
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import NamedTuple
from unicodedata import combining, normalize

from index.text import STOPWORDS
from qa.days import UNIT_MONTHS, Pair, in_month, in_week, in_year, month_of, moved, nearest, period, plus, week_of

NEAR_CHARS = 60  # how far before an expression the words that change it are looked for


class Means(NamedTuple):
    """The days that an expression means; `around` finds them anew near another day, when the words leave the year or week open."""

    since: date | None
    until: date | None
    naming: bool = False
    around: Callable[[date, str], Pair | None] | None = None


class Word(NamedTuple):
    """A word beside an expression; empty when punctuation or nothing stands there."""

    text: str = ""  # folded
    capital: bool = False  # Like this, not LIKE THIS
    opens: bool = False  # first of a sentence, where a capital tells nothing


class Asked:
    """A question and the words around a place of it."""

    def __init__(self, text: str, lang: str, as_of: date) -> None:
        self.text, self.as_of = text, as_of
        self.lang = lang if lang in RULES else "en"
        self.folded = fold(text)
        self.ordinals = bool(re.search(r"\b(?:primeir|terceir)[oa]", self.folded))  # then "na segunda" is no Monday either
        self._words = [match.span() for match in _WORD.finditer(text)]

    def before(self, at: int) -> tuple[Word, Word]:
        """The word before a place, and the one before that."""
        i = bisect_left(self._words, (at, 0)) - 1
        word = self._word(i, i >= 0 and self.text[self._words[i][1] : at].isspace())
        return word, self._word(i - 1, bool(word.text) and i > 0 and self.text[self._words[i - 1][1] : self._words[i][0]].isspace())

    def after(self, at: int) -> Word:
        """The word after a place."""
        i = bisect_left(self._words, (at, 0))
        return self._word(i, i < len(self._words) and self.text[at : self._words[i][0]].isspace())

    def _word(self, i: int, adjacent: bool) -> Word:
        if not adjacent:
            return Word()
        start, end = self._words[i]
        opens = i == 0 or not _SENTENCE_END.isdisjoint(self.text[self._words[i - 1][1] : start])
        return Word(self.folded[start:end], _capital(self.text[start:end]), opens)

    def content(self, word: Word) -> bool:
        """Whether a word carries meaning of its own."""
        return bool(word.text) and word.text not in STOPWORDS[self.lang] and word.text not in _SMALL

    def name(self, word: Word) -> bool:
        """Whether a word looks like part of a name."""
        return (
            word.capital
            and not word.opens
            and self.content(word)
            and not word.text.endswith(_POSSESSIVE)
            and word.text[:3] not in _MONTHS | _WEEKDAYS
        )


def _capital(word: str) -> bool:
    return word[:1].isupper() and not (len(word) > 1 and word.isupper())


def fold(text: str) -> str:
    """Lower case without accents, as long as the text: every character keeps its place.

    >>> fold("MARÇO, 1º"), len(fold("ﬁm"))
    ('marco, 1o', 2)
    """
    return text.lower() if text.isascii() else "".join(map(_fold, text))


def _fold(char: str) -> str:
    """A character in lower case and without accents, when that is one character; digits and signs stay what they are."""
    if char.isascii() or not char.isalpha():
        return char.lower() if char.isascii() else char
    folded = "".join(c for c in normalize("NFKD", char).lower() if not combining(c))
    return folded if len(folded) == 1 else char


def _open(asked: Asked, span: Callable[[int], Pair | None], count: Callable[[date], int], mode: str = "", naming: bool = False) -> Means | None:
    """What an expression that leaves its year, month or week open means."""
    around = partial(nearest, span, count)
    pair = around(asked.as_of, mode)
    return Means(*pair, naming=naming, around=None if mode else around) if pair else None


def _by_year(asked: Asked, match: re.Match[str], span: Callable[[int], Pair | None], mode: str = "", naming: bool = False) -> Means | None:
    """What days of a year mean, the year being named, told from today's ("do ano passado"), or left open."""
    year, other = _group(match, "year"), _mode(_group(match, "of"))
    if year or other:
        pair = span(_full(year) if year else asked.as_of.year + _SHIFT[other])
        return Means(*pair) if pair else None
    return _open(asked, span, lambda day: day.year, mode, naming)


def _group(match: re.Match[str], name: str) -> str:
    return match.groupdict().get(name) or ""


def _mode(words: str) -> str:
    """Which of its kind is meant: the last, this or the next one."""
    return next((mode for mode, sign in _MODES if re.search(sign, words)), "") if words else ""


def _full(year: str) -> int:
    return int(year) + 2000 * (len(year) == 2)


# ── What each expression means ──


def _numeric(asked: Asked, match: re.Match[str]) -> Means | None:
    """7/1/2026, day first in Portuguese and month first in English unless that is no date; 2026-01-07."""
    day, month, year = int(match["day"]), int(match["month"]), _full(match["year"])
    if asked.lang == "en" and match.start("day") < match.start("month"):
        day, month = month, day
    if month > 12 and match.start("day") < match.start("year"):
        day, month = month, day
    pair = in_year(month, day, day, 0, year)
    return Means(*pair) if pair else None


def _day_and_month(asked: Asked, match: re.Match[str]) -> Means | None:
    """7 de janeiro de 2026, 1º a 7 de maio; January 7, 7th of January. Streets and stadiums are called like days too."""
    before, earlier = asked.before(match.start())
    after = asked.after(match.end())
    if match.start() == match.start("day") and (before.text in _STREETS or (asked.lang == "pt" and before.text in ("na", "da", "pela"))):
        return None
    if not _group(match, "year") and not _group(match, "of") and asked.text[match.start("month") : match.end("month")] in ("may", "march"):
        day_first = match.start("day") < match.start("month")
        if asked.content(after) or (day_first and before.text != "on" and " of " not in match.group()):
            return None
    first = 1 if match["day"] == "primeiro" else int(match["day"])
    days = partial(in_year, _MONTHS[match["month"][:3]], first, int(_group(match, "last") or first), 0)
    event = after.text in _EVENTS or before.text in _EVENTS or (before.text in _OF and earlier.text in _EVENTS)
    mode = _mode(_group(match, "mode"))
    return _by_year(asked, match, _falling(match, days), mode, event) or _by_year(asked, match, days, mode, event)


def _month(asked: Asked, match: re.Match[str]) -> Means | None:
    """Em março, março de 2025, agosto do ano passado; in March, last August."""
    written, mode = asked.text[match.start("month") : match.end("month")], _group(match, "mode") or _group(match, "tail")
    year = bool(_group(match, "year") or _group(match, "of"))
    short = match["month"] not in _MONTH_NAMES[asked.lang]
    if (short and not year) or not (_month_pt if asked.lang == "pt" else _month_en)(asked, match, written, mode, year):
        return None
    return _by_year(asked, match, partial(in_year, _MONTHS[match["month"][:3]], 1, 0, 1), _mode(mode))


def _month_pt(asked: Asked, match: re.Match[str], written: str, mode: str, year: bool) -> bool:
    """Whether a Portuguese month is meant: not Rio de Janeiro, Outubro Rosa, a landmark (marco), a Marco or a maiô."""
    if written in ("maiô", "Marco") or asked.after(match.end()).text in _COLOURS:
        return False
    preposition = asked.before(match.start())[0].text in _BEFORE_MONTH["pt"] or bool(mode) or match.group().startswith("mes")
    return preposition or (written != "marco" and (year or (not written[0].isupper() and written != "maio")))


def _month_en(asked: Asked, match: re.Match[str], written: str, mode: str, year: bool) -> bool:
    """Whether an English month is meant: not the verb or the name May, a march, April or the October Revolution."""
    (before, _), after, verb = asked.before(match.start()), asked.after(match.end()), written in ("may", "march")
    if (
        year
        or _MONTHS_AFTER.match(asked.folded, match.end())
        or _MONTHS_BEFORE.search(asked.folded[max(0, match.start() - NEAR_CHARS) : match.start()])
    ):
        return True
    if mode:
        return not verb or (mode != "this" and before.text != "the")
    if verb or before.text in _BEFORE_MONTH["en"]:
        return before.text in (("in", "since", "until", "by") if verb else _BEFORE_MONTH["en"])
    if match["month"] in ("march", "april", "may", "june", "august"):
        return before.text == "the" and written[0].isupper() and asked.content(after) and not after.capital
    return not after.capital and not asked.name(before)


def _day_slash_month(asked: Asked, match: re.Match[str]) -> Means | None:
    """Em 7/1, in Portuguese only: elsewhere it is a fraction or a score."""
    if asked.before(match.start())[0].text not in ("em", "dia", "desde", "ate") or asked.after(match.end()).text in _OF:
        return None
    return _open(asked, partial(in_year, int(match["month"]), int(match["day"]), int(match["day"]), 0), lambda day: day.year)


def _day_alone(asked: Asked, match: re.Match[str]) -> Means | None:
    """No dia 13."""
    vague = asked.before(match.start())[0].text in _EVERY or asked.content(asked.after(match.end()))
    return None if vague else _day_of_month(asked, match)


def _day_of_month(asked: Asked, match: re.Match[str]) -> Means | None:
    """Nesta quarta-feira (14)."""
    days = partial(in_month, int(match["day"]))
    return _open(asked, _falling(match, days), month_of) or _open(asked, days, month_of)


def _falling(match: re.Match[str], span: Callable[[int], Pair | None]) -> Callable[[int], Pair | None]:
    """The days of a span, only where they begin on the weekday that is named with them: it tells the year or the month."""
    if not (name := _group(match, "on")):
        return span

    def days(turn: int) -> Pair | None:
        pair = span(turn)
        return pair if pair and pair[0].weekday() == _WEEKDAYS[name[:3]] else None

    return days


def _part_of_year(asked: Asked, match: re.Match[str]) -> Means | None:
    """Terceiro trimestre de 2025, 3T25, primeiro semestre; Q3 2025, first half of 2025."""
    which, half = _ORDINALS[match["which"][:3]], match["part"][0] in "smh"
    before = asked.before(match.start())[0]
    if which > (2 if half else 4) or asked.name(before):
        return None
    if match["part"] == "q" and not _group(match, "year") and not _group(match, "of") and before.text not in _BEFORE_MONTH["en"]:
        return None
    months = 6 if half else 3
    which = which or 12 // months
    return _by_year(asked, match, partial(in_year, (which - 1) * months + 1, 1, 0, months))


def _decade(_: Asked, match: re.Match[str]) -> Means | None:
    """Anos 1990, década de 80, the 1990s, the '90s: 10 and 20 are of this century, 30 to 90 of the last."""
    decade = int(match["decade"])
    if decade < 100:
        decade += 2000 if decade < 30 else 1900
    return Means(date(decade, 1, 1), date(decade + 9, 12, 31))


def _years(asked: Asked, match: re.Match[str]) -> Means | None:
    """2019-2021, 2024/25. Anything else that is joined to a year by a hyphen is a code."""
    first, last = int(match["first"]), match["until"]
    until = int(str(first)[: 4 - len(last)] + last)
    return Means(date(first, 1, 1), date(until, 12, 31), naming=_naming(asked, match)) if first < until else None


def _year(asked: Asked, match: re.Match[str]) -> Means | None:
    """A year, unless the number counts something: never before a plural of things, after a quantity or a bare verb."""
    (before, earlier), after = asked.before(match.start()), asked.after(match.end())
    placed = before.text in _BEFORE_YEAR[asked.lang] or before.text in _EVENTS or before.text.endswith(_POSSESSIVE)
    loose = not before.text or asked.name(before) or (before.capital and before.opens and int(match["year"]) % 100 != 0)
    small = bool(before.text) and not asked.content(before)
    if asked.content(after) and not after.capital:
        things = after.text.endswith("s") and not re.search(r"ss$|[ai]d[oa]s$", after.text) and after.text not in _EVENTS
        weak = before.text in _OF or before.text == "a"
        fits = (placed and not (weak and things)) or after.text in _EVENTS or asked.name(before)
    else:
        fits = placed or loose or small or int(match["year"]) % 100 != 0
    many = f"{earlier.text} {before.text}" in _MORE_THAN or before.text in _MORE_THAN
    if not fits or many or _NUMBERED.search(asked.folded[max(0, match.start() - NEAR_CHARS) : match.start()]):
        return None
    year = int(match["year"])
    return Means(date(year, 1, 1), date(year, 12, 31), naming=_naming(asked, match))


def _naming(asked: Asked, match: re.Match[str]) -> bool:
    """Whether a year belongs to a name: Copa de 2022, Eleições 2018, the 2022 World Cup."""
    (before, earlier), after = asked.before(match.start()), asked.after(match.end())
    if before.text in _OF:
        return asked.name(earlier) or earlier.text in _EVENTS or (asked.lang == "en" and after.capital)
    if before.text in _EVENTS or asked.name(before) or (before.capital and before.opens and asked.content(before)):
        return True
    return asked.lang == "en" and before.text not in _BEFORE_MONTH["en"] and (after.capital or after.text in _EVENTS)


def _day_word(asked: Asked, match: re.Match[str]) -> Means | None:
    """Hoje, ontem, anteontem, esta noite; today, the day before yesterday, last night. Not "Jornal Hoje", "o amanhã"."""
    before, earlier = asked.before(match.start())
    if _title(asked, match) or before.text in _NOT_BEFORE_DAY[asked.lang] or earlier.text == "dias":
        return None
    day = plus(asked.as_of, _DAY_WORDS.get(" ".join(match.group().split()), 0))
    return Means(day, day)


def _title(asked: Asked, match: re.Match[str]) -> bool:
    """Whether capitals tell that it is a title: Last Week Tonight, USA Today."""
    if not _capital(asked.text[match.start() : match.end()].split()[-1]):
        return False
    before = asked.before(match.start())[0]
    return " " in match.group() or (before.capital and asked.content(before)) or (match.start() > 0 and asked.after(match.end()).capital)


def _unit(match: re.Match[str]) -> str:
    return _UNITS[re.sub(r"\W+", " ", match["unit"])]


def _calendar(asked: Asked, match: re.Match[str]) -> Means | None:
    """Esta semana, mês passado, no próximo ano, no último mês; this week, last year, the past month, the weekend."""
    words, unit, today = _group(match, "mode") or _group(match, "tail"), _unit(match), asked.as_of
    mode = _mode(words) or ("this" if _group(match, "this") else "")
    before = asked.before(match.start())[0].text
    if _title(asked, match) or (not mode and before not in _BEFORE_WEEKEND):
        return None
    if unit == "weekend":
        return _open(asked, partial(in_week, 5, 6), week_of, mode)
    if words.endswith("past") or (mode == "last" and before == "the") or (unit == "decade" and mode == "last"):
        return Means(moved(today, -1, unit), today)
    since, until = period(moved(today.replace(day=1) if unit in UNIT_MONTHS else today, _SHIFT[mode] * (1 + words.startswith("re")), unit), unit)
    return Means(since, today if words.startswith("ultim") and unit in ("week", "month", "year") else until)


def _rolling(asked: Asked, match: re.Match[str]) -> Means | None:
    """Nos últimos 3 dias, in the past two weeks, next ten days: up to today, or from today on."""
    unit, number = _unit(match), _number(match)
    if unit == "hour":
        unit, number = "day", -(-number // 24)
    day = asked.as_of
    return Means(day, moved(day, number, unit)) if _mode(match["mode"]) == "next" else Means(moved(day, -number, unit), day)


def _ago(asked: Asked, match: re.Match[str]) -> Means | None:
    """Há dois dias, três meses atrás, two years ago: the day, or the calendar period."""
    before, earlier = asked.before(match.start())
    if f"{earlier.text} {before.text}" in _MORE_THAN or before.text in _MORE_THAN or re.match(_LASTING, before.text):
        return None
    unit = _unit(match)
    return Means(*period(moved(asked.as_of, -_number(match), unit), unit))


def _number(match: re.Match[str]) -> int:
    number = match["number"]
    return int(number) if number.isdigit() else _NUMBERS[number]


def _weekday(asked: Asked, match: re.Match[str]) -> Means | None:
    """Na segunda-feira, sexta passada, nesta terça; last Tuesday, on Friday. Not every Sunday, Black Friday, Monday to Friday, "a segunda maior"."""
    (before, _), after, start, end = asked.before(match.start()), asked.after(match.end()), match.start("weekday"), match.end()
    tail, day = _group(match, "tail"), _WEEKDAYS[match["weekday"][:3]]
    mode = _group(match, "mode") or tail
    workdays = (
        _TO_WEEKEND.match(asked.folded, end) if day == 0 else day >= 4 and _FROM_MONDAY.search(asked.folded[max(0, start - NEAR_CHARS) : start])
    )
    if workdays or before.text in _NOT_BEFORE_WEEKDAY or _FEASTS.match(asked.folded, end):
        return None
    if match["weekday"] in _ORDINAL_DAYS:
        alone = tail or _DAYTIMES.match(asked.folded, end) or not (asked.content(after) or after.text in _OF | {"e", "ou"})
        if not alone or not (mode or before.text in ("na", "ate", "desde")) or asked.ordinals:
            return None
    named = asked.text[start].isupper() and (after.capital or asked.name(before) or (asked.lang == "pt" and day >= 5))
    if named and match["weekday"] not in _ORDINAL_DAYS and not mode and before.text not in _BEFORE_WEEKDAY:
        return None
    this = asked.lang == "pt" and _mode(mode) == "this"  # "nesta quarta" is how news in Portuguese tells of the latest one
    return _open(asked, partial(in_week, day, day), week_of, "" if this else _mode(mode))


# ── The words of the rules ──


def spaced(readable: str) -> str:
    """A pattern whose spaces are one to three of white space each, so that no run of them is read twice."""
    return readable.replace(" ", r"(?:\s{1,3})")


_POSSESSIVE = ("'s", "’s")
_SENTENCE_END = frozenset(".?!:;\n")
_WORD = re.compile(r"[^\W_](?:[\w'’-]*[^\W_])?")
_MONTH_NAMES = {
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro".split(),
    "en": "january february march april may june july august september october november december".split(),
}
_MONTHS = {name[:3]: number for names in _MONTH_NAMES.values() for number, name in enumerate(names, 1)}
_WEEKDAYS = {name: number for names in ("seg ter qua qui sex sab dom", "mon tue wed thu fri sat sun") for number, name in enumerate(names.split())}
_UNITS = {
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
_NUMBERS = {
    word: number
    for words in (
        "um dois tres quatro cinco seis sete oito nove dez onze doze treze quatorze quinze",
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
    )
    for number, word in enumerate(words.split(), 1)
} | {"a": 1, "an": 1, "uma": 1, "duas": 2, "catorze": 14, "vinte": 20, "twenty": 20, "trinta": 30, "thirty": 30, "noventa": 90, "ninety": 90}
_ORDINALS = {
    key: number
    for number, keys in enumerate(("ult las fin", "pri fir 1 1o 1a 1st", "seg sec 2 2o 2a 2nd", "ter thi 3 3o 3a 3rd", "qua fou 4 4o 4a 4th"))
    for key in keys.split()
}
_MODES = (("last", "ultim|passad|retrasad|last|past|previous"), ("next", "proxim|que|next|coming"), ("this", "est|this"))
_SHIFT = {"last": -1, "this": 0, "next": 1}
_OF = frozenset("de do da dos das of".split())
_SMALL = frozenset("antes depois hoje ontem amanha agora today yesterday tomorrow later earlier now ago cada every next last".split())
_STREETS = frozenset("rua avenida av praca largo travessa alameda estadio escola colegio bairro palacio ponte street plaza".split())
_COLOURS = frozenset("rosa azul amarelo amarela vermelho laranja roxo lilas verde branco negro negra temporal regulatorio legal civil zero".split())
_EVENTS = frozenset(
    """copa mundial mundiais eleicao eleicoes olimpiada olimpiadas paralimpiada paralimpiadas jogos oscar carnaval guerra golpe crise revolucao censo
    campeonato temporada edicao premio enem festival pandemia enchente enchentes ataque ataques atentado atentados atos golpistas
    cup election elections olympics paralympics games oscars awards war coup crisis census championship championships season referendum
    edition tournament eurovision midterms primaries attack attacks riot riots rioters insurrection revolution""".split()
)
_BEFORE_MONTH = {
    "pt": frozenset("em de desde ate a e entre para durante neste".split()),
    "en": frozenset("in since until till by of during from before after between early late mid through for this".split()),
}
_BEFORE_YEAR = {
    "pt": frozenset("em de do da desde ate durante ano anos entre para apos a".split()),
    "en": frozenset(
        "in of since until till by during from before after between early late mid through for year the this to and a which what".split()
    ),
}
_MORE_THAN = frozenset(
    "quase|aproximadamente|nearly|almost|over|mais de|menos de|cerca de|perto de|pelo menos|more than|less than|fewer than|at least".split("|")
)
_LASTING = "|".join("(?:est|viv|exist|mora|trabalha|governa|dura|reina|pres[oa]|casad|ocupa|joga|atua|lidera|sem|fechad|parad|permanec)".split())
_NUMBERED = re.compile(r"(?:[$€£#]|\b(?:n[o.]|numero|number|artigo|sala|room|flight|voo|page|pagina)\.?)\s?$")
_DAY_WORDS = {
    "ontem": -1, "anteontem": -2, "antes de ontem": -2, "amanha": 1, "depois de amanha": 2,
    "yesterday": -1, "last night": -1, "day before yesterday": -2, "tomorrow": 1, "day after tomorrow": 2,
}  # fmt: skip
_NOT_BEFORE_DAY = {"pt": frozenset(["o", "do", "no"]), "en": frozenset(["usa"])}
_BEFORE_WEEKEND = frozenset("o no do ao the".split())
_BEFORE_WEEKDAY = frozenset("na no ate desde dia em de neste neste entre a on by since until till from before after between this through".split())
_ORDINAL_DAYS = frozenset("segunda terca quarta quinta sexta".split())
_EVERY = frozenset("todo toda todos todas cada every each all".split())
_NOT_BEFORE_WEEKDAY = _EVERY | frozenset("black good ash super cyber bloody easter palm casual sheffield santo ruby freaky man".split())
_FEASTS = re.compile(
    r"\s(?:santa|gorda|magra|negra|maior|legal|espetacular|sangrento|13|the 13th|d[aeo] (?:cinzas|paixao|pascoa|ramos|carnaval)"
    r"|(?:night|morning) (?:live|football|lights|raw)|(?:times|mail|telegraph|express|mirror|post))\b"
)
_FROM_MONDAY = re.compile(r"\b(?:segunda(?:[- ]feira)?\sa|monday\s(?:to|through))\s$")
_TO_WEEKEND = re.compile(r"\s(?:a|to|through)\s(?:sexta|sabado|domingo|friday|saturday|sunday)\b")
_DAYTIMES = re.compile(r"\s(?:de (?:manha|tarde|noite|madrugada)|d[aeo] (?:semana|mes) passad[oa])\b")

_Y = r"(?:1[5-9]|20)[0-9]{2}"
_COUNTED = (
    "pessoas|casos|mort[oe]s|mortes|ferid[oa]s|vitimas|casas|empresas|cidades|municipios|paises|empregos|vagas|soldados|homens|mulheres|criancas|alunos"
    "|votos|gols|pontos|reais|dolares|euros|libras|toneladas|quilos|metros|km|kg|mw|gw|milhas|hectares|litros|anos|mes(?:es)?|semanas|dias|horas|minutos"
    "|vezes|milhoes|mil|bilhoes|policiais|presos|agentes|people|cases|deaths|dead|victims|homes|houses|companies|cities|countries|jobs|soldiers|troops"
    "|men|women|children|students|workers|votes|goals|points|dollars|pounds|tons|tonnes|met(?:re|er)s|miles|feet|acres|years|months|weeks|days|hours"
    "|minutes|times|million|billion|thousand|per ?cent|police|officers|others|more|additional|mais"
)
_N = "[0-9]{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_UNIT = "dias?|semanas?|mes(?:es)?|anos?|decadas?|days?|weeks?|months?|years?|decades?"
# What the braces in a rule stand for, and tokens stand in tokens.
_TOKENS = {
    "year": rf"(?P<year>{_Y})(?!\w|[.,:]\d)(?! (?:{_COUNTED})\b)",
    "yy": rf"(?P<year>{_Y}|[0-9][0-9])",
    "day": "(?P<day>[0-9]{1,2})",
    "month number": "(?P<month>[0-9]{1,2})",
    "number": f"(?P<number>{_N})",
    "unit": f"(?P<unit>{_UNIT})",
    "unit or hour": f"(?P<unit>{_UNIT}|horas?|hours?)",
    "things": f"(?: (?:{_COUNTED})\\b)",
}
_PT = {
    "month": "(?P<month>" + "|".join(rf"{name}|{name[:3]}\b\.?" for name in _MONTH_NAMES["pt"]) + ")",
    "of year": r"(?:(?:,? (?:de |do ano de )?| ?/ ?){year}| (?P<of>deste ano|do ano passado|do ultimo ano|do proximo ano|do ano que vem))",
    "to last": r"(?:(?: (?:a|e|ate) | ?[-–] ?)(?P<last>[0-9]{1,2})[oa°]?)",
    "any weekday": "(?P<on>(?:segunda|terca|quarta|quinta|sexta)(?:[- ]feira)?|sabado|domingo)",
    "weekday": "(?P<weekday>(?:segunda|terca|quarta|quinta|sexta)[- ]feira|segunda|terca|quarta|quinta|sexta|sabado|domingo)",
    "mode": "(?P<mode>ultim[oa]|proxim[oa]|[nd]?est[ea])",
    "tail": "(?P<tail>passad[oa]|ultim[oa]|retrasad[oa]|proxim[oa]|que vem)",
    "period": "(?P<unit>semana|mes|trimestre|semestre|ano|decada|fi(?:m|nal)[- ]de[- ]semana)",
}
_EN = {
    "month": r"(?P<month>january|february|march|april|may|june|july|august|september|october|november|december|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)",
    "of year": "(?:,? (?:of )?(?:{year}|(?P<of>(?:last|this|next) year)))",
    "to last": "(?:(?: (?:to|and|through|until) | ?[-–&] ?)(?P<last>[0-9]{1,2})(?:st|nd|rd|th)?)",
    "weekday": "(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day)",
    "any weekday": "(?P<on>(?:mon|tues|wednes|thurs|fri|satur|sun)day)",
    "mode": "(?P<mode>last|this past|this|past|next)",
    "period": "(?P<unit>week|month|quarter|year|decade|weekend)",
}
_MONTHS_AFTER = re.compile(spaced(rf"(?: {_Y})? (?:to|and|or|until|through) (?:{'|'.join(_MONTH_NAMES['en'])})\b"))
_MONTHS_BEFORE = re.compile(spaced(rf"\b(?:{'|'.join(_MONTH_NAMES['en'])})(?: {_Y})? (?:to|and|or|until|through) $"))
_Rule = tuple[str, Callable[[Asked, re.Match[str]], Means | None]]
_ANY: list[_Rule] = [
    (rf"(?P<year>{_Y})(?P<sign>[-/]){{month number}}(?P=sign){{day}}(?:t[0-9:]+z?)?", _numeric),
    (rf"{{day}}(?P<sign>[-/.]){{month number}}(?P=sign)(?P<year>{_Y}|(?<=/)[0-9][0-9])", _numeric),
    (rf"(?P<first>{_Y}) ?[-–/] ?(?P<until>{_Y}|[0-9][0-9])", _years),
    ("{year}", _year),
]
_RULES_PT: list[_Rule] = [
    ("(?:{any weekday},? |{mode} dia )?(?P<day>[0-9]{1,2}|primeiro)[oa°]?{to last}? de {month}{of year}?", _day_and_month),
    (r"(?<!rio\sde\s)(?:{mode} )?(?:mes de )?{month}(?: {tail})?{of year}?", _month),
    ("{day}/{month number}", _day_slash_month),
    (r"(?:{mode} )?{any weekday}(?: \(|,? dia ){day}\)?", _day_of_month),
    (r"dia {day}(?! d[aeo]s?\b)(?!{things})", _day_alone),
    ("(?P<mode>proxim[oa]|[nd]?est[ea]) {period}", _calendar),
    (r"(?P<mode>ultim[oa]) {period}(?! d[aeo]s?\b)", _calendar),
    ("{period} {tail}", _calendar),
    ("(?P<unit>fi(?:m|nal)[- ]de[- ]semana)", _calendar),
    ("(?P<this>inicio|comeco) (?:do|da|deste|desta) {period}(?! (?:passad|que|retrasad|letiv))", _calendar),
    ("(?P<which>primeir[oa]|segund[oa]|terceir[oa]|quart[oa]|ultim[oa]|[1-4][oa]) (?P<part>trimestre|tri|semestre|metade){of year}", _part_of_year),
    ("(?P<which>primeiro|segundo|terceiro|quarto|[1-4]o) (?P<part>trimestre|semestre)(?! (?:d[ae] )?(?:gravidez|gesta))", _part_of_year),
    ("(?P<which>[1-4])(?P<part>[ts]){yy}", _part_of_year),
    ("(?:anos|decada de) (?P<decade>(?:1[5-9]|20)[0-9]0|[1-9]0)(?! (?:e|a|ate) [0-9])", _decade),
    ("hoje(?! em dia)|(?:ante|antes de )?ontem|(?:depois de )?amanha|[nd]?esta (?:manha|tarde|noite|madrugada)", _day_word),
    (r"(?P<mode>ultim[oa]s|passad[oa]s|proxim[oa]s) {number} {unit or hour}(?! d[aeo]s?\b)", _rolling),
    (r"{number} (?P<mode>ultim[oa]s|proxim[oa]s) {unit or hour}(?! d[aeo]s?\b)", _rolling),
    ("ha {number} {unit}(?! (?:que|sem|nao|consecutiv|seguid))", _ago),
    ("(?:ha )?{number} {unit} atras", _ago),
    ("(?:{mode} )?{weekday}(?: {tail})?", _weekday),
]
_RULES_EN: list[_Rule] = [
    ("(?:{any weekday},? |{mode} )?{month} (?:the )?{day}(?:st|nd|rd|th)?{to last}?(?!{things}){of year}?", _day_and_month),
    ("(?:{any weekday},? )?(?:the )?{day}(?:st|nd|rd|th)?{to last}? (?:of )?{month}{of year}?", _day_and_month),
    ("(?:{mode} )?(?:month of )?{month}{of year}?", _month),
    ("(?P<mode>this|next) {period}", _calendar),
    (r"(?P<mode>last|this past|past) {period}(?! of\b)", _calendar),
    ("(?P<unit>weekend)", _calendar),
    ("(?P<this>start|beginning) of (?:the|this) {period}", _calendar),
    ("(?P<which>first|second|third|fourth|last|final|1st|2nd|3rd|4th)[- ](?P<part>quarter|half){of year}", _part_of_year),
    ("(?P<part>q)(?P<which>[1-4]){of year}?", _part_of_year),
    ("(?P<part>h)(?P<which>[12]){of year}", _part_of_year),
    ("(?P<which>[1-4])(?P<part>q) ?{yy}", _part_of_year),
    ("(?:the )?(?:(?:early|mid|late)[- ])?(?P<decade>(?:1[5-9]|20)[0-9]0)['’]?s", _decade),
    ("the ['’]?(?P<decade>[1-9]0)s", _decade),
    ("today|tonight|yesterday|tomorrow|last night|this (?:morning|afternoon|evening)|day (?:before yesterday|after tomorrow)", _day_word),
    (r"(?P<mode>last|past|previous|next|coming) {number} {unit or hour}(?! of\b)", _rolling),
    ("{number} {unit} ago", _ago),
    ("(?:{mode} )?{weekday}", _weekday),
]


def _pattern(readable: str, tokens: dict[str, str]) -> re.Pattern[str]:
    """A rule's pattern: it begins and ends with its words, and is no piece of a number, a code or an address."""
    for _ in range(2):  # tokens stand for tokens
        readable = re.sub(r"\{([a-z ]+)\}", lambda match: (tokens | _TOKENS)[match[1]], readable)
    return re.compile(rf"(?<![\w/$€£#@-])(?<![0-9][.,:])(?:(?:mid|early|late)-)?(?:{spaced(readable)})(?!\w|[.,:/][0-9]|-\w|%)")


RULES = {
    lang: [(_pattern(readable, tokens), means) for readable, means in _ANY + rules]
    for lang, tokens, rules in (("pt", _PT, _RULES_PT), ("en", _EN, _RULES_EN))
}
