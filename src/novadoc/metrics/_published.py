"""Whole-document scores other projects publish, so that results can be set side by side.

Their conventions are kept, also where ours differ; the explanation page on scores says how.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from rapidfuzz.distance.Levenshtein import distance as text_distance

from novadoc.errors import MetricsError
from novadoc.metrics._comparators import Comparator, Exact
from novadoc.metrics._counts import Counts, f1
from novadoc.metrics._inputs import Side, case, read
from novadoc.metrics._nodes import Rules, Tree
from novadoc.metrics._tally import Tally
from novadoc.metrics._tree_edit import TreeNode, distance, work
from novadoc.types import JsonValue

# About ten seconds; beyond, the score is out of reach of the original as well.
_MOST_WORK = 20_000_000


def donut_f1(expected: Side, actual: Side) -> float:
    """Return Donut's field F1 from 0 to 1: a multiset of (path, text), rows not told apart.

    As in the original, `0`, `False` and empty values are dropped on both sides. Unlike it, two
    empty documents score 1 instead of dividing by zero.

    Args:
        expected: The truth: a model, a dict or list, or JSON text.
        actual: The prediction, likewise; `None` or unreadable text is an empty one.

    Raises:
        MetricsError: The truth is unreadable, or a document is nested too deeply.

    Example:
        >>> donut_f1({"a": 1, "b": 2}, {"a": 1, "b": 3})
        0.5
    """
    with _depth_guarded():
        truth = Counter(_flat(_normal(_value(expected))))
        found = Counter(_flat(_normal(_value(actual, is_truth=False))))
    hits = (truth & found).total()
    others = truth.total() + found.total() - 2 * hits
    return hits / (hits + others / 2) if hits or others else 1.0


def tree_edit_accuracy(expected: Side, actual: Side) -> float:
    """Return Donut's accuracy: 1 - tree edit distance / size of the truth, at least 0.

    The order of rows counts, and the work grows with the square of the document and more.

    Args:
        expected: The truth: a model, a dict or list, or JSON text.
        actual: The prediction, likewise; `None` or unreadable text is an empty one.

    Raises:
        MetricsError: The truth is unreadable, or the documents are too large or too deep.

    Example:
        >>> tree_edit_accuracy({"name": "Ann"}, {"name": "Ann"})
        1.0
        >>> tree_edit_accuracy({"name": "Ann"}, {})
        0.0
    """
    with _depth_guarded():
        truth = _tree(_normal(_value(expected)), "<root>")
        found = _tree(_normal(_value(actual, is_truth=False)), "<root>")
    if work(truth, found) > _MOST_WORK:
        raise MetricsError(
            "the documents are too large for a tree edit distance.",
            remedy="Use `anls_star` or `evaluate`, which pair rows.",
        )
    nothing = distance(TreeNode("<root>"), truth, _alone, _change)
    apart = distance(found, truth, _alone, _change)
    return max(0.0, 1 - apart / nothing) if nothing else float(not apart)


def docile_line_items(expected: Side, actual: Side) -> float:
    """Return DocILE's line item F1: rows paired by the number of equal fields, all lists together.

    Texts are compared exactly, places on the page not at all. Without line items it is 0.0, as in
    the original.

    Args:
        expected: The truth: a model, a dict or list, or JSON text.
        actual: The prediction, likewise; `None` or unreadable text has all leaves missing.

    Raises:
        MetricsError: The truth is unreadable.

    Example:
        >>> docile_line_items({"l": [{"a": 1, "b": 2}]}, {"l": [{"a": 1, "b": 3}]})
        0.5
    """
    tally = _scored(expected, actual, {"*": Exact()})
    total = Counts()
    report = tally.close("strict")
    for path, score in report.fields.items():
        if "[]." in path:
            total += score.counts
    return f1(total, "strict") or 0.0


def json_accuracy(expected: Side, actual: Side) -> float:
    """Return 1 - edits / leaves of the truth, at least 0, with rows in any order (OmniAI's rule).

    Values must be equal in type and spelling.

    Args:
        expected: The truth: a model, a dict or list, or JSON text.
        actual: The prediction, likewise; `None` or unreadable text has all leaves missing.

    Raises:
        MetricsError: The truth is unreadable.

    Example:
        >>> json_accuracy({"a": 1, "b": "x"}, {"a": 1, "b": "y"})
        0.5
        >>> json_accuracy({"a": 1}, {"a": "1"})
        0.0
    """
    counts = _scored(expected, actual, {"*": _Identical()}).close("strict").overall.counts
    if not counts.expected:
        return float(not counts.edits)
    return max(0.0, 1 - counts.edits / counts.expected)


class _Identical:
    """Equal in type and spelling; 1 and 1.0 are the same JSON number."""

    decides = True

    def key(self, value: object, /) -> tuple[bool, object]:
        return isinstance(value, (str, bool)), value

    def similarity(self, expected: object, actual: object, /) -> float:
        return float(self.key(expected) == self.key(actual))


def _scored(expected: Side, actual: Side, comparators: dict[str, Comparator]) -> Tally:
    tally = Tally(Tree((), Rules(comparators=comparators)), keep_documents=False, max_errors=0)
    tally.add(case("document", expected, actual, None))
    return tally


@contextmanager
def _depth_guarded() -> Generator[None]:
    try:
        yield
    except RecursionError:
        raise MetricsError(
            "the document is nested too deeply, or holds itself.",
            remedy="Score a flatter form of it.",
        ) from None


def _value(side: Side, *, is_truth: bool = True) -> JsonValue:
    found = read(side)
    if is_truth and not found.readable:
        raise MetricsError(
            "the truth is no JSON object or list.", remedy="Leave unlabelled documents out."
        )
    return found.value if found.readable else None


def _normal(value: JsonValue) -> object:
    """Normalise as Donut does: keys by length and name, values in lists, empty ones dropped."""
    if not value:
        return {}
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key), key))
        inner = ((key, _normal(value[key])) for key in keys)
        kept = ((key, one) for key, one in inner if one)
        return {key: _listed(one) for key, one in kept}
    if isinstance(value, list):
        if all(isinstance(item, dict) for item in value):
            return [item for item in map(_normal, value) if item]
        texts = (str(item).strip() for item in value if isinstance(item, (str, int, float)))
        return [text for text in texts if text]
    return [str(value).strip()]


def _listed(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else [value]


def _flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in cast("dict[str, object]", value).items():
            yield from _flat(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in cast("list[object]", value):
            yield from _flat(inner, path)
    else:
        yield path, str(value)


def _tree(value: object, name: str) -> TreeNode:
    node = TreeNode(name)
    if isinstance(value, dict):
        for key, inner in cast("dict[str, object]", value).items():
            node.children.append(_tree(inner, key))
        return node
    items = cast("Sequence[object]", value)
    rows = all(isinstance(item, dict) for item in items)
    for item in items:
        child = _tree(item, "<subtree>") if rows else TreeNode(str(item), is_leaf=True)
        node.children.append(child)
    return node


def _alone(node: TreeNode) -> int:
    return len(node.label) if node.is_leaf else 1


def _change(one: TreeNode, two: TreeNode) -> int:
    if one.is_leaf and two.is_leaf:
        return text_distance(one.label, two.label)
    if one.is_leaf or two.is_leaf:
        return 1 + len(one.label if one.is_leaf else two.label)
    return int(one.label != two.label)
