"""What a customization request may ask, by its type."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from novadoc.local._refusal import Refusal
from novadoc.local._rest import Params
from novadoc.models import BaseModel, key_of

__all__ = ["check_customization"]


class _Range(NamedTuple):
    low: Decimal
    high: Decimal
    default: str
    whole: bool = True


_FINE_TUNING: Mapping[str, _Range] = {
    # bedrock:custom-models-hp, the table of Nova models.
    "epochCount": _Range(Decimal(1), Decimal(5), "2"),
    "learningRate": _Range(Decimal("1e-6"), Decimal("1e-4"), "0.00001", whole=False),
    "learningRateWarmupSteps": _Range(Decimal(0), Decimal(100), "10"),
    # Not in AWS's table; a published run sent "1". Nothing else is known to be accepted.
    "batchSize": _Range(Decimal(1), Decimal(1), "1"),
}
_TEACHERS: Mapping[str, frozenset[str]] = {
    # bedrock:prequisites-model-distillation, teacher and its students.
    "nova-pro": frozenset({"nova-lite", "nova-micro"}),
    "nova-premier": frozenset({"nova-lite", "nova-micro", "nova-pro"}),
}


def _check_number(name: str, text: str) -> None:
    limits = _FINE_TUNING.get(name)
    if limits is None:
        raise Refusal.invalid(f"Unsupported hyperparameter {name} for the base model.")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Refusal.invalid(
            f"The value {text!r} of hyperparameter {name} is not a number."
        ) from None
    if not value.is_finite() or not limits.low <= value <= limits.high:
        raise Refusal.invalid(
            f"The value {text} of hyperparameter {name} must be between {limits.low:f} and "
            f"{limits.high:f}."
        )
    if (
        limits.whole and not text.isdecimal()
    ):  # "2.0" and "1e1" are no integers to a service's reader
        raise Refusal.invalid(f"The value {text} of hyperparameter {name} must be an integer.")


def _fine_tuning(base: BaseModel, params: Params) -> Params:
    del base
    if params.get("customizationConfig"):
        raise Refusal.invalid("customizationConfig is not supported for FINE_TUNING.")
    given: dict[str, str] = params.get("hyperParameters", {})
    for name, text in given.items():
        _check_number(name, text)
    return {
        "hyperParameters": {name: limits.default for name, limits in _FINE_TUNING.items()} | given
    }


def _distillation(base: BaseModel, params: Params) -> Params:
    teacher = (
        params.get("customizationConfig", {})
        .get("distillationConfig", {})
        .get("teacherModelConfig", {})
        .get("teacherModelIdentifier")
    )
    if teacher is None:
        raise Refusal.invalid("DISTILLATION needs customizationConfig.distillationConfig.")
    students = _TEACHERS.get(key_of(teacher) or "", frozenset())
    if base.key not in students:
        raise Refusal.invalid("The provided teacher model is not supported for the student model.")
    return {"hyperParameters": dict(params.get("hyperParameters") or {})}


def _reinforcement(base: BaseModel, params: Params) -> Params:
    if base.generation != 2:
        raise Refusal.invalid(
            "The base model does not support customization type REINFORCEMENT_FINE_TUNING."
        )
    config = params.get("customizationConfig", {}).get("rftConfig", {})
    if not config.get("graderConfig"):
        raise Refusal.invalid("REINFORCEMENT_FINE_TUNING needs rftConfig.graderConfig.")
    if params.get("hyperParameters"):
        raise Refusal.invalid("Hyperparameters of REINFORCEMENT_FINE_TUNING belong in rftConfig.")
    return {"hyperParameters": {}}


_CHECKS = {
    "FINE_TUNING": _fine_tuning,
    "DISTILLATION": _distillation,
    "REINFORCEMENT_FINE_TUNING": _reinforcement,
}


def check_customization(base: BaseModel, params: Params) -> Params:
    """Return the request to keep: as it came, with defaults filled in.

    Raises:
        Refusal: The type, a hyperparameter or a configuration does not fit the base model.
    """
    kind = params.get("customizationType", "FINE_TUNING")
    check = _CHECKS.get(kind)
    if check is None:
        raise Refusal.invalid(f"The base model does not support customization type {kind}.")
    training = params["trainingDataConfig"]
    if ("s3Uri" in training) == ("invocationLogsConfig" in training):
        raise Refusal.invalid("trainingDataConfig needs either s3Uri or invocationLogsConfig.")
    if "invocationLogsConfig" in training and kind != "DISTILLATION":
        raise Refusal.invalid(f"invocationLogsConfig is not supported for {kind}.")
    extra = {"customizationType": kind, "trainingId": base.training_id, "baseKey": base.key}
    return {**params, **check(base, params), **extra}
