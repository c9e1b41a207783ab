"""What people give to be read, as tasks: documents, paths, samples, prepared pages."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeAlias, Union, cast

from novadoc.documents import Document, ImagePolicy, PageImage
from novadoc.errors import ConfigurationError, PromptError
from novadoc.prompts import Image
from novadoc.types import JsonObject, JsonValue


class DocumentLike(Protocol):
    """A document with a name of its own, as `Part`."""

    @property
    def id(self) -> str:
        """Names it in outcomes."""
        ...

    @property
    def document(self) -> Document:
        """What is read."""
        ...


class SampleLike(DocumentLike, Protocol):
    """A labelled document, as `novadoc.datasets.Sample`."""

    @property
    def label(self) -> Mapping[str, JsonValue]:
        """The right answer."""
        ...


@dataclass(frozen=True)
class Pages:
    """Pages that are prepared already: by another prompt's run, or lying on S3.

    Example:
        >>> page = Image("jpeg", 8, 8, digest="0" * 64, location="s3://forms/a.jpg")
        >>> Pages("a", (page,)).id
        'a'
    """

    id: str
    images: tuple[Image, ...]
    label: Mapping[str, JsonValue] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, document: Document, policy: ImagePolicy) -> Pages:
        """Prepare all pages of a document.

        Raises:
            DocumentError: A page cannot be read.
        """
        return cls(document.name, tuple(map(as_image, document.images(policy))))


Source: TypeAlias = Union[Document, str, "os.PathLike[str]", DocumentLike, Pages]
"""What an extractor reads."""


class Task:
    """One thing to read; documents are opened where the work is done, not where it is listed."""

    def __init__(self, given: Source) -> None:
        path = os.fspath(given) if isinstance(given, (str, os.PathLike)) else None
        if path is None and not isinstance(given, Document) and not hasattr(given, "id"):
            raise ConfigurationError(
                f"What is of type `{type(given).__name__}` cannot be read as a document.",
                remedy="Give a path, or `Document.open(data, name=...)` for a file's bytes.",
            )
        self.given = given
        self._path = path

    @cached_property
    def id(self) -> str:
        """The sample's id, or the document's name."""
        if self._path is not None:
            return Path(self._path).name
        given = self.given
        return given.name if isinstance(given, Document) else cast("DocumentLike", given).id

    @cached_property
    def source(self) -> str:
        """The path, or the document's name."""
        if self._path is not None:
            return self._path
        if isinstance(self.given, Pages):
            return self.given.id
        document = self.document
        return document.name if document.path is None else str(document.path)

    @property
    def expected(self) -> JsonObject | None:
        """The label, when there is one."""
        label = getattr(self.given, "label", None)
        return dict(cast("Mapping[str, JsonValue]", label)) if label is not None else None

    @cached_property
    def document(self) -> Document:
        """The document, opened on first use.

        Raises:
            DocumentError: The file cannot be opened.
        """
        if self._path is not None:
            return Document.open(self._path)
        given = self.given
        return given if isinstance(given, Document) else cast("DocumentLike", given).document

    def images(self, policy: ImagePolicy) -> Iterable[Image]:
        """Return the pages as the model gets them, each prepared when it is come to.

        Raises:
            DocumentError: A page cannot be read.
        """
        if isinstance(self.given, Pages):
            return self.given.images
        return map(as_image, self.document.images(policy))

    def texts(self) -> tuple[str, ...]:
        """Return the text layer of each page.

        Raises:
            DocumentError: The file cannot be read.
            PromptError: There is no text.
        """
        document = None if isinstance(self.given, Pages) else self.document
        texts = (
            tuple(document.text(number) for number in range(1, document.page_count + 1))
            if document is not None
            else ()
        )
        if not any(text.strip() for text in texts):
            raise PromptError(
                f"`{self.id}` has no text layer, and this prompt reads text.",
                remedy="Ask with images instead.",
            )
        return texts

    def key(self) -> str:
        """Return what tells the content apart from any other: digests of file or pages, and pages.

        Raises:
            DocumentError: The file cannot be read.
        """
        if isinstance(self.given, Pages):
            return ".".join(image.digest for image in self.given.images)
        return f"{self.document.digest}/{','.join(map(str, self.document.pages))}"


def as_image(page: PageImage) -> Image:
    """Return a document's page as a part of a conversation."""
    return Image(page.format, page.width, page.height, page.digest, data=page.data)
