"""What is asked of a document: one definition, and everything that follows from it.

>>> from pydantic import BaseModel
>>> class Receipt(BaseModel):
...     shop: str | None = None
...     total: float | None = None
>>> DocumentSchema(Receipt).prompt_schema["properties"]["total"]
{'type': ['number', 'null']}
"""

from __future__ import annotations

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
