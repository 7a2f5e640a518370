"""The page on which a user signs in: plain HTML without a script, in Portuguese or English.

In: the language, where to go afterwards, what went wrong.  Out: the page's bytes.  Never: anything of the request but that place, which is
the page's own address or none, and the name that was tried, escaped.
"""

import re
from html import escape
from urllib.parse import quote, urlencode

WORDS = {
    "pt": {
        "tag": "pt-BR",
        "title": "Entrar",
        "lead": "Este arquivo pede nome e senha.",
        "name": "Nome",
        "password": "Senha",
        "enter": "Entrar",
        "error": "Erro",
        "wrong": "O nome ou a senha não confere.",
        "wait": "Houve tentativas erradas demais. Tente de novo em {wait}.",
        "busy": "Muita gente está entrando agora. Tente de novo em {wait}.",
        "second": "1 segundo",
        "seconds": "{n} segundos",
        "minutes": "{n} minutos",
        "other": "English",
    },
    "en": {
        "tag": "en",
        "title": "Sign in",
        "lead": "This archive asks for a name and a password.",
        "name": "Name",
        "password": "Password",
        "enter": "Sign in",
        "error": "Error",
        "wrong": "The name or the password is not right.",
        "wait": "There were too many wrong attempts. Try again in {wait}.",
        "busy": "Many people are signing in just now. Try again in {wait}.",
        "second": "1 second",
        "seconds": "{n} seconds",
        "minutes": "{n} minutes",
        "other": "Português",
    },
}
POLICY = b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
NEXT_CHARS = 24_000  # a question of 2,000 characters, each written as twelve
_NEXT = re.compile(r"/(?:\?[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*)?")
_STYLE = """
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1c1e; --soft: #565b64; --line: #8b8880; --accent: #1a4f9c; --on: #ffffff; --red: #b3261e; --tint: #fdeeec }
@media (prefers-color-scheme: dark) { :root { --paper: #141517; --ink: #ececea; --soft: #a9b0b9; --line: #7d838c; --accent: #8fb8f6; --on: #10151c;
  --red: #ff9d94; --tint: #33201e } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink);
  font: 17px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: anywhere }
main { width: 100%; max-width: 24rem; padding: 1.5rem 1rem }
h1 { margin: 0 0 .25rem; font: 400 1.9rem/1.2 Georgia, "Times New Roman", serif }
p { margin: 0 0 1.25rem; color: var(--soft) }
label { display: block; margin: 0 0 .25rem; font-weight: 600 }
input, button { width: 100%; min-height: 44px; font: inherit; border-radius: 8px; border: 1px solid var(--line); padding: .4rem .75rem }
input { margin: 0 0 1rem; background: var(--paper); color: var(--ink) }
button { background: var(--accent); color: var(--on); border-color: var(--accent); font-weight: 600; cursor: pointer }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
[role=alert] { padding: .6rem .75rem; border: 1px solid var(--red); border-radius: 8px; background: var(--tint); color: var(--red) }
nav { margin-top: 1rem } a { display: inline-block; padding: .6rem 0; color: var(--accent) }
"""


def inside(wanted: str) -> str:
    r"""Where to go after the login: the page and its question, and nothing else that somebody may have put into a link.

    >>> [inside(one) for one in ("/?q=Quem%3F", "/", "//evil.example", "https://evil.example/", "/\\evil.example", "/config", "")]
    ['/?q=Quem%3F', '/', '/', '/', '/', '/', '/']
    """
    return wanted if len(wanted) <= NEXT_CHARS and _NEXT.fullmatch(wanted) else "/"


def door(query: bytes) -> str:
    """The address of the login that leads to the page and this question of it."""
    asked = quote(query, safe="._~!$&'()*+,;=:@/?%-")
    wanted = inside(f"/?{asked}") if asked else "/"
    return "/login" if wanted == "/" else f"/login?{urlencode({'next': wanted})}"


def language(accepted: str, chosen: str = "") -> str:
    """The language to use: the one that was chosen, or the first of ours that the browser names by its weights.

    >>> language("en-GB,en;q=0.8,pt;q=0.3"), language("fr,pt-PT;q=0.9,en;q=0.8"), language("de"), language("en", chosen="pt")
    ('en', 'pt', 'en', 'pt')
    """
    if chosen in WORDS:
        return chosen
    wished: list[tuple[float, str]] = []
    for one in accepted[:500].split(","):
        tag, _, weight = one.partition(";")
        found = re.fullmatch(r"\s*q=([01](?:\.\d{1,3})?)\s*", weight)
        wished.append((-float(found[1]) if found else -1.0, tag.strip().lower().partition("-")[0]))
    return next((tag for weight, tag in sorted(wished, key=lambda one: one[0]) if tag in WORDS and weight), "en")


def page(lang: str, wanted: str, *, told: str = "", wait_s: int = 0, name: str = "") -> bytes:
    """The login.

    Args:
        lang: A key of WORDS.
        wanted: Where to go afterwards, as `inside` gives it.
        told: What went wrong: wrong, wait, busy; empty when nothing did.
        wait_s: Seconds to wait, for wait and busy.
        name: The name that was tried.
    """
    words = WORDS[lang]
    other = "en" if lang == "pt" else "pt"
    error = escape(words[told].format(wait=_length(words, wait_s))) if told else ""
    alert = f'<p id="error" role="alert">{error}</p>' if told else ""
    odd = ' aria-invalid="true" aria-describedby="error"' if told == "wrong" else ""
    title = f"{words['error']}: {words['title']}" if told else words["title"]
    first, second = ("", " autofocus") if name else (" autofocus", "")
    return f"""<!DOCTYPE html>
<html lang="{words["tag"]}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title} – Presscite</title><link rel="icon" href="data:,"><style>{_STYLE}</style></head>
<body><main><h1>Presscite</h1><p>{words["lead"]}</p>{alert}
<form method="post" action="{_here(lang, wanted)}">
<label for="name">{words["name"]}</label>
<input id="name" name="name" value="{escape(name)}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" required{odd}{first}>
<label for="password">{words["password"]}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{odd}{second}>
<button>{words["enter"]}</button></form>
<nav><a href="{_here(other, wanted)}" lang="{WORDS[other]["tag"]}" hreflang="{WORDS[other]["tag"]}">{words["other"]}</a></nav></main></body></html>
""".encode()


def onward(address: str) -> bytes:
    """A page that goes on by itself: the browser takes what it leads to for a step of ours, and sends the session along.

    The session's cookie is kept back when a link of another site is followed, so a link to an answer would end at the login each time.
    """
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={escape(address)}"><meta name="color-scheme" content="light dark">
<title>Presscite</title><link rel="icon" href="data:,"></head><body><a href="{escape(address)}">Presscite</a></body></html>
""".encode()


def _here(lang: str, wanted: str) -> str:
    return escape("/login?" + urlencode({"lang": lang} | ({"next": wanted} if wanted != "/" else {})))


def _length(words: dict[str, str], wait_s: int) -> str:
    """A wait in words: seconds, and above a minute and a half whole minutes, none too few."""
    if wait_s <= 1:
        return words["second"]
    return words["seconds"].format(n=wait_s) if wait_s <= 90 else words["minutes"].format(n=-(-wait_s // 60))
