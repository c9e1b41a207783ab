"""Several files as one document: the front and back of a form, the photographs of a letter."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from novadoc.documents._document import Document
from novadoc.documents._page import PageImage
from novadoc.documents._policy import NOVA_1, ImagePolicy
from novadoc.documents._selection import checked_size
from novadoc.errors import DocumentError

if TYPE_CHECKING:
    from PIL import Image

    from novadoc.documents._pdf import Word


def bind(documents: Iterable[Document], *, name: str | None = None) -> Document:
    """Bind documents into one, page after page.

    Args:
        documents: In the order of their pages.
        name: What errors call the whole; the first one's name by default.

    Raises:
        DocumentError: There is no document to bind.

    Example:
        >>> front, back = (Document.open(b"P5 40 30 255 " + bytes(1200)) for _ in range(2))
        >>> [image.number for image in bind([front, back]).images()]
        [1, 2]
    """
    parts = tuple(documents)
    if not parts:
        raise DocumentError("there is nothing to bind.", document=name or "document")
    return parts[0] if len(parts) == 1 and name is None else _Bound(parts, name or parts[0].name)


class _Bound(Document):
    def __init__(self, parts: tuple[Document, ...], name: str) -> None:
        self._parts = parts
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    @property
    def path(self) -> None:
        return None

    @property
    def media_type(self) -> str:
        return "multipart/mixed"

    @cached_property
    def _digest(self) -> str:
        # Two pages of one file have the file's digest, and are two documents here.
        parts = (f"{part.digest}:{','.join(map(str, part.pages))}" for part in self._parts)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @property
    def digest(self) -> str:
        return self._digest

    @property
    def pages(self) -> tuple[int, ...]:
        return tuple(range(sum(part.page_count for part in self._parts)))

    def read(self) -> bytes:
        raise DocumentError("a bound document has no bytes of its own.", document=self.name)

    def images(self, policy: ImagePolicy = NOVA_1) -> Iterator[PageImage]:
        pages = chain.from_iterable(part.images(policy) for part in self._parts)
        for number, page in enumerate(pages, 1):
            yield PageImage(number, page.format, page.width, page.height, page.data)

    def pictures(self) -> Iterator[Image.Image]:
        return chain.from_iterable(part.pictures() for part in self._parts)

    def thumbnails(self, side: int) -> Iterator[Image.Image]:
        return chain.from_iterable(part.thumbnails(side) for part in self._parts)

    def image(self, number: int, policy: ImagePolicy = NOVA_1) -> PageImage:
        part, inner = self._place(number)
        page = part.image(inner, policy)
        return PageImage(number, page.format, page.width, page.height, page.data)

    def text(self, number: int) -> str:
        part, inner = self._place(number)
        return part.text(inner)

    def words(self, number: int) -> tuple[Word, ...]:
        part, inner = self._place(number)
        return part.words(inner)

    def attachments(self) -> dict[str, bytes]:
        return {key: data for part in self._parts for key, data in part.attachments().items()}

    def windows(self, size: int) -> tuple[Document, ...]:
        if self.page_count <= checked_size(size):
            return (self,)
        single = [page for part in self._parts for page in part.windows(1)]
        return tuple(
            _Bound(tuple(single[at : at + size]), self._name) for at in range(0, len(single), size)
        )

    def take(self, *numbers: int) -> Document:
        places = (self._place(number) for number in numbers)
        return bind((part.take(inner) for part, inner in places), name=self._name)

    def _place(self, number: int) -> tuple[Document, int]:
        left = number
        for part in self._parts:
            if 1 <= left <= part.page_count:
                return part, left
            left -= part.page_count
        raise DocumentError(
            f"there is no page {number}; it has {self.page_count}.", document=self.name
        )
