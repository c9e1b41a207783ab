"""Documents bound into one, taken apart again."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import pytest
from PIL import Image

from novadoc.documents import Document, bind
from novadoc.errors import ConfigurationError, DocumentError, UnreadableDocumentError


def page(level: int, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (40, 50), level).save(buffer, kind)
    return buffer.getvalue()


def sheets(*levels: int) -> bytes:
    """A TIFF of several pages."""
    buffer = io.BytesIO()
    first, *others = (Image.new("L", (40, 50), level) for level in levels)
    first.save(buffer, "TIFF", save_all=True, append_images=others)
    return buffer.getvalue()


def test_windows_of_one_file_are_different_documents() -> None:
    """Two windows of one bound TIFF share neither digest nor pages."""
    whole = bind([Document.open(sheets(10, 60, 110, 160)), Document.open(page(210))])

    windows = whole.windows(2)

    assert [window.page_count for window in windows] == [2, 2, 1]
    assert len({window.digest for window in windows}) == 3
    drawn = [image.digest for window in windows for image in window.images()]
    assert drawn == [image.digest for image in whole.images()]


def test_pages_are_taken_out_of_a_bound_document() -> None:
    """`take` counts through all files."""
    whole = bind([Document.open(sheets(10, 60)), Document.open(page(110))], name="letter")

    taken = pickle.loads(pickle.dumps(whole.take(3, 2)))

    assert taken.name == "letter"
    assert [image.digest for image in taken.images()] == [
        whole.image(3).digest,
        whole.image(2).digest,
    ]
    with pytest.raises(DocumentError, match="no page 4"):
        whole.take(4)


@pytest.mark.parametrize("size", [0, -1])
def test_a_window_has_a_page(size: int) -> None:
    """Both kinds of document say so."""
    one = Document.open(page(10))

    for document in (one, bind([one, one])):
        with pytest.raises(ConfigurationError):
            document.windows(size)


def test_what_is_no_file_of_bytes_is_refused(tmp_path: Path) -> None:
    """A file object of text, or a name that no file can have, is a typed error."""
    with pytest.raises(ConfigurationError, match="text"):
        Document.open(io.StringIO("text"))  # type: ignore[arg-type]
    with pytest.raises(UnreadableDocumentError):
        Document.open(tmp_path / "a\0b.pdf")
    with pytest.raises(ConfigurationError, match="bytes"):
        Document.open(bytearray(page(10)))  # type: ignore[arg-type]
