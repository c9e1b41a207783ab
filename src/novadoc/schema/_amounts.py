"""Numbers as people and models write them -> decimals."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from novadoc.schema._conventions import DecimalMark
from novadoc.schema._currencies import without_units

# No exponent has more digits: `1e99999999999999999999` is beyond what a Decimal can be.
_JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,9})?", re.ASCII)
_BODY = re.compile(r"\d[\d.,'\u2019 ]*|[.,]\d+", re.ASCII)
# Dashes for "no cents": `5.-` in Switzerland, `5,--` in Germany; India writes `5/-`.
_NO_CENTS = re.compile(r"(?<=\d)([.,])-{1,2}(?!\d)")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_MOST_LETTERS = 80


class Amount(NamedTuple):
    """A number read from text."""

    value: Decimal
    """As read."""
    ambiguous: bool
    """Whether another reading is as likely: `1.234` is one and a bit, or a thousand."""
    mark: DecimalMark | None
    """The decimal mark the text proves, if it does."""


def read_amount(text: str, mark: DecimalMark | None = None) -> Amount | None:
    """Read an amount, or return `None` where there is none.

    Args:
        text: As printed: signs, brackets for negative, currency, percent, thousands.
        mark: The document's decimal mark; `None` when not known.

    Example:
        >>> read_amount("(1.234,50)").value
        Decimal('-1234.50')
        >>> read_amount("$1,234").ambiguous
        True
    """
    if len(text) > _MOST_LETTERS:
        return None
    body = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    body = _NO_CENTS.sub(r"\g<1>00", body.removesuffix("/-").rstrip())
    if mark is None and _JSON_NUMBER.fullmatch(body) and not _thousand_like(body):
        return Amount(Decimal(body), ambiguous=False, mark=None)
    sign, body = _sign(body)
    body = without_units(body)
    inner, body = _sign(body)
    if not _BODY.fullmatch(body) or sign == inner == -1:
        return None
    amount = _digits(body.replace(" ", "'").replace("\u2019", "'"), mark)
    return amount and amount._replace(value=amount.value * sign * inner)


def _thousand_like(body: str) -> bool:
    return bool(re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", body))


def _sign(body: str) -> tuple[int, str]:
    """Take off brackets, or a minus or plus at either end."""
    if body.startswith("(") and body.endswith(")"):
        return -1, body[1:-1].strip()
    if body.endswith("-"):
        return -1, body[:-1].strip()
    if body.startswith("-"):
        return -1, body[1:].strip()
    return 1, body.removeprefix("+").strip()


def _digits(body: str, mark: DecimalMark | None) -> Amount | None:
    points = body.count("."), body.count(",")
    if all(points):
        last: DecimalMark = "." if body.rfind(".") > body.rfind(",") else ","
        return _parts(body, last, proves=True)
    if not any(points):
        return _parts(body, None, proves=False)
    only: DecimalMark = "." if points[0] else ","
    if max(points) > 1:
        return _parts(body, None, proves=True, thousands=only)
    if mark is not None:
        return _parts(body, only if mark == only else None, proves=False, thousands=only)
    whole, _, rest = body.partition(only)
    if len(rest) != 3 or "'" in body or not 1 <= len(whole) <= 3 or whole.startswith("0"):
        return _parts(body, only, proves=True)
    # `1,234` is a thousand in most of the world's English; `1.234` is what JSON would mean.
    read = _parts(body, "." if only == "." else None, proves=False, thousands=only)
    return read and read._replace(ambiguous=True)


def _parts(
    body: str, mark: DecimalMark | None, *, proves: bool, thousands: str = ""
) -> Amount | None:
    whole, _, fraction = body.partition(mark) if mark else (body, "", "")
    if mark and body.count(mark) != 1:
        return None
    between = thousands or ("," if mark == "." else ".")
    groups = re.split(f"[{re.escape(between)}']", whole) if whole else ["0"]
    if not _grouped(groups) or (fraction and not fraction.isdigit()):
        return None
    number = Decimal("".join(groups) + (f".{fraction}" if fraction else ""))
    proven: DecimalMark | None = None
    if proves:
        proven = mark or ("," if thousands == "." else ".")
    return Amount(number, ambiguous=False, mark=proven)


def _grouped(groups: list[str]) -> bool:
    """Whether thousands stand in threes, or in twos before the last three as in India."""
    if not all(group.isdigit() for group in groups):
        return False
    first, *rest = groups
    if not rest:
        return True
    return (
        1 <= len(first) <= 3
        and len(rest[-1]) == 3
        and len({len(group) for group in rest[:-1]} - {2, 3}) == 0
    )
