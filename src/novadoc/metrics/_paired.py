"""Two reports joined document by document, and grouped by field and category."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from novadoc.errors import MetricsError
from novadoc.metrics._change import Change, Gain
from novadoc.metrics._counts import EXTRA, Counting, Counts
from novadoc.metrics._intervals import COUNTED, bounds, summed
from novadoc.metrics._score import METRICS, Metric, Score
from novadoc.metrics._statistics import Resamples, mcnemar

if TYPE_CHECKING:
    from novadoc.metrics._lanes import Lanes, Place
    from novadoc.metrics._report import Report

Kind = Literal["all", "category", "field"]

_SIDE = len(COUNTED)  # counts of one run in a group
_GROUP = 2 * _SIDE


class _Group(NamedTuple):
    kind: Kind
    name: str
    base: Sequence[int]
    tuned: Sequence[int]


class Paired:
    """Counters of both runs by document: eight a group, the base run's first.

    Raises:
        MetricsError: The runs hold different documents or truths, or none.
    """

    def __init__(self, base: Report, tuned: Report) -> None:
        self._counting: Counting = base.counting
        self._groups = list(_groups(base.lanes, tuned.lanes))
        self.documents: list[list[int]] = []
        _check_ids(base, tuned)
        others = dict(tuned.lanes.by_document())
        for name, counts in base.lanes.by_document():
            self.documents.append(self._grouped(counts, others[name]))
        _check_truths(tuple(base.lanes.kept()), self.documents)
        self._totals = [sum(column) for column in zip(*self.documents, strict=True)]

    @property
    def changed(self) -> int:
        """Documents whose counts over all leaves differ between the runs."""
        return sum(counts[:_SIDE] != counts[_SIDE:_GROUP] for counts in self.documents)

    def of_kind(self, kind: Kind) -> list[int]:
        """Return the positions of the groups of a kind."""
        return [k for k, group in enumerate(self._groups) if group.kind == kind]

    def change(self, index: int, samples: Resamples, level: float) -> Change:
        """Compare one group; `p_adjusted` is still `p`."""
        start = index * _GROUP
        base, tuned = _scores(self._totals[start : start + _GROUP], self._counting)
        draws: dict[Metric, list[float]] = {metric: [] for metric in METRICS}
        for sums in samples.columns(start, _GROUP):
            one, two = _scores(sums, self._counting)
            for metric, found in draws.items():
                before, after = one.rate(metric), two.rate(metric)
                if before is not None and after is not None:
                    found.append(after - before)
        gains: dict[Metric, Gain] = {
            metric: Gain(
                metric,
                base.rate(metric),
                tuned.rate(metric),
                bounds(found, samples, level),
            )
            for metric, found in draws.items()
        }
        better, worse = self._moved(start)
        p = mcnemar(better, worse)
        return Change(self._groups[index].name, base, tuned, gains, better, worse, p, p)

    def _grouped(self, base: Sequence[int], tuned: Sequence[int]) -> list[int]:
        found: list[int] = []
        for group in self._groups:
            for counts, members in ((base, group.base), (tuned, group.tuned)):
                found += summed(counts, members)
        return found

    def _moved(self, start: int) -> tuple[int, int]:
        """Count documents with fewer, and with more, errors in the tuned run."""
        better = worse = 0
        for counts in self.documents:
            _, *base_edits = counts[start : start + _SIDE]
            _, *tuned_edits = counts[start + _SIDE : start + _GROUP]
            better += sum(tuned_edits) < sum(base_edits)
            worse += sum(tuned_edits) > sum(base_edits)
        return better, worse


def _scores(sums: Sequence[int], counting: Counting) -> tuple[Score, Score]:
    return Score(Counts(*sums[:_SIDE]), counting), Score(Counts(*sums[_SIDE:]), counting)


def _groups(base: Lanes, tuned: Lanes) -> Iterator[_Group]:
    everything = _named("all", base, tuned)
    yield _Group("all", "Overall", everything[0].get("", []), everything[1].get("", []))
    for kind in ("category", "field"):
        one, two = _named(kind, base, tuned)
        for name in {**one, **two}:
            yield _Group(kind, name, one.get(name, []), two.get(name, []))


def _named(
    kind: Kind, base: Lanes, tuned: Lanes
) -> tuple[Mapping[str, list[int]], Mapping[str, list[int]]]:
    def key(place: Place) -> str:
        return {"all": "", "category": place.category, "field": place.path}[kind]

    return base.groups(key, rows=False), tuned.groups(key, rows=False)


def _check_ids(base: Report, tuned: Report) -> None:
    one, two = set(base.ids), set(tuned.ids)
    if one == two and one:
        return
    if not one:
        raise MetricsError(
            "there is no document to compare.",
            remedy="Keep each run in a list: an iterator is used up by its first reader.",
        )
    raise MetricsError(
        f"the runs hold different documents: {_some(one - two)} only in the base run, "
        f"{_some(two - one)} only in the tuned run.",
        remedy="Evaluate both over the same documents, with the same ids.",
    )


def _check_truths(names: Sequence[str], documents: Sequence[Sequence[int]]) -> None:
    """Refuse runs scored against different truths: the leaves of a truth are the same in both."""
    differing = {
        name
        for name, counts in zip(names, documents, strict=True)
        if sum(counts[:EXTRA]) != sum(counts[_SIDE : _SIDE + EXTRA])
    }
    if differing:
        raise MetricsError(
            f"the truths of {_some(differing)} differ between the runs.",
            remedy="Evaluate both against the same labels and schema.",
        )


def _some(names: set[str]) -> str:
    listed = ", ".join(map(repr, sorted(names)[:5]))
    return f"{len(names)} ({listed}{', ...' if len(names) > 5 else ''})" if names else "none"
