"""What is known and what is guessed about the service, in one table.

Everything the stand-in does that botocore's model does not say is a value here, with its source and
how sure we are. Whoever knows better passes `dataclasses.replace(FAST, ...)` to `LocalAWS`.
Sources: `bedrock:` and `nova:` are pages of the AWS documentation by file name.
"""

# ruff: noqa: RUF009  (`_known` returns a dataclasses.field, whose default is immutable)
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import Any, Literal, NamedTuple

__all__ = ["FAST", "REALISTIC", "Confidence", "Fact", "ServiceFacts", "facts_table"]

Confidence = Literal["documented", "seen", "guess", "local"]
"""`documented` by AWS; `seen` in a public issue or AWS-owned code; `guess`; `local`: ours alone."""


class Fact(NamedTuple):
    """One row of the table."""

    name: str
    value: object
    source: str
    confidence: Confidence


def _known(default: Any, confidence: Confidence, source: str) -> Any:
    return field(default=default, metadata={"source": source, "confidence": confidence})


def _seconds(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


@dataclass(frozen=True)
class ServiceFacts:
    """How the local AWS behaves where the service's model is silent.

    Example:
        >>> replace(FAST, batch_minimum_records=5).batch_minimum_records
        5
    """

    # How long things take.
    job_validation: timedelta = _known(_seconds(0.1), "local", "real: minutes")
    job_data_processing: timedelta = _known(_seconds(0.1), "local", "real: minutes")
    job_training: timedelta = _known(_seconds(0), "local", "real: 2 h 45 min for 1,800 pages")
    job_stopping: timedelta = _known(_seconds(0.2), "local", "real: minutes")
    deployment_creating: timedelta = _known(_seconds(0.5), "local", "real: 2 to 30 min")
    deployment_updating: timedelta = _known(_seconds(0.5), "local", "real: not published")
    deployment_deleting: timedelta = _known(_seconds(0.2), "local", "AWS's SDK polls up to 10 min")
    provisioning: timedelta = _known(_seconds(0.5), "local", "real: many minutes")
    batch_validating: timedelta = _known(_seconds(0.1), "local", "real: minutes")
    batch_scheduled: timedelta = _known(_seconds(0.1), "local", "real: minutes to hours")
    batch_running: timedelta = _known(_seconds(0), "local", "real: minutes to hours")
    iam_delay: timedelta = _known(_seconds(0), "local", "real: public code waits 10 to 15 s")

    # What names and roles must be.
    role_refused: str = _known(
        "Could not assume provided IAM role.", "seen", "aws-bedrock-workshop#367; wording exact"
    )
    checks_permissions: bool = _known(
        True, "documented", "bedrock:model-customization-iam-role: the role's S3 rights are needed"
    )
    duplicate_deployment: str = _known(
        "ValidationException", "guess", "the operation's model lists no ConflictException"
    )
    duplicate_provisioned: str = _known(
        "ValidationException", "guess", "the operation's model lists no ConflictException"
    )
    in_use: str = _known(
        "ConflictException",
        "guess",
        "deleting a deployment that is being created, or a model that is deployed",
    )
    maximum_tags: int = _known(50, "documented", "TooManyTagsException above 50 a resource")

    # What training data must be; found in the data phase, told in failureMessage.
    reserved_words: tuple[str, ...] = _known(
        ("User:", "Bot:", "Assistant:", "System:", "<image>", "<video>", "[EOS]"),
        "documented",
        "nova:fine-tune-prepare-data-understanding; AWS's validator also bans `Thought:`, `<unk>`",
    )
    reserved_words_ignore_case: bool = _known(
        False, "seen", "the newest AWS validator ignores case; the documentation does not say so"
    )
    schema_version: str = _known(
        "bedrock-conversation-2024", "seen", "every AWS example; Nova Forge requires exactly it"
    )
    training_image_bytes: int = _known(
        10_000_000, "documented", "10 MB, documentation and validator"
    )
    training_image_side: int = _known(25, "seen", "Nova Forge: at least 25 px a side")
    training_same_bucket: bool = _known(
        True, "documented", "nova:fine-tune-prepare-data-understanding: media beside the JSONL"
    )
    requires_bucket_owner: bool = _known(
        False, "seen", "optional in one AWS validator, required in another"
    )
    distillation_response_tokens: int = _known(
        1_000, "guess", "the teacher's longest answer when the request does not say"
    )
    failure_wording: str = _known(
        "{rule}", "guess", "no failureMessage of a Nova job has been published"
    )

    # What a request may hold.
    request_bytes: int = _known(25_000_000, "documented", "nova:modalities-image: 25 MB payload")
    request_too_large: int = _known(413, "guess", "status of a body above the limit")
    image_bytes: int = _known(3_750_000, "documented", "Converse API page: 3.75 MB")
    image_side: int = _known(8_000, "documented", "Converse API page: 8,000 px a side")
    unread_content: tuple[str, ...] = _known(
        ("document", "video", "audio"), "local", "AWS reads these; here: ValidationException"
    )
    guardrail_refused: str = _known(
        "The guardrail identifier or version provided in the request does not exist.",
        "guess",
        "there are no guardrails here: ValidationException",
    )
    refused_tool_keys: tuple[str, ...] = _known(
        ("$schema", "$defs", "definitions"),
        "seen",
        "zed#28521; `title` and `additionalProperties` are accepted in recorded traffic",
    )
    list_page: int = _known(100, "guess", "entries of a page when maxResults is not given")
    counts_nova_tokens: bool = _known(
        True, "guess", "CountTokens may not support Nova: its card for Nova 2 Lite says so"
    )
    bytes_per_token: float = _known(4.0, "guess", "English text, for counting")

    # Quotas; on demand the limits of one deployment are in novadoc's model catalogue.
    base_requests_per_minute: int = _known(2_000, "guess", "account quota, differs by account")
    base_tokens_per_minute: int = _known(4_000_000, "guess", "account quota, differs by account")
    custom_models: int = _known(
        100, "seen", "default of the quota L-CB5B847D; told by Service Quotas, not enforced"
    )
    scheduled_jobs: int = _known(
        10, "seen", "default of the quota L-0406044C; told by Service Quotas, not enforced"
    )
    throttled_requests: str = _known(
        "Too many requests, please wait before trying again.", "seen", "public issues"
    )
    throttled_tokens: str = _known(
        "Too many tokens, please wait before trying again.", "seen", "public issues"
    )
    enforces_quotas: bool = _known(True, "local", "switch off to measure the stand-in itself")
    maximum_running_jobs: int = _known(
        20, "guess", "adjustable account quota; new accounts may have 2"
    )
    maximum_deployments: int = _known(10, "guess", "no figure is published")
    model_units: int = _known(1, "guess", "real accounts begin with 0 until support grants units")

    # Batch inference.
    batch_minimum_records: int = _known(100, "documented", "quota, per model")
    batch_maximum_records: int = _known(50_000, "documented", "quota, adjustable")
    batch_timeout_hours: int = _known(24, "guess", "when none is given; 24 is the shortest")
    batch_too_few: str = _known(
        "Batch job contains less records ({count}) than the required minimum of: {minimum}",
        "seen",
        "public issues",
    )
    batch_custom_models: bool = _known(
        False, "documented", "bedrock:batch-inference-supported: N/A for Nova custom models"
    )

    # Codes nobody has told us.
    not_ready_code: str = _known(
        "ModelNotReadyException", "guess", "invoking a deployment that is not Active"
    )
    deployable_regions: tuple[str, ...] = _known(
        ("us-east-1", "us-west-2"), "documented", "bedrock:deploy-custom-model-on-demand"
    )


FAST = ServiceFacts()
"""Waits short enough for tests; everything else as on AWS."""

REALISTIC = replace(
    FAST,
    job_validation=timedelta(minutes=2),
    job_data_processing=timedelta(minutes=8),
    job_training=timedelta(minutes=90),
    job_stopping=timedelta(minutes=2),
    deployment_creating=timedelta(minutes=5),
    deployment_updating=timedelta(minutes=5),
    deployment_deleting=timedelta(minutes=2),
    provisioning=timedelta(minutes=15),
    batch_validating=timedelta(minutes=2),
    batch_scheduled=timedelta(minutes=5),
    batch_running=timedelta(minutes=20),
    iam_delay=_seconds(10),
)
"""Waits as on AWS, to be used with a manual or a fast clock."""


def facts_table(values: ServiceFacts = FAST) -> Iterator[Fact]:
    """Yield every value with its source and how sure we are of it.

    Example:
        >>> next(facts_table()).name
        'job_validation'
    """
    for entry in fields(values):
        meta = entry.metadata
        yield Fact(entry.name, getattr(values, entry.name), meta["source"], meta["confidence"])
