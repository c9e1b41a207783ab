"""The images a record names: there, whole, of the right kind and size, told by header bytes."""

from __future__ import annotations

from pathlib import Path

from novadoc.datasets._problem import Report
from novadoc.datasets._walk import is_file
from novadoc.documents import ImageHeader, image_header, image_tokens
from novadoc.errors import UnreadableDocumentError
from novadoc.models import BaseModel

MAX_BYTES = 10 * 1024**2  # nova:fine-tune-prepare-data-understanding
MIN_SIDE, MAX_SIDE = 25, 8_000  # AWS's training check; nova:modalities-image
# An image that cannot be looked at (on S3) counts as little as one can.
_LEAST_TOKENS = 800


def is_sound(path: Path, image_format: str) -> bool:
    """Tell whether an image file is what it is said to be, and within the limits."""
    found: list[str] = []
    try:
        header = image_header(path)
    except UnreadableDocumentError:
        return False
    _judge(header, path.name, "", lambda rule, _path, _message: found.append(rule))
    return not found and header.media_type == f"image/{image_format}"


def _judge(header: ImageHeader, uri: str, path: str, report: Report) -> None:
    named = {"jpg": "jpeg"}.get(uri.rpartition(".")[2], uri.rpartition(".")[2])
    if header.media_type != f"image/{named}":
        report("image-unreadable", path, f"`{uri}` holds {header.media_type}.")
    if header.size > MAX_BYTES:
        report("image-size", path, f"`{uri}` has {header.size:,} bytes.")
    small, large = sorted((header.width, header.height))
    if small < MIN_SIDE or large > MAX_SIDE:
        report("image-size", path, f"`{uri}` has {header.width} x {header.height} pixels.")


class Media:
    """Looks at local images once each; images on S3 are left to the upload, which hashed them."""

    def __init__(self, folder: Path, model: BaseModel) -> None:
        self._folder = folder
        self._model = model
        self._seen: dict[str, int] = {}

    def check(self, uri: str, path: str, report: Report) -> int:
        """Check one image and return its estimated tokens."""
        if uri.startswith("s3://") or not uri:
            return self._model.image_tokens or _LEAST_TOKENS
        known = self._seen.get(uri)
        if known is None:
            known = self._looked(uri, path, report)
            self._seen[uri] = known
        return known

    def _looked(self, uri: str, path: str, report: Report) -> int:
        file = self._folder / uri
        if not is_file(file):
            report("image-missing", path, f"There is no file `{uri}` in the data set's folder.")
            return _LEAST_TOKENS
        try:
            header = image_header(file)
        except UnreadableDocumentError:
            report("image-unreadable", path, f"`{uri}` is cut off or no image.")
            return _LEAST_TOKENS
        _judge(header, uri, path, report)
        return image_tokens(header.width, header.height, self._model.key)
