"""What the local engine needs beside novadoc, looked for before anything heavy is loaded."""

from __future__ import annotations

from importlib.util import find_spec

from novadoc.errors import MissingExtraError

__all__ = ["check_engine"]

_MODULES = ("numpy", "cv2", "onnxruntime", "pycrfsuite", "rapidocr")
"""Import names of the packages of the extra `local` that read and learn."""


def check_engine() -> None:
    """Check that everything the local engine imports is installed, in this process and its own.

    Raises:
        MissingExtraError: Something is not.
    """
    for module in _MODULES:
        if find_spec(module) is None:
            raise MissingExtraError("local", feature="The local engine", module=module)
