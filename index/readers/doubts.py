r"""What in an article's file cannot be taken at its word; told beside the article, which stays as it is and answers.

    text, title, names   letters wrongly decoded (SÃ£o for São), or read in an encoding that nothing states
    published, modified  "03/04/2026" could be two days, "ontem" is none, 2099 lies ahead of the reading
    title, names, host   a word of Latin letters and of others that only look so (Fоlha, with a Cyrillic о)

In: an article as it was made, and the values that it was made of.  Out: doubts, at most one of a kind for each field.  Pure functions.
Never: a letter changed, a guess at the right one, or a doubt that clean news could raise: each rule asks for what stands in no text
otherwise, for a false alarm costs more than a miss.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from index.readers import dates
from index.records import Article, Doubt

AHEAD = timedelta(hours=48)  # the clocks of the world differ by 26 hours, and a day without a time is its midnight in UTC
MAX_GIVEN_CHARS = 60
_AROUND_CHARS = 20

# The bytes 80 to BF, which end the letters of UTF-8, as Windows-1252 and Latin-1 show them: signs that may follow a word in capitals
# (IRMÃ®), signs that may close any word (“AMANHÃ”), and all others, which clean text never has behind a letter.
_ENDS = "".join(bytes([byte]).decode("cp1252", "ignore") + chr(byte) for byte in range(0x80, 0xC0))
_MARKS, _CLOSERS = "©ª«®°²³¹º™†‡", "“”‘’›»…–—•\xa0\x85"
_ODD = "".join(sign for sign in _ENDS if sign not in _MARKS + _CLOSERS)
_SMALL = "a-zß-ÿ"
_GARBLED = re.compile(
    rf"""[ÃÂâÄÅÐÑðï√‚\ufffd](?:
      (?<=Ã)(?: [{_ODD}]                                            # SÃƒO, AÃ§Ã£o
        | (?<![A-ZÀ-Þ]Ã)[{_MARKS}]                                  # cafÃ©, sÃ³
        | [{_MARKS}{_CLOSERS}](?=[{_SMALL}])                        # JÃºlio, Ã”nibus
        | (?<=[{_SMALL}]Ã)(?: [{_CLOSERS}] | [{_SMALL}](?<![oe]) )  # polÃtica, its soft hyphen lost; but nÃo is only badly put in small letters
        | (?<![^\W_]Ã)(?: \xa0 | [ ]s\b ) )                         # à, às
    | (?<=Â)(?: (?<![A-ZÀ-Þ]Â)[\xa0-\xba\xbc-\xbf] | (?<=[{_SMALL}.,;:!?)\d]Â)[»\s] )                # 1Âº, Â£5
    | (?<=â)(?: € | [‚„ˆ†˜œž\x80-\x9f][{_ENDS}] | –[{_ODD}{_MARKS}] | (?<=nâ)t\b )                    # itâ€™s, donât
    | (?<=[ÄÅ])(?<![A-ZÀ-Þ].)[{_ODD}](?<![a-zA-ZŠŒŽšœžŸµƒˆ])                                         # PeriÅ¡iÄ‡
    | (?<=[ÐÑ])[{_ENDS}](?:[ÐÑ][{_ENDS}]){{2}}                                                       # Cyrillic
    | (?<=ð)Ÿ | (?<=ï)(?: »¿ | ¿½ )                                                                  # emoji, the mark of UTF-8, U+FFFD
    | (?<=√)[À-ÿ†°¢£©™≠≥¥µ∫] | (?<=‚)Ä[ôòúùìî¶¢]                                                     # UTF-8 taken for Mac Roman
    | (?<=\ufffd)(?: (?<=[^\W\d_].) | (?=[^\W\d_]) )                                                 # S�o: the letter is lost
    )""",
    re.VERBOSE,
)

# Letters that pass for Latin ones. Greek small letters but omicron are left out: NFκB, TNFα and hν are no disguise.
# Source: Unicode Technical Standard 39, confusables.txt, those that map to one Latin letter of the same case.
_ALIKE = frozenset("аеорсухіјѕһӏԁԛԝАВЕКМНОРСТУХІЈЅӀԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧο")
_LETTERS = re.compile(r"[^\W\d_]+")
_BESIDE_LATIN = frozenset(("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"))  # no register gives a host that mixes these with Latin

_NO_DATE = re.compile(
    r"none|null|nil|nan|nat|n/?[ad]|s/?d|undefined|invalid date|unknown|unset|not set|no date|sem data|indefinid[oa]|desconhecid[oa]|true|false"
    r"|[0\W_]*(?:[tz][0\W_]*)*|0001-01-01(?!\d).*",
    re.IGNORECASE | re.DOTALL,
)


def doubts(article: Article, values: Mapping[str, object], *, now: datetime, guessed: bool = False) -> tuple[Doubt, ...]:
    """What cannot be taken at its word, by the order of the fields.

    Args:
        article: As it was made.
        values: What it was made of, under the names of `fields.NAMES`; `raw`, the text as it came, where a reader had to clean it before.
        now: When its file was read (aware).
        guessed: Whether nothing tells the encoding that its file was read in.
    """
    found: list[Doubt] = []
    named = [("title", article.title), ("outlet", article.outlet), *(("authors", name) for name in article.authors)]
    came = values.get("raw") or values.get("text")
    if guessed and not article.text.isascii():
        found.append(Doubt(kind="encoding", field="text"))
    for field, text in [("text", came if isinstance(came, str) else article.text), *named]:
        found += [Doubt(kind="garbled", field=field, given=_given(words)) for words in [garbled(text)] if words]
    for field, words in [*((field, mixed(text)) for field, text in named), ("url", mixed_host(article.url))]:
        found += [Doubt(kind="mixed", field=field, given=_given(words))] if words else []
    for field, when in (("published", article.published), ("modified", article.modified)):
        found += _of_date(field, values.get(field), when, now)
    return tuple({(doubt.kind, doubt.field): doubt for doubt in reversed(found)}.values())[::-1]


def garbled(text: str) -> str:
    """The first words that were taken for another encoding than theirs; "" when there are none.

    >>> garbled("Chuva em SÃ£o Paulo"), garbled("itâ€™s late"), garbled("“AMANHÔ, disse a IRMÃ… em São Paulo, 3 Â 4")
    ('SÃ£o', 'itâ€™s', '')
    """
    place = None if text.isascii() else _GARBLED.search(text)
    if place is None:
        return ""
    before, after = text[max(0, place.start() - _AROUND_CHARS) : place.start()], text[place.start() : place.end() + _AROUND_CHARS]
    return re.split(r"\s", before)[-1] + place[0] + re.split(r"\s", after[len(place[0]) :])[0]


def mixed(text: str) -> str:
    """The first word that mixes Latin letters with those that pass for such, and these; "" when there is none.

    A word in another script, or one with a letter that passes for none (КоЯn, µm, β-caroteno), is no disguise.

    >>> mixed("Fоlha de S.Paulo"), mixed("Иван Петров, TNFα e kΩ")
    ('Fоlha (U+043E)', '')
    """
    if text.isascii():
        return ""
    for word in _LETTERS.findall(text):
        bare = [unicodedata.normalize("NFD", letter)[0] for letter in word]
        other = [letter for letter in bare if _script(letter) in ("CYRILLIC", "GREEK")]
        if other and set(other) <= _ALIKE and any(_script(letter) == "LATIN" for letter in bare):
            return f"{word} ({', '.join(f'U+{ord(letter):04X}' for letter in dict.fromkeys(other))})"
    return ""


def mixed_host(url: str) -> str:
    """The first label of an address's host that mixes Latin with letters of a script like it; "" when there is none.

    >>> mixed_host("https://www.аpple.example/"), mixed_host("https://xn--pple-43d.example/"), mixed_host("https://пример.example/é")
    ('аpple (U+0430)', 'аpple (U+0430)', '')
    """
    for label in (urlsplit(url).hostname or "").split("."):
        if label.startswith("xn--"):
            try:
                label = label[4:].encode("ascii").decode("punycode")
            except UnicodeError:  # it only looks like one
                continue
        scripts = {letter: _script(letter) for letter in dict.fromkeys(label) if letter.isalpha()}
        other = [letter for letter, script in scripts.items() if script in _BESIDE_LATIN]
        if other and "LATIN" in scripts.values():
            return f"{label} ({', '.join(f'U+{ord(letter):04X}' for letter in other)})"
    return ""


def _script(letter: str) -> str:
    """The script of a letter, as the first word of its name; micro sign and ordinal signs have none."""
    return unicodedata.name(letter, "").partition(" ")[0]


def _of_date(field: str, value: object, when: datetime | None, now: datetime) -> Iterator[Doubt]:
    """A date that is not known although one is written, or that lies ahead of its reading."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return
    words = str(value).removesuffix(dates.UNSURE).strip()
    if when is not None:
        if when > now + AHEAD:
            yield Doubt(kind="ahead", field=field, given=_given(words))
    elif not _NO_DATE.fullmatch(words):
        yield Doubt(kind="ambiguous" if dates.ambiguous(words) else "unsure", field=field, given=_given(words))


def _given(words: str) -> str:
    r"""Words as they came, on one line, at most MAX_GIVEN_CHARS; what cannot be seen is written as an escape.

    >>> _given("ontem\n à noite" + chr(0x202E))
    'ontem à noite\\u202e'
    """
    line = " ".join(words[: 4 * MAX_GIVEN_CHARS].encode("utf-8", "replace").decode().split())
    seen = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)
    return seen if len(seen) <= MAX_GIVEN_CHARS else seen[: MAX_GIVEN_CHARS - 1] + "…"
