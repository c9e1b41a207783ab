"""One answer from several copies of a form and from several pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from novadoc.local.engine._found import Decoded, Found, Record, outer
from novadoc.local.engine._values import squeeze


def merge_copies(copies: Sequence[Decoded]) -> Decoded:
    """Merge readings of the same form: equal values support each other."""
    if len(copies) == 1:
        return copies[0]
    paths = dict.fromkeys(path for copy in copies for path in copy.values)
    values = {
        path: _vote([copy.values[path] for copy in copies if path in copy.values]) for path in paths
    }
    lists = dict.fromkeys(path for copy in copies for path in copy.rows)
    rows = {path: _merge_rows([copy.rows.get(path, ()) for copy in copies]) for path in lists}
    return Decoded(values, rows)


def merge_pages(pages: Sequence[Decoded]) -> Decoded:
    """Merge the pages of one document: the surest single value, the lists one after the other."""
    values: dict[str, Found] = {}
    rows: dict[str, tuple[Record, ...]] = {}
    for page in pages:
        earlier = {path: len(records) for path, records in rows.items()}
        for path, found in page.values.items():
            if path not in values or found.confidence > values[path].confidence:
                values[path] = found
        for path, records in page.rows.items():
            before = earlier.get(outer(path), 0)
            moved = (replace(one, owner=max(0, one.owner + before)) for one in records)
            rows[path] = (*rows.get(path, ()), *moved)
    return Decoded(values, rows)


def _vote(found: Sequence[Found]) -> Found:
    support: dict[str, float] = {}
    for one in found:
        key = squeeze(str(one.value))
        support[key] = support.get(key, 0.0) + one.confidence
    return max(found, key=lambda one: (support[squeeze(str(one.value))], one.confidence))


def _merge_rows(
    copies: Sequence[tuple[Record, ...]],
) -> tuple[Record, ...]:
    """Vote leaf by leaf among the copies that agree on the number of records."""
    counts = [len(rows) for rows in copies if rows]
    if not counts:
        return ()
    number = max(sorted(set(counts)), key=counts.count)
    agreeing = [rows for rows in copies if len(rows) == number]
    merged: list[Record] = []
    for record in zip(*agreeing, strict=True):
        found = [row.values for row in record]
        paths = dict.fromkeys(path for row in found for path in row)
        values = {path: _vote([row[path] for row in found if path in row]) for path in paths}
        merged.append(Record(values, record[0].owner))
    return tuple(merged)
