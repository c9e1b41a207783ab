"""A report as Markdown: everything but values of documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from novadoc.metrics import Comparison
from novadoc.reports._content import Result, percent, signed
from novadoc.types import JsonObject

_KINDS = ("wrong", "missing", "extra")


def markdown(result: Result, content: JsonObject) -> str:
    """Return the report as Markdown.

    Args:
        result: What the report is about.
        content: What the page shows.
    """
    parts = [
        f"# {content['title']}",
        f"{content['documents']}. {content['explained']}",
        result.to_markdown(),
        *([] if isinstance(result, Comparison) else [str(content["verdict"])]),
        _fields(content),
        *_anatomy(content),
    ]
    if content["diagnosis"]:
        parts.append(f"## Training\n\n{content['diagnosis']}")
    for section in cast("list[JsonObject]", content["sections"]):
        rows = cast("list[dict[str, str]]", section["rows"])
        lines = "\n".join(f"- {row['label']}: {row['value']}" for row in rows)
        parts.append(f"## {section['title']}\n\n{lines}")
    return "\n\n".join(part.strip() for part in (*parts, *_documents(content))) + "\n"


def _fields(content: JsonObject) -> str:
    models = cast("list[str]", content["models"])
    labels = cast("list[str]", content["labels"])
    gain = ["F1 gained", f"{content['level']} interval"] if len(models) > 1 else []
    lines: list[str] = []
    for row in cast("list[JsonObject]", content["fields"]):
        rates = [cast("dict[str, float | None]", row[model])["f1"] for model in models]
        change = cast("float | None", row.get("gain"))
        gained = [signed(change), str(row["interval"])] if gain else []
        figures = [f"{row['support']}", *map(percent, rates), *gained]
        lines.append(_row([f"`{row['path']}`", str(row["category"]), *figures]))
    numbers = ["Values", *(f"{label} F1" for label in labels), *gain]
    return "\n".join(["## By field\n", *_head(["Field", "Category"], numbers), *lines])


def _anatomy(content: JsonObject) -> Iterator[str]:
    found = cast("list[JsonObject]", content["anatomy"])
    if not found:
        return
    labels = cast("list[str]", content["labels"])
    lines = [
        _row([f"`{row['path']}`", str(row["kind"]), *map(str, cast("list[int]", row["values"]))])
        for row in found
    ]
    part = [f"{content['kept']}, the first of each field.\n"] if content["kept"] else []
    yield "\n".join(["## What goes wrong\n", *part, *_head(["Field", "Kind"], labels), *lines])


def _documents(content: JsonObject) -> Iterator[str]:
    """Yield a table of the documents that are not right in every field."""
    items = cast("list[dict[str, dict[str, int]]]", content["gallery"])
    models = cast("list[str]", content["models"])
    labels = cast("list[str]", content["labels"])
    faulty = [item for item in items if any(item[models[-1]][kind] for kind in _KINDS)]
    if not items:
        return
    yield f"## Documents\n\n{len(items) - len(faulty)} of {len(items)} are right in every field."
    if faulty:
        columns = [f"{label}: {kind}" for label in labels for kind in _KINDS]
        lines = [
            _row(
                [
                    str(item["id"]),
                    str(item["note"]),
                    *(str(item[model][kind]) for model in models for kind in _KINDS),
                ]
            )
            for item in faulty
        ]
        yield "\n".join([*_head(["Document", ""], columns), *lines])


def _head(words: Sequence[str], numbers: Sequence[str]) -> list[str]:
    rule = "|" + "---|" * len(words) + "--:|" * len(numbers)
    return [_row([*words, *numbers]), rule]


def _row(cells: Sequence[str]) -> str:
    # A bar in a name would be a column of its own.
    shown = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(shown)} |"
