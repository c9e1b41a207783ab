"""Clusters dealt so that every part sees rare fields and long lists in its share."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence

from novadoc.datasets._groups import Clusters, Facts


def spread(
    clusters: Clusters,
    facts: Facts,
    shares: Sequence[float],
    *,
    seed: int,
    fixed: Mapping[int, int],
) -> list[int]:
    """Return each cluster's part: iterative stratification, the rarest trait first.

    Large clusters are dealt before small ones; every cluster goes where its trait is missed most,
    then where samples are missed most. `fixed` clusters keep their part and count.
    """
    dealer = _Dealer(clusters, facts, shares)
    for number, part in fixed.items():
        dealer.deal(number, part)
    order = sorted(
        (number for number in range(len(clusters)) if number not in fixed),
        key=lambda number: (-clusters.size(number), _shuffled(clusters.key(number), seed)),
    )
    holders: dict[str, array[int]] = {}
    for number in order:
        for trait in dealer.traits(number):
            holders.setdefault(trait, array("L")).append(number)
    for trait in sorted(holders, key=lambda name: (dealer.total(name), name)):
        for number in holders[trait]:
            if dealer.chosen[number] == _OPEN:
                dealer.deal(number, dealer.neediest(trait))
    for number in order:
        if dealer.chosen[number] == _OPEN:
            dealer.deal(number, dealer.neediest(None))
    return list(dealer.chosen)


_OPEN = -1


def _shuffled(key: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}\0{key}".encode()).digest()


class _Dealer:
    def __init__(self, clusters: Clusters, facts: Facts, shares: Sequence[float]) -> None:
        self.chosen = array("l", [_OPEN]) * len(clusters)
        """The part of each cluster."""
        self._clusters = clusters
        self._facts = facts
        self._totals = Counter(
            trait for place in range(len(facts)) for trait in facts.traits(place)
        )
        self._wanted = [share * len(facts) for share in shares]
        self._missed = [
            {trait: share * count for trait, count in self._totals.items()} for share in shares
        ]

    def total(self, trait: str) -> int:
        """In how many samples the trait occurs."""
        return self._totals[trait]

    def traits(self, number: int) -> Counter[str]:
        """Return in how many samples of a cluster each trait occurs."""
        members = self._clusters.members(number)
        return Counter(trait for place in members for trait in self._facts.traits(place))

    def neediest(self, trait: str | None) -> int:
        """Return the part that misses the trait most, then samples; the first of equals."""
        need = [
            (0.0 if trait is None else self._missed[part][trait], wanted)
            for part, wanted in enumerate(self._wanted)
        ]
        return max(range(len(need)), key=lambda part: (need[part], -part))

    def deal(self, number: int, part: int) -> None:
        """Give a cluster to a part."""
        self.chosen[number] = part
        self._wanted[part] -= self._clusters.size(number)
        for trait, count in self.traits(number).items():
            self._missed[part][trait] -= count
