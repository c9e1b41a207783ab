"""The question where the documents of a packet begin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Union

from pydantic import BaseModel, Field, create_model

from novadoc.documents import ImagePolicy
from novadoc.prompts import ExtractionPrompt, Wording
from novadoc.schema import DocumentSchema

_WORDING = Wording(
    system="You sort the pages of scanned files into documents.",
    task=(
        "The images above are pages of one file, in order, in which several documents may follow "
        "one another. Say of each page whether a document begins there."
    ),
    copy="",
    absent="",
    booleans="",
    pages=(
        "A document goes on over as many pages as have the same form, parties, numbers and dates "
        "and count on: a page marked 2 of 3 begins none. The first image may be in the middle of "
        "a document."
    ),
)


def packet_prompt(
    size: int, kinds: Mapping[str, str], images: ImagePolicy
) -> ExtractionPrompt[BaseModel]:
    """Return the question about `size` pages: a field for each, so that none can be left out."""
    starts = Field(description="Whether this page is the first one of a document.")
    kind = Field(description="Kind of the document the page belongs to; null for any other kind.")
    # A class, not a JSON Schema: what is missing is then named by its own path.
    members: dict[str, Any] = {"starts": (bool, starts)}
    if kinds:
        members["kind"] = (Union[Literal[tuple(kinds)], None], kind)
    sheet = create_model("Sheet", **members)
    pages: dict[str, Any] = {
        f"page_{number}": (
            sheet,
            Field(description=f"Image {number}." if size > 1 else "The image."),
        )
        for number in range(1, size + 1)
    }
    schema = DocumentSchema.of(create_model("Packet", **pages))
    named = "\n".join(f"- {kind}: {description}" for kind, description in kinds.items())
    return ExtractionPrompt(
        schema,
        instructions=f"The kinds of documents:\n{named}" if named else "",
        images=images,
        wording=_WORDING,
    )
