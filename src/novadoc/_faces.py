"""Package faces that load a name's module when the name is first used (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazily(
    face: str, homes: Mapping[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` of a module whose names live in others.

    Type checkers are shown plain imports instead, so that a misspelt name is an error to them.

    Args:
        face: The module, as `__name__`.
        homes: The names, separated by spaces, by the module they are defined in: relative to the
            face's package, as `._job`, or by its full name.

    Example:
        >>> resolve, names = lazily("novadoc", {"decimal": "Decimal localcontext"})
        >>> names(), resolve("Decimal").__name__
        (['Decimal', 'localcontext'], 'Decimal')
    """
    home_of = {name: home for home, names in homes.items() for name in names.split()}

    def resolve(name: str) -> object:
        if name not in home_of:
            raise AttributeError(f"module {face!r} has no attribute {name!r}")
        module = sys.modules[face]
        found: object = getattr(import_module(home_of[name], module.__package__), name)
        setattr(module, name, found)  # the next look finds it without asking here
        return found

    return resolve, lambda: sorted(home_of)
