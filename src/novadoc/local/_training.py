"""The work of a customization job: read its data, let the engine learn, record how it ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from novadoc.local._access import role_allows
from novadoc.local._bedrock import Bedrock
from novadoc.local._curves import keep_curves
from novadoc.local._data import DataProblem, Location
from novadoc.local._lessons import Lesson, NotLearnt, prepare
from novadoc.local._reader import Reader
from novadoc.local._records import CustomizationJob, FailedPhase, Outcome
from novadoc.local._workers import Cancelled

__all__ = ["start_training"]


class _Failed(Exception):  # noqa: N818  (it becomes a failureMessage)
    def __init__(self, phase: FailedPhase, message: str) -> None:
        super().__init__(message)
        self.phase: FailedPhase = phase


def start_training(bedrock: Bedrock, job: CustomizationJob) -> None:
    """Begin a job's work in the background; after a restart, go on with what was left."""
    bedrock.pending[job.id] = job.place
    if job.outcome is None and job.stop_requested is None:
        bedrock.workers.start(job.id, lambda cancelled: _Training(bedrock, job, cancelled).run())


class _Training:
    """One run of one job."""

    def __init__(self, bedrock: Bedrock, job: CustomizationJob, cancelled: Cancelled) -> None:
        self._bedrock = bedrock
        self._job = job
        self._cancelled = cancelled

    def run(self) -> None:
        ended = False
        try:
            self._work()
            ended = True
        except _Failed as failure:
            wording = self._bedrock.facts.failure_wording.format(rule=failure)
            self._record(outcome=Outcome(self._moment(), failure.phase, wording[:2048]))
            ended = True
        finally:
            if not ended:
                # An engine's own fault ends the job too, and then the thread, with its traceback.
                message = "The local engine failed."
                self._record(outcome=Outcome(self._moment(), "training", message))

    def _moment(self) -> datetime:
        """Return when work ends: at no cost of time on a clock moved by hand."""
        clock = self._bedrock.clock
        return self._job.created if clock.manual else clock.now()

    def _record(self, **changes: Any) -> None:
        with self._bedrock.lock:
            current = self._bedrock.store.get(CustomizationJob, self._job.place, self._job.id)
            if current is not None and not self._cancelled():
                self._bedrock.store.put(replace(current, **changes))
        self._bedrock.workers.announce()

    def _work(self) -> None:
        request = self._job.request
        allowed = role_allows(self._bedrock, self._job.place, request["roleArn"])
        reader = Reader(self._bedrock, self._job.place, allowed)
        try:
            reader.check_output(Location.parse(request["outputDataConfig"]["s3Uri"]))
            files = [reader.fetch(location) for location in self._locations()]
        except DataProblem as problem:
            raise _Failed("validation", str(problem)) from None
        try:
            lesson = prepare(self._bedrock, self._job, files, reader, self._cancelled)
        except DataProblem as problem:
            raise _Failed("data_processing", str(problem)) from None
        if not self._cancelled():
            self._record(data_checked=self._moment())
            self._learn(lesson)

    def _locations(self) -> list[Location]:
        training = self._job.request["trainingDataConfig"]
        if "s3Uri" not in training:
            raise DataProblem("The local AWS does not read invocation logs; give an s3Uri.")
        validators = self._job.request.get("validationDataConfig", {}).get("validators", [])
        uris = [training["s3Uri"], *(validator["s3Uri"] for validator in validators)]
        for uri in uris:
            if not uri.endswith(".jsonl"):
                raise DataProblem(f"The data file {uri} must have the suffix .jsonl.")
        return [Location.parse(uri) for uri in uris]

    def _learn(self, lesson: Lesson) -> None:
        try:
            run = lesson.learn()
        except NotLearnt as error:
            raise _Failed("training", str(error)) from error
        keep_curves(self._bedrock.store, self._job, run)
        if self._cancelled():
            return
        if run.artefact:
            self._bedrock.store.put_artefact(self._job.arn, run.artefact)
        self._record(
            outcome=Outcome(
                self._moment(),
                training_loss=run.losses[-1].loss if run.losses else None,
                validation_loss=run.validation[-1].loss if run.validation else None,
                notices=run.notices,
            )
        )
