"""The rules of dates: each says how one is written in Portuguese or English, and which function tells its days.  To read another, begin here.

    a rule: a readable pattern over the folded question  +  a function of `qa/datemeanings.py`

What the braces stand for is in `qa/datewords.py`.  Pure.
"""

import re
from collections.abc import Callable

from qa.dateasked import Asked
from qa.datemeanings import (
    Means,
    ago,
    calendar,
    day_alone,
    day_and_month,
    day_of_month,
    day_slash_month,
    day_word,
    decade,
    month,
    numeric,
    part_of_year,
    rolling,
    weekday,
    year,
    years,
)
from qa.datewords import EN, PT, TOKENS, Y, spaced

Rule = tuple[str, Callable[[Asked, re.Match[str]], Means | None]]
_ANY: list[Rule] = [
    (rf"(?P<year>{Y})(?P<sign>[-/]){{month number}}(?P=sign){{day}}(?:t[0-9:]+z?)?", numeric),
    (rf"{{day}}(?P<sign>[-/.]){{month number}}(?P=sign)(?P<year>{Y}|(?<=/)[0-9][0-9])", numeric),
    (rf"(?P<first>{Y}) ?[-–/] ?(?P<until>{Y}|[0-9][0-9])", years),
    ("{year}", year),
]
_RULES_PT: list[Rule] = [
    ("(?:{any weekday},? |{mode} dia )?(?P<day>[0-9]{1,2}|primeiro)[oa°]?{to last}? de {month}{of year}?", day_and_month),
    (r"(?<!rio\sde\s)(?:{mode} )?(?:mes de )?{month}(?: {tail})?{of year}?", month),
    ("{day}/{month number}", day_slash_month),
    (r"(?:{mode} )?{any weekday}(?: \(|,? dia ){day}\)?", day_of_month),
    (r"dia {day}(?! d[aeo]s?\b)(?!{things})", day_alone),
    ("(?P<mode>proxim[oa]|[nd]?est[ea]) {period}", calendar),
    (r"(?P<mode>ultim[oa]) {period}(?! d[aeo]s?\b)", calendar),
    ("{period} {tail}", calendar),
    ("(?P<unit>fi(?:m|nal)[- ]de[- ]semana)", calendar),
    ("(?P<this>inicio|comeco) (?:do|da|deste|desta) {period}(?! (?:passad|que|retrasad|letiv))", calendar),
    ("(?P<which>primeir[oa]|segund[oa]|terceir[oa]|quart[oa]|ultim[oa]|[1-4][oa]) (?P<part>trimestre|tri|semestre|metade){of year}", part_of_year),
    ("(?P<which>primeiro|segundo|terceiro|quarto|[1-4]o) (?P<part>trimestre|semestre)(?! (?:d[ae] )?(?:gravidez|gesta))", part_of_year),
    ("(?P<which>[1-4])(?P<part>[ts]){yy}", part_of_year),
    ("(?:anos|decada de) (?P<decade>(?:1[5-9]|20)[0-9]0|[1-9]0)(?! (?:e|a|ate) [0-9])", decade),
    ("hoje(?! em dia)|(?:ante|antes de )?ontem|(?:depois de )?amanha|[nd]?esta (?:manha|tarde|noite|madrugada)", day_word),
    (r"(?P<mode>ultim[oa]s|passad[oa]s|proxim[oa]s) {number} {unit or hour}(?! d[aeo]s?\b)", rolling),
    (r"{number} (?P<mode>ultim[oa]s|proxim[oa]s) {unit or hour}(?! d[aeo]s?\b)", rolling),
    ("ha {number} {unit}(?! (?:que|sem|nao|consecutiv|seguid))", ago),
    ("(?:ha )?{number} {unit} atras", ago),
    ("(?:{mode} )?{weekday}(?: {tail})?", weekday),
]
_RULES_EN: list[Rule] = [
    ("(?:{any weekday},? |{mode} )?{month} (?:the )?{day}(?:st|nd|rd|th)?{to last}?(?!{things}){of year}?", day_and_month),
    ("(?:{any weekday},? )?(?:the )?{day}(?:st|nd|rd|th)?{to last}? (?:of )?{month}{of year}?", day_and_month),
    ("(?:{mode} )?(?:month of )?{month}{of year}?", month),
    ("(?P<mode>this|next) {period}", calendar),
    (r"(?P<mode>last|this past|past) {period}(?! of\b)", calendar),
    ("(?P<unit>weekend)", calendar),
    ("(?P<this>start|beginning) of (?:the|this) {period}", calendar),
    ("(?P<which>first|second|third|fourth|last|final|1st|2nd|3rd|4th)[- ](?P<part>quarter|half){of year}", part_of_year),
    ("(?P<part>q)(?P<which>[1-4]){of year}?", part_of_year),
    ("(?P<part>h)(?P<which>[12]){of year}", part_of_year),
    ("(?P<which>[1-4])(?P<part>q) ?{yy}", part_of_year),
    ("(?:the )?(?:(?:early|mid|late)[- ])?(?P<decade>(?:1[5-9]|20)[0-9]0)['’]?s", decade),
    ("the ['’]?(?P<decade>[1-9]0)s", decade),
    ("today|tonight|yesterday|tomorrow|last night|this (?:morning|afternoon|evening)|day (?:before yesterday|after tomorrow)", day_word),
    (r"(?P<mode>last|past|previous|next|coming) {number} {unit or hour}(?! of\b)", rolling),
    ("{number} {unit} ago", ago),
    ("(?:{mode} )?{weekday}", weekday),
]


def _pattern(readable: str, tokens: dict[str, str]) -> re.Pattern[str]:
    """A rule's pattern: it begins and ends with its words, and is no piece of a number, a code or an address."""
    for _ in range(2):  # tokens stand for tokens
        readable = re.sub(r"\{([a-z ]+)\}", lambda match: (tokens | TOKENS)[match[1]], readable)
    return re.compile(rf"(?<![\w/$€£#@-])(?<![0-9][.,:])(?:(?:mid|early|late)-)?(?:{spaced(readable)})(?!\w|[.,:/][0-9]|-\w|%)")


RULES = {
    lang: [(_pattern(readable, tokens), means) for readable, means in _ANY + rules]
    for lang, tokens, rules in (("pt", PT, _RULES_PT), ("en", EN, _RULES_EN))
}
