"""Invent names, places and companies: open vocabularies instead of closed lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from novadoc.errors import ConfigurationError
from novadoc.synthetic._seeds import (
    COMPANY_FORMS,
    PLACE_HEADS,
    STATES,
    STREET_KINDS,
    TRADES,
    WESTERN,
    WORLD,
)

__all__ = ["VOCABULARIES", "Vocabulary", "WordChain", "named_vocabulary", "state"]

_END = "$"


class WordChain:
    """Invents words whose letters follow each other as in the seed words.

    Each letter is drawn given the two before it, so most words are new and all can be spoken.

    Args:
        seeds: Words in lower case, separated by spaces.

    Example:
        >>> from random import Random
        >>> chain = WordChain("harrison garrison morrison madison")
        >>> chain.word(Random(4)).istitle()
        True
    """

    def __init__(self, seeds: str) -> None:
        self._words = tuple(seeds.split())
        self._next: dict[str, list[str]] = {}
        for word in self._words:
            padded = f"^^{word}{_END}"
            for i in range(len(padded) - 2):
                self._next.setdefault(padded[i : i + 2], []).append(padded[i + 2])

    def word(self, rng: Random, *, least: int = 4, most: int = 11) -> str:
        """Invent one capitalised word of `least` to `most` letters."""
        for _ in range(40):
            letters = self._letters(rng, most)
            if least <= len(letters) <= most and letters not in self._words:
                return letters.capitalize()
        return rng.choice(self._words).capitalize()

    def seed(self, rng: Random) -> str:
        """Return one of the seed words, capitalised."""
        return rng.choice(self._words).capitalize()

    def _letters(self, rng: Random, most: int) -> str:
        state, letters = "^^", ""
        while len(letters) <= most:
            letter = rng.choice(self._next[state])
            if letter == _END:
                break
            letters += letter
            state = state[1] + letter
        return letters


@dataclass(frozen=True)
class Vocabulary:
    """A family of invented people, places and companies.

    Example:
        >>> from random import Random
        >>> words = named_vocabulary("western")
        >>> words.person(Random(1)) == words.person(Random(1))
        True
    """

    name: str
    given: WordChain
    family: WordChain
    place: WordChain
    brand: WordChain

    def given_name(self, rng: Random) -> str:
        """Return a given name: a common one or, half of the time, an invented one."""
        return self.given.seed(rng) if rng.random() < 0.5 else self.given.word(rng, most=9)

    def family_name(self, rng: Random) -> str:
        """Return a family name, sometimes a double one."""
        name = self._family(rng)
        return f"{name}-{self._family(rng)}" if rng.random() < 0.04 else name

    def person(self, rng: Random) -> tuple[str, str]:
        """Return given names (with an initial at times) and the family name (with a suffix)."""
        given = self.given_name(rng)
        if rng.random() < 0.4:
            given += f" {rng.choice('ABCDEFGHJKLMNPRSTVW')}{rng.choice(['', '', '.'])}"
        family = self.family_name(rng)
        if rng.random() < 0.05:
            family += f" {rng.choice(['Jr', 'Sr', 'II', 'III', 'Jr.'])}"
        return given, family

    def city(self, rng: Random) -> str:
        """Return a town's name."""
        name = self.place.word(rng) if rng.random() < 0.6 else self._founded(rng)
        return f"{rng.choice(PLACE_HEADS)} {name}" if rng.random() < 0.3 else name

    def street(self, rng: Random) -> str:
        """Return a street with its house number and, at times, a unit."""
        number = rng.choice([rng.randint(1, 999), rng.randint(100, 99999)])
        digits = str(number) if rng.random() < 0.9 else f"{number:05d}"
        compass = rng.choice(["N ", "S ", "E ", "W "]) if rng.random() < 0.1 else ""
        name = rng.choice([self.family.word, self.place.word])(rng)
        unit = rng.choice(["Apt. {}", "Suite {}", "Apt {}", "Unit {}", "# {}"])
        tail = f" {unit.format(rng.randint(1, 999))}" if rng.random() < 0.3 else ""
        return f"{digits} {compass}{name} {rng.choice(STREET_KINDS)}{tail}"

    def company(self, rng: Random) -> str:
        """Return a company's name."""
        forms = (
            lambda: f"{self._family(rng)}, {self._family(rng)} and {self._family(rng)}",
            lambda: f"{self._family(rng)}-{self._family(rng)}",
            lambda: self._family(rng),
            lambda: f"{self.brand.word(rng)} {rng.choice(TRADES)}",
            lambda: f"{self.brand.word(rng)} {self.brand.word(rng)}",
            lambda: f"{self.city(rng)} {rng.choice(TRADES)}",
        )
        name = rng.choice(forms)()
        return f"{name} {rng.choice(COMPANY_FORMS)}" if rng.random() < 0.85 else name

    def _family(self, rng: Random) -> str:
        return self.family.seed(rng) if rng.random() < 0.25 else self.family.word(rng)

    def _founded(self, rng: Random) -> str:
        endings: Sequence[str] = ("ville", "ton", "burgh", "mouth", "port", "view", "stad", "side")
        stem = rng.choice([self.given, self.family]).word(rng, most=7)
        return stem + rng.choice(endings)


def state(rng: Random) -> str:
    """Return the two letters of a US state."""
    return rng.choice(STATES)


def _family(name: str, seeds: Mapping[str, str]) -> Vocabulary:
    chains = (WordChain(seeds[key]) for key in ("given", "family", "place", "company"))
    return Vocabulary(name, *chains)


VOCABULARIES: Mapping[str, Vocabulary] = {
    "western": _family("western", WESTERN),
    "world": _family("world", WORLD),
}
"""The families by name: `western` for training, `world` for names it has hardly any sound of."""


def named_vocabulary(name: str) -> Vocabulary:
    """Return the family called `name`.

    Raises:
        ConfigurationError: There is no such family; the message lists those there are.
    """
    try:
        return VOCABULARIES[name]
    except KeyError:
        raise ConfigurationError(
            f"There is no vocabulary {name!r}.", remedy=f"Use one of {sorted(VOCABULARIES)}."
        ) from None
