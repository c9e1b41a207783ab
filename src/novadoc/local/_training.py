"""The work of a customization job: read its data, let the engine learn, record how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from novadoc.local._access import role_allows
from novadoc.local._bedrock import Bedrock
from novadoc.local._curves import keep_curves
from novadoc.local._data import DataProblem, Location, Records, Rules
from novadoc.local._engine import TrainingRecord, TrainingRun
from novadoc.local._records import CustomizationJob, FailedPhase, Outcome
from novadoc.local._workers import Cancelled
from novadoc.models import CATALOGUE, BaseModel

__all__ = ["start_training"]


class _Failed(Exception):  # noqa: N818
    def __init__(self, phase: FailedPhase, message: str) -> None:
        super().__init__(message)
        self.phase: FailedPhase = phase


def start_training(bedrock: Bedrock, job: CustomizationJob) -> None:
    """Begin a job's work in the background; also again, after a restart."""
    bedrock.pending[job.id] = job.place
    bedrock.workers.start(job.id, lambda cancelled: _Training(bedrock, job, cancelled).run())


class _Training:
    """One run of one job."""

    def __init__(self, bedrock: Bedrock, job: CustomizationJob, cancelled: Cancelled) -> None:
        self._bedrock = bedrock
        self._job = job
        self._request = job.request
        self._cancelled = cancelled
        self._base: BaseModel = CATALOGUE[self._request["baseKey"]]
        self._ended = False

    def run(self) -> None:
        try:
            self._work()
            self._ended = True
        except _Failed as failure:
            wording = self._bedrock.facts.failure_wording.format(rule=failure)
            self._record(outcome=Outcome(self._moment(), failure.phase, wording[:2048]))
            self._ended = True
        finally:
            if not self._ended:
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
        allowed = role_allows(self._bedrock, self._job.place, self._request["roleArn"])
        source = Reader(self._bedrock, self._job, allowed)
        try:
            source.check_output(Location.parse(self._request["outputDataConfig"]["s3Uri"]))
            files = [source.fetch(location) for location in self._locations()]
        except DataProblem as problem:
            raise _Failed("validation", str(problem)) from None
        try:
            training, validation = self._read(files, source)
        except DataProblem as problem:
            raise _Failed("data_processing", str(problem)) from None
        if self._cancelled():
            return
        self._record(data_checked=self._moment())
        run = self._train(training, validation)
        keep_curves(self._bedrock.store, self._job, run)
        if not self._cancelled():
            self._finish(run)

    def _locations(self) -> list[Location]:
        validators = self._request.get("validationDataConfig", {}).get("validators", [])
        uris = [self._request["trainingDataConfig"]["s3Uri"], *(v["s3Uri"] for v in validators)]
        for uri in uris:
            if not uri.endswith(".jsonl"):
                raise _Failed("validation", f"The data file {uri} must have the suffix .jsonl.")
        return [Location.parse(uri) for uri in uris]

    def _read(self, files: list[bytes], source: Reader) -> tuple[Records, list[TrainingRecord]]:
        bucket = Location.parse(self._request["trainingDataConfig"]["s3Uri"]).bucket
        rules = Rules(self._bedrock.facts, self._base, bucket)
        training, *others = (
            Records(data, rules, source.fetch, cancelled=self._cancelled) for data in files
        )
        assert self._base.training_samples is not None
        low, high = self._base.training_samples
        if not self._cancelled() and not low <= len(training) <= high:
            raise DataProblem(
                f"The training data has {len(training)} records; {low} to {high} are supported."
            )
        return training, [record for records in others for record in records]

    def _train(
        self, training: Sequence[TrainingRecord], validation: Sequence[TrainingRecord]
    ) -> TrainingRun:
        try:
            return self._bedrock.engine.train(
                training, validation, self._request["hyperParameters"], cancelled=self._cancelled
            )
        except ValueError as error:
            raise _Failed("training", str(error)) from error

    def _finish(self, run: TrainingRun) -> None:
        self._bedrock.store.put_artefact(self._job.arn, run.artefact)
        outcome = Outcome(
            self._moment(),
            training_loss=run.losses[-1].loss if run.losses else None,
            validation_loss=run.validation[-1].loss if run.validation else None,
            notices=run.notices,
        )
        self._record(outcome=outcome)


class Reader:
    """Reads S3 with the job's role."""

    def __init__(self, bedrock: Bedrock, job: CustomizationJob, allowed: Any) -> None:
        self._bedrock = bedrock
        self._account = job.place.account
        self._allowed = allowed

    def fetch(self, location: Location) -> bytes:
        """Return an object.

        Raises:
            DataProblem: The role may not read it, or it is not there.
        """
        uri = f"s3://{location.bucket}/{location.key}"
        if not self._allowed("s3:GetObject", location.arn):
            raise DataProblem(f"The role has no permission for s3:GetObject on {uri}.")
        data = self._bedrock.moto.read(location.bucket, location.key, self._account)
        if data is None:
            raise DataProblem(f"The object {uri} does not exist or cannot be read.")
        return data

    def check_output(self, folder: Location) -> None:
        """Check that results can be written.

        Raises:
            DataProblem: The role may not write there, or there is no such bucket.
        """
        uri = f"s3://{folder.bucket}/{folder.key}"
        if not self._bedrock.moto.has_bucket(folder.bucket, self._account):
            raise DataProblem(f"The output bucket {folder.bucket} does not exist.")
        if not self._allowed("s3:PutObject", folder.under("x").arn):
            raise DataProblem(f"The role has no permission for s3:PutObject under {uri}.")
