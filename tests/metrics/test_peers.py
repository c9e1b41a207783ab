"""Beside the packages others publish: equal where the conventions are, known where they differ."""

from __future__ import annotations

import random
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from novadoc.metrics import (
    Counts,
    Exact,
    Number,
    Text,
    compare,
    donut_f1,
    evaluate,
    tree_edit_accuracy,
)


class Row(BaseModel):
    code: Annotated[str | None, Exact()] = None
    amount: Annotated[Any, Number(relative=0.001)] = None
    what: Annotated[str | None, Text(0.8)] = None


class Slip(Row):
    rows: list[Row] = []


@pytest.fixture(scope="module")
def peer() -> type[Any]:
    """The same fields as `Slip`, in stickler's terms."""
    stickler = pytest.importorskip("stickler")
    from stickler.comparators import ExactComparator, LevenshteinComparator, NumericComparator

    def fields() -> dict[str, Any]:
        near = NumericComparator(relative_tolerance=0.001)
        made = (ExactComparator(), 1.0), (near, 1.0), (LevenshteinComparator(), 0.8)
        names = ("code", "amount", "what")
        return {
            name: stickler.ComparableField(comparator=comparator, threshold=threshold, default=None)
            for name, (comparator, threshold) in zip(names, made, strict=True)
        }

    types = {"code": str | None, "amount": Any, "what": str | None}
    row = type(stickler.StructuredModel)(
        "PeerRow", (stickler.StructuredModel,), {**fields(), "__annotations__": types}
    )
    rows = {"rows": stickler.ComparableField(default=None)}
    types = {**types, "rows": list[row] | None}
    return type(stickler.StructuredModel)(
        "PeerSlip", (stickler.StructuredModel,), {**fields(), **rows, "__annotations__": types}
    )


def some_row(draw: random.Random) -> dict[str, Any]:
    return {
        "code": draw.choice(["AB12", "CD34", "EF56"]),
        "amount": draw.choice([10, 250.5, 4000]),
        "what": draw.choice(["steel bolt 12 mm", "brass valve 3 mm", "relay"]),
    }


def spoiled(draw: random.Random, row: dict[str, Any], share: float) -> dict[str, Any]:
    found = dict(row)
    for key, others in (
        ("code", ["AB12", "ZZ99", None]),
        ("amount", [10.004, 11, None]),
        ("what", ["steel bolt 13 mm", "something else", None]),
    ):
        if draw.random() < share:
            found[key] = draw.choice(others)
    return found


def their_counts(peer: type[Any], truth: dict[str, Any], found: dict[str, Any]) -> Counts:
    made = peer(**truth).compare_with(peer(**found), include_confusion_matrix=True)
    leaves = made["confusion_matrix"]["aggregate"]
    return Counts(leaves["tp"], leaves["fd"], leaves["fn"], leaves["fa"])


def ours(truth: dict[str, Any], found: dict[str, Any]) -> Counts:
    counts = compare(truth, found, Slip).counts
    return Counts(counts.hit, counts.wrong, counts.missing, counts.extra)


def test_counts_of_fields_equal_sticklers(peer: type[Any]) -> None:
    """True positives, false discoveries, misses and false alarms, on 300 random documents."""
    draw = random.Random(1)
    for _ in range(300):
        truth = spoiled(draw, some_row(draw), 0.2)
        found = spoiled(draw, truth, 0.5)

        assert ours(truth, found) == their_counts(peer, truth, found)


def test_rows_pair_as_sticklers_where_it_keeps_them(peer: type[Any]) -> None:
    """Rows told apart by their codes, shuffled, none below its row threshold: the same leaves."""
    draw = random.Random(2)
    for _ in range(60):
        rows = [some_row(draw) | {"code": f"N{k}{k}{k}"} for k in range(draw.randint(1, 6))]
        others = [dict(row) for row in rows]
        for row in others:
            if draw.random() < 0.5:
                row["what"] = row["what"][:-1] + "?"
        draw.shuffle(others)
        truth, found = {"rows": rows}, {"rows": others}

        assert ours(truth, found) == their_counts(peer, truth, found)


def test_no_leaf_of_a_lost_row_is_lost_as_in_stickler(peer: type[Any]) -> None:
    """Where a row is missing, its three leaves are missing; stickler's leaf counts drop them."""
    rows = [{"code": f"N{k}", "amount": k, "what": "bolt"} for k in range(2)]
    truth, found = {"rows": rows}, {"rows": rows[:1]}

    assert their_counts(peer, truth, found).missing == 0
    assert ours(truth, found) == Counts(hit=3, missing=3)


@pytest.mark.parametrize(("with_wrong", "counting"), [(False, "published"), (True, "strict")])
def test_sticklers_two_recalls_are_two_countings(
    peer: type[Any], with_wrong: bool, counting: Any
) -> None:
    """Its default is the published table's rule; `recall_with_fd` is the strict one."""
    draw = random.Random(3)
    for _ in range(100):
        truth = some_row(draw)
        found = spoiled(draw, truth, 0.6)
        made = peer(**truth).compare_with(
            peer(**found), include_confusion_matrix=True, recall_with_fd=with_wrong
        )
        theirs = made["confusion_matrix"]["aggregate"]["derived"]
        score = evaluate([(truth, found)], Slip, counting).overall

        assert (score.precision or 0.0) == pytest.approx(theirs["cm_precision"])
        assert (score.recall or 0.0) == pytest.approx(theirs["cm_recall"])


# Values of donut-python 1.0.9 (`JSONParseEvaluator`), recorded: it needs torch to be imported.
DONUT: list[tuple[dict[str, Any], dict[str, Any], float, float]] = [
    ({"a": "hello", "l": [{"x": "a", "y": 1}, {"x": "b", "y": 2}]},
     {"a": "hallo", "l": [{"x": "b", "y": 2}, {"x": "a", "y": 1}]}, 0.8, 0.7058823529411764),
    ({"menu": [{"nm": "Tea", "price": "3.00"}, {"nm": "Cake", "price": "4.50"}],
      "total": {"total_price": "7.50"}},
     {"menu": [{"nm": "Tea", "price": "3.00"}], "total": {"total_price": "7.50", "tax": "0.50"}},
     0.6666666666666666, 0.5172413793103448),
    ({"a": 0, "b": "x"}, {"b": "x"}, 1.0, 1.0),
    ({"t": ["a", "b", "c"]}, {"t": ["c", "a"]}, 0.8, 0.25),
    ({"a": {"b": {"c": "deep"}}}, {"a": {"b": "deep"}}, 0.0, 0.7777777777777778),
    ({"a": "1"}, {"a": 1}, 1.0, 1.0),
]  # fmt: skip


@pytest.mark.parametrize(("truth", "found", "f1", "accuracy"), DONUT)
def test_donuts_scores_equal_recorded_ones(
    truth: dict[str, Any], found: dict[str, Any], f1: float, accuracy: float
) -> None:
    """Field F1 and tree edit accuracy."""
    assert donut_f1(truth, found) == pytest.approx(f1)
    assert tree_edit_accuracy(truth, found) == pytest.approx(accuracy)
