"""A file of pages, opened and read one page at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from novadoc.documents import _decoders
from novadoc.documents._lossless import Encoded, passed
from novadoc.documents._page import PageImage
from novadoc.documents._policy import NOVA_1, ImagePolicy
from novadoc.documents._selection import checked_size, selected
from novadoc.documents._source import MAX_BYTES, Source
from novadoc.errors import ConfigurationError, DocumentError, UnsupportedDocumentError

if TYPE_CHECKING:
    from PIL import Image

    from novadoc.documents._pdf import Pdf, Word


class Document:
    """A scan, photograph or PDF, as pages. Made by `Document.open`; the file is never written.

    A document holds no open file and no pixels: it is cheap to keep thousands, may be shared by
    threads, and can be pickled.
    """

    def __init__(
        self,
        source: Source,
        *,
        pages: slice | tuple[int, ...] | None = None,
        password: str | None = None,
    ) -> None:
        self._source = source
        self._pages = pages
        self._password = password

    @classmethod
    def open(
        cls,
        source: str | os.PathLike[str] | bytes | BinaryIO,
        *,
        pages: slice | Sequence[int] | None = None,
        name: str | None = None,
        password: str | None = None,
    ) -> Document:
        """Open a document; only its first bytes are read now.

        Reads JPEG, PNG, GIF, WebP, TIFF (many pages), BMP, PNM, PDF (extra `pdf`), and AVIF and
        HEIF where the installed Pillow does. What a file is, its bytes say, not its name.

        Args:
            source: A path, the bytes themselves, or a binary file object (read to its end).
            pages: Which pages to take, counted from 0 as Python does; all by default.
            name: What errors call the document; the file's name by default.
            password: Opens an encrypted PDF.

        Raises:
            UnreadableDocumentError: There is no such file, or it is empty.
            ConfigurationError: It is none of these, or the file object gives text.
            UnsupportedDocumentError: The bytes are of no image format and not of a PDF.
            DocumentLimitError: The file is larger than 512 MiB.

        Example:
            >>> page = b"P5 40 30 255 " + bytes(1200)      # a tiny gray image
            >>> document = Document.open(page, name="black.pgm")
            >>> document.page_count, document.media_type
            (1, 'image/x-portable-anymap')
            >>> image = document.image(1)
            >>> image.format, image.width, image.height
            ('png', 40, 30)
        """
        origin = _origin(source)
        known = name or (origin.name if isinstance(origin, Path) else "document")
        if isinstance(source, str) and "://" in source:
            raise UnsupportedDocumentError(
                "documents are opened from local files.",
                document=source,
                remedy="Open S3 objects with `aws.storage.open(uri)`.",
            )
        chosen = pages if pages is None or isinstance(pages, slice) else tuple(pages)
        return cls(Source(origin, known), pages=chosen, password=password)

    @property
    def name(self) -> str:
        """What errors and outcomes call it."""
        return self._source.name

    @property
    def path(self) -> Path | None:
        """The file; `None` for a document opened from bytes."""
        return self._source.origin if isinstance(self._source.origin, Path) else None

    @property
    def media_type(self) -> str:
        """What the bytes are, as `image/jpeg`."""
        return self._source.media_type

    @property
    def digest(self) -> str:
        """SHA-256 of the file's bytes, in hex; read and computed on first use."""
        return self._source.digest

    @property
    def page_count(self) -> int:
        """Number of pages taken; the file is looked into on first use.

        Raises:
            DocumentError: The file is damaged, encrypted or has too many pages.
        """
        return len(self.pages)

    @property
    def pages(self) -> tuple[int, ...]:
        """Which pages of the file are taken, from 0.

        Raises:
            DocumentError: The file is damaged, encrypted or has too many pages.
        """
        return self._taken

    @cached_property
    def _taken(self) -> tuple[int, ...]:
        total = 1
        if self.media_type == "application/pdf":
            with self._pdf() as pdf:
                total = len(pdf)
        elif self.media_type == "image/tiff":
            total = _decoders.frames(self._source)
        return selected(total, self._pages, self.name)

    def _pdf(self) -> Pdf:
        return _decoders.Pdf(self._source, self._password)

    def read(self) -> bytes:
        """Return the file's own bytes.

        Raises:
            UnreadableDocumentError: The file is gone or cannot be read.
        """
        return self._source.read()

    def images(self, policy: ImagePolicy = NOVA_1) -> Iterator[PageImage]:
        """Yield the pages as a model gets them, one in memory at a time.

        Raises:
            DocumentError: A page is damaged, too large, encrypted or of an unknown format; the
                error names the page, from 1 in the file.
        """
        if self.media_type != "application/pdf":
            for index in self.pages:
                yield PageImage(index + 1, *self._prepared(index + 1, policy))
            return
        for index, drawn in zip(self.pages, self._drawn(policy), strict=True):
            image = _decoders.encoded(_decoders.fitted(drawn, policy), policy)
            yield PageImage(index + 1, *image)

    def _prepared(self, number: int, policy: ImagePolicy) -> Encoded:
        data = None if self.media_type == "image/tiff" else self._source.read()
        whole = None if data is None else passed(data, self.media_type, policy)
        return whole or _decoders.prepared(self._source, number, policy, data)

    def image(self, number: int, policy: ImagePolicy = NOVA_1) -> PageImage:
        """Return one page as a model gets it.

        Args:
            number: Which of the pages taken, from 1.
            policy: How pages are prepared.

        Raises:
            DocumentError: There is no such page, or it cannot be read.
        """
        return next(self.take(number).images(policy))

    def pictures(self) -> Iterator[Image.Image]:
        """Yield the pages as Pillow images: upright, on white, mode `L` or `RGB`.

        Image files come in their own resolution, PDF pages at 150 dpi.

        Raises:
            DocumentError: A page cannot be read.
        """
        if self.media_type != "application/pdf":
            for index in self.pages:
                yield _decoders.decoded(self._source, index + 1)
        else:
            yield from self._drawn(_PICTURE)

    def _drawn(self, policy: ImagePolicy) -> Iterator[Image.Image]:
        taken = self.pages
        with self._pdf() as pdf:
            for index in taken:
                yield pdf.draw(index + 1, policy)

    def thumbnails(self, side: int) -> Iterator[Image.Image]:
        """Yield the pages as small Pillow images of about `side` by `side` pixels in area.

        JPEG is scaled down while decoding, so this is much faster than `pictures`.

        Raises:
            DocumentError: A page cannot be read.
        """
        small = ImagePolicy(max_pixels=max(side, 25) ** 2, min_side=1)
        if self.media_type != "application/pdf":
            for index in self.pages:
                yield _decoders.decoded(self._source, index + 1, small)
            return
        yield from self._drawn(small)

    def text(self, number: int) -> str:
        """Return the text layer of one page, from 1; empty for images and scanned PDFs.

        Raises:
            DocumentError: There is no such page, or the PDF cannot be read.
        """
        page = self._index(number) + 1
        if self.media_type != "application/pdf":
            return ""
        with self._pdf() as pdf:
            return pdf.text(page)

    def words(self, number: int) -> tuple[Word, ...]:
        """Return the words of one page's text layer with their places, from 1.

        Raises:
            DocumentError: There is no such page, or the PDF cannot be read.
        """
        page = self._index(number) + 1
        if self.media_type != "application/pdf":
            return ()
        with self._pdf() as pdf:
            return pdf.words(page)

    def attachments(self) -> dict[str, bytes]:
        """Return the files embedded in a PDF, by name; none for other documents.

        Raises:
            DocumentError: The PDF cannot be read.
        """
        if self.media_type != "application/pdf":
            return {}
        with self._pdf() as pdf:
            return dict(pdf.attachments())

    def windows(self, size: int) -> tuple[Document, ...]:
        """Cut into documents of at most `size` pages, in order; itself when it is short enough.

        Raises:
            ConfigurationError: `size` is not positive.
            DocumentError: The file is damaged, encrypted or has too many pages.
        """
        if self.page_count <= checked_size(size):
            return (self,)
        return tuple(
            Document(self._source, pages=self.pages[at : at + size], password=self._password)
            for at in range(0, self.page_count, size)
        )

    def take(self, *numbers: int) -> Document:
        """Return a document of some of the pages taken, from 1, in the order given.

        Raises:
            DocumentError: There is no such page, or none is asked for.
        """
        chosen = tuple(self._index(number) for number in numbers)
        return Document(self._source, pages=chosen, password=self._password)

    def _index(self, number: int) -> int:
        if not 1 <= number <= self.page_count:
            raise DocumentError(
                f"there is no page {number}; it has {self.page_count}.", document=self.name
            )
        return self.pages[number - 1]

    def __repr__(self) -> str:
        return f"Document({self.name!r}, {self.media_type})"


_PICTURE = ImagePolicy(dpi=150, max_pixels=4_000_000)


def _origin(source: str | os.PathLike[str] | bytes | BinaryIO) -> Path | bytes:
    if isinstance(source, bytes):
        return source
    if isinstance(source, (str, os.PathLike)):
        return Path(source)
    # One byte more than allowed is enough to know; an endless stream must not fill the memory.
    read = getattr(source, "read", None)
    data = None if read is None else cast("object", read(MAX_BYTES + 1))
    if not isinstance(data, bytes):
        raise ConfigurationError(
            "A document is opened from a path, bytes, or a file object that gives bytes, not text.",
            remedy='Open the file with `open(path, "rb")`.',
        )
    return data
