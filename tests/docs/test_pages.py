"""Every Python block of the README and of the docs runs, page by page, as a reader would type it.

A page's blocks run in order in one namespace, in an empty folder, with the environment variables
of a local AWS: so `Bedrock.connect()` on a page reaches the local one. What a page takes for
granted (a folder of scans, say) stands in an HTML comment on the page that holds a block marked
`python setup`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from novadoc.local import LocalAWS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python(?: setup)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _blocks(page: Path) -> Iterator[tuple[int, str]]:
    text = page.read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        yield text.count("\n", 0, found.start(1)), found.group(1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if any(_blocks(page))],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's code does what the page says, from an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    with LocalAWS() as local:
        for name, value in local.environ().items():
            monkeypatch.setenv(name, value)
        module = ModuleType("page")
        monkeypatch.setitem(sys.modules, "page", module)
        for line, source in _blocks(page):
            # Blank lines in front make a traceback point at the line of the page.
            code = compile("\n" * line + source, str(page), "exec", dont_inherit=True)
            exec(code, module.__dict__)
