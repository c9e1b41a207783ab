"""Questions about the pages of a file: an answer for each of them, as `page_1`, `page_2`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from novadoc.local.engine._beginnings import begins
from novadoc.local.engine._fields import Field, Shape
from novadoc.local.engine._kinds import Classifier
from novadoc.local.engine._sheets import Sheet
from novadoc.local.engine._values import words
from novadoc.types import JsonObject

_PAGE = re.compile(r"(?:page|sheet|image)[_ -]?(\d+)", re.IGNORECASE)
_FIRST = frozenset({"first", "begin", "begins", "beginning", "start", "starts"})


@dataclass(frozen=True)
class PagedQuestion:
    """What is asked about each page."""

    pages: tuple[str, ...]
    """The key of each page, in order."""
    starts: str
    """The key that says whether a document begins there."""
    keys: tuple[str, ...]
    """This one and, if that is asked, the one that says which kind of document it is."""
    kinds: tuple[str, ...]
    """The kinds there are."""

    def answer(self, sheets: Sequence[Sheet], prompt: str) -> JsonObject:
        """Say of each page what was asked; `prompt` describes the kinds."""
        classifier = Classifier(self.kinds, prompt)
        found = [classifier.kind(sheet) for sheet in sheets]
        said: list[JsonObject] = []
        for starts, pages in _documents(sheets, found):
            kind = next((found[k] for k in pages if found[k]), None)
            for k in pages:
                first = starts and k == pages[0]
                said.append({key: first if key == self.starts else kind for key in self.keys})
        return dict(zip(self.pages, said, strict=True))


def paged_question(shape: Shape, pages: int) -> PagedQuestion | None:
    """Read a schema as a question about pages; `None` when it asks what documents say.

    It has a key for each page, numbered from 1, and asks of each whether it is the first of a
    document, and perhaps which of some kinds the document is of.
    """
    numbers = [_PAGE.fullmatch(key) for key, _ in shape.children]
    if not pages or [found and int(found[1]) for found in numbers] != list(range(1, pages + 1)):
        return None
    leaves = [child.fields() for _, child in shape.children]
    keys = {tuple((leaf.name, leaf.kind) for leaf in page) for page in leaves}
    if len(keys) > 1:
        return None
    starts = next((leaf for leaf in leaves[0] if _asks_for_the_first(leaf)), None)
    kind = next((leaf for leaf in leaves[0] if leaf.kind == "enum"), None)
    if starts is None or len(leaves[0]) > (1 if kind is None else 2):
        return None
    return PagedQuestion(
        tuple(key for key, _ in shape.children),
        starts.name,
        tuple(leaf.name for leaf in leaves[0]),
        tuple(map(str, kind.choices)) if kind else (),
    )


def _asks_for_the_first(leaf: Field) -> bool:
    told = {*words(leaf.name), *words(leaf.description)}
    return leaf.kind == "boolean" and not told.isdisjoint(_FIRST)


def _documents(
    sheets: Sequence[Sheet], kinds: Sequence[str | None]
) -> Iterator[tuple[bool, list[int]]]:
    """Yield the pages of each document, and whether its beginning is among them."""
    pages: list[int] = []
    starts = False
    for k, sheet in enumerate(sheets):
        known = next((kinds[j] for j in pages if kinds[j]), None)
        other = kinds[k] != known if kinds[k] and known else None
        begun = begins(sheet, [sheets[j] for j in pages], other_kind=other)
        if pages and begun:
            yield starts, pages
            pages = []
        if not pages:
            starts = begun
        pages.append(k)
    if pages:
        yield starts, pages
