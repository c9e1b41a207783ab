"""Record matching: optimal, order-free, and never silently anything else."""

from __future__ import annotations

import random
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from novadoc.errors import MetricsError
from novadoc.metrics import Counts, Number, Rules, Text, compare, evaluate
from novadoc.metrics import _records as records
from novadoc.metrics._assignment import assign
from novadoc.metrics._columns import Column, EqualColumn, SoftColumn
from novadoc.metrics._fuzzy import Text as FuzzyText

weights = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 9), min_size=width, max_size=width), min_size=1, max_size=6
    )
)


@given(weights)
@settings(deadline=None)
def test_assignment_equals_scipy(grid: list[list[int]]) -> None:
    """The assignment's total weight is the optimum, and it is one to one."""
    pairs = assign(grid)

    rows, columns = linear_sum_assignment(np.array(grid), maximize=True)
    assert sum(grid[i][j] for i, j in pairs) == sum(np.array(grid)[rows, columns])
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


@pytest.mark.parametrize(("size", "top"), [(40, 3), (60, 1000)])
def test_assignment_of_large_grids_equals_scipy(size: int, top: int) -> None:
    """Ties everywhere, or nowhere: the optimum is reached on grids no brute force can check."""
    draw = random.Random(size)
    grid = [[draw.randrange(top) for _ in range(size + 7)] for _ in range(size)]

    rows, columns = linear_sum_assignment(np.array(grid), maximize=True)
    assert sum(grid[i][j] for i, j in assign(grid)) == sum(np.array(grid)[rows, columns])


cell = st.sampled_from([None, "a", "b", "c"])
table_rows = st.lists(st.tuples(cell, cell, cell), max_size=5)


def equal_columns(one: list[tuple[object, ...]], two: list[tuple[object, ...]]) -> list[Column]:
    return [EqualColumn([row[k] for row in one], [row[k] for row in two]) for k in range(3)]  # type: ignore[misc]


def most_right_cells(one: list[tuple[object, ...]], two: list[tuple[object, ...]]) -> int:
    short, long = (one, two) if len(one) <= len(two) else (two, one)
    return max(
        sum(
            a is not None and a == b
            for row, k in zip(short, order, strict=True)
            for a, b in zip(row, long[k], strict=True)
        )
        for order in permutations(range(len(long)), len(short))
    )


@given(table_rows, table_rows)
@settings(max_examples=300, deadline=None)
def test_matching_equals_brute_force(
    one: list[tuple[object, ...]], two: list[tuple[object, ...]]
) -> None:
    """No assignment of the rows has more right cells than the one found."""
    found = records.match(equal_columns(one, two), len(one), len(two))

    right = sum(
        a is not None and a == b
        for i, j in found.pairs
        for a, b in zip(one[i], two[j], strict=True)
    )
    assert most_right_cells(one, two) == right
    assert found.proven


text = st.sampled_from(["alpha beta", "alpha beto", "alpha bexx", "gamma", "gamme", "delta"])


@given(st.lists(st.tuples(text, cell), max_size=4), st.lists(st.tuples(text, cell), max_size=4))
@settings(max_examples=300, deadline=None)
def test_fuzzy_matching_is_optimal_after_equal_rows(
    one: list[tuple[str, object]], two: list[tuple[str, object]]
) -> None:
    """Rows that read the same pair first; the rest has most right cells, then most similarity."""
    comparator = FuzzyText(threshold=0.85)
    fuzzy = SoftColumn(
        [row[0] for row in one],
        [row[0] for row in two],
        ([row[0] for row in one], [row[0] for row in two]),
        comparator,
    )
    exact = EqualColumn([row[1] for row in one], [row[1] for row in two])  # type: ignore[misc]

    def grade(i: int, j: int) -> tuple[int, int]:
        (some, alike), (others, same) = fuzzy.grade(i, j), exact.grade(i, j)
        hits = some + others
        return hits, round((alike + same) * 1000) if hits else 0

    found = records.match([fuzzy, exact], len(one), len(two))

    left, right = list(range(len(one))), list(range(len(two)))
    for i in range(len(one)):
        twin = next((j for j in right if two[j] == one[i]), None)
        if twin is not None:
            left.remove(i)
            right.remove(twin)
    short, long = (left, right) if len(left) <= len(right) else (right, left)
    best = max(
        tuple(
            map(
                sum,
                zip(
                    (0, 0),
                    *(
                        grade(a, b) if short is left else grade(b, a)
                        for a, b in zip(short, order, strict=True)
                    ),
                    strict=True,
                ),
            )
        )
        for order in permutations(long, len(short))
    )
    rest = [(i, j) for i, j in found.pairs if one[i] != two[j]]
    assert best == tuple(map(sum, zip((0, 0), *(grade(i, j) for i, j in rest), strict=True)))


def noisy(count: int, seed: int) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    draw = random.Random(seed)
    truth = [
        {
            "code": f"{draw.randrange(10**6):06d}",
            "text": f"{draw.choice('abc')}-part {draw.randrange(400)}",
            "count": draw.randrange(1, 30),
            "price": draw.randrange(1, 90_000) / 100,
        }
        for _ in range(count)
    ]
    found = [dict(row) for row in truth if draw.random() > 0.05]
    for row in found:
        for key in row:
            if draw.random() < 0.2:
                row[key] = None if draw.random() < 0.1 else str(row[key])[::-1]
    draw.shuffle(found)
    return truth, found


@pytest.mark.parametrize("seed", range(6))
def test_noisy_tables_reach_the_optimum_of_scipy(seed: int) -> None:
    """On tables of realistic noise the hits equal those of a full weight matrix solved by scipy."""
    truth, found = noisy(70, seed)
    rules = Rules(comparators={"*.text": Text(0.8), "*.price": Number(relative=0.001)})
    hits = compare({"rows": truth}, {"rows": found}, rules=rules).counts.hit

    grid = np.array(
        [
            [compare({"r": a}, {"r": b}, rules=Rules(rules_by_name())).counts.hit for b in found]
            for a in truth
        ]
    )
    rows, columns = linear_sum_assignment(grid, maximize=True)
    assert grid[rows, columns].sum() == hits


def rules_by_name() -> dict[str, object]:
    return {"r.text": Text(0.8), "r.price": Number(relative=0.001)}


@pytest.mark.parametrize("seed", range(5))
def test_scores_do_not_depend_on_the_order_of_rows(seed: int) -> None:
    """Shuffling rows on either side changes no count of any field."""
    draw = random.Random(seed)
    truth, found = noisy(40, seed)
    rules = Rules(comparators={"*.text": Text(0.6)})
    before = compare({"rows": truth}, {"rows": found}, rules=rules).fields
    draw.shuffle(truth)
    draw.shuffle(found)

    assert before == compare({"rows": truth}, {"rows": found}, rules=rules).fields


odd_cell = st.sampled_from(
    [None, "", " ", "alpha beta", "alpha beto", "1", "$1.00", 1, 1.0, 2, True, "true", float("nan")]
)
odd_row = st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), odd_cell)


@given(st.lists(st.tuples(odd_row, odd_row), min_size=2, max_size=4))
@settings(max_examples=200, deadline=None)
def test_counting_a_table_equals_counting_its_rows(rows: list[tuple[dict, dict]]) -> None:
    """Rows found by a number of their own count as each would alone, errors included."""
    rules = Rules({"*.a": Text(0.8), "*.b": Number(relative=0.1), "*.c": Text(1.0)})
    # Five numbers of its own outweigh the four odd cells, so every row finds its own.
    own = [dict.fromkeys("vwxyz", f"row {k}") for k in range(len(rows))]
    one = [name | row for name, (row, _) in zip(own, rows, strict=True)]
    two = [name | row for name, (_, row) in zip(own, rows, strict=True)]
    whole = compare({"l": one}, {"l": two[::-1]}, rules=rules)
    alone = evaluate([({"l": a}, {"l": b}) for a, b in zip(one, two, strict=True)], rules=rules)

    for path, score in alone.fields.items():
        there = whole.fields[path.replace("l.", "l[].")]
        assert there.counts == score.counts
        assert there.similarity == pytest.approx(score.similarity)
    told = [(e.kind, e.path, repr(e.expected), repr(e.actual)) for e in whole.errors]
    wanted = [
        (e.kind, e.path.replace("l.", "l[]."), repr(e.expected), repr(e.actual))
        for e in alone.errors
    ]
    assert sorted(told) == sorted(wanted)


@pytest.mark.parametrize("size", [10**400, -(10**400)])
def test_numbers_beyond_floats_match_in_rows(size: int) -> None:
    """Tolerances are decided in exact decimals, however large the numbers."""
    rules = Rules({"*": Number(relative=0.01)})
    score = compare({"l": [{"a": size}, {"a": 3}]}, {"l": [{"a": 9}, {"a": size + 1}]}, rules=rules)

    assert score.counts.hit == 1


def test_a_row_lost_from_thousands_in_order_costs_that_row() -> None:
    """Long ordered lists are cut where rows surely belong together, and said to be unproven."""
    truth = [{"a": k, "b": k % 7} for k in range(3_000)]
    found = [{**row, "a": row["a"] if row["a"] % 10 else -1} for row in truth if row["a"] != 5]
    report = evaluate([({"l": truth}, {"l": found})], rules=Rules(ordered=["l"]))

    assert report.overall.counts == Counts(hit=2_999 * 2 - 300, wrong=300, missing=2)
    assert report.unproven == {"l": 1}


def test_rows_without_a_right_cell_stay_alone() -> None:
    """A row that shares nothing is lost and another one is made up: not one row misread."""
    score = compare({"l": [{"a": 1, "b": 2}]}, {"l": [{"a": 3, "b": 4}]})

    assert (score.counts.missing, score.counts.extra, score.counts.wrong) == (2, 2, 0)


def test_scalars_match_as_multisets() -> None:
    """Repeated values count as often as they stand there."""
    counts = compare({"t": ["x", "x", "y"]}, {"t": ["y", "x", "z"]}).counts

    assert (counts.hit, counts.missing, counts.extra) == (2, 1, 1)


def test_ten_thousand_equal_rows_are_quick() -> None:
    """Repetition is no trap: rows that read the same are one kind with a count."""
    rows = [{"a": 1, "b": "x", "c": "same"}] * 10_000
    others = [{"a": 2, "b": "x", "c": "same"}] * 10_000
    score = compare({"l": rows}, {"l": others})

    assert (score.counts.hit, score.counts.wrong) == (20_000, 10_000)


def test_beyond_a_block_the_report_says_so() -> None:
    """Where thousands of rows cannot be told apart, the result is not called proven."""
    draw = random.Random(3)
    names = [f"{draw.randrange(10**9):09d}" for _ in range(2_400)]
    truth = [{"n": name, "k": k % 3, "m": k % 5} for k, name in enumerate(names)]
    found = [{"n": name[::-1], "k": k % 5, "m": k % 2} for k, name in enumerate(names)]
    report = evaluate([({"l": truth}, {"l": found})])

    assert report.unproven == {"l": 1}
    assert report.to_markdown().endswith("Rows not proven to be matched best: l.\n")
    counts = report.overall.counts
    assert counts.expected == counts.predicted == 7_200


def test_blocks_stay_close_to_the_optimum_of_scipy() -> None:
    """Where rows have few distinct values, the hard case, at most 2 % of the right cells go."""
    draw = random.Random(4)
    truth = [[draw.randrange(top) for top in (30, 30, 60, 12)] for _ in range(1_600)]
    found = [[v if draw.random() > 0.3 else draw.randrange(60) for v in row] for row in truth]
    draw.shuffle(found)
    columns = [
        EqualColumn(list(one), list(two))
        for one, two in zip(zip(*truth, strict=True), zip(*found, strict=True), strict=True)
    ]
    matched = records.match(columns, len(truth), len(found))

    grid = (np.array(truth)[:, None, :] == np.array(found)[None, :, :]).sum(axis=2)
    best = grid[linear_sum_assignment(grid, maximize=True)].sum()
    assert 0.98 * best <= sum(grid[pair] for pair in matched.pairs) <= best
    assert not matched.proven


def test_a_text_comparator_that_judges_otherwise_is_asked_about_every_pair() -> None:
    """Rows match by what a class derived from `Text` says, not by what `Text` would."""

    class Initial(Text):
        def similarity(self, expected: object, actual: object, /) -> float:
            return float(str(expected)[0] == str(actual)[0])

    rows = [{"a": "alpha"}, {"a": "beta"}]
    others = [{"a": "bravissimo"}, {"a": "ant"}]
    rules = Rules({"*.a": Initial()})

    assert compare({"l": rows}, {"l": others}, rules=rules).counts.hit == 2


@pytest.mark.parametrize("odd", [float("nan"), -5.0, 2.0])
def test_a_similarity_that_is_none_is_refused_in_rows_too(odd: float) -> None:
    """The error names the field, whichever way rows are matched."""

    class Odd:
        def similarity(self, expected: object, actual: object, /) -> float:
            return odd

    rows = [{"a": "x", "b": 1}, {"a": "y", "b": 2}]
    others = [{"a": "z", "b": 1}, {"a": "w", "b": 2}]

    with pytest.raises(MetricsError, match=r"l\[\]\.a"):
        compare({"l": rows}, {"l": others}, rules=Rules({"*.a": Odd()}))


def test_lists_nested_200_levels_deep_are_scored() -> None:
    """Depth is no trap, in time or in frames."""
    deep: object = "x"
    other: object = "y"
    for _ in range(200):
        deep, other = [deep], [other]

    assert compare({"d": deep}, {"d": deep}).counts.hit == 1
    assert compare({"d": deep}, {"d": other}).counts.hit == 0
