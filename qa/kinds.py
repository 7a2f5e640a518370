"""Kinds: what sort of answer a question asks for: a person, a place, a sum, a number of things, a reason.

In: a question's text and language.  Out: its kind, the noun counted or chosen ("quantos chips", "which airline"), the unit of
the number asked for ("how tall": a length), and whether it asks what happened.  Patterns over folded text; nothing is looked up.
"""

import re
from enum import StrEnum

from index.text import LANGUAGES, STOPWORDS, fold, sentences, stem, words


class Asked(StrEnum):
    """The kind of answer that a question asks for."""

    WHO = "who"
    WHERE = "where"
    WHEN = "when"
    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    WHICH = "which"
    WHY = "why"
    HOW = "how"
    YES_NO = "yes or no"
    OTHER = "other"


_PERSONS = {
    "pt": r"(?:primeir[oa]-)?(?:ministr\w+|president\w+|deputad\w+|senador\w*|prefeit\w+|governador\w*|vereador\w*|juiz\w*|magistrad\w+|procurador\w*|delegad\w+"
    r"|pessoa|ator|atriz|atleta|jogador\w*|cantor\w*|diretor\w*|treinador\w*|tecnico|autor\w*|escritor\w*|artista|relator\w*|ex-\w+|empresari[oa]|advogad[oa])",
    "en": r"(?:(?:prime minister|minister|president|senator|representative|governor|mayor|judge|justice|prosecutor|person|actor|player"
    r"|athlete|celebrity|leader|official|director|coach|author|writer|artist|musician|singer|star|politician|lawmaker|scientist|king|queen|prince|princess|member)s?"
    r"|congress(?:man|woman|men|women)|people|celebrities|actress(?:es)?|former \w+)",
}
_PLACES = {
    "pt": r"(?:cidade|pais|estado(?! de \w+)|lugar|local|municipio|bairro|regiao|continente|capital|ilha|aeroporto|estadio|hospital|rua|avenida|praia)",
    "en": r"(?:city|country|state|place|town|island|region|continent|capital|nation|county|park|borough|airport|stadium|venue|location|village|street|beach|planet)",
}
_PT_PAID = r"(?:custa\w*|custou|custara|custaria|(?<!\ba )vale\w*|pag\w+|gast\w+|arrecad\w+|receb\w+|fatur\w+|lucr\w+|levantou|investiu|ofereceu|cobr\w+|ganh\w+|doou|devolv\w+)"
# What may stand between "qual" or "what" and its noun; no verb, so that in "em que mês o preço subiu" the price is not what is asked.
_PT_TO_NOUN = r"(?:(?:e|era|foi|sera|seria|sao|eram|foram) )?(?:[oa]s? )?(?:\w+ )?"
_EN_TO_NOUN = (
    r"(?:(?:is|was|are|were|will be|would be) )?(?:(?:the|its|his|her|their) )?"
    r"(?:(?!(?:is|was|are|were|did|do|does|has|have|had|will|would|can|could|the|a|an|of|in|on|at|for|by|to|with|this|that|last|next)\b)[\w'-]+ ){0,2}"
)
# "Que" that asks, and does not only join: it begins, or follows a preposition or a comma.
_PT_WHICH = (
    r"(?:(?<!\bo )(?<![dn]o )(?<![dn]a )(?<!pelo )(?<!pela )\bqua(?:l|is)|"
    + "|".join([r"(?:^\W*(?:(?:e|mas) )?", *(rf"(?<=\b{before} )" for before in ("a", "com", "de", "em", "para", "por", "sobre")), r"(?<=, ))que"])
    + r")\b"
)
# A clause before the question proper: "Quando o avião caiu, quantos morreram?"
_PT_NOT_LATER = r"(?!.*, (?:(?:a|com|de|em|para|por|n?[oa]) )?(?:quem|qua(?:l|is)|quant[oa]s?|que|onde|como)\b)"
_EN_NOT_LATER = r"(?!.*, (?:(?:at|by|for|from|in|on|to|with) )?(?:who|whom|whose|what|which|how|where|why)\b)"
# Each kind with its pattern over folded text; the one that matches earliest decides, and of those that begin together the first here.
_KINDS: dict[str, list[tuple[Asked, str]]] = {
    "pt": [
        (Asked.YES_NO, r"^\W*(?:e (?:verdade|certo|possivel)|sera que)\b"),
        (Asked.PERCENT, rf"\b(?:quant[oa]s )?(?:percentual|porcentagem|percentagem|por cento)\b|{_PT_WHICH} {_PT_TO_NOUN}(?:percentual|porcentagem|percentagem"
            r"|parcela|fatia|proporcao|taxa)\b"),
        (
            Asked.MONEY,
            rf"\bquanto (?!tempo\b)(?:\w+ ){{0,2}}?(?:dinheiro|{_PT_PAID})|{_PT_WHICH} {_PT_TO_NOUN}(?:quantia|valor|preco|custo|montante|soma|multa|salario|lucro|receita"
            rf"|cache|premio em dinheiro|fianca)\b|\bpor quanto\b(?! tempo)|\bquanto (?!tempo\b).{{0,60}}\b{_PT_PAID}\b|\bquant[oa]s (?:reais|dolares|euros|libras)\b",
        ),
        (
            Asked.COUNT,
            rf"\bquant[oa]s?\b|{_PT_WHICH} {_PT_TO_NOUN}(?:numero|quantidade|total|placar|tamanho|altura|distancia|idade|capacidade|temperatura|velocidade|extensao"
            r"|profundidade|peso|area|populacao|pontuacao|nota|duracao|magnitude)\b",
        ),
        (Asked.WHEN, rf"(?:^|, |\b(?:desde|ate|para|de|e|mas|sab\w+|dig\w+) )\W*quando\b{_PT_NOT_LATER}|\bquando\W*$"
            rf"|{_PT_WHICH} {_PT_TO_NOUN}(?:ano|data|dia|mes|seculo|horario|horas?|semana|decada)\b"),
        (Asked.WHERE, rf"\b(?:aonde|onde)\b{_PT_NOT_LATER}(?!.*\b(?<!\be )(?:quant[oa]s?|qua(?:l|is))\b)|{_PT_WHICH} {_PT_TO_NOUN}(?:nome d[oa]s? )?{_PLACES['pt']}\b"),
        (Asked.WHO, rf"\b(?:quem|(?:como|qual) se chama\w*)\b|{_PT_WHICH} {_PT_TO_NOUN}(?:nome|{_PERSONS['pt']})\b"),
        (Asked.WHY, rf"\bpor ?que(?: motivo| razao)?\b|\bpor qual (?:motivo|razao)\b|{_PT_WHICH} {_PT_TO_NOUN}(?:motivo|razao|causa)\b"
            r"|\bo que (?:causou|causa|provocou|provoca|motivou|levou)\b|\ba que se dev\w+|\bde que morr\w+"),
        (Asked.HOW, rf"(?:^|(?<=, )|(?<=\be ))(?:de que (?:modo|forma|maneira)|como)\b{_PT_NOT_LATER}"),
        (Asked.WHICH, rf"{_PT_WHICH}(?<!que)|{_PT_WHICH} (?!e\b|foi\b|era\b|houve\b|aconteceu\b|disse\w*\b|ha\b)\w{{3,}}\b"),
        (Asked.OTHER, r"\b[dn]?o que\b"),
    ],
    "en": [
        (Asked.YES_NO, r"^\W*(?:(?:and|but|so) )?(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would|should)\b"
            r"(?!.*\b(?:kn[eo]\w+|tell|say|says|said|clear|explain\w*|reveal\w*|announce\w*|disclose\w*) (?:\w+ )?(?:who|whom|whose|what|which|when|where|why|how)\b).*\?"),
        (Asked.PERCENT, rf"\b(?:by )?(?:how many |what |which )?(?:per ?cent|percentage)\b|\bwhat {_EN_TO_NOUN}(?:share|proportion|fraction|percent\w*|rate)\b(?! of interest)"),
        (
            Asked.MONEY,
            r"\bhow much (?!(?:weight|time|oil|gas|water|energy|power|land|food|rain|snow)\b)(?:money|cash|(?:\w+ ){0,5}?(?:cost\w*|pa(?:y|id|ying)|spen[dt]\w*|earn\w*"
            r"|rais\w+|worth|charge\w*|invest\w*|sell|sold|fined?|donat\w+|gross\w*|fetch\w*|bid|offer\w*|owe\w*|lose|lost|receiv\w*|award\w*|in damages"
            r"|win|won|make|made|price\w*|bail|settle\w*))\b"
            rf"|\b(?:what|which) {_EN_TO_NOUN}(?:price|cost|sum|amount|fine|value|salary|profit|revenue|bid|fee|bail|budget|prize money|damages)\b|\bfor how much\b"
            r"|\bto what amount\b|\bhow many (?:dollars|pounds|euros|reais)\b",
        ),
        (
            Asked.COUNT,
            r"\bhow (?:many|much|old|tall|long|far|big|large|fast|high|deep|heavy|often|hot|cold|wide|strong)\b"
            rf"|\b(?:what|which) {_EN_TO_NOUN}(?:number|score|age|size|height|length|distance|capacity"
            r"|temperature|speed|depth|weight|area|population|total|toll|magnitude|duration)\b",
        ),
        (Asked.WHEN, rf"(?:^|, |\b(?:since|until|by|and|but|know|tell me) )\W*when\b{_EN_NOT_LATER}|\bwhen\W*$"
            rf"|\b(?:what|which) {_EN_TO_NOUN}(?:year|date|day|month|century|time|hour|week|decade)\b|\bhow soon\b"),
        (Asked.WHERE, rf"\bwhere\b(?! \w+ing){_EN_NOT_LATER}|\b(?:what|which) {_EN_TO_NOUN}(?:name of the )?{_PLACES['en']}\b"),
        (Asked.WHO, rf"\b(?:who|whom|whose|name of|named|name the)\b|\b(?:what|which) (?:of the )?{_EN_TO_NOUN}{_PERSONS['en']}\b|\bwhat (?:is|was) the name\b"),
        (Asked.WHY, r"\bwhy\b|\b(?:what|which) (?:was |is |were )?(?:the )?(?:main )?(?:reason|cause|motive)\b|\bfor what reason\b|\bhow come\b"
            r"|\bwhat (?:caused|causes|led to|prompted|triggered)\b"),
        (Asked.HOW, r"(?:^|(?<=, )|(?<=and )|(?<=but ))(?:how|in what (?:way|manner))\b"),
        (Asked.WHICH, r"\bwhich\b|\bwhat (?:is|was|are|were) (?:it|he|she|they|(?:the|his|her|their|its) (?:[\w'-]+ ){0,2}[\w'-]+) (?:called|titled|named|known)\b"
            r"|\bwhat (?!is\b|was\b|are\b|were\b|did\b|does\b|do\b|has\b|had\b|have\b|will\b|would\b|happen\w*\b|can\b|could\b|should\b|it\b|makes?\b|made\b"
            r"|\w+[^e\W]ed\b)[\w-]{3,}\b"),
        (Asked.OTHER, r"\bwhat\b"),
    ],
}  # fmt: skip
# Asked only where nothing else is.
_YES_NO = {
    "pt": r"^\W*\w+\s.*\?\W*$",
    "en": r"^\W*true or false\b",
}
UNITS: dict[str, str] = {
    "age": r"years?[ -]olds?|years?|anos?|months?|m[eê]s(?:es)?|days?|dias?",
    "duration": r"years?|anos?|months?|m[eê]s(?:es)?|weeks?|semanas?|days?|dias?|hours?|horas?|minutes?|minutos?|seconds?|segundos?|nights?|noites?|decades?|d[eé]cadas?",
    "length": r"met(?:re|er|ro)s?|km|kilomet\w+|quil[oô]met\w+|miles?|milhas?|feet|foot|ft|p[eé]s|inch(?:es)?|polegadas?|yards?|cm|cent[ií]met\w+|mm|m|light[ -]years?|anos-luz",
    "speed": r"km/h|mph|kph|quil[oô]metros por hora|mil(?:es|has) (?:per|an|por) hou?ra?|kilomet\w+ (?:per|an) hour|knots|n[oó]s|m/s",
    "mass": r"kg|kilos?|kilograms?|quilos?|quilogramas?|gramas?|grams?|tonnes?|tons?|toneladas?|pounds?|lbs?|libras?|ounces?",
    "temperature": r"degrees?|graus?|°\s?[CF]?|[CF]\b",
    "area": r"hectares?|acres?|square|quadrad\w+|km²|km2|m²|m2|alqueires?",
}
UNITS["extent"] = f"{UNITS['duration']}|{UNITS['length']}"  # a bridge is long in metres, a film in hours
# What a moment is told in: "em que ano", "what time".
_WHEN_ASKED = {
    "pt": [("year", r"\bano\b"), ("month", r"\bmes\b"), ("day", r"\b(?:dia|data)\b"), ("hour", r"\b(?:hora|horario|horas)\b")],
    "en": [("year", r"\byear\b"), ("month", r"\bmonth\b"), ("day", r"\b(?:date|day)\b"), ("hour", r"\b(?:hour|time)\b")],
}
_UNIT_ASKED: dict[str, list[tuple[str, str]]] = {
    "pt": [
        ("age", r"\bquantos anos (?:tem|tinha|fez|faz|tera|teria)\b|\bidade\b"),
        ("duration", r"\bquanto tempo\b|\bduracao\b|\bquant[oa]s (?:anos|meses|semanas|dias|horas|minutos)\b"),
        ("speed", r"\bvelocidade\b"),
        ("area", r"\b(?:area|hectares)\b|\bquantos (?:metros|quilometros) quadrados\b"),
        ("length", r"\b(?:altura|distancia|extensao|profundidade|comprimento|largura)\b|\bquantos (?:metros|quilometros|km)\b|\bquanto mede\b"),
        ("mass", r"\bquanto pesa\w*\b|\bpeso\b|\bquant[oa]s (?:quilos|toneladas)\b"),
        ("temperature", r"\btemperatura\b|\bquantos graus\b"),
    ],
    "en": [
        ("age", r"\bhow old\b|\b(?:what|which) age\b"),
        ("extent", r"\bhow long (?:is|was|are|were) (?:the|this|that|its) "),
        ("duration", r"\bhow long\b|\bduration\b|\bhow many (?:years|months|weeks|days|hours|minutes)\b"),
        ("speed", r"\bhow fast\b|\bspeed\b"),
        ("area", r"\b(?:what|which) (?:\w+ )?area\b|\bhow many (?:acres|hectares|square)\b"),
        ("length", r"\bhow (?:tall|far|high|deep|wide)\b|\b(?:height|length|distance|depth|width)\b|\bhow many (?:miles|kilometers|kilometres|meters|metres|feet)\b"),
        ("mass", r"\bhow heavy\b|\bweigh\w*\b|\bhow many (?:tons|tonnes|pounds|kilos)\b"),
        ("temperature", r"\bhow (?:hot|cold)\b|\btemperature\b|\bhow many degrees\b"),
    ],
}  # fmt: skip
_NOUN = {
    "pt": re.compile(
        r"\b(?:quem (?:e|era|foi|sera) [oa]s?|nome d[oa]s?|cham\w+ [oa]s?|quant[oa]s|qual|quais|que)\s+"
        r"(?:dess[ea]s|dest[ea]s|(?:foi|foram|e|era|eram|sao)\s+[oa]s?|[oa]s?)?\s*(?:(?:nomes?|numero|total|quantidade) d[aeo]s?\s+)?((?:[\w-]+\W+){0,2}[\w-]+)"
    ),
    "en": re.compile(
        r"\b(?:who (?:is|was|are|were) the|names? of the|how many|which|what)\s+(?:of (?:the following|the|these|those)|(?:is|was|are|were)\s+the|the)?\s*"
        r"(?:(?:names?|number|total) of (?:the )?)?((?:[\w-]+\W+){0,2}[\w-]+)"
    ),
}
# Questions to which a timeline answers. Not those that ask what comes of something ("what happened when …?"), nor "what happens".
_PT_BEGINS = r"^\W*(?:(?:e|mas|entao|afinal|agora|voce sabe|(?:me )?(?:diga|dizer|conte|contar|explique|mostre)),? )*"
_EN_BEGINS = r"^\W*(?:(?:and|but|so|then|tell me|explain|show me|do you know|please),? )*"
_PT_LINE = r"(?:linha do tempo|cronologia|sequencia (?:dos|de) (?:fatos|acontecimentos|eventos))"
_HAPPENED = {
    "pt": [
        rf"{_PT_BEGINS}(?:o )?que (?:(?:e|foi) que )?(?:(?:ja|mais|ainda|tudo) )*(?:aconteceu|houve|ocorreu|sucedeu|rolou|se passou"
        r"|(?:tem|vem|esta|anda|estava) (?:acontec|ocorr)(?:ido|endo)|tem havido)\b(?! (?:quando|se|caso|apos|de (?:novo|errado|diferente))\b)",
        rf"^\W*(?:(?:\w+ ){{0,3}}?(?:a|uma) )?{_PT_LINE} (?=d[aeo]s?\b|sobre\b|completa\b|detalhada\b)",
        rf"^\W*{_PT_LINE} ?[:–—-]",
        rf"^\W*(?:e )?(?:qual|como) (?:e|foi) a {_PT_LINE}\b",
        r"^\W*(?:e )?como (?:(?:tem|vem) evolu(?:ido|indo)|evoluiu|evoluiram|se desenrol(?:ou|aram?)|(?:foi|e) a evolucao)\b",
        r"^\W*(?:e )?como (?:[oa]s? )?.{1,80}\b(?:evoluiu|evoluiram|se desenrol(?:ou|aram?))(?= (?:desde|ate|em|entre|nos?|nas?|ao)\b|\W*$)",
    ],
    "en": [
        rf"{_EN_BEGINS}what (?:else )?(?:(?:has|have|had|is|was) )?(?:(?:ever|since|already|all|else|so far) )?(?:happen(?:ed|ing)|been (?:happening|going on)|going on"
        r"|gone on|went on|occurred|transpired|unfolded|took place|taken place)\b(?! (?:when|if|as|once|whenever|wrong|every)\b)",
        r"^\W*(?:(?:\w+ ){0,3}?(?:a|the) )?(?:full |complete |detailed )?(?:timeline|chronology)(?: of events)?(?= (?:of|on|about|in|at|around)\b| ?[:–—-])",
        r"^\W*(?:and )?what (?:is|was) the (?:timeline|chronology|sequence of events) (?=of\b|in\b|around\b|behind\b)",
        r"^(?!\W*(?:what|which|when|who|how|why|where|is|are|was|were|did|does|do|has|have|will|can)\b)[^?]{2,80} timeline\W*$",
        r"^\W*(?:and )?how (?:did|has|have|had) .{1,80}?\b(?:unfold(?:ed)?|play(?:ed)? out|evolved?)(?= (?:since|until|in|over|from|between|so far|during)\b|\W*$)",
    ],
}  # fmt: skip
# Their words that tell nothing of what it happened to.
_HAPPENING = {
    "pt": r"\b(?:acontec\w+|houve|havido|ocorr(?:eu|id[oa]|endo)|sucedeu|rolou|se passou|linha do tempo|cronologia|sequencia (?:dos|de) (?:fatos|acontecimentos|eventos)"
    r"|evolu(?:iu|iram|ido|indo|cao)|desenrol\w+|caso|desde entao|depois|a seguir|em seguida|completa|detalhada|voce sabe|diga|dizer|conte|contar|explique|mostre"
    r"|faca|monte)\b",
    "en": r"\b(?:happen(?:ed|ing)|going on|gone on|went on|occurred|transpired|(?:took|taken) place|timeline|chronology|sequence of events|of events|unfold(?:ed)?"
    r"|play(?:ed)? out|evolved?|else|already|since then|after that|afterwards?|later|so far|full|complete|detailed|case|explain|(?:tell|show|give) me|make|please"
    r"|next(?=\W*$))\b",
}
_NEXT = {
    "pt": r"\b(?:depois(?! d[aeo]s?\b)|a seguir|em seguida|desde entao|dai em diante)\b",
    "en": r"\b(?:next|afterwards?|since then|after that|later|then|since)\W*$",
}
_JOINS = frozenset("of de do da dos das".split())  # inside a noun: "kind of car"
NOUN_WORDS = 2  # words after "how many" or "which" that may name the thing
_CLOSING = "\"'”’»)]"  # marks after a question mark
_CONTRACTED = re.compile(r"\b(who|what|when|where|why|how)['’]s\b")
_END_OF_NOUN = re.compile(r"\b(?:foi|foram|tem|tinha|sera|did|do|does|is|are|was|were|has|have|had|will|would|can)\b")


def kind_of(text: str, lang: str) -> Asked:
    """The kind of answer that a question of a language asks for.

    Of several sentences the last that is a question decides.

    >>> kind_of("Quanto custou o IPO?", "pt"), kind_of("Ford recalled cars. Which city is it in?", "en")
    (<Asked.MONEY: 'money'>, <Asked.WHERE: 'where'>)
    """
    folded = asking_part(text)
    found = [(match.start(), place, kind) for place, (kind, pattern) in enumerate(_KINDS[lang]) if (match := re.search(pattern, folded))]
    if found:
        return min(found)[2]
    return Asked.YES_NO if re.search(_YES_NO[lang], folded) and "?" in folded else Asked.OTHER


def asking_part(text: str) -> str:
    """The last sentence that asks, folded; the whole text when none ends with a question mark.

    >>> asking_part("It is official. What is it called?")
    'what is it called?'
    """
    text = re.sub(r"\s\([^()]*\)$", "", text)  # what a follow-up took over
    parts = [text[start:end] for start, end in sentences(text) if text[start:end].rstrip(_CLOSING).endswith("?")]
    return _CONTRACTED.sub(r"\1 is", fold(parts[-1] if parts else text))


def counted(text: str, lang: str, kind: Asked) -> tuple[str, ...]:
    """Stems of the thing counted, or of the noun that an answer must be one of; empty when the question does not say.

    >>> counted("Quantos chips H200 a China pediu?", "pt", Asked.COUNT), counted("Which airline bought Spirit?", "en", Asked.WHICH)
    (('chip', 'h200'), ('airlin', 'bought'))
    """
    if kind not in (Asked.COUNT, Asked.WHICH, Asked.WHO, Asked.WHERE) or not (match := _NOUN[lang].search(asking_part(text))):
        return ()
    noun = _END_OF_NOUN.split(match[1])[0]
    found: list[str] = []
    for _, _, word in words(noun):
        if word in STOPWORDS[lang] and word not in _JOINS and found:
            break
        if word and not word[0].isdigit() and word not in STOPWORDS[lang]:
            found.append(word)
    return tuple(stem(word, lang) for word in found[:NOUN_WORDS])


def unit_asked(text: str, lang: str, kind: Asked) -> str:
    """What the number or the moment asked for is told in, a key of UNITS, or year, month, day, hour; empty when the question does not say.

    >>> unit_asked("How tall is the tower?", "en", Asked.COUNT), unit_asked("Em que ano morreu?", "pt", Asked.WHEN)
    ('length', 'year')
    """
    folded = asking_part(text)
    if kind is Asked.WHEN:
        asks = re.search(r"\b(?:que|qual|what|which)\b.{0,20}", folded)
        return next((unit for unit, pattern in _WHEN_ASKED[lang] if asks and re.search(pattern, asks.group())), "")
    return next((unit for unit, pattern in _UNIT_ASKED[lang] if re.search(pattern, folded)), "") if kind is Asked.COUNT else ""


def happening(text: str, lang: str) -> frozenset[str]:
    """Stems of the words with which a question asks what happened, so that a timeline answers it; empty when it asks something else.

    >>> sorted(happening("What has happened to the Ever Given?", "en")), sorted(happening("Linha do tempo do GLM-Image", "pt"))
    (['happen'], ['do', 'linh', 'temp'])
    >>> happening("What happened when the alarm went off?", "en")
    frozenset()
    """
    folded = asking_part(text)
    if not any(re.search(pattern, folded) for pattern in _HAPPENED[lang]):
        return frozenset()
    told = " ".join(match.group() for match in re.finditer(_HAPPENING[lang], folded))
    return frozenset(stem(word, lang) for _, _, word in words(told) if word)


def happening_in(text: str) -> str:
    """The language in which it asks what happened: "Linha do tempo do GLM-Image" has no other word that tells its own; empty when in none.

    >>> happening_in("Linha do tempo do GLM-Image"), happening_in("GLM-Image")
    ('pt', '')
    """
    return next((lang for lang in LANGUAGES if happening(text, lang)), "")


def asks_on(text: str, lang: str) -> bool:
    """Whether a question of what happened asks how it went on from what was told before.

    >>> asks_on("E o que aconteceu depois? (Ever Given)", "pt"), asks_on("What happened after the flood?", "en")
    (True, False)
    """
    return bool(re.search(_NEXT[lang], asking_part(text)))


def is_only_asking(word: str) -> bool:
    """Whether a folded word alone asks, and names nothing: "quem", "which".

    >>> is_only_asking("quem"), is_only_asking("china")
    (True, False)
    """
    return any(kind_of(word, lang) is not Asked.OTHER for lang in LANGUAGES)
