"""Image and video blocks of one record: where they lie, of which format, and nothing else."""

from __future__ import annotations

import re
from typing import cast

from novadoc.datasets._problem import Report
from novadoc.datasets._untrusted import as_object
from novadoc.models import BaseModel

_BLOCK_KEYS = frozenset({"format", "source"})
_LOCATION_KEYS = frozenset({"uri", "bucketOwner"})
_MEMBERS = "Media have `format` and `source.s3Location` with `uri` and `bucketOwner`, no more."
# AWS's validators: the characters of a media URI behind `s3://`; ours are ASCII only.
_LOCATION = re.compile(r"(?:s3://)?[A-Za-z0-9_\-/.]+")
_USUAL = re.compile(r"(?:s3://)?[A-Za-z0-9_\-/.]+\.(jpg|jpeg|png|gif|webp)")
_OWNER = re.compile(r"[0-9]{12}")
_SUFFIXES = {"jpg": "jpeg", "jpeg": "jpeg", "png": "png", "gif": "gif", "webp": "webp"}
_VIDEOS = {1: frozenset({"mov", "mkv", "mp4", "webm"}), 2: frozenset({"mov", "mkv", "mp4"})}


class MediaBlocks:
    """Checks media blocks for one model."""

    def __init__(self, model: BaseModel) -> None:
        self._model = model
        self._formats = frozenset(model.training_formats)
        self._owner: str | None = None

    def image(self, image: object, path: str, report: Report) -> str | None:
        """Check one image block and return its location."""
        form, uri, owner, plain = _media(image)
        usual = None if uri is None or ".." in uri else _USUAL.fullmatch(uri)
        if (
            usual is not None
            and plain
            and form in self._formats
            and form == _SUFFIXES[usual.group(1)]
            and owner == self._owner
        ):
            return uri
        if not plain:
            report("unknown-key", f"{path}.image", _MEMBERS)
        return self._odd_image(form, uri, owner, path, report)

    def _odd_image(
        self, form: str | None, uri: str | None, owner: object, path: str, report: Report
    ) -> str | None:
        if not self._formats:
            report("content", path, f"`{self._model.key}` is trained on text only.")
        elif form not in self._formats:
            known = ", ".join(sorted(self._formats))
            report("image-format", f"{path}.image.format", f"Training takes {known}.")
        if uri is None or not _LOCATION.fullmatch(uri) or ".." in uri:
            report(
                "image-location",
                f"{path}.image.source.s3Location.uri",
                "A location holds only A-Z a-z 0-9 _ - / . and names an object.",
            )
            return uri
        self._location(form, uri, owner, path, report)
        return uri

    def _location(
        self, form: str | None, uri: str, owner: object, path: str, report: Report
    ) -> None:
        suffix = uri.rpartition(".")[2].lower()
        if _SUFFIXES.get(suffix, form) != form:
            report("image-format", f"{path}.image.format", f"The name ends in `.{suffix}`.")
        if self._is_owner(owner, f"{path}.image", report):
            self._owner = cast("str | None", owner)

    def _is_owner(self, owner: object, path: str, report: Report) -> bool:
        if owner is None or (type(owner) is str and _OWNER.fullmatch(owner)):
            return True
        report("bucket-owner", f"{path}.source.s3Location.bucketOwner", "12 digits, please.")
        return False

    def video(self, video: object, path: str, report: Report) -> str | None:
        """Check one video block and return its location."""
        form, uri, owner, plain = _media(video)
        if not plain:
            report("unknown-key", f"{path}.video", _MEMBERS)
        if not self._formats:
            report("content", path, f"`{self._model.key}` is trained on text only.")
        elif form not in _VIDEOS[self._model.generation]:
            known = ", ".join(sorted(_VIDEOS[self._model.generation]))
            report("image-format", f"{path}.video.format", f"Training takes {known}.")
        if uri is None or not _LOCATION.fullmatch(uri) or ".." in uri:
            report("image-location", f"{path}.video.source", "It needs a safe S3 location.")
        self._is_owner(owner, f"{path}.video", report)
        return uri


def _media(value: object) -> tuple[str | None, str | None, object, bool]:
    """Return (format, uri, bucket owner) of a media block, and whether nothing else is in it.

    What is not there is `None`.
    """
    try:
        block = cast("dict[str, dict[str, dict[str, object]]]", value)
        location = block["source"]["s3Location"]
        uri = location["uri"]
    except (KeyError, TypeError):
        return _text((as_object(value) or {}).get("format")), None, None, True
    plain = (
        block.keys() == _BLOCK_KEYS
        and len(block["source"]) == 1
        and location.keys() <= _LOCATION_KEYS
    )
    owner = location.get("bucketOwner")
    return _text(block.get("format")), _text(uri), owner, plain


def _text(value: object) -> str | None:
    return value if type(value) is str else None
