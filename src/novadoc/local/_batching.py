"""The work of a batch inference job: read records, answer each, keep the output files."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, cast

from novadoc.local._access import role_allows
from novadoc.local._bedrock import Bedrock
from novadoc.local._data import DataProblem, Location
from novadoc.local._outputs import keep_output
from novadoc.local._reader import Reader
from novadoc.local._records import BatchJob, BatchOutcome
from novadoc.local._refusal import Refusal
from novadoc.local._rest import Params
from novadoc.local._workers import Cancelled

__all__ = ["Respond", "start_batch"]

Respond = Callable[[BatchJob, object], Params]
"""Answers one `modelInput` of a job; raises Refusal when it cannot."""


class _File(NamedTuple):
    name: str
    records: list[Params]


class _Tally(NamedTuple):
    succeeded: int = 0
    failed: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


def start_batch(bedrock: Bedrock, job: BatchJob, respond: Respond) -> None:
    """Begin a job's work in the background; also again, after a restart."""
    bedrock.pending[job.id] = job.place
    if job.outcome is None and job.stop_requested is None:
        bedrock.workers.start(job.id, lambda stop: _Batch(bedrock, job, respond, stop).run())


class _Batch:
    """One run of one job."""

    def __init__(
        self, bedrock: Bedrock, job: BatchJob, respond: Respond, cancelled: Cancelled
    ) -> None:
        self._bedrock = bedrock
        self._job = job
        self._respond = respond
        self._cancelled = cancelled

    def run(self) -> None:
        ended = False
        try:
            self._work()
            ended = True
        except DataProblem as problem:
            self._record(_Tally(), str(problem))
            ended = True
        finally:
            if not ended:
                self._record(_Tally(), "The local engine failed.")

    def _record(self, tally: _Tally, message: str = "") -> None:
        clock = self._bedrock.clock
        finished = self._job.created if clock.manual else clock.now()
        outcome = BatchOutcome(finished, message[:2048], tally.succeeded, tally.failed)
        with self._bedrock.lock:
            current = self._bedrock.store.get(BatchJob, self._job.place, self._job.id)
            if current is not None and not self._cancelled():
                self._bedrock.store.put(replace(current, outcome=outcome))
        self._bedrock.workers.announce()

    def _work(self) -> None:
        request = self._job.request
        allowed = role_allows(self._bedrock, self._job.place, request["roleArn"])
        reader = Reader(self._bedrock, self._job.place, allowed)
        reader.check_output(
            Location.parse(request["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"])
        )
        files = list(self._files(reader))
        self._check_count(sum(len(file.records) for file in files))
        tally = _Tally()
        for file in files:
            tally = self._answer_file(file, tally)
            if self._cancelled():
                return
        self._keep_manifest(tally)
        self._record(tally)

    def _files(self, reader: Reader) -> Iterator[_File]:
        source = Location.parse(self._job.request["inputDataConfig"]["s3InputDataConfig"]["s3Uri"])
        keys = [source.key]
        if not source.key.endswith(".jsonl"):
            keys = [key for key in reader.keys(source) if key.endswith(".jsonl")]
        for key in keys:
            location = Location(source.bucket, key)
            yield _File(key.rsplit("/", 1)[-1], list(_records(reader.fetch(location))))

    def _check_count(self, count: int) -> None:
        facts = self._bedrock.facts
        if count < facts.batch_minimum_records:
            minimum = facts.batch_minimum_records
            raise DataProblem(facts.batch_too_few.format(count=count, minimum=minimum))
        if count > facts.batch_maximum_records:
            raise DataProblem(f"Batch job contains more records ({count}) than are allowed.")

    def _answer_file(self, file: _File, tally: _Tally) -> _Tally:
        lines: list[Mapping[str, Any]] = []
        for record in file.records:
            if self._cancelled():
                return tally
            line, tally = self._answer(record, tally)
            lines.append(line)
        # Two versions of the same page of the documentation contradict each other on the order.
        random.Random(self._job.id).shuffle(lines)  # noqa: S311  (not a secret)
        text = "".join(json.dumps(line) + "\n" for line in lines)
        path = f"{self._job.id}/{file.name}.out"
        keep_output(self._bedrock.store, self._job.arn, path, text.encode())
        return tally

    def _answer(self, record: Params, tally: _Tally) -> tuple[Params, _Tally]:
        try:
            output = self._respond(self._job, record.get("modelInput"))
        except Refusal as refusal:
            error = {"errorCode": refusal.status or 400, "errorMessage": refusal.message}
            return {**record, "error": error}, tally._replace(failed=tally.failed + 1)
        usage = output["usage"]
        return {**record, "modelOutput": output}, tally._replace(
            succeeded=tally.succeeded + 1,
            input_tokens=tally.input_tokens + usage["inputTokens"],
            output_tokens=tally.output_tokens + usage["outputTokens"],
        )

    def _keep_manifest(self, tally: _Tally) -> None:
        total = tally.succeeded + tally.failed
        manifest = {
            "totalRecordCount": total,
            "processedRecordCount": total,
            "successRecordCount": tally.succeeded,
            "errorRecordCount": tally.failed,
            "inputTokenCount": tally.input_tokens,
            "outputTokenCount": tally.output_tokens,
        }
        path = f"{self._job.id}/manifest.json.out"
        keep_output(self._bedrock.store, self._job.arn, path, json.dumps(manifest).encode())


def _records(data: bytes) -> Iterator[Params]:
    for number, text in enumerate(data.decode(errors="replace").split("\n"), 1):
        if not text.strip():
            continue
        try:
            record: object = json.loads(text)
        except (ValueError, RecursionError):
            raise DataProblem("The line is not valid JSON.", line=number) from None
        if not isinstance(record, dict) or "modelInput" not in record:
            raise DataProblem("The record must be an object with modelInput.", line=number)
        # recordId is optional; the service adds one of eleven characters.
        yield {"recordId": f"{number:011d}", **cast("Params", record)}
