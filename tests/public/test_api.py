"""The public face: complete, documented, light."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import get_origin

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
def test_package_face_is_documented(name: str) -> None:
    """Each public class and function of a package has a docstring of its own, and no name twice."""
    package = importlib.import_module(name)

    things = {entry: getattr(package, entry) for entry in package.__all__}
    bare = [
        entry
        for entry, thing in things.items()
        if (inspect.isclass(thing) or inspect.isfunction(thing))
        and get_origin(thing) is None  # an alias passes for a class on Python 3.10
        and not (thing.__doc__ or "").strip()
    ]
    assert [] == bare
    assert len(things) == len(package.__all__)


SOURCE = Path(novadoc.__file__).parent
LAZY = sorted(
    ".".join(("novadoc", *file.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")
    for file in SOURCE.rglob("*.py")
    if "__dir__ = lazily(" in file.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", LAZY)
def test_names_that_load_on_first_use_are_those_shown(name: str) -> None:
    """A face that loads on first use has exactly the names it shows to type checkers."""
    face = importlib.import_module(name)

    assert sorted(face.__all__) == dir(face)
    assert all(hasattr(face, entry) for entry in face.__all__)
    assert not hasattr(face, "no_such_name")


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
