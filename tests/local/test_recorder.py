"""The recorder script, run against the local AWS itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "record_service_behaviour.py"


def _compare(recording: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SCRIPT, "--compare", recording]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_probe_is_refused_and_costs_nothing(tmp_path: Path) -> None:
    """No probe succeeds; a recording differs from the stand-in only where it was changed."""
    recording = tmp_path / "aws.json"
    subprocess.run(
        [sys.executable, SCRIPT, "--local", "--record", recording], check=True, capture_output=True
    )
    answers = json.loads(recording.read_text())
    same = _compare(recording)
    answers["converse: blank text"]["message"] = "other words"
    recording.write_text(json.dumps(answers))
    other = _compare(recording)

    assert all(400 <= answer["status"] < 500 for answer in answers.values())
    assert (same.returncode, same.stdout) == (0, "No differences.\n")
    assert other.returncode == 1
    assert "AWS:   other words" in other.stdout
