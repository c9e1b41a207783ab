"""What a customization job is asked to do, as frozen values checked before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from decimal import Decimal
from typing import Generic, Literal, TypeVar, Union

from novadoc.bedrock import _rules
from novadoc.bedrock._geography import invocation_in
from novadoc.bedrock._logs import InvocationLogs
from novadoc.bedrock._manifest import TrainingData, UploadedDataset
from novadoc.bedrock._request_shape import CustomizationType, Vpc
from novadoc.models import BaseModel, base_model
from novadoc.types import JsonObject

D_co = TypeVar("D_co", bound=TrainingData, covariant=True)


@dataclass(frozen=True)
class _Common(Generic[D_co]):
    name: str
    """Job and model are named after it: letters, digits, dashes; made legal and unique."""
    data: D_co
    """What is learned from."""
    _: KW_ONLY
    role: str
    """ARN of the service role Bedrock assumes."""
    base_model: str = ""
    """Key of the model to customize; the data's own when empty."""
    kms_key: str | None = None
    """Encrypts the custom model: key ARN, id or alias."""
    vpc: Vpc | None = None
    """The network the job runs in."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Your own tags, on the job and the model."""
    attempt: int = 1
    """Raise it to run the very same request again, after a failure that lay elsewhere."""

    @property
    def base(self) -> BaseModel:
        """The model that is customized.

        Raises:
            ConfigurationError: There is no such model.
        """
        return base_model(self.base_model or self.data.base_model)


@dataclass(frozen=True)
class FineTuning(_Common[UploadedDataset]):
    """Supervised fine-tuning: documents and the answers wanted.

    Example:
        >>> data = UploadedDataset("s3://my-bucket/train.jsonl", "s3://my-bucket/out/",
        ...                        base_model="nova-lite")
        >>> request = FineTuning("invoices-1", data, epochs=9,
        ...                      role="arn:aws:iam::123456789012:role/training")
        >>> request.problems("us-east-1")
        ('`epochs` is 9; 1 to 5 are allowed.',)
    """

    _: KW_ONLY
    epochs: int = 2
    """Passes over the data: 1 to 5."""
    learning_rate: float = 1e-5
    """1e-6 to 1e-4."""
    warmup_steps: int = 10
    """Steps over which the learning rate rises: 0 to 100."""
    batch_size: int | None = None
    """Not documented for Nova; left to the service unless given."""

    @property
    def kind(self) -> CustomizationType:
        """`FINE_TUNING`."""
        return "FINE_TUNING"

    def problems(self, region: str) -> tuple[str, ...]:
        """Return everything that would make the service refuse it, in words."""
        # bedrock:custom-models-hp; the batch size is from AWS's retired SDK.
        ranges = {
            "epochs": (self.epochs, 1, 5),
            "learning_rate": (self.learning_rate, 1e-6, 1e-4),
            "warmup_steps": (self.warmup_steps, 0, 100),
            "batch_size": (self.batch_size, 1, 64),
        }
        bounds = self.base.training_samples
        return (
            *_rules.common(self, region),
            *_rules.ranges(ranges),
            *_rules.sample_count(self.data, bounds),
        )

    def settings(self, region: str) -> JsonObject:
        """Return the part of the API's request that is of this kind alone."""
        del region
        values = {
            "epochCount": str(self.epochs),
            "learningRate": plain(self.learning_rate),
            "learningRateWarmupSteps": str(self.warmup_steps),
        }
        if self.batch_size is not None:
            values["batchSize"] = str(self.batch_size)
        return {"hyperParameters": {**values}}


@dataclass(frozen=True)
class Distillation(_Common[Union[UploadedDataset, InvocationLogs]]):
    """A teacher's answers taught to a smaller model. Text only: the service takes no images.

    For page images, let a teacher label them (`novadoc.workflows.annotate`) and fine-tune.
    `data` may be the `InvocationLogs` of what the teacher, or another model, was asked already.
    """

    _: KW_ONLY
    teacher: str = "nova-pro"
    """Key of the model that answers."""
    max_response_tokens: int = 1000
    """Most tokens of a teacher's answer; sent always, as the service's own default is not told."""

    @property
    def kind(self) -> CustomizationType:
        """`DISTILLATION`."""
        return "DISTILLATION"

    def problems(self, region: str) -> tuple[str, ...]:
        """Return everything that would make the service refuse it, in words."""
        return (
            *_rules.common(self, region),
            *_rules.distillation_pair(self.teacher, self.base.key),
            *_rules.text_only(self.data, "Distillation"),
            *_rules.ranges({"max_response_tokens": (self.max_response_tokens, 1, None)}),
            *_rules.sample_count(
                self.data, (100, 15_000)
            ),  # bedrock:prequisites-model-distillation
        )

    def settings(self, region: str) -> JsonObject:
        """Return the part of the API's request that is of this kind alone."""
        teacher = base_model(self.teacher)
        config: JsonObject = {
            "teacherModelIdentifier": invocation_in(teacher, region),
            "maxResponseLengthForInference": self.max_response_tokens,
        }
        return {"customizationConfig": {"distillationConfig": {"teacherModelConfig": config}}}


@dataclass(frozen=True)
class ReinforcementFineTuning(_Common[UploadedDataset]):
    """Learning from a grader's score. Nova 2 Lite only, and text only.

    Defaults are those of AWS's retired SDK; ranges are the service model's.
    """

    _: KW_ONLY
    grader: str
    """ARN of the Lambda function that scores answers."""
    epochs: int = 1
    """1 to 50."""
    batch_size: int = 128
    """16 to 512 prompts a step."""
    learning_rate: float = 1e-5
    """1e-7 to 1e-3."""
    samples_per_prompt: int = 8
    """Answers drawn for each prompt: 2 to 16."""
    max_prompt_tokens: int = 8192
    """Longer prompts are left out."""
    max_response_tokens: int = 2048
    """Most tokens of an answer."""
    reasoning_effort: Literal["low", "medium", "high"] = "medium"
    """How much the model thinks before it answers."""
    eval_interval: int = 10
    """Steps between evaluations: 1 to 100."""

    @property
    def kind(self) -> CustomizationType:
        """`REINFORCEMENT_FINE_TUNING`."""
        return "REINFORCEMENT_FINE_TUNING"

    def problems(self, region: str) -> tuple[str, ...]:
        """Return everything that would make the service refuse it, in words."""
        ranges = {
            "epochs": (self.epochs, 1, 50),
            "batch_size": (self.batch_size, 16, 512),
            "learning_rate": (self.learning_rate, 1e-7, 1e-3),
            "samples_per_prompt": (self.samples_per_prompt, 2, 16),
            "max_prompt_tokens": (self.max_prompt_tokens, 1, None),
            "max_response_tokens": (self.max_response_tokens, 1, None),
            "eval_interval": (self.eval_interval, 1, 100),
        }
        return (
            *_rules.common(self, region),
            *_rules.reinforcement_model(self.base.key),
            *_rules.text_only(self.data, "Reinforcement fine-tuning"),
            *_rules.function_arn(self.grader),
            *_rules.ranges(ranges),
            *_rules.sample_count(self.data, (100, 20_000)),  # bedrock:rft-prepare-data
        )

    def settings(self, region: str) -> JsonObject:
        """Return the part of the API's request that is of this kind alone."""
        del region
        values: JsonObject = {
            "epochCount": self.epochs,
            "batchSize": self.batch_size,
            "learningRate": self.learning_rate,
            "trainingSamplePerPrompt": self.samples_per_prompt,
            "maxPromptLength": self.max_prompt_tokens,
            "inferenceMaxTokens": self.max_response_tokens,
            "reasoningEffort": self.reasoning_effort,
            "evalInterval": self.eval_interval,
        }
        grader: JsonObject = {"lambdaGrader": {"lambdaArn": self.grader}}
        return {
            "customizationConfig": {
                "rftConfig": {"graderConfig": grader, "hyperParameters": values}
            }
        }


def plain(number: float) -> str:
    """Spell a number as AWS's samples do: `0.00001`, never `1e-05`.

    Example:
        >>> plain(1e-5)
        '0.00001'
    """
    # A sweep's numbers may be numpy's, which spell themselves otherwise.
    return format(Decimal(repr(float(number))), "f")
