"""The OCR process: `python -m novadoc.local.engine._worker`, images in, readings out."""

from __future__ import annotations

from novadoc.local.engine import _child, _frames
from novadoc.local.engine._ocr import Reader

REFUSED = b"!"
"""First byte of a reply to an image that cannot be decoded."""


def main() -> None:
    """Answer until the parent closes the pipe or is gone."""
    requests, replies = _child.streams()
    reader = Reader()
    while (image := _frames.receive(requests)) is not None:
        try:
            reply = reader.read(image).to_json()
        except ValueError as error:
            reply = REFUSED + str(error).encode()
        try:
            _frames.send(replies, reply)
        except OSError:
            return


if __name__ == "__main__":
    main()
