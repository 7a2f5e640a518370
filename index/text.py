"""Text: folding, terms, sentences, language.  To support another language, begin here.

    text ── clean ──► NFC without stray controls          what an article keeps
    text ── terms ──► folded, stemmed terms               what the lexical index and the judging of sentences see
    text ── sentences ──► [(start, end), …]               what a quote can be
    text ── language ──► "pt" | "en" | ""

Question and passage go through the same code.  Pure functions; nothing is read or opened.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

LANGUAGES = ("pt", "en")
WRAPPED_CHARS = 50  # a line of at least this length may have been wrapped
_WORD = re.compile(r"\d+(?:[.,]\d+)+|(?<!['’])[^\W_]+|(?!s\b)[^\W_]+")
_STRAY = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\u00ad]")  # control characters but line ends and tabs, and invisible marks
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")

STOPWORDS = {
    "pt": frozenset(
        """a o as os um uma uns umas de do da dos das d em no na nos nas num numa por pelo pela pelos pelas para pra pro ao aos com sem
                    sob sobre entre ate apos desde contra perante que quem qual quais quando onde como quanto quanta quantos quantas porque se e
                    ou mas nem ja nao sim so tambem muito muita muitos muitas mais menos foi foram era eram ser sido sendo sao e esta estao
                    estava estavam estar ter tem tinha tinham teve tiveram tera ha houve haver havia ele ela eles elas eu tu voce voces nos lhe
                    lhes me te seu sua seus suas este esta estes estas esse essa esses essas aquele aquela aqueles aquelas isto isso aquilo cujo
                    cuja cujos cujas vai vao ir fica ficou pode podem poder deve devem dever segundo conforme quer queria disse diz dizem dito
                    fez faz fazer feito chama chamado chamada enquanto durante""".split()
    ),
    "en": frozenset(
        """a an the of in on at by for with from to into onto over under between among through during before after about against as than
                    that this these those there here who whom whose which what when where why how and or but nor not no yes if then so too very
                    also is are was were be been being am do does did done doing have has had having will would shall should can could may might
                    must i you he she it we they me him her us them my your his its our their s t d ll re ve m much many some any each both such
                    own same just only more most less least said say says while until since because whether upon within without per""".split()
    ),
}
_CUES = {
    "pt": STOPWORDS["pt"] | {"é", "à", "às", "são", "não", "há", "já", "até", "também", "você", "está", "após", "será", "então", "ano", "anos"},
    "en": STOPWORDS["en"] | {"year", "years", "new", "first", "people", "it's", "what's", "who's"},
}
_SHARED_CUES = frozenset({"a", "as", "do", "no", "me", "so", "d", "e", "s", "t", "m", "o"})

# Full stops after these never end a sentence; after the second set they do when a sentence's usual first word follows.
_NEVER_LAST = frozenset(
    """sr sra srs sras dr dra drs prof profa av art exmo exma cap gen cel sgt dep sen gov rep pág pag vol núm tel ed vs eg ie approx
                mr mrs ms messrs st lt col capt maj rev hon pres jan feb mar apr jun jul aug sept sep oct nov dec fev abr mai ago dez no nos""".split()
)
_SELDOM_LAST = frozenset(["inc", "co", "corp", "ltd", "ltda", "cia", "jr", "bros", "etc", "al"])
_FIRST_WORD = re.compile(
    r"""\W*(?:The|An?|It|Its|He|She|They|We|In|On|At|But|And|For|This|That|Os?|As?|Em|N[oa]s?|El[ea]s?|Mas|Para|Por|Com|Um|Uma|Segundo|Já)\b"""
)
_BOUNDARY = re.compile(r"""(?<![.!?…])(?P<end>[.!?…]++["'”’»)\]]*+)\s+|\n\s*""")  # no run is read twice: time stays linear
_OPENER = re.compile(r"""[\s"'“‘«(\[—–-]*""")
_LAST_WORD = re.compile(r"[^\s(“\"‘«]*$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")


def clean(text: str) -> str:
    r"""The text in NFC, with \n as the only line end, and without NUL, lone surrogates or other control characters.

    Invisible marks (byte-order mark, soft hyphen) go; spaces stay as they are, so that addresses stay stable.

    >>> clean("a\r\nb\x00\ufeff")
    'a\nb'
    """
    text = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)
    if not text.isascii() or not text.replace("\n", "").isprintable():
        text = text.encode("utf-8", "replace").decode("utf-8")
        text = _STRAY.sub("", text)
        text = unicodedata.normalize("NFC", text)
    return text


def fold(text: str) -> str:
    """Lower case without accents.

    >>> fold("São João, ÉPOCA")
    'sao joao, epoca'
    """
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text).lower() if not unicodedata.combining(c))


# Plurals whose ending would mislead: unstressed -eis and stressed -is come from -il once accents are gone, -aes from -ae.
_SINGULARS = {
    **{word: word for word in ("pais", "cais")},
    **{word: word[:-1] for word in ("leis", "reis", "maes", "herois", "analises", "interesses")},
    **{word: word[:-3] + "il" for word in ("misseis", "dificeis", "faceis", "uteis", "repteis", "projeteis", "fosseis", "frageis")},
    **{word: word[:-1] + "l" for word in ("civis", "barris", "fuzis", "perfis", "juvenis", "infantis", "estudantis")},
}


def singular(word: str) -> str:
    """A folded Portuguese word in its singular, as far as endings tell.

    Snowball alone leaves these pairs apart. Source: own rules, checked on pairs in the tests.

    >>> [singular(w) for w in ("milhoes", "imagens", "capitais", "chips", "papeis", "paes", "onibus")]
    ['milhao', 'imagem', 'capital', 'chip', 'papel', 'pao', 'onibus']
    """
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word in _SINGULARS:
        return _SINGULARS[word]
    if len(word) > 6 and word.endswith("eses"):  # hipóteses; ingleses as inglês, which is "ingles" here and loses its s below
        return word[:-1] if word.endswith("teses") else word[:-3]
    for ending, single in (
        ("oes", "ao"),
        ("aes", "ao"),
        ("ais", "al"),
        ("eis", "el"),
        ("ois", "ol"),
        ("uis", "ul"),
        ("ens", "em"),
        ("ins", "im"),
        ("ons", "om"),
        ("uns", "um"),
    ):
        if word.endswith(ending) and len(word) > len(ending):
            return word[: -len(ending)] + single
    if word.endswith(("res", "zes", "ses")) and len(word) > 5:
        return word[:-2]
    if word.endswith(("us", "is", "ss", "as", "es", "os")):
        return word if word.endswith(("us", "is", "ss")) else word[:-1]
    return word[:-1]


@lru_cache(maxsize=1)
def _stemmers() -> dict[str, Any]:
    import Stemmer  # heavy enough to wait until a text is stemmed

    return {"pt": Stemmer.Stemmer("portuguese", 0), "en": Stemmer.Stemmer("english", 0)}  # no cache of its own: it is slower than the stemming


@lru_cache(maxsize=200_000)
def stem(word: str, lang: str) -> str:
    """The stem of one folded word in a language of LANGUAGES; numbers stay as they are.

    >>> stem("companies", "en"), stem("empresas", "pt") == stem("empresa", "pt")
    ('compani', True)
    """
    if word[0].isdigit():
        return word
    stems = _stemmers()
    return str(stems["pt"].stemWord(singular(word)) if lang == "pt" else stems["en"].stemWord(word))


def words(text: str) -> Iterator[tuple[int, int, str]]:
    """Each word as (start, end, folded word), without the possessive 's; `GLM-Image` is two words.

    Figures are written in one way, so that both conventions meet: 1.195 and 1,195 are 1195, 3,5 is 3.5.

    >>> [w for _, _, w in words("A Z.AI pagou US$ 1.195,5 e 1,2 milhão à Nvidia's")]
    ['a', 'z', 'ai', 'pagou', 'us', '1195.5', 'e', '1.2', 'milhao', 'a', 'nvidia']
    """
    for match in _WORD.finditer(text):
        yield match.start(), match.end(), _folded(match.group())


@lru_cache(maxsize=200_000)
def _folded(word: str) -> str:
    return _figure(word) if word[0].isdigit() else fold(word)


def content(text: str, lang: str) -> list[tuple[int, str]]:
    """The words that carry meaning, as (start, folded word): all but the stop words of a language; all words when there are no others.

    An acronym is none: "US" in "Did the US win?" is no pronoun, unless everything is in capitals.

    >>> [word for _, word in content("Did the US ask us?", "en")]
    ['us', 'ask']
    """
    shouted = text.isupper()
    found = [(start, end, word) for start, end, word in words(text) if word]
    kept = [
        (start, word) for start, end, word in found if word not in STOPWORDS[lang] or (not shouted and end - start > 1 and text[start:end].isupper())
    ]
    return kept or [(start, word) for start, _, word in found]


def same_words(text: str) -> str:
    """The words of a text in lower case: equal for copies that differ in capitals, signs and spaces alone.

    >>> same_words("É isso aí!") == same_words("é  isso aí")
    True
    """
    return " ".join(re.findall(r"\w+", text.lower()))


def _figure(digits: str) -> str:
    """One way of writing a figure: no mark between thousands, a point before decimals."""
    if thousands := _THOUSANDS.match(digits):
        whole, rest = thousands.group(), digits[thousands.end() :]
        if not rest or rest[0] in ".,":
            return re.sub(r"[.,]", "", whole) + rest.replace(",", ".")
    return fold(digits.replace(",", "."))


def tokens(text: str, lang: str) -> list[str]:
    """The stems of a text, in order, with repeats and with stop words."""
    return [stem(word, lang) for _, _, word in words(text) if word]


def terms(text: str) -> list[str]:
    """What the lexical index keeps of a text: every word stemmed as Portuguese and as English.

    Each stem carries its language as a first letter, so a Portuguese question finds names and shared words in English
    articles and the other way round, and no stem of one language is taken for one of the other.

    >>> terms("Chips da Huawei")
    ['pchip', 'pda', 'phuaw', 'echip', 'eda', 'ehuawei']
    """
    found = [both for word in _WORD.findall(text) if (both := _terms_of(word))]
    return [portuguese for portuguese, _ in found] + [english for _, english in found]


@lru_cache(maxsize=200_000)
def _terms_of(word: str) -> tuple[str, str] | None:
    """The two terms of a word as it is written; None when nothing of it is left once it is folded."""
    folded = _folded(word)
    return (term(stem(folded, "pt"), "pt"), term(stem(folded, "en"), "en")) if folded else None


def term(stemmed: str, lang: str) -> str:
    """The name under which the lexical index keeps a stem of a language."""
    return ("p" if lang == "pt" else "e") + stemmed


def language(text: str) -> str:
    """'pt', 'en', or '' when the text does not tell, by a vote of its function words and accents.

    >>> language("Quem treinou o modelo?"), language("Who trained the model?"), language("GLM-Image")
    ('pt', 'en', '')
    """
    votes = dict.fromkeys(LANGUAGES, 0.0)
    for match in re.finditer(r"[^\W\d_]+", text[:4000].lower()):
        word = match.group()
        for lang in LANGUAGES:
            if word in _CUES[lang] or fold(word) in STOPWORDS[lang]:
                votes[lang] += 0.3 if word in _SHARED_CUES else 1.0
        if re.search(r"[ãõçáéíóúâêô]", word):
            votes["pt"] += 0.5
        if word.endswith(("ção", "ções", "mente", "dade")):
            votes["pt"] += 0.5
        if word.endswith(("ing", "tion", "ght", "ed")):
            votes["en"] += 0.3
    if abs(votes["pt"] - votes["en"]) < 0.2:
        return ""
    return max(LANGUAGES, key=lambda lang: votes[lang])


def _ends_here(text: str, dot: int, after: int) -> bool:
    """Whether the full stop at `dot` ends a sentence, judging by the words on both sides of it."""
    if text[after : after + 1].islower():
        return False
    word = _LAST_WORD.search(text, max(0, dot - 40), dot).group()  # type: ignore[union-attr]
    if word.lower() in _NEVER_LAST or (len(word) == 1 and word.isalpha() and word.isupper()):
        return False
    if word.lower() in _SELDOM_LAST or _INITIALS.fullmatch(word):
        return bool(_FIRST_WORD.match(text, after))
    return True


def _wrapped(text: str, start: int, at: int, gap: str, after: int) -> bool:
    """Whether a line end only wraps a long line: no blank line, no mark at its end, and small letters or figures go on."""
    line = text.rfind("\n", start, at) + 1 or start
    goes_on = text[after : after + 1].islower() or text[after : after + 1].isdigit()
    return gap.count("\n") == 1 and gap[0].isspace() and at - line >= WRAPPED_CHARS and goes_on


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence stands: half-open spans in order, without the white space around them.

    A line end ends a sentence, unless it only wraps a long line; abbreviations, initials and figures do not. Every character that is not white
    space lies in exactly one span.

    >>> [("O Sr. Silva paga R$ 1.5 mi. Nada mais. ")[a:b] for a, b in sentences("O Sr. Silva paga R$ 1.5 mi. Nada mais. ")]
    ['O Sr. Silva paga R$ 1.5 mi.', 'Nada mais.']
    """
    spans: list[tuple[int, int]] = []
    start = 0

    def close(end: int) -> None:
        left, right = start, end
        while left < right and text[left].isspace():
            left += 1
        while left < right and text[right - 1].isspace():
            right -= 1
        if left < right:
            spans.append((left, right))

    for match in _BOUNDARY.finditer(text):
        ending = match.group("end") or ""
        after = _OPENER.match(text, match.end()).end()  # type: ignore[union-attr]
        if "\n" in match.group():
            closes = not _wrapped(text, start, match.start(), match.group(), after)
        elif ending[0] == "." and not ending.startswith(".."):
            closes = _ends_here(text, match.start(), after)
        else:
            closes = not text[after : after + 1].islower()
        if closes:
            close(match.start() + len(ending))
            start = match.end()
    close(len(text))
    return spans
