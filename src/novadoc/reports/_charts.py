"""Pictures for the report page, as SVG that follows the page's light or dark colours."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from novadoc._extras import require

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FEATURE = "Charts in a report"
BASE, TUNED = "#9aa5b1", "#1f6feb"
_LINE = "#8a95a1"


def bars(groups: Mapping[str, Sequence[float | None]], labels: Sequence[str]) -> Figure:
    """Draw F1 by field category, one bar a model.

    Args:
        groups: For each category, one fraction of 1 a model, base first.
        labels: The models' names.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    figure, axes = _figure(8.4, 0.9 + 0.62 * len(groups))
    height = 0.8 / len(labels)
    colours = [BASE, TUNED] if len(labels) == 2 else [TUNED]
    for k, label in enumerate(labels):
        places = [row + k * height for row in range(len(groups))]
        widths = [100 * (values[k] or 0.0) for values in groups.values()]
        drawn = axes.barh(places, widths, height=height * 0.92, color=colours[k], label=label)
        axes.bar_label(drawn, fmt="%.1f", padding=4, fontsize=9)
    axes.set_yticks([row + 0.4 - height / 2 for row in range(len(groups))], list(groups))
    axes.invert_yaxis()
    axes.set_xlim(0, 108)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel("F1, per cent")
    if len(labels) > 1:
        axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return figure


def lines(training: Sequence[tuple[int, float]], validation: Sequence[tuple[int, float]]) -> Figure:
    """Draw training and validation loss by step.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    figure, axes = _figure(8.4, 3.2)
    axes.plot(*zip(*training, strict=True), color=TUNED, linewidth=1.8, label="training loss")
    if validation:
        axes.plot(
            *zip(*validation, strict=True),
            color="#d97706",
            marker="o",
            linewidth=1.4,
            label="validation loss",
        )
    axes.set_xlabel("step")
    axes.set_ylabel("loss")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    return figure


def svg(figure: Figure) -> str:
    """Return a figure as one inline `<svg>` element, the same bytes every time."""
    matplotlib = require("matplotlib", extra="report", feature=_FEATURE)
    drawn: Any = figure
    out = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "novadoc"}):
        drawn.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    text = out.getvalue()
    return re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)


def _figure(width: float, height: float) -> tuple[Figure, Any]:
    # Figures made without pyplot touch no global state and need no display. matplotlib's axes are
    # typed too loosely for a strict checker.
    module = require("matplotlib.figure", extra="report", feature=_FEATURE)
    figure: Any = module.Figure(figsize=(width, height), layout="constrained")
    axes: Any = figure.add_subplot()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(_LINE)
    axes.tick_params(color=_LINE)
    return figure, axes
