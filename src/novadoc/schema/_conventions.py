"""How a document writes dates and amounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from novadoc.errors import SchemaError

DateOrder = Literal["DMY", "MDY", "YMD"]
DecimalMark = Literal[".", ","]


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

    dates: DateOrder | None = None
    """The order of day, month and year in dates written with numbers."""
    decimal: DecimalMark | None = None
    """What stands before the cents."""

    def __post_init__(self) -> None:
        """Refuse what no document does: a typing error would leave all dates ambiguous.

        Raises:
            SchemaError: There is no such order or mark.
        """
        if self.dates not in {None, *get_args(DateOrder)}:
            raise SchemaError(
                f"Dates have no order {self.dates!r}.", remedy='Use "DMY", "MDY" or "YMD".'
            )
        if self.decimal not in {None, *get_args(DecimalMark)}:
            raise SchemaError(f"{self.decimal!r} is no decimal mark.", remedy='Use "." or ",".')

    def over(self, other: Conventions) -> Conventions:
        """These, filled up with another's where they say nothing."""
        return Conventions(self.dates or other.dates, self.decimal or other.decimal)
