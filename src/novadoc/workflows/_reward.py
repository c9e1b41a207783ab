"""The reward of reinforcement fine-tuning: an answer's score against its reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar, Union, cast

from novadoc._answer import load_json, parse_answer
from novadoc.errors import AnswerError, ConfigurationError, LabelError, MetricsError
from novadoc.metrics import DocumentScore, Rules, compare
from novadoc.prompts import Reply, Usage
from novadoc.schema import DocumentSchema
from novadoc.types import JsonObject, JsonValue

T = TypeVar("T")

# Prose or a fence around the JSON: in these jobs no prefill and no stop sequence frames an answer.
_TIDY = frozenset({"surroundings"})


@dataclass(frozen=True)
class Reward:
    """What one answer is worth, and why."""

    value: float
    """0 to 1."""
    score: DocumentScore = field(repr=False)
    """The answer's leaves against the reference's."""
    is_readable: bool
    """Whether the answer held a JSON object at all."""
    is_tidy: bool
    """Whether it was read without mending, and every value fits the schema."""

    def to_metrics(self) -> list[JsonValue]:
        """Return the numbers behind the value, as a grader reports them."""
        overall = self.score.overall
        rates = {
            "f1": overall.f1,
            "precision": overall.precision,
            "recall": overall.recall,
            "exact": float(self.score.is_exact),
            "readable": float(self.is_readable),
            "tidy": float(self.is_tidy),
            **{f"f1 of {name}": part.f1 for name, part in self.score.categories.items()},
        }
        return [
            {"name": name, "value": rate, "type": "Metric"}
            for name, rate in rates.items()
            if rate is not None  # nothing was there to be measured
        ]


class ExtractionReward(Generic[T]):
    """Scores answers with the metrics; as it is, the handler of a grader's Lambda function.

    The value is the F1 of the leaves, compared as `novadoc.metrics` does: a right value earns, a
    missing, wrong or invented one costs, so that neither silence nor guessing pays. An answer
    that cannot be read, or was cut off, is worth nothing.

    Args:
        schema: Of the answers.
        rules: Comparators and categories by path, over the schema's own.
        untidy: Share of the value withheld from an answer that had to be mended, or has values
            that do not fit the schema: 0 to 1.

    Raises:
        ConfigurationError: `untidy` is not within 0 and 1.
        SchemaError: The class holds something that cannot be asked of a model.

    Example:
        >>> from pydantic import BaseModel
        >>> class Receipt(BaseModel):
        ...     number: str | None = None
        ...     total: float | None = None
        >>> handler = ExtractionReward(Receipt)
        >>> handler.score('{"number": "A7", "total": 12.5}', {"number": "A7", "total": 12.50}).value
        1.0
        >>> handler.score('{"number": "A7", "total": 99}', {"number": "A7", "total": 12.50}).value
        0.5
    """

    def __init__(
        self,
        schema: Union[DocumentSchema[T], type[T]],
        *,
        rules: Rules | None = None,
        untidy: float = 0.1,
    ) -> None:
        if not 0 <= untidy <= 1:
            raise ConfigurationError(f"`untidy` is {untidy}; 0 to 1 are possible.")
        self._schema: DocumentSchema[T] = DocumentSchema.of(schema)
        self._rules = rules
        self._untidy = untidy

    def score(self, answer: str, reference: Union[str, Mapping[str, JsonValue]]) -> Reward:
        """Score one answer.

        Args:
            answer: The model's text.
            reference: The label, as an object or as JSON text.

        Raises:
            MetricsError: The reference is no JSON object.
            LabelError: The reference does not fit the schema.
        """
        expected = self._schema.canonical(_reference(reference))
        notes: list[str] = []
        try:
            data = parse_answer(_said(answer), self._schema, notes=notes)
        except AnswerError:
            lost = compare(expected, None, self._schema, rules=self._rules)
            return Reward(0.0, lost, is_readable=False, is_tidy=False)
        reading = self._schema.read(data)
        score = compare(expected, reading.canonical, self._schema, rules=self._rules)
        tidy = not reading.violations and _TIDY.issuperset(notes)
        # Without a rate nothing was expected, and nothing was given.
        right = 1.0 if score.overall.f1 is None else score.overall.f1
        value = right if tidy else right * (1 - self._untidy)
        return Reward(value, score, is_readable=True, is_tidy=tidy)

    def __call__(self, event: object, context: object = None) -> list[JsonObject]:
        """Grade a batch of samples, as a job of reinforcement fine-tuning sends them.

        An answer that is no answer is graded 0. A sample without a usable reference is an error,
        as it would teach nothing silently: run the handler over the training file beforehand.

        Args:
            event: The samples: `{"id", "messages", "metadata": {"reference_answer"}}` each, the
                assistant's message last (bedrock:rft-prepare-data).
            context: What Lambda passes; not looked at.

        Raises:
            MetricsError: The event or a sample has another shape, or a reference does not fit.
        """
        del context
        if not isinstance(event, list):
            raise MetricsError("the event is no list of samples.")
        samples = cast("list[object]", event)
        return [self._graded(sample, f"[{place}]") for place, sample in enumerate(samples)]

    def _graded(self, sample: object, path: str) -> JsonObject:
        entry = _mapping(sample)
        name = entry.get("id")
        if name is None:
            raise MetricsError("a sample has no `id`.", path=path)
        reference = _mapping(entry.get("metadata")).get("reference_answer")
        if not isinstance(reference, (str, dict)):
            raise MetricsError(f"the sample {name!r} has no `reference_answer`.", path=path)
        answer = _last_turn(entry.get("messages"), path)
        try:
            reward = self.score(answer, cast("JsonObject | str", reference))
        except (LabelError, MetricsError) as error:
            raise MetricsError(
                f"the reference of the sample {name!r} is no JSON or does not fit the schema.",
                path=path,
                remedy="Write the data with `datasets.write_rft` and the same schema.",
            ) from error
        return {
            "id": cast("JsonValue", name),
            "aggregate_reward_score": reward.value,
            "metrics_list": reward.to_metrics(),
        }


def _reference(given: Union[str, Mapping[str, JsonValue]]) -> Mapping[str, JsonValue]:
    if not isinstance(given, str):
        return given
    try:
        found = load_json(given)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise MetricsError("the reference is no JSON object.")
    return found


def _said(answer: str) -> Reply:
    return Reply(answer, "end_turn", Usage())


def _last_turn(messages: object, path: str) -> str:
    turns: Sequence[object] = cast("list[object]", messages) if isinstance(messages, list) else ()
    last = _mapping(turns[-1] if turns else None)
    if last.get("role") != "assistant":
        raise MetricsError("the last message of a sample is not the assistant's.", path=path)
    return _text(last.get("content"))


def _text(content: object) -> str:
    """Return a message's text, given whole or in parts; whatever else it holds says nothing."""
    if isinstance(content, str):
        return content
    parts: Sequence[object] = cast("list[object]", content) if isinstance(content, list) else ()
    texts = (_mapping(part).get("text") for part in parts)
    return "".join(text for text in texts if isinstance(text, str))


def _mapping(value: object) -> Mapping[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
