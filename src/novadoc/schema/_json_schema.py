"""JSON Schema (2020-12 and draft 7) -> field tree."""

from __future__ import annotations

from collections.abc import Mapping

from novadoc.schema import _variants
from novadoc.schema._draft import (
    Notes,
    Place,
    Shape,
    endless,
    enum_shape,
    hold_bounds,
    refuse,
    spec,
)
from novadoc.schema._fields import FieldSpec
from novadoc.schema._json_nodes import (
    SHAPING,
    as_node,
    choices_of,
    constant,
    data_keyed,
    discriminator_of,
    legend,
    nothing,
    only_branch,
    scalar,
    shaping,
    text_of,
    types_of,
    untitled,
    with_absence,
)
from novadoc.schema._json_refs import both, look_up
from novadoc.types import JsonObject, JsonValue

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
        hold_bounds(place, self._count)
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
        flat = dict(as_node(node, place))
        while True:
            notes.description = notes.description or text_of(flat.get("description"))
            reference = flat.get("$ref")
            if isinstance(reference, str):
                if reference in seen or self._open.count(reference) > self._recursion:
                    return None
                seen.add(reference)
                self._open.append(reference)
                rest = {k: v for k, v in flat.items() if k != "$ref"}
                flat = {**as_node(look_up(self._document, reference, place), place), **rest}
                continue
            if "allOf" in flat:
                flat = self._all_of(flat, place)
                continue
            only = only_branch(flat, notes)
            if only is None:
                return flat
            rest = {k: v for k, v in flat.items() if k not in {"anyOf", "oneOf"}}
            beside: JsonObject = {**rest, "allOf": [only]}
            flat = beside if shaping(rest) else {**as_node(only, place), **rest}

    def _all_of(self, flat: JsonObject, place: Place) -> JsonObject:
        """Lay the branches of `allOf` over each other."""
        branches = flat["allOf"]
        merged: JsonObject = {}
        parts = [*(branches if isinstance(branches, list) else []), {**flat, "allOf": None}]
        for part in parts:
            node = self._resolved(part, place)
            for key, value in node.items():
                if key != "allOf":
                    known = key in merged
                    merged[key] = both(key, merged[key], value, place) if known else value
        return merged

    def _resolved(self, part: JsonValue, place: Place) -> JsonObject:
        node = as_node(part, place)
        reference = node.get("$ref")
        if isinstance(reference, str):
            if self._open.count(reference) > self._recursion:
                raise refuse(place, f"{reference!r} contains itself in `allOf`.", "Take it out.")
            self._open.append(reference)
            rest = {k: v for k, v in node.items() if k != "$ref"}
            node = {**self._resolved(look_up(self._document, reference, place), place), **rest}
        if isinstance(node.get("allOf"), list):
            node = self._all_of(node, place)
        return node

    def _shape(self, node: JsonObject, place: Place, notes: Notes) -> Shape | None:
        notes.constraints.update({k: node[k] for k in _CONSTRAINTS if k in node})
        branches = node.get("oneOf", node.get("anyOf"))
        bare = {k: v for k, v in node.items() if k not in {"oneOf", "anyOf"}}
        # Branches that only set conditions, as `required`, are the validator's business.
        if isinstance(branches, list) and not (shaping(bare) and not any(map(shaping, branches))):
            return self._union(branches, node, place, notes)
        if "const" in node:
            return choices_of([node["const"]], [], place, notes)
        values = node.get("enum")
        if isinstance(values, list):
            return choices_of(values, [], place, notes)
        kinds = types_of(node, notes)
        if len(kinds) > 1:
            return _variants.mixed(
                [spec(place, Notes(), scalar(k, node, place)) for k in kinds], place
            )
        if not kinds and "type" in node:
            raise nothing(place)
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
        return scalar(kind, node, place)

    def _object(self, node: JsonObject, place: Place) -> Shape | None:
        properties = node.get("properties")
        if isinstance(properties, dict) and properties:
            if any(shaping(values) for values in data_keyed(node)):
                raise refuse(
                    place,
                    "An object with keys of its own cannot have keys from the document, too.",
                    "Put those keys into an object of their own, under `additionalProperties`.",
                )
            shape = self._properties(properties, node.get("required"), place)
            tolerant = node.get("additionalProperties", False) is not False
            return shape._replace(tolerates=None) if tolerant else shape
        values = node.get("additionalProperties", True)
        patterns = data_keyed({**node, "additionalProperties": False})
        if len(patterns) > 1 or (patterns and shaping(values)):
            raise refuse(
                place,
                "Keys of several patterns cannot be asked for in one object.",
                "Use an object for each, with `additionalProperties`.",
            )
        values = patterns[0] if patterns else values
        if values is False:
            return Shape("object")
        item = self.read(values, place.item(), Notes())
        choices = self._keys(node.get("propertyNames"), place)
        return None if item is None else Shape("map", (item,), choices=choices)

    def _keys(self, names: JsonValue, place: Place) -> tuple[str, ...]:
        """The keys a map may have, where they are listed."""
        if isinstance(names, dict) and isinstance(names.get("$ref"), str):
            names = look_up(self._document, str(names["$ref"]), place)
        if not isinstance(names, dict):
            return ()
        keys = names.get("enum", [names.get("const")])
        return tuple(key for key in keys if isinstance(key, str)) if isinstance(keys, list) else ()

    def _properties(self, properties: JsonObject, required: JsonValue, place: Place) -> Shape:
        needed = required if isinstance(required, list) else []
        read: list[FieldSpec] = []
        cut: list[tuple[str, str]] = []
        for name, node in properties.items():
            field = self.read(node, place.key(name), Notes(required=name in needed))
            if field is not None:
                read.append(with_absence(field, node))
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
            further = node.get("additionalItems" if parts is items else "items")
            same = parts if further in (None, True, False) else [*parts, further]
            if any(part != untitled(parts[0]) for part in map(untitled, same)):
                raise refuse(
                    place,
                    "A list whose places have different types has no names for them.",
                    "Use an object with a property for each.",
                )
            items = parts[0]
            if further is False:
                size = {"maxItems": len(parts)}
        item = self.read(items, place.item(), Notes())
        return None if item is None else Shape("array", (item,), constraints=size)

    def _union(
        self, branches: list[JsonValue], node: JsonObject, place: Place, notes: Notes
    ) -> Shape:
        constants = [constant(branch) for branch in branches]
        if all(constants):
            pairs = [pair for pair in constants if pair]
            notes.description = f"{notes.description} {legend(pairs)}".strip()
            return enum_shape([value for value, _ in pairs], [label for _, label in pairs])
        # What stands beside the branches counts in each.
        beside = {k: v for k, v in node.items() if k in SHAPING - {"anyOf", "oneOf"}}
        whole: list[JsonValue] = [{"allOf": [beside, each]} for each in branches]
        found = [self.read(each, place, Notes()) for each in (whole if beside else branches)]
        read = [field for field in found if field is not None]
        if read and all(field.kind == "object" for field in read):
            return _variants.merge(
                [field.children for field in read], discriminator_of(node, read, place), place
            )
        return _variants.mixed(read, place)
