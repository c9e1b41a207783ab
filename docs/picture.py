"""Takes the README's picture: the top of the quick start's report.

make quickstart && .venv/bin/python docs/picture.py
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browser import browser  # noqa: E402  # the tests' own, which is no package

REPORT = ROOT / "out" / "quickstart" / "report.html"
PICTURE = ROOT / "docs" / "images" / "report.png"


def main(report: Path = REPORT) -> None:
    """Open the report, take what fits into one screen, and keep it small."""
    # Chromium may still write to its profile while the folder goes.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with browser(Path(folder), width=1120, height=930) as page:
            page.open(report.resolve())
            shot = page.screenshot(Path(folder) / "shot.png")
        small = Image.open(io.BytesIO(shot)).convert("P", palette=Image.Palette.ADAPTIVE, colors=64)
        small.save(PICTURE, optimize=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
