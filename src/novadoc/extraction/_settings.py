"""How an extractor works, beside what it asks and whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar, get_args

from novadoc.errors import ConfigurationError
from novadoc.types import JsonObject

if TYPE_CHECKING:
    from novadoc.extraction._hooks import Hook
    from novadoc.extraction._rates import RateLimits
    from novadoc.extraction._values import Box

Merge = Literal["first", "last"]
N = TypeVar("N", int, float)


class PageWord(Protocol):
    """A word on a page, as `novadoc.documents.Word`."""

    @property
    def text(self) -> str:
        """As printed."""
        ...

    @property
    def box(self) -> Box:
        """Left, top, right, bottom as fractions of the page."""
        ...


class WordReader(Protocol):
    """What finds words on pages: a PDF's text layer, an OCR program, a service."""

    def words(self, image: bytes, /) -> Sequence[PageWord]:
        """Return the words of an encoded page image, in reading order.

        What it raises becomes the document's `UnreadableDocumentError`, which names its type only.
        """
        ...


@dataclass(frozen=True)
class Settings:
    """How an extractor works. Everything has a default that suits one page of a form.

    Example:
        >>> Settings(votes=3).votes
        3
    """

    _: KW_ONLY
    workers: int = 16
    """Most calls in flight at once, threads and tasks together."""
    rates: RateLimits | None = None
    """Limits a minute; those of the base model's on-demand deployments when `None`."""
    continuations: int = 3
    """How often an answer that was cut is continued where it stopped; what does not fit even then
    is asked for again, by half the pages at a time. 0 makes it an error."""
    reask: bool = True
    """Whether values that do not fit are asked for once more, naming paths and rules."""
    fallback: bool = True
    """Whether another answer mode is tried on Nova's known faults; foundation models only."""
    pages_per_request: int | None = None
    """Most pages in one request; the model's own limit when `None`."""
    overlap: int = 0
    """Pages that a window shares with the one before."""
    merge: Merge = "first"
    """Which window's value counts when several have one."""
    votes: int = 1
    """How often each page is asked, for the agreement of the answers."""
    vote_temperature: float = 0.7
    """Temperature of the votes beyond the first, which is greedy."""
    guesses: int = 1
    """How many guesses, with probabilities, are asked for each value in one answer; foundation
    models only. The most probable one is the value."""
    word_reader: WordReader | None = field(default=None, repr=False)
    """Finds words on page images, for evidence; PDFs with a text layer need none."""
    evidence: bool = False
    """Whether values are looked up on the pages."""
    hooks: tuple[Hook, ...] = field(default=(), repr=False)
    """Told of every call."""

    @property
    def decisive(self) -> JsonObject:
        """What decides about outcomes: those made under other settings do not mix with these."""
        return {
            "votes": self.votes,
            "guesses": self.guesses,
            "pages_per_request": self.pages_per_request,
            "overlap": self.overlap,
            "merge": self.merge,
            "evidence": self.evidence,
        }

    def __post_init__(self) -> None:
        least_of = {"workers": 1, "votes": 1, "guesses": 1, "continuations": 0, "overlap": 0}
        for name, least in least_of.items():
            at_least(least, name, getattr(self, name))
        if self.merge not in get_args(Merge):
            raise ConfigurationError(f"`merge` is {self.merge!r}.", remedy='Say "first" or "last".')
        size = self.pages_per_request
        if size is not None and size <= self.overlap:
            raise ConfigurationError(
                f"{size} pages per request with {self.overlap} shared never reach the next page.",
                remedy="Make `overlap` smaller than `pages_per_request`.",
            )


def workers_of(given: int | None, settings: Settings) -> int:
    """Return how many workers a run has: as many as it was given, else as the settings say.

    Raises:
        ConfigurationError: Fewer than one.
    """
    return settings.workers if given is None else at_least(1, "workers", given)


def at_least(least: int, name: str, given: N) -> N:
    """Return a number that was given.

    Raises:
        ConfigurationError: It is below the least that makes sense, or not a number.
    """
    if not given >= least:  # NaN is neither
        raise ConfigurationError(f"`{name}` is {given}, below {least}.")
    return given
