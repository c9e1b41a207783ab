"""What joins the parts: labels from a teacher, trials of prompts, outcomes for other systems."""

from __future__ import annotations

from novadoc.workflows._annotate import Annotation, annotate
from novadoc.workflows._export import Row, Table, data_frames, export, rows, tables
from novadoc.workflows._reward import ExtractionReward, Reward
from novadoc.workflows._trial import Entry, Leaderboard, trial

__all__ = [
    "Annotation",
    "Entry",
    "ExtractionReward",
    "Leaderboard",
    "Reward",
    "Row",
    "Table",
    "annotate",
    "data_frames",
    "export",
    "rows",
    "tables",
    "trial",
]
