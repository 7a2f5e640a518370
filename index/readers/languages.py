"""The language of an article that does not state its own: one of those in use, or none.

In: a text, the languages in use.  Out: one of them, or "" when the text is too short to tell or is in another language.
Never: a text forced into a language in use because no other was looked at; the model reads it against every language that it
knows, and what those in use share is looked at only when no other is clearly likelier.

Questions are told apart by `index.text.language`: they are a line long, and it needs no model.

Source: py3langid, a naive Bayes model over pieces of words, after Lui and Baldwin, "langid.py: An Off-the-shelf Language
Identification Tool", ACL 2012 (system demonstrations).
"""

import threading
from collections.abc import Sequence
from typing import Any

from index.errors import ReadError

HEAD_CHARS = 4_000  # more does not change the verdict, and takes longer
MIN_SHARE = 0.85  # of what the languages in use have together, the best has at least this
MIN_LIKELY = 0.12  # and this of everything: shorter texts than a headline are seldom so sure
OTHER_TIMES = 2.0  # a language not in use that is more than so many times as likely as the best in use is the text's own
_LOADING = threading.Lock()
_LOADED: list[Any] = []


def identify(text: str, languages: Sequence[str]) -> str:
    """The language in use that a text is written in; "" when it does not tell.

    Args:
        text: Its first HEAD_CHARS characters count.
        languages: ISO 639 codes; one that the model does not know is never found.

    Raises:
        ReadError: if the model is not installed.

    >>> identify("A prefeitura não informou quando o serviço volta.", ("pt", "en"))
    'pt'
    >>> identify("El ayuntamiento aprobó ayer el presupuesto del puerto.", ("pt", "en")), identify("Fim.", ("pt", "en"))
    ('', '')
    """
    likely: dict[str, float] = dict(_model().rank(text[:HEAD_CHARS]))
    in_use = {code: likely[code] for code in languages if code in likely}
    if not in_use:
        return ""
    best = max(in_use, key=lambda code: in_use[code])
    other = max((value for code, value in likely.items() if code not in in_use), default=0.0)
    sure = in_use[best] >= max(MIN_LIKELY, MIN_SHARE * sum(in_use.values()))
    return best if sure and other <= OTHER_TIMES * in_use[best] else ""


def _model() -> Any:
    """The model, read when first needed and once only; asking it changes nothing in it, so threads may share it."""
    with _LOADING:
        if not _LOADED:
            try:
                from py3langid.langid import MODEL_FILE, LanguageIdentifier  # takes half a second and 100 MiB
            except ImportError as error:
                raise ReadError(f"the language of a text is told by py3langid: run `pip install py3langid` ({error})") from error
            _LOADED.append(LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True))
        return _LOADED[0]
