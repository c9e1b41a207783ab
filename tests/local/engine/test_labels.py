"""How labels are scored."""

from __future__ import annotations

import os
import subprocess
import sys

_SCORED = """
from novadoc.local.engine._fields import Field
from novadoc.local.engine._labels import LabelMatcher

fields = [Field("total", "number", "Total amount")]
scores = LabelMatcher(fields).scores(["total x quick y brown z fox w jumps lazy dogs over"])
print(scores.tobytes().hex())
"""


def test_the_scores_of_labels_do_not_change_with_the_process() -> None:
    """Weights are added up in the text's order, not in that of a set: equal to the last bit."""
    assert 1 == len({_scored(seed) for seed in range(1, 5)})


def _scored(seed: int) -> str:
    told = subprocess.run(
        [sys.executable, "-c", _SCORED],
        env={**os.environ, "PYTHONHASHSEED": str(seed)},
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout
