"""Where the parts of a JSON Schema are found, and how they are laid over each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast
from urllib.parse import unquote

from novadoc.errors import SchemaError
from novadoc.schema._draft import Place, refuse
from novadoc.types import JsonObject, JsonValue

# Words of which two in one place are two sets of named parts, and not two opinions.
_NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions"})


def look_up(document: JsonObject, reference: str, place: Place) -> JsonValue:
    """Return what a `$ref` leads to: by a JSON pointer, or by an anchor.

    Raises:
        SchemaError: It leads out of the document, or nowhere.
    """
    base, _, fragment = reference.partition("#")
    if base and base != str(document.get("$id", "")).partition("#")[0]:
        raise refuse(
            place,
            f"The reference {reference!r} points outside the schema.",
            "Put what it means under `$defs`.",
        )
    if fragment and not fragment.startswith("/"):
        found = next(_anchored(document, fragment), None)
        if found is None:
            raise _nowhere(reference, place)
        return found
    node: JsonValue = document
    for part in unquote(fragment).split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and key in node:
            node = node[key]
        elif isinstance(node, list) and key.isdecimal() and int(key) < len(node):
            node = node[int(key)]
        else:
            raise _nowhere(reference, place)
    return node


def _nowhere(reference: str, place: Place) -> SchemaError:
    return refuse(
        place, f"The reference {reference!r} leads nowhere.", "Add it under `$defs`, or mend it."
    )


def _anchored(node: JsonValue, anchor: str) -> Iterator[JsonObject]:
    """The parts with this anchor; draft 7 writes it as an `$id`."""
    if isinstance(node, dict) and (
        node.get("$anchor") == anchor or node.get("$id") == f"#{anchor}"
    ):
        yield node
    if isinstance(node, (dict, list)):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from _anchored(inner, anchor)


def both(word: str, one: JsonValue, other: JsonValue, place: Place) -> JsonValue:
    """What a keyword says when two parts that both count say it.

    Raises:
        SchemaError: They ask for different types.
    """
    if one == other:
        return one
    if word in _NAMED and isinstance(one, dict) and isinstance(other, dict):
        shared = {k: cast("JsonValue", {"allOf": [one[k], other[k]]}) for k in one if k in other}
        return {**one, **other, **shared}
    if word in {"required", "enum"} and isinstance(one, list) and isinstance(other, list):
        if word == "enum":
            return [each for each in one if each in other]
        return [*one, *(each for each in other if each not in one)]
    if word == "type":
        return _shared_types(one, other, place)
    return other


def _shared_types(one: JsonValue, other: JsonValue, place: Place) -> JsonValue:
    first, second = (each if isinstance(each, list) else [each] for each in (one, other))
    shared = [each for each in first if each in second]
    if ("integer" in first and "number" in second) or ("integer" in second and "number" in first):
        shared.append("integer")
    if not shared:
        raise refuse(
            place,
            "Parts of the schema that both count ask for different types here.",
            "Leave one type.",
        )
    return shared[0] if len(shared) == 1 else shared
