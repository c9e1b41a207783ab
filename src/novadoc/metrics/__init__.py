"""Scores people can defend: counts per field, optimal row matching, paired statistics.

Names are resolved on first use (PEP 562): who evaluates loads no statistics of two runs.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from novadoc.metrics._anatomy import Anatomy, FieldAnatomy
    from novadoc.metrics._anls import AnlsValue, anls_star
    from novadoc.metrics._calibration import (
        Bin,
        Calibration,
        Judgement,
        OperatingPoint,
        calibrate,
        judge,
    )
    from novadoc.metrics._causes import Cause
    from novadoc.metrics._change import Change, Gain
    from novadoc.metrics._comparators import (
        Bool,
        ByType,
        Comparator,
        Exact,
        Identifier,
        Keyed,
        OneOf,
    )
    from novadoc.metrics._comparison import Comparison, compare_reports
    from novadoc.metrics._counts import Counting, Counts
    from novadoc.metrics._errors import FieldError
    from novadoc.metrics._evaluate import DocumentScore, compare, evaluate
    from novadoc.metrics._fuzzy import Address, Text
    from novadoc.metrics._leaves import Leaf, leaves
    from novadoc.metrics._nodes import Ordered, Rules
    from novadoc.metrics._published import (
        docile_line_items,
        donut_f1,
        json_accuracy,
        tree_edit_accuracy,
    )
    from novadoc.metrics._quantities import Date, Money, Number
    from novadoc.metrics._report import Report
    from novadoc.metrics._score import Macro, Score
    from novadoc.metrics._statistics import Interval, holm, mcnemar, wilson
    from novadoc.schema import Category

__all__ = [
    "Address",
    "Anatomy",
    "AnlsValue",
    "Bin",
    "Bool",
    "ByType",
    "Calibration",
    "Category",
    "Cause",
    "Change",
    "Comparator",
    "Comparison",
    "Counting",
    "Counts",
    "Date",
    "DocumentScore",
    "Exact",
    "FieldAnatomy",
    "FieldError",
    "Gain",
    "Identifier",
    "Interval",
    "Judgement",
    "Keyed",
    "Leaf",
    "Macro",
    "Money",
    "Number",
    "OneOf",
    "OperatingPoint",
    "Ordered",
    "Report",
    "Rules",
    "Score",
    "Text",
    "anls_star",
    "calibrate",
    "compare",
    "compare_reports",
    "docile_line_items",
    "donut_f1",
    "evaluate",
    "holm",
    "json_accuracy",
    "judge",
    "leaves",
    "mcnemar",
    "tree_edit_accuracy",
    "wilson",
]

_HOME = {
    "Address": "metrics._fuzzy",
    "Anatomy": "metrics._anatomy",
    "AnlsValue": "metrics._anls",
    "Bin": "metrics._calibration",
    "Bool": "metrics._comparators",
    "ByType": "metrics._comparators",
    "Calibration": "metrics._calibration",
    "Category": "schema",
    "Cause": "metrics._causes",
    "Change": "metrics._change",
    "Comparator": "metrics._comparators",
    "Comparison": "metrics._comparison",
    "Counting": "metrics._counts",
    "Counts": "metrics._counts",
    "Date": "metrics._quantities",
    "DocumentScore": "metrics._evaluate",
    "Exact": "metrics._comparators",
    "FieldAnatomy": "metrics._anatomy",
    "FieldError": "metrics._errors",
    "Gain": "metrics._change",
    "Identifier": "metrics._comparators",
    "Interval": "metrics._statistics",
    "Judgement": "metrics._calibration",
    "Keyed": "metrics._comparators",
    "Leaf": "metrics._leaves",
    "Macro": "metrics._score",
    "Money": "metrics._quantities",
    "Number": "metrics._quantities",
    "OneOf": "metrics._comparators",
    "OperatingPoint": "metrics._calibration",
    "Ordered": "metrics._nodes",
    "Report": "metrics._report",
    "Rules": "metrics._nodes",
    "Score": "metrics._score",
    "Text": "metrics._fuzzy",
    "anls_star": "metrics._anls",
    "calibrate": "metrics._calibration",
    "compare": "metrics._evaluate",
    "compare_reports": "metrics._comparison",
    "docile_line_items": "metrics._published",
    "donut_f1": "metrics._published",
    "evaluate": "metrics._evaluate",
    "holm": "metrics._statistics",
    "json_accuracy": "metrics._published",
    "judge": "metrics._calibration",
    "leaves": "metrics._leaves",
    "mcnemar": "metrics._statistics",
    "tree_edit_accuracy": "metrics._published",
    "wilson": "metrics._statistics",
}


def __getattr__(name: str) -> object:
    if name in _HOME:
        found: object = getattr(importlib.import_module(f"novadoc.{_HOME[name]}"), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
