"""How a page becomes the image a model gets: one value, the same in training and inference."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import KW_ONLY, asdict, dataclass, fields, replace
from functools import cached_property
from typing import Any, cast

from novadoc.errors import ConfigurationError
from novadoc.models import ImageFormat, base_model
from novadoc.types import JsonObject, JsonValue

# Raised whenever the same parameters would give other pixels than before.
_ALGORITHM = 1


@dataclass(frozen=True)
class ImagePolicy:
    """The limits and qualities of page images; part of a prompt's identity.

    A page that already meets the policy passes through undecoded, without its metadata. Any other
    is turned upright, put on white, brought to 8-bit gray or RGB, shrunk (never enlarged) into the
    pixel budget, and encoded within the byte budget.

    Example:
        >>> ImagePolicy(max_pixels=1_000_000).fit(2000, 2000)
        (1000, 1000)
        >>> NOVA_1.fingerprint == ImagePolicy.from_dict(NOVA_1.to_dict()).fingerprint
        True
    """

    _: KW_ONLY
    max_pixels: int = 2_200_000
    """Most pixels, width times height: an A4 or Letter page at 150 dpi."""
    max_side: int = 8_000
    """Longest side in pixels (nova:modalities-image)."""
    min_side: int = 25
    """Shortest side in pixels; smaller pages get a white margin (AWS's own training check)."""
    max_bytes: int = 3_750_000
    """Most bytes of one encoded image: the strictest published limit (Converse's `Message`)."""
    formats: tuple[ImageFormat, ...] = ("jpeg", "png", "webp")
    """Formats that may pass through undecoded; what is encoded is JPEG or PNG."""
    quality: int = 90
    """JPEG quality that is tried first."""
    min_quality: int = 50
    """Lowest JPEG quality before the page is shrunk further."""
    dpi: int = 200
    """Resolution at which PDF pages are drawn, where the pixel budget allows."""

    def __post_init__(self) -> None:
        if not set(self.formats) & {"jpeg"}:
            raise ConfigurationError(
                f"An image policy with the formats {self.formats!r} cannot encode photographs.",
                remedy="Include 'jpeg' in `formats`.",
            )
        if min(self.max_pixels, self.max_side, self.max_bytes, self.dpi, self.min_side) < 1:
            raise ConfigurationError("Limits of an image policy are positive numbers.")
        if self.min_side**2 > self.max_pixels or self.min_side > self.max_side:
            raise ConfigurationError("`min_side` does not fit into `max_pixels` or `max_side`.")
        if not 1 <= self.min_quality <= self.quality <= 100:
            raise ConfigurationError("JPEG qualities go from 1 to 100, `min_quality` first.")

    def fit(self, width: int, height: int) -> tuple[int, int]:
        """Return the size, in pixels, to which a page of `width` by `height` is shrunk."""
        scale = min(
            1.0, (self.max_pixels / (width * height)) ** 0.5, self.max_side / max(width, height)
        )
        if scale == 1.0:
            return width, height
        return max(1, int(width * scale)), max(1, int(height * scale))

    def accepts(self, image_format: ImageFormat, width: int, height: int, size: int) -> bool:
        """Tell whether an encoded image of `size` bytes meets the policy as it is."""
        return (
            image_format in self.formats
            and width * height <= self.max_pixels
            and max(width, height) <= self.max_side
            and min(width, height) >= self.min_side
            and size <= self.max_bytes
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 in hex of everything that decides about pixels."""
        text = json.dumps([_ALGORITHM, self.to_dict()], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def to_dict(self) -> JsonObject:
        """Return the policy as JSON."""
        return {**asdict(self), "formats": list[JsonValue](self.formats)}

    @classmethod
    def from_dict(cls, data: Mapping[str, JsonValue]) -> ImagePolicy:
        """Rebuild a policy from `to_dict`.

        Raises:
            ConfigurationError: A key is unknown or a value does not fit.
        """
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(data) - known):
            raise ConfigurationError(f"An image policy has no {unknown[0]!r}.")
        values = dict(data)
        formats = values.pop("formats", None)
        if any(type(value) is not int for value in values.values()):
            raise ConfigurationError("Limits of an image policy are whole numbers.")
        if formats is not None and not isinstance(formats, list):
            raise ConfigurationError("`formats` of an image policy is a list.")
        policy = replace(cls(), **cast("dict[str, Any]", values))
        if formats is None:
            return policy
        return replace(policy, formats=cast("tuple[ImageFormat, ...]", tuple(formats)))


NOVA_1 = ImagePolicy()
"""For Nova Lite, Pro and Premier: tokens grow with the area, so 150 dpi for a full page."""

# bedrock:nova-2-sft-data-prep leaves webp out of training; an image costs the same at any size.
NOVA_2 = ImagePolicy(max_pixels=4_000_000, formats=("jpeg", "png"))
"""For Nova 2 Lite: a flat price per image, so 200 dpi; no WebP, which training refuses."""


def policy_for(key: str) -> ImagePolicy:
    """Return the preset that suits a base model.

    Raises:
        ConfigurationError: No base model has this key.

    Example:
        >>> policy_for("nova-2-lite") is NOVA_2
        True
    """
    return NOVA_1 if base_model(key).generation == 1 else NOVA_2


def image_tokens(width: int, height: int, base: str = "nova-lite") -> int:
    """Estimate the input tokens one image costs.

    Raises:
        ConfigurationError: No base model has this key.

    Example:
        >>> image_tokens(1300, 1300), image_tokens(1300, 1300, "nova-2-lite")
        (2600, 230)
    """
    return base_model(base).tokens_of_image(width, height)
