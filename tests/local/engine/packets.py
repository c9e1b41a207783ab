"""Documents of several pages as the OCR would read them, to be put one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from local.engine.kit import HEIGHT, WIDTH, name
from novadoc.local.engine._reading import Line, Reading

DESCRIPTIONS = {
    "purchase_order": "An order for goods with items and quantities.",
    "account_statement": "A bank account's bookings and balance.",
    "delivery_note": "What a parcel holds.",
    "letter": "A letter, which begins with a salutation.",
    "leave_request": "A form on which days off are asked for.",
    "till_receipt": "A shop's receipt for cash.",
}
PROMPT = "The kinds:\n" + "\n".join(f"- {kind}: {text}" for kind, text in DESCRIPTIONS.items())
WIDE, DEEP = 1000, 1400

Text = tuple[str, float, float] | tuple[str, float, float, float]
"""Text, left, top, and height in lines."""


def drawn(texts: list[Text], wide: int = WIDE, deep: int = DEEP) -> Reading:
    lines: list[Line] = []
    for text, left, top, *tall in texts:
        scale = tall[0] if tall else 1.0
        right, bottom = left + WIDTH * scale * len(text), top + HEIGHT * scale
        corners = (left, top, right, top, right, bottom, left, bottom)
        lines.append(Line(text, 0.99, corners))
    return Reading(wide, deep, tuple(lines))


def _company(rng: Random) -> list[str]:
    town = f"{name(rng)} {rng.choice(['OR', 'NY'])} {rng.randrange(10000, 99999)}"
    return [
        f"{name(rng)} {rng.choice(['Ltd', 'Inc'])}",
        f"{rng.randrange(1, 99)} {name(rng)} St",
        town,
    ]


def _number(rng: Random) -> str:
    return f"{rng.choice('ABCDE')}{rng.randrange(10_000, 99_999)}"


def _table(rng: Random, rows: int, top: float) -> list[Text]:
    texts: list[Text] = []
    for row in range(rows):
        y = top + 26 * row
        texts += [(_number(rng), 60, y), (f"{name(rng)} {name(rng)}", 220, y)]
        texts += [(str(rng.randrange(1, 90)), 620, y), (f"{rng.randrange(1, 900)}.50", 820, y)]
    return texts


def _heads(top: float, *names: str) -> list[Text]:
    return [(text, left, top) for text, left in zip(names, (60, 220, 620, 820), strict=True)]


def purchase_order(rng: Random) -> Iterator[Reading]:
    """Numbered of how many; the number runs along, the title does not."""
    pages, number, sender = rng.randint(1, 3), _number(rng), _company(rng)
    for page in range(1, pages + 1):
        texts: list[Text] = [(f"Page {page} of {pages}", 800, 1340), ("Order no.", 60, 20)]
        texts += [(number, 160, 20)]
        if page == 1:
            texts += [("PURCHASE ORDER", 500, 60, 2.0)]
            texts += [(line, 60, 60 + 24 * k) for k, line in enumerate(sender)]
        texts += _heads(200, "Article", "Description", "Quantity", "Price")
        yield drawn(texts + _table(rng, rng.randint(6, 30), 230))


def account_statement(rng: Random) -> Iterator[Reading]:
    """The same head on every page, and a number without how many."""
    pages, number, holder = rng.randint(1, 4), str(rng.randrange(10**8, 10**9)), _company(rng)
    for page in range(1, pages + 1):
        texts: list[Text] = [("Account Statement", 60, 30, 1.8), (f"Page {page}", 860, 30)]
        texts += [("Account number", 60, 90), (number, 240, 90), (holder[0], 60, 120)]
        texts += _heads(180, "Reference", "Booking", "Day", "Balance")
        yield drawn(texts + _table(rng, rng.randint(5, 35), 210))


def delivery_note(rng: Random) -> Iterator[Reading]:
    """Nothing but the table goes on."""
    sender = _company(rng)
    texts: list[Text] = [("Delivery Note", 60, 30, 2.2), ("Note no.", 600, 40)]
    texts += [(_number(rng), 700, 40)]
    texts += [(line, 60, 100 + 24 * k) for k, line in enumerate(sender)]
    texts += _heads(220, "Article", "Goods", "Pieces", "Weight")
    yield drawn(texts + _table(rng, 40, 250))
    for _ in range(rng.randint(0, 2)):
        yield drawn(_table(rng, rng.randint(3, 45), 40))


def letter(rng: Random) -> Iterator[Reading]:
    """Prose; the second page bears a number in a corner, or nothing."""
    sender, marked = _company(rng), rng.random() < 0.5
    texts: list[Text] = [(sender[0], 60, 30, 1.6), (", ".join(sender[1:]), 60, 70)]
    texts += [(f"{rng.randrange(1, 28)} May 20{rng.randrange(10, 30)}", 760, 160)]
    texts += [(f"Dear {name(rng)},", 60, 260), *_prose(rng, 36, 300)]
    yield drawn(texts)
    for page in range(2, rng.randint(1, 3) + 1):
        number: list[Text] = [(f"Page {page}", 880, 20)] if marked else []
        closing: list[Text] = [("Yours sincerely,", 60, 900), (f"{name(rng)} {name(rng)}", 60, 960)]
        yield drawn([*number, *_prose(rng, rng.randint(4, 30), 60), *closing])


def _prose(rng: Random, lines: int, top: float) -> list[Text]:
    return [
        (" ".join(name(rng).lower() for _ in range(12)), 60, top + 26 * line)
        for line in range(lines)
    ]


def leave_request(rng: Random) -> Iterator[Reading]:
    """A form of one page, filled in by one person after the other."""
    labels = (
        "Employee",
        "Personnel no.",
        "Department",
        "First day off",
        "Last day off",
        "Approved by",
    )
    values = (
        name(rng), str(rng.randrange(10**5, 10**6)), name(rng),
        f"{rng.randrange(1, 28):02}/03/2024", f"{rng.randrange(1, 28):02}/04/2024", name(rng),
    )  # fmt: skip
    texts: list[Text] = [("Request for Leave", 60, 40, 1.7), ("Form 310", 840, 40)]
    for row, (label, value) in enumerate(zip(labels, values, strict=True)):
        texts += [(label, 60, 140 + 90 * row), (value, 320, 140 + 90 * row)]
    yield drawn([*texts, ("Signature", 60, 1200)])


def till_receipt(rng: Random) -> Iterator[Reading]:
    """A narrow slip."""
    sender = _company(rng)
    texts: list[Text] = [(line, 60, 30 + 24 * k) for k, line in enumerate(sender)]
    texts += [("RECEIPT", 140, 130), (f"{rng.randrange(1, 28):02}/09/2023 17:42", 60, 160)]
    for row in range(rng.randint(1, 9)):
        texts += [
            (name(rng), 60, 200 + 24 * row),
            (f"{rng.randrange(1, 90)}.10", 300, 200 + 24 * row),
        ]
    yield drawn([*texts, ("CASH", 60, 460), ("CHANGE", 60, 490)], 420, 900)


KINDS: dict[str, Callable[[Random], Iterator[Reading]]] = {
    "purchase_order": purchase_order,
    "account_statement": account_statement,
    "delivery_note": delivery_note,
    "letter": letter,
    "leave_request": leave_request,
    "till_receipt": till_receipt,
}


def packet(rng: Random, documents: int) -> tuple[list[Reading], list[bool], list[str]]:
    """Draw a packet: its pages, where documents begin, and their kinds."""
    pages: list[Reading] = []
    starts: list[bool] = []
    kinds: list[str] = []
    for _ in range(documents):
        kind = rng.choice(sorted(KINDS))
        own = list(KINDS[kind](rng))
        pages += own
        starts += [page is own[0] for page in own]
        kinds += [kind] * len(own)
    return pages, starts, kinds
