"""The architecture page shows the floors that the import contract holds."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]


def _diagram() -> ModuleType:
    spec = importlib.util.spec_from_file_location("diagram", ROOT / "docs" / "diagram.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_picture_is_the_contract() -> None:
    """The picture is what the contract gives: each package once, floor above floor."""
    diagram = _diagram()
    picture = diagram.PICTURE.read_text(encoding="utf-8")
    boxes = re.findall(r'<rect class="(\w*)" x="\S+" y="(\d+)".*?>(\w+)</text>', picture)
    heights = {name: int(top) for _, top, name in boxes}

    assert picture == diagram.drawn(), "run `python docs/diagram.py`"
    assert sorted(heights) == sorted(name for row in diagram.floors() for name in row)
    levels = [{heights[name] for name in row} for row in diagram.floors()]
    assert [len(level) for level in levels] == [1] * len(levels)
    assert levels == sorted(levels, key=min)


def test_picture_holds_every_package() -> None:
    """No package or module of the source tree is missing in the picture."""
    there = {
        path.stem
        for path in (ROOT / "src" / "novadoc").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    shown = {name for row in _diagram().floors() for name in row}

    assert there - {"__init__", "__main__"} == shown


def test_contributing_names_the_same_floors() -> None:
    """The table for contributors has the same packages on the same floors."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| (.*) \|$", text, re.MULTILINE)
    table = [set(re.findall(r"`(\w+)`", names)) for _, names in rows]

    assert table == [set(row) for row in _diagram().floors()]
