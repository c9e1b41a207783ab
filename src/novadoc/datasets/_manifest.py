"""What was written, for whom and from what: the value that travels with a data set."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, cast

from novadoc._output import write_atomic
from novadoc.datasets._walk import is_file, is_folder, opened
from novadoc.errors import DatasetError
from novadoc.types import JsonObject, JsonValue

FORMAT = "novadoc-dataset-1"
"""The manifest's own format; raised when a reader of today could not read it."""
MANIFEST = "manifest.json"
SAMPLES = "samples.jsonl"
"""Beside the records: which sample each came from. Never uploaded."""

Kind = Literal["sft", "distillation", "rft", "batch"]


@dataclass(frozen=True)
class DatasetFile:
    """One JSONL file of a data set."""

    name: str
    """File name in the data set's folder."""
    records: int
    """Lines in it."""
    sha256: str
    """Of its bytes, in hex."""


@dataclass(frozen=True)
class DatasetManifest:
    """A written data set.

    Image locations in its records are relative to `folder`; uploading prefixes them.
    """

    folder: Path
    """Where it lies; not part of the saved form."""
    kind: Kind
    """What the records are for."""
    base_model: str
    """Key of the model it was written for, as `nova-lite`."""
    files: Mapping[str, DatasetFile]
    """By part: `train`, `validation`, `test`; parts without samples are left out."""
    images: tuple[str, ...] = field(repr=False)
    """Image files relative to `folder`, sorted."""
    prompt_fingerprint: str
    """Of the prompt the records were made with."""
    image_fingerprint: str
    """Of the image policy the pages were prepared with."""
    prompt: JsonObject = field(repr=False)
    """The prompt itself, as `ExtractionPrompt.from_dict` reads it."""
    schema: JsonObject = field(repr=False)
    """The JSON Schema of the answers, as it stands in the prompt."""
    versions: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Of novadoc and Pillow, which decide about bytes."""
    notices: tuple[str, ...] = ()
    """What a reader should know: windows cut from long documents, samples left out."""

    @property
    def dataset_hash(self) -> str:
        """SHA-256 in hex over the files' hashes; images are named by theirs inside the files."""
        lines = [f"{part} {entry.sha256}\n" for part, entry in sorted(self.files.items())]
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    @property
    def records(self) -> int:
        """Records in all files."""
        return sum(entry.records for entry in self.files.values())

    def path(self, part: str) -> Path:
        """Return the path of a part's file.

        Raises:
            DatasetError: The data set has no such part.
        """
        if part not in self.files:
            raise DatasetError(f"The data set has no part {part!r}; it has {list(self.files)}.")
        return self.folder / self.files[part].name

    def save(self) -> Path:
        """Write `manifest.json` into the folder, whole or not at all, and return its path."""
        return write_atomic(self.folder / MANIFEST, f"{json.dumps(self.to_dict(), indent=1)}\n")

    def to_dict(self) -> JsonObject:
        """Return the manifest as JSON, without the folder."""
        files: JsonObject = {
            part: {"name": entry.name, "records": entry.records, "sha256": entry.sha256}
            for part, entry in self.files.items()
        }
        return {
            "format": FORMAT,
            "kind": self.kind,
            "base_model": self.base_model,
            "dataset_hash": self.dataset_hash,
            "prompt_fingerprint": self.prompt_fingerprint,
            "image_fingerprint": self.image_fingerprint,
            "files": files,
            "notices": list[JsonValue](self.notices),
            "versions": dict[str, JsonValue](self.versions),
            "prompt": self.prompt,
            "schema": self.schema,
            "images": list[JsonValue](self.images),
        }

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> DatasetManifest:
        """Read a manifest from its folder or file.

        Raises:
            DatasetError: There is none, it is damaged, or of a newer format.
        """
        place = Path(path)
        place = place / MANIFEST if is_folder(place) else place
        try:
            data = cast("JsonValue", json.loads(place.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise DatasetError(
                f"{str(place)!r} is no readable manifest.",
                remedy="Write the data set again; a run that was killed leaves no manifest.",
            ) from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise DatasetError(
                f"{str(place)!r} is not a manifest of the format {FORMAT!r}.",
                remedy="Read it with the version of novadoc that wrote it.",
            )
        return _from_dict(place.parent, data)

    def moved(self, folder: str | os.PathLike[str]) -> DatasetManifest:
        """Return the same manifest for a copy of the data set in another folder."""
        return replace(self, folder=Path(folder))


def manifest_of(source: DatasetManifest | str | os.PathLike[str]) -> DatasetManifest | None:
    """Return the manifest that is meant; `None` when `source` is one JSONL file.

    Raises:
        DatasetError: The manifest is damaged, or not there.
    """
    if isinstance(source, DatasetManifest):
        return source
    path = Path(source)
    return DatasetManifest.load(path) if is_folder(path) or path.name == MANIFEST else None


def described(manifest: DatasetManifest) -> DatasetManifest:
    """Describe files that were rewritten, and save that as the manifest."""
    files: dict[str, DatasetFile] = {}
    images = set[str]()
    for part, entry in manifest.files.items():
        if not is_file(manifest.path(part)):
            files[part] = entry
            continue
        total, lines = hashlib.sha256(), 0
        with opened(manifest.path(part)) as file:
            for line in file:
                total.update(line)
                lines += 1
                images.update(_IMAGE.findall(line.decode(errors="replace")))
        files[part] = DatasetFile(entry.name, lines, total.hexdigest())
    made = replace(manifest, files=files, images=tuple(sorted(images)))
    made.save()
    return made


_IMAGE = re.compile(r'"uri":"(images/[0-9a-f]{64}\.[a-z]+)"')


def _from_dict(folder: Path, data: JsonObject) -> DatasetManifest:
    try:
        files = {
            part: DatasetFile(**cast("dict[str, str]", entry))  # type: ignore[arg-type]
            for part, entry in cast("dict[str, JsonObject]", data["files"]).items()
        }
        manifest = DatasetManifest(
            folder=folder,
            kind=cast("Kind", data["kind"]),
            base_model=cast("str", data["base_model"]),
            files=files,
            images=tuple(cast("list[str]", data["images"])),
            prompt_fingerprint=cast("str", data["prompt_fingerprint"]),
            image_fingerprint=cast("str", data["image_fingerprint"]),
            prompt=cast("JsonObject", data["prompt"]),
            schema=cast("JsonObject", data["schema"]),
            versions=cast("dict[str, str]", data["versions"]),
            notices=tuple(cast("list[str]", data["notices"])),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise DatasetError(
            f"The manifest in {str(folder)!r} is incomplete.",
            remedy="Write the data set again, with this version of novadoc.",
        ) from error
    if manifest.dataset_hash != data.get("dataset_hash"):
        raise DatasetError(
            f"The manifest in {str(folder)!r} was edited by hand: its hash does not fit.",
            remedy="Write the data set again.",
        )
    return manifest
