"""The service's rules for customization requests, checked offline; each names the way out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from novadoc.bedrock._manifest import TrainingData
from novadoc.bedrock._names import S3Uri
from novadoc.bedrock._request_shape import CustomizationRequest
from novadoc.bedrock._tags import is_legal
from novadoc.errors import ConfigurationError
from novadoc.models import CATALOGUE
from novadoc.types import Tags

_ROLE = re.compile(r"arn:aws(-[^:]+)?:iam::[0-9]{12}:role/.+")
_FUNCTION = re.compile(r"arn:aws(-[^:]+)?:lambda:[a-z0-9-]+:[0-9]{12}:function:[\w-]+(:\S+)?")

# bedrock:prequisites-model-distillation, nova:customize-distill. Nova 2 is in no pair.
_STUDENTS: Mapping[str, tuple[str, ...]] = {
    "nova-pro": ("nova-lite", "nova-micro"),
    "nova-premier": ("nova-pro", "nova-lite", "nova-micro"),
}


def common(request: CustomizationRequest, region: str) -> Iterator[str]:
    """Yield what is wrong whatever the kind of customization."""
    base, data = request.base, request.data
    if base.training_id is None:
        able = ", ".join(key for key, model in CATALOGUE.items() if model.training_id)
        yield f"{base.key} cannot be customized; these can: {able}."
    elif region not in base.customization_regions:
        where = ", ".join(base.customization_regions)
        yield f"{base.key} is not customized in {region}; connect to {where}."
    if data.base_model != base.key and data.manifest is not None:
        yield (
            f"The data was written for {data.base_model}, whose limits differ; "
            f'write it again with `base_model="{base.key}"`.'
        )
    if not _ROLE.fullmatch(request.role):
        yield f"{request.role!r} is not the ARN of a role; `roles.apply` returns one."
    for uri in (*data.uris, data.output_uri):
        yield from _uri(uri)
    yield from data.problems()
    yield from _network(request)
    yield from _labelled(request.tags)


def _uri(uri: str) -> Iterator[str]:
    try:
        S3Uri.parse(uri)
    except ConfigurationError as error:
        yield str(error)


def _network(request: CustomizationRequest) -> Iterator[str]:
    if request.vpc is None:
        return
    if not 1 <= len(request.vpc.subnets) <= 16:
        yield f"`vpc` has {len(request.vpc.subnets)} subnets; 1 to 16 are allowed."
    if not 1 <= len(request.vpc.security_groups) <= 5:
        yield f"`vpc` has {len(request.vpc.security_groups)} security groups; 1 to 5 are allowed."


def _labelled(tags: Tags) -> Iterator[str]:
    if len(tags) > 40:
        yield f"{len(tags)} tags are too many: 50 fit, and novadoc adds up to 8 of its own."
    for key, value in tags.items():
        # Written otherwise than asked for, a tag would be missed in the bill it is for.
        if not key or not is_legal(key, most=128) or not is_legal(value):
            yield (
                f"The tag {key!r} is not one that AWS keeps; use ASCII letters, digits, spaces and "
                "`._:/=+@-`, up to 128 in its key and 256 in its value."
            )
        elif key.startswith(("aws:", "novadoc:")):
            yield f"The tag {key!r} begins like those of AWS or novadoc; choose another key."


def ranges(values: Mapping[str, tuple[float | None, float, float | None]]) -> Iterator[str]:
    """Yield each value (value, least, most) that is outside; `None` is left to the service."""
    for name, (value, least, most) in values.items():
        if value is None or (value >= least and (most is None or value <= most)):
            continue
        allowed = f"{least:g} or more is" if most is None else f"{least:g} to {most:g} are"
        yield f"`{name}` is {value:g}; {allowed} allowed."


def sample_count(data: TrainingData, bounds: tuple[int, int] | None) -> Iterator[str]:
    """Yield when there are too few records to train on, or too many together."""
    records = data.train_records
    if records is None or bounds is None:
        return
    least, most = bounds
    if records < least:
        yield f"{records} training records are too few: {least} are needed; label more documents."
    # The quota is named "Sum of training and validation records".
    total = records + data.validation_records
    if total > most:
        yield (
            f"{total} training and validation records are too many: {most} are allowed together; "
            "leave some out."
        )


def distillation_pair(teacher: str, student: str) -> Iterator[str]:
    """Yield when the service does not distil this teacher into this student."""
    students = _STUDENTS.get(teacher)
    if students is None:
        yield f"{teacher} is not a teacher; use {' or '.join(_STUDENTS)}."
    elif student not in students:
        able = [name for name, taught in _STUDENTS.items() if student in taught]
        other = f"; its teachers are {', '.join(able)}" if able else ""
        yield f"{teacher} does not teach {student}, but {', '.join(students)}{other}."


def text_only(data: TrainingData, what: str) -> Iterator[str]:
    """Yield when records with images are given to a customization that reads text only."""
    if data.images:
        yield (
            f"{what} takes text only, and the records hold {data.images} images; let a teacher "
            "label them (`novadoc.workflows.annotate`) and use `FineTuning`."
        )


def reinforcement_model(key: str) -> Iterator[str]:
    """Yield when the model has no reinforcement fine-tuning."""
    if key != "nova-2-lite":  # bedrock:nova-rft
        yield f"{key} has no reinforcement fine-tuning; of the Nova models nova-2-lite has."


def function_arn(arn: str) -> Iterator[str]:
    """Yield when `arn` is not a Lambda function's."""
    if len(arn) > 512 or not _FUNCTION.fullmatch(arn):
        yield f"{arn!r} is not the ARN of a Lambda function."
