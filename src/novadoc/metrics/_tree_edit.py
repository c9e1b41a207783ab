"""The edit distance of ordered trees, after Zhang and Shasha (1989)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class TreeNode:
    """A labelled node with ordered children."""

    label: str
    is_leaf: bool = False
    children: list[TreeNode] = field(default_factory=list["TreeNode"])


class _Post:
    """A tree in post-order: what the algorithm needs."""

    def __init__(self, root: TreeNode) -> None:
        self.nodes: list[TreeNode] = []
        self.leftmost: list[int] = []
        for node, first in _post_order(root):
            self.nodes.append(node)
            self.leftmost.append(first)
        last = {first: k for k, first in enumerate(self.leftmost)}
        self.roots = sorted(last.values())


def _post_order(root: TreeNode) -> Iterator[tuple[TreeNode, int]]:
    """Yield nodes after their children, each with the number of its leftmost leaf."""
    count = 0
    todo: list[tuple[TreeNode, int]] = [(root, -1)]
    while todo:
        node, first = todo.pop()
        if first >= 0:
            yield node, first
            count += 1
        elif not node.children:
            yield node, count
            count += 1
        else:
            todo.append((node, count))
            todo += [(child, -1) for child in reversed(node.children)]


def work(one: TreeNode, two: TreeNode) -> int:
    """Return how many steps the distance takes."""
    return _sizes(_Post(one)) * _sizes(_Post(two))


def _sizes(post: _Post) -> int:
    return sum(root - post.leftmost[root] + 1 for root in post.roots)


def distance(
    one: TreeNode,
    two: TreeNode,
    alone: Callable[[TreeNode], int],
    change: Callable[[TreeNode, TreeNode], int],
) -> int:
    """Return the cheapest way to turn one tree into the other.

    Args:
        one: The first tree.
        two: The second tree.
        alone: Cost of inserting or removing a node.
        change: Cost of relabelling a node.
    """
    a, b = _Post(one), _Post(two)
    alone_a, alone_b = [alone(node) for node in a.nodes], [alone(node) for node in b.nodes]
    costs = [[change(x, y) for y in b.nodes] for x in a.nodes]
    trees = [[0] * len(b.nodes) for _ in a.nodes]
    for i in a.roots:
        for j in b.roots:
            _forest((a, b), (i, j), (alone_a, alone_b, costs), trees)
    return trees[-1][-1]


def _forest(
    posts: tuple[_Post, _Post],
    roots: tuple[int, int],
    costs: tuple[list[int], list[int], list[list[int]]],
    trees: list[list[int]],
) -> None:
    """Fill the distances of all subtrees whose leftmost leaf is that of a pair of roots."""
    (a, b), (i, j), (alone_a, alone_b, changes) = posts, roots, costs
    from_a, from_b = a.leftmost[i], b.leftmost[j]
    above = [0]
    for y in range(from_b, j + 1):
        above.append(above[-1] + alone_b[y])
    table = [above]
    for x in range(from_a, i + 1):
        line = [above[0] + alone_a[x]]
        whole_a = a.leftmost[x] == from_a
        for y in range(from_b, j + 1):
            removed, inserted = above[y - from_b + 1] + alone_a[x], line[-1] + alone_b[y]
            if whole_a and b.leftmost[y] == from_b:
                other = above[y - from_b] + changes[x][y]
                line.append(min(removed, inserted, other))
                trees[x][y] = line[-1]
            else:
                before = table[a.leftmost[x] - from_a][b.leftmost[y] - from_b]
                line.append(min(removed, inserted, before + trees[x][y]))
        table.append(line)
        above = line
