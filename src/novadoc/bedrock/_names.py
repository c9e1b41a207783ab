"""Names, tokens, ARNs and S3 URIs: made legal, taken apart, never guessed."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from novadoc.errors import ConfigurationError
from novadoc.types import JsonValue

MAX_NAME = 63
"""Characters in the name of a job, custom model, deployment or provisioned throughput."""

_BUCKET = re.compile(r"[a-z0-9][-.a-z0-9]{1,61}[a-z0-9]")
# bedrock-facts: the control plane takes `-!_*'().`, alnum and `/`; AWS's data set validators take
# less for media, and a key that both accept needs no second thought.
_KEY = re.compile(r"[A-Za-z0-9_\-./]*")


def digest(value: JsonValue) -> str:
    """Return the SHA-256, in hex, of a JSON value in one fixed spelling."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def legal_name(text: str, *, suffix: str = "") -> str:
    """Make a name that every Bedrock resource accepts: alnum, single `-` between, at most 63.

    Jobs allow no underscore, custom models no dot and no doubled dash; what remains is allowed
    everywhere, so a job and its model can carry the same name.

    Raises:
        ConfigurationError: Nothing legal is left of `text`.

    Example:
        >>> legal_name("W-2 forms (2026)")
        'W-2-forms-2026'
        >>> legal_name("invoices_2026", suffix="1a2b3c4d")
        'invoices-2026-1a2b3c4d'
    """
    words = "-".join(re.findall(r"[A-Za-z0-9]+", text))
    if not words:
        raise ConfigurationError(
            f"{text!r} holds no letter or digit to make a resource's name of.",
            remedy="Use ASCII letters, digits and single dashes.",
        )
    room = MAX_NAME - (len(suffix) + 1 if suffix else 0)
    if len(words) > room:
        # Two long names that differ at the end only must not become one.
        words = f"{words[: room - 9].rstrip('-')}-{digest(text)[:8]}"
    return f"{words}-{suffix}" if suffix else words


def last_segment(arn: str) -> str:
    """Return what stands behind the last `/`: the id AWS uses in S3 keys.

    Example:
        >>> last_segment("arn:aws:bedrock:us-east-1:1:custom-model/amazon.nova-lite-v1:0:300k/ab")
        'ab'
    """
    return arn.rpartition("/")[2]


def inside(folder: Path, name: str) -> Path:
    """Return where a key is written below a folder.

    Raises:
        ConfigurationError: It leads out of the folder: whoever writes to a bucket chooses its keys.
    """
    if not (folder / name).resolve().is_relative_to(folder.resolve()):
        raise ConfigurationError(
            "A key in the bucket leads out of the folder to download to.",
            remedy="Read that object with `storage.read`.",
        )
    return folder / name


@dataclass(frozen=True)
class S3Uri:
    """A place in S3: bucket and key, or bucket and prefix."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> S3Uri:
        """Take `s3://bucket/key` apart.

        Raises:
            ConfigurationError: Not an S3 URI, or with characters that Bedrock refuses.

        Example:
            >>> S3Uri.parse("s3://my-bucket/invoices/").folder("images").child("a.jpg").uri
            's3://my-bucket/invoices/images/a.jpg'
        """
        where = cls.locate(uri)
        if not _KEY.fullmatch(where.key) or "//" in f"/{where.key}":
            raise ConfigurationError(
                f"Bedrock does not accept the key of {uri!r}.",
                remedy="Use ASCII letters, digits, `-`, `_`, `.` and single `/` only.",
            )
        return where

    @classmethod
    def locate(cls, uri: str) -> S3Uri:
        """Take `s3://bucket/key` apart, whatever the key: for objects Bedrock is not told of.

        Raises:
            ConfigurationError: Not an S3 URI.

        Example:
            >>> S3Uri.locate("s3://my-bucket/März 2026/scan 1.pdf").key
            'März 2026/scan 1.pdf'
        """
        scheme, _, rest = uri.partition("://")
        bucket, _, key = rest.partition("/")
        if scheme != "s3" or not _BUCKET.fullmatch(bucket):
            raise ConfigurationError(
                f"{uri!r} is not an S3 URI.", remedy="Write it as `s3://bucket/prefix/`."
            )
        return cls(bucket, key)

    @property
    def uri(self) -> str:
        """As `s3://bucket/key`."""
        return f"s3://{self.bucket}/{self.key}"

    def folder(self, *names: str) -> S3Uri:
        """Return the folder below this one; ends in `/`."""
        parts = [part for part in (self.key.rstrip("/"), *names) if part]
        return S3Uri(self.bucket, "/".join(parts) + "/" if parts else "")

    def child(self, name: str) -> S3Uri:
        """Return the object `name` in this folder."""
        return S3Uri(self.bucket, self.folder().key + name)
