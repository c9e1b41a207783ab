"""Documents longer than one request, cut into page windows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from novadoc.prompts import Conversation, ExtractionPrompt, Image

T = TypeVar("T")

# nova:modalities-image: 25 MB of embedded media in one request, counted as base64.
_MOST_BYTES = 25_000_000 * 3 // 4


class Window(NamedTuple):
    """Some pages of a document, in order."""

    first: int
    """The first page's number, from 1."""
    images: tuple[Image, ...]
    texts: tuple[str, ...] = ()
    """The pages' texts, for a prompt that reads text."""

    def question(self, prompt: ExtractionPrompt[T]) -> Conversation:
        """Return the prompt's question about these pages.

        Raises:
            PromptError: There is no page.
        """
        return prompt.conversation(self.images, texts=self.texts)

    @property
    def pages(self) -> tuple[int, ...]:
        """Page numbers, from 1."""
        return tuple(range(self.first, self.first + len(self.images or self.texts)))

    def halves(self) -> tuple[Window, ...]:
        """Return two windows of half the pages; none when there is only one page."""
        middle = len(self.pages) // 2
        if middle == 0:
            return ()
        return (
            Window(self.first, self.images[:middle], self.texts[:middle]),
            Window(self.first + middle, self.images[middle:], self.texts[middle:]),
        )


def windows(images: Iterable[Image], size: int, overlap: int) -> Iterator[Window]:
    """Cut pages into windows of at most `size` pages and 25 MB, without looking further ahead.

    Each window after the first begins with the last `overlap` pages of the one before, as far as
    they leave room for a new page.
    """
    if isinstance(images, tuple) and len(images) == 1:
        return iter((Window(1, images),))
    return _cut(images, size, overlap)


def _cut(images: Iterable[Image], size: int, overlap: int) -> Iterator[Window]:
    held: list[Image] = []
    first, fresh = 1, 0
    for image in images:
        if held and (len(held) == size or _bytes((*held, image)) > _MOST_BYTES):
            yield Window(first, tuple(held))
            kept = _kept(held, image, min(overlap, size - 1))
            first += len(held) - kept
            held, fresh = held[len(held) - kept :], 0
        held.append(image)
        fresh += 1
    if fresh:
        yield Window(first, tuple(held))


def _kept(held: Sequence[Image], image: Image, overlap: int) -> int:
    kept = min(overlap, len(held) - 1)
    while kept and _bytes((*held[len(held) - kept :], image)) > _MOST_BYTES:
        kept -= 1
    return kept


def _bytes(images: Sequence[Image]) -> int:
    return sum(len(image.data) for image in images if image.data and image.location is None)
