"""A profile as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from novadoc.types import JsonObject, JsonValue


def markdown(data: JsonObject) -> str:
    """Write a profile's JSON as Markdown for people."""
    return "\n".join([*_summary(data), "", *_fields(data), *_lists(data), "", *_tokens(data)])


def _summary(data: JsonObject) -> Iterator[str]:
    yield f"{data['samples']:,} samples, {data['pages']:,} pages, {data['groups']:,} groups."
    warnings = {
        "duplicates": "samples whose file came before",
        "contradictions": "of them with another answer",
        "absent_texts": "values that say `nothing here` and should be null",
        "over_limit": "samples that do not fit into the training context",
    }
    for key, text in warnings.items():
        if data[key]:
            yield f"- {data[key]:,} {text}"
    if unreadable := cast("list[str]", data["unreadable"]):
        yield f"- {len(unreadable):,} documents that cannot be read: {', '.join(unreadable[:10])}"
    found = cast("dict[str, int]", data["quality"])
    if found:
        shares = ", ".join(f"{name} {count}" for name, count in found.items())
        yield f"- of {data['looked_at']:,} pages measured: {shares}"


def _fields(data: JsonObject) -> Iterator[str]:
    yield "| field | present | values | distinct | types | note |"
    yield "|---|---:|---:|---:|---|---|"
    for row in cast("list[JsonObject]", data["fields"]):
        types = ", ".join(cast("dict[str, int]", row["types"]))
        present = f"{cast('float', row['share']):.1%}"
        yield (
            f"| `{row['path']}` | {present} | {row['values']:,} | {row['distinct']:,} "
            f"| {types} | {row['note']} |"
        )


def _lists(data: JsonObject) -> Iterator[str]:
    found = cast("dict[str, dict[str, int]]", data["lists"])
    if found:
        yield ""
        yield "| list | items: lists |"
        yield "|---|---|"
    for path, bars in found.items():
        yield f"| `{path}` | {', '.join(f'{items}: {count:,}' for items, count in bars.items())} |"


def _tokens(data: JsonObject) -> Iterator[str]:
    yield "| tokens a record | samples |"
    yield "|---|---:|"
    for bucket, count in cast("dict[str, int]", data["tokens"]).items():
        yield f"| {bucket} | {count:,} |"
    yield ""
    yield (
        f"For `{data['base_model']}`, estimated: {data['training_tokens']:,} tokens to train on "
        f"({_dollars(data['training_cost'])}), {data['tokens_per_page']:,} input tokens "
        f"({_dollars(data['cost_per_page'])}) a page at inference."
    )


def _dollars(amount: JsonValue) -> str:
    if not isinstance(amount, float):
        return "price unknown"
    return f"${amount:,.2f}" if amount >= 1 else f"${amount:.5f}"
