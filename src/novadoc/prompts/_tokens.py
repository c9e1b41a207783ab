"""Tokens, estimated without a tokenizer: Nova's is not published."""

from __future__ import annotations

from novadoc.schema import FieldSpec

_BYTES_PER_TOKEN = 3.5
"""Between English prose (about 4.5 bytes a token) and compact JSON (about 3); errs to more."""
_VALUE_TOKENS = {
    "string": 16,
    "integer": 3,
    "number": 6,
    "boolean": 1,
    "date": 7,
    "time": 6,
    "datetime": 13,
    "enum": 6,
    "any": 24,
}
_ROWS = 25
"""Rows a list is given room for, where the schema says nothing."""
_ITEMS = 10
"""The same for a list of single values."""
_MARGIN = 1.5
_LEAST = 500
# The output limit of Nova 1 (model cards). Asking for more than is needed costs nothing on the
# bill, but counts against the tokens-per-minute quota while the request runs.
_MOST = 5_000


def text_tokens(text: str) -> int:
    """Estimate the tokens of a text; within about a fifth for prose and JSON.

    Example:
        >>> text_tokens("Extract the fields of the form above.")
        11
    """
    return -(-len(text.encode("utf-8", "replace")) * 10 // round(_BYTES_PER_TOKEN * 10))


def answer_tokens(root: FieldSpec) -> int:
    """Estimate the tokens of a long answer to a schema."""
    return _node_tokens(root)


def room_for(root: FieldSpec) -> int:
    """How many tokens an answer is allowed: a long one and half as much again."""
    return max(_LEAST, min(_MOST, round(answer_tokens(root) * _MARGIN)))


def _node_tokens(field: FieldSpec) -> int:
    key = text_tokens(field.name) + 2
    if field.is_leaf:
        return key + _VALUE_TOKENS[field.kind]
    inside = sum(_node_tokens(child) for child in field.children)
    if field.kind == "object":
        return key + 2 + inside
    limit = field.constraints.get("maxItems")
    rows = _ITEMS if field.children[0].is_leaf else _ROWS
    return key + 2 + inside * min(rows, limit if isinstance(limit, int) else rows)
