"""Documents that come as text: laid out as if they were pages, so that all else is the same."""

from __future__ import annotations

import json
import re

from novadoc.local.engine._reading import Line, Reading

_ADVANCE, _HEIGHT, _PITCH = 10.0, 16.0, 24.0
"""Width of a letter, height of a line and distance of lines, in pixels."""
_COLUMN = re.compile(r"\S+(?: \S+)*")
"""What stands together: two spaces or a tab begin another column."""
_TAB = 8


def text_pages(prompt: str) -> list[Reading]:
    r"""Return a page for each line of a prompt that is a JSON string, as `on_text` writes them.

    Instructions are no document: any other text is left alone.

    Example:
        >>> [page] = text_pages('Text of page 1:\n"Number:  A-17\\nTotal:  5.00"\n\nExtract...')
        >>> [line.text for line in page.lines]
        ['Number:', 'A-17', 'Total:', '5.00']
    """
    texts = (_string(line) for line in prompt.splitlines() if line.startswith('"'))
    return [_page(text) for text in texts if text and text.strip()]


def _string(line: str) -> str | None:
    try:
        value: object = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def _page(text: str) -> Reading:
    lines: list[Line] = []
    rows = text.expandtabs(_TAB).splitlines()
    for number, row in enumerate(rows):
        for found in _COLUMN.finditer(row):
            left, right = found.start() * _ADVANCE, found.end() * _ADVANCE
            top = number * _PITCH
            bottom = top + _HEIGHT
            corners = (left, top, right, top, right, bottom, left, bottom)
            lines.append(Line(found.group(), 1.0, corners))
    width = max(len(row) for row in rows) * _ADVANCE
    return Reading(int(width), int(len(rows) * _PITCH), tuple(lines))
