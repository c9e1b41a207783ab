"""Intervals and p values against scipy, and what a comparison of two runs says."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from novadoc.errors import MetricsError
from novadoc.metrics import compare_reports, evaluate, holm, mcnemar, wilson
from novadoc.metrics._statistics import percentiles, widened


@given(st.integers(0, 60), st.integers(0, 60))
@settings(deadline=None)
def test_mcnemar_equals_scipys_binomial_test(better: int, worse: int) -> None:
    """The exact test is a fair coin on the changed pairs."""
    expected = stats.binomtest(better, better + worse).pvalue if better + worse else 1.0

    assert mcnemar(better, worse) == pytest.approx(expected)


@given(st.integers(1, 500), st.data(), st.sampled_from([0.8, 0.95, 0.99]))
@settings(deadline=None)
def test_wilson_equals_scipys_interval(trials: int, data: st.DataObject, level: float) -> None:
    """The score interval, at its ends too."""
    hits = data.draw(st.integers(0, trials))
    found = wilson(hits, trials, level)
    expected = stats.binomtest(hits, trials).proportion_ci(level, method="wilson")

    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


@given(st.lists(st.floats(0, 1), max_size=8))
@settings(deadline=None)
def test_holm_is_monotone_and_never_below_the_raw_value(p_values: list[float]) -> None:
    """Correction keeps the order of evidence and only weakens it."""
    adjusted = holm(p_values)

    assert all(raw <= after <= 1 for raw, after in zip(p_values, adjusted, strict=True))
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    assert [adjusted[k] for k in order] == sorted(adjusted)


@given(st.lists(st.floats(0, 1), max_size=6))
@settings(deadline=None)
def test_holm_equals_its_definition(p_values: list[float]) -> None:
    """The largest of the weighted p values up to one's own rank, at most 1."""
    ranked = sorted(p_values)
    weighted = [min(1.0, (len(ranked) - k) * p) for k, p in enumerate(ranked)]
    adjusted = holm(p_values)

    for k, p in enumerate(ranked):
        assert max(weighted[: k + 1]) in [adjusted[i] for i, q in enumerate(p_values) if q == p]


def test_a_gain_that_is_the_same_everywhere_has_no_width() -> None:
    """Both runs of a document are drawn together: what documents differ in cancels out."""
    truth = [{f"k{k}": k for k in range(10)} for _ in range(30)]
    hits = [1 + number % 8 for number in range(30)]
    base = evaluate([(t, {f"k{k}": k for k in range(n)}) for t, n in zip(truth, hits, strict=True)])
    tuned = evaluate(
        [(t, {f"k{k}": k for k in range(n + 1)}) for t, n in zip(truth, hits, strict=True)]
    )
    gain = compare_reports(base, tuned).overall.gains["accuracy"]

    assert gain.interval is not None
    assert (gain.interval.low, gain.interval.high) == pytest.approx((0.1, 0.1))


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=40), st.sampled_from([0.8, 0.95]))
@settings(deadline=None)
def test_percentiles_equal_numpys(values: list[float], level: float) -> None:
    """Linear interpolation between order statistics."""
    found = percentiles(values, level)
    ends = np.percentile(values, [50 * (1 - level), 50 * (1 + level)])

    assert found is not None
    assert (found.low, found.high) == pytest.approx(tuple(ends), abs=1e-12)


def test_the_interval_agrees_with_the_standard_error_of_paired_differences() -> None:
    """Over many documents of one leaf, the bootstrap interval is the normal one."""
    draw = random.Random(11)
    right = [(draw.random() < 0.6, draw.random() < 0.75) for _ in range(400)]
    base = evaluate([({"a": 1}, {"a": int(one)}) for one, _ in right])
    tuned = evaluate([({"a": 1}, {"a": int(two)}) for _, two in right])
    gain = compare_reports(base, tuned).overall.gains["accuracy"]
    differences = np.array([two - one for one, two in right], dtype=float)
    half = 1.96 * differences.std(ddof=1) / np.sqrt(len(differences))

    assert gain.interval is not None
    assert gain.interval.low == pytest.approx(differences.mean() - half, abs=0.01)
    assert gain.interval.high == pytest.approx(differences.mean() + half, abs=0.01)


def runs(count: int, base: float, tuned: float) -> tuple[object, object]:
    draw = random.Random(1)
    truth = [{"a": k, "b": {"c": k % 3}} for k in range(count)]

    def run(quality: float) -> list[tuple[dict, dict]]:
        return [
            (t, {"a": t["a"] if draw.random() < quality else -1, "b": dict(t["b"])}) for t in truth
        ]

    return run(base), run(tuned)


def test_a_clear_gain_passes_and_is_put_into_words() -> None:
    """Interval above 0, changed documents counted, the table in the post's shape."""
    base, tuned = map(evaluate, runs(120, 0.5, 0.9))  # type: ignore[arg-type]
    found = compare_reports(base, tuned)

    gain = found.overall.gains["accuracy"]
    assert found.passed
    assert gain.interval is not None
    assert gain.change in gain.interval
    assert found.verdict.startswith("The tuned run is better: accuracy +")
    assert "| Field category | Metric    |" in found.to_markdown()
    assert found.fields["a"].better > 10 * found.fields["a"].worse
    assert found.to_dict() == compare_reports(base, tuned).to_dict()


def test_two_documents_prove_nothing_in_the_table() -> None:
    """Every resample of two lost documents looks alike; the exact test knows there are but two."""
    truth = [{"a": 1}, {"a": 2}]
    found = compare_reports(evaluate([(t, t) for t in truth]), evaluate([(t, {}) for t in truth]))

    line = next(row for row in found.to_markdown().splitlines() if row.startswith("| a "))
    assert line.split("|")[-2].strip() == "0.500"
    assert found.categories["a"].p_adjusted == 0.5
    assert found.verdict.startswith("No difference is proven")
    assert found.verdict.endswith("Too few documents changed: 2.")


@pytest.mark.parametrize(("changed", "passes"), [(5, False), (6, True)])
def test_five_gained_documents_are_too_few_however_many_stay_the_same(
    changed: int, passes: bool
) -> None:
    """Six of six on one side is the least a fair coin does in fewer than one case of twenty."""
    truth = [{"a": 1}] * 12
    base = evaluate([(t, {"a": int(k >= changed)}) for k, t in enumerate(truth)])
    found = compare_reports(base, evaluate([(t, t) for t in truth]))

    assert found.overall.gains["accuracy"].interval.low > 0  # type: ignore[union-attr]
    assert (found.changed, found.passed) == (changed, passes)


def test_documents_that_only_got_better_in_part_count_as_better() -> None:
    """Where no document is ever wholly right, fewer errors in each are evidence all the same."""
    truth = [{"rows": [{"a": k}, {"a": k + 1}, {"a": k + 2}]} for k in range(0, 90, 3)]
    base = evaluate([(t, {"rows": t["rows"][:1]}) for t in truth])
    tuned = evaluate([(t, {"rows": t["rows"][:2]}) for t in truth])
    found = compare_reports(base, tuned).categories["rows"]

    assert (found.better, found.worse) == (30, 0)
    assert found.p_adjusted < 1e-6


def test_a_category_that_lost_rows_in_every_document_fails_the_gate() -> None:
    """The gate sees losses in lists that neither run reads completely."""
    truth = [{"n": k, "m": k, "rows": [{"a": k}, {"a": k + 1}, {"a": k + 2}]} for k in range(30)]
    base = evaluate([(t, {"rows": t["rows"][:2]}) for t in truth])
    tuned = evaluate([(t, {**t, "rows": t["rows"][:1]}) for t in truth])
    found = compare_reports(base, tuned)

    assert found.overall.gains["accuracy"].interval.low > 0  # type: ignore[union-attr]
    assert not found.passed
    assert found.verdict.endswith("Significantly worse: rows.")


def test_intervals_of_few_documents_are_as_wide_as_students() -> None:
    """A plain percentile interval of ten documents is a fifth too narrow."""
    draw = random.Random(4)
    hits = [draw.randrange(20, 81) for _ in range(10)]
    truth = {"k": [*range(100)]}
    base = evaluate([(truth, {})] * 10)
    tuned = evaluate([(truth, {"k": [*range(n)]}) for n in hits])
    interval = compare_reports(base, tuned, replicates=4_000).overall.gains["accuracy"].interval
    half = 2.262 * np.std([n / 100 for n in hits], ddof=1) / np.sqrt(10)

    assert interval is not None
    assert (interval.high - interval.low) / 2 == pytest.approx(half, rel=0.05)


@pytest.mark.parametrize(
    ("documents", "level", "share"),
    # 2 Phi(-sqrt(n / (n - 1)) t) of scipy.stats
    [(6, 0.95, 0.99514), (10, 0.95, 0.98289), (30, 0.95, 0.96236), (10, 0.8, 0.85507)],
)
def test_few_documents_widen_the_level_by_students_t(
    documents: int, level: float, share: float
) -> None:
    """The expanded percentile interval of Hesterberg (2015), to three digits."""
    assert widened(level, documents) == pytest.approx(share, abs=5e-4)


def test_a_rate_that_most_draws_leave_undefined_has_no_interval() -> None:
    """Precision of a run that hardly answers: the draws where it does are no fair sample."""
    truth = [{"a": k} for k in range(10)]
    base = evaluate([(t, {"a": 1 if k < 1 else None}) for k, t in enumerate(truth)])
    gains = compare_reports(base, evaluate([(t, t) for t in truth])).overall.gains

    assert gains["precision"].change == 1.0
    assert gains["precision"].interval is None
    assert gains["recall"].interval is not None


def test_no_gain_does_not_pass() -> None:
    """Two runs of the same quality are not told apart, in either direction."""
    base, tuned = map(evaluate, runs(80, 0.7, 0.7))  # type: ignore[arg-type]

    assert not compare_reports(base, tuned).passed
    assert not compare_reports(base, base).passed
    assert "No difference" in compare_reports(base, base).verdict


def test_a_lost_category_fails_the_gate_despite_an_overall_gain() -> None:
    """What got significantly worse is named."""
    truth = [{"a": k, "b": k, "c": k, "d": k} for k in range(60)]
    base = evaluate([(t, {"d": t["d"]}) for t in truth])
    tuned = evaluate([(t, {**t, "d": -1}) for t in truth])
    found = compare_reports(base, tuned)

    assert found.overall.gains["accuracy"].change == 0.5
    assert not found.passed
    assert "worse: d" in found.verdict


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    """Of 60 simulated pairs of runs, most 90 % intervals hold the true difference."""
    draw = random.Random(7)
    covered = 0
    for _ in range(60):
        truth = [{"a": 1}] * 50
        base = evaluate([(t, {"a": int(draw.random() < 0.6)}) for t in truth])
        tuned = evaluate([(t, {"a": int(draw.random() < 0.8)}) for t in truth])
        found = compare_reports(base, tuned, level=0.9, replicates=200)
        interval = found.overall.gains["accuracy"].interval
        covered += interval is not None and 0.2 in interval

    assert 45 <= covered <= 60


def test_different_documents_truths_or_countings_are_refused_by_name() -> None:
    """A comparison of unequal runs is an error, not a number."""
    one = evaluate([({"a": 1}, {"a": 1})], ids=["x"])

    with pytest.raises(MetricsError, match="'x'"):
        compare_reports(one, evaluate([({"a": 1}, {"a": 1})], ids=["y"]))
    with pytest.raises(MetricsError, match="truths"):
        compare_reports(one, evaluate([({"a": 1, "b": 2}, {"a": 1})], ids=["x"]))
    with pytest.raises(MetricsError, match="differently"):
        compare_reports(one, one.with_counting("published"))
    with pytest.raises(MetricsError, match="no document"):
        compare_reports(evaluate([]), evaluate([]))


def test_a_single_run_has_an_interval_that_knows_documents() -> None:
    """Ten leaves that fail together are one observation: Wilson's interval is far too narrow."""
    truth = {"k": [*range(10)]}
    report = evaluate([(truth, truth if k % 4 else {}) for k in range(40)])
    found, naive = report.interval(), wilson(300, 400)

    assert found is not None
    assert naive is not None
    assert 0.75 in found
    assert found.high - found.low > 2.5 * (naive.high - naive.low)
    assert report.interval(seed=0) == found


def test_draws_that_say_nothing_give_no_interval() -> None:
    """One document, equal documents, and a rate that is undefined."""
    assert evaluate([({"a": 1}, {"a": 1})]).interval() is None
    assert evaluate([({"a": 1}, {"a": 1})] * 5).interval() is None
    assert evaluate([({"a": 1}, None)] * 5).interval("precision") is None
    with pytest.raises(MetricsError, match="per document"):
        evaluate([({"a": 1}, {"a": 1})] * 5, keep_documents=False).interval()
