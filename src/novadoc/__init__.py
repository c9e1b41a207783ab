"""From scanned documents and labels to a fine-tuned, deployed and measured Amazon Nova extractor.

Names are resolved on first use (PEP 562): `import novadoc` loads no boto3, Pillow or pydantic.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from novadoc._version import __version__

if TYPE_CHECKING:
    from novadoc import (
        bedrock,
        datasets,
        doctypes,
        documents,
        errors,
        extraction,
        local,
        metrics,
        models,
        prompts,
        reports,
        review,
        schema,
        synthetic,
        testing,
        types,
        workflows,
    )
    from novadoc.bedrock import Bedrock, Distillation, FineTuning, OnDemand
    from novadoc.datasets import Sample
    from novadoc.documents import Document, ImagePolicy
    from novadoc.errors import NovadocError
    from novadoc.extraction import Extraction, ExtractionFailure, Extractor, RetryPolicy
    from novadoc.prompts import ExtractionPrompt
    from novadoc.schema import Category, DocumentSchema

__all__ = [
    "Bedrock",
    "Category",
    "Distillation",
    "Document",
    "DocumentSchema",
    "Extraction",
    "ExtractionFailure",
    "ExtractionPrompt",
    "Extractor",
    "FineTuning",
    "ImagePolicy",
    "NovadocError",
    "OnDemand",
    "RetryPolicy",
    "Sample",
    "__version__",
    "bedrock",
    "datasets",
    "doctypes",
    "documents",
    "errors",
    "extraction",
    "local",
    "metrics",
    "models",
    "prompts",
    "reports",
    "review",
    "schema",
    "synthetic",
    "testing",
    "types",
    "workflows",
]


_HOME = {
    "Bedrock": "bedrock",
    "Category": "schema",
    "Distillation": "bedrock",
    "Document": "documents",
    "DocumentSchema": "schema",
    "Extraction": "extraction",
    "ExtractionFailure": "extraction",
    "ExtractionPrompt": "prompts",
    "Extractor": "extraction",
    "FineTuning": "bedrock",
    "ImagePolicy": "documents",
    "NovadocError": "errors",
    "OnDemand": "bedrock",
    "RetryPolicy": "extraction",
    "Sample": "datasets",
}


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(importlib.import_module(f"novadoc.{_HOME[name]}"), name)
    if name in __all__:
        return importlib.import_module(f"novadoc.{name}")
    raise AttributeError(f"module 'novadoc' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
