"""What counting does without: tables as text, and intervals from drawing documents anew.

Each of these loads when it is first used (PEP 562).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from novadoc._faces import lazily

if TYPE_CHECKING:
    from novadoc.metrics._intervals import interval_of
    from novadoc.metrics._tables_text import grouped, report_table
else:
    __getattr__, __dir__ = lazily(
        __name__, {"._intervals": "interval_of", "._tables_text": "grouped report_table"}
    )

__all__ = ["grouped", "interval_of", "report_table"]
