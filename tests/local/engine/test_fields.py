"""The answer's tree, from schemas and from answers."""

from __future__ import annotations

from novadoc.local.engine._answers import assemble, dump, generic, leaves, parse
from novadoc.local.engine._fields import Field, from_answers, from_schema

SCHEMA = {
    "type": "object",
    "properties": {
        "number": {"type": ["string", "null"], "description": "As printed"},
        "paid": {"type": "boolean"},
        "party": {"$ref": "#/$defs/Party"},
        "due": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
        "state": {"type": "string", "enum": ["open", "closed"]},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"amount": {"type": ["number", "null"]}},
            },
        },
        "tags": {"type": "array", "items": {"type": "string"}, "description": "Marks"},
        "other": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "$defs": {"Party": {"type": "object", "properties": {"name": {"type": "string"}}}},
}


def test_schema_gives_every_leaf_with_its_kind() -> None:
    """References, unions with null, lists and enumerations are read."""
    expected = (
        Field("number", "text", "As printed"),
        Field("paid", "boolean", nullable=False),
        Field("party.name", "text", nullable=False),
        Field("due", "date"),
        Field("state", "enum", choices=("open", "closed"), nullable=False),
        Field("lines[].amount", "number"),
        Field("tags[]", "text", "Marks", nullable=False),
    )

    assert from_schema(SCHEMA).fields() == expected


def test_endless_schema_ends() -> None:
    """A schema that contains itself is cut at a depth no page has."""
    schema = {
        "$ref": "#/$defs/Node",
        "$defs": {"Node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}}},
    }

    assert from_schema(schema).fields() == ()


def test_answers_tell_the_tree_without_a_schema() -> None:
    """Keys of all answers are merged; kinds come from the values."""
    shape = from_answers(
        [{"a": None, "rows": []}, {"a": 1, "rows": [{"day": "2020-01-02"}], "b": {"c": "x"}}]
    )

    assert [(f.path, f.kind) for f in shape.fields()] == [
        ("a", "number"),
        ("rows[].day", "date"),
        ("b.c", "text"),
    ]


def test_assemble_fills_what_is_absent() -> None:
    """Every key is there: null without a value, empty without records."""
    shape = from_schema(SCHEMA)

    answer = assemble(shape, {"number": "007"}, {"lines[]": [({"lines[].amount": 3}, 0)]})

    assert answer == {
        "number": "007",
        "paid": None,
        "party": {"name": None},
        "due": None,
        "state": None,
        "lines": [{"amount": 3}],
        "tags": [],
        "other": {},
    }


def test_parse_reads_through_framing() -> None:
    """The trained turn may be framed; digits are kept."""
    answer = parse('```json\n{"a": 1.10, "b": ["ü"]}\n```')

    assert answer is not None
    assert dump(answer) == '{"a":1.10,"b":["ü"]}'
    assert parse("no object here {") is None


def test_leaves_name_places_and_fields() -> None:
    """A leaf's place has numbers, its field has none."""
    found = leaves({"a": {"b": 1}, "rows": [{"c": None}, {"c": "x"}]})

    assert found == {"a.b": 1, "rows[0].c": None, "rows[1].c": "x"}
    assert generic("rows[1].c") == "rows[].c"
