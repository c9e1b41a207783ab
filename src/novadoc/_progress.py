"""Progress bars on long work: shown on a terminal, silent elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType

from typing_extensions import Self


class Progress:
    """A bar on standard error; silent when that is not a terminal or when told so.

    Args:
        total: Number of steps; `None` when unknown.
        description: What is being done, in a word or two.
        unit: What one step is.
        shown: `None` shows the bar only on a terminal.
    """

    def __init__(
        self, total: int | None, description: str, *, unit: str = "it", shown: bool | None = None
    ) -> None:
        self._bar = None
        if sys.stderr.isatty() if shown is None else shown:
            from tqdm import tqdm  # 20 ms that a silent run need not pay

            self._bar = tqdm(total=total, desc=description, unit=unit, dynamic_ncols=True)

    def advance(self, steps: int = 1) -> None:
        """Move the bar by `steps`."""
        if self._bar is not None:
            self._bar.update(steps)

    def note(self, text: str) -> None:
        """Show `text` behind the bar."""
        if self._bar is not None:
            self._bar.set_postfix_str(text)

    def close(self) -> None:
        """Leave the bar as it stands."""
        if self._bar is not None:
            self._bar.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
