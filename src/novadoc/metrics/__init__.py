"""Scores people can defend: counts per field, optimal row matching, paired statistics.

Names are resolved on first use (PEP 562): who evaluates loads no statistics of two runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from novadoc._faces import lazily

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
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "._anatomy": "Anatomy FieldAnatomy",
            "._anls": "AnlsValue anls_star",
            "._calibration": "Bin Calibration Judgement OperatingPoint calibrate judge",
            "._causes": "Cause",
            "._change": "Change Gain",
            "._comparators": "Bool ByType Comparator Exact Identifier Keyed OneOf",
            "._comparison": "Comparison compare_reports",
            "._counts": "Counting Counts",
            "._errors": "FieldError",
            "._evaluate": "DocumentScore compare evaluate",
            "._fuzzy": "Address Text",
            "._leaves": "Leaf leaves",
            "._nodes": "Ordered Rules",
            "._published": "docile_line_items donut_f1 json_accuracy tree_edit_accuracy",
            "._quantities": "Date Money Number",
            "._report": "Report",
            "._score": "Macro Score",
            "._statistics": "Interval holm mcnemar wilson",
            "novadoc.schema": "Category",
        },
    )

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
