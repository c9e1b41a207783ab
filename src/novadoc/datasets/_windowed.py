"""Long documents cut into samples of their own, each with the label of its pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Literal, TypeVar

from novadoc.datasets._cut import TextReader, cut, text_layer
from novadoc.datasets._labels import SchemaLike
from novadoc.datasets._sample import Entry, Rejected, Sample, SampleSet
from novadoc.documents import Document
from novadoc.errors import ConfigurationError, DocumentError, LabelError
from novadoc.models import most_images
from novadoc.prompts import ExtractionPrompt, pages_at_once
from novadoc.schema import DocumentSchema, to_json

T = TypeVar("T")


def windowed(
    samples: Iterable[Sample],
    schema: SchemaLike[T] | ExtractionPrompt[T],
    *,
    base_model: str = "nova-lite",
    pages: int | None = None,
    text: TextReader = text_layer,
    unproven: Literal["reject", "first"] = "reject",
) -> SampleSet:
    """Cut documents of more than `pages` pages into samples of their own.

    A window's label holds what is printed on its pages, and null for the rest: trained on all
    values everywhere, a model learns to make them up. What is printed where is told by the pages'
    text. Every value has to be found, list rows in the order of the pages and each in one window,
    numbers and short texts in one window only; otherwise the document is `unproven`. `write_sft`
    cuts in the same way by itself and refuses what is unproven.

    Args:
        samples: Any; those of short documents stay as they are.
        schema: What the labels fit, or the prompt that will ask, whose examples' images count.
        base_model: Key of the model to be trained, as for `write_sft`. A window has as many pages
            as a record of it has and as it is asked with: 10 for Nova Lite and Pro, 5 for Nova 2
            Lite, less the images of few-shot examples.
        pages: Most pages of a window, where it should be fewer.
        text: Reads a page's text, by default its text layer; give a reader of your own (OCR) for
            scans.
        unproven: What becomes of a document whose values cannot be shown to stand somewhere:
            `reject` lists it in `.rejected`; `first` keeps its first pages with the whole label,
            which is right when everything asked for stands there.

    Returns:
        The samples; those cut are named by their pages, as `invoice:1-10`, and are one group.

    Raises:
        ConfigurationError: `pages` is not positive, or no base model has this key.
        PromptError: The prompt's examples leave no room for a page.
        SchemaError: `schema` cannot be asked of a model.

    Example:
        >>> from pydantic import BaseModel
        >>> class Letter(BaseModel):
        ...     name: str | None = None
        ...     total: int | None = None
        >>> from novadoc.documents import bind
        >>> sheets = [Document.open(b"P5 40 30 255 " + bytes([n]) * 1200) for n in range(2)]
        >>> letter = Sample("a", bind(sheets), {"name": "Ann Jones", "total": 77})
        >>> digests = [sheet.image(1).digest for sheet in sheets]
        >>> read = dict(zip(digests, ["From: Ann Jones", "Total: 77.00"]))  # an OCR program's
        >>> cut = windowed([letter], Letter, pages=1, text=lambda d, n: read[d.image(n).digest])
        >>> for sample in cut:
        ...     print(sample.id, sample.label)
        a:1-1 {'name': 'Ann Jones', 'total': None}
        a:2-2 {'name': None, 'total': 77}
    """
    if pages is not None and pages < 1:
        raise ConfigurationError("A window has at least one page.")
    if isinstance(schema, ExtractionPrompt):
        known, most = schema.schema, pages_at_once(schema, base_model)
    else:
        known, most = DocumentSchema.of(schema), most_images(base_model, tuned=True)
    pages = min(pages or most, most)
    everything = SampleSet.of(samples)
    entries: list[Entry] = []
    rejected: list[Rejected] = []
    for sample in everything:
        made = _made(sample, known, pages, text)
        if not isinstance(made, Rejected):
            entries += made
        elif unproven == "first" and made.violations:
            first = sample.document.windows(pages)[0]
            entries.append(_entry(replace(sample, document=first)))
        else:
            rejected.append(made)
    return SampleSet(
        entries, orphans=everything.orphans, rejected=(*everything.rejected, *rejected)
    )


def _made(
    sample: Sample, schema: DocumentSchema[T], pages: int, text: TextReader
) -> list[Entry] | Rejected:
    try:
        return list(_entries(sample, schema, pages, text))
    except (LabelError, DocumentError) as error:
        violations = error.violations if isinstance(error, LabelError) else ()
        return Rejected(sample.id, str(error), sample.document.path, violations)


def _entries(
    sample: Sample, schema: DocumentSchema[T], pages: int, text: TextReader
) -> Iterator[Entry]:
    if sample.document.page_count <= pages:
        yield _entry(sample)
        return
    at = 1
    # Windows of one document look different, but must not be torn apart by a split.
    group = sample.group or sample.id
    for window in cut(sample, schema, pages, text):
        end = at + window.document.page_count - 1
        yield _entry(
            Sample(
                f"{sample.id}:{at}-{end}", window.document, window.label, group, sample.provenance
            )
        )
        at = end + 1


def _entry(sample: Sample) -> Entry:
    text = to_json(sample.label)
    return Entry(sample.id, partial(_given, sample.document), text, sample.group, sample.provenance)


def _given(document: Document) -> Document:
    return document
