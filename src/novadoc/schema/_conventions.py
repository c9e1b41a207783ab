"""How a document writes dates and amounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

from novadoc.errors import SchemaError

DateOrder = Literal["DMY", "MDY", "YMD", "dmy", "mdy", "ymd"]
"""Day, month and year in the order they stand; capitals are how it is kept."""
DecimalMark = Literal[".", ","]


def spelled(order: str | None) -> DateOrder | None:
    """Return an order in capitals; `None` where it is none.

    Example:
        >>> spelled("dmy"), spelled("DYM")
        ('DMY', None)
    """
    capitals = str(order).upper()
    return cast("DateOrder", capitals) if capitals in get_args(DateOrder) else None


@dataclass(frozen=True)
class Conventions:
    """How a document writes dates and amounts; what is `None` is found out or left ambiguous.

    Give it to a whole schema, or to one field as an `Annotated` marker.

    Example:
        >>> from datetime import date
        >>> from pydantic import create_model
        >>> from novadoc.schema import DocumentSchema
        >>> Bill = create_model("Bill", due=(date, ...))
        >>> bills = DocumentSchema(Bill, conventions=Conventions(dates="DMY"))
        >>> bills.read({"due": "03/04/2024"}).canonical
        {'due': '2024-04-03'}
    """

    dates: DateOrder | Literal["excel"] | None = None
    """The order of day, month and year in dates written with numbers: `"DMY"`, `"MDY"` or `"YMD"`.

    `"excel"` is for labels out of a spreadsheet that wrote dates as the days it counts since 1900:
    45292 is 2024-01-01. Nothing but this makes a date of a number.
    """
    decimal: DecimalMark | None = None
    """What stands before the cents."""

    def __post_init__(self) -> None:
        """Refuse what no document does: a typing error would leave all dates ambiguous.

        Raises:
            SchemaError: There is no such order or mark.
        """
        order = self.dates if self.dates in {None, "excel"} else spelled(self.dates)
        if order is None and self.dates is not None:
            raise SchemaError(
                f"Dates have no order {self.dates!r}.",
                remedy='Use "DMY", "MDY" or "YMD", or "excel" for days counted since 1900.',
            )
        object.__setattr__(self, "dates", order)
        if self.decimal not in {None, *get_args(DecimalMark)}:
            raise SchemaError(f"{self.decimal!r} is no decimal mark.", remedy='Use "." or ",".')

    def over(self, other: Conventions) -> Conventions:
        """These, filled up with another's where they say nothing."""
        return Conventions(self.dates or other.dates, self.decimal or other.decimal)
