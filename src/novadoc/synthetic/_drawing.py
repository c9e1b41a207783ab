"""What both generators are told: which layouts in turn, and how wide."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence

from novadoc.errors import ConfigurationError

_NARROWEST = 100  # pixels; below, letters are smaller than a font can draw


def layouts_in_turn(
    count: int, layouts: Sequence[str], known: Collection[str], *, noise: float, width: int
) -> Iterator[str]:
    """Return the layout of each page, one after the other.

    Raises:
        ConfigurationError: A layout is unknown, none is given, or width or noise cannot be drawn.
    """
    names = tuple(layouts)
    unknown = sorted(set(names) - set(known))
    if unknown or not names:
        raise ConfigurationError(
            f"There is no layout {unknown[0]!r}." if unknown else "No layout is given.",
            remedy=f"Use some of {sorted(known)}.",
        )
    if width < _NARROWEST or not math.isfinite(noise):
        raise ConfigurationError(
            f"A page {width} pixels wide with noise {noise} cannot be drawn.",
            remedy=f"Use {_NARROWEST} pixels or more, and noise from 0 on.",
        )
    return (names[place % len(names)] for place in range(count))
