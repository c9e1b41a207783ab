"""Words the service keeps for itself, found fast in any text."""

from __future__ import annotations

import re

from novadoc.prompts import RESERVED

_LOWERED = tuple(word.lower() for word in RESERVED)
_MARKS = ("r:", "t:", "m:", "<", "[e")
_PATTERN = re.compile("|".join(map(re.escape, RESERVED)), re.IGNORECASE)


def reserved(text: str) -> str | None:
    """Return the first reserved word a text holds, in lower case, or `None`."""
    lowered = text.lower()
    # Three letters before a colon and two brackets: JSON and prose rarely hold them, and looking
    # for five short texts takes half the time of looking for nine.
    if not any([mark in lowered for mark in _MARKS]):  # noqa: C419  # a generator is slower
        return None
    for word in _LOWERED:
        if word in lowered:
            return word
    return None


def place_of(text: str) -> int:
    """Return where the first reserved word begins, from 0; -1 when there is none."""
    found = _PATTERN.search(text)
    return found.start() if found else -1
