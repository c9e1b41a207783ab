"""What a data set is like, as a page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol, cast

from novadoc._output import make_folder, write_atomic
from novadoc.reports._page import page
from novadoc.reports._write import WrittenReport
from novadoc.types import JsonObject, JsonValue

_FAULTS = {
    "duplicates": "samples whose file came before",
    "contradictions": "of these with another answer than before",
    "absent_texts": "values like “N/A” that should be null",
    "over_limit": "samples that do not fit into the training context",
}
_BARS = {
    "document_pages": "Documents by number of pages",
    "quality": "Measured pages by what hurts reading",
    "tokens": "Samples by tokens of their training record",
}


class ProfileLike(Protocol):
    """A profile; `novadoc.datasets.DatasetProfile` fits."""

    def to_dict(self) -> JsonObject:
        """Return it as JSON, without values of labels."""
        ...

    def to_markdown(self) -> str:
        """Return it as Markdown."""
        ...


def write_profile(
    profile: ProfileLike, folder: str | Path, *, title: str = "Data set profile"
) -> WrittenReport:
    """Write `profile.html`, `profile.md` and `profile.json` into a folder.

    None of them holds a value of a label.

    Args:
        profile: From `novadoc.datasets.profile`.
        folder: Made when it is not there; files of the same names are replaced.
        title: The page's title.

    Raises:
        MissingExtraError: jinja2 is not installed.

    Example:
        >>> import tempfile
        >>> from novadoc import datasets
        >>> from novadoc.documents import Document
        >>> page = Document.open(b"P5 40 30 255 " + bytes(1200), name="page.pgm")
        >>> found = datasets.profile([datasets.Sample("a", page, {"total": 7})])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     "total" in write_profile(found, folder).html.read_text()
        True
    """
    target = Path(folder)
    make_folder(target)
    data = profile.to_dict()
    written = WrittenReport(target / "profile.html", target / "profile.md", target / "profile.json")
    write_atomic(written.html, page("profile.html.jinja", _content(data, title)))
    text = f"# {title}\n\n{profile.to_markdown().strip()}\n"
    write_atomic(written.markdown, text)
    write_atomic(written.json, json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    return written


def _content(data: JsonObject, title: str) -> JsonObject:
    unreadable = cast("list[str]", data["unreadable"])
    faults: list[JsonValue] = [
        {"count": f"{data[name]:,}", "text": text} for name, text in _FAULTS.items() if data[name]
    ]
    if unreadable:
        names = ", ".join(unreadable[:10]) + (", ..." if len(unreadable) > 10 else "")
        text = f"documents that cannot be read: {names}"
        faults.append({"count": f"{len(unreadable):,}", "text": text})
    groups = [_bars(text, cast("dict[str, int]", data.get(name))) for name, text in _BARS.items()]
    for path, counts in cast("dict[str, dict[str, int]]", data.get("lists", {})).items():
        groups.append(_bars(f"Items in {path}", counts))
    fields = cast("list[JsonObject]", data["fields"])
    return {
        "title": title,
        "figures": list[JsonValue](_figures(data)),
        "faults": faults,
        "fields": [_field(one) for one in fields],
        "groups": [group for group in groups if group["bars"]],
    }


def _figures(data: JsonObject) -> Iterator[JsonObject]:
    for name in ("samples", "pages", "groups"):
        yield {"label": name.capitalize(), "value": f"{data[name]:,}", "note": ""}
    model = str(data["base_model"])
    tokens = {"label": "Tokens to train on", "value": f"{data['training_tokens']:,}"}
    yield {**tokens, "note": f"{_dollars(data['training_cost'])}, {model}, estimated"}
    page_tokens = {"label": "Tokens in a page", "value": f"{data['tokens_per_page']:,}"}
    yield {**page_tokens, "note": f"{_dollars(data['cost_per_page'])} on demand, estimated"}


def _bars(title: str, counts: Mapping[str, int] | None) -> JsonObject:
    shown = dict(counts or {})
    most = max(shown.values(), default=0) or 1
    total = sum(shown.values()) or 1
    bars: list[JsonValue] = [
        {"label": name, "count": f"{n:,}", "share": f"{n / total:.0%}", "width": 100 * n / most}
        for name, n in shown.items()
    ]
    return {"title": title, "bars": bars if any(shown.values()) else []}


def _field(one: JsonObject) -> JsonObject:
    types = cast("dict[str, int]", one["types"])
    share = cast("float", one["share"])
    sizes = cast("dict[str, int]", one.get("lengths") or one.get("magnitudes") or {})
    return {
        "path": one["path"],
        "share": f"{share:.0%}",
        "width": 100 * share,
        "values": f"{one['values']:,}",
        "distinct": f"{one['distinct']:,}",
        "types": ", ".join(types),
        "sizes": _bars("", sizes)["bars"],
        "note": one["note"],
    }


def _dollars(amount: JsonValue) -> str:
    if amount is None:
        return "price unknown"
    number = float(cast("float", amount))
    return f"${number:,.2f}" if number >= 1 else f"${number:.5f}"
