"""Raw JSON Schemas are read, validated and asked as classes are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest

from novadoc.errors import LabelError, SchemaError
from novadoc.schema import DocumentSchema

INVOICE: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "Invoice",
    "description": "A supplier's invoice.",
    "type": "object",
    "definitions": {
        "party": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "vat": {"type": "string", "pattern": "^[A-Z]{2}"},
            },
            "required": ["name"],
        },
        "money": {"type": "number", "minimum": 0, "multipleOf": 0.01},
        "named": {
            "allOf": [
                {"$ref": "#/definitions/party"},
                {"properties": {"city": {"type": "string"}}, "required": ["city"]},
            ]
        },
    },
    "properties": {
        "number": {"type": "string"},
        "due": {"type": ["string", "null"], "format": "date"},
        "seller": {"$ref": "#/definitions/party", "description": "Who sells."},
        "buyer": {"$ref": "#/definitions/named"},
        "status": {"oneOf": [{"const": "P", "title": "paid"}, {"const": "O", "title": "open"}]},
        "total": {"anyOf": [{"$ref": "#/definitions/money"}, {"type": "null"}]},
        "lines": {
            "type": "array",
            "items": {"properties": {"amount": {"$ref": "#/definitions/money"}}},
        },
        "rates": {"type": "object", "additionalProperties": {"type": "number"}},
        "paid": {"type": "boolean"},
    },
    "required": ["number", "total"],
}  # fmt: skip


def test_schema_is_inlined_and_cleaned() -> None:
    """References, wrappings and names of types are gone; what the model needs is there."""
    schema = DocumentSchema.from_json_schema(INVOICE)

    text = json.dumps(schema.prompt_schema, default=str)
    fields = {field.name: (field.kind, field.nullable) for field in schema.fields}

    assert "$ref" not in text
    assert "definitions" not in text
    assert fields == {
        "number": ("string", False),
        "due": ("date", True),
        "seller": ("object", False),
        "buyer": ("object", False),
        "status": ("enum", True),
        "total": ("number", True),
        "lines": ("array", False),
        "rates": ("map", False),
        "paid": ("boolean", True),
    }
    assert [child.name for child in schema.field("buyer").children] == ["name", "vat", "city"]
    assert schema.field("seller").description == "Who sells."
    assert schema.field("status").description == '"P" = paid, "O" = open.'


def test_answers_are_plain_json_with_every_key() -> None:
    """Numbers are decimals, dates text, absent keys null or empty; words for choices are read."""
    reading = DocumentSchema.from_json_schema(INVOICE).read(
        {"number": "7", "total": "1,234.50", "status": "Paid", "due": "31.12.2024", "paid": "x",
         "seller": {"name": "A"}, "buyer": {"name": "B", "city": "C"}, "lines": [{"amount": 1}]}
    )  # fmt: skip

    assert reading.violations == ()
    assert (
        reading.value
        == reading.canonical
        == {
            "number": "7",
            "due": "2024-12-31",
            "seller": {"name": "A", "vat": None},
            "buyer": {"name": "B", "vat": None, "city": "C"},
            "status": "P",
            "total": Decimal("1234.5"),
            "lines": [{"amount": Decimal(1)}],
            "rates": {},
            "paid": True,
        }
    )


def test_violations_are_rules_without_values() -> None:
    """jsonschema's own messages repeat values; ours name the rule."""
    reading = DocumentSchema.from_json_schema(INVOICE).read(
        {"number": "7", "total": -1, "seller": {"name": "A", "vat": "secret"},
         "lines": [{"amount": Decimal("0.005")}]}
    )  # fmt: skip

    assert reading.violations == (
        ("seller.vat", 'must match "^[A-Z]{2}"'),
        ("total", "must be at least 0"),
        ("lines[0].amount", "must be a multiple of 0.01"),
    )


def test_long_numbers_are_divided_exactly() -> None:
    """No number an answer may hold is too long for a rule about its multiples."""
    reading = DocumentSchema.from_json_schema(INVOICE).read(
        {
            "number": "7",
            "total": Decimal(10) ** 39,
            "lines": [{"amount": Decimal("9" * 30 + ".001")}],
        }
    )

    assert reading.violations == (("lines[0].amount", "must be a multiple of 0.01"),)


def test_labels_are_validated() -> None:
    """A label that breaks the schema is refused with all places."""
    schema = DocumentSchema.from_json_schema(INVOICE)

    with pytest.raises(LabelError) as caught:
        schema.canonical({"total": -1, "seller": {}})

    assert {path for path, _ in caught.value.violations} == {"", "seller", "total"}


def test_categories_and_comparators_come_by_path() -> None:
    """What a class says by markers, a JSON Schema is told beside it."""
    comparator = type("Same", (), {"similarity": lambda self, a, b: 1.0})()

    schema = DocumentSchema.from_json_schema(
        INVOICE, categories={"lines": "Lines"}, comparators={"lines[].amount": comparator}
    )

    assert schema.field("lines[].amount").category == "Lines"
    assert schema.field("lines[].amount").comparator is comparator
    with pytest.raises(SchemaError, match="nowhere"):
        DocumentSchema.from_json_schema(INVOICE, categories={"nowhere": "X"})


def test_recursion_is_bounded() -> None:
    """A definition inside itself is asked for a few levels."""
    tree = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "inside": {"type": "array", "items": {"$ref": "#"}},
        },
    }  # fmt: skip

    schema = DocumentSchema.from_json_schema(tree, recursion=1)

    assert [leaf.path for leaf in schema.leaves()] == ["name", "inside[].name"]
    with pytest.raises(LabelError, match="deeper"):
        schema.canonical({"inside": [{"inside": [{"name": "x"}]}]})


def test_objects_told_apart_by_a_constant_are_merged() -> None:
    """A union of objects with a common constant becomes one object with all keys."""
    shapes = [
        {
            "type": "object",
            "properties": {"kind": {"const": tag}, key: {"type": "integer"}},
            "required": ["kind", key],
        }
        for tag, key in (("a", "x"), ("b", "y"))
    ]

    schema = DocumentSchema.from_json_schema(
        {"type": "object", "properties": {"it": {"oneOf": shapes}}}
    )

    assert schema.canonical({"it": {"kind": "b", "y": 1}}) == {
        "it": {"kind": "b", "x": None, "y": 1}
    }


def _in(node: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"x": node}}


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        pytest.param({"type": "array", "items": {}}, "", id="no-object"),
        pytest.param({"type": "object", "properties": {}}, "", id="no-fields"),
        pytest.param(_in({"$ref": "https://example.com/x.json"}), "x", id="remote"),
        pytest.param(_in({"$ref": "#/$defs/none"}), "x", id="dangling"),
        pytest.param(_in({"$ref": "#/properties/x"}), "", id="itself"),
        pytest.param(_in(False), "x", id="nothing"),
        pytest.param(_in({"enum": [{"a": 1}]}), "x", id="choice-of-objects"),
        pytest.param(_in({"prefixItems": [{"type": "string"}, {}]}), "x", id="tuple"),
        pytest.param(_in({"anyOf": [{"items": {}}, {"type": "string"}]}), "x", id="mixed"),
        pytest.param(_in({"type": "string", "contentEncoding": "base64"}), "x", id="bytes"),
        pytest.param(_in({"anyOf": [_in({}), _in({})]}), "x", id="untold-union"),
        pytest.param({"type": "object", "properties": {"x": {"enum": {1, 2}}}}, "", id="no-json"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(schema: Any, path: str) -> None:
    """Refusal comes when the schema is built, with the place."""
    with pytest.raises(SchemaError) as caught:
        DocumentSchema.from_json_schema(schema)

    assert caught.value.path == path


def test_the_callers_schema_is_not_changed() -> None:
    """Reading a schema leaves the dictionary as it was."""
    before = json.dumps(INVOICE)

    DocumentSchema.from_json_schema(INVOICE).read({"number": "1"})

    assert json.dumps(INVOICE) == before


_PROGRAM = """
from decimal import Decimal
from typing import Literal
from pydantic import BaseModel
from novadoc.schema import DocumentSchema
class Inner(BaseModel):
    kinds: set[Literal["b", "a"]] = set()
    amount: Decimal | None = None
class Outer(BaseModel):
    'A document.'
    inner: list[Inner] = []
schema = DocumentSchema(Outer)
print(schema.fingerprint, schema.canonical_text(Outer(inner=[Inner(kinds={"a", "b"})])))
"""


def test_fingerprints_and_texts_are_the_same_in_every_process() -> None:
    """Neither hash randomisation nor import order moves a byte."""
    runs = {
        subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    fingerprint = "079bd52c7a171f16841a8ce418aab90cfaec4221df855e23fd481aa34a52621b"
    assert runs == {f'{fingerprint} {{"inner":[{{"kinds":["a","b"],"amount":null}}]}}\n'}
