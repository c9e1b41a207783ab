"""What is asked of a document: one definition, and everything that follows from it.

>>> from pydantic import BaseModel
>>> from novadoc.schema import DocumentSchema
>>> class Receipt(BaseModel):
...     shop: str | None = None
...     total: float | None = None
>>> DocumentSchema(Receipt).prompt_schema["properties"]["total"]
{'type': ['number', 'null']}

Names are resolved on first use (PEP 562): who only marks fields loads no reader of answers.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from novadoc.schema._conventions import Conventions
    from novadoc.schema._diff import Change, SchemaDiff, diff
    from novadoc.schema._document_schema import DocumentSchema
    from novadoc.schema._fields import FieldSpec, Kind, Variant
    from novadoc.schema._json_text import to_json
    from novadoc.schema._markers import (
        Absent,
        Category,
        Normalise,
        Normaliser,
        Printed,
        Sensitive,
        check,
    )
    from novadoc.schema._migration import Migration
    from novadoc.schema._reading import UNKNOWN_KEY, Finding, FindingKind, Reading
    from novadoc.schema._redact import REDACTED

__all__ = [
    "REDACTED",
    "UNKNOWN_KEY",
    "Absent",
    "Category",
    "Change",
    "Conventions",
    "DocumentSchema",
    "FieldSpec",
    "Finding",
    "FindingKind",
    "Kind",
    "Migration",
    "Normalise",
    "Normaliser",
    "Printed",
    "Reading",
    "SchemaDiff",
    "Sensitive",
    "Variant",
    "check",
    "diff",
    "to_json",
]

_HOME = {
    "Absent": "_markers",
    "Category": "_markers",
    "Change": "_diff",
    "Conventions": "_conventions",
    "DocumentSchema": "_document_schema",
    "FieldSpec": "_fields",
    "Finding": "_reading",
    "FindingKind": "_reading",
    "Kind": "_fields",
    "Migration": "_migration",
    "Normalise": "_markers",
    "Normaliser": "_markers",
    "Printed": "_markers",
    "REDACTED": "_redact",
    "Reading": "_reading",
    "SchemaDiff": "_diff",
    "Sensitive": "_markers",
    "UNKNOWN_KEY": "_reading",
    "Variant": "_fields",
    "check": "_markers",
    "diff": "_diff",
    "to_json": "_json_text",
}


def __getattr__(name: str) -> object:
    if name in _HOME:
        found: object = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
