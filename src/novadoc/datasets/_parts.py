"""The writing that every kind of data set shares: parts in order, whole files, one manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

import PIL

from novadoc._answer import dump_json
from novadoc._output import PARTIAL, LineFile, make_folder, writing
from novadoc._progress import Progress
from novadoc._version import __version__
from novadoc.datasets._manifest import MANIFEST, SAMPLES, DatasetFile, DatasetManifest, Kind
from novadoc.datasets._parallel import ordered_map
from novadoc.datasets._problem import Problem
from novadoc.datasets._records import Written
from novadoc.datasets._sample import WHY_EMPTY, Sample
from novadoc.datasets._store import IMAGES, PageStore
from novadoc.errors import DatasetError, DatasetProblemsError
from novadoc.prompts import ExtractionPrompt

T = TypeVar("T")
Maker: TypeAlias = Callable[[Sample], Written]
Making: TypeAlias = Callable[[PageStore], Maker]
"""Gives the maker of a data set whose pages go to that store."""


class Target(Generic[T]):
    """Where a data set goes, for which model, with which prompt."""

    def __init__(
        self,
        folder: Path,
        kind: Kind,
        base_model: str,
        prompt: ExtractionPrompt[T],
        *,
        skip_bad: bool = False,
        workers: int | None = None,
    ) -> None:
        self.folder = folder
        self.kind: Kind = kind
        self.base_model = base_model
        self.prompt = prompt
        self.skip_bad = skip_bad
        self.workers = workers

    def store(self) -> PageStore:
        """Return a new store of the data set's images, without what a killed run left half done."""
        for left in (self.folder / IMAGES).glob(f"*{PARTIAL}"):
            with writing(left):
                left.unlink(missing_ok=True)
        return PageStore(self.folder, self.prompt.images)

    def manifest(
        self, files: Mapping[str, DatasetFile], images: tuple[str, ...], notices: Iterable[str]
    ) -> DatasetManifest:
        """Describe what was written."""
        return DatasetManifest(
            folder=self.folder,
            kind=self.kind,
            base_model=self.base_model,
            files=files,
            images=images,
            prompt_fingerprint=self.prompt.fingerprint,
            image_fingerprint=self.prompt.images.fingerprint,
            prompt=self.prompt.to_dict(),
            schema=self.prompt.schema.prompt_schema,
            versions={"novadoc": __version__, "pillow": PIL.__version__},
            notices=tuple(notices),
        )


def write_parts(
    parts: Mapping[str, Iterable[Sample]], making: Making, target: Target[T]
) -> DatasetManifest:
    """Write every part and the manifest, or nothing that could be taken for whole.

    Raises:
        DatasetProblemsError: Some samples cannot be written, and they are not to be skipped.
        DatasetError: Two samples have the same id, or there are none.
        OutputError: The folder cannot be written, or another run is writing it.
    """
    make_folder(target.folder)
    with ExitStack() as stack:
        files = {
            part: stack.enter_context(LineFile(target.folder / f"{part}.jsonl")) for part in parts
        }
        origins = stack.enter_context(LineFile(target.folder / SAMPLES))
        # Only now are the folder's pages and their journal this run's alone.
        store = target.store()
        run = _Run(making(store), target.workers)
        # A manifest of an earlier run must not vouch for files that are being replaced.
        with writing(target.folder / MANIFEST):
            (target.folder / MANIFEST).unlink(missing_ok=True)
        for part, samples in parts.items():
            run.write(part, samples, files[part], origins)
        if run.problems and not target.skip_bad:
            raise _problems(run.problems)
        if not origins.lines:
            raise DatasetError("There is no sample to write.", remedy=WHY_EMPTY)
        for file in (*files.values(), origins):
            file.finish()
    written = {
        part: DatasetFile(file.path.name, file.lines, file.sha256)
        for part, file in files.items()
        if file.lines
    }
    manifest = target.manifest(written, store.names, (*run.notices, *_left_out(run.problems)))
    manifest.save()
    return manifest


def _problems(problems: list[Problem]) -> DatasetProblemsError:
    return DatasetProblemsError(
        f"{len(problems)} problems keep samples from being written, first: {problems[0]}",
        problems=problems,
        remedy="Correct them, or pass `skip_bad=True` to leave these samples out.",
    )


def _left_out(problems: Iterable[Problem]) -> Iterator[str]:
    for problem in problems:
        yield f"Left out. {problem.message}"


class _Run:
    def __init__(self, maker: Maker, workers: int | None) -> None:
        self.problems: list[Problem] = []
        self.notices: list[str] = []
        self._maker = maker
        self._workers = workers
        self._ids: set[str] = set()

    def write(
        self, part: str, samples: Iterable[Sample], file: LineFile, origins: LineFile
    ) -> None:
        checked = (self._checked(sample) for sample in samples)
        with Progress(None, f"writing {part}", unit="sample") as progress:
            for written in ordered_map(self._maker, checked, workers=self._workers):
                self.problems += written.problems
                self.notices += written.notices
                for line in written.lines:
                    file.write(line.text)
                    origins.write(dump_json({"part": part, "line": file.lines, **line.origin}))
                progress.advance()

    def _checked(self, sample: Sample) -> Sample:
        if sample.id in self._ids:
            raise DatasetError(
                f"Two samples have the id {sample.id!r}.", remedy="Give every sample its own id."
            )
        self._ids.add(sample.id)
        return sample
