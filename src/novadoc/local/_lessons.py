"""What there is to learn, by type of customization.

FINE_TUNING learns from the records. DISTILLATION asks its teacher and learns from the answers.
REINFORCEMENT_FINE_TUNING checks its prompts, asks the base model and calls the grader, so that the
whole road can be tried; it does not learn, says so in a notice, and its model answers as the base.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from novadoc.errors import NovadocError
from novadoc.local._bedrock import Bedrock
from novadoc.local._data import DataProblem, Location, Records, Rules
from novadoc.local._engine import Engine, EngineRequest, TrainingRecord, TrainingRun
from novadoc.local._reader import Reader
from novadoc.local._records import CustomizationJob
from novadoc.local._rewards import Prompt, mean_reward, read_prompts
from novadoc.local._workers import Cancelled
from novadoc.models import CATALOGUE, BaseModel

__all__ = ["Lesson", "NotLearnt", "prepare"]

_DISTILLATION_SAMPLES = (100, 15_000)  # bedrock:distillation-prepare-datasets
_NO_LEARNING = (
    "The local AWS does not learn by reinforcement: prompts and grader were checked, and the "
    "model answers as its base model."
)


class NotLearnt(Exception):  # noqa: N818  (it becomes a failureMessage)
    """The engine or the grader could not do its part."""


class Lesson(Protocol):
    """Checked data, ready to be learnt from."""

    def learn(self) -> TrainingRun:
        """Learn.

        Raises:
            NotLearnt: The records cannot be learnt from.
        """
        ...


class _FineTuning:
    def __init__(
        self,
        engine: Engine,
        training: Sequence[TrainingRecord],
        validation: Sequence[TrainingRecord],
        hyperparameters: dict[str, str],
        cancelled: Cancelled,
    ) -> None:
        self._engine = engine
        self._training = training
        self._validation = validation
        self._hyperparameters = hyperparameters
        self._cancelled = cancelled

    def learn(self) -> TrainingRun:
        try:
            return self._engine.train(
                self._training,
                self._validation,
                self._hyperparameters,
                cancelled=self._cancelled,
            )
        except (ValueError, NovadocError) as error:
            raise NotLearnt(str(error)) from error


class _Distillation:
    def __init__(
        self,
        engine: Engine,
        prompts: Records,
        longest: int,
        hyperparameters: dict[str, str],
        cancelled: Cancelled,
    ) -> None:
        self._engine = engine
        self._prompts = prompts
        self._longest = longest
        self._hyperparameters = hyperparameters
        self._cancelled = cancelled

    def _taught(self, record: TrainingRecord) -> TrainingRecord:
        if record.answer:
            return record  # bedrock:distillation-prepare-datasets: pairs are taken as they are
        request = EngineRequest(
            record.images, record.system, record.prompt, record.schema, "", (), False, self._longest
        )
        return record._replace(answer=self._engine.answer(request, None))

    def learn(self) -> TrainingRun:
        try:
            taught = [self._taught(record) for record in self._prompts if not self._cancelled()]
        except NovadocError as error:
            raise NotLearnt(str(error)) from error
        student = _FineTuning(self._engine, taught, [], self._hyperparameters, self._cancelled)
        return student.learn()


class _Reinforcement:
    def __init__(self, bedrock: Bedrock, grader: str, prompts: list[Prompt]) -> None:
        self._bedrock = bedrock
        self._grader = grader
        self._prompts = prompts

    def learn(self) -> TrainingRun:
        function = self._bedrock.graders.get(self._grader)
        if function is None:
            raise NotLearnt(
                f"The grader {self._grader} could not be invoked: `local.graders` has none of "
                "that name."
            )
        try:
            reward = mean_reward(self._bedrock.engine, self._prompts, function)
        except (ValueError, NovadocError) as error:
            raise NotLearnt(str(error)) from error
        return TrainingRun(b"", [], [], (_NO_LEARNING, f"Mean reward of the base: {reward:.4f}."))


def prepare(
    bedrock: Bedrock,
    job: CustomizationJob,
    files: list[bytes],
    reader: Reader,
    cancelled: Cancelled,
) -> Lesson:
    """Read and check a job's data.

    Raises:
        DataProblem: The first rule of the service that the data breaks.
    """
    base = CATALOGUE[job.request["baseKey"]]
    if job.request["customizationType"] == "REINFORCEMENT_FINE_TUNING":
        return _reinforcement(bedrock, job, files[0], reader)
    distils = job.request["customizationType"] == "DISTILLATION"
    rules = Rules(
        bedrock.facts,
        base,
        Location.parse(job.request["trainingDataConfig"]["s3Uri"]).bucket,
        needs_answer=not distils,
        takes_images=not distils,  # bedrock:distillation-prepare-datasets: text to text only
    )
    training, *others = (Records(data, rules, reader.fetch, cancelled=cancelled) for data in files)
    if not cancelled():
        _check_count(len(training), _DISTILLATION_SAMPLES if distils else _limits(base))
    validation = [record for records in others for record in records]
    hyperparameters = job.request["hyperParameters"]
    if not distils:
        return _FineTuning(bedrock.engine, training, validation, hyperparameters, cancelled)
    teacher = job.request["customizationConfig"]["distillationConfig"]["teacherModelConfig"]
    usual = bedrock.facts.distillation_response_tokens
    longest = teacher.get("maxResponseLengthForInference", usual)
    return _Distillation(bedrock.engine, training, longest, hyperparameters, cancelled)


def _limits(base: BaseModel) -> tuple[int, int]:
    assert base.training_samples is not None
    return base.training_samples


def _check_count(count: int, limits: tuple[int, int]) -> None:
    low, high = limits
    if not low <= count <= high:
        raise DataProblem(f"The training data has {count} records; {low} to {high} are supported.")


def _reinforcement(bedrock: Bedrock, job: CustomizationJob, data: bytes, reader: Reader) -> Lesson:
    config = job.request["customizationConfig"]["rftConfig"]
    arn = config["graderConfig"]["lambdaGrader"]["lambdaArn"]
    reader.check_function(arn)
    prompts = read_prompts(data)
    _check_count(len(prompts), (100, 20_000))  # bedrock:nova-rft
    return _Reinforcement(bedrock, arn.split(":")[6], prompts)
