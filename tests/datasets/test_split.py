"""Splits that do not leak."""

from __future__ import annotations

import io
import math
import random
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from datasets.pages import Invoice, certificate, label, page, sample, samples  # type: ignore[import-not-found]
from novadoc.datasets import RatioWarning, Sample, split, write_sft
from novadoc.documents import Document, bind
from novadoc.errors import ConfigurationError, DatasetError
from novadoc.prompts import ExtractionPrompt

TINY = b"P5 40 30 255 "


def tiny(number: int, *, group: str | None = None, value: object = None) -> Sample:
    """A sample whose page costs nothing to decode."""
    data = TINY + number.to_bytes(4, "big") * 300
    return Sample(f"s{number}", Document.open(data), {"n": value}, group)  # type: ignore[dict-item]


def ids(parts: object) -> list[set[str]]:
    return [{one.id for one in part} for part in parts]  # type: ignore[attr-defined]


@given(
    st.lists(st.sampled_from([None, "a", "b", "c", "d"]), min_size=1, max_size=40),
    st.integers(0, 5),
    st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_every_sample_is_in_one_part_and_no_group_in_two(
    groups: list[str | None], seed: int, stratify: bool
) -> None:
    """Parts cover the set, do not overlap, and no group is torn apart."""
    everything = [tiny(n, group=group) for n, group in enumerate(groups)]

    parts = split(everything, seed=seed, stratify=stratify, near_duplicates=False)

    found = ids(parts)
    assert set.union(*found) == {one.id for one in everything}
    assert sum(map(len, found)) == len(everything)
    homes = [{one.group for one in part if one.group} for part in parts]
    assert all(not one & other for at, one in enumerate(homes) for other in homes[:at])


def test_added_samples_move_nobody() -> None:
    """With the default, samples keep their part when others join."""
    everything = [tiny(n) for n in range(200)]

    few, many = (
        ids(split(chosen, near_duplicates=False)) for chosen in (everything[:100], everything)
    )

    assert all(small <= large for small, large in zip(few, many, strict=True))


def test_order_and_machine_do_not_matter() -> None:
    """A shuffled set gives the same parts, which are written down here once for all machines."""
    everything = [tiny(n) for n in range(60)]
    shuffled = random.Random(1).sample(everything, 60)

    one, other = (ids(split(chosen, near_duplicates=False)) for chosen in (everything, shuffled))

    assert one == other
    assert sorted(one[2]) == SEED_0_TEST


SEED_0_TEST = ["s34", "s36", "s44", "s46", "s48", "s52"]


def test_shares_are_met() -> None:
    """Two thousand samples come out within two points of the shares."""
    parts = split([tiny(n) for n in range(2_000)], near_duplicates=False)

    assert [len(part) / 2_000 for part in parts] == pytest.approx([0.8, 0.1, 0.1], abs=0.02)


def test_another_seed_is_another_split() -> None:
    """The seed changes who is where."""
    everything = [tiny(n) for n in range(50)]

    one, other = (ids(split(everything, seed=seed, near_duplicates=False)) for seed in (1, 2))

    assert one != other


def again(data: bytes, *, quality: int, scale: float) -> bytes:
    image = Image.open(io.BytesIO(data))
    size = (int(image.width * scale), int(image.height * scale))
    buffer = io.BytesIO()
    image.resize(size).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def test_a_page_encoded_again_stays_with_its_twin() -> None:
    """Copies at half the size and a lower quality are found by their looks."""
    everything = []
    for seed in range(6):
        data = page(seed, size=(600, 800))
        copy = again(data, quality=60, scale=0.6)
        everything.append(Sample(f"{seed}", Document.open(data), label(seed)))
        everything.append(Sample(f"{seed}+", Document.open(copy), label(seed)))

    parts = split(everything)

    for part in ids(parts):
        assert {one.rstrip("+") for one in part} == {one for one in part if "+" not in one}
    assert len(parts.report.look_alikes) == 6


def scanned(page: Image.Image, kind: str) -> bytes:
    """A copy of a page as offices make them."""
    if kind == "smaller":
        page = page.resize((page.width * 2 // 3, page.height * 2 // 3))
    elif kind == "turned":
        page = page.rotate(1, Image.Resampling.BICUBIC, fillcolor=250)
    elif kind == "cropped":
        page = page.crop((16, 6, page.width - 4, page.height - 20))
    elif kind == "darker":
        page = page.point(lambda level: level * 0.85)
    buffer = io.BytesIO()
    page.save(buffer, "JPEG", quality=45)
    return buffer.getvalue()


def test_a_copy_stays_with_its_page_though_its_label_says_otherwise() -> None:
    """Not one value of their labels is equal; forms with other values stay free of each other."""
    kinds = ("smaller", "turned", "cropped", "darker")
    everything = [
        Sample(f"{number} {way}", Document.open(scanned(certificate(number), way)), {way: number})
        for number, kind in enumerate(kinds)
        for way in ("original", kind)
    ]

    joined = split(everything).report.look_alikes

    expected = {(f"{number} original", f"{number} {way}") for number, way in enumerate(kinds)}
    assert expected == set(joined)


def test_the_order_of_samples_decides_nothing_about_copies() -> None:
    """The same pages are taken for copies, whichever comes first."""
    everything = [
        Sample(f"{number} {way}", Document.open(scanned(certificate(number), way)), {way: number})
        for number in range(3)
        for way in ("original", "darker")
    ]

    there, back = (split(one, stratify=True).report for one in (everything, everything[::-1]))

    assert {*map(frozenset, there.look_alikes)} == {*map(frozenset, back.look_alikes)}


def test_pages_without_much_print_are_not_taken_for_one_page() -> None:
    """A page number alone, or nothing at all, says nothing about the document."""
    everything = []
    for number in range(8):
        image = Image.new("L", (600, 800), 240 + number)
        if number % 2:
            ImageDraw.Draw(image).text((290, 760), f"- {number} -", fill=30)
        everything.append(Sample(f"{number}", Document.open(scanned(image, "original")), {}))

    assert split(everything).report.look_alikes == ()


def test_forms_of_one_layout_are_not_taken_for_one_page() -> None:
    """Pages that differ in their values only stay free of each other."""
    parts = split([sample(seed) for seed in range(16)])

    assert parts.report.look_alikes == ()


def test_the_same_file_is_never_in_two_parts() -> None:
    """Equal bytes under many names go together, whatever their labels say."""
    data = page(1)
    copies = [Sample(f"{n}", Document.open(data), label(n)) for n in range(30)]

    parts = split(copies)

    assert sorted(map(len, parts)) == [0, 0, 30]
    assert any("empty" in notice for notice in parts.report.notices)


def test_stratifying_spreads_what_is_rare() -> None:
    """A field in ten of a hundred samples is in every part in its share."""
    everything = [tiny(n, value=1 if n % 10 == 0 else None) for n in range(100)]

    parts = split(everything, stratify=True, near_duplicates=False)

    assert [len(part) for part in parts] == [80, 10, 10]
    assert parts.report.coverage["n"] == (8, 1, 1)


def test_a_previous_data_set_pins_its_samples(tmp_path: Path) -> None:
    """What was written before keeps its part, even under another seed."""
    before = samples(20)
    train, validation, test = split(before, stratify=True, near_duplicates=False)
    manifest = write_sft(train, validation, test, prompt=ExtractionPrompt(Invoice), folder=tmp_path)

    everything = [*before, *samples(20, 20)]
    parts = split(everything, seed=9, previous=manifest, near_duplicates=False)

    for old, new in zip((train, validation, test), parts, strict=True):
        assert {one.id for one in old} <= {one.id for one in new}


def test_a_straddling_group_follows_its_oldest_member(tmp_path: Path) -> None:
    """A group that was in two parts goes where its first sample was, and it is said."""
    before = samples(8)
    manifest = write_sft(before[:4], before[4:], prompt=ExtractionPrompt(Invoice), folder=tmp_path)
    joined = [Sample(one.id, one.document, one.label, "all") for one in before]

    parts = split(joined, (0.8, 0.1, 0.1), previous=tmp_path)

    assert [len(part) for part in parts] == [8, 0, 0]
    assert any("oldest" in notice for notice in parts.report.notices)
    assert manifest.records == 8


@pytest.mark.parametrize(
    "ratios", [(0.5, 0.4), (1.2, -0.2), (1.0,), (0.9, 0.0, 0.1), (math.nan, 0.5, 0.5)]
)
def test_ratios_that_are_none_are_refused(ratios: tuple[float, ...]) -> None:
    """Shares are positive and add up to one."""
    with pytest.raises(ConfigurationError):
        split([tiny(1)], ratios)


def test_ratios_off_the_guide_warn() -> None:
    """The service's guide recommends 70-80 / 10-20 / 10-20."""
    with pytest.warns(RatioWarning, match="recommended"):
        split([tiny(1)], (0.6, 0.2, 0.2))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        split([tiny(1)], (0.75, 0.1, 0.15))
        split([tiny(1)], (0.5, 0.5))


def test_an_empty_set_is_an_error() -> None:
    """There is nothing to deal."""
    with pytest.raises(DatasetError):
        split([])


def test_a_page_seen_before_stays_with_its_document_whatever_its_label() -> None:
    """Bound with others or encoded again: the same page is never in two parts."""
    made: list[Sample] = []
    for seed in range(6):
        alone = Document.open(page(seed, size=(600, 800)))
        other = Document.open(page(seed + 100, size=(600, 800)))
        made += [
            Sample(f"{seed}", alone, label(seed)),
            Sample(f"{seed} bound", bind([other, alone]), {"number": "Z"}),
        ]

    parts = split(made).parts

    names = [{name.removesuffix(" bound") for name in part.ids} for part in parts]
    assert sum(map(len, names)) == 6


def test_a_page_that_all_documents_share_binds_nobody() -> None:
    """Terms of business on every back are no reason to keep all invoices together."""
    terms = Document.open(page(999, size=(600, 800)))
    made = [
        Sample(f"{n}", bind([Document.open(page(n, size=(600, 800))), terms]), label(n))
        for n in range(20)
    ]

    assert min(map(len, split(made, stratify=True).parts)) > 0
