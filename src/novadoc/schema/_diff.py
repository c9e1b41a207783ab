"""What a changed schema means for labels, models and results that are already there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from novadoc.errors import SchemaError
from novadoc.schema._document_schema import DocumentSchema
from novadoc.schema._fields import FieldSpec
from novadoc.schema._migration import Migration
from novadoc.schema._render import describe

ChangeKind = Literal[
    "added",
    "removed",
    "renamed",
    "type",
    "nullable",
    "choices",
    "constraints",
    "description",
    "order",
    "scoring",
]
LabelEffect = Literal["compatible", "migrate", "check", "relabel"]
"""For labels: nothing to do; rewritten by `migration`; some may no longer fit; look again."""

_LABELS: Mapping[ChangeKind, LabelEffect] = {
    "added": "relabel",
    "removed": "migrate",
    "renamed": "migrate",
    "type": "relabel",
    "nullable": "check",
    "choices": "check",
    "constraints": "check",
    "description": "compatible",
    "order": "compatible",
    "scoring": "compatible",
}
_REASONS: Mapping[ChangeKind, str] = {
    "added": "old labels do not say whether it is printed; null would teach that it is not",
    "removed": "the value is dropped",
    "renamed": "the value moves to the new key",
    "type": "the values have to be written otherwise",
    "nullable": "null became a value, or ceased to be one",
    "choices": "values may no longer be choices, or be better said by a new one",
    "constraints": "values may break the new rule",
    "description": "the model reads other words; check that they still mean the old labels",
    "order": "labels are rewritten in the new order",
    "scoring": "reports group, compare or redact otherwise; nothing reaches the model",
}
# Types whose every value can be written in the other type.
_WIDENED = {("integer", "number"), ("integer", "string"), ("date", "string"), ("enum", "string")}


@dataclass(frozen=True)
class Change:
    """One difference between two schemas."""

    path: str
    """The field, in the new schema where it is there."""
    kind: ChangeKind
    """What changed."""
    labels: LabelEffect
    """What it means for labels."""

    @property
    def retrain(self) -> bool:
        """Whether a model trained on the old schema is asked something else by the new one."""
        return self.kind != "scoring"

    def __str__(self) -> str:
        return f"{self.path or '(document)'}: {self.kind}: {_REASONS[self.kind]}"


@dataclass(frozen=True)
class SchemaDiff:
    """All differences between two schemas, and what they mean."""

    changes: tuple[Change, ...]
    """By field, in the new schema's order; removed ones last."""
    migration: Migration
    """Rewrites labels and stored results of the old schema for the new."""

    @property
    def compatible(self) -> bool:
        """Whether labels, models and results can stay as they are."""
        return not any(change.retrain for change in self.changes)

    @property
    def retrain(self) -> bool:
        """Whether models trained on the old schema are asked something else."""
        return not self.compatible

    @property
    def relabel(self) -> tuple[str, ...]:
        """Fields for which documents have to be looked at again."""
        return tuple(change.path for change in self.changes if change.labels == "relabel")

    @property
    def check(self) -> tuple[str, ...]:
        """Fields for which some labels may no longer fit; migrating finds them."""
        return tuple(change.path for change in self.changes if change.labels == "check")

    def __str__(self) -> str:
        if not self.changes:
            return "No change."
        verdict = "Compatible." if self.compatible else "Models have to be trained again."
        if self.relabel:
            verdict += f" Label again: {', '.join(self.relabel)}."
        return "\n".join([verdict, *(f"- {change}" for change in self.changes)])


def diff(
    old: DocumentSchema[Any] | type[Any],
    new: DocumentSchema[Any] | type[Any],
    *,
    renamed: Mapping[str, str] | None = None,
) -> SchemaDiff:
    """Compare two versions of a schema.

    Args:
        old: What labels and models were made with.
        new: What is wanted now.
        renamed: Old path to new path of fields that only changed their name or place.

    Raises:
        SchemaError: A path in `renamed` does not exist, moves in or out of a list, or is taken
            by another field.

    Example:
        >>> from pydantic import BaseModel
        >>> class Old(BaseModel):
        ...     number: str | None = None
        >>> class New(BaseModel):
        ...     number: str | None = None
        ...     total: float | None = None
        >>> print(diff(Old, New))
        Models have to be trained again. Label again: total.
        - total: added: old labels do not say whether it is printed; null would teach that it is not
    """
    before, after = DocumentSchema.of(old), DocumentSchema.of(new)
    moves = dict(renamed or {})
    for source, target in moves.items():
        before.field(source)
        after.field(target)
        if source.count("[]") != target.count("[]"):
            raise SchemaError(
                "A field cannot move in or out of a list.",
                path=source,
                remedy="Take it out of `renamed` and label it again.",
            )
    _refuse_crowding(before, moves)
    migration = Migration(before, after, tuple(sorted(moves.items())))
    return SchemaDiff(tuple(_changes(before, after, migration)), migration)


def _refuse_crowding(old: DocumentSchema[Any], moves: Mapping[str, str]) -> None:
    """Refuse moves that would lay two values over each other."""
    standing = {field.path for field in old.root.walk()} - moves.keys()
    for source, target in moves.items():
        if target in standing or list(moves.values()).count(target) > 1:
            raise SchemaError(
                f"Another field would move, or already stands, at `{target}`.",
                path=source,
                remedy="Take one of them out of `renamed`, and label it again.",
            )


def _changes(
    before: DocumentSchema[Any], after: DocumentSchema[Any], migration: Migration
) -> Iterator[Change]:
    old = {migration.moved(field.path): field for field in before.root.walk()}
    new = {field.path: field for field in after.root.walk()}
    for path, field in new.items():
        known = old.get(path)
        if known is None:
            if _parent(path) in old:
                yield _change(path, "added")
            continue
        if known.path != path and migration.moves_itself(known.path):
            yield _change(path, "renamed")
        yield from _within(known, field)
    for path, field in old.items():
        if path not in new and _parent(path) in new:
            yield _change(field.path, "removed")


def _within(old: FieldSpec, new: FieldSpec) -> Iterator[Change]:
    if (old.kind, old.format, old.types) != (new.kind, new.format, new.types):
        widened = (old.kind, new.kind) in _WIDENED
        yield Change(new.path, "type", "migrate" if widened else _LABELS["type"])
    if old.nullable != new.nullable:
        yield Change(new.path, "nullable", "compatible" if new.nullable else "check")
    if old.kind == new.kind and set(old.choices) != set(new.choices):
        yield _change(new.path, "choices")
    if dict(old.constraints) != dict(new.constraints):
        yield _change(new.path, "constraints")
    if describe(old) != describe(new):
        yield _change(new.path, "description")
    if _order(old, new) != _order(new, old) or (
        old.kind == new.kind and set(old.choices) == set(new.choices) and old.choices != new.choices
    ):
        yield _change(new.path, "order")
    if _scored(old) != _scored(new):
        yield _change(new.path, "scoring")


def _order(one: FieldSpec, other: FieldSpec) -> list[str]:
    """The keys of one that the other has too, in order."""
    names = {child.name for child in other.children}
    return [child.name for child in one.children if child.name in names]


def _scored(field: FieldSpec) -> tuple[object, ...]:
    return (field.category, repr(field.comparator), field.sensitive)


def _change(path: str, kind: ChangeKind) -> Change:
    return Change(path, kind, _LABELS[kind])


def _parent(path: str) -> str:
    return path[:-2] if path.endswith("[]") else path.rpartition(".")[0]
