"""Invent what stands on a W-2: an employee's year at an employer, and a printer's habits."""

from __future__ import annotations

from random import Random

from novadoc.synthetic._vocabulary import Vocabulary, state
from novadoc.synthetic._w2_facts import Habits, StateLine, W2Facts

__all__ = ["draw_facts", "draw_habits"]

_CODES = ("A", "B", "C", "D", "DD", "E", "F", "G", "H", "K", "P", "S", "W", "Y", "Z", "AA", "EE")
_OTHER = ("SDI", "UNION", "CASDI", "DISINS", "NYPFL", "S125", "CAFE125", "RRTA", "LTD", "FLI")
_UNISSUED_EIN = (7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97)


def draw_habits(rng: Random, *, fake_set: float = 0.3) -> Habits:
    """Draw a printer's habits; `fake_set` is the share that follows the public fake W-2 set."""
    if rng.random() < fake_set:
        return Habits("short", False, True, False, payroll_arithmetic=False)
    return Habits(
        money=rng.choice(["plain", "plain", "comma"]),
        capitals=rng.random() < 0.35,
        padded=rng.random() < 0.1,
        comma_before_state=rng.random() < 0.35,
        payroll_arithmetic=True,
    )


def draw_facts(rng: Random, words: Vocabulary, habits: Habits) -> W2Facts:
    """Invent one employee's year at one employer."""
    home = state(rng)
    given, family = words.person(rng)
    amounts = _payroll(rng) if habits.payroll_arithmetic else _fake_set(rng)
    wages = amounts["1"] or 0.0
    return W2Facts(
        year=rng.randint(2016, 2024),
        ssn=_ssn(rng),
        ein=f"{rng.choice(_UNISSUED_EIN):02d}-{rng.randint(0, 9999999):07d}",
        control_number=_control_number(rng) if rng.random() < 0.8 else None,
        employer=(habits.words(words.company(rng)), *_address(rng, words, habits, state(rng))),
        given=habits.words(given) + ("  " if habits.padded else ""),
        family=habits.words(family),
        address=_address(rng, words, habits, home),
        amounts={k: None if v is None else habits.amount(v) for k, v in amounts.items()},
        codes=_codes(rng, habits),
        ticks=(rng.random() < 0.1, rng.random() < 0.5, rng.random() < 0.1),
        other=_other(rng, habits) if rng.random() < 0.35 else (),
        states=tuple(_states(rng, words, habits, home, wages)),
    )


def _cents(rng: Random, low: float, high: float) -> float:
    return round(rng.uniform(low, high), 2)


def _payroll(rng: Random) -> dict[str, float | None]:
    """Amounts that obey the law's rates (2016 to 2024: 6.2 % and 1.45 %)."""
    wages = _cents(rng, 9000, 230000)
    social = wages if rng.random() < 0.5 else round(wages * rng.uniform(1.0, 1.12), 2)
    medicare = social if rng.random() < 0.7 else round(social * rng.uniform(1.0, 1.06), 2)
    tipped, saver = rng.random() < 0.25, rng.random()
    return {
        "1": wages,
        "2": round(wages * rng.uniform(0.05, 0.26), 2),
        "3": social,
        "4": round(social * 0.062, 2),
        "5": medicare,
        "6": round(medicare * 0.0145, 2),
        "7": _cents(rng, 80, 9000) if tipped else None,
        "8": _cents(rng, 50, 2500) if rng.random() < 0.15 else None,
        "10": _cents(rng, 100, 5000) if saver < 0.4 else None,
        "11": _cents(rng, 100, 9000) if 0.25 < saver < 0.6 else None,
    }


def _fake_set(rng: Random) -> dict[str, float | None]:
    """Amounts as in the public fake W-2 set, which follow no payroll's arithmetic."""
    wages, social, medicare = (_cents(rng, 40000, 290000) for _ in range(3))
    return {
        "1": wages,
        "2": round(wages * rng.uniform(0.15, 0.35), 2),
        "3": social,
        "4": round(social * 0.0765, 2),
        "5": medicare,
        "6": round(medicare * 0.029, 2),
        "7": social,
        "8": medicare,
        "10": float(rng.randint(100, 300)),
        "11": float(rng.randint(100, 300)),
    }


def _ssn(rng: Random) -> str:
    """Return a number no one has: 9xx areas are not issued, and groups 01 to 49 are no ITIN's."""
    last = rng.randint(0, 9999)
    if rng.random() < 0.06:
        return f"{rng.choice(['XXX-XX', '***-**'])}-{last:04d}"
    return f"9{rng.randint(0, 99):02d}-{rng.randint(1, 49):02d}-{last:04d}"


def _control_number(rng: Random) -> str:
    digits = rng.randint(1, 9999999)
    letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(3))
    return rng.choice([f"{digits}", f"{digits:09d}", f"{letters}{digits % 1000:03d}", f"{digits}"])


def _address(rng: Random, words: Vocabulary, habits: Habits, home: str) -> tuple[str, ...]:
    code = f"{rng.randint(501, 99950):05d}"
    if rng.random() < 0.45:
        code += f"-{rng.randint(0, 9999):04d}"
    gap, before = (
        (" " * rng.randint(2, 5), " " * rng.randint(1, 2)) if habits.padded else (" ", " ")
    )
    comma = "," if habits.comma_before_state else ""
    lines = [words.street(rng), f"{words.city(rng)}{comma}{before}{home}{gap}{code}"]
    if rng.random() < 0.06:
        lines.insert(
            0, rng.choice(["Attn: Payroll", f"PO Box {rng.randint(1, 9999)}", "Payroll Dept"])
        )
    return tuple(habits.words(line) for line in lines)


def _codes(rng: Random, habits: Habits) -> tuple[tuple[str, str], ...]:
    count = rng.choice([0, 0, 1, 1, 2, 2, 3, 4])
    whole = habits.money == "short"
    amounts = (float(rng.randint(80, 6000)) if whole else _cents(rng, 40, 19000) for _ in range(4))
    return tuple(
        (c, habits.amount(a)) for c, a in zip(rng.sample(_CODES, count), amounts, strict=False)
    )


def _other(rng: Random, habits: Habits) -> tuple[str, ...]:
    names = rng.sample(_OTHER, rng.randint(1, 2))
    return tuple(f"{name} {habits.amount(_cents(rng, 10, 2500))}" for name in names)


def _states(
    rng: Random, words: Vocabulary, habits: Habits, home: str, wages: float
) -> list[StateLine]:
    if habits.payroll_arithmetic and rng.random() < 0.06:
        return []
    count = 2 if rng.random() < 0.35 else 1
    away = rng.choice([name for name in (state(rng), state(rng), "TX") if name != home] or ["CA"])
    shares = [1.0] if count == 1 else [0.6, 0.4]
    local = rng.random() < (0.45 if habits.payroll_arithmetic else 1.0)
    lines: list[StateLine] = []
    for name, share in zip((home, away), shares, strict=False):
        base = round(wages * share, 2) if habits.payroll_arithmetic else _cents(rng, 40000, 130000)
        town = (
            base if rng.random() < 0.4 and habits.payroll_arithmetic else _cents(rng, 4000, 250000)
        )
        place = words.family_name(rng) + " " + rng.choice(["Drive", "Skyway", "Junction", "Twp"])
        lines.append(
            StateLine(
                state=name,
                state_id=_state_id(rng, habits),
                wages=habits.amount(base),
                income_tax=habits.amount(round(base * rng.uniform(0.02, 0.09), 2)),
                local_wages=habits.amount(town) if local else None,
                local_income_tax=habits.amount(_cents(rng, 20, 42000)) if local else None,
                locality=habits.words(rng.choice([place, words.city(rng)]))[:15].strip()
                if local
                else None,
            )
        )
    return lines


def _state_id(rng: Random, habits: Habits) -> str:
    number = rng.randint(1, 99999999)
    if not habits.payroll_arithmetic:
        return f"{number % 900 + 100}-{number % 90 + 10}-{number % 800 + 100}"
    forms = (
        f"{number:08d}",
        f"{number % 99:02d}-{number % 10000000:07d}",
        f"{number % 100000:05d}-{number % 9}",
    )
    return rng.choice(forms)
