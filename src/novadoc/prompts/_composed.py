"""The text of a prompt, put together from its sentences."""

from __future__ import annotations

from typing import NamedTuple

from novadoc.prompts._conversation import AnswerMode
from novadoc.prompts._reserved import defuse, defuse_json
from novadoc.prompts._wording import Wording
from novadoc.schema import FieldSpec, to_json
from novadoc.types import JsonObject, JsonValue


class Section(NamedTuple):
    """One part of the text, for whoever wants to know what is spent where."""

    name: str
    text: str


def task(
    root: FieldSpec, schema: JsonObject, wording: Wording, instructions: str, mode: AnswerMode
) -> tuple[Section, ...]:
    """The user's text after the pages: task, schema, rules, the author's instructions.

    The schema stands before all text of the author, so that it is the first JSON in the prompt;
    in `tool` mode the tool carries it.
    """
    sections = [Section("task", defuse(wording.task))]
    if mode == "json":
        shown = f"{defuse(wording.schema)}\n{defuse_json(to_json(schema))}"
        sections.append(Section("schema", shown.strip()))
    else:
        sections.append(Section("schema", defuse(wording.tool)))
    rules = "\n".join(f"- {rule}" for rule in _rules(root, wording, mode) if rule)
    sections.append(Section("rules", defuse(f"{wording.rules}\n{rules}".strip())))
    if instructions.strip():
        own = f"{wording.instructions}\n{instructions.strip()}"
        sections.append(Section("instructions", defuse(own.strip())))
    return tuple(section for section in sections if section.text)


def joined(sections: tuple[Section, ...]) -> str:
    """The sections as one text, an empty line between them."""
    return "\n\n".join(section.text for section in sections)


def defused(node: JsonValue) -> JsonValue:
    """A JSON Schema without reserved words in its descriptions."""
    if isinstance(node, list):
        return [defused(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    return {
        key: defuse(inner) if key == "description" and isinstance(inner, str) else defused(inner)
        for key, inner in node.items()
    }


def _rules(root: FieldSpec, wording: Wording, mode: AnswerMode) -> list[str]:
    kinds = {field.kind for field in root.walk()}
    rules = [wording.keys, wording.copy, wording.absent]
    for needs, rule in (
        ({"number", "integer"}, wording.numbers),
        ({"date"}, wording.dates),
        ({"time", "datetime"}, wording.times),
        ({"boolean"}, wording.booleans),
        ({"enum"}, wording.choices),
        ({"array"}, wording.lists),
    ):
        if kinds & needs:
            rules.append(rule)
    rules += [wording.pages, wording.data]
    return [*rules, wording.only] if mode == "json" else rules
