"""What `mkdocs build` does to each page before it is rendered."""

from __future__ import annotations

import re

# What a page takes for granted stands in HTML comments, for the tests. A fence inside a comment
# ends it for Python-Markdown, so that readers would see what is meant to be hidden.
_COMMENT = re.compile(r"^<!--.*?-->[ \t]*$\n?", re.MULTILINE | re.DOTALL)


def on_page_markdown(markdown: str, **_: object) -> str:
    """Leave HTML comments out."""
    return _COMMENT.sub("", markdown)
