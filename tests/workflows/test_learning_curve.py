"""Learning curves: what twice the labels would bring, held against curves whose truth is known."""

from __future__ import annotations

from random import Random

import pytest

from novadoc.errors import ConfigurationError
from novadoc.metrics import Report, evaluate
from novadoc.workflows import learning_curve

FIELDS = 10


def report(error: float, documents: int, random: Random) -> Report:
    """Measure a model that is wrong in so many of its values."""
    truth = {str(n): 1 for n in range(FIELDS)}
    pairs = (
        (truth, {name: 2 if random.random() < error else 1 for name in truth})
        for _ in range(documents)
    )
    return evaluate(pairs, ids=[str(n) for n in range(documents)])


def curve(error, *, seed: int = 1, documents: int = 60, draws: int = 60):
    random = Random(seed)
    reports = {size: report(error(size), documents, random) for size in (25, 50, 100)}
    return learning_curve(reports, draws=draws, seed=seed)


def test_twice_the_labels_on_a_straight_fall() -> None:
    """An error that halves with each doubling halves once more."""
    twice = curve(lambda size: 10 / size, documents=400).twice

    assert 200 == twice.size
    assert twice.accuracy == pytest.approx(0.95, abs=0.01)
    assert twice.gain == pytest.approx(0.05, abs=0.01)
    assert twice.gain in twice.gain_interval
    assert "200 labels: 9" in str(twice)


def test_level_that_no_longer_rises_promises_nothing() -> None:
    """A model that has learnt all it can gains nothing, and the figures say so."""
    twice = curve(lambda _: 0.1).twice

    assert twice.gain < 0.02
    assert twice.gain_interval.low == 0.0


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(lambda n: 2 / n**0.6, id="straight"),
        pytest.param(lambda n: 0.05 + 8 / n, id="flattening"),
        pytest.param(lambda n: 0.9 / n**0.2, id="slow"),
    ],
)
def test_interval_holds_the_truth_in_most_measurements(error) -> None:
    """Nineteen in twenty is the aim; at the least 17 of 20 for every shape of curve."""
    truth = 1 - error(200)
    held = [truth in curve(error, seed=seed).twice.interval for seed in range(20)]

    assert sum(held) >= 17


def test_points_are_the_reports_accuracies_and_draws_repeat() -> None:
    """The same reports and seed give the same curve; what was measured is not smoothed."""
    random = Random(3)
    reports = {size: report(5 / size, 30, random) for size in (20, 40, 80)}

    found = learning_curve(reports, draws=20)
    assert tuple((size, one.overall.accuracy) for size, one in reports.items()) == found.points
    assert learning_curve(reports, draws=20) == found
    assert "| 160 |" in found.to_markdown()


@pytest.mark.parametrize("error", [0.0, 1.0])
def test_few_documents_without_a_difference_prove_little(error: float) -> None:
    """Five right or wrong documents of ten values are no certainty."""
    twice = curve(lambda _: error, documents=5).twice

    assert abs(twice.accuracy - (1 - error)) < 0.01
    assert twice.accuracy in twice.interval
    assert 0.01 < twice.interval.high - twice.interval.low


def test_runs_that_differ_widen_the_interval() -> None:
    """Who knows how far two runs of one job lie apart can say so."""
    random = Random(2)
    reports = {size: report(5 / size, 60, random) for size in (25, 50, 100)}
    wide, narrow = (learning_curve(reports, spread=s, draws=100).twice for s in (0.3, 0.0))

    assert wide.accuracy == narrow.accuracy
    assert wide.interval.low < narrow.interval.low
    assert narrow.interval.high < wide.interval.high


def test_faultless_model_has_a_curve() -> None:
    """No error has no logarithm; the forecast stays at 1."""
    twice = curve(lambda size: 0.0 if size == 100 else 0.1).twice

    assert twice.accuracy == 1.0


def test_what_makes_no_curve_is_said() -> None:
    """Two points, other documents, or no values at all."""
    random = Random(1)
    good, other = report(0.1, 10, random), report(0.1, 11, random)

    for reports, words in [
        ({25: good, 50: good}, "three sizes"),
        ({25: good, 50: good, 100: other}, "different documents"),
        ({size: evaluate([({"a": None}, {"a": None})]) for size in (1, 2, 3)}, "no value"),
    ]:
        with pytest.raises(ConfigurationError, match=words):
            learning_curve(reports)
    for options in ({"draws": 0}, {"spread": -0.1}):
        with pytest.raises(ConfigurationError, match="below"):
            learning_curve({25: good, 50: good, 100: good}, **options)
    with pytest.raises(ConfigurationError, match="fewer"):
        learning_curve({25: good, 50: good, 100: good}, draws=5).at(50)
