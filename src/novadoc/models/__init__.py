"""The Amazon Nova catalogue and its prices, as dated data with sources.

Sources are named by file below docs.aws.amazon.com: `bedrock:` is bedrock/latest/userguide/,
`nova:` is nova/latest/userguide/, `nova2:` is nova/latest/nova2-userguide/.

Base models are named by key (`"nova-lite"`) everywhere in novadoc; the two ids that AWS uses for
one model, for training and for invocation, are looked up here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from novadoc._faces import lazily

if TYPE_CHECKING:
    from novadoc.models._catalogue import (
        CATALOGUE,
        BaseModel,
        ImageFormat,
        base_model,
        key_of,
        most_images,
    )
    from novadoc.models._prices import PRICES, Price, PriceBook
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "._catalogue": "BaseModel CATALOGUE ImageFormat base_model key_of most_images",
            "._prices": "PRICES Price PriceBook",
        },
    )

__all__ = [
    "CATALOGUE",
    "PRICES",
    "BaseModel",
    "ImageFormat",
    "Price",
    "PriceBook",
    "base_model",
    "key_of",
    "most_images",
]
