"""What every part of the door shares: services, identity, project and clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from novadoc.bedrock import _tags
from novadoc.bedrock._api import BotoClient, Service
from novadoc.errors import ServiceError
from novadoc.types import Clock, Tags


class Identity(NamedTuple):
    """Who is calling."""

    account: str
    """12 digits."""
    arn: str
    """Of the user or the assumed role."""

    @property
    def partition(self) -> str:
        """`aws`, `aws-us-gov`, `aws-cn`."""
        return self.arn.split(":", 2)[1]

    def __repr__(self) -> str:
        return f"Identity(account=…{self.account[-4:]})"


class Connection:
    """Services by name, made when first used; safe to share between threads.

    Args:
        make: Makes a boto3 client from a service's name.
        region: The AWS region everything happens in.
        project: What made resources are tagged with.
        clock: Waits and tells the time.
    """

    def __init__(
        self,
        make: Callable[[str], BotoClient],
        *,
        region: str,
        project: str | None,
        clock: Clock,
    ) -> None:
        self._make = make
        self._services: dict[str, Service] = {}
        self._identity: Identity | None = None
        self._lock = threading.RLock()
        self.region = region
        self.project = project
        self.clock = clock

    def service(self, name: str) -> Service:
        """Return the service called `name`, as `bedrock`, `s3` or `iam`."""
        with self._lock:
            if name not in self._services:
                # boto3 sessions are not safe to make clients from in several threads.
                self._services[name] = Service(self._make(name), clock=self.clock)
            return self._services[name]

    @property
    def bedrock(self) -> Service:
        """The control plane."""
        return self.service("bedrock")

    @property
    def s3(self) -> Service:
        """Object storage."""
        return self.service("s3")

    @property
    def iam(self) -> Service:
        """Roles and policies."""
        return self.service("iam")

    def identity(self) -> Identity:
        """Return the caller's account and ARN; asked once.

        Raises:
            ServiceError: STS does not know the caller.
        """
        with self._lock:
            if self._identity is None:
                answer = self.service("sts").call("GetCallerIdentity")
                self._identity = Identity(str(answer["Account"]), str(answer["Arn"]))
            return self._identity

    def tags(self, extra: Mapping[str, str | None] | None = None) -> Tags:
        """Return the tags of something made now."""
        own = {_tags.MANAGED: "true", _tags.PROJECT: self.project}
        return _tags.clean({**(extra or {}), **own})

    def tags_of(self, arn: str) -> dict[str, str]:
        """Read the tags of a Bedrock resource.

        Raises:
            ServiceError: The tags cannot be read.
        """
        return _tags.read(self.bedrock.call("ListTagsForResource", resourceARN=arn)["tags"])

    def owns(self, tags: Tags) -> bool:
        """Tell whether something was made by novadoc for this project."""
        return tags.get(_tags.MANAGED) == "true" and tags.get(_tags.PROJECT) == self.project


@contextmanager
def holding(arn: str) -> Generator[None]:
    """Attach what has already been created to any service error raised in the block."""
    try:
        yield
    except ServiceError as error:
        error.arn = error.arn or arn
        raise
