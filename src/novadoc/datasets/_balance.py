"""Clusters dealt so that every part sees rare fields and long lists in its share."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

from novadoc.datasets._groups import Cluster, Facts


def spread(
    clusters: Sequence[Cluster],
    facts: Sequence[Facts],
    shares: Sequence[float],
    *,
    seed: int,
    fixed: Mapping[int, int],
) -> list[int]:
    """Return each cluster's part: iterative stratification, the rarest trait first.

    Large clusters are dealt before small ones; every cluster goes where its trait is missed most,
    then where samples are missed most. `fixed` clusters keep their part and count.
    """
    traits = [_traits(cluster, facts) for cluster in clusters]
    dealer = _Dealer(clusters, traits, shares)
    for place, part in fixed.items():
        dealer.deal(place, part)
    order = sorted(
        (place for place in range(len(clusters)) if place not in fixed),
        key=lambda place: (-len(clusters[place].members), _shuffled(clusters[place].key, seed)),
    )
    holders: dict[str, list[int]] = {}
    for place in order:
        for trait in traits[place]:
            holders.setdefault(trait, []).append(place)
    for trait in sorted(holders, key=lambda name: (dealer.total(name), name)):
        for place in holders[trait]:
            if place not in dealer.chosen:
                dealer.deal(place, dealer.neediest(trait))
    for place in order:
        if place not in dealer.chosen:
            dealer.deal(place, dealer.neediest(None))
    return [dealer.chosen[place] for place in range(len(clusters))]


def _traits(cluster: Cluster, facts: Sequence[Facts]) -> Counter[str]:
    return Counter(trait for place in cluster.members for trait in facts[place].traits)


def _shuffled(key: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}\0{key}".encode()).digest()


class _Dealer:
    def __init__(
        self, clusters: Sequence[Cluster], traits: Sequence[Counter[str]], shares: Sequence[float]
    ) -> None:
        self.chosen: dict[int, int] = {}
        self._sizes = [len(cluster.members) for cluster in clusters]
        self._traits = traits
        totals: Counter[str] = Counter()
        for found in traits:
            totals.update(found)
        self._totals = totals
        everything = sum(self._sizes)
        self._wanted = [share * everything for share in shares]
        self._missed = [
            {trait: share * count for trait, count in totals.items()} for share in shares
        ]

    def total(self, trait: str) -> int:
        """In how many samples the trait occurs."""
        return self._totals[trait]

    def neediest(self, trait: str | None) -> int:
        """Return the part that misses the trait most, then samples; the first of equals."""
        need = [
            (0.0 if trait is None else self._missed[part][trait], wanted)
            for part, wanted in enumerate(self._wanted)
        ]
        return max(range(len(need)), key=lambda part: (need[part], -part))

    def deal(self, place: int, part: int) -> None:
        """Give a cluster to a part."""
        self.chosen[place] = part
        self._wanted[part] -= self._sizes[place]
        for trait, count in self._traits[place].items():
            self._missed[part][trait] -= count
