"""Documents nested too deeply for plain recursion: their lists are weighed from the inside."""

from __future__ import annotations

from novadoc.metrics._nodes import Node
from novadoc.metrics._walk import Walk
from novadoc.types import JsonValue

# Pairs of nested lists weighed one by one; documents deeper and wider are refused.
_MOST = 1_000_000
# The walk itself takes two frames a level, and Python allows a thousand.
_DEEPEST = 500


def warm(walk: Walk, expected: JsonValue, actual: JsonValue) -> None:
    """Weigh nested lists from the innermost outwards, so that no recursion runs deep.

    Raises:
        RecursionError: There are too many of them.
    """
    root = walk.tree.root
    sides = _lists_by_node(root, expected), _lists_by_node(root, actual)
    if sum(len(own) * len(sides[1].get(node, ())) for node, own in sides[0].items()) > _MOST:
        raise RecursionError
    for node in reversed(sides[0]):
        for one in sides[0][node]:
            for two in sides[1].get(node, ()):
                walk.list_hits(node, one, two)


def _lists_by_node(root: Node, document: JsonValue) -> dict[Node, list[list[JsonValue]]]:
    """Return all lists of a document by where they stand, outer ones first."""
    found: dict[Node, list[list[JsonValue]]] = {}
    level: list[tuple[Node, JsonValue]] = [(root, document)]
    seen = depth = 0
    while level:
        deeper: list[tuple[Node, JsonValue]] = []
        for node, value in level:
            if isinstance(value, dict):
                deeper += [(node.child(key), inner) for key, inner in value.items()]
            elif isinstance(value, list):
                found.setdefault(node, []).append(value)
                deeper += [(node.item(), inner) for inner in value]
        seen += len(deeper)
        depth += 1
        if seen > _MOST or depth > _DEEPEST:
            raise RecursionError
        level = deeper
    return found
