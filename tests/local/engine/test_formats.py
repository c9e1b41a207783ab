"""From printed words to values."""

from __future__ import annotations

from decimal import Decimal

import pytest

from novadoc.local.engine._fields import Field
from novadoc.local.engine._formats import Format, join, learn_format


def test_lines_are_joined_as_the_answers_join_them() -> None:
    """The joiner between lines is learned; within a line it is a space."""
    seen = [(((1, "12 Oak St"), (2, "Salem OR"), (2, "97301")), "12 Oak St, Salem OR 97301")]

    form = learn_format(Field("home.address"), seen, share_null=0, spelling=True)

    assert form.several
    assert form.write(Field("home.address"), ((4, "9 Elm"), (5, "Rome NY"))) == "9 Elm, Rome NY"


def test_comma_at_the_end_of_a_line_is_not_doubled() -> None:
    """A printed comma serves as the joiner's."""
    assert join(((1, "12 Oak St,"), (2, "Salem")), ", ") == "12 Oak St, Salem"


def test_capitals_are_learned_back() -> None:
    """Where answers are in title case and pages in capitals, words get their usual spelling."""
    seen = [
        (((1, "ACME FOODS"),), "Acme Foods"),
        (((1, "ACME TOOLS"),), "Acme Tools"),
        (((1, "BEST FOODS"),), "Best Foods"),
    ]

    form = learn_format(Field("company"), seen, share_null=0, spelling=True)

    assert form.write(Field("company"), ((1, "BEST ACME FOODS"),)) == "Best Acme Foods"


def test_words_are_not_respelt_where_answers_are_as_printed() -> None:
    """A vocabulary must not overrule what is read when answers copy the page."""
    seen = [(((1, "EAST END"),), "EAST END"), (((1, "East End"),), "East End")] * 3

    form = learn_format(Field("town"), seen, share_null=0, spelling=True)

    assert form.forms == {}


def test_stop_between_digits_becomes_the_usual_sign() -> None:
    """`971-38.8366` is mended when answers only ever have hyphens there."""
    seen = [(((1, "971-38-8366"),), "971-38-8366"), (((1, "955-12-0001"),), "955-12-0001")]

    form = learn_format(Field("ssn"), seen, share_null=0, spelling=True)

    assert form.write(Field("ssn"), ((1, "944-32.2700"),)) == "944-32-2700"


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        pytest.param(Field("n", "number"), "1,250.50", Decimal("1250.5"), id="number"),
        pytest.param(Field("n", "number"), "1,250.00", Decimal(1250), id="whole number"),
        pytest.param(Field("n", "number"), "none", None, id="no number"),
        pytest.param(Field("n", "integer"), "12", 12, id="integer"),
        pytest.param(Field("n", "integer"), "12.50", None, id="no integer"),
        pytest.param(Field("d", "date"), "31/12/2020", "2020-12-31", id="date"),
        pytest.param(Field("d", "date"), "03/04/2020", "2020-03-04", id="month first"),
        pytest.param(Field("d", "date"), "soon", None, id="no date"),
        pytest.param(Field("t", "time"), "2:05 pm", "14:05:00", id="time"),
        pytest.param(Field("d", "datetime"), "2020-12-31 10:05", "2020-12-31T10:05:00", id="both"),
        pytest.param(
            Field("s", "enum", choices=("Open", "Closed")), "CLOSED", "Closed", id="choice"
        ),
        pytest.param(Field("s", "enum", choices=("Open",)), "Elsewhere", None, id="no choice"),
    ],
)
def test_values_fit_the_schema(field: Field, text: str, expected: object) -> None:
    """A value has its field's type, or there is none."""
    assert Format().write(field, ((1, text),)) == expected


def test_order_of_ambiguous_dates_is_learned() -> None:
    """Answers tell whether the day or the month comes first."""
    field = Field("d", "date")
    seen = [(((1, "03/04/2020"),), "2020-04-03"), (((1, "25/04/2020"),), "2020-04-25")]

    form = learn_format(field, seen, share_null=0, spelling=True)

    assert form.write(field, ((1, "05/06/2021"),)) == "2021-06-05"


def test_format_survives_the_artefact() -> None:
    """What is saved is what is loaded."""
    form = Format(joiner=", ", several=True, order="dmy", forms={"st": "St"}, separator="-")

    assert Format.from_json(form.to_json()) == form
