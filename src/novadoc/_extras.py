"""Optional dependencies: imported where needed, missed with a sentence that helps."""

from __future__ import annotations

import importlib
from types import ModuleType

from novadoc.errors import MissingExtraError


def require(module: str, *, extra: str, feature: str) -> ModuleType:
    """Import `module`, or say which extra brings it.

    Raises:
        MissingExtraError: `module` (or its top-level package) is not installed. A module that is
            installed but fails to import for another reason raises its own error.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        top = module.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != top:
            raise
        raise MissingExtraError(extra, feature=feature, module=top) from error
