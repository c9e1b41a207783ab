"""A request's body as a file that encodes its images only while it is read."""

from __future__ import annotations

from binascii import b2a_base64
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager

_PIECE = 192 * 1024  # a multiple of three: no padding inside
"""Bytes encoded at a time: a fifth of a millisecond in which no other thread runs Python."""


class Body:
    """Texts with an image between each two of them; what botocore signs and sends as a file.

    The signer reads it first. One request at a time is encoded and hashed: dozens that took turns
    in every piece would hold up each other, and an event loop that waits among them. The pieces
    are kept for sending, which drops each as it goes: while a request waits for its answer, its
    images are in memory once. Whoever reads it again gets it encoded again.

    Args:
        texts: What stands around the images, as bytes of JSON; one more than there are images.
        images: To be written as base64.
        turn: Held while the body is encoded to be signed.
    """

    def __init__(
        self,
        texts: Sequence[bytes],
        images: Sequence[bytes],
        turn: AbstractContextManager[object],
    ) -> None:
        self._texts = texts
        self._images = images
        self._turn = turn
        self._kept: deque[bytes] = deque()
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
        """Begin anew: where botocore goes after signing, and before sending once more."""
        self.close()
        self._pieces = self._to_sign()
        return 0

    def tell(self) -> int:
        """Where botocore and urllib3 ask: at the beginning."""
        return 0

    def to_send(self) -> None:
        """Let what is read from now on be dropped; nothing holds up whoever waits for a turn."""
        self._pieces = self._to_drop()

    def close(self) -> None:
        """Give the turn free, wherever the reader stopped."""
        self._pieces.close()

    def encoded(self) -> Generator[bytes]:
        """Yield the pieces."""
        for text, image in zip(self._texts, (*self._images, b""), strict=True):
            yield text
            view = memoryview(image)
            for at in range(0, len(view), _PIECE):
                yield b2a_base64(view[at : at + _PIECE], newline=False)

    def _to_sign(self) -> Generator[bytes]:
        self._kept.clear()
        with self._turn:
            for piece in self.encoded():
                self._kept.append(piece)
                yield piece

    def _to_drop(self) -> Generator[bytes]:
        if not self._kept:  # no signature needed it
            yield from self.encoded()
        while self._kept:
            yield self._kept.popleft()
