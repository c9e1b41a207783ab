"""What a set of samples is like, before a cent is spent on it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, TypeVar

from novadoc.datasets._fields import FieldCounts, FieldProfile
from novadoc.datasets._parallel import ordered_map
from novadoc.datasets._profile_text import markdown
from novadoc.datasets._sample import Sample, SampleSet
from novadoc.documents import MAX_PAGES, NOVA_1, ImagePolicy, image_tokens, quality
from novadoc.errors import DocumentError
from novadoc.models import PRICES, BaseModel, PriceBook
from novadoc.models import base_model as catalogued
from novadoc.prompts import ExtractionPrompt, text_tokens
from novadoc.schema import to_json
from novadoc.types import JsonObject

T = TypeVar("T")

_EDGES = (1_000, 2_000, 4_000, 8_000, 16_000, 32_000)
# A record has ten images at most, so longer documents are cut.
_PAGES = ((1, 1), (2, 2), (3, 5), (6, 10), (11, 100), (101, MAX_PAGES))
# Drawing and measuring a page takes tens of milliseconds; so many tell shares to a few percent.
_LOOKED_AT = 100


@dataclass(frozen=True)
class DatasetProfile:
    """What a set is like. Prints as Markdown, without any value of a label."""

    samples: int
    pages: int
    """Of all documents together."""
    groups: int
    """Different groups; 0 when no sample has one."""
    document_pages: dict[str, int]
    """Documents by number of pages, as `1` or `2-10`."""
    fields: tuple[FieldProfile, ...]
    lists: dict[str, dict[str, int]]
    """For each path that has lists: how many of them have so many items, as `3-4`."""
    absent_texts: int
    """Values like `N/A` that should be null."""
    duplicates: int
    """Samples whose file came before."""
    contradictions: int
    """Those of them with another answer."""
    unreadable: tuple[str, ...]
    """Ids of samples whose document cannot be read."""
    looked_at: int
    """Pages that were measured."""
    quality: dict[str, int]
    """Measured pages by what is likely to hurt reading; `good` for the rest."""
    base_model: str
    tokens: dict[str, int]
    """Samples by tokens of their training record, as `<= 4,000`."""
    over_limit: int
    """Samples that do not fit into the training context."""
    tokens_per_page: int
    """Input tokens of one page with its share of the prompt, estimated."""
    training_tokens: int
    """Of all records together, once."""
    training_cost: Decimal | None
    """Of the epochs asked for, in US dollars; `None` when no price is known."""
    cost_per_page: Decimal | None
    """At inference on demand, in US dollars."""

    def to_dict(self, *, values: bool = False) -> JsonObject:
        """Return the profile as JSON: what pages and charts are drawn from.

        Args:
            values: Add each field's most frequent values, which are content of the documents. By
                default there is no value of a label in it.
        """
        plain = {name: value for name, value in vars(self).items() if name != "fields"}
        plain["unreadable"] = list(self.unreadable)
        for name in ("training_cost", "cost_per_page"):
            plain[name] = None if plain[name] is None else float(plain[name])
        return {**plain, "fields": [one.to_dict(values=values) for one in self.fields]}

    def to_markdown(self) -> str:
        """Return the profile as Markdown."""
        return markdown(self.to_dict())

    def __str__(self) -> str:
        return self.to_markdown()


def profile(
    samples: Iterable[Sample],
    *,
    prompt: ExtractionPrompt[T] | None = None,
    base_model: str = "nova-lite",
    epochs: int = 2,
    prices: PriceBook = PRICES,
    look_at: int = _LOOKED_AT,
    workers: int | None = None,
) -> DatasetProfile:
    """Count and measure a set: fields, values, image quality, duplicates, tokens and cost.

    Every label is counted; page quality and image tokens are taken from some pages, spread evenly
    over the set. Besides the set itself, memory grows by two numbers a sample.

    Args:
        samples: The set.
        prompt: Its text is counted into the tokens; its policy sizes the images.
        base_model: Key of the model to be trained and asked.
        epochs: Passes that training is charged for.
        prices: Prices to use.
        look_at: Documents whose first page is measured, at most.
        workers: Threads.

    Raises:
        ConfigurationError: No base model has this key, or the price book has no prices for it.

    Example:
        >>> from novadoc.documents import Document
        >>> page = Document.open(b"P5 40 30 255 " + bytes(1200))
        >>> found = profile([Sample("a", page, {"total": 7}), Sample("b", page, {"total": None})])
        >>> found.fields[0].share, found.duplicates, found.contradictions
        (0.5, 1, 1)
    """
    model = catalogued(base_model)
    everything = SampleSet.of(samples)
    policy = prompt.images if prompt else NOVA_1
    step = max(1, -(-len(everything) // max(1, look_at)))
    survey = _Survey(model, policy)
    totals = _Totals(model, 0 if prompt is None else prompt.budget(base_model, pages=0).input)
    places = ((sample, place % step == 0) for place, sample in enumerate(everything))
    for facts in ordered_map(survey, places, workers=workers):
        totals.add(facts)
    return totals.profile(base_model, epochs, prices)


class _Facts(NamedTuple):
    sample_id: str
    group: str | None
    label: JsonObject
    answer: str
    digest: str
    pages: int
    """0 when the document cannot be read."""
    flags: tuple[str, ...] | None
    """Of its first page; `None` when it was not measured."""
    image_tokens: int
    """Of its first page; 0 when it was not measured."""


class _Survey:
    def __init__(self, model: BaseModel, policy: ImagePolicy) -> None:
        self._model = model
        self._policy = policy

    def __call__(self, place: tuple[Sample, bool]) -> _Facts:
        sample, look = place
        flags: tuple[str, ...] | None = None
        tokens = pages = 0
        digest = ""
        try:
            digest, pages = sample.document.digest, sample.document.page_count
            if look:
                page = next(quality(sample.document))
                flags = page.flags
                tokens = image_tokens(*self._policy.fit(page.width, page.height), self._model.key)
        except DocumentError:
            pages = 0
        answer = to_json(sample.label)
        return _Facts(sample.id, sample.group, sample.label, answer, digest, pages, flags, tokens)


class _Totals:
    def __init__(self, model: BaseModel, prompt_tokens: int) -> None:
        self._model = model
        self._prompt = prompt_tokens
        self._fields = FieldCounts()
        self._groups: set[int] = set()
        self._answers: dict[int, int] = {}
        self._quality: Counter[str] = Counter()
        self._unreadable: list[str] = []
        self._pages = self._duplicates = self._contradictions = 0
        self._looked = self._image_tokens = 0
        self._sizes: Counter[tuple[int, int]] = Counter()

    def add(self, facts: _Facts) -> None:
        self._fields.add(facts.label)
        if facts.group is not None:
            self._groups.add(hash(facts.group))
        if not facts.pages:
            self._unreadable.append(facts.sample_id)
            return
        self._repeat(facts)
        self._pages += facts.pages
        # Answers are counted in steps of ten tokens, so that their histogram stays small.
        self._sizes[facts.pages, round(text_tokens(facts.answer), -1)] += 1
        if facts.flags is not None:
            self._looked += 1
            self._image_tokens += facts.image_tokens
            self._quality.update(facts.flags or ("good",))

    def _repeat(self, facts: _Facts) -> None:
        key = int(facts.digest[:15], 16)
        answer = int(hashlib.sha256(facts.answer.encode()).hexdigest()[:15], 16)
        if key in self._answers:
            self._duplicates += 1
            self._contradictions += self._answers[key] != answer
        self._answers.setdefault(key, answer)

    def profile(self, key: str, epochs: int, prices: PriceBook) -> DatasetProfile:
        page = self._image_tokens // self._looked if self._looked else 0
        sizes = [
            (count, self._prompt + pages * page, answer)
            for (pages, answer), count in self._sizes.items()
        ]
        training = sum(count * (asked + answer) for count, asked, answer in sizes)
        asked = sum(count * asked for count, asked, _ in sizes)
        answered = sum(count * answer for count, _, answer in sizes)
        limit = self._model.training_tokens
        price = prices.price(key)
        per_page = price.input_per_1k * asked + price.output_per_1k * answered
        rate = price.training_per_1k
        return DatasetProfile(
            samples=self._fields.samples,
            pages=self._pages,
            groups=len(self._groups),
            document_pages=dict(_page_bars(self._sizes)),
            fields=tuple(self._fields.profiles()),
            lists=self._fields.list_lengths(),
            absent_texts=self._fields.absent_texts,
            duplicates=self._duplicates,
            contradictions=self._contradictions,
            unreadable=tuple(self._unreadable),
            looked_at=self._looked,
            quality=dict(self._quality.most_common()),
            base_model=key,
            tokens=dict(_histogram(sizes)),
            over_limit=sum(count for count, q, a in sizes if limit is not None and q + a > limit),
            tokens_per_page=asked // self._pages if self._pages else 0,
            training_tokens=training,
            training_cost=None if rate is None else rate * training * epochs / 1000,
            cost_per_page=per_page / 1000 / self._pages if self._pages else None,
        )


def _page_bars(sizes: Counter[tuple[int, int]]) -> Iterator[tuple[str, int]]:
    for low, high in _PAGES:
        count = sum(count for (pages, _), count in sizes.items() if low <= pages <= high)
        if count:
            yield f"{low}" if low == high else f"{low}-{high}", count


def _histogram(sizes: list[tuple[int, int, int]]) -> Iterator[tuple[str, int]]:
    low = 0
    for edge in _EDGES:
        yield f"<= {edge:,}", sum(count for count, q, a in sizes if low < q + a <= edge)
        low = edge
    yield f"> {low:,}", sum(count for count, q, a in sizes if q + a > low)
