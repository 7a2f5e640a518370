"""The few settings, each with its QA_* name in the environment.

In: arguments, then the environment, then the defaults below.  Out: one frozen record.  Never: opens or makes anything.
"""

import os
import re
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from index.errors import SettingsError
from index.records import Record


class Settings(Record):
    """Where things are, and which backends do the work. `QA_INDEX_DIR=/data/index` in the environment sets index_dir."""

    corpus_dir: Path = Field(default=Path("corpus"), description="Folder of articles, read with its subfolders.")
    index_dir: Path = Field(default=Path(".index"), description="Folder of the index; made when missing.")
    embedder: str = Field(
        default="sentence-transformers:all-MiniLM-L6-v2",
        description="kind:name. After the colon: the bundled all-MiniLM-L6-v2, a folder, or any sentence-transformers model in the local cache.",
    )
    store: str = Field(default="faiss:flat", description="kind:name of the vector store.")
    lexical: str = Field(default="tantivy:bm25", description="kind:name of the lexical engine.")
    languages: str = Field(
        default="pt,en", description="Languages in use (ISO 639), by commas: an article that does not state its own has one of them, or none."
    )
    user_agent: str = Field(
        default="Presscite/0.1", description="How `add` presents itself to servers: a name, a version, and best an address to write to."
    )
    passage_pieces: int = Field(default=128, ge=16, le=512, description="Longest passage, in the embedder's word pieces.")

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]) if first["loc"] else "settings"
            raise SettingsError(f"QA_{name.upper()}: {first['msg']} (given: {first['input']!r})") from error

    @model_validator(mode="before")
    @classmethod
    def _environment(cls, values: dict[str, Any]) -> dict[str, Any]:
        found = {name: os.environ[f"QA_{name.upper()}"] for name in cls.model_fields if os.environ.get(f"QA_{name.upper()}")}
        return found | values

    @field_validator("languages")
    @classmethod
    def _languages(cls, languages: str) -> str:
        if not re.fullmatch("[a-z]{2,3}(,[a-z]{2,3})*", languages):
            raise ValueError("it takes ISO 639 codes, as in pt,en")
        return languages

    @property
    def codes(self) -> tuple[str, ...]:
        """The languages in use, one by one."""
        return tuple(self.languages.split(","))

    def replace(self, **changes: Any) -> Self:
        """The same settings with some values changed; None changes nothing."""
        return type(self)(**(self.model_dump() | {k: v for k, v in changes.items() if v is not None}))
