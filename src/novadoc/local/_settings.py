"""A bucket's settings, so that a restart keeps whose it is and who may use it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, NamedTuple

from novadoc.local._moto import Moto

__all__ = ["read_settings", "write_settings"]


class _Setting(NamedTuple):
    name: str
    """What boto3 calls it: `get_bucket_tagging` reads it, `put_bucket_tagging` writes it."""
    found: str
    """The member that is read."""
    given: str
    """The member that is written."""


_SETTINGS = (
    _Setting("bucket_tagging", "TagSet", "Tagging"),
    _Setting("bucket_policy", "Policy", "Policy"),
    _Setting(
        "public_access_block",
        "PublicAccessBlockConfiguration",
        "PublicAccessBlockConfiguration",
    ),
    _Setting("bucket_ownership_controls", "OwnershipControls", "OwnershipControls"),
    _Setting(
        "bucket_encryption",
        "ServerSideEncryptionConfiguration",
        "ServerSideEncryptionConfiguration",
    ),
)


def read_settings(moto: Moto, s3: Any, bucket: str) -> dict[str, Any]:
    """Return the settings a bucket has, by name, as S3 tells them."""
    kept: dict[str, Any] = {}
    for setting in _SETTINGS:
        with suppress(moto.client_error):  # S3 answers 404 for what was never set
            answer = getattr(s3, f"get_{setting.name}")(Bucket=bucket)
            kept[setting.name] = answer[setting.found]
    return kept


def write_settings(s3: Any, bucket: str, kept: dict[str, Any]) -> None:
    """Put a bucket's settings back."""
    for setting in _SETTINGS:
        if setting.name in kept:
            value = kept[setting.name]
            if setting.given == "Tagging":
                value = {"TagSet": value}
            getattr(s3, f"put_{setting.name}")(Bucket=bucket, **{setting.given: value})
