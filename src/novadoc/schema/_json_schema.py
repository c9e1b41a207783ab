"""JSON Schema (2020-12 and draft 7) -> field tree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from novadoc.schema import _variants
from novadoc.schema._draft import (
    MAX_FIELDS,
    Notes,
    Place,
    Shape,
    endless,
    enum_shape,
    refuse,
    spec,
)
from novadoc.schema._fields import FieldSpec, Kind
from novadoc.schema._json_text import to_json
from novadoc.types import JsonObject, JsonScalar, JsonValue

_FORMATS: Mapping[str, Kind] = {"date": "date", "time": "time", "date-time": "datetime"}
_PLAIN: Mapping[str, Kind] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
}
_CONSTRAINTS = (
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
)
_NULLS = ({"type": "null"}, {"const": None}, {"enum": [None]})


class JsonSchemaReader:
    """Reads a JSON Schema into field specs.

    Args:
        document: The whole schema, in which references are looked up.
        recursion: How many times a definition may stand inside itself.
        notes: Markers by field path, as an author would have written them.
    """

    def __init__(
        self,
        document: JsonObject,
        *,
        recursion: int,
        notes: Mapping[str, list[object]] | None = None,
    ) -> None:
        self._document = document
        self._recursion = recursion
        self._notes = notes or {}
        self._open: list[str] = ["#"]
        self._count = 0

    def root(self) -> FieldSpec:
        """Read the schema as a whole document."""
        found = self.read(self._document, Place(), Notes())
        if found is None or found.kind != "object" or found.nullable:
            raise refuse(
                Place(), "The schema is not an object with properties.", "Wrap it in an object."
            )
        return found

    def read(self, node: JsonValue, place: Place, notes: Notes) -> FieldSpec | None:
        """Read one node; `None` when it only repeats what it stands in, once too often."""
        self._count += 1
        if self._count > MAX_FIELDS:
            raise refuse(place, f"The schema has more than {MAX_FIELDS} fields.", "Ask for less.")
        notes.markers.extend(self._notes.get(place.path, ()))
        depth = len(self._open)
        try:
            flat = self._flatten(node, place, notes)
            if flat is None:
                return None
            shape = self._shape(flat, place.inherit(notes), notes)
        finally:
            del self._open[depth:]
        return None if shape is None else spec(place, notes, shape)

    def _flatten(self, node: JsonValue, place: Place, notes: Notes) -> JsonObject | None:
        """Follow references and take off the wrappings that only say "or null"."""
        seen: set[str] = set()
        flat = dict(_as_node(node, place))
        while True:
            notes.description = notes.description or _text(flat.get("description"))
            reference = flat.get("$ref")
            if isinstance(reference, str):
                if reference in seen or self._open.count(reference) > self._recursion:
                    return None
                seen.add(reference)
                self._open.append(reference)
                rest = {k: v for k, v in flat.items() if k != "$ref"}
                flat = {**_as_node(self._lookup(reference, place), place), **rest}
                continue
            if "allOf" in flat:
                flat = self._all_of(flat, place)
                continue
            only = _only_branch(flat, notes)
            if only is None:
                return flat
            rest = {k: v for k, v in flat.items() if k not in {"anyOf", "oneOf"}}
            flat = {**_as_node(only, place), **rest}

    def _lookup(self, reference: str, place: Place) -> JsonValue:
        if not reference.startswith("#"):
            raise refuse(
                place,
                f"The reference {reference!r} points outside the schema.",
                "Put what it means under `$defs`.",
            )
        node: JsonValue = self._document
        for part in reference[1:].split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(node, dict) or key not in node:
                raise refuse(place, f"The reference {reference!r} leads nowhere.", "Mend it.")
            node = node[key]
        return node

    def _all_of(self, flat: JsonObject, place: Place) -> JsonObject:
        """Lay the branches of `allOf` over each other; properties and required keys add up."""
        branches = flat["allOf"]
        merged: JsonObject = {}
        parts = [*(branches if isinstance(branches, list) else []), {**flat, "allOf": None}]
        for part in parts:
            node = self._resolved(part, place)
            for key, value in node.items():
                if key == "allOf":
                    continue
                known = merged.get(key)
                if isinstance(known, dict) and isinstance(value, dict):
                    merged[key] = {**known, **value}
                elif isinstance(known, list) and isinstance(value, list) and key == "required":
                    merged[key] = [*known, *(item for item in value if item not in known)]
                else:
                    merged[key] = value
        return merged

    def _resolved(self, part: JsonValue, place: Place) -> JsonObject:
        node = _as_node(part, place)
        reference = node.get("$ref")
        if isinstance(reference, str):
            if self._open.count(reference) > self._recursion:
                raise refuse(place, f"{reference!r} contains itself in `allOf`.", "Take it out.")
            self._open.append(reference)
            rest = {k: v for k, v in node.items() if k != "$ref"}
            node = {**self._resolved(self._lookup(reference, place), place), **rest}
        if isinstance(node.get("allOf"), list):
            node = self._all_of(node, place)
        return node

    def _shape(self, node: JsonObject, place: Place, notes: Notes) -> Shape | None:
        notes.constraints.update({k: node[k] for k in _CONSTRAINTS if k in node})
        branches = node.get("oneOf", node.get("anyOf"))
        if isinstance(branches, list):
            return self._union(branches, node, place, notes)
        if "const" in node:
            return _choices([node["const"]], [], place, notes)
        values = node.get("enum")
        if isinstance(values, list):
            return _choices(values, [], place, notes)
        kinds = _types(node, notes)
        if len(kinds) > 1:
            return _variants.mixed(
                [spec(place, Notes(), _scalar(k, node, place)) for k in kinds], place
            )
        if not kinds:
            return self._untyped(node, place, notes)
        return self._typed(kinds[0], node, place)

    def _untyped(self, node: JsonObject, place: Place, notes: Notes) -> Shape | None:
        if "properties" in node:
            return self._typed("object", node, place)
        if "items" in node or "prefixItems" in node:
            return self._typed("array", node, place)
        notes.nullable = True
        return Shape("any")

    def _typed(self, kind: str, node: JsonObject, place: Place) -> Shape | None:
        if kind == "object":
            return self._object(node, place)
        if kind == "array":
            return self._array(node, place)
        return _scalar(kind, node, place)

    def _object(self, node: JsonObject, place: Place) -> Shape | None:
        properties = node.get("properties")
        if isinstance(properties, dict) and properties:
            shape = self._properties(properties, node.get("required"), place)
            tolerant = node.get("additionalProperties", False) is not False
            return replace(shape, tolerates=None) if tolerant else shape
        values = node.get("additionalProperties", True)
        patterns = node.get("patternProperties")
        if isinstance(patterns, dict) and len(patterns) == 1:
            values = next(iter(patterns.values()))
        if values is False:
            return Shape("object")
        names = node.get("propertyNames")
        keys = names.get("enum") if isinstance(names, dict) else None
        if isinstance(names, dict) and isinstance(names.get("$ref"), str):
            target = self._lookup(str(names["$ref"]), place)
            keys = target.get("enum") if isinstance(target, dict) else None
        item = self.read(values, place.item(), Notes())
        choices = (
            tuple(key for key in keys if isinstance(key, str)) if isinstance(keys, list) else ()
        )
        return None if item is None else Shape("map", (item,), choices=choices)

    def _properties(self, properties: JsonObject, required: JsonValue, place: Place) -> Shape:
        needed = required if isinstance(required, list) else []
        read: list[FieldSpec] = []
        cut: list[tuple[str, str]] = []
        for name, node in properties.items():
            field = self.read(node, place.key(name), Notes(required=name in needed))
            if field is not None:
                read.append(_with_absence(field, node))
            elif name in needed:
                raise endless(place.key(name))
            else:
                cut.append((name, name))
        return Shape("object", tuple(read), cut=tuple(cut))

    def _array(self, node: JsonObject, place: Place) -> Shape | None:
        items = node.get("items", True)
        parts = items if isinstance(items, list) else node.get("prefixItems")
        size: JsonObject = {}
        if isinstance(parts, list) and parts:
            if any(part != parts[0] for part in map(_untitled, parts)):
                raise refuse(
                    place,
                    "A list whose places have different types has no names for them.",
                    "Use an object with a property for each.",
                )
            items = parts[0]
            size = {"minItems": len(parts), "maxItems": len(parts)}
        item = self.read(items, place.item(), Notes())
        return None if item is None else Shape("array", (item,), constraints=size)

    def _union(
        self, branches: list[JsonValue], node: JsonObject, place: Place, notes: Notes
    ) -> Shape:
        constants = [_constant(branch) for branch in branches]
        if all(constants):
            pairs = [pair for pair in constants if pair]
            notes.description = f"{notes.description} {_legend(pairs)}".strip()
            return enum_shape([value for value, _ in pairs], [label for _, label in pairs])
        if _is_decimal(branches):
            return Shape("number")
        found = [self.read(branch, place, Notes()) for branch in branches]
        read = [field for field in found if field is not None]
        if read and all(field.kind == "object" for field in read):
            return _variants.merge(
                [field.children for field in read], _discriminator(node, read, place), place
            )
        return _variants.mixed(read, place)


def _as_node(node: JsonValue, place: Place) -> JsonObject:
    if node is True:
        return {}
    if isinstance(node, dict):
        return node
    raise refuse(place, "This part of the schema allows nothing.", "Take it out.")


def _only_branch(node: JsonObject, notes: Notes) -> JsonValue:
    """The single branch beside null of a union, or `None` when there are more or none."""
    for word in ("anyOf", "oneOf"):
        branches = node.get(word)
        if isinstance(branches, list):
            rest = [branch for branch in branches if _untitled(branch) not in _NULLS]
            notes.nullable = notes.nullable or len(rest) < len(branches)
            node[word] = rest
            return rest[0] if len(rest) == 1 else None
    return None


def _untitled(node: JsonValue) -> JsonValue:
    if not isinstance(node, dict):
        return node
    return {k: v for k, v in node.items() if k not in {"title", "description"}}


def _types(node: JsonObject, notes: Notes) -> list[str]:
    kinds = node.get("type", [])
    names = [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind != "null"]
    notes.nullable = notes.nullable or (isinstance(kinds, list) and "null" in kinds)
    return [str(name) for name in names]


def _scalar(kind: str, node: JsonObject, place: Place) -> Shape:
    if kind not in _PLAIN:
        raise refuse(place, f"`{kind}` cannot be asked for here.", "Use one type.")
    form = _text(node.get("format"))
    if kind != "string":
        return Shape(_PLAIN[kind])
    if form == "binary" or node.get("contentEncoding"):
        raise refuse(place, "Bytes cannot be asked of a model.", "Take the field out.")
    return Shape(_FORMATS.get(form, "string"), format="" if form in _FORMATS else form)


def _choices(values: list[JsonValue], labels: list[str], place: Place, notes: Notes) -> Shape:
    scalars: list[JsonScalar] = []
    for value in values:
        if value is None:
            notes.nullable = True
        elif isinstance(value, (dict, list)):
            raise refuse(place, "A choice is an object or a list.", "Use text or numbers.")
        else:
            scalars.append(value)
    return enum_shape(scalars, labels or None)


def _constant(branch: JsonValue) -> tuple[JsonScalar, str] | None:
    """A branch that is one constant, with what it is called."""
    if not isinstance(branch, dict) or "const" not in branch:
        return None
    value = branch["const"]
    if isinstance(value, (dict, list)) or value is None:
        return None
    return value, _text(branch.get("title")) or _text(branch.get("description"))


def _legend(pairs: list[tuple[JsonScalar, str]]) -> str:
    """What the constants are called, as a sentence the model reads."""
    named = [f"{to_json(value)} = {label}" for value, label in pairs if label]
    return f"{', '.join(named)}." if named else ""


def _is_decimal(branches: list[JsonValue]) -> bool:
    """Whether this is how pydantic writes a `Decimal`: a number, or text.

    The text has a pattern of digits in some versions of pydantic and none in others; where it has
    another pattern, or says more, it is text of its own.
    """
    by_type = {str(b.get("type")): b for b in branches if isinstance(b, dict)}
    if len(branches) != 2 or by_type.keys() != {"number", "string"}:
        return False
    text = {k: v for k, v in by_type["string"].items() if k not in {"type", "title"}}
    pattern = text.pop("pattern", None)
    return not text and (pattern is None or _matches_only_numbers(str(pattern)))


def _matches_only_numbers(pattern: str) -> bool:
    return bool(re.search(pattern, "12.5")) and not re.search(pattern, "12.5 apples")


def _discriminator(node: JsonObject, read: list[FieldSpec], place: Place) -> str:
    declared = node.get("discriminator")
    if isinstance(declared, dict) and isinstance(declared.get("propertyName"), str):
        return str(declared["propertyName"])
    for field in read[0].children:
        others = [other.child(field.name) for other in read]
        if field.kind == "enum" and all(o is not None and o.kind == "enum" for o in others):
            return field.name
    raise refuse(
        place,
        "A union of objects cannot be told apart.",
        "Give each a property of the same name with a `const`.",
    )


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""


def _with_absence(field: FieldSpec, node: JsonValue) -> FieldSpec:
    """A property that may be left out: a list or object is then empty, anything else null."""
    if field.required or field.kind in {"object", "array", "map"}:
        return field
    if isinstance(node, dict) and "default" in node:
        return field
    return replace(field, nullable=True)
