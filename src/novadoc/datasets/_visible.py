"""Values of labels looked for in the text layer of the documents they came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from novadoc._places import leaves
from novadoc.datasets._answers import unframed
from novadoc.datasets._envelope import Envelope
from novadoc.datasets._labels import parse_json
from novadoc.datasets._origins import Origin
from novadoc.datasets._problem import Problem
from novadoc.datasets._rules import problem
from novadoc.datasets._walk import opened
from novadoc.documents import Document
from novadoc.errors import DocumentError, LabelError, SchemaError
from novadoc.models import base_model
from novadoc.schema import DocumentSchema
from novadoc.types import JsonObject, JsonValue

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_ITEM = re.compile(r"\[\d+\]")
_SHORTEST = 3


def not_visible(
    path: Path, origins: Mapping[int, Origin], schema: JsonObject | None
) -> Iterator[Problem]:
    """Yield values that stand nowhere in the text layer of their document.

    Looks at PDFs that are still where they were; scans have no text layer and are passed over, as
    are dates, which are printed in too many ways, and choices, of which a page may show a tick.
    """
    if not any((origin.source or "").lower().endswith(".pdf") for origin in origins.values()):
        return
    envelope = Envelope(base_model("nova-lite"))
    chosen = _choices(schema)
    with opened(path) as file:
        for line, raw in enumerate(file, 1):
            text = _text(origins.get(line))
            if not text:
                continue
            try:
                parts = envelope.check(parse_json(raw), _ignore)
                label = parse_json(unframed(parts.answer or "")) if parts else None
            except LabelError:
                continue  # reported by its own rule
            for place, value in leaves(label):
                if not _stands(value, text) and _ITEM.sub("[]", place) not in chosen:
                    yield problem(
                        "not-visible",
                        "The value stands nowhere in the document's text layer.",
                        file=path.name,
                        line=line,
                        path=f"$answer.{place}",
                    )


def _choices(schema: JsonObject | None) -> frozenset[str]:
    """The paths whose values are named by the schema and not by the page."""
    if schema is None:
        return frozenset()
    try:
        known = DocumentSchema.from_json_schema(schema)
    except SchemaError:  # answers can be held against more than a model can be asked for
        return frozenset()
    return frozenset(field.path for field in known.leaves() if field.kind == "enum")


def _ignore(rule: str, path: str, message: str) -> None:
    """Other rules have been checked before."""


def _text(origin: Origin | None) -> str:
    if origin is None or origin.source is None or not origin.source.lower().endswith(".pdf"):
        return ""
    try:
        document = Document.open(origin.source, pages=[page - 1 for page in origin.pages])
        if document.digest != origin.digest:
            return ""
        pages = range(1, document.page_count + 1)
        return _bare(" ".join(document.text(number) for number in pages))
    except DocumentError:
        return ""


def _stands(value: JsonValue, text: str) -> bool:
    if isinstance(value, str):
        bare = _bare(value)
        return len(bare) < _SHORTEST or _DATE.match(value) is not None or bare in text
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return any(form in text for form in _forms(Decimal(str(value))))
    return True


def _forms(number: Decimal) -> Iterator[str]:
    """Yield the digits a number may be printed with, once signs are left out."""
    yield _bare(format(abs(number), "f"))
    yield _bare(format(abs(number), ".2f"))
    yield _bare(format(abs(number).normalize(), "f"))


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
