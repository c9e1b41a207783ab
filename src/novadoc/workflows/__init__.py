"""What joins the parts: trials of prompts, and outcomes for other systems."""

from __future__ import annotations

from novadoc.workflows._export import Row, Table, data_frames, export, rows, tables
from novadoc.workflows._trial import Entry, Leaderboard, trial

__all__ = [
    "Entry",
    "Leaderboard",
    "Row",
    "Table",
    "data_frames",
    "export",
    "rows",
    "tables",
    "trial",
]
