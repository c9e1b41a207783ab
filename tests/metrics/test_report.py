"""Reports: derived rates, streaming, merging, and what they hold back."""

from __future__ import annotations

import gc
import random
import tracemalloc
from dataclasses import dataclass

import pytest

from novadoc.errors import MetricsError
from novadoc.metrics import (
    Counting,
    Counts,
    FieldError,
    Rules,
    Score,
    compare_reports,
    evaluate,
)

# Counts behind the table of the AWS post on fine-tuning Nova: hit, wrong, missing, extra, and the
# printed accuracy, precision, recall and F1.
PUBLISHED = [
    ("Employee", (174, 126, 0, 5), (58.00, 57.05, 100.0, 72.65)),
    ("Employee", (247, 53, 0, 0), (82.33, 82.33, 100.0, 90.31)),
    ("Employer", (176, 124, 0, 28), (58.67, 53.66, 100.0, 69.84)),
    ("Employer", (278, 22, 0, 0), (92.67, 92.67, 100.0, 96.19)),
    ("Earnings", (439, 259, 2, 22), (62.71, 60.97, 99.55, 75.62)),
    ("Earnings", (599, 101, 0, 0), (85.57, 85.57, 100.0, 92.22)),
    ("Benefits", (91, 103, 6, 6), (45.50, 45.50, 93.81, 61.28)),
    ("Benefits", (120, 80, 0, 0), (60.00, 60.00, 100.0, 75.00)),
    ("Multi-state", (341, 242, 2, 71), (58.29, 52.14, 99.42, 68.41)),
    ("Multi-state", (551, 34, 0, 15), (94.19, 91.83, 100.0, 95.74)),
]


@pytest.mark.parametrize(("category", "vector", "printed"), PUBLISHED)
def test_published_counting_reproduces_the_posts_table(
    category: str, vector: tuple[int, ...], printed: tuple[float, ...]
) -> None:
    """All four figures of all ten rows, through documents rather than formulas alone."""
    hit, wrong, missing, extra = vector
    truth = {f"k{k}": k for k in range(hit + wrong + missing)}
    found = {f"k{k}": k if k < hit else -1 for k in range(hit + wrong)}
    found |= {f"x{k}": k for k in range(extra)}
    rules = Rules(categories={"*": category})
    report = evaluate([(truth, found)], counting="published", rules=rules)

    score = report.categories[category]
    got = [100 * (score.rate(m) or 0) for m in ("accuracy", "precision", "recall", "f1")]
    assert got == pytest.approx(printed, abs=0.005)


def test_strict_counting_books_a_wrong_value_twice() -> None:
    """It is a false positive and a false negative, so recall is no longer 100 %."""
    score = Score(Counts(hit=120, wrong=80))

    assert (score.recall, score.f1) == (0.6, 0.6)
    assert Score(score.counts, "published").recall == 1.0


def test_a_predicted_null_is_missing_in_every_counting() -> None:
    """The published counting keeps the five classes: a null is a miss there, no wrong value."""
    report = evaluate([({"a": 1, "b": 2}, {"a": 1, "b": None})], counting="published")
    assert report.overall.counts == Counts(hit=1, missing=1)
    assert (report.overall.precision, report.overall.recall) == (1.0, 0.5)


def test_aligned_counting_counts_edits() -> None:
    """KIEval's aligned score: one edit for each wrong, missing and extra value."""
    assert Score(Counts(hit=6, wrong=2, missing=1, extra=1), "aligned").accuracy == 0.6


def test_undefined_rates_are_none() -> None:
    """Nothing to read is not the same as nothing read right."""
    report = evaluate([({}, {}), ({"a": None}, {})])

    assert report.overall.accuracy is None
    assert report.interval() is None
    assert report.macro.f1 is None
    assert "n/a" in report.to_markdown()
    assert evaluate([]).exact_rate is None


def pairs(count: int, seed: int = 0, noise: float = 0.3) -> list[tuple[dict, dict]]:
    draw = random.Random(seed)
    made = []
    for k in range(count):
        truth = {"id": f"{k:04}", "who": {"name": f"n{k % 7}"}, "rows": [{"v": k}, {"v": k + 1}]}
        found = {"id": truth["id"], "who": dict(truth["who"]), "rows": list(truth["rows"])}
        if draw.random() < noise:
            found["id"] = "?"
        if draw.random() < noise:
            found["rows"] = found["rows"][1:]
        if draw.random() < noise:
            found[f"note{draw.randrange(3)}"] = "x"
        made.append((truth, found))
    return made


@pytest.mark.parametrize("cut", [0, 1, 17, 60])
def test_merged_parts_equal_the_whole(cut: int) -> None:
    """Parts of a run, scored apart and in any layout of paths, sum up to the run."""
    everything = pairs(60)
    ids = [f"doc{k}" for k in range(60)]
    whole = evaluate(everything, ids=ids)
    parts = [
        evaluate(everything[cut:], ids=ids[cut:]),
        evaluate(everything[:cut], ids=ids[:cut]),
    ]
    merged = parts[1].merge(parts[0])

    assert whole.to_dict() == merged.to_dict() | {"comparators": whole.to_dict()["comparators"]}
    assert set(whole.ids) == set(merged.ids)
    assert compare_reports(whole, merged).overall.gains["f1"].change == 0


def test_merging_the_same_document_twice_is_refused() -> None:
    """Positions start anew in each part, which would count documents double."""
    part = evaluate(pairs(3))

    with pytest.raises(MetricsError, match="'0'"):
        part.merge(part)
    with pytest.raises(MetricsError, match="differently"):
        part.merge(part.with_counting("published"))


def test_reports_are_equal_byte_for_byte() -> None:
    """The same input gives the same report, whatever the seed of Python's hashes."""
    assert evaluate(pairs(30)).to_dict() == evaluate(pairs(30)).to_dict()


def test_a_report_keeps_under_a_kilobyte_a_document() -> None:
    """What compare_reports needs is packed; errors are bounded."""
    made = pairs(2_000)
    tracemalloc.start()
    report = evaluate(made, max_errors=5)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept / report.documents < 1_024


def test_nothing_grows_when_documents_are_not_kept() -> None:
    """Memory is flat in the number of documents, and comparing then says why it cannot."""

    def kept(count: int) -> int:
        made = pairs(count)
        tracemalloc.start()
        report = evaluate(iter(made), keep_documents=False, max_errors=3)
        gc.collect()
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert report.documents == count
        return size

    assert kept(3_000) < kept(300) + 20_000
    blind = evaluate(pairs(3), keep_documents=False)
    with pytest.raises(MetricsError, match="keep_documents"):
        compare_reports(blind, blind)


def test_errors_are_capped_by_path_and_streamed_in_full() -> None:
    """The report holds the first ones, the callback sees all, the totals stay right."""
    seen: list[FieldError] = []
    report = evaluate(pairs(200), on_error=seen.append, max_errors=4)

    assert max(sum(e.path == path for e in report.errors) for path in report.fields) == 4
    assert len(seen) == sum(report.error_counts.values()) == report.overall.counts.edits


def test_errors_hide_values_from_logs() -> None:
    """The values are there for who asks, not in a repr."""
    report = evaluate([({"ssn": "123-45-6789"}, {"ssn": "987-65-4321"})])

    assert "123-45" not in repr(report.errors)
    assert "123-45" not in repr(report)
    assert report.errors[0].to_dict()["expected"] == "123-45-6789"


@dataclass
class Done:
    id: str
    expected: dict
    canonical: dict


@dataclass
class Failed:
    id: str
    expected: dict
    error: str = "throttled"


def test_outcomes_are_scored_and_failures_miss_everything() -> None:
    """A failure is not left out of the average: all its leaves are missing."""
    run = [Done("a", {"x": 1}, {"x": 1}), Failed("b", {"x": 1})]
    report = evaluate(run)

    assert report.overall.counts == Counts(hit=1, missing=1)
    assert (report.unreadable, report.unreadable_rate) == (("b",), 0.5)


@pytest.mark.parametrize("answer", ["no json", '{"a": ', "[1]", "7", None, b"\xff"])
def test_unreadable_predictions_are_their_own_rate(answer: object) -> None:
    """They count as all missing, and are told apart from bad reading."""
    report = evaluate([({"a": 1, "b": 2}, answer)])

    assert report.unreadable_documents == 1
    assert "\nUnreadable predictions: 1 of " in report.to_markdown()
    assert report.overall.counts == Counts(missing=2)


def test_json_text_is_read_with_all_its_digits() -> None:
    """Numbers keep their digits, and a repeated key is reported."""
    report = evaluate([('{"a": 0.10, "b": 1}', '{"a": 0.1, "b": 2, "b": 1}')])

    assert report.overall.counts.hit == 2
    assert report.duplicate_keys == 1


def test_a_truth_that_cannot_be_read_is_an_error_that_names_the_document() -> None:
    """A label is the caller's own; it must not be silently scored as empty."""
    with pytest.raises(MetricsError, match="'inv-7'"):
        evaluate([("{", {"a": 1})], ids=["inv-7"])
    with pytest.raises(MetricsError, match="fewer ids"):
        evaluate(pairs(2), ids=["one"])
    with pytest.raises(MetricsError, match="'twice'"):
        evaluate(pairs(2), ids=["twice", "twice"])


def test_rows_fully_right_are_counted_beside_cells() -> None:
    """A row with one wrong cell is a wrong row."""
    truth = {"l": [{"a": 1, "b": 1}, {"a": 2, "b": 2}, {"a": 3, "b": 3}]}
    found = {"l": [{"a": 1, "b": 1}, {"a": 2, "b": 9}, {"a": 8, "b": 8}]}
    report = evaluate([(truth, found)])

    assert report.rows["l[]"].counts == Counts(hit=1, wrong=1, missing=1, extra=1)


@pytest.mark.parametrize("counting", ["strict", "published", "aligned"])
def test_a_counting_can_be_changed_afterwards(counting: Counting) -> None:
    """Every convention is derived from the same counts."""
    made = pairs(40)

    assert evaluate(made, counting=counting).to_dict() == (
        evaluate(made).with_counting(counting).to_dict()
    )
    with pytest.raises(MetricsError):
        evaluate(made, counting="lenient")  # type: ignore[arg-type]


def test_a_dataframe_has_a_line_a_field() -> None:
    """Bridges to pandas where it is installed."""
    pytest.importorskip("pandas")
    frame = evaluate(pairs(5)).to_dataframe()

    assert {"path", "category", "hit", "f1"} <= set(frame.columns)


@pytest.mark.parametrize(
    "item", [{"a": 1}, ({"a": 1},), "text"], ids=["truth alone", "one", "text"]
)
def test_what_is_neither_a_pair_nor_an_outcome_is_named(item: object) -> None:
    """A list of truths, or a path, is a slip that says what to give instead."""
    with pytest.raises(MetricsError, match=r"\[1\].*pairs"):
        evaluate([({"a": 1}, {"a": 1}), item])  # type: ignore[list-item]
    with pytest.raises(MetricsError, match=r"\[0\].*pairs"):
        evaluate([item])  # type: ignore[list-item]


def test_a_schema_that_is_none_is_refused() -> None:
    """The name of a class is no class."""
    with pytest.raises(MetricsError, match="pydantic class"):
        evaluate([({"a": 1}, {"a": 1})], schema="Receipt")  # type: ignore[arg-type]


def test_tables_by_anything_else_are_refused() -> None:
    """`by="fields"` is no table of categories under another name."""
    report = evaluate([({"a": 1}, {"a": 1})])

    with pytest.raises(MetricsError, match="category"):
        report.to_markdown(by="fields")
    with pytest.raises(MetricsError, match="category"):
        compare_reports(report, report).to_markdown(by="fields")
