"""One page as the model gets it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from novadoc.models import ImageFormat


@dataclass(frozen=True)
class PageImage:
    """An encoded page. Equal when the bytes and the page's number are equal."""

    number: int
    """The page in its file, from 1."""
    format: ImageFormat
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    data: bytes = field(repr=False)
    """The encoded image, without metadata."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of `data`, in hex."""
        return hashlib.sha256(self.data).hexdigest()
