"""Furniture: sentences with which a page speaks of itself, and not of the news: "Sign up for our newsletter.", "Siga o jornal no Instagram.".

In: the text of a sentence.  Out: whether it is one.  By rule, in Portuguese and English, from what such sentences ask their readers to do; what
only mentions a newsletter or a network is news like any other.  Pure; nothing is looked up.
"""

import re
from functools import lru_cache

_NETWORKS = r"(?:twitter|x|facebook|instagram|tiktok|threads|linkedin|youtube|whatsapp|telegram|flipboard|google (?:news|notícias)|bluesky)"
# What such a sentence begins with, behind a label ("STAY UP-TO-DATE:") or marks.
_BEGINS = {
    "en": (
        r"(?:please |you can (?:also )?|to get it in your inbox, |want .{0,60}\? )?"
        r"(?:(?:sign up|subscribe)\b(?: now| here| today| right here| for| to| and)|register (?:here|now))\b",
        r"\(?(?:you can )?(?:also )?get .{0,80}\b(?:newsletter|(?:to|in) your inbox|to your phone)\b",
        rf"(?:please )?follow .{{0,80}}\bon {_NETWORKS}\b",
        r"(?:follow|join|like|find) us\b",
        r"(?:you can )?(?:reach|contact|email|e-mail) [^.]{0,80}@",
        r"send (?:him|her|them|us) an e-?mail",
        r"(?:click|tap|swipe) (?:here|on the|the link|below)\b",
        r"(?:read|see|view|watch|find|get|for) more (?:here|on|at|about|from|of|opinion|stories|news|coverage|videos?|in our)\b",
        r"(?:read|related|more|also|watch|listen|see also|don['’]t miss|more coverage|more from [\w ]+|related stor(?:y|ies)|read more|(?:more|read) on [\w ]+)\s?:",
        r"download (?:the|our) .{0,30}\bapps?\b",
        r"(?:consider )?support(?:ing)? (?:our|quality|independent|local) journalism",
        r"thank you for supporting our\b",
        r"(?:this|the) (?:story|article|report|post|headline) (?:has been|was|will be) (?:updated|corrected|edited)\b",
        r"this is a (?:developing|breaking)\b.{0,20}\bstory\b",
        r"this (?:transcript|story|article) was (?:automatically|first|originally)\b",
        r"a version of this (?:story|article|piece)\b",
        r"the (?:views|opinions) expressed (?:in this|here|are)\b",
        r"contributing\s?:",
        r"hide caption\b",
        r"keep (?:refreshing|up with|checking)\b.{0,20}\b(?:page|latest)\b",
        r"hit play\b",
        r"real quick: stories\b",
        r"if your day doesn['’]t start until\b",
        r"here['’]s (?:what|everything)(?: else)? you need to know\b(?! about)",
        r"here are (?:some of )?(?:the|today['’]s) (?:top|latest|biggest|main) (?:headlines|stories|news)\b",
    ),
    "pt": (
        r"(?:leia|veja|saiba|confira|assista|ouça|entenda)\s?(?:também|mais|tambem)\b",
        r"(?:leia|veja|confira|assista|ouça) (?:a íntegra|na íntegra|abaixo|aqui|no vídeo|ao vídeo|o vídeo|as fotos|a galeria)\b",
        r"(?:leia|veja|ouça|assista) e (?:leia|veja|ouça|assista)\b",
        r"(?:clique|toque|aperte) (?:aqui|no link|na imagem|para)\b",
        r"(?:assine|inscreva-se|cadastre-se|inscreva se)\b(?! o acordo| o contrato)",
        r"(?:já é |seja (?:um )?|conteúdo (?:exclusivo )?para )assinantes?\b",
        rf"(?:siga|curta|acompanhe|encontre)(?:-nos)?\b.{{0,80}}\b(?:no|na|pelo|pela|em) {_NETWORKS}\b",
        r"(?:siga|curta|acompanhe)-nos\b",
        r"(?:quer )?receb(?:a|er) (?:as |nossas |todas as |em primeira mão |notícias |novidades |alertas |o |a |gratuitamente )"
        r".{0,80}\b(?:e-?mail|whatsapp|newsletter|telegram|celular|boletim)\b",
        r"baixe (?:o|nosso|agora o) (?:aplicativo|app)\b",
        r"(?:compartilhe|comente|envie|mande) (?:essa|esta|sua|seu|a sua|o seu)\b",
        r"continua (?:após|depois d)a? ?(?:a )?publicidade",
        r"(?:aqui estão|estas são|veja|confira) as (?:principais|últimas) notícias\b",
        r"(?:esta|essa|a) (?:reportagem|matéria|notícia) (?:foi|será|está) (?:atualizada|corrigida|em atualização)\b",
        r"\(?(?:com informações d|colaborou|colaboraram|com reportagem d|edição de|edição:)",
        r"faça (?:o |seu )?(?:login|cadastro)\b",
    ),
}
# Words that stand in no news.
_HOLDS = (
    r"replay more videos|\bto your inbox\b|\bin your inbox\b|\bright to your (?:phone|inbox)\b|up to speed and on with your day|earn (?:us )?a commission|our privacy policy"
    r"|nossa política de privacidade|política de cookies|\ball rights reserved\b|todos os direitos reservados|contributed to this (?:report|story|article)\b"
    rf"|\bfollow (?:him|her|them|along)\b.{{0,60}}\b{_NETWORKS}\b|manage your (?:registration|subscription|newsletter)|\bhow relevant is this ad\b"
    r"|are independently chosen by|produced independently of|accurate at the time (?:this article|of publi)|no seu e-?mail\b.{0,20}$"
)
_VIDEOS = r"(?:JUST WATCHED|MUST WATCH|NOW PLAYING|UP NEXT|WATCH NOW|ASSISTA AGORA|VEJA TAMBÉM)\b"  # in capitals: labels of players, of what another video says
_LABEL = r"[^\w(]*(?:[A-ZÀ-Þ][A-ZÀ-Þ’'&-]*(?: [A-ZÀ-Þ’'&-]+){0,4}\s?:\s?)?"


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    begins = "|".join(one for ones in _BEGINS.values() for one in ones)
    return re.compile(rf"[^\w(]*{_VIDEOS}|{_LABEL}(?i:{begins})", re.DOTALL), re.compile(_HOLDS, re.IGNORECASE | re.DOTALL)


def is_furniture(text: str) -> bool:
    """Whether a sentence is of the page, and not of its article.

    >>> [is_furniture(text) for text in ("Sign up for our newsletter.", "She signed up for the army.", "Siga o jornal no Instagram.", "Leia mais: Ponte cai")]
    [True, False, True, True]
    """
    begins, holds = _patterns()
    return bool(begins.match(text) or holds.search(text))
