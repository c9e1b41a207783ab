"""The suite for a real account, run on the local AWS: it would work, and calls every operation."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from novadoc.local import EchoEngine, LocalAWS


@pytest.mark.slow
def test_the_live_suite_runs_says_its_cost_and_leaves_nothing() -> None:
    """All levels pass, after the price was printed; what it did not call fails it."""
    root = Path(__file__).parents[2]
    with LocalAWS(engine=EchoEngine()) as local:
        environ = {
            **os.environ,
            **local.environ(),
            "NOVADOC_LIVE": "buy",
            "NOVADOC_LIVE_ENDPOINT": local.url,
            "NOVADOC_LIVE_EVERY": "0.2",
        }
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-m", "live", "tests/bedrock/test_live.py"],
            env=environ,
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )

    assert run.returncode == 0, run.stdout[-4000:]
    assert run.stdout.index("will cost at most $1") < run.stdout.index(", 0 remain")
