"""One page laid over another so that what is printed on both covers itself."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from PIL import Image, ImageChops

from novadoc.documents._frame import Frame

Affine: TypeAlias = "tuple[float, float, float, float, float, float]"
"""Where a pixel is fetched from: x' = ax + by + c, y' = dx + ey + f; as Pillow has it."""

_BLOCKS = 8
# Reductions and steps of the search.
_COARSE = ((4, 4), (2, 3), (1, 2), (1, 2))
_FINE = ((1, 1),)
_ROUNDS = 3
_OUTLIER = 3.0  # pixels: a block that is off by more pulls less


class _Move(NamedTuple):
    """How a block has to move, and how much better it then fits than elsewhere."""

    x: float
    y: float
    """Middle of the block, from -1 to 1."""
    right: float
    down: float
    weight: float


def steps(reach: int) -> list[tuple[int, int]]:
    """Return all steps of at most `reach` pixels each way, the small ones first."""
    span = range(-reach, reach + 1)
    return sorted(((x, y) for x in span for y in span), key=lambda at: at[0] ** 2 + at[1] ** 2)


def moved(image: Image.Image, affine: Affine) -> Image.Image:
    """Return the image as the transformation shows it, black where there is nothing."""
    return image.transform(image.size, Image.Transform.AFFINE, affine, Image.Resampling.BILINEAR)


def scaled(affine: Affine, factor: float) -> Affine:
    """Return the same transformation for images of another size."""
    a, b, c, d, e, f = affine
    return a, b, c * factor, d, e, f * factor


def overlay(one: Image.Image, at: Frame, other: Image.Image, over: Frame) -> Affine:
    """Find what lays `other` over `one`: square images of the same size, ink white on black.

    The first guess is that the prints cover each other, or else the sheets.
    """
    guesses = _print_on_print(at, over), _sheet_on_sheet(at.lean - over.lean, one.width)
    _, best = min((_cost(one, moved(other, guess)), guess) for guess in guesses)
    return refined(one, other, best, _COARSE)


def refined(
    one: Image.Image,
    other: Image.Image,
    affine: Affine,
    searches: Sequence[tuple[int, int]] = _FINE,
) -> Affine:
    """Improve an overlay: blocks are moved about to where they fit best.

    The transformation that comes nearest to all these moves is taken if it is better.
    """
    shown = moved(other, affine)
    cost = _cost(one, shown)
    for reduction, reach in searches:
        found = _after(affine, _correction(list(_moves(one, shown, reduction, reach)), one.width))
        candidate = moved(other, found)
        new = _cost(one, candidate)
        if new < cost:
            affine, shown, cost = found, candidate, new
    return affine


def _print_on_print(at: Frame, over: Frame) -> Affine:
    across, down = over.width / at.width, over.height / at.height
    return across, 0, over.x - at.x * across, 0, down, over.y - at.y * down


def _sheet_on_sheet(turn: float, side: int) -> Affine:
    """Undo that the sheets were not turned by the same angle, around the middle of the square."""
    sine, cosine = math.sin(math.radians(turn)), math.cos(math.radians(turn))
    middle = side / 2
    return (
        cosine,
        -sine,
        middle * (1 - cosine + sine),
        sine,
        cosine,
        middle * (1 - cosine - sine),
    )


def _cost(one: Image.Image, other: Image.Image) -> int:
    difference = ImageChops.difference(one, other)
    return sum(level * count for level, count in enumerate(difference.histogram()))


def _moves(one: Image.Image, other: Image.Image, reduction: int, reach: int) -> Iterator[_Move]:
    fixed, loose = one.reduce(reduction), other.reduce(reduction)
    tried = steps(reach)
    costs = [
        ImageChops.difference(fixed, ImageChops.offset(loose, x, y))
        .reduce(fixed.width // _BLOCKS)
        .tobytes()
        for x, y in tried
    ]
    for block, seen in enumerate(zip(*costs, strict=True)):
        least = min(seen)
        right, down = tried[seen.index(least)]
        row, column = divmod(block, _BLOCKS)
        x, y = ((place + 0.5) * 2 / _BLOCKS - 1 for place in (column, row))
        weight = sum(seen) / len(seen) - least
        if weight >= 1:  # on paper without print every place is as good
            yield _Move(x, y, right * reduction, down * reduction, weight)


def _correction(moves: Sequence[_Move], side: int) -> Affine:
    right = _plane([(move.x, move.y, move.right, move.weight) for move in moves])
    down = _plane([(move.x, move.y, move.down, move.weight) for move in moves])
    half = side / 2
    return (
        1 - right[1] / half,
        -right[2] / half,
        right[1] + right[2] - right[0],
        -down[1] / half,
        1 - down[2] / half,
        down[1] + down[2] - down[0],
    )


def _after(first: Affine, then: Affine) -> Affine:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * j,
        a * h + b * k,
        a * i + b * m + c,
        d * g + e * j,
        d * h + e * k,
        d * i + e * m + f,
    )


def _plane(points: Sequence[tuple[float, float, float, float]]) -> tuple[float, float, float]:
    """Fit value = p + qx + ry to points of x, y, value and weight; outliers lose their weight."""
    p = q = r = 0.0
    for _ in range(_ROUNDS):
        n = xx = yy = 1e-3  # where there is no print, nothing moves
        x1 = y1 = xy = v1 = xv = yv = 0.0
        for x, y, value, weight in points:
            pull = weight / (1 + ((value - p - q * x - r * y) / _OUTLIER) ** 2)
            px, py = pull * x, pull * y
            n, x1, y1, v1 = n + pull, x1 + px, y1 + py, v1 + pull * value
            xx, xy, yy = xx + px * x, xy + px * y, yy + py * y
            xv, yv = xv + px * value, yv + py * value
        p, q, r = _solved(((n, x1, y1, v1), (x1, xx, xy, xv), (y1, xy, yy, yv)))
    return p, q, r


_Row: TypeAlias = "tuple[float, float, float, float]"


def _solved(rows: tuple[_Row, _Row, _Row]) -> tuple[float, float, float]:
    """Solve three equations by Cramer's rule."""
    (a, b, c, u), (d, e, f, v), (g, h, i, w) = rows
    whole = _determinant(a, b, c, d, e, f, g, h, i)
    return (
        _determinant(u, b, c, v, e, f, w, h, i) / whole,
        _determinant(a, u, c, d, v, f, g, w, i) / whole,
        _determinant(a, b, u, d, e, v, g, h, w) / whole,
    )


def _determinant(  # noqa: PLR0913, PLR0917  # nine numbers are what it is of
    a: float, b: float, c: float, d: float, e: float, f: float, g: float, h: float, i: float
) -> float:
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
