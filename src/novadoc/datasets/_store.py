"""Pages of a data set on disk, each named by its hash and prepared once."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import PIL

from novadoc._output import make_folder, write_atomic, writing
from novadoc.prompts import Image

if TYPE_CHECKING:
    from novadoc.documents import Document, ImagePolicy, PageImage
    from novadoc.models import ImageFormat

IMAGES = "images"
_JOURNAL = ".prepared.jsonl"
_SUFFIXES: dict[ImageFormat, str] = {"jpeg": "jpg", "png": "png", "gif": "gif", "webp": "webp"}


class PageStore:
    """The `images/` of a data set's folder.

    What was prepared for a document is written to a journal, so that a run that was killed goes on
    without decoding what it had decoded. The journal is dropped when the policy or Pillow changes.
    """

    def __init__(self, folder: Path, policy: ImagePolicy) -> None:
        self._folder = folder
        self._policy = policy
        self._lock = threading.Lock()
        self._names: set[str] = set()
        make_folder(folder / IMAGES)
        self._journal = folder / IMAGES / _JOURNAL
        self._header = {"policy": policy.fingerprint, "pillow": PIL.__version__}
        self._known = self._read_journal()

    @property
    def names(self) -> tuple[str, ...]:
        """Files used so far, relative to the data set's folder, sorted."""
        return tuple(sorted(self._names))

    def pages(self, document: Document) -> tuple[Image, ...]:
        """Return a document's pages as images with a relative location, written where missing.

        Raises:
            DocumentError: A page cannot be used.
        """
        key = f"{document.digest}:{','.join(map(str, document.pages))}"
        images = self._known.get(key)
        if images is None or not all(self._is_there(image) for image in images):
            images = tuple(self.put(page) for page in document.images(self._policy))
            self._remember(key, images)
        with self._lock:
            self._names.update(_location(image.digest, image.format) for image in images)
        return images

    def put(self, page: PageImage) -> Image:
        """Write a page under its hash and return it by location."""
        return self.put_bytes(Image(page.format, page.width, page.height, page.digest), page.data)

    def put_bytes(self, image: Image, data: bytes) -> Image:
        """Write an image's bytes under its hash and return it by location."""
        name = _location(image.digest, image.format)
        path = self._folder / name
        if not path.is_file() or path.stat().st_size != len(data):
            write_atomic(path, data, durable=False)
        with self._lock:
            self._names.add(name)
        return Image(image.format, image.width, image.height, image.digest, location=name)

    def _is_there(self, image: Image) -> bool:
        path = self._folder / _location(image.digest, image.format)
        return path.is_file() and path.stat().st_size > 0

    def _remember(self, key: str, images: tuple[Image, ...]) -> None:
        pages = [[image.format, image.width, image.height, image.digest] for image in images]
        line = json.dumps([key, pages], separators=(",", ":"))
        with self._lock:
            self._known[key] = images
            with writing(self._journal), self._journal.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")

    def _read_journal(self) -> dict[str, tuple[Image, ...]]:
        lines = self._lines()
        if next(lines, None) != self._header:
            write_atomic(self._journal, f"{json.dumps(self._header)}\n")
            return {}
        return dict(filter(None, map(_prepared, lines)))

    def _lines(self) -> Iterator[object]:
        if not self._journal.is_file():
            return
        with self._journal.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                # The last line of a killed run may be half a line.
                if line.endswith("\n") and line[:1] in {"{", "["}:
                    try:
                        yield cast("object", json.loads(line))
                    except ValueError:
                        continue


def _prepared(line: object) -> tuple[str, tuple[Image, ...]] | None:
    try:
        key, pages = cast("tuple[str, list[tuple[ImageFormat, int, int, str]]]", line)
        return key, tuple(
            Image(image_format, width, height, digest, location=_location(digest, image_format))
            for image_format, width, height, digest in pages
        )
    except (TypeError, ValueError, KeyError):
        return None  # a line that was damaged: the page is prepared again


def _location(digest: str, image_format: ImageFormat) -> str:
    return f"{IMAGES}/{digest}.{_SUFFIXES[image_format]}"
