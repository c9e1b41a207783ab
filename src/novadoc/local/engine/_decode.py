"""From scores of words to what a page says: single values, lists, ticks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from novadoc.local.engine._fields import Field
from novadoc.local.engine._formats import Format
from novadoc.local.engine._found import Decoded, Found
from novadoc.local.engine._labels import Scores
from novadoc.local.engine._lists import read_lists
from novadoc.local.engine._page import Page
from novadoc.local.engine._runs import best_run, parts
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
    free = np.ones(len(page.words), dtype=bool)
    values: dict[str, Found] = {}
    order = sorted(range(len(fields)), key=lambda k: -float(scores[:, k].max(initial=0)))
    for k in order:
        if fields[k].record or fields[k].kind == "boolean":
            continue
        spec = fields[k]
        own = np.where(free, scores[:, k], 0)
        run = best_run(page, own, spec, formats[spec.path])
        if run:
            value = formats[spec.path].write(spec, parts(page, run))
            if value is not None:
                free[list(run)] = False
                values[spec.path] = Found(value, float(own[list(run)].max()))
    ticks = read_ticks(page, fields, rules or {})
    left = np.where(free[:, None], scores, 0)
    return Decoded({**values, **ticks.values}, read_lists(page, left, fields, formats, ticks))
