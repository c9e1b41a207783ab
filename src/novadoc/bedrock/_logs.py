"""Logs of what models were asked, as training data: to teach a smaller model the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Literal

from novadoc.bedrock._manifest import Manifest
from novadoc.types import JsonObject, JsonValue

_MOST_CONDITIONS = 16


@dataclass(frozen=True)
class InvocationLogs:
    """The account's logs of model invocations in S3, to distil from instead of a data set.

    The account has to log there (`PutModelInvocationLoggingConfiguration`). Requests are told
    apart by their metadata, which `RequestOptions(metadata=...)` sets.

    Example:
        >>> logs = InvocationLogs("s3://my-logs/AWSLogs/", "s3://my-bucket/output/",
        ...                       base_model="nova-micro", having={"task": "invoices"})
        >>> logs.training["invocationLogsConfig"]["requestMetadataFilters"]
        {'equals': {'task': 'invoices'}}
    """

    uri: str
    """The folder the logs lie in."""
    output_uri: str
    """Where the job writes its metrics."""
    _: KW_ONLY
    base_model: str
    """Key of the model that learns."""
    use_answers: bool = False
    """Learn from the answers in the logs, which then have to be the teacher's; otherwise the
    teacher answers the prompts anew."""
    having: Mapping[str, str] = field(default_factory=dict[str, str])
    """Only requests with this metadata."""
    without: Mapping[str, str] = field(default_factory=dict[str, str])
    """Only requests that do not have this metadata."""
    match: Literal["all", "any"] = "all"
    """Whether every condition has to hold, or one."""
    bucket_owner: str | None = None
    """12-digit account that owns the bucket; `None` for the caller's."""

    @property
    def training(self) -> JsonObject:
        """The request's `trainingDataConfig`."""
        logs: JsonObject = {
            "invocationLogSource": {"s3Uri": self.uri},
            "usePromptResponse": self.use_answers,
        }
        conditions = self._conditions()
        if len(conditions) == 1:
            logs["requestMetadataFilters"] = conditions[0]
        elif conditions:
            name = "andAll" if self.match == "all" else "orAll"
            logs["requestMetadataFilters"] = {name: conditions}
        return {"invocationLogsConfig": logs}

    @property
    def validation_uri(self) -> str | None:
        """Always `None`: which requests to validate on is not told."""
        return None

    @property
    def manifest(self) -> Manifest | None:
        """Always `None`: nothing was written by novadoc."""
        return None

    @property
    def root_uri(self) -> str:
        """The folder that the role has to be able to read."""
        return self.uri

    @property
    def bucket(self) -> str:
        """The bucket of the logs."""
        return self.uri.partition("://")[2].partition("/")[0]

    @property
    def images(self) -> int | None:
        """Always `None`: not known."""
        return None

    @property
    def train_records(self) -> int | None:
        """Always `None`: not known."""
        return None

    @property
    def validation_records(self) -> int:
        """Always 0."""
        return 0

    @property
    def uris(self) -> tuple[str, ...]:
        """The folder of the logs, ending in `/`."""
        return (f"{self.uri.rstrip('/')}/",)

    def problems(self) -> Iterator[str]:
        """Yield what the service would refuse."""
        count = len(self._conditions())
        if count > _MOST_CONDITIONS:
            yield f"{count} conditions on metadata are too many: {_MOST_CONDITIONS} are allowed."

    def _conditions(self) -> list[JsonValue]:
        wanted = [("equals", key, text) for key, text in self.having.items()]
        unwanted = [("notEquals", key, text) for key, text in self.without.items()]
        return [{kind: {key: text}} for kind, key, text in (*wanted, *unwanted)]
