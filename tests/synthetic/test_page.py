"""Folders of generated pages."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from novadoc.errors import ConfigurationError
from novadoc.synthetic import invoice_pages, w2_pages, write_folder


def test_folder_holds_images_and_labels(tmp_path: Path) -> None:
    """Each page is a JPEG and a JSON of the same stem; layouts are returned."""
    pages = list(w2_pages(3, seed=2))
    folder = tmp_path / "new" / "scans"

    written = write_folder(iter(pages), folder)

    assert [(w.id, w.layout) for w in written] == [(p.id, p.layout) for p in pages]
    assert [w.image for w in written] == [folder / f"{p.id}.jpg" for p in pages]
    for page in pages:
        assert (folder / f"{page.id}.jpg").read_bytes() == page.image
        assert json.loads((folder / f"{page.id}.json").read_text("utf-8")) == page.label
    assert len(list(folder.iterdir())) == 6


@pytest.mark.parametrize("draw", [w2_pages, invoice_pages])
@pytest.mark.parametrize("options", [{"width": 0}, {"width": -5}, {"noise": math.nan}])
def test_what_cannot_be_drawn_is_said_first(draw: Any, options: dict[str, float]) -> None:
    """No error of the drawing library, and no page before it."""
    with pytest.raises(ConfigurationError, match="cannot be drawn"):
        draw(1, seed=1, **options)
