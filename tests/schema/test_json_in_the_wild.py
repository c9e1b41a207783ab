"""JSON Schemas as other people write them: nothing they ask for is lost, nothing is guessed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from novadoc.errors import LabelError, SchemaError
from novadoc.schema import DocumentSchema

TEXT = {"type": "string"}
NUMBER = {"type": "number"}


def _in(node: Any, **beside: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"x": node}, **beside}


def _types(node: Any, **beside: Any) -> dict[str, str]:
    """The kinds of the leaves, by path."""
    schema = DocumentSchema.from_json_schema(_in(node, **beside))
    return {leaf.path: leaf.kind for leaf in schema.leaves()}


@pytest.mark.parametrize(
    ("reference", "beside"),
    [
        pytest.param("#part", {"$defs": {"p": {**TEXT, "$anchor": "part"}}}, id="anchor"),
        pytest.param("#part", {"definitions": {"p": {**TEXT, "$id": "#part"}}}, id="draft-7"),
        pytest.param("#/$defs/a%20b", {"$defs": {"a b": TEXT}}, id="escaped"),
        pytest.param("#/$defs/a/anyOf/0", {"$defs": {"a": {"anyOf": [TEXT]}}}, id="in-a-list"),
        pytest.param("urn:me#/$defs/a", {"$id": "urn:me", "$defs": {"a": TEXT}}, id="own-name"),
    ],
)
def test_a_local_reference_is_followed_however_it_is_written(
    reference: str, beside: dict[str, Any]
) -> None:
    """It leads to the part meant, and not to the whole document."""
    assert _types({"$ref": reference}, **beside) == {"x": "string"}


def test_conditions_beside_properties_take_nothing_away() -> None:
    """`anyOf` of required keys is for the validator; the properties are asked for all the same."""
    conditions = {"anyOf": [{"required": ["x"]}, {"required": ["y"]}]}
    schema = DocumentSchema.from_json_schema(
        {"type": "object", "properties": {"x": TEXT, "y": NUMBER}, **conditions}
    )

    assert [field.path for field in schema.fields] == ["x", "y"]
    assert schema.canonical({"y": 2}) == {"x": None, "y": Decimal(2)}
    with pytest.raises(LabelError):
        schema.canonical({})
    assert _types({**TEXT, "anyOf": [{"format": "date"}, {"pattern": "^-$"}]}) == {"x": "string"}


def test_what_stands_beside_a_union_counts_in_every_branch() -> None:
    """Properties common to all shapes are asked for with those of each."""
    kinds = [_in(NUMBER), {"type": "object", "properties": {"y": TEXT}}]
    for kind, branch in zip("ab", kinds, strict=True):
        branch["properties"]["kind"] = {"const": kind}
    common = {"type": "object", "properties": {"id": TEXT}, "oneOf": kinds}

    assert _types(common).keys() == {"x.kind", "x.id", "x.x", "x.y"}


def test_parts_of_one_property_add_up() -> None:
    """A property said in two parts of an `allOf` keeps what both say."""
    parts = [_in({**TEXT, "description": "Printed above."}), _in({"maxLength": 3})]
    schema = DocumentSchema.from_json_schema({"allOf": parts})

    assert schema.field("x").description == "Printed above."
    assert schema.field("x").kind == "string"
    assert schema.field("x").constraints == {"maxLength": 3}
    assert _types({"allOf": [NUMBER, {"type": ["integer", "null"]}]}) == {"x": "integer"}


class Inner(BaseModel):
    code: str = "-"


class Outer(BaseModel):
    text: str = "none"
    note: str | None = "nothing"
    tags: list[str] = ["a"]
    inner: Inner = Inner()
    rows: list[Inner] = []


@pytest.mark.parametrize(
    "label", [{}, {"note": None}, {"rows": [{}]}, {"inner": {}}, {"tags": []}], ids=str
)
def test_defaults_mean_the_same_in_both_forms(label: dict[str, Any]) -> None:
    """A class and its JSON Schema make the same of keys that are not there."""
    told = DocumentSchema(Outer)
    raw = DocumentSchema.from_json_schema(Outer.model_json_schema())

    assert raw.fingerprint == told.fingerprint
    assert raw.canonical(label) == told.canonical(label)
    assert raw.read(label).canonical == told.read(label).canonical


def test_a_default_of_null_makes_null_a_value() -> None:
    """What canonical JSON holds, the schema in the prompt allows."""
    schema = DocumentSchema.from_json_schema(_in({**TEXT, "default": None}))

    assert schema.field("x").nullable


def test_a_tuple_is_as_long_as_the_schema_says() -> None:
    """Places that are named do not forbid more, unless the schema does."""
    places = {"type": "array", "prefixItems": [NUMBER, NUMBER]}
    closed = DocumentSchema.from_json_schema(_in({**places, "items": False}))

    assert DocumentSchema.from_json_schema(_in(places)).field("x").constraints == {}
    assert closed.field("x").constraints == {"maxItems": 2}
    assert closed.read({"x": [1, 2, 3]}).violations == (("x", "breaks the schema's `items`"),)


@pytest.mark.parametrize(
    ("node", "words"),
    [
        pytest.param({"$ref": "#nowhere"}, "leads nowhere", id="anchor"),
        pytest.param({"type": "null"}, "Null alone", id="null"),
        pytest.param({"enum": [None]}, "Null alone", id="only-null"),
        pytest.param({"enum": []}, "Null alone", id="no-choice"),
        pytest.param({**TEXT, "pattern": "["}, "does not read the pattern", id="pattern"),
        pytest.param({**TEXT, "pattern": r"\p{L}"}, "does not read the pattern", id="ecma"),
        pytest.param(
            {"anyOf": [NUMBER, {**TEXT, "pattern": r"\p{L}"}]}, "does not read", id="in-a-union"
        ),
        pytest.param({**TEXT, "maxLength": "5"}, "not a number", id="limit"),
        pytest.param({**NUMBER, "exclusiveMinimum": True}, "not a number", id="draft-4"),
        pytest.param({**NUMBER, "multipleOf": 0}, "multiple of zero", id="zero"),
        pytest.param({"allOf": [NUMBER, TEXT]}, "different types", id="contradiction"),
        pytest.param(_in(TEXT, additionalProperties=NUMBER), "keys from the doc", id="both-keys"),
        pytest.param(_in(TEXT, patternProperties={"^b": NUMBER}), "keys from", id="pattern-keys"),
        pytest.param(
            {"type": "object", "patternProperties": {"^a": TEXT, "^b": NUMBER}},
            "several patterns",
            id="patterns",
        ),
    ],
)
def test_what_would_be_lost_or_fail_later_is_refused(node: Any, words: str) -> None:
    """Refusal comes when the schema is built, names the place and says what is wrong."""
    with pytest.raises(SchemaError, match=words) as caught:
        DocumentSchema.from_json_schema(_in(node))

    assert caught.value.path == "x"


def test_what_is_no_schema_is_refused_by_name() -> None:
    """Text, lists and broken corners come back as errors of this library."""
    for wrong in ('{"type":"object"}', [1]):
        with pytest.raises(SchemaError, match="is not a JSON Schema"):
            DocumentSchema.from_json_schema(wrong)  # type: ignore[arg-type]
    hidden = DocumentSchema.from_json_schema(_in({**TEXT, "not": {"pattern": "["}}))
    with pytest.raises(SchemaError, match="cannot apply"):
        hidden.read({"x": "a"})


def test_a_tiny_divisor_is_not_too_much_for_a_long_number() -> None:
    """`multipleOf` is exact where the quotient has more digits than decimals usually have."""
    schema = DocumentSchema.from_json_schema(_in({**NUMBER, "multipleOf": 1e-20}))

    assert schema.read({"x": 123456789012}).ok
