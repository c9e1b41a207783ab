"""One value as a model wrote it -> the JSON its field means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from novadoc.schema import _branches
from novadoc.schema._canonical import (
    exact_number,
    expected,
    is_absurd,
    is_canonical,
    is_writable,
    zulu,
)
from novadoc.schema._conventions import Conventions
from novadoc.schema._fields import FieldSpec
from novadoc.schema._json_text import is_text, plain
from novadoc.schema._reading import FindingKind
from novadoc.types import JsonScalar, JsonValue

if TYPE_CHECKING:
    from novadoc.schema._dates import ReadDate

_NOTHING: Final = frozenset(
    {"", "-", "--", "---", "n/a", "na", "none", "null", "nil", "not available", "not present"}
)
_TICKED: Final = frozenset(
    {"x", "yes", "y", "true", "t", "1", "on", "checked", "ticked", "selected", "ja", "si", "oui",
     "sim", "wahr", "☒", "☑", "✓", "✔", "✗", "✘", "[x]", "(x)"}
)  # fmt: skip
_UNTICKED: Final = frozenset(
    {"", "no", "n", "false", "f", "0", "off", "unchecked", "unticked", "not checked", "nein",
     "non", "nao", "falsch", "☐", "□", "[]", "()", "-"}
)  # fmt: skip
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SPLIT: Final = re.compile(r"[T, ]\s*(?=\d{1,2}[:.hH]\d{2})")


class Read(NamedTuple):
    """What became of one value."""

    value: JsonValue
    """The JSON the field means; null when it could not be read."""
    kind: FindingKind | None = None
    """What a finding about it would be, if there is one."""
    message: str = ""
    """The finding in words."""
    rule: str = ""
    """The rule it breaks; empty when it was read."""


def read_scalar(value: JsonValue, field: FieldSpec, conventions: Conventions) -> Read:
    """Read one value of a leaf; exact values come back untouched and without a finding."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    if value is None:
        return Read(None)
    if isinstance(value, str) and _is_absent(value, field):
        return Read(None, "absent", "a word for an empty box")
    if field.kind != "any" and (isinstance(value, (dict, list)) or is_absurd(value)):
        return Read(None, rule=expected(field))
    return _READERS[field.kind](value, field, conventions)


def _is_absent(text: str, field: FieldSpec) -> bool:
    if not field.nullable:
        return False
    if text in field.absent:
        return True
    if field.kind in {"string", "any", "enum"}:
        return field.kind == "enum" and text.strip() == "" and "" not in field.choices
    return text.strip().casefold() in _NOTHING and not (
        field.kind == "boolean" and text.strip().casefold() in _UNTICKED
    )


def _refused(field: FieldSpec) -> Read:
    return Read(None, rule=expected(field))


def _text(value: JsonValue, field: FieldSpec, _: Conventions) -> Read:
    if isinstance(value, str):
        return Read(value) if is_text(value) else _refused(field)
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        written = format(value, "f") if isinstance(value, Decimal) else str(value)
        return Read(written, "normalised", "a number where text is asked; zeros may be lost")
    return _refused(field)


def _number(value: JsonValue, field: FieldSpec, conventions: Conventions) -> Read:
    if isinstance(value, bool):
        return _refused(field)
    if isinstance(value, (int, Decimal)):
        number = Decimal(value)
        return Read(exact_number(number)) if is_writable(number) else _refused(field)
    if not isinstance(value, str):
        return _refused(field)
    amount = _branches.read_amount(value, conventions.decimal)
    if amount is None or not is_writable(amount.value):
        return _refused(field)
    if amount.ambiguous:
        return Read(
            exact_number(amount.value), "ambiguous", "the mark may be of thousands or of decimals"
        )
    return Read(exact_number(amount.value), "normalised", "an amount written as text")


def _integer(value: JsonValue, field: FieldSpec, conventions: Conventions) -> Read:
    if isinstance(value, int) and not isinstance(value, bool):
        return Read(value)
    read = _number(value, field, conventions)
    number = read.value
    if not isinstance(number, Decimal) or number != number.to_integral_value():
        return _refused(field)
    kind: FindingKind = read.kind or "normalised"
    return Read(int(number), kind, read.message or "a whole number written with decimals")


def _boolean(value: JsonValue, field: FieldSpec, _: Conventions) -> Read:
    if isinstance(value, bool):
        return Read(value)
    word = _folded(plain(value) if isinstance(value, Decimal) else str(value))
    word = word.replace("[ ]", "[]").replace("( )", "()")
    if word in _TICKED:
        return Read(True, "normalised", "a tick written as text")
    if word in _UNTICKED:
        return Read(False, "normalised", "an empty box written as text")
    return _refused(field)


def _date(value: JsonValue, field: FieldSpec, conventions: Conventions) -> Read:
    if counted := _counted(value, conventions):
        return Read(counted.date().isoformat(), "normalised", _SERIAL)
    if not isinstance(value, str):
        return _refused(field)
    if _ISO_DATE.fullmatch(value):
        return Read(value) if _parsed(date, value) else _refused(field)
    order = None if conventions.dates == "excel" else conventions.dates
    found = _branches.read_date(value, order)
    if found is not None:
        return _found(found)
    moment = _parsed(datetime, value)
    if isinstance(moment, datetime):
        return Read(moment.date().isoformat(), "normalised", "a date with a time")
    return _refused(field)


def _counted(value: JsonValue, conventions: Conventions) -> datetime | None:
    return _branches.read_serial(value) if conventions.dates == "excel" else None


_SERIAL = "a day counted as Excel does"


def _found(day: ReadDate) -> Read:
    if day.value is None:
        return Read(
            None, "ambiguous", _EITHER, f"{_EITHER}: write YYYY-MM-DD, or declare `Conventions`"
        )
    return Read(day.value.isoformat(), "normalised", "a date in another form")


_EITHER = "nothing says whether day, month or year comes first"


def _time(value: JsonValue, field: FieldSpec, _: Conventions) -> Read:
    if not isinstance(value, str):
        return _refused(field)
    exact = _parsed(time, value)
    if isinstance(exact, time):
        return _same(value, zulu(exact.isoformat()))
    found = _branches.read_time(value)
    return (
        Read(found.isoformat(), "normalised", "a time in another form")
        if found
        else _refused(field)
    )


def _datetime(value: JsonValue, field: FieldSpec, conventions: Conventions) -> Read:
    if moment := _counted(value, conventions):
        return Read(moment.isoformat(), "normalised", _SERIAL)
    if not isinstance(value, str):
        return _refused(field)
    exact = _parsed(datetime, value)
    if isinstance(exact, datetime):
        if _ISO_DATE.fullmatch(value):
            return Read(exact.isoformat(), "normalised", _MIDNIGHT)
        return _same(value, zulu(exact.isoformat()))
    parts = _SPLIT.split(value.strip(), maxsplit=1)
    day = _date(parts[0], field, conventions)
    clock = _branches.read_time(parts[1]) if len(parts) == 2 else time()
    if not isinstance(day.value, str) or clock is None:
        return day if day.rule and day.kind else _refused(field)
    return Read(
        f"{day.value}T{clock.isoformat()}",
        day.kind or "normalised",
        (day.message if len(parts) == 2 or day.kind == "ambiguous" else _MIDNIGHT)
        or "a date and time in another form",
    )


_MIDNIGHT = "no time of day is given; midnight is taken"


def _same(written: str, canonical: str) -> Read:
    if written == canonical:
        return Read(written)
    return Read(canonical, "normalised", "a time in another form")


def _parsed(kind: type[date | time | datetime], text: str) -> date | time | datetime | None:
    # Python 3.10 reads no `Z`.
    iso = f"{text[:-1]}+00:00" if text.endswith(("Z", "z")) else text
    try:
        return kind.fromisoformat(iso)
    except ValueError:
        return None


def _enum(value: JsonValue, field: FieldSpec, _: Conventions) -> Read:
    for choice in field.choices:
        if choice == value and isinstance(choice, bool) == isinstance(value, bool):
            return Read(choice)
    word = _folded(plain(value) if isinstance(value, Decimal) else str(value))
    by_value = [choice for choice in field.choices if _folded(_written(choice)) == word]
    by_label = [
        choice
        for choice, label in zip(field.choices, field.labels, strict=False)
        if label and _folded(label) == word
    ]
    for found in (by_value, by_label):
        if len(found) == 1:
            return Read(found[0], "normalised", "a choice in other words")
    return _refused(field)


def _written(choice: JsonScalar) -> str:
    return plain(choice) if isinstance(choice, Decimal) else str(choice)


def _folded(text: str) -> str:
    """Text without the differences people do not mean: case, spaces, hyphens, accents."""
    letters = unicodedata.normalize("NFKD", text.strip().casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[\s_\-]+", " ", kept) if len(kept) > 1 else kept


def _any(value: JsonValue, field: FieldSpec, _: Conventions) -> Read:
    return Read(value) if is_canonical(value, field) else _refused(field)


_READERS: Mapping[str, Callable[[JsonValue, FieldSpec, Conventions], Read]] = {
    "string": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "enum": _enum,
    "any": _any,
}
