"""How a field's printed words become its value: learned from the answers, or by kind."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import cast

from rapidfuzz.distance import Levenshtein

from novadoc.local.engine._fields import Field
from novadoc.local.engine._looks import Look, look
from novadoc.local.engine._values import Order, amount, clock_time, date_text, dates, squeeze, words
from novadoc.types import JsonObject, JsonScalar

Parts = Sequence[tuple[int, str]]
"""The printed text of a value as (row, text), one item for each segment."""

_ORDERS: tuple[Order, ...] = ("ymd", "mdy", "dmy")
_BASE_EDGE = 0.5
"""The base model's scores are no probabilities: words of a value score much alike."""
_MISREAD = re.compile(r"(?<=\d)[.:;,'](?=\d)")
_DIGITS_ONLY = re.compile(r"\d\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d")
_DOTTED = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?\d{2}")
_FILLERS = frozenset(["by", "via", "per", "as", "in", "on", "to", "the", "a", "an", "is", "of"])
"""Words beside a choice that do not change it."""
_KEPT = 0.8
"""Share of answers spelt as printed from which words are left as they are read."""
_WORDS_OF_TEXT: frozenset[Look] = frozenset(["text", "name", "address"])


@dataclass(frozen=True)
class Format:
    """How to write the value of one field."""

    joiner: str = " "
    """Between the lines of a value."""
    cleaner: str = "tidy"
    several: bool = False
    """Whether a value may have several lines."""
    order: Order | None = None
    """How an ambiguous date is read; `None` where no answer told and the page has to."""
    threshold: float = 0.4
    """Least probability at which the field has a value at all."""
    edge: float = 0.15
    """Share of the surest word's probability that the other words of a value need."""
    separator: str = ""
    """The only sign between digits in the answers; what the OCR takes for a stop becomes it."""
    forms: Mapping[str, str] = field(default_factory=dict[str, str])
    """Spelling of words known from answers, by their squeezed form."""

    def to_json(self) -> JsonObject:
        """Encode for the artefact."""
        return {**vars(self), "forms": dict(self.forms)}

    @classmethod
    def from_json(cls, record: JsonObject) -> Format:
        """Decode what `to_json` wrote."""
        known = cast("dict[str, str]", record["forms"])
        return cls(
            joiner=str(record["joiner"]),
            cleaner=str(record["cleaner"]),
            several=bool(record["several"]),
            order=cast("Order | None", record["order"]),
            threshold=float(cast("float", record["threshold"])),
            edge=float(cast("float", record["edge"])),
            separator=str(record["separator"]),
            forms=known,
        )

    def write(self, spec: Field, parts: Parts) -> JsonScalar:
        """Make the value of `spec` from printed text; `None` when the text is no such value."""
        text = join(parts, self.joiner)
        if spec.kind in {"number", "integer"}:
            return _number(spec, text)
        if spec.kind in {"date", "datetime"}:
            return self._date(spec, text)
        if spec.kind == "time":
            time = clock_time(text)
            return time.isoformat() if time else None
        if spec.kind == "enum":
            return _choice(spec, text)
        if self.separator:
            text = _MISREAD.sub(self.separator, text)
        cleaned = CLEANERS[self.cleaner](text)
        return " ".join(_respell(word, self.forms) for word in cleaned.split(" ")) or None

    def _date(self, spec: Field, text: str) -> str | None:
        readings = dict(reversed(dates(text)))
        for order in (self.order or "mdy", *_ORDERS):
            if order in readings:
                day = readings[order].isoformat()
                time = clock_time(text.partition(date_text(text) or "")[2])
                return f"{day}T{time or '00:00:00'}" if spec.kind == "datetime" else day
        return None


def base_format(spec: Field) -> Format:
    """Return the format the base model writes a field in."""
    if look(spec) == "region":
        return Format(cleaner="upper", threshold=0.3, edge=_BASE_EDGE)
    if look(spec) == "address":
        return Format(joiner=", ", several=True, threshold=0.3, edge=_BASE_EDGE)
    # In a table, text runs on in the next line; elsewhere what stands below is something else.
    several = bool(spec.record) and look(spec) in _WORDS_OF_TEXT
    return Format(several=several, threshold=0.3, edge=_BASE_EDGE)


def join(parts: Parts, joiner: str) -> str:
    """Join the segments of a value: a space within a line, the joiner between lines."""
    text, last = "", None
    for row, part in parts:
        if last is None:
            text = part
        elif row == last or (joiner.strip() and text.rstrip().endswith(joiner.strip())):
            text = f"{text} {part}"
        else:
            text = f"{text}{joiner}{part}"
        last = row
    return text


def learn_format(
    spec: Field, seen: Sequence[tuple[Parts, JsonScalar]], *, share_null: float, spelling: bool
) -> Format:
    """Find how the printed texts of a field become its values.

    Args:
        spec: The field.
        seen: Printed text and value, for each value that was found on its page.
        share_null: Share of the answers without a value.
        spelling: Whether to learn how words are spelt.
    """
    threshold = 0.1 if share_null < 0.01 else 0.4
    several = sum(len({row for row, _ in parts}) > 1 for parts, _ in seen) > 0.04 * len(seen)
    texts = [(parts, value) for parts, value in seen if isinstance(value, str)]
    chosen = Format(several=several, threshold=threshold, order=_common_order(texts))
    if spec.kind != "text" or not texts:
        return chosen
    votes: Counter[tuple[str, str]] = Counter()
    for parts, value in texts:
        for joiner in (" ", ", "):
            for name, clean in CLEANERS.items():
                if clean(join(parts, joiner)) == value:
                    votes[joiner, name] += 1
    if votes:
        joiner, cleaner = max(votes, key=lambda pair: votes[pair])
        if look(spec) == "region" and votes[joiner, "upper"] == votes[joiner, cleaner]:
            cleaner = "upper"
        chosen = replace(chosen, joiner=joiner, cleaner=cleaner)
    chosen = replace(chosen, separator=_separator(value for _, value in texts))
    if spelling and look(spec) in _WORDS_OF_TEXT and not _as_printed(chosen, texts):
        chosen = replace(chosen, forms=_spelling(value for _, value in texts))
    return chosen


def _separator(values: Iterable[str]) -> str:
    """Return the sign that stands between digits in all answers, if there is exactly one."""
    found = {sign for value in values for sign in re.findall(r"(?<=\d)[^\w\s](?=\d)", value)}
    return found.pop() if len(found) == 1 else ""


def _as_printed(form: Format, seen: Sequence[tuple[Parts, str]]) -> bool:
    """Tell whether answers keep the letters' case as printed, so that nothing is to be respelt."""
    pairs = [(CLEANERS[form.cleaner](join(parts, form.joiner)), value) for parts, value in seen]
    alike = [text == value for text, value in pairs if squeeze(text) == squeeze(value)]
    return not alike or sum(alike) >= _KEPT * len(alike)


def _number(spec: Field, text: str) -> JsonScalar:
    found = amount(text)
    if found is None:
        found = amount(re.sub(r"[^\d.,-]", "", text))
    if found is not None and spec.kind == "integer":
        return int(found) if found == found.to_integral_value() else None
    return _plain(found)


def _plain(number: Decimal | None) -> Decimal | None:
    if number is None:
        return None
    shorter = number.normalize()
    return shorter.quantize(Decimal(1)) if shorter == shorter.to_integral_value() else shorter


def _choice(spec: Field, text: str) -> JsonScalar:
    wanted = squeeze(text)
    named = [choice for choice in spec.choices if _among(words(str(choice)), words(text))]
    if len(named) == 1:
        return named[0]
    scored = [
        (Levenshtein.normalized_similarity(wanted, squeeze(str(choice))), choice)
        for choice in spec.choices
    ]
    similarity, choice = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return choice if similarity >= 0.75 else None


def _among(choice: Sequence[str], printed: Sequence[str]) -> bool:
    """Tell whether a choice is printed with nothing around it that could change what it says."""
    starts = range(len(printed) - len(choice) + 1)
    return any(
        list(printed[at : at + len(choice)]) == list(choice)
        and _FILLERS.issuperset([*printed[:at], *printed[at + len(choice) :]])
        for at in starts
        if choice
    )


def _common_order(seen: Iterable[tuple[Parts, JsonScalar]]) -> Order | None:
    votes: Counter[Order] = Counter()
    for parts, value in seen:
        readings = dates(join(parts, " "))
        if len(readings) > 1:
            votes.update(order for order, day in readings if day.isoformat() == str(value)[:10])
    return votes.most_common(1)[0][0] if votes else None


def order_of_dates(texts: Iterable[str]) -> Order:
    """Tell how a page prints its dates, by those that can be read in one way only."""
    votes: Counter[Order] = Counter()
    for text in texts:
        orders: set[Order] = {order for order, _ in dates(text) if order != "ymd"}
        if len(orders) == 1 and _DIGITS_ONLY.search(text):
            votes[orders.pop()] += 1
        elif "dmy" in orders and _DOTTED.search(text):
            votes["dmy"] += 1  # points between the numbers are used where the day comes first
    return votes.most_common(1)[0][0] if votes else "mdy"


def _spelling(values: Iterable[str]) -> dict[str, str]:
    """Learn the usual spelling of words that occur in more than one answer."""
    counts = Counter(word.rstrip(",") for value in values for word in value.split())
    forms: dict[str, str] = {}
    for word, count in counts.most_common():
        if count > 1 and squeeze(word) and not any(char.isdigit() for char in word):
            forms.setdefault(squeeze(word), word)
    return forms


def _respell(word: str, forms: Mapping[str, str]) -> str:
    key = squeeze(word)
    tail = "," if word.endswith(",") else ""
    if key in forms:
        return forms[key] + tail
    return word


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" ,;:|_'`\"~")


def _plain_letters(text: str) -> str:
    return unicodedata.normalize("NFKD", _tidy(text)).encode("ascii", "ignore").decode()


def _title(text: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda word: word.group().capitalize(), _plain_letters(text))


CLEANERS: Mapping[str, Callable[[str], str]] = {
    "plain": _plain_letters,
    "tidy": _tidy,
    "printed": lambda text: re.sub(r"\s+", " ", text).strip(),
    "no stop": lambda text: _plain_letters(text).rstrip("."),
    "stop": lambda text: _plain_letters(text).rstrip(".") + ".",
    "upper": lambda text: _plain_letters(text).upper(),
    "title": _title,
    "no comma": lambda text: _plain_letters(text).replace(",", ""),
    "price": lambda text: f"{found:.2f}" if (found := amount(_tidy(text))) is not None else text,
    "date": lambda text: date_text(text) or _tidy(text),
    "digits": lambda text: re.sub(r"\D", "", text),
}
"""Ways of cleaning text; the first of equals is taken when formats are learned."""
