"""W-2 labels as public sets write them, turned into the W-2 schema's shape."""

from __future__ import annotations

from collections.abc import Mapping

from novadoc.doctypes._labels import amount, amounts, joined, mapping, text, tick
from novadoc.errors import LabelError
from novadoc.types import JsonObject, JsonValue

__all__ = ["w2_complete_from_boxes", "w2_from_boxes", "w2_from_fake_set"]

_EARNINGS = {
    "wages": "box_1_wages",
    "federal_income_tax": "box_2_federal_tax_withheld",
    "social_security_wages": "box_3_social_security_wages",
    "social_security_tax": "box_4_social_security_tax_withheld",
    "medicare_wages": "box_5_medicare_wages",
    "medicare_tax": "box_6_medicare_wages_tax_withheld",
    "social_security_tips": "box_7_social_security_tips",
    "allocated_tips": "box_8_allocated_tips",
}
_BENEFITS = {
    "dependent_care": "box_10_dependent_care_benefits",
    "nonqualified_plans": "box_11_nonqualified_plans",
}


def w2_from_boxes(label: JsonValue) -> JsonObject:
    """Convert a flat `box_...` label, alone or under `fields`, to the shape of `W2`.

    Amounts may be texts with signs and separators; the lines of an address are joined by `", "`;
    a state line of which every box is empty is left out.

    Raises:
        LabelError: The label has no `box_...` keys, or a value cannot be read.

    Example:
        >>> label = w2_from_boxes({"fields": {"box_1_wages": "$23,677.70", "box_15_1_state": "MN"}})
        >>> label["earnings"]["wages"], label["states"][0]["state"], label["states"][0]["wages"]
        (Decimal('23677.70'), 'MN', None)
    """
    boxes = _boxes(label)
    return {
        "control_number": text(boxes.get("box_d_control_number"), path="box_d_control_number"),
        "employee": {
            "ssn": text(boxes.get("box_a_employee_ssn"), path="box_a_employee_ssn"),
            **_party(boxes, "box_e_employee"),
        },
        "employer": {
            "ein": text(
                boxes.get("box_b_employer_identification_number"),
                path="box_b_employer_identification_number",
            ),
            **_party(boxes, "box_c_employer"),
        },
        "earnings": amounts(boxes, _EARNINGS),
        "benefits": amounts(boxes, _BENEFITS),
        "states": [line for line in (_line(boxes, 1), _line(boxes, 2)) if any(line.values())],
    }


def w2_complete_from_boxes(label: JsonValue) -> JsonObject:
    """Convert as `w2_from_boxes` does, with boxes 9, 12 to 14 and the year, as `W2Complete` has.

    Raises:
        LabelError: The label has no `box_...` keys, or a value cannot be read.

    Example:
        >>> boxes = {"box_12a_code": "DD", "box_12a_value": "290"}
        >>> w2_complete_from_boxes(boxes)["codes"]
        [{'code': 'DD', 'amount': Decimal('290')}]
    """
    boxes = _boxes(label)
    codes: list[JsonValue] = []
    for place in "abcd":
        code = text(boxes.get(f"box_12{place}_code"), path=f"box_12{place}_code")
        value = amount(boxes.get(f"box_12{place}_value"), path=f"box_12{place}_value")
        if code is not None or value is not None:
            codes.append({"code": code, "amount": value})
    # The public sets spell these keys so.
    ticks = {
        "statutory_employee": "box_13_statutary_employee",
        "retirement_plan": "box_13_retirement_plan",
        "third_party_sick_pay": "box_13_third_part_sick_pay",
    }
    year = mapping(label, path="").get("tax_year")
    return {
        **w2_from_boxes(label),
        "tax_year": year if isinstance(year, int) else None,
        "box_9": text(boxes.get("box_9_advance_eic_payment"), path="box_9_advance_eic_payment"),
        "codes": codes,
        **{field: bool(tick(boxes.get(key), path=key)) for field, key in ticks.items()},
        "other": text(boxes.get("box_14_other"), path="box_14_other"),
    }


def w2_from_fake_set(label: JsonValue) -> JsonObject:
    """Convert a nested label as the public fake W-2 set's reference uses, to the shape of `W2`.

    That form keys state lines by state in `multiStateEmployment` and keeps one state income tax
    beside the earnings; the tax goes to the line whose local boxes the earnings repeat, else to
    the first. An entry without a state and without values is left out.

    Raises:
        LabelError: A part is not of that form, or a value cannot be read.

    Example:
        >>> lines = {"UT": {"localIncomeTax": 5, "localityName": "Terri Skyway"}, "": {}}
        >>> w2_from_fake_set({"multiStateEmployment": lines})["states"][0]["locality"]
        'Terri Skyway'
    """
    whole = mapping(label, path="")
    part = {
        key: mapping(whole.get(key), path=key)
        for key in ("employee", "employer", "earnings", "benefits", "multiStateEmployment")
    }
    employee, employer, earnings = part["employee"], part["employer"], part["earnings"]
    benefits = {
        "dependent_care": "dependentCareBenefits",
        "nonqualified_plans": "nonqualifiedPlans",
    }
    control = whole.get("controlNumber")
    return {
        "control_number": text(control, path="controlNumber"),
        "employee": {
            "ssn": text(employee.get("socialSecurityNumber"), path="employee.socialSecurityNumber"),
            "name": text(employee.get("name"), path="employee.name"),
            "address": text(employee.get("address"), path="employee.address"),
        },
        "employer": {
            "ein": text(employer.get("ein"), path="employer.ein"),
            "name": text(employer.get("name"), path="employer.name"),
            "address": text(employer.get("address"), path="employer.address"),
        },
        "earnings": amounts(earnings, _FAKE_EARNINGS, path="earnings."),
        "benefits": amounts(part["benefits"], benefits, path="benefits."),
        "states": _fake_states(part["multiStateEmployment"], earnings),
    }


_FAKE_EARNINGS = {
    "wages": "wages",
    "federal_income_tax": "federalIncomeTaxWithheld",
    "social_security_wages": "socialSecurityWages",
    "social_security_tax": "socialSecurityTaxWithheld",
    "medicare_wages": "medicareWagesAndTips",
    "medicare_tax": "medicareTaxWithheld",
    "social_security_tips": "socialSecurityTips",
    "allocated_tips": "allocatedTips",
}
"""The reference keeps wages and the federal tax; the other names follow its spelling."""


def _fake_states(entries: JsonObject, earnings: JsonObject) -> list[JsonValue]:
    lines: list[JsonObject] = []
    for state, entry in entries.items():
        path = f"multiStateEmployment.{state}."
        values = mapping(entry, path=path[:-1])
        named = state.strip() not in {"", "null", "None"}
        if not named and not any(values.values()):
            continue
        lines.append(
            {
                "state": state.strip() if named else None,
                "state_id": text(values.get("stateId"), path=f"{path}stateId"),
                "wages": amount(values.get("stateWages"), path=f"{path}stateWages"),
                "income_tax": amount(values.get("stateIncomeTax"), path=f"{path}stateIncomeTax"),
                "local_wages": amount(values.get("localWagesTips"), path=f"{path}localWagesTips"),
                "local_income_tax": amount(
                    values.get("localIncomeTax"), path=f"{path}localIncomeTax"
                ),
                "locality": text(values.get("localityName"), path=f"{path}localityName"),
            }
        )
    tax = amount(earnings.get("stateIncomeTax"), path="earnings.stateIncomeTax")
    if tax is not None and lines and all(line["income_tax"] is None for line in lines):
        local = amount(earnings.get("localWagesTips"), path="earnings.localWagesTips")
        same = [line for line in lines if local is not None and line["local_wages"] == local]
        (same or lines)[0]["income_tax"] = tax
    return list(lines)


def _boxes(label: JsonValue) -> JsonObject:
    whole = mapping(label, path="")
    boxes = mapping(whole["fields"], path="fields") if "fields" in whole else whole
    if not any(key.startswith("box_") for key in boxes):
        raise LabelError(
            "the label has no `box_...` keys.",
            violations=[("", "box_... keys are expected")],
            remedy="Use the converter for its form, as `w2_from_fake_set`.",
        )
    return boxes


def _party(boxes: Mapping[str, JsonValue], prefix: str) -> JsonObject:
    return {
        "name": text(boxes.get(f"{prefix}_name"), path=f"{prefix}_name"),
        "address": joined(boxes, f"{prefix}_street_address", f"{prefix}_city_state_zip", path=""),
    }


def _line(boxes: Mapping[str, JsonValue], number: int) -> JsonObject:
    def key(box: int, name: str) -> str:
        return f"box_{box}_{number}_{name}"

    money = {
        "wages": key(16, "state_wages"),
        "income_tax": key(17, "state_income_tax"),
        "local_wages": key(18, "local_wages"),
        "local_income_tax": key(19, "local_income_tax"),
    }
    return {
        "state": text(boxes.get(key(15, "state")), path=key(15, "state")),
        "state_id": text(
            boxes.get(key(15, "employee_state_id")), path=key(15, "employee_state_id")
        ),
        **amounts(boxes, money),
        "locality": text(boxes.get(key(20, "locality")), path=key(20, "locality")),
    }
