"""A request's body as a file that encodes its images only while it is read."""

from __future__ import annotations

from binascii import b2a_base64
from collections import deque
from collections.abc import Generator, Sequence
from io import UnsupportedOperation

_PIECE = 192 * 1024  # a multiple of three: no padding inside
"""Bytes encoded at a time: a fifth of a millisecond in which no other thread runs Python."""


class Body:
    """Texts with an image between each two of them; what botocore signs and sends as a file.

    The signer reads it first. The pieces it gets are kept for sending, which drops each as it goes:
    while a request waits for its answer, its images are in memory once. Whoever reads it again gets
    it encoded again.

    Args:
        texts: What stands around the images, as bytes of JSON; one more than there are images.
        images: To be written as base64.
    """

    def __init__(self, texts: Sequence[bytes], images: Sequence[bytes]) -> None:
        self._texts = texts
        self._images = images
        self._kept: deque[bytes] = deque()
        self._is_kept = False
        self._pieces = self._to_sign()

    def __len__(self) -> int:
        """Bytes on the wire."""
        encoded = sum((len(image) + 2) // 3 * 4 for image in self._images)
        return sum(map(len, self._texts)) + encoded

    def read(self, size: int = -1) -> bytes:
        """Return the next piece, however long, or all that is left without a `size`.

        botocore's signer and urllib3 take what they get; the pieces of 16 KB that urllib3 asks for
        would have every request wait for its turn to run eighty times.
        """
        return b"".join(self._pieces) if size < 0 else next(self._pieces, b"")

    def seek(self, offset: int, whence: int = 0) -> int:
        """Begin anew, as botocore does after signing and before sending once more."""
        if offset or whence:
            raise UnsupportedOperation("A body is read from its beginning.")
        self._pieces = self._to_sign()
        return 0

    def tell(self) -> int:
        """Return the beginning, where alone botocore and urllib3 ask."""
        return 0

    def to_send(self) -> None:
        """Drop what is read from now on."""
        self._pieces = self._to_drop()

    def encoded(self) -> Generator[bytes]:
        """Yield the body in pieces."""
        for text, image in zip(self._texts, (*self._images, b""), strict=True):
            if text:  # an empty piece would be taken for the end
                yield text
            view = memoryview(image)
            for at in range(0, len(view), _PIECE):
                yield b2a_base64(view[at : at + _PIECE], newline=False)

    def _to_sign(self) -> Generator[bytes]:
        self._kept.clear()
        self._is_kept = False
        for piece in self.encoded():
            self._kept.append(piece)
            yield piece
        self._is_kept = True

    def _to_drop(self) -> Generator[bytes]:
        if not self._is_kept:  # no signature needed all of it
            yield from self.encoded()
            return
        while self._kept:
            yield self._kept.popleft()
