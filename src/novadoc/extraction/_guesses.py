"""Several guesses per field in one answer, each with the model's own probability."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Generic, TypeVar, cast

from novadoc.extraction._answering import Answering, Read
from novadoc.extraction._ask import Ledger
from novadoc.extraction._values import Guess
from novadoc.extraction._windows import Window
from novadoc.prompts import Conversation, Example, ExtractionPrompt, Reply
from novadoc.schema import DocumentSchema
from novadoc.types import JsonObject, JsonValue

T = TypeVar("T")

_SURENESS: JsonObject = {"type": "number", "minimum": 0, "maximum": 1}


def guessing_prompt(prompt: ExtractionPrompt[T], count: int) -> ExtractionPrompt[JsonObject]:
    """Return the question for up to `count` guesses of every leaf, with probabilities."""
    schema = prompt.schema
    asked = DocumentSchema.from_json_schema(
        {**_guessed(schema.prompt_schema), "title": schema.name, "description": schema.description},
        conventions=schema.conventions,
    )
    how = (
        f"Each value's list holds the readings that come into question, at most {count}, the most "
        "probable first, null among them where the document may show nothing. Each reading has the "
        "probability, from 0 to 1, that it is the right one; those of one list are together at "
        "most 1. Where only one reading comes into question, give that one."
    )
    made = ExtractionPrompt(
        asked,
        instructions=f"{prompt.instructions}\n\n{how}".strip(),
        examples=[_shown(one, schema) for one in prompt.examples],
        answer=prompt.answer,
        images=prompt.images,
        framing=prompt.framing,
        wording=prompt.wording,
    )
    made = made.on_text() if prompt.reads_text else made
    return made.cached() if prompt.is_cached else made


class Guessing(Generic[T]):
    """Asks for guesses, and reads the most probable one of each field as its value.

    Args:
        answering: Puts the question made by `guessing_prompt`.
        schema: Of the values.
    """

    def __init__(self, answering: Answering[JsonObject], schema: DocumentSchema[T]) -> None:
        self._answering = answering
        self._schema = schema
        self.prompt = answering.prompt
        self.asker = answering.asker

    def read(self, window: Window, ledger: Ledger, *, temperature: float | None = None) -> Read[T]:
        """Ask about pages, as `Answering.read`.

        Raises:
            AnswerError: No answer could be read; `usage` counts everything tried.
            ServiceError: The service refused, or failed until the policy was used up.
        """
        return self._settled(self._answering.read(window, ledger, temperature=temperature))

    def settle(
        self,
        window: Window,
        conversation: Conversation,
        ledger: Ledger,
        reply: Callable[[], Reply],
    ) -> Read[T]:
        """Read a reply, as `Answering.settle`.

        Raises:
            AnswerError: No answer could be read; `usage` counts everything tried.
            ServiceError: The service refused, or failed until the policy was used up.
        """
        return self._settled(self._answering.settle(window, conversation, ledger, reply))

    def _settled(self, read: Read[JsonObject]) -> Read[T]:
        top = _Top(dict(read.reading.violations))
        value = top.of(read.reading.canonical, self._schema.prompt_schema, "")
        reading = self._schema.read(value)
        violations = tuple(dict.fromkeys((*top.violations, *reading.violations)))
        return Read(
            replace(reading, violations=violations), read.reply, read.notes, guesses=top.guesses
        )


@dataclass
class _Top:
    """The most probable guess of each leaf, with all of them beside it."""

    invalid: Mapping[str, str]
    """Rules by path in the answer, with its guesses."""
    guesses: dict[str, tuple[Guess, ...]] = field(default_factory=dict[str, "tuple[Guess, ...]"])
    violations: list[tuple[str, str]] = field(default_factory=list["tuple[str, str]"])

    def of(self, value: JsonValue, schema: Mapping[str, JsonValue], path: str) -> JsonValue:
        """Return the value that an answer with guesses stands for."""
        if path in self.invalid:
            self.violations.append((path, self.invalid[path]))
        inner = _inner(schema)
        if inner is None:
            return self._leaf(value if isinstance(value, list) else [], path)
        if isinstance(value, dict):
            return {
                name: self.of(item, inner(name), f"{path}.{name}" if path else name)
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [
                self.of(item, inner(""), f"{path}[{index}]") for index, item in enumerate(value)
            ]
        return value

    def _leaf(self, said: list[JsonValue], path: str) -> JsonValue:
        ranked = sorted(
            (self._guess(one, f"{path}[{index}]") for index, one in enumerate(said)),
            key=lambda found: -(found[0].probability or 0.0),
        )
        self.guesses[path] = tuple(guess for guess, rule in ranked if rule is None)
        if not ranked:
            return None
        top, rule = ranked[0]
        if rule is not None:
            self.violations.append((path, rule))
        return top.value

    def _guess(self, one: JsonValue, place: str) -> tuple[Guess, str | None]:
        """Return one guess, and the rule its value breaks; what is invalid came as null."""
        broken = self.invalid.get(place)
        if broken is not None or not isinstance(one, dict):
            return Guess(None, None), broken
        sure = one.get("probability")
        probability = float(sure) if isinstance(sure, (int, Decimal)) else None
        inside = (rule for path, rule in self.invalid.items() if path.startswith(f"{place}.value"))
        return Guess(one.get("value"), probability), next(inside, None)


def _inner(schema: Mapping[str, JsonValue]) -> Callable[[str], Mapping[str, JsonValue]] | None:
    """Return the way to the schemas inside an object, list or map; `None` for a leaf."""
    members, rest, items = (
        schema.get(name) for name in ("properties", "additionalProperties", "items")
    )
    if isinstance(members, dict) and members:
        known = members
        return lambda name: _as_schema(known.get(name))
    if isinstance(rest, dict):
        return lambda _: _as_schema(rest)
    if isinstance(items, dict):
        return lambda _: _as_schema(items)
    return None


def _as_schema(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _guessed(schema: JsonObject) -> JsonObject:
    if _inner(schema) is None:
        bare = {name: rule for name, rule in schema.items() if name != "description"}
        guess: JsonObject = {
            "type": "object",
            "properties": {"value": bare, "probability": _SURENESS},
        }
        about = {"description": schema["description"]} if "description" in schema else {}
        return {"type": "array", **about, "items": guess}
    # What must be there, the schema of the values says when it reads them.
    made = {name: rule for name, rule in schema.items() if name != "required"}
    for name in ("additionalProperties", "items"):
        item = schema.get(name)
        if isinstance(item, dict):
            made[name] = _guessed(item)
    members = schema.get("properties")
    if isinstance(members, dict):
        made["properties"] = {
            name: _guessed(item) for name, item in members.items() if isinstance(item, dict)
        }
    return made


def _shown(example: Example[T], schema: DocumentSchema[T]) -> Example[JsonObject]:
    answer = _certain(schema.canonical(example.answer), schema.prompt_schema)
    return Example(example.document, cast("JsonObject", answer))


def _certain(value: JsonValue, schema: Mapping[str, JsonValue]) -> JsonValue:
    """Return a right answer as one certain guess per leaf."""
    inner = _inner(schema)
    if inner is None:
        return [{"value": value, "probability": 1}]
    if isinstance(value, dict):
        return {name: _certain(item, inner(name)) for name, item in value.items()}
    if isinstance(value, list):
        return [_certain(item, inner("")) for item in value]
    return value
