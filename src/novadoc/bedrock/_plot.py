"""Loss curves drawn with matplotlib, which the extra `report` brings."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from novadoc._extras import require

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Series = Sequence[tuple[int, float]]


def draw(
    training: Series,
    smoothed: Series,
    validation: Series,
    *,
    title: str,
    mark: int | None,
    path: str | Path | None,
) -> Figure:
    """Draw losses over steps, the step where trouble began, and save the figure if there is a path.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    # The figure is made without pyplot, which would keep it in a global list.
    figure: Any = require(
        "matplotlib.figure", extra="report", feature="Drawing training curves"
    ).Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot()
    if training:
        axes.plot(*zip(*training, strict=True), color="#b8c4d6", linewidth=0.8, label="training")
        axes.plot(*zip(*smoothed, strict=True), color="#1f4e9c", label="training, smoothed")
    if validation:
        axes.plot(*zip(*validation, strict=True), "o-", color="#c8501e", label="validation")
    if mark is not None:
        axes.axvline(mark, color="#555555", linewidth=0.8, linestyle="--", label=f"step {mark}")
    axes.set(xlabel="step", ylabel="loss", title=title)
    axes.grid(visible=True, alpha=0.3)
    if training or validation:
        axes.legend()
    else:
        axes.text(0.5, 0.5, "no losses yet", transform=axes.transAxes, ha="center")
    if path is not None:
        figure.savefig(path)
    # Notebooks know how to show figures only once pyplot has been imported.
    figure._repr_png_ = partial(_png, figure)
    drawn: Figure = figure
    return drawn


def _png(figure: Any) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=110)
    return out.getvalue()
