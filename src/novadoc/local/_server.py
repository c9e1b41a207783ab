"""LocalAWS: an AWS on loopback, for tests, tutorials and CI."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from novadoc._extras import require
from novadoc.errors import LocalAWSError
from novadoc.local._bedrock import Bedrock
from novadoc.local._callers import Callers
from novadoc.local._control import Controls
from novadoc.local._engine import Engine, EngineAnswer, EngineRequest, TrainingRun
from novadoc.local._facts import FAST, ServiceFacts
from novadoc.local._faults import Faults
from novadoc.local._front import Front
from novadoc.local._gate import Gate
from novadoc.local._moto import Moto
from novadoc.local._quotas import Quotas
from novadoc.local._records import CustomizationJob
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
        folder: Keeps the state between runs; `None` keeps it in memory.
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
        self._facts = facts
        self._folder = None if folder is None else Path(folder)
        self._port = port
        self._engine = engine or _DefaultEngine()
        self._front: Front | None = None
        self._bedrock: Bedrock | None = None

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

    def start(self) -> LocalAWS:
        """Begin to listen; `with` does it for you.

        Raises:
            LocalAWSError: It runs already, or the port is taken, or the folder cannot be used.
            MissingExtraError: The extra `local` is not installed.
        """
        if self._front is not None:
            raise LocalAWSError("The local AWS runs already.")
        moto = Moto.open()
        try:
            bedrock = self._assemble(moto)
            callers = Callers(moto, self.account, self.region)
            gate = Gate(bedrock, callers, Controls(bedrock))
            self._front = _listen(self._port, gate)
        except BaseException:
            moto.close()
            raise
        self._bedrock = bedrock
        for job in bedrock.store.everywhere(CustomizationJob):
            if not job.delivered:
                start_training(bedrock, job)
        # 50 ms between looks at the shutdown flag: closing in tests should not take half a second.
        threading.Thread(
            target=self._front.serve_forever, args=(0.05,), name="novadoc-local", daemon=True
        ).start()
        return self

    def _assemble(self, moto: Moto) -> Bedrock:
        path = None
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / "bedrock.sqlite"
        return Bedrock(
            facts=self._facts,
            clock=self.clock,
            store=Store(path),
            engine=self._engine,
            moto=moto,
            faults=self.faults,
            quotas=Quotas(self._facts, self.clock),
            workers=Workers(),
        )

    def close(self) -> None:
        """Stop listening, stop training, keep the state if there is a folder for it."""
        front, bedrock = self._front, self._bedrock
        self._front = self._bedrock = None
        if front is None or bedrock is None:
            return
        front.shutdown()
        front.server_close()
        bedrock.workers.close()
        bedrock.store.close()
        bedrock.moto.close()

    def __enter__(self) -> LocalAWS:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _listen(port: int, gate: Gate) -> Front:
    try:
        return Front(port, gate.answer)
    except OSError as error:
        raise LocalAWSError(
            f"Port {port} on 127.0.0.1 cannot be used: {error.strerror}.",
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
                module: Any = require(
                    "novadoc.local.engine", extra="local", feature="The local engine"
                )
                self._engine = cast("Engine", module.OcrEngine())
            return self._engine

    def train(
        self, records: Any, validation: Any, hyperparameters: Any, *, cancelled: Any
    ) -> TrainingRun:
        return self._loaded().train(records, validation, hyperparameters, cancelled=cancelled)

    def answer(self, request: EngineRequest, artefact: bytes | None) -> EngineAnswer:
        return self._loaded().answer(request, artefact)
