"""W-2 labels of public sets, in both of their forms."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from novadoc.doctypes import (
    W2,
    W2Complete,
    w2_complete_from_boxes,
    w2_from_boxes,
    w2_from_fake_set,
)
from novadoc.errors import LabelError
from novadoc.schema import DocumentSchema
from novadoc.synthetic import UNSEEN_W2_LAYOUTS, W2_LAYOUTS, w2_pages
from novadoc.types import JsonValue


def load(path: Path) -> JsonValue:
    label: JsonValue = json.loads(path.read_text("utf-8"))
    return label


def test_real_labels_fit(real_data: Path) -> None:
    """Every real W-2 label converts, fits the schema, and keeps all its values."""
    schema, complete = DocumentSchema(W2), DocumentSchema(W2Complete)
    files = sorted((real_data / "w2").glob("*.label.json"))

    assert len(files) == 4
    for file in files:
        label = load(file)
        assert isinstance(label, dict)
        fields = label["fields"]
        assert isinstance(fields, dict)
        text = schema.canonical_text(w2_from_boxes(label))
        for key, value in fields.items():
            if key.startswith(("box_12", "box_13", "box_14", "box_9")) or value is None:
                continue
            printed = str(value).replace(",", "") if key[4].isdigit() else str(value)
            assert printed.rstrip("0").rstrip(".") in text, (file.name, key)
        whole = complete.canonical(w2_complete_from_boxes(label))
        assert whole["tax_year"] == label["tax_year"]
        assert whole["box_9"] == fields["box_9_advance_eic_payment"]


def test_real_label_in_full(real_data: Path) -> None:
    """One label converts to exactly this; the empty second state is left out."""
    label = w2_from_boxes(load(real_data / "w2" / "w2_2020_filled.pdf.label.json"))

    assert label == {
        "control_number": "GNI851",
        "employee": {
            "ssn": "554-03-0876",
            "name": "Anastasia Hodges",
            "address": "200 2nd Street NE, Waseca MN 56093",
        },
        "employer": {
            "ein": "63-0065650",
            "name": "NORTH 312",
            "address": "151 N Market Street, Wooster OH 44691",
        },
        "earnings": {
            "wages": Decimal("23677.70"),
            "federal_income_tax": Decimal("2841.32"),
            "social_security_wages": Decimal("24410.00"),
            "social_security_tax": Decimal("1513.42"),
            "medicare_wages": Decimal("24410.00"),
            "medicare_tax": Decimal("353.95"),
            "social_security_tips": None,
            "allocated_tips": None,
        },
        "benefits": {"dependent_care": None, "nonqualified_plans": None},
        "states": [
            {
                "state": "MN",
                "state_id": "00-0-0960",
                "wages": Decimal("24410.00"),
                "income_tax": Decimal("244.10"),
                "local_wages": None,
                "local_income_tax": None,
                "locality": None,
            }
        ],
    }


def test_labels_that_break_every_rule_still_convert(real_data: Path) -> None:
    """A W-2 in a lending packet has placeholder values; they are kept, and the checks advise."""
    packet = load(real_data / "packets" / "lending_package.pdf.label.json")
    assert isinstance(packet, dict)

    reading = DocumentSchema(W2).read(w2_from_boxes(packet["w2"]))

    assert reading.violations == ()
    assert reading.value is not None
    assert reading.value.employee.ssn == "75395184613"
    assert len([f for f in reading.findings if f.kind == "check"]) == 3


def test_nested_form_converts() -> None:
    """The public reference's nested keys become the schema's; its states become records."""
    label: JsonValue = {
        "employee": {
            "name": "Diana  Reyes",
            "address": "094 Harris Prairie, Susanville ME 60154-1359",
            "socialSecurityNumber": "053-93-7915",
        },
        "employer": {"name": "West and Sons Inc", "ein": "38-0226974", "address": None},
        "earnings": {
            "wages": 126589.34,
            "federalIncomeTaxWithheld": "43,873.99",
            "stateIncomeTax": 11757.36,
            "localWagesTips": 101209.95,
            "localIncomeTax": 14120.87,
        },
        "benefits": {"dependentCareBenefits": 219, "nonqualifiedPlans": 158},
        "multiStateEmployment": {
            "WI": {"localWagesTips": 125139.92, "localIncomeTax": 23035.86},
            "HI": {
                "localWagesTips": 101209.95,
                "localIncomeTax": 14120.87,
                "localityName": "Cynthia Junctions",
            },
        },
    }

    form = DocumentSchema(W2).read(w2_from_fake_set(label)).value

    assert form is not None
    assert form.employee.name == "Diana Reyes"
    assert form.earnings.federal_income_tax == Decimal("43873.99")
    assert form.benefits.dependent_care == 219
    wisconsin, hawaii = form.states
    assert (wisconsin.state, wisconsin.income_tax) == ("WI", None)
    assert (hawaii.state, hawaii.income_tax) == ("HI", Decimal("11757.36"))
    assert hawaii.locality == "Cynthia Junctions"


@pytest.mark.parametrize("name", ["", "null", "None"])
def test_nested_form_drops_the_empty_second_state(name: str) -> None:
    """Where there is one state, the set has a nameless empty entry; it is no record."""
    empty = {"localWagesTips": None, "localIncomeTax": None, "localityName": None}
    label: JsonValue = {
        "earnings": {"stateIncomeTax": 5},
        "multiStateEmployment": {"UT": {"localIncomeTax": 3}, name: empty},
    }

    states = DocumentSchema(W2).canonical(w2_from_fake_set(label))["states"]

    assert isinstance(states, list)
    assert len(states) == 1
    assert isinstance(states[0], dict)
    assert (states[0]["state"], states[0]["income_tax"]) == ("UT", Decimal(5))


@pytest.mark.parametrize(
    ("label", "path"),
    [
        pytest.param({"box_1_wages": "a lot"}, "box_1_wages", id="words"),
        pytest.param({"box_1_wages": True}, "box_1_wages", id="truth"),
        pytest.param({"box_1_wages": [1]}, "box_1_wages", id="list"),
        pytest.param({"box_1_wages": float("nan")}, "box_1_wages", id="nan"),
        pytest.param({"box_20_1_locality": {}}, "box_20_1_locality", id="object"),
        pytest.param({"employee": {}}, "", id="another-form"),
        pytest.param([], "", id="no-object"),
    ],
)
def test_misfits_name_their_place_and_no_value(label: JsonValue, path: str) -> None:
    """What cannot be read is an error at its key, with a rule and without the value."""
    with pytest.raises(LabelError) as caught:
        w2_from_boxes(label)

    assert caught.value.path == path
    assert len(caught.value.violations) == 1
    assert "a lot" not in str(caught.value)


def test_generated_labels_fit() -> None:
    """What the generator writes is what the schemas expect, with nothing to fill or to mend."""
    schema, complete = DocumentSchema(W2), DocumentSchema(W2Complete)

    for page in w2_pages(24, seed=9, noise=0, width=300, layouts=W2_LAYOUTS + UNSEEN_W2_LAYOUTS):
        assert json.loads(schema.canonical_text(page.label)) == page.label
        whole = complete.read({"box_9": None, **page.label, **page.extras})
        assert whole.violations == ()
        assert [f for f in whole.findings if f.kind != "check"] == []
