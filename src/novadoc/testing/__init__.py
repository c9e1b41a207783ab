"""Model backends for your own tests: scripted, recorded, replayed; a guard against real calls."""

from __future__ import annotations

from novadoc.testing._guard import forbid_calls
from novadoc.testing._replayed import RecordingModel, ReplayingModel
from novadoc.testing._scripted import Answer, ScriptedModel

__all__ = [
    "Answer",
    "RecordingModel",
    "ReplayingModel",
    "ScriptedModel",
    "forbid_calls",
]
