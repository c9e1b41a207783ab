"""From scores of words to what a page says: single values, lists, ticks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from novadoc.local.engine._choices import read_choices
from novadoc.local.engine._fields import Field
from novadoc.local.engine._formats import Format, order_of_dates
from novadoc.local.engine._found import Decoded, Found
from novadoc.local.engine._labels import Scores
from novadoc.local.engine._lists import read_lists
from novadoc.local.engine._page import Page
from novadoc.local.engine._runs import best_run, parts
from novadoc.local.engine._spots import find_spots
from novadoc.local.engine._ticks import TickRule, read_ticks


def decode(
    page: Page,
    scores: Scores,
    fields: Sequence[Field],
    formats: Mapping[str, Format],
    rules: Mapping[str, TickRule] | None = None,
) -> Decoded:
    """Choose a value for each field.

    Args:
        page: The page.
        scores: How much each word is part of each field's value, words x fields.
        fields: The fields.
        formats: How the value of each field is written.
        rules: What is known of tick boxes.
    """
    spots = find_spots(page) if any(f.kind in {"boolean", "enum"} for f in fields) else []
    formats = _dated(page, formats)
    chosen = read_choices(page, spots, fields)
    free = np.ones(len(page.words), dtype=bool)
    values: dict[str, Found] = {}
    order = sorted(range(len(fields)), key=lambda k: -float(scores[:, k].max(initial=0)))
    for k in order:
        if fields[k].record or fields[k].kind == "boolean" or fields[k].path in chosen:
            continue
        spec = fields[k]
        own = np.where(free, scores[:, k], 0)
        run = best_run(page, own, spec, formats[spec.path])
        if run:
            value = formats[spec.path].write(spec, parts(page, run))
            if value is not None:
                free[list(run)] = False
                values[spec.path] = Found(value, float(own[list(run)].max()))
    ticks = read_ticks(page, spots, fields, rules or {})
    found = {**values, **ticks.values, **chosen}
    left = np.where(free[:, None], scores, 0)
    return Decoded(
        {path: one for path, one in found.items() if one.value is not None},
        read_lists(page, left, fields, formats, ticks),
    )


def _dated(page: Page, formats: Mapping[str, Format]) -> dict[str, Format]:
    """Let the page say how its dates are read, where no training did."""
    order = order_of_dates(box.text for box in page.segments)
    return {path: replace(form, order=form.order or order) for path, form in formats.items()}
