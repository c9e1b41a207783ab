"""The labelling page, driven in a real browser by keys and clicks."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal

import PIL.Image
import pytest
from pydantic import BaseModel, Field

from browser import Browser, browser, find_browser
from novadoc.datasets import Sample
from novadoc.documents import Document
from novadoc.review import Alternative, Doubt, Review, read_review, write_review
from novadoc.schema import Conventions, DocumentSchema

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_browser() is None, reason="no Chromium found (apt: chromium)"),
]

HOSTILE = (
    "</script><img src=x onerror=\"window.hacked=1\"><b onclick='window.hacked=1'>&amp;\u2028${7*7}"
)
PAGE = b"P5 60 40 255 " + bytes(range(240)) * 10


class Line(BaseModel):
    """One line."""

    text: str | None = None
    amount: Decimal | None = None


class Slip(BaseModel):
    """A slip with every kind of field."""

    number: str | None = Field(default=None, description="Number, with <b>zeros</b>.")
    total: Decimal | None = None
    count: int | None = None
    paid: bool | None = None
    day: dt.date | None = None
    kind: Literal["cash", "card"] | None = None
    lines: list[Line] = []


SCHEMA = DocumentSchema(Slip)


def sample(name: str, **label: object) -> Sample:
    return Sample(name, Document.open(PAGE, name=f"{name}.pgm"), SCHEMA.canonical(label))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(chromium: Browser, tmp_path: Path) -> Iterator[Browser]:
    """The browser with three documents open, and no complaint or request at the end."""
    samples = [
        sample(
            "first",
            number="007",
            total="1234.50",
            lines=[{"text": "tea", "amount": 3}, {"text": "milk"}],
        ),
        sample("second", number="8", kind="card", paid=True, day="2024-01-31", count=3),
        Sample("third", Document.open(PAGE, name=HOSTILE), {}),
    ]
    doubts = {
        "first": [
            Doubt("total", "Read twice.", 0.6),
            Doubt(
                "lines[1].amount",
                "The reviewers do not agree.",
                alternatives=(Alternative("ann", Decimal("2.50")), Alternative("bo", None)),
            ),
            Doubt("number", "Read twice.", 0.2),
        ]
    }
    chromium.messages.clear()
    chromium.requests.clear()
    file = write_review(samples, tmp_path, schema=Slip, doubts=doubts)
    chromium.open(file)
    chromium.run("localStorage.clear()")
    chromium.open(file)
    yield chromium
    assert chromium.messages == []
    asked = [
        url for url in chromium.requests if not url.startswith(("file:", "data:image/", "blob:"))
    ]
    assert asked == []


def focus(page: Browser, path: str) -> None:
    page.run(
        f"""document.querySelector('[data-path="{path}"] :is(input, select, textarea)').focus()"""
    )


def value(page: Browser, path: str) -> object:
    return page.run(
        f"""document.querySelector('[data-path="{path}"] :is(input, select, textarea)').value"""
    )


def fill(page: Browser, path: str, text: str) -> None:
    focus(page, path)
    page.run("document.activeElement.select()")
    page.type(text)


def saved(page: Browser, folder: Path) -> Review:
    """Press Alt+S and read the file that the browser downloads."""
    folder.mkdir(exist_ok=True)
    page.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    page.press("s", alt=True)
    page.wait("document.getElementById('notice').textContent.startsWith('Saved')")
    for _ in range(1000):
        files = [file for file in folder.glob("*.json") if file.stat().st_size]
        if files:
            return read_review(files[0])
        page.run("new Promise(done => setTimeout(done, 20))")
    raise AssertionError("nothing was saved")


WRONG = "[...document.querySelectorAll('#attention .wrong')].map(b => b.dataset.point)"


def points(page: Browser) -> object:
    return page.run("[...document.querySelectorAll('#attention button')].map(b => b.dataset.point)")


def test_labels_come_back_untouched(page: Browser, tmp_path: Path) -> None:
    """What goes in comes out: numbers with their digits, nulls as nulls, none confirmed."""
    review = saved(page, tmp_path / "out")

    assert review.done == frozenset()
    assert review.fingerprint == SCHEMA.fingerprint
    assert review.labels["first"] == SCHEMA.canonical(
        {
            "number": "007",
            "total": "1234.50",
            "lines": [{"text": "tea", "amount": 3}, {"text": "milk"}],
        }
    )
    assert review.labels["first"]["total"] == Decimal("1234.50")
    assert review.labels["second"]["paid"] is True
    assert review.labels["third"] == SCHEMA.canonical({})


def here(page: Browser) -> object:
    return page.run("document.activeElement.closest('[data-path]')?.dataset.path")


def test_a_label_is_corrected_by_keys_alone(page: Browser, tmp_path: Path) -> None:
    """The first doubtful field has the focus, Alt+N goes on, Ctrl+Enter confirms and goes on."""
    assert here(page) == "lines[1].amount"
    page.press("n", alt=True)
    assert here(page) == "number"
    page.run("document.activeElement.select()")
    page.type("0070")
    page.press("Enter", control=True)
    page.wait("document.getElementById('documents').selectedIndex === 1")

    review = saved(page, tmp_path / "out")

    assert review.done == {"first"}
    assert review.labels["first"]["number"] == "0070"
    assert page.run("document.getElementById('count').textContent") == "1 of 3 done"


def test_invalid_then_uncertain_fields_come_first(page: Browser) -> None:
    """The list on top has what breaks the schema, then doubts, the least certain first."""
    assert points(page) == ["lines[1].amount", "number", "total"]

    fill(page, "day", "31.01.2024")

    assert points(page) == ["day", "lines[1].amount", "number", "total"]


@pytest.mark.parametrize(
    ("path", "bad", "good", "expected"),
    [
        pytest.param("total", "12.5.0", "$1,234.50", Decimal("1234.50"), id="number"),
        pytest.param(
            "total", "x", "12345678901234567.89", Decimal("12345678901234567.89"), id="long"
        ),
        pytest.param("count", "1.5", "15", 15, id="integer"),
        pytest.param("day", "2023-02-29", "2024-02-29", "2024-02-29", id="date"),
    ],
)
def test_values_are_checked_against_the_schema(
    page: Browser, tmp_path: Path, path: str, bad: str, good: str, expected: object
) -> None:
    """A value that does not fit cannot be confirmed, and says so beside the field."""
    fill(page, path, bad)
    page.press("Enter", control=True)
    assert page.run(f"""document.querySelector('[data-path="{path}"] .rule').textContent""")
    assert page.run("document.getElementById('documents').selectedIndex") == 0

    fill(page, path, good)
    page.press("Enter", control=True)
    page.wait("document.getElementById('documents').selectedIndex === 1")

    label = saved(page, tmp_path / "out").labels["first"]
    assert label[path] == expected
    assert SCHEMA.canonical(label)[path] == expected


def test_null_and_empty_text_are_two_things(page: Browser, tmp_path: Path) -> None:
    """Alt+0 takes a value off the page and brings it back; to delete text leaves empty text."""
    shown = """document.querySelector('[data-path="number"] input').placeholder"""
    focus(page, "number")
    page.press("0", alt=True)
    assert (value(page, "number"), page.run(shown)) == ("", "not on the page")
    assert saved(page, tmp_path / "null").labels["first"]["number"] is None
    page.press("0", alt=True)
    assert value(page, "number") == "007"
    fill(page, "number", "")
    assert (value(page, "number"), page.run(shown)) == ("", "empty text")
    assert saved(page, tmp_path / "empty").labels["first"]["number"] == ""
    fill(page, "total", "")
    assert saved(page, tmp_path / "amount").labels["first"]["total"] is None


def test_what_was_never_there_becomes_empty_text(page: Browser, tmp_path: Path) -> None:
    """Alt+0 in a field without a value says that there is text, and none in it."""
    focus(page, "lines[1].text")
    page.press("0", alt=True)
    page.press("0", alt=True)
    focus(page, "lines[1].amount")
    page.press("0", alt=True)

    _, line = saved(page, tmp_path / "out").labels["first"]["lines"]  # type: ignore[misc]
    assert line == {"text": "milk", "amount": None}


def test_rows_are_added_moved_and_removed_by_keys(page: Browser, tmp_path: Path) -> None:
    """Alt+A, Alt+arrows and Alt+X do it, the focus stays in the row, and Alt+Z brings it back."""
    page.press("a", alt=True)
    assert here(page) == "lines[2].text"
    page.type("bread")
    page.press("ArrowUp", alt=True)
    assert here(page) == "lines[1].text"
    page.press("ArrowUp", alt=True)
    page.press("ArrowUp", alt=True)  # is the first already
    page.press("ArrowDown", alt=True)
    focus(page, "lines[0].text")
    page.press("x", alt=True)
    assert here(page) == "lines[0].text"
    rest = saved(page, tmp_path / "removed").labels["first"]["lines"]
    assert rest == [{"text": "bread", "amount": None}, {"text": "milk", "amount": None}]

    page.press("x", alt=True)
    page.press("z", alt=True)

    assert saved(page, tmp_path / "back").labels["first"]["lines"] == rest


def test_doubts_go_with_their_rows(page: Browser) -> None:
    """What is doubted of a row is doubted wherever the row is moved, and of no other."""
    page.press("ArrowUp", alt=True)
    assert points(page) == ["lines[0].amount", "number", "total"]
    page.run("document.querySelector('[aria-label=\"Remove 2\"]').click()")
    assert points(page) == ["lines[0].amount", "number", "total"]
    page.run("document.querySelector('[aria-label=\"Remove 1\"]').click()")
    assert points(page) == ["number", "total"]
    page.press("z", alt=True)
    assert points(page) == ["lines[0].amount", "number", "total"]


def test_rows_are_added_moved_and_removed_by_clicks(page: Browser, tmp_path: Path) -> None:
    """The button, the arrows and the cross do the same."""
    page.run("document.querySelector('.add').click()")
    assert here(page) == "lines[2].text"
    page.type("bread")
    page.run("document.querySelector('[aria-label=\"Move up 3\"]').click()")
    page.run("document.querySelector('[aria-label=\"Remove 1\"]').click()")

    lines = saved(page, tmp_path / "out").labels["first"]["lines"]

    assert lines == [{"text": "bread", "amount": None}, {"text": "milk", "amount": None}]


def test_leaving_a_document_while_typing_touches_no_other(page: Browser, tmp_path: Path) -> None:
    """What was typed last stays where it was typed, and the next document may have no such row."""
    fill(page, "lines[1].text", "typed")
    page.press("j", alt=True)
    page.press("a", alt=True)
    page.type("other")
    page.press("x", alt=True)

    labels = saved(page, tmp_path / "out").labels
    lines = labels["first"]["lines"]
    assert [line["text"] for line in lines] == ["tea", "typed"]  # type: ignore[union-attr,index,call-overload]
    assert labels["second"]["lines"] == []


def test_limits_of_a_json_schema_hold_on_the_page(chromium: Browser, tmp_path: Path) -> None:
    """Lengths, patterns, bounds, times and numbers of rows are checked, whatever fields are called.

    What does not fit is shown as it was given, with the rule, before everything else.
    """
    text, number = {"type": "string"}, {"type": "number"}
    limits = {
        "P.O. Number": ({**text, "maxLength": 3}, "1234", "123"),
        "a[0].b": ({**text, "pattern": r"^[A-Z]\d+$"}, "x7", "X7"),
        "constructor": ({**text, "minLength": 2}, "x", "xy"),
        "low": ({**number, "minimum": 0.5}, "0.4", "0.5"),
        "high": ({**number, "exclusiveMaximum": 2}, "2", "1.99"),
        "step": ({**number, "multipleOf": 0.05}, "0.12", "0.15"),
        "at": ({**text, "format": "time"}, "24:00:00", "23:59:00"),
        "on": ({**text, "format": "date-time"}, "2024-02-30T10:00:00", "2024-02-29T10:00:00"),
        "rates": ({"type": "object", "additionalProperties": number}, "[]", '{"a": 1.50}'),
    }
    rows = {"type": "array", "items": text, "minItems": 1}
    properties = {name: limit for name, (limit, _, _) in limits.items()} | {"rows": rows}
    schema = DocumentSchema.from_json_schema({"type": "object", "properties": properties})  # type: ignore[dict-item]
    page = write_review([Sample("toString", Document.open(PAGE), {})], tmp_path, schema=schema)
    chromium.messages.clear()
    chromium.open(page)

    for place, (_, bad, _) in enumerate(limits.values()):
        fill_place(chromium, place, bad)
    assert points(chromium) == [*limits, "rows"]
    chromium.press("Enter", control=True)
    assert chromium.run("document.getElementById('count').textContent") == "0 of 1 done"

    for place, (_, _, good) in enumerate(limits.values()):
        fill_place(chromium, place, good)
    chromium.press("a", alt=True)
    chromium.type("one")
    assert points(chromium) == []
    label = saved(chromium, tmp_path / "out").labels["toString"]
    assert schema.canonical(label) == label
    assert label["rates"] == {"a": Decimal("1.50")}
    assert chromium.messages == []


def fill_place(page: Browser, place: int, text: str) -> None:
    """Type over the field at a place, from 0: names of any kind make no selector."""
    page.run(f"document.querySelectorAll('.field :is(input, textarea)')[{place}].focus()")
    page.run("document.activeElement.select()")
    page.type(text)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("1.234,50 €", Decimal("1234.50"), id="german"),
        pytest.param("1'234.50", Decimal("1234.50"), id="swiss"),
        pytest.param("12,5", Decimal("12.5"), id="comma"),
        pytest.param("-.50", Decimal("-0.50"), id="no zero"),
        pytest.param("1.234.567", 1234567, id="groups"),
        pytest.param("0012.30", Decimal("12.30"), id="zeros"),
        pytest.param("1,234", "1,234", id="two amounts"),
        pytest.param("12.34.5", "12.34.5", id="no amount"),
        pytest.param("twelve", "twelve", id="words"),
    ],
)
def test_amounts_are_read_in_one_way_or_not_at_all(
    page: Browser, tmp_path: Path, typed: str, expected: object
) -> None:
    """What people type becomes the amount it can only be; what it might not be stays as typed."""
    fill(page, "total", typed)

    assert saved(page, tmp_path / "out").labels["first"]["total"] == expected
    assert ("total" in page.run(WRONG)) == isinstance(expected, str)  # type: ignore[operator]
    page.run("document.activeElement.blur()")
    assert value(page, "total") == str(expected)


def test_choices_and_ticks(page: Browser, tmp_path: Path) -> None:
    """Enums and ticks are chosen from a list that also holds `not on the page`."""
    page.press("j", alt=True)
    shown = "[...document.querySelectorAll('select')].slice(1).map(s => s.selectedOptions[0].text)"
    assert page.run(shown) == ["Yes", "card"]
    for path, key in (("kind", "ArrowUp"), ("paid", "ArrowDown")):
        focus(page, path)
        page.press(key)
    assert page.run(shown) == ["No", "cash"]

    label = saved(page, tmp_path / "out").labels["second"]

    assert (label["kind"], label["paid"]) == ("cash", False)


class Mixed(BaseModel):
    """Fields that may be of several types."""

    code: int | str | None = None
    flag: bool | int | None = None
    level: Literal[1, "1"] | None = None
    other: object = None


@pytest.fixture
def mixed(chromium: Browser, tmp_path: Path) -> Browser:
    """The browser with a document of mixed fields open."""
    chromium.messages.clear()
    one = Sample("one", Document.open(PAGE), {"level": "1"})
    doubt = Doubt("code", "?", alternatives=(Alternative("a", 7), Alternative("b", "7")))
    chromium.open(write_review([one], tmp_path, schema=Mixed, doubts={"one": [doubt]}))
    return chromium


def choose_type(page: Browser, path: str, kind: str) -> None:
    page.run(
        f"""(s => {{ s.value = "{kind}"; s.dispatchEvent(new Event("change")); }})(
        document.querySelector('[data-path="{path}"] select.type'))"""
    )


TYPED = [
    ("code", "12", 12),
    ("code", "007", "007"),
    ("code", 'say "x"', 'say "x"'),
    ("flag", "Yes", True),
    ("flag", "12", 12),
    ("other", "1.50", Decimal("1.50")),
    ("other", "abc", "abc"),
    ("other", '{"a": 1}', {"a": 1}),
    ("other", "No", False),
]


@pytest.mark.parametrize(("path", "typed", "expected"), TYPED)
def test_a_field_of_several_types_is_read_as_what_it_looks_like(
    mixed: Browser, tmp_path: Path, path: str, typed: str, expected: object
) -> None:
    """Nobody types quotes: a number is a number, and the rest a text where one may stand."""
    fill(mixed, path, typed)

    label = saved(mixed, tmp_path / "out").labels["one"]

    assert label[path] == expected
    assert type(label[path]) is type(expected)
    assert mixed.run(WRONG) == []
    assert label["level"] == "1"


def test_what_looks_like_a_number_can_be_said_to_be_text(mixed: Browser, tmp_path: Path) -> None:
    """And stays text while it is typed on."""
    fill(mixed, "code", "12")
    choose_type(mixed, "code", "string")
    focus(mixed, "code")
    mixed.press("End")
    mixed.type("3")

    assert saved(mixed, tmp_path / "out").labels["one"]["code"] == "123"


def test_what_may_not_stand_there_is_wrong(mixed: Browser) -> None:
    """A text in a field without texts is marked, and not lost."""
    fill(mixed, "flag", "maybe")

    assert mixed.run(WRONG) == ["flag"]
    assert value(mixed, "flag") == "maybe"


def test_values_that_look_alike_are_told_apart(mixed: Browser, tmp_path: Path) -> None:
    """Of 7 and "7" the words say which is which, and the one chosen is the one saved."""
    words = "[...document.querySelectorAll('.choices span')].map(s => s.textContent)"
    assert mixed.run(words) == ["not on the page", "7 (number)", "7 (text)"]
    focus(mixed, "code")
    mixed.press("3", alt=True)

    assert saved(mixed, tmp_path / "out").labels["one"]["code"] == "7"


class Bill(BaseModel):
    kind: Literal["bill"] = "bill"
    total: Decimal | None = None


class Note(BaseModel):
    kind: Literal["note"] = "note"
    words: str | None = None
    tags: list[str] = []


class Paper(BaseModel):
    paper: Annotated[Bill | Note, Field(discriminator="kind")] | None = None


class Papers(BaseModel):
    papers: list[Annotated[Bill | Note, Field(discriminator="kind")]] = []


def test_an_object_of_several_kinds_asks_for_its_own_keys(
    chromium: Browser, tmp_path: Path
) -> None:
    """The fields are those of the kind chosen; what stands in another's is marked, not hidden."""
    chromium.messages.clear()
    label = {"papers": [{"kind": "bill", "total": 3}]}
    chromium.open(
        write_review([Sample("one", Document.open(PAGE), label)], tmp_path, schema=Papers)
    )
    paths = (
        "[...document.querySelectorAll('.record [data-path]')].map(e => e.dataset.path.slice(10))"
    )
    assert chromium.run(paths) == ["kind", "total"]

    focus(chromium, "papers[0].kind")
    chromium.press("ArrowDown")

    assert chromium.run(paths) == ["kind", "total", "words", "tags"]
    assert chromium.run(WRONG) == ["papers[0].total"]
    assert here(chromium) == "papers[0].kind"
    focus(chromium, "papers[0].total")
    chromium.press("0", alt=True)
    fill(chromium, "papers[0].words", "thanks")
    assert chromium.run(WRONG) == []
    chromium.press("n", alt=True)
    chromium.run("document.querySelector('[data-path=papers] > .add').click()")
    assert chromium.run(paths)[-1:] == ["kind"]  # type: ignore[index]

    found = saved(chromium, tmp_path / "out").labels["one"]["papers"]
    assert found[0] == {"kind": "note", "total": None, "words": "thanks", "tags": None}  # type: ignore[index,call-overload]


def test_an_object_offered_is_shown_in_words(chromium: Browser, tmp_path: Path) -> None:
    """Choices inside it stand without the quotes of JSON."""
    others = (Alternative("ann", {"kind": "note", "words": "thanks"}),)
    chromium.messages.clear()
    one = Sample("one", Document.open(PAGE), {"paper": None})
    doubt = Doubt("paper", "?", alternatives=others)
    chromium.open(write_review([one], tmp_path, schema=Paper, doubts={"one": [doubt]}))

    words = "[...document.querySelectorAll('.choices span')].map(s => s.textContent)"
    assert chromium.run(words) == ["not on the page", "note, thanks"]


def test_values_offered_are_taken_by_keys(page: Browser, tmp_path: Path) -> None:
    """Alt+1 and Alt+2 choose, what was there before among them, and settle the doubt."""
    offered = "[...document.querySelectorAll('[data-path=\"%s\"] .choices button')]"
    words = ".map(b => [...b.children].map(c => c.textContent))"
    shown = page.run(offered % "lines[1].amount" + words)
    assert shown == [["1", "2.50", "ann"], ["2", "not on the page", "bo"]]
    page.press("1", alt=True)
    assert (value(page, "lines[1].amount"), points(page)) == ("2.50", ["number", "total"])
    page.press("2", alt=True)
    assert value(page, "lines[1].amount") == ""
    page.press("n", alt=True)
    assert page.run(offered % "number" + words) == [["1", "007", "as it is"]]
    page.press("1", alt=True)
    assert points(page) == ["total"]

    label = saved(page, tmp_path / "out").labels["first"]
    assert label["number"] == "007"
    assert label["lines"] == [{"text": "tea", "amount": 3}, {"text": "milk", "amount": None}]


def test_a_whole_list_is_chosen(chromium: Browser, tmp_path: Path) -> None:
    """Where one found more rows, the rows of either are taken, and can be given back."""
    rows = [{"text": "tea", "amount": Decimal("1.10")}, {"text": "milk", "amount": None}]
    doubts = {
        "a": [
            Doubt("lines", "One found more.", 0.5, (Alternative("bo", rows),)),
            Doubt("lines[0].amount", "Read twice.", 0.1, (Alternative("bo", 2),)),
        ]
    }
    one = sample("a", lines=[{"text": "tea", "amount": 1}])
    chromium.open(write_review([one], tmp_path, schema=Slip, doubts=doubts))

    assert (points(chromium), here(chromium)) == (["lines[0].amount", "lines"], "lines[0].amount")
    chromium.press("n", alt=True)
    assert here(chromium) == "lines"
    chromium.press("2", alt=True)
    assert points(chromium) == []
    assert saved(chromium, tmp_path / "all").labels["a"]["lines"] == rows

    chromium.press("1", alt=True)
    label = saved(chromium, tmp_path / "one").labels["a"]
    assert label["lines"] == [{"text": "tea", "amount": 1}]


def test_a_conflict_is_settled_by_a_click(page: Browser, tmp_path: Path) -> None:
    """Where reviewers differ, both values stand there to choose from."""
    page.run("""document.querySelector('[data-path="lines[1].amount"] .choices button').click()""")

    lines = saved(page, tmp_path / "out").labels["first"]["lines"]

    assert lines == [{"text": "tea", "amount": 3}, {"text": "milk", "amount": Decimal("2.50")}]


def test_progress_survives_a_reload(page: Browser, tmp_path: Path) -> None:
    """Closing the page loses nothing, and it opens at the first document that is not done."""
    fill(page, "number", "99")
    page.press("Enter", control=True)
    page.wait("document.getElementById('documents').selectedIndex === 1")

    page.open(tmp_path / "review.html")

    assert page.run("document.getElementById('documents').selectedIndex") == 1
    page.press("k", alt=True)
    assert value(page, "number") == "99"
    assert page.run("document.getElementById('count').textContent") == "1 of 3 done"


def test_what_another_tab_labels_is_saved_as_well(page: Browser, tmp_path: Path) -> None:
    """Two tabs of one page do not save each other's work away."""
    fill(page, "number", "99")
    page.run(
        """(() => {
            const key = Object.keys(localStorage).find(name => name.endsWith("/first"));
            const kept = localStorage.getItem(key).replace('"99"', '"77"');
            const other = key.replace("/first", "/second");
            dispatchEvent(new StorageEvent("storage", {key: other, newValue: kept}));
            dispatchEvent(new StorageEvent("storage", {key, newValue: kept}));
        })()"""
    )

    labels = saved(page, tmp_path / "out").labels

    assert (labels["first"]["number"], labels["second"]["number"]) == ("99", "77")


def test_a_saved_file_is_loaded_again(page: Browser, tmp_path: Path) -> None:
    """Work goes on in another browser from the saved file; a foreign file changes nothing."""
    label = SCHEMA.canonical_text({"number": "42", "total": "12345678901234567.80"})
    good = (
        '{"format": "novadoc-review/1", "reviewer": "ann", '
        f'"fingerprint": "{SCHEMA.fingerprint}", '
        f'"labels": {{"second": {{"done": true, "label": {label}}}, "unknown": {{}}}}}}'
    )
    for text, notice in (
        ("{", "not JSON"),
        ("[]", "of this tool"),
        (good.replace(SCHEMA.fingerprint, "0" * 64), "another schema"),
        (good.replace('"second": {', '"second": null, "x": {'), "Loaded 0 labels"),
        (good, "Loaded 1 label."),
    ):
        file = tmp_path / f"{len(text)}.json"
        file.write_text(text)
        node = page.call("Runtime.evaluate", expression="document.getElementById('load')")["result"]
        page.call("DOM.setFileInputFiles", files=[str(file)], objectId=node["objectId"])
        page.wait(f"document.getElementById('notice').textContent.includes('{notice}')")

    page.press("j", alt=True)
    page.wait("document.getElementById('documents').selectedIndex === 1")
    assert value(page, "number") == "42"
    assert page.run("document.getElementById('reviewer').value") == "ann"
    assert page.run("document.getElementById('count').textContent") == "1 of 3 done"
    review = saved(page, tmp_path / "out")
    assert review.labels["second"]["total"] == Decimal("12345678901234567.80")

    page.press("j", alt=True)
    assert page.run("document.getElementById('notice').textContent") == ""


def test_loading_a_file_can_be_taken_back(page: Browser, tmp_path: Path) -> None:
    """A file loaded by mistake costs nobody their work."""
    fill(page, "number", "mine")
    before = saved(page, tmp_path / "mine")
    theirs = (tmp_path / "mine" / "labels.json").read_text().replace("mine", "theirs")
    (tmp_path / "theirs.json").write_text(theirs)
    node = page.call("Runtime.evaluate", expression="document.getElementById('load')")["result"]
    page.call(
        "DOM.setFileInputFiles", files=[str(tmp_path / "theirs.json")], objectId=node["objectId"]
    )
    page.wait("document.getElementById('notice').textContent.includes('Loaded 3')")
    assert value(page, "number") == "theirs"

    page.press("z", alt=True)

    assert value(page, "number") == "mine"
    assert saved(page, tmp_path / "again") == before


def test_the_picture_grows_and_turns(page: Browser) -> None:
    """Zoom and turn change the picture's place, and Fit brings it back."""
    holder = "document.getElementById('holder').style"
    size = f"[parseFloat({holder}.width), parseFloat({holder}.height)]"
    across, down = page.run(size)  # type: ignore[misc]

    page.press("+", alt=True)
    larger = page.run(size)
    page.run("document.getElementById('fit').click()")
    page.press("r", alt=True)
    turned = page.run(size)

    assert larger == pytest.approx([across * 1.25, down * 1.25], rel=1e-4)
    assert turned == pytest.approx([across, across * across / down], rel=1e-4)


def test_pages_are_gone_through_by_keys(chromium: Browser, tmp_path: Path) -> None:
    """Alt+PageDown scrolls and turns pages as if they were one, Alt+P goes to the picture."""
    out = io.BytesIO()
    sheets = [PIL.Image.new("L", (400, 1200), shade) for shade in (40, 200)]
    sheets[0].save(out, "TIFF", save_all=True, append_images=sheets[1:])
    long = Sample("long", Document.open(out.getvalue(), name="long.tif"), {})
    chromium.messages.clear()
    chromium.open(write_review([long], tmp_path, schema=Slip))
    where = "[document.getElementById('page').textContent, document.activeElement.id === 'stage']"
    chromium.run("document.getElementById('stage').style.scrollBehavior = 'auto'")

    chromium.press("PageDown", alt=True)
    assert chromium.run(where) == ["Page 1 of 2", False]
    for _ in range(6):
        chromium.press("PageDown", alt=True)
    assert chromium.run(where) == ["Page 2 of 2", False]
    for _ in range(12):
        chromium.press("PageUp", alt=True)
    chromium.press("p", alt=True)
    assert chromium.run(where) == ["Page 1 of 2", True]
    chromium.press("p", alt=True)

    assert here(chromium) == "number"
    assert chromium.messages == []


def test_keys_count_by_their_place_where_alt_types_signs(page: Browser) -> None:
    """On a Mac, Alt+N is a dead key and Alt+2 another sign."""

    def press(key: str, code: str) -> None:
        options = json.dumps({"key": key, "code": code, "altKey": True, "bubbles": True})
        page.run(f"document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {options}))")

    press("™", "Digit2")
    assert points(page) == ["number", "total"]
    press("Dead", "KeyN")
    assert here(page) == "number"


def test_hostile_content_never_runs(chromium: Browser, tmp_path: Path) -> None:
    """Markup in labels, names, reasons and titles is shown as the text it is."""
    hostile = {"number": HOSTILE, "lines": [{"text": HOSTILE}]}
    samples = [
        Sample(
            HOSTILE,
            Document.open(PAGE, name=HOSTILE),
            SCHEMA.canonical(hostile),
        ),
        Sample("__proto__", Document.open(PAGE), SCHEMA.canonical({"number": "x"})),
    ]
    doubts = {HOSTILE: [Doubt("number", HOSTILE, alternatives=(Alternative(HOSTILE, HOSTILE),))]}
    chromium.messages.clear()
    chromium.open(write_review(samples, tmp_path, schema=Slip, doubts=doubts, title=HOSTILE))

    chromium.press("n", alt=True)
    chromium.run("document.querySelector('.choices button').click()")
    review = saved(chromium, tmp_path / "out")

    assert chromium.run("window.hacked") is None
    assert chromium.run("document.querySelectorAll('img').length") == 1
    assert chromium.run("document.querySelector('h1').textContent") == HOSTILE
    assert review.labels[HOSTILE]["number"] == HOSTILE
    assert set(review.labels) == {HOSTILE, "__proto__"}
    assert chromium.messages == []


def test_pages_beside_the_file_are_shown(chromium: Browser, tmp_path: Path) -> None:
    """With the pictures beside it, the page is small and finds them from the file system."""
    file = write_review([sample("a")], tmp_path, schema=Slip, images="beside")
    chromium.messages.clear()
    chromium.open(file)

    chromium.wait("document.getElementById('image').naturalWidth === 60")

    assert len(list((tmp_path / "pages").iterdir())) == 1
    assert chromium.messages == []


@pytest.mark.parametrize("width", [390, 700, 1000])
def test_nothing_stands_over_the_edge_or_over_another(tmp_path: Path, width: int) -> None:
    """On a phone, a tablet and a narrow window: all of the header can be seen and reached."""
    title = "Wage and tax statement of employees of the year"
    file = write_review([sample("a", number="7")], tmp_path, schema=Slip, title=title)
    with browser(tmp_path / "profile", width=width, height=800) as narrow:
        narrow.open(file)
        narrow.run("document.getElementById('help').click()")
        boxes = narrow.run(
            """[...document.querySelectorAll('header > :not(.grow), header input:not([hidden])')]
            .filter(e => !e.querySelector('input:not([hidden])'))
            .map(e => e.getBoundingClientRect())
            .map(b => [b.left, b.top, b.right, b.bottom])"""
        )
        shown = narrow.run("document.documentElement.scrollWidth")

    assert shown == width
    assert all(0 <= left < right <= width for left, _, right, _ in boxes)
    over = [
        (one, other)
        for one, other in combinations(boxes, 2)
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]
    assert over == []


def test_no_documents_is_said(chromium: Browser, tmp_path: Path) -> None:
    """A page without documents says so instead of failing."""
    chromium.messages.clear()
    chromium.open(write_review([], tmp_path, schema=Slip))

    notice = chromium.run("document.getElementById('notice').textContent")
    assert notice == "There are no documents on this page."
    assert chromium.messages == []


def test_dark_and_light_are_readable(page: Browser, tmp_path: Path) -> None:
    """Text stands out from its ground by at least 4.5 to 1 in both colour schemes."""
    contrast = """(() => {
      const light = (c) => c.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
        .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      const ground = (e) => { for (; e; e = e.parentElement) {
        const c = getComputedStyle(e).backgroundColor;
        if (!c.startsWith('rgba(0, 0, 0, 0')) return c; } return 'rgb(255, 255, 255)'; };
      const shown = 'label, .hint, .reason, legend, input, button:not(:disabled), h1';
      return Math.min(...[...document.querySelectorAll(shown)]
        .map(e => [light(getComputedStyle(e).color), light(ground(e))].sort((a, b) => b - a))
        .map(([a, b]) => (a + 0.05) / (b + 0.05)));
    })()"""
    assert float(str(page.run(contrast))) >= 4.5
    page.dark()
    assert float(str(page.run(contrast))) >= 4.5
    page.call("Emulation.setEmulatedMedia", features=[])


class Street(BaseModel):
    """What an address has when there is one."""

    street: str
    zip: str


class Letter(BaseModel):
    """A letter with what may be missing altogether."""

    sender: Street | None = None
    lines: list[Line] | None = None
    totals: dict[str, Decimal] = {}
    other: object = None
    note: str | None = None


LETTER = DocumentSchema(Letter)


def letter(name: str, **label: object) -> Sample:
    return Sample(name, Document.open(PAGE, name=f"{name}.pgm"), label)  # type: ignore[arg-type]


def test_what_is_missing_altogether_stays_missing(chromium: Browser, tmp_path: Path) -> None:
    """A missing object asks for nothing, a missing list is no empty one; Alt+0 goes there and back.

    Text that looks like the page's own mark of numbers stays the text it is.
    """
    odd = letter("odd", note="\x017", other=["\x018", 8, {"\x019": "\x01x"}])
    empty = letter("empty", lines=[], totals={"a": 1})
    chromium.open(write_review([letter("none"), empty, odd], tmp_path, schema=Letter))
    assert points(chromium) == []

    labels = saved(chromium, tmp_path / "out").labels

    assert labels["none"] == LETTER.canonical({})
    assert labels["empty"] == LETTER.canonical({"lines": [], "totals": {"a": 1}})
    assert labels["odd"] == LETTER.canonical(odd.label)

    chromium.run("""document.querySelector('[data-path="sender"] > .add').focus()""")
    chromium.press("0", alt=True)
    assert (here(chromium), points(chromium)) == ("sender.street", ["sender.street", "sender.zip"])
    chromium.type("High St 1")
    chromium.press("0", alt=True)
    assert points(chromium) == []
    chromium.press("z", alt=True)
    assert value(chromium, "sender.street") == "High St 1"
    chromium.run("""document.querySelector('[data-path="lines"] > .add').focus()""")
    chromium.press("0", alt=True)
    assert saved(chromium, tmp_path / "two").labels["none"]["lines"] == []
    chromium.press("a", alt=True)
    assert here(chromium) == "lines[0].text"

    label = saved(chromium, tmp_path / "three").labels["none"]
    assert label["lines"] == [{"text": None, "amount": None}]
    assert label["sender"] == {"street": "High St 1", "zip": None}


def test_doubts_about_what_has_no_field_are_shown_around_it(
    chromium: Browser, tmp_path: Path
) -> None:
    """An entry of a map, a row nobody has and a missing object are looked at as well."""
    high = {"street": "High St", "zip": "1"}
    doubts = {
        "a": [
            Doubt("totals.net", "Read twice.", 0.5, (Alternative("bo", Decimal("2.5")),)),
            Doubt("lines[3].amount", "Read twice.", 0.6),
            Doubt("sender", "One found more.", 0.7, (Alternative("bo", high),)),
        ]
    }
    one = letter("a", totals={"net": 2, "gross": 3}, lines=[{"text": "tea"}])
    chromium.open(write_review([one], tmp_path, schema=Letter, doubts=doubts))

    assert points(chromium) == ["totals", "lines", "sender"]
    chromium.press("2", alt=True)
    chromium.press("n", alt=True)
    chromium.press("1", alt=True)
    chromium.press("n", alt=True)
    assert here(chromium) == "sender"
    chromium.press("2", alt=True)
    assert points(chromium) == []

    label = saved(chromium, tmp_path / "out").labels["a"]
    assert label["totals"] == {"net": Decimal("2.5"), "gross": 3}
    assert label["sender"] == high
    fill(chromium, "totals", '{"net": "x"}')
    assert chromium.run(WRONG) == ["totals"]


def test_amounts_are_shown_with_the_mark_they_are_typed_with(
    chromium: Browser, tmp_path: Path
) -> None:
    """Where a comma stands before decimals, 1.234 is one thousand and more, as everywhere else."""
    schema = DocumentSchema(Slip, conventions=Conventions(decimal=","))
    chromium.open(write_review([sample("a", total="1.234")], tmp_path, schema=schema))
    assert value(chromium, "total") == "1,234"
    fill(chromium, "total", "1,235")
    chromium.run("document.activeElement.blur()")
    assert value(chromium, "total") == "1,235"
    assert saved(chromium, tmp_path / "one").labels["a"]["total"] == Decimal("1.235")
    fill(chromium, "total", "1.234")
    assert saved(chromium, tmp_path / "two").labels["a"]["total"] == 1234


def test_a_file_without_a_label_empties_nothing(page: Browser, tmp_path: Path) -> None:
    """An entry that holds no label is not taken for an empty one."""
    text = json.dumps(
        {
            "format": "novadoc-review/1",
            "fingerprint": SCHEMA.fingerprint,
            "labels": {"first": {"done": True}, "second": {"done": True, "label": []}},
        }
    )
    page.run(
        f"""(() => {{
            const files = new DataTransfer();
            files.items.add(new File([{json.dumps(text)}], "x.json"));
            const load = document.getElementById("load");
            load.files = files.files;
            load.dispatchEvent(new Event("change"));
        }})()"""
    )
    page.wait("document.getElementById('notice').textContent.startsWith('Loaded 0 labels')")
    assert saved(page, tmp_path / "out").done == frozenset()


def test_another_page_starts_from_its_own_labels(page: Browser, tmp_path: Path) -> None:
    """What was kept for one page does not leak into another with the same documents."""
    fill(page, "number", "99")

    page.open(write_review([sample("first", number="1")], tmp_path / "settle", schema=Slip))

    assert value(page, "number") == "1"
