"""Image files through Pillow: its errors mapped, its readers limited, one frame at a time."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Generator
from contextlib import contextmanager

from PIL import Image, UnidentifiedImageError

from novadoc.documents._encode import encoded
from novadoc.documents._header import claimed
from novadoc.documents._lossless import Encoded, jpeg_orientation
from novadoc.documents._pixels import fitted, flat, turned
from novadoc.documents._policy import ImagePolicy
from novadoc.documents._sniff import PILLOW_FORMATS
from novadoc.documents._source import Source
from novadoc.errors import (
    DocumentError,
    DocumentLimitError,
    UnreadableDocumentError,
    UnsupportedDocumentError,
)

MAX_SOURCE_PIXELS = 89_478_485
"""Most pixels of a page that is decoded: where Pillow begins to suspect a bomb (A3 at 600 dpi)."""
MAX_SOURCE_SIDE = 65_500
"""Longest side that is decoded; JPEG itself ends here."""

# What Pillow's readers raise on damaged files; programming errors are not among them.
_DAMAGE = (
    OSError,
    SyntaxError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    MemoryError,
    RuntimeError,
    struct.error,
    zlib.error,
    UserWarning,
)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@contextmanager
def _mapped(name: str, page: int | None) -> Generator[None]:
    try:
        yield
    except DocumentError:
        raise
    except _BOMBS as error:
        raise _too_large(name, page) from error
    except UnidentifiedImageError as error:
        raise UnreadableDocumentError(
            "the file begins like an image but is none that can be read.",
            document=name,
            page=page,
            remedy="Scan or export the page again.",
        ) from error
    except _DAMAGE as error:
        raise UnreadableDocumentError(
            f"the image is damaged or cut off ({type(error).__name__}).",
            document=name,
            page=page,
            remedy="Scan or export the page again.",
        ) from error


def _too_large(name: str, page: int | None) -> DocumentLimitError:
    return DocumentLimitError(
        f"the image claims more than {MAX_SOURCE_PIXELS:,} pixels or a side over "
        f"{MAX_SOURCE_SIDE:,}.",
        document=name,
        page=page,
        remedy="Scan it at a lower resolution, or cut it into pages.",
    )


def _opened(source: Source, number: int | None, data: bytes | None = None) -> Image.Image:
    _refuse_bombs(source, number)
    if data is None and isinstance(source.origin, bytes):
        data = source.origin
    formats = [name for name in PILLOW_FORMATS[source.media_type] if _installed(name)]
    if not formats:
        raise _unsupported(source)
    origin = source.origin if data is None else data
    file = io.BytesIO(origin) if isinstance(origin, bytes) else origin
    try:
        return Image.open(file, formats=formats)
    except UnidentifiedImageError as error:
        if source.media_type == "image/heif":  # a container of many codecs, few of them installed
            raise _unsupported(source) from error
        raise


def _refuse_bombs(source: Source, number: int | None) -> None:
    """Look at what the header claims before Pillow does, which only warns of what we refuse."""
    with source.stream() as file:
        _, size = claimed(file)
    if size is not None and _is_too_large(*size):
        raise _too_large(source.name, number)


def _is_too_large(width: int, height: int) -> bool:
    return width * height > MAX_SOURCE_PIXELS or max(width, height) > MAX_SOURCE_SIDE


def _unsupported(source: Source) -> UnsupportedDocumentError:
    return UnsupportedDocumentError(
        f"the installed Pillow does not read this {source.media_type}.",
        document=source.name,
        remedy="Install a Pillow that does, or save the page as JPEG or PNG.",
    )


def _installed(name: str) -> bool:
    Image.init()
    return name in Image.OPEN


def frames(source: Source) -> int:
    """Count the pages of an image file: those of a TIFF; the first frame of anything else.

    Raises:
        DocumentError: The file is damaged or of a format this Pillow does not read.
    """
    if source.media_type != "image/tiff":
        return 1
    with _mapped(source.name, None):
        image = _opened(source, None)
        with image:
            return int(getattr(image, "n_frames", 1))


def decoded(source: Source, number: int, budget: ImagePolicy | None = None) -> Image.Image:
    """Return page `number` (from 1) upright, in mode `L` or `RGB`, shrunk into the budget if given.

    Raises:
        DocumentError: The page is damaged, too large, or of a format this Pillow does not read.
    """
    with _mapped(source.name, number):
        data = source.read() if source.media_type == "image/jpeg" else None
        return _decoded(source, number, data, budget)


def _decoded(
    source: Source, number: int, data: bytes | None, budget: ImagePolicy | None
) -> Image.Image:
    image = _opened(source, number, data)
    with image:
        if number > 1:
            image.seek(number - 1)
        width, height = image.size
        if _is_too_large(width, height):
            raise _too_large(source.name, number)
        if budget is not None:
            # JPEG is scaled down while decoding, as far as that stays above the budget.
            image.draft(None, budget.fit(width, height))
        turn = _orientation(image, source, data)
        page = flat(image)
        page.load()
        return turned(page if budget is None else fitted(page, budget), turn)


def _orientation(image: Image.Image, source: Source, data: bytes | None) -> int:
    if data is not None:
        return jpeg_orientation(data)
    # Pillow turns TIFF pages itself while loading.
    if source.media_type == "image/tiff":
        return 1
    found = image.getexif().get(0x0112, 1)
    return found if isinstance(found, int) else 1


def prepared(
    source: Source, number: int, policy: ImagePolicy, data: bytes | None = None
) -> Encoded:
    """Return page `number` (from 1) decoded and encoded as the policy wants it.

    Args:
        source: The file.
        number: The page.
        policy: What it is to be like.
        data: The file's bytes, if they have been read already.

    Raises:
        DocumentError: The page is damaged, too large, or of a format this Pillow does not read.
    """
    with _mapped(source.name, number):
        return encoded(_decoded(source, number, data, policy), policy)
