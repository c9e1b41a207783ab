"""Invented words."""

from __future__ import annotations

from random import Random

import pytest

from novadoc.synthetic import VOCABULARIES
from novadoc.synthetic._vocabulary import WordChain


def test_chain_invents_words_that_are_no_seeds() -> None:
    """A drawn word is new, within the lengths asked for, and made of the seeds' letters."""
    seeds = "harrison garland morrow madison jeffers anders hender norman sander wilson marden"
    chain = WordChain(seeds)
    rng = Random(1)

    words = {chain.word(rng, least=5, most=9) for _ in range(50)}

    new = words - {seed.capitalize() for seed in seeds.split()}
    assert len(new) >= 10
    assert all(5 <= len(word) <= 9 for word in new)
    assert set("".join(new).lower()) <= set(seeds)


def test_chain_that_can_say_nothing_new_says_a_seed() -> None:
    """With one seed there is nothing to invent; the seed comes back instead of a loop."""
    assert WordChain("zulu").word(Random(1)) == "Zulu"


@pytest.mark.parametrize("name", sorted(VOCABULARIES))
def test_vocabularies_are_open(name: str) -> None:
    """Among 400 drawn family names at least 250 are different."""
    rng = Random(name)

    assert len({VOCABULARIES[name].family_name(rng) for _ in range(400)}) >= 250


@pytest.mark.parametrize("name", sorted(VOCABULARIES))
def test_places_and_companies_are_plain_words(name: str) -> None:
    """Nothing printed needs a letter that the built-in typeface lacks."""
    rng, words = Random(7), VOCABULARIES[name]

    for _ in range(200):
        for text in (words.city(rng), words.street(rng), words.company(rng), *words.person(rng)):
            assert text.isascii()
            assert text == " ".join(text.split())
