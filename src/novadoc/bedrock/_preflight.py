"""Everything that can be looked at before a job is paid for, as one printed plan.

What cannot be looked at is said to be unknown and stops nobody: permissions depend on conditions
and organisation policies that no simulation sees whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from novadoc.bedrock._checks import Check, checks, size_of
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._costs import Costs
from novadoc.bedrock._money import Traffic, TrainingCost, money
from novadoc.bedrock._request_shape import CustomizationRequest
from novadoc.bedrock._requests import Distillation, FineTuning
from novadoc.documents import image_tokens
from novadoc.errors import ConfigurationError, ServiceError

# A page as the image policies make it, when nobody has measured the set: 1,000 by 1,294 pixels.
_PAGE = (1000, 1294)
_BYTES_PER_TOKEN = 3.5
# Published runs: 1,800 pages and 2 epochs in under 2 h 45 min, 300 pages in about 1 h.
_OVERHEAD = timedelta(minutes=30)
_PER_RECORD = timedelta(seconds=2.3)
_TOLD = "`storage.upload` and `storage.refer` tell."


@dataclass(frozen=True)
class Preflight:
    """What is known of a job before it is submitted. Print it to read it."""

    checks: tuple[Check, ...]
    """In the order they were made."""
    cost: TrainingCost | None
    """Estimated; `None` when the number of records or a price is not known."""
    duration: timedelta | None
    """Estimated from published runs of fine-tuning; `None` for others, and for an unknown number
    of records."""

    @property
    def passed(self) -> bool:
        """Whether no check found a problem; advice and unknowns do not count."""
        return all(check.level != "problem" for check in self.checks)

    def __str__(self) -> str:
        lines = [str(check) for check in self.checks]
        if self.cost is not None:
            lines.append(f"{'cost':<8} about {self.cost}")
        if self.duration is not None:
            lines.append(f"{'time':<8} about {self.duration.total_seconds() / 3600:.1f} hours")
        return "\n".join(lines)


def preflight(connection: Connection, costs: Costs, request: CustomizationRequest) -> Preflight:
    """Look at everything a request needs; reads only."""
    found = [Check("request", "problem", text) for text in request.problems(connection.region)]
    found = found or [Check("request", "ok", "follows the documented rules.")]
    found.extend(checks(connection, request))
    cost: TrainingCost | None = None
    try:
        if isinstance(request, FineTuning):
            cost = costs.estimate_training(
                request.base.key,
                records=1,
                tokens_per_record=_tokens(connection, request),
                epochs=request.epochs,
            )
        else:
            found.extend(_price_elsewhere(connection, costs, request))
    except (ConfigurationError, ServiceError) as error:
        found.append(Check("cost", "unknown", str(error)))
    return Preflight(tuple(found), cost, _duration(request))


def _duration(request: CustomizationRequest) -> timedelta | None:
    records = request.data.train_records
    if records is None or not isinstance(request, FineTuning):
        return None
    return _OVERHEAD + _PER_RECORD * records * request.epochs


def _price_elsewhere(
    connection: Connection, costs: Costs, request: CustomizationRequest
) -> Iterator[Check]:
    if not isinstance(request, Distillation):
        yield Check("cost", "unknown", "no price of reinforcement fine-tuning is published.")
        return
    records = request.data.train_records
    if not records:
        raise ConfigurationError("How many records there are is not known.", remedy=_TOLD)
    asked = round(_tokens(connection, request) / records)
    traffic = Traffic(asked, request.max_response_tokens)
    answers = costs.estimate_extraction(request.teacher, traffic, pages=records)
    most = money(answers.dollars)
    text = f"the teacher's answers up to ${most}; of the training no price is published."
    yield Check("cost", "advice", text)


def _tokens(connection: Connection, request: CustomizationRequest) -> int:
    """Estimate the tokens of one epoch from the file's size and its number of images.

    Raises:
        ConfigurationError: How many images the records name is not known.
        ServiceError: The records cannot be looked at.
    """
    data = request.data
    if data.images is None:
        raise ConfigurationError(
            "How many records and images there are is not known.",
            remedy=_TOLD,
        )
    owner = data.bucket_owner or connection.identity().account
    size = size_of(connection, data.uris[0], owner) or 0
    # Some hundred bytes of each record are envelope, which is not billed: errs to more.
    return round(size / _BYTES_PER_TOKEN) + data.images * image_tokens(*_PAGE, request.base.key)
