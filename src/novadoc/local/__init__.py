"""An AWS on this machine, for tests, tutorials and CI.

S3, IAM and STS come from moto; Bedrock is novadoc's own, and behind it is a small model that really
reads pages and really learns from the records of a customization job. It is not Nova.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from novadoc._faces import lazily

if TYPE_CHECKING:
    from novadoc.local._echo import EchoEngine
    from novadoc.local._engine import (
        Engine,
        EngineRequest,
        StepLoss,
        TrainingRecord,
        TrainingRun,
    )
    from novadoc.local._facts import FAST, REALISTIC, Fact, ServiceFacts, facts_table
    from novadoc.local._faults import Fault, Faults
    from novadoc.local._server import LocalAWS
    from novadoc.local._time import LocalClock
else:
    # The processes that read and learn load the engine alone, and no server.
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "._echo": "EchoEngine",
            "._engine": "Engine EngineRequest StepLoss TrainingRecord TrainingRun",
            "._facts": "FAST REALISTIC Fact ServiceFacts facts_table",
            "._faults": "Fault Faults",
            "._server": "LocalAWS",
            "._time": "LocalClock",
        },
    )

__all__ = [
    "FAST",
    "REALISTIC",
    "EchoEngine",
    "Engine",
    "EngineRequest",
    "Fact",
    "Fault",
    "Faults",
    "LocalAWS",
    "LocalClock",
    "ServiceFacts",
    "StepLoss",
    "TrainingRecord",
    "TrainingRun",
    "facts_table",
]
