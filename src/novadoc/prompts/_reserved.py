"""The words that must stand nowhere in a prompt or a training record."""

from __future__ import annotations

import json
import re

from novadoc.errors import PromptError

# The first seven are documented to fail a customization job (nova:fine-tune-prepare-data-
# understanding); AWS's own validators add the others, and the newest matches without case and
# inside words, so that a printed "End user:" counts.
RESERVED = (
    "User:",
    "Bot:",
    "Assistant:",
    "System:",
    "<image>",
    "<video>",
    "[EOS]",
    "Thought:",
    "<unk>",
)
"""Reserved by the service, in any case and also inside words."""

_WORD = re.compile("|".join(map(re.escape, RESERVED)), re.IGNORECASE)


def reserved_words(text: str) -> tuple[str, ...]:
    """Return the reserved words in a text, as they stand there, in order.

    Example:
        >>> reserved_words("End user: Ann")
        ('user:',)
    """
    return tuple(_WORD.findall(text))


def defuse(text: str) -> str:
    """Set a space into each reserved word of a text: it reads the same and is reserved no more.

    Example:
        >>> defuse("End user: <image>")
        'End user : < image>'
    """
    return _WORD.sub(_spaced, text)


def defuse_json(text: str) -> str:
    r"""Escape one sign of each reserved word in JSON text, which any JSON parser undoes.

    Outside of strings JSON has no letters before a colon and no `<`, so only strings change.

    Example:
        >>> defuse_json('{"to":"End user: Ann"}')
        '{"to":"End user\\u003a Ann"}'
    """
    return _WORD.sub(_escaped, text)


def without_stop(text: str, stop: str) -> str:
    r"""Escape a stop sequence inside JSON text, so that it stands only at the end of an answer.

    The default one cannot occur: JSON has no bare line break in its strings.

    Raises:
        PromptError: It cannot be escaped, since it is part of the JSON and not of a string.

    Example:
        >>> without_stop('{"code":"```"}', "```")
        '{"code":"\\u0060\\u0060\\u0060"}'
    """
    if not stop or stop not in text:
        return text
    escaped = text.replace(stop, "".join(f"\\u{ord(sign):04x}" for sign in stop))
    if stop in escaped or not _same_json(text, escaped):
        raise PromptError(
            f"The stop sequence {stop!r} is part of the answers themselves.",
            remedy="Use a framing whose stop sequence JSON does not contain, as the default.",
        )
    return escaped


def _same_json(one: str, other: str) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def _spaced(found: re.Match[str]) -> str:
    word = found.group()
    return f"{word[:-1]} {word[-1]}" if word.endswith(":") else f"{word[0]} {word[1:]}"


def _escaped(found: re.Match[str]) -> str:
    word = found.group()
    if word.endswith(":"):
        return f"{word[:-1]}\\u003a"
    return f"\\u{ord(word[0]):04x}{word[1:]}"
