"""Scores of other projects: equal to theirs, from recorded runs and from the packages."""

from __future__ import annotations

import random
import warnings

import pytest

from novadoc.errors import MetricsError
from novadoc.metrics import (
    anls_star,
    docile_line_items,
    donut_f1,
    json_accuracy,
    tree_edit_accuracy,
)

# Values of anls_star 1.0.1.
ANLS = [
    ({"a": ("hello", "world"), "b": ["this", "is", "a", "test"]},
     {"a": "hello!", "b": ["a", "test", "this", "be"]}, 0.7666666666666667),
    (["a", "b"], "a", 1.0),
    (("x", ("y", None)), None, 1.0),
    (None, [], 1.0),
    ([], None, 0.0),
    (1, 1.0, 0.0),
    (500, "$500", 0.75),
    ({"a": "b"}, {"a": "b", "c": None}, 0.5),
    ("31.12.2023", "31. Dec 2023", 0.5833333333333333),
    ({}, {}, 1.0),
]  # fmt: skip


@pytest.mark.parametrize(("truth", "found", "score"), ANLS)
def test_anls_star_keeps_the_originals_edge_cases(
    truth: object, found: object, score: float
) -> None:
    """Recorded values of the original, oddities included."""
    assert anls_star(truth, found) == pytest.approx(score)  # type: ignore[arg-type]


def some_value(draw: random.Random, depth: int) -> object:
    kind = draw.random()
    if depth == 0 or kind < 0.5:
        return draw.choice([None, "", "a", "ab", "hello world", "hallo", 1, 1.0, 0, True, "1"])
    if kind < 0.75:
        return [some_value(draw, depth - 1) for _ in range(draw.randint(0, 3))]
    return {draw.choice("abc"): some_value(draw, depth - 1) for _ in range(draw.randint(0, 3))}


def test_anls_star_equals_the_original_on_random_values() -> None:
    """Where the original is installed, 1,500 random pairs score the same."""
    original = pytest.importorskip("anls_star").anls_score
    draw = random.Random(5)
    for _ in range(1_500):
        truth, found = some_value(draw, 3), some_value(draw, 3)
        if truth == [] and isinstance(found, str):
            continue  # the original fails on it
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert anls_star(truth, found) == pytest.approx(original(truth, found))  # type: ignore[arg-type]


def test_donut_scores_follow_its_normalisation() -> None:
    """Zeros are dropped, rows are not told apart by F1, and order counts for the tree."""
    rows = {"l": [{"a": "x", "b": 1}, {"a": "y", "b": 2}]}
    swapped = {"l": [{"a": "x", "b": 2}, {"a": "y", "b": 1}]}

    assert donut_f1(rows, swapped) == 1.0
    assert donut_f1({"a": 0, "b": 1}, {"b": 1}) == 1.0
    assert tree_edit_accuracy(rows, {"l": rows["l"][::-1]}) < 1
    assert tree_edit_accuracy({"a": "abcd"}, {"a": "abcx"}) == pytest.approx(1 - 1 / 5)
    large = {"l": [{"a": str(k), "b": str(k)} for k in range(3_000)]}
    with pytest.raises(MetricsError, match="too large"):
        tree_edit_accuracy(large, large)


def test_docile_counts_fields_of_line_items_only() -> None:
    """Rows pair by equal fields; no line item at all is 0, as in the original."""
    truth = {"no": 7, "l": [{"a": 1, "b": 2}, {"a": 3, "b": 4}]}

    assert docile_line_items(truth, {"l": [{"a": 3, "b": 4}, {"a": 1, "b": 9}]}) == 0.75
    assert docile_line_items({"no": 7}, {"no": 7}) == 0.0


def test_json_accuracy_is_strict_and_has_a_floor() -> None:
    """One edit each; more edits than leaves still is 0."""
    assert json_accuracy({"a": 1, "b": True}, {"a": 1, "b": 1}) == 0.5
    assert json_accuracy({"a": [1, 2]}, {"a": [2, 1]}) == 1.0
    assert json_accuracy({"a": 1}, {"a": 2, "b": 3, "c": 4}) == 0.0
