"""Real answers kept in a file, and given again without the model."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from novadoc._answer import dump_json, load_json
from novadoc.errors import ConfigurationError
from novadoc.prompts import Conversation, Image, ModelBackend, Reply, Text, Usage
from novadoc.types import JsonObject


class RecordingModel:
    """A model backend that passes questions on and writes down the answers.

    The file holds answers in full: keep it where the documents may be kept. Questions are kept as
    digests only.

    Args:
        model: Whom to ask.
        path: The file, JSON lines; appended to.
    """

    def __init__(self, model: ModelBackend, path: str | Path) -> None:
        self._model = model
        self._path = Path(path)
        self._lock = threading.Lock()

    @property
    def model_id(self) -> str:
        """What is called."""
        return self._model.model_id

    @property
    def base_model(self) -> str | None:
        """The base model's key."""
        return self._model.base_model

    def trained_prompt(self) -> str | None:
        """Return the fingerprint of the prompt the model was trained with; `None` if not told."""
        told = getattr(self._model, "trained_prompt", None)
        found: object = told() if callable(told) else None
        return found if isinstance(found, str) else None

    def converse(self, conversation: Conversation, /) -> Reply:
        """Ask, write the answer down, and return it.

        Raises:
            ServiceError: As the model raises.
        """
        reply = self._model.converse(conversation)
        line = dump_json(
            {
                "question": digest(conversation),
                "model": self.model_id,
                "base_model": self.base_model,
                "reply": _line(reply),
            }
        )
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        return reply


class ReplayingModel:
    """A model backend that answers from a recording, and only what was asked then.

    Args:
        path: A file written by `RecordingModel`.

    Raises:
        ConfigurationError: The file holds no recording, or cannot be read.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._lock = threading.Lock()
        self._replies: dict[str, list[Reply]] = {}
        try:
            with self._path.open(encoding="utf-8") as file:
                lines = [cast("dict[str, Any]", load_json(line)) for line in file]
            self._model_id: str = lines[0]["model"]
            self._base_model: str | None = lines[0]["base_model"]
            for line in lines:
                self._replies.setdefault(line["question"], []).append(_reply(line["reply"]))
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise ConfigurationError(
                f"`{self._path.name}` holds no recording ({type(error).__name__}).",
                remedy="Record with `RecordingModel` first.",
            ) from None

    @property
    def model_id(self) -> str:
        """What was called when it was recorded."""
        return self._model_id

    @property
    def base_model(self) -> str | None:
        """The base model's key when it was recorded."""
        return self._base_model

    def converse(self, conversation: Conversation, /) -> Reply:
        """Give the answer recorded for this question; several in the order they came.

        Raises:
            ConfigurationError: It was not asked when recording.
        """
        with self._lock:
            replies = self._replies.get(digest(conversation))
            if replies:
                return replies.pop(0) if len(replies) > 1 else replies[0]
        raise ConfigurationError(
            f"`{self._path.name}` has no answer to this question.",
            remedy="The prompt, the pages or the image policy changed: record again.",
        )


def digest(conversation: Conversation) -> str:
    """Return the SHA-256, in hex, of what is asked; images count by their own digest."""
    sampling = conversation.sampling
    parts: list[object] = [part.text for part in conversation.system if isinstance(part, Text)]
    parts.extend(
        [message.role, [_part(part) for part in message.parts]] for message in conversation.messages
    )
    parts.append(None if conversation.tool is None else conversation.tool.schema)
    parts.append([sampling.max_tokens, sampling.temperature, sampling.top_p, list(sampling.stop)])
    return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()


def _part(part: object) -> str:
    if isinstance(part, Text):
        return part.text
    return f"image {part.digest}" if isinstance(part, Image) else "cache point"


def _line(reply: Reply) -> JsonObject:
    usage = reply.usage
    return {
        "text": reply.text,
        "stop_reason": reply.stop_reason,
        "tool_input": reply.tool_input,
        "tokens": [
            usage.input_tokens, usage.output_tokens,
            usage.cache_read_tokens, usage.cache_write_tokens,
        ],
        "latency": reply.latency.total_seconds(),
    }  # fmt: skip


def _reply(line: Mapping[str, Any]) -> Reply:
    return Reply(
        text=line["text"],
        stop_reason=line["stop_reason"],
        usage=Usage(*cast("list[int]", line["tokens"])),
        tool_input=line["tool_input"],
        latency=timedelta(seconds=float(line["latency"])),
    )
