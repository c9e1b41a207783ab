"""Classes as people write them in a hurry: each is read rightly, or refused where it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, BaseModel, Field, Json, JsonValue, Secret, create_model

from novadoc.errors import LabelError, SchemaError
from novadoc.schema import Conventions, DocumentSchema, Normalise


def _schema(annotation: Any) -> DocumentSchema[Any]:
    return DocumentSchema(create_model("Made", x=(annotation, ...)))


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        pytest.param(None, "Null alone", id="none"),
        pytest.param(Literal[None], "not text", id="literal-none"),  # noqa: PYI061
        pytest.param(Literal[b"x"], "not text or numbers", id="literal-bytes"),
        pytest.param(Json[list[int]], "JSON inside a text", id="json-of"),
        pytest.param(Json, "JSON inside a text", id="json"),
        pytest.param(Secret[int], "Sensitive", id="secret"),
        pytest.param(Iterable[int], "only once", id="iterable"),
        pytest.param(Annotated[str, Field(pattern=r"^\p{L}+$")], "does not read", id="pattern"),
    ],
)
def test_what_could_be_asked_but_never_read_is_refused(annotation: Any, words: str) -> None:
    """No schema is built whose answers would all be wrong, or empty."""
    with pytest.raises(SchemaError, match=words) as caught:
        _schema(annotation)

    assert caught.value.path == "x"
    assert caught.value.remedy


def test_what_goes_too_deep_is_refused() -> None:
    """Both forms of a schema end before Python's own recursion does."""
    kind: Any = int
    node: dict[str, Any] = {"type": "integer"}
    for _ in range(60):
        kind, node = list[kind], {"type": "array", "items": node}

    with pytest.raises(SchemaError, match="40 levels"):
        _schema(kind)
    with pytest.raises(SchemaError, match="40 levels"):
        DocumentSchema.from_json_schema({"type": "object", "properties": {"x": node}})


def test_any_json_is_pydantics_word_for_any() -> None:
    """`JsonValue` is asked for and read as `Any` is."""
    schema = _schema(JsonValue)

    assert schema.field("x").kind == "any"
    assert schema.canonical({"x": {"a": [1.5]}}) == {"x": {"a": [Decimal("1.5")]}}


class Twice(BaseModel):
    one: str | None = Field(None, alias="x")
    other: str | None = Field(None, alias="x")


def test_two_fields_never_share_a_path() -> None:
    """A path names one field: two with one alias are refused."""
    with pytest.raises(SchemaError, match="Two fields") as caught:
        DocumentSchema(Twice)

    assert caught.value.path == "x"


@pytest.mark.parametrize("wrong", [{"a": 1}, object(), 7, BaseModel])
def test_what_is_no_class_is_refused_by_name(wrong: Any) -> None:
    """Dictionaries and objects where a class is asked say what to give instead."""
    with pytest.raises(SchemaError, match="is not a pydantic class"):
        DocumentSchema.of(wrong)


def test_half_a_character_is_refused() -> None:
    """What cannot be written as UTF-8 can be neither sent nor fingerprinted."""
    cut = {"type": "object", "properties": {"a": {"type": "string", "description": "x\ud800"}}}

    with pytest.raises(SchemaError, match="half a character") as caught:
        DocumentSchema.from_json_schema(cut)
    assert caught.value.path == "a"


def test_a_misspelt_convention_is_refused() -> None:
    """An order that nothing reads by would leave every date ambiguous."""
    with pytest.raises(SchemaError, match="DMY"):
        Conventions(dates="DYM")  # type: ignore[arg-type]
    with pytest.raises(SchemaError, match="decimal mark"):
        Conventions(decimal=";")  # type: ignore[arg-type]


def _stumbling(value: str) -> str:
    table: dict[str, str] = {}
    return table[value]


def test_an_authors_validator_that_fails_is_a_violation() -> None:
    """Whatever it raises, reading goes on; the rule says what it should have raised."""
    schema = _schema(Annotated[str, AfterValidator(_stumbling)])
    reading = schema.read({"x": "a"})

    assert reading.violations == (("", "a validator of the class raised KeyError, not ValueError"),)
    assert reading.canonical == {"x": "a"}
    with pytest.raises(LabelError, match="raised KeyError"):
        schema.canonical({"x": "a"})


@pytest.mark.parametrize("value", [None, 7])
def test_an_authors_normaliser_that_fails_is_a_violation(value: Any) -> None:
    """It is named with its place, for answers read the short way and the long one."""
    upper: Callable[[Any], Any] = lambda text: text.upper()  # noqa: E731
    schema = _schema(Annotated[str | None, Normalise(upper)])

    assert schema.read({"x": value}).violations == (
        ("x", "`Normalise` raised AttributeError over it"),
    )
    assert schema.read({"x": "A"}).ok


def test_listed_keys_are_read_by_case_and_others_do_not_sink_the_rest() -> None:
    """States by abbreviation: `ca` is CA, a second one and an unknown one are violations."""
    schema = _schema(dict[Literal["CA", "NY"], Decimal])
    reading = schema.read({"x": {"ca": 1, "NY": 2, "ny": 3, "TX": 4}})

    assert reading.value.x == {"CA": 1, "NY": 2}
    assert reading.canonical == {"x": {"CA": 1, "NY": 2}}
    assert reading.violations == (
        ("x[2]", "the key is there twice"),
        ("x[3]", "its key must be one of the 2 choices"),
    )
    with pytest.raises(LabelError):
        schema.canonical({"x": {"TX": 1}})


def test_a_bottomless_label_is_refused_by_name() -> None:
    """Nesting deeper than Python goes is an error of the label."""
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]

    with pytest.raises(LabelError, match="no bottom"):
        _schema(Any).canonical({"x": deep})
