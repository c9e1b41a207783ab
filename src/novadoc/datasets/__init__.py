"""Labelled documents: read from where people have them, split, written for Bedrock, checked."""

from __future__ import annotations

from novadoc.datasets._check import check
from novadoc.datasets._csv import from_csv
from novadoc.datasets._cut import TextReader
from novadoc.datasets._fields import FieldProfile
from novadoc.datasets._folder import from_folder
from novadoc.datasets._index import from_index
from novadoc.datasets._jsonl import from_jsonl
from novadoc.datasets._manifest import DatasetFile, DatasetManifest
from novadoc.datasets._origins import Origin, read_origins
from novadoc.datasets._problem import Problem, Severity
from novadoc.datasets._profile import DatasetProfile, profile
from novadoc.datasets._provenance import Provenance
from novadoc.datasets._public import from_donut, from_huggingface
from novadoc.datasets._rules import RULES, Rule
from novadoc.datasets._sample import Orphan, Rejected, Sample, SampleSet
from novadoc.datasets._split import RatioWarning, Split, SplitReport, split
from novadoc.datasets._tables import from_records
from novadoc.datasets._windowed import windowed
from novadoc.datasets._write import write_sft
from novadoc.datasets._write_more import write_batch, write_distillation, write_rft
from novadoc.datasets._zugferd import from_zugferd

__all__ = [
    "RULES",
    "DatasetFile",
    "DatasetManifest",
    "DatasetProfile",
    "FieldProfile",
    "Origin",
    "Orphan",
    "Problem",
    "Provenance",
    "RatioWarning",
    "Rejected",
    "Rule",
    "Sample",
    "SampleSet",
    "Severity",
    "Split",
    "SplitReport",
    "TextReader",
    "check",
    "from_csv",
    "from_donut",
    "from_folder",
    "from_huggingface",
    "from_index",
    "from_jsonl",
    "from_records",
    "from_zugferd",
    "profile",
    "read_origins",
    "split",
    "windowed",
    "write_batch",
    "write_distillation",
    "write_rft",
    "write_sft",
]
