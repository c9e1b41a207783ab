"""The Nova models as dated data: ids, limits, formats, each with its source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from novadoc.errors import ConfigurationError

ImageFormat = Literal["png", "jpeg", "gif", "webp"]


@dataclass(frozen=True)
class BaseModel:
    """What is known of one Nova model; limits as of the catalogue's date."""

    key: str
    """novadoc's name for it, as `nova-lite`."""
    generation: Literal[1, 2]
    """Nova 1 or Nova 2."""
    invocation_id: str
    """The id Converse takes in-region, as `amazon.nova-lite-v1:0`."""
    profile_suffix: str
    """The id behind a geographic prefix (`us.`), for inference profiles."""
    training_id: str | None
    """The id with context suffix that customization takes; `None` when it cannot be customized."""
    profile_only: bool
    """Whether the bare invocation id is refused and a profile is needed."""
    reads_images: bool
    """Whether image blocks are accepted."""
    context_tokens: int
    """Context window at inference."""
    max_output_tokens: int
    """Most tokens one answer can have."""
    training_tokens: int | None
    """Most tokens one training sample can have; `None` when not published."""
    training_samples: tuple[int, int] | None
    """Fewest and most training samples; `None` when it cannot be customized."""
    images_per_sample: int
    """Most images in one training sample."""
    images_per_request: int
    """Most embedded images in one Converse request."""
    images_by_location: int
    """Most images in one Converse request that are named by their location on S3."""
    training_formats: tuple[ImageFormat, ...]
    """Image formats accepted in training."""
    inference_formats: tuple[ImageFormat, ...]
    """Image formats accepted by Converse."""
    image_tokens: int | None
    """Flat tokens an image costs; `None` when it grows with the image's area."""
    requests_per_minute: int | None
    """Quota of one on-demand deployment; `None` when not published."""
    tokens_per_minute: int | None
    """Quota of one on-demand deployment; `None` when not published."""
    customization_regions: tuple[str, ...] = ("us-east-1",)
    """Regions where it can be customized and deployed on demand."""

    def invocation(self, geography: str | None = None) -> str:
        """Return the id to call Converse with.

        Args:
            geography: `us`, `eu`, `apac`, `jp` or `global` for an inference profile; `None` for the
                in-region id, or the `us` profile where only profiles are accepted.

        Example:
            >>> base_model("nova-lite").invocation()
            'amazon.nova-lite-v1:0'
            >>> base_model("nova-2-lite").invocation()
            'us.amazon.nova-2-lite-v1:0'
        """
        if geography is None and not self.profile_only:
            return self.invocation_id
        return f"{geography or 'us'}.{self.profile_suffix}"

    def tokens_of_image(self, width: int, height: int) -> int:
        """Estimate the input tokens one image costs: a flat number, or by its area."""
        # nova:modalities-image: examples at 500 to 700 square pixels a token, never under 800.
        if self.image_tokens is not None:
            return self.image_tokens
        return max(800, round(width * height / 650))


_ALL: tuple[ImageFormat, ...] = ("png", "jpeg", "gif", "webp")


def _nova_1(key: str, context: str) -> BaseModel:
    name = f"amazon.{key}-v1:0"
    window = int(context.rstrip("k")) * 1000
    tunable = key != "nova-premier"
    images = key != "nova-micro"
    pro = key in {"nova-pro", "nova-premier"}
    return BaseModel(
        key=key,
        generation=1,
        invocation_id=name,
        profile_suffix=name,
        # bedrock:custom-model-supported; the suffix names the context, and is not invokable.
        training_id=f"{name}:{context}" if tunable else None,
        # nova:what-is-nova, model card of Premier: cross-region inference only.
        profile_only=key == "nova-premier",
        reads_images=images,
        context_tokens=window,
        # Model cards and the Converse request schema say 5K for Nova 1.
        max_output_tokens=5_000,
        # nova:customize-fine-tune: 32k tokens whatever the id's suffix says.
        training_tokens=32_000 if tunable else None,
        # nova:fine-tune-prepare-data-understanding: 8 to 20,000 samples.
        training_samples=(8, 20_000) if tunable else None,
        images_per_sample=10 if images else 0,
        # nova:modalities-image caps the payload at 25 MB; the Converse page says 20 images.
        images_per_request=20 if images else 0,
        images_by_location=20 if images else 0,  # no larger number is published
        training_formats=_ALL if images else (),
        inference_formats=_ALL if images else (),
        image_tokens=None,
        # nova:custom-fine-tune-odi, limits of one deployment.
        requests_per_minute=None if not tunable else (200 if pro else 2_000),
        tokens_per_minute=None if not tunable else (800_000 if pro else 4_000_000),
    )


CATALOGUE: Mapping[str, BaseModel] = {
    model.key: model
    for model in (
        _nova_1("nova-micro", "128k"),
        _nova_1("nova-lite", "300k"),
        _nova_1("nova-pro", "300k"),
        _nova_1("nova-premier", "1000k"),
        BaseModel(
            key="nova-2-lite",
            generation=2,
            invocation_id="amazon.nova-2-lite-v1:0",
            profile_suffix="amazon.nova-2-lite-v1:0",
            training_id="amazon.nova-2-lite-v1:0:256k",  # bedrock:rft-submit-job
            profile_only=True,  # nova2 model card: no in-region id in US regions
            reads_images=True,
            context_tokens=1_000_000,
            max_output_tokens=64_000,
            training_tokens=None,  # not stated (2026-09)
            training_samples=(200, 20_000),  # bedrock:nova-2-sft-data-prep
            images_per_sample=10,
            images_per_request=5,  # nova2:using-multimodal-models, embedded images
            images_by_location=1_000,  # nova2:using-multimodal-models, objects on S3
            training_formats=("png", "jpeg", "gif"),  # bedrock:nova-2-sft-data-prep: no webp
            inference_formats=_ALL,
            image_tokens=230,  # nova2:using-multimodal-models: billed flat, whatever the size
            requests_per_minute=2_000,  # nova2:custom-fine-tune-odi
            tokens_per_minute=4_000_000,
        ),
    )
}
"""The Nova models by key, as of 2026-09."""


def base_model(key: str) -> BaseModel:
    """Look a base model up by its key.

    Raises:
        ConfigurationError: No such key; the message lists those there are.

    Example:
        >>> base_model("nova-lite").training_id
        'amazon.nova-lite-v1:0:300k'
    """
    try:
        return CATALOGUE[key]
    except KeyError:
        known = ", ".join(f"`{name}`" for name in CATALOGUE)
        raise ConfigurationError(
            f"{key!r} is not the key of a base model.", remedy=f"Use one of {known}."
        ) from None


def most_images(key: str | None, *, tuned: bool, referenced: bool = False) -> int:
    """Return how many images one request to a base model takes.

    A tuned model was trained on samples that have a limit of their own; the smaller one counts.
    Without a key, it is what every model takes. Images that are `referenced`, named by their
    location on S3, may be more than those a request carries.

    Raises:
        ConfigurationError: No such key.

    Example:
        >>> most_images("nova-lite", tuned=True), most_images("nova-lite", tuned=False)
        (10, 20)
        >>> most_images("nova-2-lite", tuned=False, referenced=True)
        1000
    """
    models = CATALOGUE.values() if key is None else (base_model(key),)
    readers = [model for model in models if model.reads_images]
    if not readers:
        return 1
    limit = min(
        model.images_by_location if referenced else model.images_per_request for model in readers
    )
    trained = min(model.images_per_sample for model in readers)
    return max(1, min(limit, trained) if tuned or key is None else limit)


_NOVA_ID = re.compile(r"amazon\.(nova(?:-2)?-(?:micro|lite|pro|premier))-v\d+:\d+")


def key_of(identifier: str) -> str | None:
    """Return the key that a model id, inference profile or ARN names, or `None`.

    Deployment and provisioned ARNs name no model family: for these the answer is `None`, and the
    base model has to be resolved through the control plane or given by the caller.

    Example:
        >>> key_of("us.amazon.nova-lite-v1:0")
        'nova-lite'
        >>> key_of("arn:aws:bedrock:us-east-1:1:custom-model-deployment/abc") is None
        True
    """
    if identifier in CATALOGUE:
        return identifier
    found = _NOVA_ID.search(identifier)
    return found.group(1) if found and found.group(1) in CATALOGUE else None
