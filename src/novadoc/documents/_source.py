"""Where a document's bytes are: a file, or memory."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from novadoc.documents._sniff import HEAD, media_type
from novadoc.errors import DocumentLimitError, UnreadableDocumentError, UnsupportedDocumentError

MAX_BYTES = 512 * 1024**2
"""Largest file that is opened: a scan of hundreds of pages; far above anything Bedrock takes."""


class Source:
    """A document's bytes and what they are; holds no open file."""

    def __init__(self, origin: Path | bytes, name: str) -> None:
        self.origin = origin
        self.name = name
        head, size = self._head()
        if not size:
            raise UnreadableDocumentError(
                "the file is empty.", document=name, remedy="Copy or scan it again."
            )
        if size > MAX_BYTES:
            raise DocumentLimitError(
                f"{size:,} bytes are more than the {MAX_BYTES:,} that are opened.", document=name
            )
        kind = media_type(head)
        if kind is None:
            raise UnsupportedDocumentError(
                "the first bytes are of no image format and not of a PDF.",
                document=name,
                remedy="Save the page as JPEG, PNG, TIFF or PDF.",
            )
        self.media_type = kind

    def _head(self) -> tuple[bytes, int]:
        if isinstance(self.origin, bytes):
            return self.origin[:HEAD], len(self.origin)
        try:
            mode = self.origin.stat().st_mode
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                # Opening a pipe waits for who writes into it, and it is read only once.
                raise UnreadableDocumentError(
                    "it is a pipe or a device, and no file.",
                    document=self.name,
                    remedy="Give its bytes.",
                )
            with self.origin.open("rb") as file:
                return file.read(HEAD), os.fstat(file.fileno()).st_size
        except (OSError, ValueError) as error:  # a name with a null byte is a `ValueError`
            raise _unreadable(self.name, error) from error

    def read(self) -> bytes:
        """Return all bytes."""
        if isinstance(self.origin, bytes):
            return self.origin
        try:
            return self.origin.read_bytes()
        except OSError as error:
            raise _unreadable(self.name, error) from error

    def stream(self) -> BinaryIO:
        """Open the bytes for reading; the caller closes."""
        if isinstance(self.origin, bytes):
            return io.BytesIO(self.origin)
        try:
            return self.origin.open("rb")
        except OSError as error:
            raise _unreadable(self.name, error) from error

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hex, computed in chunks."""
        total = hashlib.sha256()
        with self.stream() as file:
            while chunk := file.read(1 << 20):
                total.update(chunk)
        return total.hexdigest()


def _unreadable(name: str, error: OSError | ValueError) -> UnreadableDocumentError:
    if isinstance(error, FileNotFoundError):
        return UnreadableDocumentError(
            "there is no such file.", document=name, remedy="Check the path."
        )
    reason = getattr(error, "strerror", None) or "no name of a file"
    return UnreadableDocumentError(
        f"the file cannot be read ({reason}).", document=name, remedy="Get the right to read it."
    )
