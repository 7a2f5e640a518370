"""Every word of an export, in Brazilian Portuguese and in English, and how each language writes days and numbers.

In: days, instants, numbers.  Out: words.  A pair of texts is a plural: (for one, for any other number).
"""

from collections.abc import Mapping
from datetime import date, datetime

LANGUAGES = ("pt", "en")
TAGS = {"pt": "pt-BR", "en": "en"}  # BCP 47
MONTHS = {
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split(),
    "en": "January February March April May June July August September October November December".split(),
}
PLURALS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "pt": {
        "articles": ("{n} artigo", "{n} artigos"),
        "outlets": ("{n} veículo", "{n} veículos"),
        "origins": ("Tudo vem de uma só origem.", "Apoia-se em {n} origens independentes."),
        "outside": ("{n} artigo fora dos filtros pode responder.", "{n} artigos fora dos filtros podem responder."),
    },
    "en": {
        "articles": ("{n} article", "{n} articles"),
        "outlets": ("{n} outlet", "{n} outlets"),
        "origins": ("All of it comes from one origin.", "Rests on {n} independent origins."),
        "outside": ("{n} article outside the filters may answer.", "{n} articles outside the filters may answer."),
    },
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "pt": {
        "answer": "Resposta",
        "conversation": "Conversa com o arquivo",
        "made": "Exportado do Presscite em {at}",
        "asked": "Perguntado em",
        "searched": "Entendida como",
        "filters": "Filtros",
        "published_since": "publicados desde {day}",
        "published_until": "publicados até {day}",
        "outlets": "veículos: {names}",
        "languages": "idiomas: {names}",
        "sections": "editorias: {names}",
        "pt": "português",
        "en": "inglês",
        "dates": "Datas",
        "near": "primeiro os artigos próximos de {as_of}",
        "interval": "a pergunta é sobre {days}; primeiro os artigos desses dias",
        "off": "todas valem igual; a pergunta é sobre história",
        "now": "a pergunta é sobre {days}; primeiro os artigos próximos de {as_of}",
        "aside": "as da pergunta foram deixadas de lado; primeiro os artigos próximos de {as_of}",
        "from_to": "o período de {since} a {until}",
        "since": "o período desde {since}",
        "until": "o período até {until}",
        "archive": "Acervo",
        "archive_days": "{held}, de {first} a {last}",
        "index": "Índice",
        "verbatim": "Palavra por palavra dos artigos.",
        "some_written": "Palavra por palavra dos artigos, menos as frases marcadas como redigidas.",
        "written": "redigida a partir das citações",
        "before": "a frase anterior:",
        "also": "também em",
        "nearest": "O que há de mais próximo",
        "sources": "Fontes",
        "check": "Cada endereço diz onde as palavras estão: artigo@versão:início-fim. Para abri-lo: python -m index show ENDEREÇO",
        "address": "Endereço",
        "used": "Citada em",
        "use_verbatim": "frase {label}, palavra por palavra",
        "use_written": "frase {label}, redigida a partir dela",
        "use_before": "frase {label}, como a frase anterior",
        "use_also": "frase {label}, quase o mesmo em outro artigo",
        "updated": "{day} (atualizado em {updated})",
        "correction": "Correção",
        "copies": "Também em",
        "origin": "origem provável",
        "rights": "Direitos",
        "subscribers": "para assinantes",
        "access": "Acesso",
        "doubt": "Dúvida",
        "no_title": "Sem título",
        "no_outlet": "Veículo desconhecido",
        "no_date": "sem data",
        "cited_at": "Citado em {addresses}",
        "doubt_encoding": "{field}: o arquivo não diz sua codificação; foi lido como Windows-1252",
        "doubt_garbled": "{field}: letras trocadas já no arquivo, como em “{given}”",
        "doubt_ambiguous": "{field}: “{given}” pode ser dois dias, e fica sem data",
        "doubt_unsure": "{field}: “{given}” não diz um dia com certeza, e fica sem data",
        "doubt_ahead": "{field}: “{given}” passa em mais de dois dias da leitura do arquivo",
        "doubt_mixed": "{field}: {given} mistura letras latinas com outras que só se parecem com elas",
        "field_text": "texto",
        "field_title": "título",
        "field_outlet": "veículo",
        "field_authors": "autoria",
        "field_url": "endereço na rede",
        "field_published": "data de publicação",
        "field_modified": "data de atualização",
    },
    "en": {
        "answer": "Answer",
        "conversation": "Conversation with the archive",
        "made": "Exported from Presscite on {at}",
        "asked": "Asked on",
        "searched": "Understood as",
        "filters": "Filters",
        "published_since": "published since {day}",
        "published_until": "published until {day}",
        "outlets": "outlets: {names}",
        "languages": "languages: {names}",
        "sections": "sections: {names}",
        "pt": "Portuguese",
        "en": "English",
        "dates": "Dates",
        "near": "articles near {as_of} first",
        "interval": "asked about {days}; articles of those days first",
        "off": "all alike, a question about history",
        "now": "asked about {days}; articles near {as_of} first",
        "aside": "those of the question were set aside; articles near {as_of} first",
        "from_to": "{since} to {until}",
        "since": "the time since {since}",
        "until": "the time up to {until}",
        "archive": "Archive",
        "archive_days": "{held}, {first} to {last}",
        "index": "Index",
        "verbatim": "Word for word from the articles.",
        "some_written": "Word for word from the articles, but for the sentences marked as written.",
        "written": "written from the citations",
        "before": "the sentence before:",
        "also": "also in",
        "nearest": "Nearest coverage",
        "sources": "Sources",
        "check": "Each address says where the words stand: article@version:start-end. To open it: python -m index show ADDRESS",
        "address": "Address",
        "used": "Cited in",
        "use_verbatim": "sentence {label}, word for word",
        "use_written": "sentence {label}, written from it",
        "use_before": "sentence {label}, as the sentence before",
        "use_also": "sentence {label}, nearly the same in another article",
        "updated": "{day} (updated {updated})",
        "correction": "Correction",
        "copies": "Also in",
        "origin": "likely origin",
        "rights": "Rights",
        "subscribers": "subscribers only",
        "access": "Access",
        "doubt": "Doubt",
        "no_title": "Untitled",
        "no_outlet": "Unknown outlet",
        "no_date": "no date",
        "cited_at": "Cited at {addresses}",
        "doubt_encoding": "{field}: the file states no encoding; it was read as Windows-1252",
        "doubt_garbled": "{field}: letters garbled in the file itself, as in “{given}”",
        "doubt_ambiguous": "{field}: “{given}” could be two days, so none is taken",
        "doubt_unsure": "{field}: “{given}” names no day for certain, so none is taken",
        "doubt_ahead": "{field}: “{given}” lies more than two days after the file was read",
        "doubt_mixed": "{field}: {given} mixes Latin letters with others that only look so",
        "field_text": "text",
        "field_title": "headline",
        "field_outlet": "outlet",
        "field_authors": "byline",
        "field_url": "web address",
        "field_published": "date of publication",
        "field_modified": "date of change",
    },
}


def written_day(day: date, lang: str) -> str:
    """A day as a language writes it.

    >>> written_day(date(2026, 1, 14), "pt"), written_day(date(2026, 3, 1), "pt"), written_day(date(2026, 3, 1), "en")
    ('14 de janeiro de 2026', '1º de março de 2026', '1 March 2026')
    """
    month = MONTHS[lang][day.month - 1]
    return f"{day.day}{'º' if day.day == 1 else ''} de {month} de {day.year}" if lang == "pt" else f"{day.day} {month} {day.year}"


def written_instant(at: datetime, lang: str) -> str:
    """An aware instant as a language writes it, with its distance from UTC.

    >>> written_instant(datetime.fromisoformat("2026-01-14T09:05:00-03:00"), "pt")
    '14 de janeiro de 2026, 9h05 (UTC−3)'
    """
    offset = at.utcoffset()
    if offset is None:
        raise ValueError(f"{at} lies in no time zone")
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    zone = "UTC" + (("−" if minutes < 0 else "+") + str(hours) + (f":{rest:02}" if rest else "") if minutes else "")
    clock = f"{at.hour}h{at.minute:02}" if lang == "pt" else f"{at.hour}:{at.minute:02}"
    return f"{written_day(at.date(), lang)}, {clock} ({zone})"


def counted(n: int, what: str, lang: str) -> str:
    """A number with its noun, or the sentence that it decides, with the language's thousands mark.

    >>> counted(1, "articles", "en"), counted(12345, "articles", "pt")
    ('1 article', '12.345 artigos')
    """
    number = f"{n:,}"
    return PLURALS[lang][what][n != 1].format(n=number.replace(",", ".") if lang == "pt" else number)
