"""What kind of mistake it was, and whether confidences can be trusted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from novadoc.errors import MetricsError
from novadoc.metrics import Anatomy, calibrate, evaluate, judge

TRUTH = {"a": "Ann Hill", "code": "B0123", "total": "1234.50", "day": "2024-03-05",
         "rows": [{"v": "first"}, {"v": "second"}], "city": "Ely"}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "cause"),
    [
        ("a", "ANN HILL", "case"),
        ("a", "AnnHill", "blanks"),
        ("a", "Ann-Hill", "punctuation"),
        ("a", "Ann Hlil", "transposed"),
        ("a", "Ann Hi", "truncated"),
        ("a", "Anm Hill", "typo"),
        ("a", "Ely", "neighbour's value"),
        ("a", "Zebulon Q", "different"),
        ("a", None, "absent"),
        ("code", "BO123", "look-alike characters"),
        ("total", "$1,234.50", "format"),
        ("total", "-1234.50", "sign or scale"),
        ("total", "123450", "sign or scale"),
        ("day", "Mar 5, 2024", "format"),
        ("note", "made up", "hallucinated key"),
        ("code", "x" * 500, "different"),
    ],
)
def test_causes_say_what_to_fix(path: str, value: object, cause: str) -> None:
    """Each typical mistake is told from the others."""
    report = evaluate([(TRUTH, {**TRUTH, path: value})])

    assert [(e.path, e.cause) for e in report.errors] == [(path, cause)]


@pytest.mark.parametrize(
    ("truth", "predicted", "cause"),
    [
        ({"a": 1, "note": None}, {"a": 1, "note": "made up"}, "empty in the truth"),
        ({"a": 1, "who": None}, {"a": 1, "who": {"name": "Ann"}}, "empty in the truth"),
        ({"a": 1, "rows": []}, {"a": 1, "rows": [{"v": 7}]}, "empty in the truth"),
        ({"a": 1, "note": " "}, {"a": 1, "notes": "x"}, "hallucinated key"),
    ],
)
def test_a_key_that_the_truth_has_with_no_value_is_not_hallucinated(
    truth: dict, predicted: dict, cause: str
) -> None:
    """What was asked for and is empty is told from a key nobody knows."""
    assert [one.cause for one in evaluate([(truth, predicted)]).errors] == [cause]


def test_a_swapped_row_is_no_typo() -> None:
    """A short value that stands in another row is taken from there."""
    rows = [{"id": "a", "n": 3}, {"id": "b", "n": 4}]
    swapped = [{"id": "a", "n": 4}, {"id": "b", "n": 3}]
    report = evaluate([({"l": rows}, {"l": swapped})])

    assert [e.cause for e in report.errors] == ["swapped row", "swapped row"]


def test_long_texts_that_differ_late_are_not_called_equal() -> None:
    """What is cut off for looking at it is not forgotten."""
    text = "lorem ipsum " * 100
    report = evaluate([({"a": text + "x", "b": text}, {"a": text + "y", "b": text[:700]})])

    assert [e.cause for e in report.errors] == ["different", "truncated"]


def test_anatomy_counts_causes_and_confusions_by_field() -> None:
    """Collected from the stream of all errors; the table shows no values."""
    anatomy = Anatomy()
    pairs = [({"zip": "01234", "n": "x"}, {"zip": "O1234", "n": "x"})] * 30
    evaluate(pairs, on_error=anatomy.add, max_errors=2)

    assert anatomy.causes == {"look-alike characters": 30}
    assert anatomy.fields["zip"].confusions.most_common(1) == [(("01234", "O1234"), 30)]
    assert "01234" not in anatomy.to_markdown()
    assert anatomy.to_dict()["zip"]["errors"] == 30  # type: ignore[index,call-overload]


confident = st.lists(
    st.tuples(st.just("p"), st.sampled_from([0, 0.1, 0.25, 0.5, 0.9, 1]), st.booleans()),
    min_size=2,
)


@given(confident)
@settings(deadline=None)
def test_auroc_equals_the_rank_statistic(rows: list[tuple[str, float, bool]]) -> None:
    """As scipy's Mann-Whitney U over the pairs of right and wrong leaves."""
    right = [sure for _, sure, ok in rows if ok]
    wrong = [sure for _, sure, ok in rows if not ok]
    found = calibrate(rows)

    if right and wrong:
        u = stats.mannwhitneyu(right, wrong, method="asymptotic").statistic
        assert found.auroc == pytest.approx(u / (len(right) * len(wrong)))
    else:
        assert found.auroc is None
    assert sum(b.count for b in found.bins) == found.count == len(rows)
    assert 0 <= found.brier <= 1
    assert 0 <= found.expected_error <= 1


@given(confident, st.integers(1, 20))
@settings(deadline=None)
def test_calibration_equals_its_definitions(rows: list[tuple[str, float, bool]], bins: int) -> None:
    """Brier score, reliability table and expected error, computed the plain way with numpy."""
    sure = np.array([one for _, one, _ in rows], dtype=float)
    right = np.array([ok for _, _, ok in rows], dtype=float)
    found = calibrate(rows, bins=bins)

    assert found.brier == pytest.approx(((sure - right) ** 2).mean())
    where = np.digitize(sure, [k / bins for k in range(1, bins)])
    gaps = [abs(sure[where == k].sum() - right[where == k].sum()) for k in set(where)]
    assert found.expected_error == pytest.approx(sum(gaps) / len(rows))
    assert all(one.low <= one.confidence <= one.high for one in found.bins)


def test_a_confidence_on_an_edge_belongs_to_the_bin_it_begins() -> None:
    """0.58 times 100 is 57.99... in floats, and still 0.58."""
    assert calibrate([("p", 0.58, True)], bins=100).bins[0].low == 0.58


@given(confident, st.sampled_from([0.5, 0.75, 0.9, 1.0]))
@settings(deadline=None)
def test_the_threshold_equals_a_search_over_all(
    rows: list[tuple[str, float, bool]], wanted: float
) -> None:
    """Of every confidence met as threshold, the one that accepts most at the precision wanted."""
    best = 0
    for threshold in {sure for _, sure, _ in rows}:
        accepted = [ok for _, sure, ok in rows if sure >= threshold]
        if sum(accepted) / len(accepted) >= wanted:
            best = max(best, len(accepted))
    point = calibrate(rows).threshold_for(wanted)

    assert (point is None) == (best == 0)
    if point is not None:
        assert point.review_rate == pytest.approx(1 - best / len(rows))


def test_the_threshold_for_a_precision_reviews_as_little_as_possible() -> None:
    """And there may be none."""
    rows = [("p", 0.9, True), ("p", 0.8, True), ("p", 0.7, False), ("p", 0.6, True)]
    found = calibrate(rows)

    point = found.threshold_for(0.75)
    assert point is not None
    assert (point.threshold, point.review_rate) == (0.6, 0.0)
    assert found.threshold_for(1.0).threshold == 0.8  # type: ignore[union-attr]
    assert calibrate([("p", 0.9, False)]).threshold_for(0.5) is None


def test_confidences_are_read_beside_values_and_follow_their_rows() -> None:
    """A row's confidence stays with it, wherever the row stands."""
    truth = {"l": [{"a": "x", "b": 1}, {"a": "y", "b": 2}]}
    sure = {"l": [
        {"a": {"value": "y", "confidence": 0.9}, "b": {"value": 7, "confidence": 0.2}},
        {"a": {"value": "x", "confidence": 0.8}, "b": 1},
    ]}  # fmt: skip

    assert sorted((j.confidence, j.is_right) for j in judge(truth, sure)) == [
        (0.2, False),
        (0.8, True),
        (0.9, True),
    ]
    with pytest.raises(MetricsError, match="confidence"):
        judge({"a": 1}, {"a": {"value": 1, "confidence": "high"}})
