"""The public walk-through's W-2 prompt is expressible, and real answers to it are read."""

from __future__ import annotations

import importlib.util
import json
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "reference_prompt.py"


@pytest.fixture(scope="module")
def example() -> ModuleType:
    """The example as a module."""
    spec = importlib.util.spec_from_file_location("reference_prompt", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["reference_prompt"] = module
    spec.loader.exec_module(module)
    return module


def test_example_prints_the_whole_prompt(
    example: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """It runs, and shows prompt, trained answer and budget."""
    example.main()

    out = capsys.readouterr().out
    assert "Answer in this structure:" in out
    assert '"multiStateEmployment":{"WI":{"localWagesTips":null,"localIncomeTax":23035.86' in out
    assert "total" in out


def test_a_real_answer_is_read_without_loss(example: ModuleType, real_data: Path) -> None:
    """A recorded Nova 2 Lite answer fits the schema; the keys it left out are findings."""
    text = (real_data / "llm" / "nova_w2_answer.md").read_text(encoding="utf-8")
    answer = json.loads(text.split("```json")[1].split("```")[0], parse_float=Decimal)

    reading = example.PROMPT.schema.read(answer)

    assert reading.violations == ()
    assert {finding.kind for finding in reading.findings} <= {"missing_key"}
    assert reading.value.multi_state_employment["WI"].locality_name == "William Canyon"
    assert reading.canonical["earnings"]["wages"] == Decimal("126589.34")
