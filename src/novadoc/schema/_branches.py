"""What plain schemas and exact answers do without: markers, unions, JSON Schemas, careful reading.

Each of these loads when it is first used (PEP 562).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from novadoc._faces import lazily

if TYPE_CHECKING:
    from novadoc.schema._amounts import read_amount
    from novadoc.schema._careful import CarefulReader
    from novadoc.schema._choices import of_enum, of_literal
    from novadoc.schema._dates import read_date, read_serial, read_time
    from novadoc.schema._foreign import foreign
    from novadoc.schema._json_nodes import may_be_number_text
    from novadoc.schema._json_source import from_json_schema, notes_by_path
    from novadoc.schema._markers import Absent, Category, Printed, Sensitive
    from novadoc.schema._redact import redact
    from novadoc.schema._scalars import read_scalar
    from novadoc.schema._variants import merge, mixed
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "._amounts": "read_amount",
            "._careful": "CarefulReader",
            "._choices": "of_enum of_literal",
            "._dates": "read_date read_serial read_time",
            "._foreign": "foreign",
            "._json_nodes": "may_be_number_text",
            "._json_source": "from_json_schema notes_by_path",
            "._markers": "Absent Category Printed Sensitive",
            "._redact": "redact",
            "._scalars": "read_scalar",
            "._variants": "merge mixed",
        },
    )

__all__ = [
    "Absent",
    "CarefulReader",
    "Category",
    "Printed",
    "Sensitive",
    "foreign",
    "from_json_schema",
    "may_be_number_text",
    "merge",
    "mixed",
    "notes_by_path",
    "of_enum",
    "of_literal",
    "read_amount",
    "read_date",
    "read_scalar",
    "read_serial",
    "read_time",
    "redact",
]
