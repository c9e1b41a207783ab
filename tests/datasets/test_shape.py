"""The fast checks agree with the slow ones that explain."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from novadoc.datasets._reserved import reserved
from novadoc.datasets._shape import Shape
from novadoc.prompts import RESERVED, reserved_words
from novadoc.types import JsonObject

SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "name": {"type": ["string", "null"]},
        "count": {"type": "integer"},
        "kind": {"enum": ["a", "b"], "type": "string"},
        "lines": {
            "type": "array",
            "items": {"type": "object", "properties": {"amount": {"type": ["number", "null"]}}},
        },
        "notes": {"type": "array"},
        "extra": {"type": "object", "additionalProperties": {"type": "boolean"}},
        "party": {"type": ["object", "null"], "properties": {}},
        "paid": {"type": ["number", "null"], "minimum": 0, "multipleOf": 0.1},
        "code": {"type": ["string", "null"], "pattern": "^a", "maxLength": 3},
        "day": {"type": ["string", "null"], "format": "date"},
        "pages": {"type": "array", "items": {"type": "integer"}, "maxItems": 1},
    },
}
_LEAVES = st.sampled_from([None, 7, 7.5, True, "a", "n/a", "", "Ann"])
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.just("amount"), inner),
    max_leaves=3,
)
_RIGHT: dict[str, st.SearchStrategy[object]] = {
    "name": st.sampled_from(["Ann", None]),
    "count": st.just(3),
    "kind": st.just("a"),
    "lines": st.just([{"amount": 1.5}, {"amount": None}]),
    "notes": st.just([]),
    "extra": st.just({"paid": True}),
    "party": st.sampled_from([None, {}]),
    "paid": st.sampled_from([None, 0.3, 0, -0.1, 0.25]),
    "code": st.sampled_from([None, "abc", "abcd", "b"]),
    "day": st.sampled_from([None, "2024-02-29", "2023-02-29", "2024-2-1"]),
    "pages": st.lists(st.just(1), max_size=2),
}


@given(st.fixed_dictionaries({key: one | _VALUES for key, one in _RIGHT.items()}))
def test_an_answer_fits_when_it_has_no_fault(value: dict[str, object]) -> None:
    """Yes-or-no and explanation never disagree, wherever the answer is right or wrong."""
    shape = Shape(SCHEMA)

    assert shape.fits(value) == (not list(shape.faults(value)))
    assert shape.fits(value) == (not list(shape.faults(value)))  # remembered now


def test_a_right_answer_fits() -> None:
    """The shape is no net that holds everything back."""
    value: dict[str, object] = {
        "name": None, "count": 1, "kind": "b", "lines": [], "notes": [1], "extra": {}, "party": {},
        "paid": 0.3, "code": "abc", "day": "2024-02-29", "pages": [1],
    }  # fmt: skip
    assert Shape(SCHEMA).fits(value)
    assert not Shape(SCHEMA).fits({key: one for key, one in value.items() if key != "pages"})
    beyond = {"paid": -0.1, "code": "abcd", "day": "2023-02-29", "pages": [1, 2]}
    assert not any(Shape(SCHEMA).fits({**value, key: one}) for key, one in beyond.items())


@given(
    st.text("abr: <[e]t", max_size=6),
    st.sampled_from(["", *RESERVED, *map(str.upper, RESERVED), *map(str.title, RESERVED)]),
    st.text("abr: <[e]t", max_size=6),
)
def test_reserved_words_are_those_of_prompts(before: str, word: str, after: str) -> None:
    """The fast look misses none of the words that prompts may not hold."""
    text = f"{before}{word}{after}"
    found = reserved(text)

    assert (found.group() if found else None) == next(iter(reserved_words(text)), None)
