"""LocalAWS: an AWS on loopback, for tests, tutorials and CI."""

from __future__ import annotations

import importlib
import threading
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from typing_extensions import Self

from novadoc._extras import require
from novadoc.errors import LocalAWSError
from novadoc.local._bedrock import Bedrock, Grader
from novadoc.local._callers import Callers
from novadoc.local._control import Controls
from novadoc.local._engine import Engine, EngineRequest, TrainingRun
from novadoc.local._facts import FAST, ServiceFacts
from novadoc.local._faults import Faults
from novadoc.local._front import Front
from novadoc.local._gate import Gate
from novadoc.local._keeper import Keeper
from novadoc.local._moto import Moto
from novadoc.local._needs import check_engine
from novadoc.local._operations import resume_batch
from novadoc.local._quotas import Quotas
from novadoc.local._records import BatchJob, CustomizationJob
from novadoc.local._store import Store
from novadoc.local._time import LocalClock
from novadoc.local._training import start_training
from novadoc.local._workers import Workers

if TYPE_CHECKING:
    from boto3 import Session

__all__ = ["LocalAWS"]

_SECRET = "local"  # noqa: S105  (signatures are not checked)


class LocalAWS:
    """An AWS on this machine: S3, IAM and STS from moto, and a Bedrock that reads and learns.

    Use it as a context manager. It listens on 127.0.0.1 only, and touches neither `os.environ` nor
    your AWS configuration. What S3, IAM and STS hold is one per process, as moto's is: several
    LocalAWS at once see the same buckets, as accounts of one AWS do; the last one to close empties
    it.

    Args:
        engine: What answers and learns; `None` is `novadoc.local.engine.OcrEngine()`.
        clock: Tells the time; `None` is the machine's. `LocalClock(manual=True)` moves by hand.
        facts: How long things take and what is guessed; see `FAST` and `REALISTIC`.
        folder: Keeps the state between runs, but for IAM users; `None` keeps it in memory.
        region: Of `session()` and `environ()`.
        account: The twelve digits of the account that dummy keys belong to.
        port: 0 takes a free one.

    Raises:
        LocalAWSError: The port is taken, or the folder cannot be used.
        MissingExtraError: The extra `local` is not installed.

    Example:
        >>> from novadoc.local import EchoEngine
        >>> with LocalAWS(engine=EchoEngine()) as local:
        ...     bedrock = local.session().client("bedrock", endpoint_url=local.url)
        ...     bedrock.list_custom_models()["modelSummaries"]
        []
    """

    def __init__(
        self,
        *,
        engine: Engine | None = None,
        clock: LocalClock | None = None,
        facts: ServiceFacts = FAST,
        folder: Path | str | None = None,
        region: str = "us-east-1",
        account: str = "123456789012",
        port: int = 0,
    ) -> None:
        self.region = region
        self.account = account
        self.clock = clock or LocalClock()
        self.faults = Faults()
        self.graders: dict[str, Grader] = {}
        """Stand-ins of Lambda graders for reinforcement fine-tuning, by function name."""
        self._facts = facts
        self._folder = None if folder is None else Path(folder)
        self._port = port
        self._engine = engine or _DefaultEngine()
        self._front: Front | None = None
        self._bedrock: Bedrock | None = None
        self._callers: Callers | None = None
        self._running: ExitStack | None = None

    def __repr__(self) -> str:
        return f"LocalAWS({self._front.url if self._front else 'not running'})"

    @property
    def url(self) -> str:
        """The endpoint for every service.

        Raises:
            LocalAWSError: It is not running.
        """
        if self._front is None:
            raise LocalAWSError("The local AWS is not running.", remedy="Use it in a `with` block.")
        return self._front.url

    @property
    def notices(self) -> dict[str, tuple[str, ...]]:
        """What the engine ignored or could not use, by job ARN; for jobs of all places."""
        jobs = [] if self._bedrock is None else self._bedrock.store.everywhere(CustomizationJob)
        return {job.arn: job.outcome.notices for job in jobs if job.outcome}

    def session(self, *, region: str | None = None, account: str | None = None) -> Session:
        """Return a boto3 session with dummy keys.

        Args:
            region: Another region than this one's.
            account: Another account; its twelve digits are the access key.
        """
        boto3: Any = require("boto3", extra="local", feature="The local AWS")
        session = boto3.Session(
            aws_access_key_id=account or self.account,
            aws_secret_access_key=_SECRET,
            region_name=region or self.region,
        )
        return cast("Session", session)

    def environ(self) -> dict[str, str]:
        """Return the variables that point child processes and other SDKs here."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def start(self) -> Self:
        """Begin to listen; `with` does it for you.

        Raises:
            LocalAWSError: It runs already, or the port is taken, or the folder cannot be used.
            MissingExtraError: The extra `local` is not installed.
        """
        if self._front is not None:
            raise LocalAWSError("The local AWS runs already.", remedy="Use it, or make another.")
        if isinstance(self._engine, _DefaultEngine):
            check_engine()
        with ExitStack() as undo:
            moto = Moto.open()
            undo.callback(moto.close)
            callers = Callers(moto, self.account, self.region)
            bedrock = self._assemble(moto)
            undo.callback(bedrock.store.close)
            if self._folder is not None:
                keeper = Keeper(moto, callers, self._folder)
                keeper.start()
                undo.callback(keeper.close)
            front = _listen(self._port, Gate(bedrock, callers, Controls(bedrock, self.reset)))
            undo.callback(front.server_close)
            # The other way round: work is told to stop, the engine lets go of whom it keeps
            # waiting, and connections end, before state is kept a last time.
            undo.callback(front.drain)
            if isinstance(self._engine, _DefaultEngine):
                undo.callback(self._engine.close)
            undo.callback(bedrock.workers.close)
            _resume(bedrock)
            # 50 ms between looks at the shutdown flag: closing should not take half a second.
            serve = threading.Thread(target=front.serve_forever, args=(0.05,), daemon=True)
            serve.start()
            undo.callback(front.shutdown)
            self._running = undo.pop_all()
        self._front, self._bedrock, self._callers = front, bedrock, callers
        return self

    def _assemble(self, moto: Moto) -> Bedrock:
        path = None
        if self._folder is not None:
            path = _usable(self._folder) / "bedrock.sqlite"
        return Bedrock(
            facts=self._facts,
            clock=self.clock,
            store=Store(path),
            engine=self._engine,
            moto=moto,
            faults=self.faults,
            quotas=Quotas(self._facts, self.clock),
            workers=Workers(),
            graders=self.graders,
        )

    def reset(self) -> None:
        """Forget everything: jobs, models, buckets, roles, faults; the clock goes on.

        S3, IAM and STS are emptied for every LocalAWS of this process.

        Raises:
            LocalAWSError: It is not running.
        """
        if self._bedrock is None or self._callers is None:
            raise LocalAWSError(
                "The local AWS is not running.", remedy="Use it inside `with`, or `start` it."
            )
        self._bedrock.workers.cancel_all()
        with self._bedrock.lock:
            self._bedrock.pending.clear()
            self._bedrock.iam_changes.clear()
            self._bedrock.store.clear()
        self._bedrock.quotas.clear()
        self._bedrock.moto.reset()
        self._callers.forget()
        self.faults.reset()

    def close(self) -> None:
        """Stop listening, stop training, keep the state if there is a folder for it."""
        running, self._running = self._running, None
        self._front = self._bedrock = self._callers = None
        if running is not None:
            running.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _resume(bedrock: Bedrock) -> None:
    """Go on with what a kept state had left to do."""
    for job in bedrock.store.everywhere(CustomizationJob):
        if not job.delivered:
            start_training(bedrock, job)
    for batch in bedrock.store.everywhere(BatchJob):
        if not batch.delivered:
            resume_batch(bedrock, batch)


def _usable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LocalAWSError(
            f"The folder {str(folder)!r} cannot be used: {error.strerror}.",
            remedy="Give another folder.",
        ) from error
    return folder


def _listen(port: int, gate: Gate) -> Front:
    try:
        return Front(port, gate.answer)
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not between 0 and 65535"
        raise LocalAWSError(
            f"Port {port} on 127.0.0.1 cannot be used: {reason}.",
            remedy="Give another port, or 0 for a free one.",
        ) from error


class _DefaultEngine:
    """The OCR engine, loaded when it is first needed: it takes a second, and extras."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    def _loaded(self) -> Engine:
        with self._lock:
            if self._engine is None:
                module: Any = importlib.import_module("novadoc.local.engine")
                self._engine = cast("Engine", module.OcrEngine())
            return self._engine

    def close(self) -> None:
        """Let go of the engine's processes; the next use makes another."""
        with self._lock:
            engine, self._engine = self._engine, None
        close: Any = getattr(engine, "close", None)
        if close is not None:
            close()

    def train(
        self, records: Any, validation: Any, hyperparameters: Any, *, cancelled: Any
    ) -> TrainingRun:
        return self._loaded().train(records, validation, hyperparameters, cancelled=cancelled)

    def answer(self, request: EngineRequest, artefact: bytes | None) -> str:
        return self._loaded().answer(request, artefact)
