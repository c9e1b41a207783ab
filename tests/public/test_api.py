"""The public face: complete, documented, light."""

from __future__ import annotations

import importlib
import json
import pkgutil
import subprocess
import sys

import pytest

import novadoc

PACKAGES = sorted(
    name
    for _, name, is_package in pkgutil.iter_modules(novadoc.__path__, "novadoc.")
    if is_package and not name.rpartition(".")[2].startswith("_")
)


def test_every_public_name_resolves() -> None:
    """Each name in `__all__` can be had, and `dir` lists exactly these."""
    assert sorted(novadoc.__all__) == dir(novadoc)
    for name in novadoc.__all__:
        assert getattr(novadoc, name) is not None


def test_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name fails as Python users expect."""
    with pytest.raises(AttributeError, match="Extracter"):
        getattr(novadoc, "Extracter")  # noqa: B009


@pytest.mark.parametrize("name", PACKAGES)
def test_package_face_is_sorted_and_documented(name: str) -> None:
    """Each package lists its names in order, and each name has a docstring of its own."""
    package = importlib.import_module(name)

    assert sorted(package.__all__) == list(package.__all__)
    bare = [
        entry
        for entry in package.__all__
        if callable(getattr(package, entry)) and not (getattr(package, entry).__doc__ or "").strip()
    ]
    assert [] == bare


def _fresh(code: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    return run.stdout


def test_import_is_light() -> None:
    """`import novadoc` loads none of the heavy packages."""
    loaded = json.loads(
        _fresh("import json, sys, novadoc; novadoc.errors; print(json.dumps(sorted(sys.modules)))")
    )

    heavy = {"boto3", "botocore", "PIL", "numpy", "pydantic", "jsonschema", "matplotlib", "tqdm"}
    assert set() == heavy & set(loaded)


def test_version_is_the_distribution_s() -> None:
    """`novadoc.__version__` is what pip installed."""
    from importlib.metadata import version

    assert version("novadoc") == novadoc.__version__
