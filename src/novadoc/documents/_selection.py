"""Which pages of a file are taken."""

from __future__ import annotations

from collections.abc import Sequence

from novadoc.errors import ConfigurationError, DocumentError, DocumentLimitError

MAX_PAGES = 1_000
"""Most pages one document may have; give `pages=` to take some of a longer file."""


def checked_size(size: int) -> int:
    """Return a number of pages to cut by.

    Raises:
        ConfigurationError: It is not positive.
    """
    if size < 1:
        raise ConfigurationError("A window has at least one page.")
    return size


def selected(total: int, pages: slice | tuple[int, ...] | None, name: str) -> tuple[int, ...]:
    """Return the pages taken, from 0, of a file of `total` pages.

    Raises:
        DocumentError: A page asked for is not there, or none is left.
        DocumentLimitError: They are too many.
    """
    everything = range(total)
    if isinstance(pages, tuple):
        for index in pages:
            if not -total <= index < total:
                raise DocumentError(f"there is no page {index + 1}; it has {total}.", document=name)
        chosen: Sequence[int] = [everything[index] for index in pages]
    else:
        chosen = everything if pages is None else everything[pages]
    if len(chosen) > MAX_PAGES:
        raise DocumentLimitError(
            f"{len(chosen):,} pages are more than the {MAX_PAGES:,} one document may have.",
            document=name,
            remedy="Take some of them with `Document.open(..., pages=slice(0, 100))`.",
        )
    if not chosen:
        raise DocumentError("no page is left to take.", document=name)
    return tuple(chosen)
