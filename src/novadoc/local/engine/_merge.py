"""One answer from several copies of a form and from several pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from novadoc.local.engine._decode import Decoded, Found
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
    rows: dict[str, tuple[Mapping[str, Found], ...]] = {}
    for page in pages:
        for path, found in page.values.items():
            if path not in values or found.confidence > values[path].confidence:
                values[path] = found
        for path, records in page.rows.items():
            rows[path] = rows.get(path, ()) + records
    return Decoded(values, rows)


def _vote(found: Sequence[Found]) -> Found:
    support: dict[str, float] = {}
    for one in found:
        key = squeeze(str(one.value))
        support[key] = support.get(key, 0.0) + one.confidence
    return max(found, key=lambda one: (support[squeeze(str(one.value))], one.confidence))


def _merge_rows(
    copies: Sequence[tuple[Mapping[str, Found], ...]],
) -> tuple[Mapping[str, Found], ...]:
    """Vote leaf by leaf among the copies that agree on the number of records."""
    counts = [len(rows) for rows in copies if rows]
    if not counts:
        return ()
    number = max(sorted(set(counts)), key=counts.count)
    agreeing = [rows for rows in copies if len(rows) == number]
    merged: list[Mapping[str, Found]] = []
    for record in zip(*agreeing, strict=True):
        paths = dict.fromkeys(path for row in record for path in row)
        merged.append({path: _vote([row[path] for row in record if path in row]) for path in paths})
    return tuple(merged)
