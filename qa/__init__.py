"""Questions and answers over a news corpus, every sentence of an answer checkable.

>>> from qa import ask, retrieve
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.records import Filter
    from qa.answer import ask, stream
    from qa.records import Answer
    from qa.retrieval import retrieve

__all__ = ["Answer", "Filter", "ask", "retrieve", "stream"]
_HOMES = {"Answer": "qa.records", "Filter": "index.records", "ask": "qa.answer", "retrieve": "qa.retrieval", "stream": "qa.answer"}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that `import qa` loads nothing heavy."""
    if name not in _HOMES:
        raise AttributeError(f"module 'qa' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
