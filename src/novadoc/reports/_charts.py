"""Pictures for the report page and for notebooks, drawn with matplotlib."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from novadoc._extras import require
from novadoc.metrics import Change, Score
from novadoc.reports._content import scores_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FEATURE = "Charts in a report"
# Told apart by lightness too, so that they hold in grey and for every kind of colour vision.
_BASE, _TUNED, _OTHER = "#9aa5b1", "#1f6feb", "#d97706"
_LINE = "#8a95a1"


def bars(groups: Mapping[str, Change | Score], labels: Sequence[str], *, level: str) -> Figure:
    """Draw F1 by group, one bar a run; of two runs also the gain with its interval.

    Args:
        groups: Changes or scores, top to bottom.
        labels: The runs' names, base first.
        level: The intervals' level, as `95 %`.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    two = len(labels) == 2
    figure, panels = _figure(10.4 if two else 8.4, 1.0 + 0.52 * len(groups), columns=1 + two)
    axes = panels[0]
    height = 0.76 / len(labels)
    colours = [_BASE, _TUNED] if two else [_TUNED]
    for k, label in enumerate(labels):
        places = [row + k * height for row in range(len(groups))]
        rates = [scores_of(group)[k].f1 for group in groups.values()]
        widths = [100 * (rate or 0.0) for rate in rates]
        drawn = axes.barh(places, widths, height=height * 0.94, color=colours[k], label=label)
        shown = ["n/a" if rate is None else f"{100 * rate:.1f}" for rate in rates]
        axes.bar_label(drawn, shown, padding=4, fontsize=9)
    middles = [row + 0.38 - height / 2 for row in range(len(groups))]
    axes.set_yticks(middles, list(groups))
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(groups) - 0.3, -0.3)
    axes.set_xlim(0, 109)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel("F1, per cent")
    if two:
        axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2)
        _gains(panels[1], middles, list(groups.values()), level)
    return figure


def _gains(
    axes: Any, places: Sequence[float], groups: Sequence[Change | Score], level: str
) -> None:
    axes.axvline(0, color=_LINE, linewidth=1)
    for place, group in zip(places, groups, strict=True):
        gain = group.gains["f1"] if isinstance(group, Change) else None
        if gain is None or gain.change is None:
            continue
        at = 100 * gain.change
        if gain.interval is not None:
            ends = [100 * gain.interval.low, 100 * gain.interval.high]
            axes.plot(ends, [place, place], color=_TUNED, linewidth=2, solid_capstyle="butt")
            axes.plot(ends, [place, place], color=_TUNED, marker="|", markersize=8, linewidth=0)
        axes.plot([at], [place], color=_TUNED, marker="o", markersize=6)
        axes.annotate(
            f"{at:+.1f}", (at, place), (0, 7), textcoords="offset points", ha="center", fontsize=9
        )
    axes.set_xlabel(f"points of F1 gained, {level} interval")
    axes.tick_params(axis="y", length=0, labelleft=False)
    axes.spines["left"].set_visible(False)
    axes.margins(x=0.12)


def lines(training: Sequence[tuple[int, float]], validation: Sequence[tuple[int, float]]) -> Figure:
    """Draw training and validation loss by step.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    figure, (axes,) = _figure(10.4, 3.4)
    axes.plot(*zip(*training, strict=True), color=_TUNED, linewidth=1.8, label="training loss")
    if validation:
        points = [*zip(*validation, strict=True)]
        style = {"color": _OTHER, "marker": "o", "linewidth": 1.4, "linestyle": "--"}
        axes.plot(*points, **style, label="validation loss")
    axes.set_xlabel("step")
    axes.set_ylabel("loss")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    return figure


def svg(figure: Figure, *, alt: str) -> str:
    """Return a figure as one inline `<svg>` element, the same bytes every time.

    Args:
        figure: The figure.
        alt: What it shows, in words; escaped here.
    """
    matplotlib = require("matplotlib", extra="report", feature=_FEATURE)
    escape = require("markupsafe", extra="report", feature=_FEATURE).escape
    drawn: Any = figure
    out = io.StringIO()
    with (
        matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "novadoc"}),
        warnings.catch_warnings(),
    ):
        # The browser draws the text with its own fonts, which have more glyphs than matplotlib's.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        drawn.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    text = out.getvalue()
    plain = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    return plain.replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1)


def png(figure: Figure) -> bytes:
    """Return a figure as PNG, sharp enough for a notebook."""
    drawn: Any = figure
    out = io.BytesIO()
    drawn.savefig(out, format="png", dpi=110)
    return out.getvalue()


def _figure(width: float, height: float, *, columns: int = 1) -> tuple[Figure, Sequence[Any]]:
    # Figures made without pyplot touch no global state and need no display. matplotlib's axes are
    # typed too loosely for a strict checker.
    module = require("matplotlib.figure", extra="report", feature=_FEATURE)
    figure: Any = module.Figure(figsize=(width, height), layout="constrained")
    ratios = [3, 2][:columns]
    row: Any = figure.subplots(
        1, columns, sharey=True, squeeze=False, gridspec_kw={"width_ratios": ratios}
    )[0]
    panels: list[Any] = list(row)
    for axes in panels:
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            axes.spines[side].set_color(_LINE)
        axes.tick_params(color=_LINE)
    return figure, panels
