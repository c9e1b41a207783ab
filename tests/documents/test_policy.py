"""The image policy: budgets, identity, presets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from novadoc.documents import NOVA_1, NOVA_2, ImagePolicy, image_tokens, policy_for
from novadoc.errors import ConfigurationError

sides = st.integers(1, 60_000)


@given(sides, sides)
def test_fit_stays_within_the_budget_and_never_enlarges(width: int, height: int) -> None:
    """A fitted size is within the pixel and side budgets and never larger than the page."""
    wide, high = NOVA_1.fit(width, height)

    assert wide * high <= max(NOVA_1.max_pixels, 1)
    assert max(wide, high) <= NOVA_1.max_side
    assert 1 <= wide <= width
    assert 1 <= high <= height


def test_fit_leaves_a_small_page_alone() -> None:
    """A page within the budget keeps its size exactly."""
    assert NOVA_1.fit(1240, 1754) == (1240, 1754)


@pytest.mark.parametrize("policy", [NOVA_1, NOVA_2, ImagePolicy(quality=70, formats=("jpeg",))])
def test_a_policy_comes_back_from_its_dictionary(policy: ImagePolicy) -> None:
    """`from_dict(to_dict())` gives an equal policy with the same fingerprint."""
    again = ImagePolicy.from_dict(policy.to_dict())

    assert (policy, policy.fingerprint) == (again, again.fingerprint)


@pytest.mark.parametrize(
    "change",
    [
        {"max_pixels": 1_000_000},
        {"max_side": 4_000},
        {"min_side": 30},
        {"max_bytes": 1_000_000},
        {"quality": 80},
        {"min_quality": 60},
        {"dpi": 150},
    ],
)
def test_every_parameter_is_part_of_the_identity(change: dict[str, int]) -> None:
    """Changing any parameter changes the fingerprint: the pixels may differ."""
    assert ImagePolicy(**change).fingerprint != NOVA_1.fingerprint


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"max_pixel": 1}, id="unknown key"),
        pytest.param({"max_pixels": "many"}, id="text for a number"),
        pytest.param({"formats": "jpeg"}, id="text for a list"),
        pytest.param({"formats": ["png"]}, id="no jpeg"),
        pytest.param({"quality": 30}, id="quality below the minimum"),
        pytest.param({"max_bytes": 0}, id="no bytes"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(data: dict[str, object]) -> None:
    """A dictionary that is no policy is refused with a typed error."""
    with pytest.raises(ConfigurationError):
        ImagePolicy.from_dict(data)  # type: ignore[arg-type]


def test_presets_follow_the_model() -> None:
    """Nova 2 gets the preset without WebP, which its training refuses."""
    assert policy_for("nova-pro") is NOVA_1
    assert policy_for("nova-2-lite") is NOVA_2
    assert "webp" not in NOVA_2.formats


@pytest.mark.parametrize(
    ("width", "height", "published"),
    [(900, 450, 800), (900, 900, 1300), (1400, 900, 1800), (1800, 900, 2400), (1300, 1300, 2600)],
)
def test_nova_1_tokens_are_near_the_published_examples(
    width: int, height: int, published: int
) -> None:
    """The estimate lies within 10 % of every size the guide gives tokens for."""
    assert image_tokens(width, height) == pytest.approx(published, rel=0.1)


def test_nova_2_tokens_are_flat() -> None:
    """On Nova 2 an image costs 230 tokens whatever its size."""
    assert {image_tokens(side, side, "nova-2-lite") for side in (100, 1000, 4000)} == {230}
