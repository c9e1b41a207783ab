"""HTTP requests as plain values, between the sockets and what answers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote

__all__ = ["HttpRequest", "Scope"]


class Scope(NamedTuple):
    """Who signs, and for what: the credential scope of a SigV4 signature."""

    access_key: str
    region: str
    service: str


class HttpRequest(NamedTuple):
    """One request; nothing decoded."""

    method: str
    path: str
    """Raw: `%2F` stays `%2F`."""
    query: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def target(self) -> str:
        """Path and query as they came."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def scope(self) -> Scope | None:
        """The scope signed for, from the header or a presigned query; `None` when unsigned."""
        _, _, credential = self.headers.get("authorization", "").partition("Credential=")
        if credential:
            parts = credential.partition(",")[0].split("/")
        else:
            _, _, presigned = self.query.partition("X-Amz-Credential=")
            parts = unquote(presigned.partition("&")[0]).split("/")
        # An access key may hold slashes in theory; the last four parts never do.
        return Scope("/".join(parts[:-4]), *parts[-3:-1]) if len(parts) >= 5 else None

    @property
    def is_bearer(self) -> bool:
        """Whether a Bedrock API key (a bearer token) authorises it."""
        return self.headers.get("authorization", "").startswith("Bearer ")
