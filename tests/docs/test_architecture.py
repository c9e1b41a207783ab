"""The architecture page shows the floors that the import contract holds."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _words(line: str) -> set[str]:
    return set(re.findall(r"[a-z_]+", line.replace("(a wing of its own)", "")))


def test_page_and_contract_show_the_same_floors() -> None:
    """Top to bottom, each floor has the same packages on the page and in `pyproject.toml`."""
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    drawn = re.search(r"```text\n(.*?)```", page, re.DOTALL)
    held = re.search(r"^layers = \[\n(.*?)^\]", project, re.DOTALL | re.MULTILINE)
    assert drawn
    assert held

    shown = [_words(line) for line in drawn.group(1).splitlines() if line.strip()]
    contract = [_words(line) for line in held.group(1).splitlines() if line.strip()]
    assert contract == shown
