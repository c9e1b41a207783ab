"""Generated W-2 pages: repeatable, varied, labelled with exactly what is printed."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from novadoc.errors import ConfigurationError
from novadoc.synthetic import UNSEEN_W2_LAYOUTS, W2_LAYOUTS, LabelledPage, w2_pages
from novadoc.types import JsonObject, JsonValue

ALL_LAYOUTS = W2_LAYOUTS + UNSEEN_W2_LAYOUTS


def leaves(value: JsonValue, path: str = "") -> Iterator[tuple[str, JsonValue]]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from leaves(below, f"{path}.{key}")
    elif isinstance(value, list):
        for below in value:
            yield from leaves(below, f"{path}[]")
    else:
        yield path, value


def shape(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: shape(below) for key, below in value.items()}
    return [shape(below) for below in value] if isinstance(value, list) else None


@pytest.fixture(scope="module")
def pages() -> list[LabelledPage]:
    return list(w2_pages(48, seed=3, layouts=ALL_LAYOUTS))


def test_same_seed_same_bytes() -> None:
    """The same arguments give the same images and labels."""
    first, second = (list(w2_pages(6, seed=11)) for _ in range(2))

    assert [p.image for p in first] == [p.image for p in second]
    assert [p.label for p in first] == [p.label for p in second]


def test_another_seed_another_page() -> None:
    """Two seeds share no page."""
    one, two = (next(w2_pages(1, seed=seed)) for seed in (1, 2))

    assert one.image != two.image
    assert one.label != two.label


def test_a_page_does_not_depend_on_the_count() -> None:
    """A longer run starts with the pages of a shorter one."""
    short, long = (list(w2_pages(n, seed=5)) for n in (2, 4))

    assert [p.image for p in short] == [p.image for p in long][:2]


def test_noise_and_width_change_the_image_and_not_the_truth() -> None:
    """What is printed does not depend on how it is scanned."""
    plain = next(w2_pages(1, seed=4, noise=0))
    noisy = next(w2_pages(1, seed=4, noise=2.0))
    small = next(w2_pages(1, seed=4, width=800))

    assert plain.label == noisy.label == small.label
    assert len({plain.image, noisy.image, small.image}) == 3
    assert Image.open(io.BytesIO(small.image)).width == 800


def test_pages_are_jpegs_of_the_width_asked_for(pages: list[LabelledPage]) -> None:
    """Every page decodes, is 1000 pixels wide, and only the red original is in colour."""
    for page in pages:
        with Image.open(io.BytesIO(page.image)) as image:
            image.load()
            assert (page.format, image.format, image.width) == ("jpeg", "JPEG", 1000)
            assert image.mode == ("RGB" if page.layout == "irs_copy_a" else "L")


def test_layouts_are_used_in_turn(pages: list[LabelledPage]) -> None:
    """Each layout gets its share, under the name it was asked for."""
    assert [p.layout for p in pages] == list(ALL_LAYOUTS) * 8
    assert len({p.id for p in pages}) == 48


def test_unseen_layouts_are_not_in_training() -> None:
    """The default layouts leave out those kept for measuring."""
    assert len(W2_LAYOUTS) >= 3
    assert UNSEEN_W2_LAYOUTS
    assert not set(W2_LAYOUTS) & set(UNSEEN_W2_LAYOUTS)
    assert {p.layout for p in w2_pages(10, seed=1)} == set(W2_LAYOUTS)


@pytest.fixture(scope="module")
def many() -> list[LabelledPage]:
    """Many pages drawn small, for what concerns the labels alone."""
    return list(w2_pages(150, seed=1, noise=0, width=300))


def test_labels_have_one_shape(many: list[LabelledPage]) -> None:
    """Every label has every key; only the number of state records differs, from none to two."""
    counts = set()
    for page in many:
        states = page.label["states"]
        assert isinstance(states, list)
        counts.add(len(states))
        assert shape({**page.label, "states": []}) == shape({**many[0].label, "states": []})
    assert counts == {0, 1, 2}


def test_values_vary_and_boxes_stay_empty(many: list[LabelledPage]) -> None:
    """Fields a printer may leave out are null on some pages and filled on others."""
    seen: dict[str, set[bool]] = {}
    for page in many:
        for path, value in leaves(page.label):
            seen.setdefault(path, set()).add(value is None)
    optional = {
        ".control_number",
        ".earnings.social_security_tips",
        ".earnings.allocated_tips",
        ".benefits.dependent_care",
        ".benefits.nonqualified_plans",
        ".states[].local_income_tax",
        ".states[].local_wages",
        ".states[].locality",
    }
    assert {path for path, nulls in seen.items() if nulls == {True, False}} == optional
    assert not [path for path, nulls in seen.items() if nulls == {True}]


def test_labels_survive_json(pages: list[LabelledPage]) -> None:
    """A label is plain JSON, with amounts as numbers of at most two decimals."""
    for page in pages:
        assert json.loads(json.dumps(page.label)) == page.label
        for path, value in leaves(page.label):
            if isinstance(value, float):
                assert round(value, 2) == value, path


def test_the_public_sets_quirks_occur(many: list[LabelledPage]) -> None:
    """Box 7 repeats box 3 and box 8 box 5 on some pages, as in the public fake W-2 set."""

    def quirky(page: LabelledPage) -> bool:
        earnings = page.label["earnings"]
        assert isinstance(earnings, dict)
        return earnings["social_security_tips"] == earnings["social_security_wages"]

    share = sum(map(quirky, many)) / len(many)
    assert 0.15 < share < 0.75


def test_no_number_was_ever_issued(pages: list[LabelledPage]) -> None:
    """Social security numbers use areas that are not issued, employers prefixes never given."""
    never = (7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97)
    for page in pages:
        employee, employer = page.label["employee"], page.label["employer"]
        assert isinstance(employee, dict)
        assert isinstance(employer, dict)
        ssn = str(employee["ssn"])
        assert ssn[0] in "X*" or (ssn[0] == "9" and 1 <= int(ssn[4:6]) <= 49)
        assert int(str(employer["ein"])[:2]) in never


def test_names_of_one_set_are_rare_in_another(many: list[LabelledPage]) -> None:
    """A model cannot have met the names of the test pages: at most 15 % of family names recur."""

    def family_names(pages: Iterable[LabelledPage]) -> list[str]:
        labels = (p.label["employee"] for p in pages)
        return [str(e["name"]).split()[-1].lower() for e in labels if isinstance(e, dict)]

    known = set(family_names(many))
    test = family_names(w2_pages(150, seed=2, noise=0, width=300))
    assert sum(name in known for name in test) / len(test) <= 0.15


def test_another_vocabulary_shares_no_names() -> None:
    """Pages from the other family of names keep layout and hardly share a word."""

    def words(vocabulary: str) -> set[str]:
        pages = w2_pages(60, seed=1, noise=0, width=300, vocabulary=vocabulary)
        return {
            word.lower()
            for p in pages
            for word in str(p.label["employee"]["name"]).split()  # type: ignore[index,call-overload]
            if len(word) > 3
        }

    western, world = words("western"), words("world")
    assert len(western & world) <= 0.03 * len(western)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        pytest.param({"layouts": ["nowhere"]}, "'nowhere'", id="layout"),
        pytest.param({"layouts": []}, "No layout", id="none"),
        pytest.param({"vocabulary": "martian"}, "'martian'", id="vocabulary"),
    ],
)
def test_unknown_choices_are_refused_at_once(arguments: JsonObject, named: str) -> None:
    """A wrong name is an error at the call, not at the first page, and lists what there is."""
    with pytest.raises(ConfigurationError, match=named) as caught:
        w2_pages(1, seed=1, **arguments)  # type: ignore[arg-type]

    assert caught.value.remedy


@given(seed=st.integers(0, 2**32), layout=st.sampled_from(ALL_LAYOUTS))
@settings(max_examples=25, deadline=None)
def test_any_seed_gives_a_page(seed: int, layout: str) -> None:
    """No seed fails, and no label holds blank or untrimmed text."""
    page = next(w2_pages(1, seed=seed, layouts=[layout], width=400))

    for path, value in leaves(page.label):
        if isinstance(value, str):
            assert value == " ".join(value.split()) != "", path


def test_extras_say_what_the_label_leaves_out(pages: list[LabelledPage]) -> None:
    """Boxes 12 to 14 and the year are known for those who want every box."""
    assert all(2016 <= int(str(p.extras["tax_year"])) <= 2024 for p in pages)
    assert any(p.extras["codes"] for p in pages)
    assert {p.extras["retirement_plan"] for p in pages} == {True, False}


@pytest.mark.slow
def test_repr_hides_content(pages: list[LabelledPage]) -> None:
    """Neither pixels nor values show in a page's repr."""
    assert len(repr(pages[0])) < 120


def test_images_differ(pages: list[LabelledPage]) -> None:
    """No two pages are alike."""
    assert len({hashlib.sha256(p.image).digest() for p in pages}) == len(pages)
