"""A prompt of one's own: the shape of the W-2 prompt in AWS's public Nova walk-through, as values.

The walk-through asks for camelCase keys, groups state boxes by the state's abbreviation, gives the
role in the system prompt, opens the answer with a fence and stops it at the next one. All of that
is schema, wording and framing here; nothing is subclassed. Run it to read the whole prompt:

    python examples/reference_prompt.py
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from novadoc.prompts import ExtractionPrompt, Framing, Wording


class Boxes(BaseModel):
    # Keys as the walk-through has them, attributes as Python does.
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Employee(Boxes):
    name: str | None = None
    address: str | None = None
    social_security_number: str | None = None


class Employer(Boxes):
    name: str | None = None
    ein: str | None = None
    address: str | None = None


class Earnings(Boxes):
    wages: Decimal | None = None
    social_security_wages: Decimal | None = None
    medicare_wages_and_tips: Decimal | None = None
    federal_income_tax_withheld: Decimal | None = None
    state_income_tax: Decimal | None = None
    local_wages_tips: Decimal | None = None
    local_income_tax: Decimal | None = None


class Benefits(Boxes):
    dependent_care_benefits: Decimal | None = None
    nonqualified_plans: Decimal | None = None


class State(Boxes):
    local_wages_tips: Decimal | None = None
    local_income_tax: Decimal | None = None
    locality_name: str | None = None


class WalkThroughW2(Boxes):
    employee: Employee = Employee()
    employer: Employer = Employer()
    earnings: Earnings = Earnings()
    benefits: Benefits = Benefits()
    multi_state_employment: dict[str, State] = Field(
        {}, description="By the two letters of the state."
    )


PROMPT = ExtractionPrompt(
    WalkThroughW2,
    wording=replace(
        Wording(),
        system="You are an expert in reading tax forms and answer with JSON only.",
        task="Extract the W-2 form in the image.",
        schema="Answer in this structure:",
        # The walk-through leaves these to the training data.
        rules="",
        keys="",
        copy="",
        numbers="",
        lists="",
        pages="",
        data="",
        only="",
        absent="Use null for boxes that are empty.",
    ),
    framing=Framing(prefill="```json", lead="\n", stop="```"),
)


def main() -> None:
    label = {
        "employee": {"name": "Diana Example", "socialSecurityNumber": "000-12-3456"},
        "multiStateEmployment": {"WI": {"localIncomeTax": "23,035.86"}},
    }
    print(PROMPT)
    print("\nA trained answer:\n")
    print(PROMPT.answer_text(label))
    print(f"\nWhat one page spends:\n\n{PROMPT.budget('nova-lite')}")


if __name__ == "__main__":
    main()
