"""The package's face: names come when they are asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from novadoc import metrics


def loaded_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    """`import novadoc.metrics` costs next to nothing: its parts load on first use."""
    loaded = loaded_after("import novadoc.metrics")
    assert not loaded & {"pydantic", "rapidfuzz", "novadoc.schema", "novadoc.metrics._tally"}


def test_evaluating_loads_no_statistics_of_two_runs() -> None:
    """Who scores one run pays neither for comparisons, intervals nor published scores."""
    loaded = loaded_after("from novadoc.metrics import evaluate")
    others = {"_anls", "_calibration", "_comparison", "_published", "_statistics", "_tree_edit"}
    assert "novadoc.metrics._tally" in loaded
    assert not loaded & {f"novadoc.metrics.{name}" for name in others}


def test_every_public_name_is_there() -> None:
    """All names of `__all__` resolve, and `dir` lists them."""
    assert dir(metrics) == metrics.__all__ == sorted(metrics.__all__)
    assert all(getattr(metrics, name) is not None for name in metrics.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name fails as on any module."""
    with pytest.raises(AttributeError, match="no attribute 'evalute'"):
        metrics.__getattr__("evalute")
