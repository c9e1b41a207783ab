"""Documents longer than one request: page windows, and one answer made of theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, TypeAlias, TypeVar, Union

from novadoc.extraction._outcome import Conflict, Guess
from novadoc.extraction._settings import Merge
from novadoc.models import CATALOGUE, base_model
from novadoc.prompts import Conversation, ExtractionPrompt, Image
from novadoc.types import JsonObject, JsonScalar, JsonValue

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


def most_pages(key: str | None, *, tuned: bool) -> int:
    """Return how many pages one request to a base model takes.

    A tuned model was trained on samples that have a limit of their own; the smaller one counts.
    """
    models = CATALOGUE.values() if key is None else (base_model(key),)
    readers = [model for model in models if model.reads_images]
    if not readers:
        return 1
    limit = min(model.images_per_request for model in readers)
    trained = min(model.images_per_sample for model in readers)
    return max(1, min(limit, trained) if tuned or key is None else limit)


def windows(images: Iterable[Image], size: int, overlap: int) -> Iterator[Window]:
    """Cut pages into windows of at most `size` pages and 25 MB, without looking further ahead.

    Each window after the first begins with the last `overlap` pages of the one before, as far as
    they leave room for a new page.
    """
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


class PageAnswer(NamedTuple):
    """What was read on one window's pages."""

    pages: tuple[int, ...]
    """From 1."""
    value: JsonObject
    guesses: Mapping[str, tuple[Guess, ...]] = MappingProxyType({})
    """By path in `value`."""


@dataclass
class Merged:
    """The answers of all windows as one."""

    value: JsonObject
    origins: dict[str, tuple[int, ...]] = field(default_factory=dict[str, "tuple[int, ...]"])
    """By path of each leaf that holds something: pages of the window it is from."""
    conflicts: list[Conflict] = field(default_factory=list[Conflict])
    guesses: dict[str, tuple[Guess, ...]] = field(default_factory=dict[str, "tuple[Guess, ...]"])


class _Leaf(NamedTuple):
    value: JsonScalar
    pages: tuple[int, ...]
    guesses: tuple[Guess, ...] | None = None


_Tree: TypeAlias = Union[_Leaf, "list[_Tree]", "dict[str, _Tree]"]


def merge(
    answers: Sequence[PageAnswer],
    *,
    rule: Merge,
) -> Merged:
    """Join the windows' answers: the first (or last) value of a field, all rows of a list.

    Rows that two windows have at their common pages, at the end of one and the beginning of the
    next, are taken once; windows without common pages lose no row. Fields for which windows hold
    different values are listed as conflicts.

    Args:
        answers: Pages and canonical answer of each window, in order.
        rule: Which value counts where several windows have one.
    """
    merged = Merged({})
    tree, before = _tagged(answers[0].value, answers[0]), answers[0].pages
    for answer in answers[1:]:
        shared = bool(set(before) & set(answer.pages))
        more = _tagged(answer.value, answer)
        tree = _join(tree, more, "", rule, merged.conflicts, shared=shared)
        before = answer.pages
    value = _plain(tree, "", merged)
    merged.value = value if isinstance(value, dict) else {}
    return merged


def _tagged(value: JsonValue, answer: PageAnswer, path: str = "") -> _Tree:
    if isinstance(value, dict):
        return {
            name: _tagged(item, answer, f"{path}.{name}" if path else name)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_tagged(item, answer, f"{path}[{index}]") for index, item in enumerate(value)]
    return _Leaf(value, answer.pages, answer.guesses.get(path))


def _join(
    left: _Tree, right: _Tree, path: str, rule: Merge, conflicts: list[Conflict], *, shared: bool
) -> _Tree:
    if isinstance(left, dict) and isinstance(right, dict):
        joined = dict(left)
        for name, item in right.items():
            here = f"{path}.{name}" if path else name
            known = joined.get(name)
            joined[name] = (
                item if known is None else _join(known, item, here, rule, conflicts, shared=shared)
            )
        return joined
    if isinstance(left, list) and isinstance(right, list):
        return [*left, *right[_common_rows(left, right) if shared else 0 :]]
    if isinstance(left, _Leaf) and isinstance(right, _Leaf):
        return _one_leaf(left, right, path, rule, conflicts)
    # One window saw an object where the other saw nothing.
    return right if isinstance(left, _Leaf) and left.value is None else left


def _one_leaf(
    left: _Leaf, right: _Leaf, path: str, rule: Merge, conflicts: list[Conflict]
) -> _Leaf:
    if right.value is None:
        return left
    if left.value is None:
        return right
    if left.value != right.value:
        conflicts.append(Conflict(path, (left.pages, right.pages)))
    return left if rule == "first" else right


def _common_rows(left: list[_Tree], right: list[_Tree]) -> int:
    ours, theirs = [_bare(row) for row in left], [_bare(row) for row in right]
    for count in range(min(len(ours), len(theirs)), 0, -1):
        if ours[-count:] == theirs[:count]:
            return count
    return 0


def _bare(tree: _Tree) -> JsonValue:
    return _plain(tree, "", Merged({}))


def _plain(tree: _Tree, path: str, merged: Merged) -> JsonValue:
    if isinstance(tree, _Leaf):
        if tree.value is not None:
            merged.origins[path] = tree.pages
        if tree.guesses is not None:
            merged.guesses[path] = tree.guesses
        return tree.value
    if isinstance(tree, list):
        return [_plain(item, f"{path}[{index}]", merged) for index, item in enumerate(tree)]
    return {
        name: _plain(item, f"{path}.{name}" if path else name, merged)
        for name, item in tree.items()
    }
