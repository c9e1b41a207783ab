"""What the engine's own processes load: a training waits for nothing it does not use."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("process", "unused"),
    [
        ("_fit", {"novadoc.local._server", "moto", "cv2", "PIL", "rapidocr"}),
        ("_worker", {"novadoc.local._server", "moto", "pycrfsuite"}),
    ],
)
def test_a_process_loads_its_own_part_alone(process: str, unused: set[str]) -> None:
    """Learning needs no pixels, reading no learner, and neither a server."""
    program = f"import sys, novadoc.local.engine.{process}; print(*sys.modules)"

    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    ).stdout.split()

    assert f"novadoc.local.engine.{process}" in loaded
    assert set() == unused & set(loaded)
