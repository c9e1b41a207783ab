"""What joins the parts: labels from a teacher, what to label next, trials of prompts, exports."""

from __future__ import annotations

from novadoc.workflows._annotate import Annotation, annotate
from novadoc.workflows._examples import choose_examples
from novadoc.workflows._export import Row, Table, data_frames, export, rows, tables
from novadoc.workflows._learning_curve import Forecast, LearningCurve, learning_curve
from novadoc.workflows._reward import ExtractionReward, Reward
from novadoc.workflows._suggest import Suggestion, suggest
from novadoc.workflows._trial import Entry, Leaderboard, trial

__all__ = [
    "Annotation",
    "Entry",
    "ExtractionReward",
    "Forecast",
    "Leaderboard",
    "LearningCurve",
    "Reward",
    "Row",
    "Suggestion",
    "Table",
    "annotate",
    "choose_examples",
    "data_frames",
    "export",
    "learning_curve",
    "rows",
    "suggest",
    "tables",
    "trial",
]
