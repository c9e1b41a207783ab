"""Training data as the service reads it: parsed, checked by its rules, and fetched from S3."""

from novadoc.local._data._location import Location
from novadoc.local._data._problem import DataProblem
from novadoc.local._data._records import Records
from novadoc.local._data._rules import Rules, check_record
from novadoc.local._data._tokens import count_text, cut_text

__all__ = [
    "DataProblem",
    "Location",
    "Records",
    "Rules",
    "check_record",
    "count_text",
    "cut_text",
]
