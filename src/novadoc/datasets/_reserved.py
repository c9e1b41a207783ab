"""Words the service keeps for itself: found in any text, escaped in answers."""

from __future__ import annotations

import re

# nova:fine-tune-prepare-data-understanding lists the first seven; AWS's validators add the other
# two and match without regard to case, so that is how they are matched here.
RESERVED = (
    "user:",
    "bot:",
    "assistant:",
    "system:",
    "<image>",
    "<video>",
    "[eos]",
    "thought:",
    "<unk>",
)
_MARKS = ("r:", "t:", "m:", "<", "[e")
_PATTERN = re.compile("|".join(map(re.escape, RESERVED)), re.IGNORECASE)


def reserved(text: str) -> str | None:
    """Return the first reserved word a text holds, in lower case, or `None`."""
    lowered = text.lower()
    # Three letters before a colon and two brackets: JSON and prose rarely hold them, and looking
    # for five short texts takes half the time of looking for nine.
    if not any([mark in lowered for mark in _MARKS]):  # noqa: C419  # a generator is slower
        return None
    for word in RESERVED:
        if word in lowered:
            return word
    return None


def place_of(text: str) -> int:
    """Return where the first reserved word begins, from 0; -1 when there is none."""
    found = _PATTERN.search(text)
    return found.start() if found else -1


def escape_answer(answer: str) -> str:
    r"""Break reserved words inside a JSON answer by a `\u` escape, which every parser undoes.

    Example:
        >>> escape_answer('{"to":"End user: Ann"}')
        '{"to":"End user\\u003a Ann"}'
    """
    return _PATTERN.sub(_escaped, answer) if reserved(answer) else answer


def _escaped(found: re.Match[str]) -> str:
    word = found.group()
    if word.endswith(":"):
        return word[:-1] + "\\u003a"
    return f"\\u{ord(word[0]):04x}{word[1:]}"
