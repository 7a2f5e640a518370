"""The index of a news corpus: `rebuild` makes it, `update` keeps it up to date, `Library` opens it.

>>> from index import Library, Settings, rebuild, update
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.build import rebuild, update
    from index.library import Library
    from index.records import Filter, Manifest
    from index.settings import Settings

__all__ = ["Filter", "Library", "Manifest", "Settings", "rebuild", "update"]
_HOMES = {
    "Filter": "index.records",
    "Library": "index.library",
    "Manifest": "index.records",
    "Settings": "index.settings",
    "rebuild": "index.build",
    "update": "index.build",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that `--help` loads nothing heavy."""
    if name not in _HOMES:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
