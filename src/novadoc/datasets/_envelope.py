"""One record against the rules of the format and of the model it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from novadoc._wire import RECORD_VERSION
from novadoc.datasets._media_blocks import MediaBlocks
from novadoc.datasets._problem import Report
from novadoc.datasets._reserved import reserved
from novadoc.datasets._untrusted import Loose, as_list, as_object
from novadoc.models import BaseModel

_KEYS = frozenset({"schemaVersion", "system", "messages"})
_TURN_KEYS = frozenset({"role", "content"})
_ROLES = ("user", "assistant")


class Parts(NamedTuple):
    """What further rules need of a record."""

    images: tuple[str, ...]
    """Locations of its images, in order."""
    characters: int
    """Of all its text."""
    answer: str | None
    """The last assistant turn's text; `None` when there is none."""
    videos: tuple[str, ...] = ()
    question: str = ""
    """The user's text and videos, for records without images."""
    examples: int = 0
    """How many of the images, the first ones, stand before the last question."""


class Envelope:
    """Checks records for one model; remembers the texts that all records share."""

    def __init__(self, model: BaseModel) -> None:
        self._model = model
        self._system_seen: tuple[object, int] = (None, 0)
        self.media = MediaBlocks(model)
        self.clean: list[str] = []
        """Texts found clean not long ago: prompts are the same in every record."""

    def check(self, record: object, report: Report) -> Parts | None:
        """Report what is wrong with a record; return its parts when it can be read at all."""
        fields = as_object(record)
        if fields is None:
            report("json", "$", "The line is JSON, but not an object.")
            return None
        if not fields.keys() <= _KEYS:
            self._unknown(fields, report)
        if fields.get("schemaVersion") != RECORD_VERSION:
            report("schema-version", "$.schemaVersion", f"It has to be `{RECORD_VERSION}`.")
        size = 0
        if "system" in fields:
            system = fields["system"]
            known = self._system_seen
            size = known[1] if system == known[0] else self._system(system, report)
        messages = as_list(fields.get("messages"))
        if messages is None or len(messages) < 2:
            report("messages", "$.messages", "A record needs a user's and an assistant's turn.")
            return None
        return self._messages(messages, size, report)

    def _unknown(self, fields: Mapping[str, object], report: Report) -> None:
        for key in sorted(fields.keys() - _KEYS):
            if key == "toolConfig":
                report("tool", "$.toolConfig", "Supervised fine-tuning does not support tools.")
            else:
                report("unknown-key", "$", f"The format has no member {key[:40]!r}.")

    def _system(self, system: object, report: Report) -> int:
        blocks = as_list(system)
        faults = 0
        if not blocks:
            report("system", "$.system", "It has to be a list of text blocks.")
            return 0
        size = 0
        for place, block in enumerate(blocks):
            fields = as_object(block)
            text = fields.get("text") if fields is not None and len(fields) == 1 else None
            if type(text) is str:
                size += self._text(text, f"$.system[{place}].text", report, remember=True)
                faults += text not in self.clean
            else:
                faults += 1
                report("system", f"$.system[{place}]", "It is not a text block.")
        if not faults:
            self._system_seen = (system, size)
        return size

    def _messages(self, messages: list[object], size: int, report: Report) -> Parts:
        turns = _Turns(self, report)
        turns.characters = size
        for place, message in enumerate(messages):
            path = f"$.messages[{place}]"
            fields = as_object(message)
            if fields is None or fields.keys() != _TURN_KEYS:
                report("messages", path, "A turn has the members `role` and `content`, no others.")
                continue
            role = fields["role"]
            if role != _ROLES[place % 2]:
                report("roles", f"{path}.role", f"Turn {place + 1} is the {_ROLES[place % 2]}'s.")
            turns.read(fields["content"], role == "assistant", path)
        if len(messages) % 2:
            report("roles", "$.messages", "The last turn is the assistant's.")
        if len(turns.images) > self._model.images_per_sample:
            limit = self._model.images_per_sample
            report("image-count", "$.messages", f"{len(turns.images)} images; {limit} at most.")
        if turns.videos or turns.reasons:
            self._mixed(turns, report)
        return Parts(
            tuple(turns.images),
            turns.characters,
            turns.answer,
            tuple(turns.videos),
            "" if turns.images else "\n".join((*turns.asked, *turns.videos)),
            turns.examples,
        )

    def _mixed(self, turns: _Turns, report: Report) -> None:
        if len(turns.videos) > 1:
            report("image-count", "$.messages", f"{len(turns.videos)} videos; 1 at most.")
        if turns.videos and turns.images:
            report("mixed-media", "$.messages", "A sample has images or a video, not both.")
        if turns.reasons and (turns.videos or turns.images):
            # bedrock:nova-2-sft-data-prep: reasoning is supported for text only.
            report("content", "$.messages", "Reasoning is trained on text, not beside media.")

    def _text(self, text: str, path: str, report: Report, *, remember: bool) -> int:
        if text in self.clean:  # a hundred times faster than looking for words
            return len(text)
        if not text.strip():
            report("empty-text", path, "The text is empty.")
            return len(text)
        found = reserved(text)
        if found is not None:
            place = f"`{found.group().lower()}` at character {found.start() + 1}"
            report("reserved-word", path, f"{place}, which the service keeps for itself.")
        elif remember:
            self.clean = [text, *self.clean[:3]]
        return len(text)

    def text(self, text: object, path: str, report: Report, *, remember: bool = False) -> int:
        """Check one text block's text and return its length."""
        if type(text) is not str:
            report("content", path, "A text block holds a string.")
            return 0
        return self._text(text, path, report, remember=remember)

    def reasoning(self, block: object, path: str, report: Report) -> None:
        """Check an assistant's reasoning, which only Nova 2 is trained on."""
        if self._model.generation == 1:
            report("content", path, "Only Nova 2 is trained on reasoning.")
        inner = as_object((as_object(block) or {}).get("reasoningText"))
        if inner is None:
            report("content", path, "Reasoning is `reasoningText` with a `text`.")
        else:
            self.text(inner.get("text"), f"{path}.reasoningText.text", report)


class _Turns:
    """Reads the turns of one record."""

    __slots__ = (
        "_envelope", "_report", "answer", "asked", "characters", "examples", "images", "reasons",
        "videos",
    )  # fmt: skip

    def __init__(self, envelope: Envelope, report: Report) -> None:
        self.images: list[str] = []
        self.examples = 0
        self.videos: list[str] = []
        self.reasons = False
        self.characters = 0
        self.answer: str | None = None
        self.asked: list[str] = []
        self._envelope = envelope
        self._report = report

    def read(self, content: object, is_answer: bool, path: str) -> None:  # noqa: FBT001
        """Read one turn's content."""
        blocks = as_list(content)
        if not blocks:
            self._report("content", f"{path}.content", "A turn holds a list of blocks.")
            return
        if not is_answer:
            self.examples = len(self.images)
        texts: list[str] = []
        known = self._envelope.clean
        for place, block in enumerate(blocks):
            fields = as_object(block)
            text = fields.get("text") if fields is not None and len(fields) == 1 else None
            if type(text) is str and text in known:  # the prompt, as in every record before
                self.characters += len(text)
                texts.append(text)
            else:
                texts.append(self._block(fields, is_answer, f"{path}.content[{place}]"))
        if is_answer:
            self.answer = "".join(texts)
        else:
            self.asked += texts

    def _block(self, block: Loose | None, is_answer: bool, where: str) -> str:  # noqa: FBT001
        """Read one block; return its text."""
        if block is None or len(block) != 1:
            self._report("content", where, "A block has one member, its kind.")
            return ""
        ((kind, value),) = block.items()
        if kind == "text":
            path = f"{where}.text"
            size = self._envelope.text(value, path, self._report, remember=not is_answer)
            self.characters += size
            return value if type(value) is str else ""
        if is_answer and kind == "reasoningContent":
            self.reasons = True
            self._envelope.reasoning(value, where, self._report)
        elif is_answer:
            self._report("assistant-media", where, "The assistant's turn holds text only.")
        else:
            self._medium(kind, value, where)
        return ""

    def _medium(self, kind: str, value: object, where: str) -> None:
        if kind == "image":
            uri = self._envelope.media.image(value, where, self._report)
            self.images.append(uri or "")
        elif kind == "video":
            self.videos.append(self._envelope.media.video(value, where, self._report) or "")
        else:
            self._report("content", where, f"Blocks of the kind {kind[:40]!r} cannot be trained.")
