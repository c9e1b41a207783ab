"""Loss curves: read from whatever there is, judged with numbers."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from novadoc.bedrock import Bedrock, Loss, TrainingCurves

HEAD = "step_number,epoch_number,training_loss,perplexity\n"


def curve(losses: list[float], validation: list[tuple[int, float]] | None = None) -> TrainingCurves:
    training = tuple(Loss(step, 0, loss) for step, loss in enumerate(losses))
    return TrainingCurves(training, tuple(Loss(s, 0, x) for s, x in validation or []))


def falling(count: int, floor: float, rate: float, noise: float = 0.02) -> list[float]:
    own = random.Random(7)
    return [floor + 2 * math.exp(-rate * step) + own.gauss(0, noise) for step in range(count)]


def test_repeated_steps_are_averaged_and_put_in_order() -> None:
    """A step that comes several times has one loss; lines may come in any order."""
    text = f"{HEAD}1,0,2.0,7.4\n0,0,4.0,54\n1,0,3.0,20\n"

    assert (Loss(0, 0, 4.0), Loss(1, 0, 2.5)) == TrainingCurves.from_csv(text).training


def test_a_file_that_is_being_written_gives_its_whole_lines() -> None:
    """A number cut in the middle is not mistaken for a loss."""
    text = f"{HEAD}0,0,4.0,54\n1,0,2.0"

    assert 1 == len(TrainingCurves.from_csv(text, complete=False).training)
    assert 2 == len(TrainingCurves.from_csv(text).training)
    assert () == TrainingCurves.from_csv("", complete=False).training


def test_a_damaged_file_counts_up_to_the_damage() -> None:
    """A quote that is never closed is no error of Python's."""
    text = f'{HEAD}0,0,4.0,54\n1,0,"{"x" * 200_000}\n'

    assert (Loss(0, 0, 4.0),) == TrainingCurves.from_csv(text).training


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    """Foreign columns, missing numbers and rubbish are left out."""
    TrainingCurves.from_csv(text, text)
    TrainingCurves.from_csv(HEAD + text, HEAD + text, complete=False)


@pytest.mark.parametrize(
    ("curves", "verdict"),
    [
        (curve(falling(200, 0.3, 0.05)), "converged"),
        (curve(falling(200, 0.1, 0.006)), "still falling"),
        (curve([*falling(100, 0.3, 0.05), *[0.3 + 0.05 * x for x in range(60)]]), "diverged"),
        (curve([2.0, 1.0, math.nan, 1.0]), "diverged"),
        (curve(falling(100, 0.3, 0.05), [(50, 0.5), (99, math.nan)]), "diverged"),
        (curve([2.0 + 0.01 * (x % 3) for x in range(100)]), "not learning"),
        (curve([2.0, 1.0]), "too short to tell"),
        (
            curve(falling(200, 0.1, 0.05), [(50, 0.5), (100, 0.4), (150, 0.6), (199, 0.8)]),
            "overfitting",
        ),
        (curve(falling(200, 0.3, 0.05), [(100, 0.5), (199, 0.49)]), "converged"),
    ],
)
def test_the_verdict_is_what_one_sees(curves: TrainingCurves, verdict: str) -> None:
    """Each pattern is called by its name, with a reason in numbers and a next step."""
    diagnosis = curves.diagnosis

    assert verdict == diagnosis.verdict
    assert diagnosis.advice
    assert any(character.isdigit() for character in diagnosis.reason)
    assert diagnosis.validation_missing is (not curves.validation)


def test_a_flat_end_is_called_flat() -> None:
    """No fall of minus nothing per cent is reported."""
    flat = [2.0, 1.5, 1.0, 0.5, *[0.2] * 40]

    assert curve(flat).diagnosis.reason.endswith("; the last quarter was flat.")


def test_overfitting_names_the_step_it_began_at() -> None:
    """One can see where to stop."""
    found = curve(falling(200, 0.1, 0.05), [(50, 0.5), (100, 0.4), (199, 0.8)]).diagnosis

    assert 100 == found.step
    assert "from step 100" in str(found)
    assert (0.4, 0.8) == (found.numbers["best validation"], found.numbers["last validation"])


@given(st.floats(0.1, 10), st.integers(9, 40))
def test_a_constant_is_smoothed_to_itself(level: float, count: int) -> None:
    """The moving average has no start-up bias."""
    for point in curve([level] * count).smoothed():
        assert math.isclose(level, point.loss, rel_tol=1e-9)


def test_a_smoothed_curve_does_not_lag() -> None:
    """On a straight fall the average is the curve itself, away from its ends."""
    straight = [2.0 - 0.01 * step for step in range(101)]

    smooth = curve(straight).smoothed()

    assert straight[50] == pytest.approx(smooth[50].loss)
    assert curve(straight).smoothed(0.0) == curve(straight).training
    assert 2 == len(curve([2.0, math.nan, 1.0]).smoothed())


def test_epochs_and_perplexity() -> None:
    """Per epoch: mean training loss and last validation loss."""
    text = f"{HEAD}0,0,4.0,1\n1,0,2.0,1\n2,1,1.0,1\n"
    validation = "step_number,epoch_number,validation_loss,perplexity\n1,0,3.5,1\n2,1,3.0,1\n"
    curves = TrainingCurves.from_csv(text, validation)

    assert {0: (3.0, 3.5), 1: (1.0, 3.0)} == curves.per_epoch()
    assert math.e == pytest.approx(curves.training[2].perplexity)
    assert "| 0 | 3.0000 | 3.5000 |" in curves.to_markdown()


def test_both_layouts_of_the_output_are_found(aws: Bedrock) -> None:
    """The validation file is found by its name, wherever below the job's folder it lies."""
    from novadoc.bedrock._curves import read_curves

    bucket = aws.storage.create_bucket("curves-bucket")
    validation = b"step_number,epoch_number,validation_loss,perplexity\n1,0,3.5,1\n"
    for job, inside in (("one", ""), ("two", "validation/")):
        folder = f"{bucket}out/model-customization-job-{job}/"
        aws.storage.write(
            f"{folder}training_artifacts/step_wise_training_metrics.csv",
            f"{HEAD}0,0,4,1\n".encode(),
        )
        artefacts = f"{folder}validation_artifacts/post_fine_tuning_validation/{inside}"
        aws.storage.write(f"{artefacts}validation_metrics.csv", validation)

        curves = read_curves(aws.storage, f"{bucket}out/", f"arn:x/{job}", complete=True)

        assert (Loss(0, 0, 4.0),) == curves.training
        assert (Loss(1, 0, 3.5),) == curves.validation


def test_curves_are_drawn(tmp_path: object) -> None:
    """A picture can be saved; no window is opened and no global figure kept."""
    pytest.importorskip("matplotlib")
    from pathlib import Path

    path = Path(str(tmp_path)) / "curves.png"
    curve(falling(50, 0.3, 0.05), [(20, 0.5), (49, 0.8)]).plot(path)
    (axes,) = curve([2.0] * 5 + [math.nan] * 5).plot().axes
    empty = TrainingCurves(()).plot()

    assert b"\x89PNG" == path.read_bytes()[:4]
    assert "step 5" in axes.get_legend_handles_labels()[1]
    assert "no losses yet" == empty.axes[0].texts[0].get_text()
    assert hasattr(empty, "_repr_png_")  # by which a notebook shows it
