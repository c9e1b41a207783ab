"""Canonical forms of leaves: text, numbers and truth values. Pure functions that never raise."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from math import isfinite
from typing import Literal, cast

from novadoc.metrics._values import digest, plain

DecimalMark = Literal[".", ","]

# A longer run of characters is no amount anybody printed, and parsing it would cost.
_LONGEST_NUMBER = 64
# Decimal's default context overflows far beyond; nobody prints amounts of a thousand digits.
_LARGEST_EXPONENT = 999

# Most prints, so that few go the long way: 12, -12.50, 1,234.50, $1,234.50.
_USUAL = re.compile(r"(?:[+-]?|\$ ?)(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?\Z")
_HAS_DIGIT = re.compile(r"[0-9]")
_BARE = re.compile(r"[-+0-9.,' ()]*\Z")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,3}\Z")
_GROUPED = re.compile(r"[0-9]{1,3}([.,' ][0-9]{2,3})*[.,' ][0-9]{3}\Z")
_SYMBOLS = r"[$€£¥₹₽₩₪₫₺₴₦฿¢₱]"
_CODES = (
    r"(?:US|CA|AU|NZ|HK|SG|R|C|A)?\$|USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|CNY|RMB|INR|Rs\.?|SEK|NOK|DKK|kr\.?|"
    r"PLN|z[łl]|CZK|K[čc]|HUF|Ft|BRL|MXN|ZAR|SGD|HKD|KRW|TRY|ILS|AED|RUB|UAH|Fr\.?"
)
_CURRENCY = re.compile(rf"(?:{_SYMBOLS}|\b(?:{_CODES})(?![A-Za-z])|{_CODES})", re.IGNORECASE)
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2012": "-", "\ufe63": "-", "\u2019": "'"})

_TRUE = frozenset({"true", "yes", "y", "on", "1", "x", "checked", "selected", "✓", "✔", "☑", "☒"})
_FALSE = frozenset({"false", "no", "n", "off", "0", "unchecked", "unselected", "☐"})


def leaf_text(value: object) -> str:
    """Return a leaf as the text JSON would print, so `5`, `5.0` and `"5"` read the same.

    A container is no leaf; it gets a text of its own, so that comparing never fails.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        return _number_text(value)
    if isinstance(value, (dict, list, tuple)):
        return f"container {digest(plain(cast('object', value)))}"
    return str(value)


def _number_text(value: float | Decimal) -> str:
    if isinstance(value, int):
        # `str` refuses integers beyond 4300 digits; hexadecimal has no limit.
        return str(value) if value.bit_length() < 10_000 else hex(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
    if value.is_finite() and abs(value.adjusted()) <= _LARGEST_EXPONENT:
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def exact_text(value: object) -> str:
    """Return the text in Unicode NFC without outer blanks."""
    text = value if isinstance(value, str) else leaf_text(value)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.strip()


def fold(value: object) -> str:
    """Return the text folded for reading: compatibility forms, case and runs of blanks."""
    text = value if isinstance(value, str) else leaf_text(value)
    if not text.isascii():
        # Folding can undo normalisation and the other way round; twice is stable.
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(text.casefold().split())


def number(value: object, mark: DecimalMark | None = None) -> int | float | Decimal | None:
    """Return the number a leaf stands for; `None` when it stands for none.

    A bool is no number, and neither are NaN and infinities. Equal numbers compare and hash alike
    whatever they came from, so the result is usable as a key: a float stands for its shortest
    print, and a Decimal is returned only where no float prints the same.
    """
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, str):
        return _from_text(value, mark)
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value.bit_length() < 3_300 else None
    return _from_decimal(value) if isinstance(value, Decimal) else None


def _from_decimal(value: Decimal) -> int | float | Decimal | None:
    if not value.is_finite() or abs(value.adjusted()) > _LARGEST_EXPONENT:
        return None
    near = float(value)
    # Shortest prints of floats are unique, so equal prints mean equal numbers.
    return near if isfinite(near) and Decimal(repr(near)) == value else value


def _from_text(text: str, mark: DecimalMark | None) -> int | float | Decimal | None:
    if len(text) > _LONGEST_NUMBER:
        return None
    if mark != ",":
        usual = _USUAL.match(text)
        if usual:
            digits = text.lstrip("$ ").replace(",", "")
            # Up to 15 digits, the float's shortest print is the text.
            return float(digits) if len(digits) <= 15 else _from_decimal(Decimal(digits))
    found = _from_printed(text, mark)
    return None if found is None else _from_decimal(found)


def _from_printed(text: str, mark: DecimalMark | None) -> Decimal | None:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_MINUS)
    if not _HAS_DIGIT.search(text):
        return None
    if not _BARE.match(text):
        text = _CURRENCY.sub(" ", text, count=2)
    text, negative = _sign(text.strip())
    if _SCIENTIFIC.match(text):
        digits: str | None = text
    else:
        digits = _ungroup(" ".join(text.split()), mark)
    if digits is None:
        return None
    found = Decimal(digits)
    return -found if negative else found


def _sign(text: str) -> tuple[str, bool]:
    """Take the sign off: leading, trailing, or accounting brackets."""
    if text.startswith("(") and text.endswith(")"):
        text, negative = text[1:-1].strip(), True
    elif text.endswith("-") or text.startswith("-"):
        text, negative = text.strip("-").strip(), True
    else:
        text, negative = text.removeprefix("+").strip(), False
    return text, negative


def _ungroup(text: str, mark: DecimalMark | None) -> str | None:
    """Return plain digits with a point, or `None` when this is no grouped number."""
    mark = mark or _decimal_mark(text)
    whole, _, fraction = text.rpartition(mark) if mark in text else (text, "", "")
    if mark in whole or not _is_digits(fraction or "0"):
        return None
    plain = whole or "0"
    if not _is_digits(plain):
        if not _GROUPED.match(plain) or len(set(plain) & set(".,' ")) != 1:
            return None
        plain = re.sub(r"[.,' ]", "", plain)
    if not whole and not fraction:
        return None
    return f"{plain}.{fraction}" if fraction else plain


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _decimal_mark(text: str) -> DecimalMark:
    """Guess the decimal mark: the last of two kinds, else what the group sizes allow."""
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        return "," if comma > point else "."
    if comma >= 0:
        grouped = text.count(",") > 1 or len(text) - comma == 4
        return "." if grouped else ","
    # One point with three digits behind it is a fraction, as JSON prints it; several are groups.
    return "," if text.count(".") > 1 else "."


def truth(value: object) -> bool | None:
    """Return the truth value a leaf stands for; `None` when it stands for none."""
    if isinstance(value, bool):
        return value
    text = fold(value)
    if text in _TRUE:
        return True
    return False if text in _FALSE else None
