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

from typing import TYPE_CHECKING

from novadoc._faces import lazily

if TYPE_CHECKING:
    from novadoc.schema._checks import check
    from novadoc.schema._conventions import Conventions
    from novadoc.schema._diff import Change, SchemaDiff, diff
    from novadoc.schema._document_schema import DocumentSchema
    from novadoc.schema._fields import FieldSpec, Kind
    from novadoc.schema._json_text import to_json
    from novadoc.schema._markers import Absent, Category, Printed, Sensitive
    from novadoc.schema._migration import Migration
    from novadoc.schema._normalise import Normalise, Normaliser
    from novadoc.schema._reading import UNKNOWN_KEY, Finding, FindingKind, Reading
    from novadoc.schema._redact import REDACTED
    from novadoc.schema._variants import Variant
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "._checks": "check",
            "._conventions": "Conventions",
            "._diff": "Change SchemaDiff diff",
            "._document_schema": "DocumentSchema",
            "._fields": "FieldSpec Kind",
            "._json_text": "to_json",
            "._markers": "Absent Category Printed Sensitive",
            "._migration": "Migration",
            "._normalise": "Normalise Normaliser",
            "._reading": "Finding FindingKind Reading UNKNOWN_KEY",
            "._redact": "REDACTED",
            "._variants": "Variant",
        },
    )

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
