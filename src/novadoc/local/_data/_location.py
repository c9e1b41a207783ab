"""Where things lie in S3."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Location"]


class Location(NamedTuple):
    """A bucket and a key, or the start of keys.

    Example:
        >>> Location.parse("s3://bucket/a/b.jsonl").arn
        'arn:aws:s3:::bucket/a/b.jsonl'
    """

    bucket: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> Location:
        """Read an `s3://` URI."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return cls(bucket, key)

    @property
    def arn(self) -> str:
        """The ARN of the object."""
        return f"arn:aws:s3:::{self.bucket}/{self.key}"

    def under(self, relative: str) -> Location:
        """Return the place of a file in this folder."""
        return Location(self.bucket, "/".join(filter(None, (self.key.rstrip("/"), relative))))
