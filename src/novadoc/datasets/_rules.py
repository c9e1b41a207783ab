"""The rules a data set is checked by.

They are the strict union of what the service's documents, its validators and the jobs themselves
demand, and of what labels need to teach anything.

Sources are those of `novadoc.models`; "validators" are AWS's own, published as samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from novadoc.datasets._problem import Problem, Severity


class Rule(NamedTuple):
    """What is demanded, and how much hangs on it."""

    severity: Severity
    demand: str
    remedy: str


def problem(
    rule: str, message: str, *, file: str = "", line: int | None = None, path: str = ""
) -> Problem:
    """Make a problem of a known rule, with the rule's severity and remedy."""
    known = RULES[rule]
    return Problem(
        rule, known.severity, message, remedy=known.remedy, file=file, line=line, path=path
    )


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        # files
        "file-name": Rule(
            "error",
            "File names end in .jsonl and hold only A-Z a-z 0-9 _ - / .",
            "Rename the file.",
        ),
        "encoding": Rule(
            "error",
            "Files are UTF-8 without a byte-order mark.",
            "Save it as UTF-8 without a mark.",
        ),
        "blank-line": Rule("error", "Every line holds a record.", "Remove the line."),
        "json": Rule(
            "error",
            "Every line is one JSON object.",
            "Write the data set again; do not edit it by hand.",
        ),
        "manifest": Rule("error", "Files are what the manifest says.", "Write the data set again."),
        "record-count": Rule(
            "error",
            "The model takes only so few and so many samples.",
            "Label more documents, or train another model.",
        ),
        "few-samples": Rule(
            "warning", "The service's guide recommends more samples.", "Label more documents."
        ),
        "validation-unused": Rule(
            "warning",
            "Nova 2 takes a validation set but does not use it.",
            "Keep these samples for training or measuring.",
        ),
        "mixed-media": Rule(
            "error",
            "All records are text only, or all have images or video.",
            "Write two data sets.",
        ),
        # envelope
        "unknown-key": Rule("error", "No members but those the format names.", "Remove it."),
        "schema-version": Rule(
            "error", "`schemaVersion` is `bedrock-conversation-2024`.", "Set it."
        ),
        "system": Rule(
            "error", "`system` is a list of text blocks.", 'Write it as `[{"text": ...}]`.'
        ),
        "messages": Rule(
            "error", "`messages` has two turns or more.", "Write a user's and an assistant's turn."
        ),
        "roles": Rule(
            "error",
            "User and assistant take turns; the user begins, not ends.",
            "Put the turns in order.",
        ),
        "content": Rule(
            "error",
            "Content blocks are of the kinds the model is trained on.",
            "Use text and image blocks.",
        ),
        "empty-text": Rule(
            "error", "Text blocks hold text.", "Remove the block, or say something."
        ),
        "reserved-word": Rule(
            "error",
            "No text holds a word the service keeps for itself.",
            "In an answer: `check(..., fix=True)` escapes it. In a prompt: say it otherwise.",
        ),
        "tool": Rule(
            "error",
            "Supervised fine-tuning takes no tools.",
            'Write the data set with a prompt of `answer="json"`.',
        ),
        "assistant-media": Rule(
            "error", "The assistant answers in text.", "Move it into the user's turn."
        ),
        # media
        "image-location": Rule(
            "error",
            "Images are named by location, in safe characters.",
            "Name images by their hash, as `write_sft` does.",
        ),
        "image-format": Rule(
            "error",
            "Images are of a format the model is trained on.",
            "Write the data set with the image policy that suits the model.",
        ),
        "image-count": Rule(
            "error", "A sample has only so many images.", "Cut the document into fewer pages."
        ),
        "image-missing": Rule(
            "error",
            "Every image named is there.",
            "Write the data set again: it goes on where files are missing.",
        ),
        "image-unreadable": Rule(
            "error", "Images are what they are said to be.", "Write the data set again."
        ),
        "image-size": Rule(
            "error",
            "Images have at most 10 MB and 25 to 8,000 pixels a side.",
            "`check(..., fix=True)` encodes it again.",
        ),
        "bucket": Rule(
            "error",
            "All media of a file lie in one bucket.",
            "Upload the whole data set to one bucket.",
        ),
        "bucket-owner": Rule(
            "error",
            "`bucketOwner` is a 12-digit account, if given.",
            "Give the 12-digit account id.",
        ),
        "tokens": Rule(
            "error",
            "A sample fits into the training context (estimated).",
            "Use fewer pages, fewer examples or smaller images.",
        ),
        # labels
        "framing": Rule(
            "error",
            "Every answer is framed as inference frames it.",
            "Write the data set with the prompt that inference uses.",
        ),
        "label-json": Rule("error", "Every answer is one JSON object.", "Correct the answer."),
        "label-keys": Rule(
            "error",
            "All answers have the same keys in the same order.",
            "Write labels through their schema, which fills keys in.",
        ),
        "label-type": Rule(
            "error",
            "A field has one type in all answers, that of the schema.",
            "Write labels through their schema, which keeps types.",
        ),
        "label-null": Rule(
            "warning",
            "What is absent is null, not a text that says so.",
            "Use null in the label, or convert it while reading.",
        ),
        "label-schema": Rule(
            "error", "Labels fit their schema.", "Correct the label, or convert it while reading."
        ),
        "contradiction": Rule(
            "error", "Equal pages have equal answers.", "Look at the page and keep the right one."
        ),
        "duplicate": Rule("warning", "Every sample is there once.", "Keep one."),
        "leak": Rule(
            "error",
            "No page is in two parts.",
            "Split with `novadoc.datasets.split`, which keeps equal pages together.",
        ),
        "not-visible": Rule(
            "warning",
            "Values stand on their page, where it has a text layer.",
            "Compare the label with the page.",
        ),
        # samples that could not be written
        "document": Rule(
            "error",
            "Every document can be opened and prepared.",
            "Replace the file, or leave the sample out.",
        ),
        "long-document": Rule(
            "error",
            "What stands on which page of a document longer than a record can be told.",
            "Take the pages that show the label, or cut it by `datasets.windowed` for the model.",
        ),
        "prompt": Rule(
            "error", "The prompt can be rendered for every document.", "Correct the prompt."
        ),
    }
)
"""Every rule `check` knows, by id."""
