"""Documents with their answers, shown to the model before it is asked."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar, cast

from novadoc.documents import Document, ImagePolicy
from novadoc.errors import PromptError
from novadoc.prompts._conversation import Image, MediaFormat
from novadoc.prompts._question import as_images
from novadoc.types import JsonObject, JsonValue

T = TypeVar("T")


@dataclass(frozen=True)
class Example(Generic[T]):
    """A document and its right answer, for a few-shot prompt."""

    document: Document | tuple[Image, ...]
    """The document, or its pages already prepared."""
    answer: T | JsonObject = field(repr=False)
    """An object of the schema, or its JSON."""

    def __post_init__(self) -> None:
        """Refuse what has no pages.

        Raises:
            PromptError: The document is none.
        """
        if not isinstance(cast("object", self.document), (Document, tuple)):
            raise PromptError(
                f"An example of a {type(self.document).__name__} has no pages.",
                remedy="Give a document, as `Document.open(path)`.",
            )

    def pages(self, policy: ImagePolicy) -> tuple[Image, ...]:
        """Return the pages as the model gets them.

        Raises:
            DocumentError: A page cannot be read.
        """
        if isinstance(self.document, tuple):
            return self.document
        return as_images(self.document.images(policy))


def image_to_dict(image: Image) -> JsonObject:
    """An image with its bytes, as JSON.

    Raises:
        PromptError: The image is only a location.
    """
    if image.data is None:
        raise PromptError(
            "An example's image is only a location, and cannot be stored with the prompt.",
            remedy="Give the example's document.",
        )
    return {
        "format": image.format,
        "width": image.width,
        "height": image.height,
        "data": base64.b64encode(image.data).decode("ascii"),
    }


def image_from_dict(data: Mapping[str, JsonValue]) -> Image:
    """Rebuild an image from `image_to_dict`.

    Raises:
        PromptError: It is not one.
    """
    text, width, height = data.get("data"), data.get("width"), data.get("height")
    if not isinstance(text, str) or not isinstance(width, int) or not isinstance(height, int):
        raise PromptError("A stored example has no image.")
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise PromptError("A stored example's image is damaged.") from error
    digest = hashlib.sha256(content).hexdigest()
    return Image(cast("MediaFormat", data.get("format")), width, height, digest, content)
