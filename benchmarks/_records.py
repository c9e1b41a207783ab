"""The 20,000-record file that the checks of other tools were measured with."""

from __future__ import annotations

import json
import random
from pathlib import Path

FIELDS = (
    "invoice_number", "issue_date", "due_date", "supplier_name", "supplier_address", "buyer_name",
    "currency", "net_total", "tax_total", "grand_total", "payment_terms",
)  # fmt: skip
SYSTEM = (
    "You read scanned business documents and answer with one JSON object. Copy values as they are "
    "printed, keep leading zeros, and write null where the page shows nothing. Do not explain, do "
    "not add keys, and keep the order of the keys. Dates are written as YYYY-MM-DD, amounts as "
    "plain numbers."
)
PROMPT = "Read the page and fill in every key of this schema:\n" + "\n".join(
    f"- {name}: {'as printed on the page, null when absent; ' * 4}" for name in FIELDS
)


def _answer(generator: random.Random) -> str:
    label: dict[str, object] = {
        name: f"{name.replace('_', ' ')} {generator.randint(1, 10**6)}" for name in FIELDS
    }
    label["lines"] = [
        {
            "description": f"Article {generator.randint(1, 999)}",
            "amount": generator.randint(1, 10**5),
        }
        for _ in range(4)
    ]
    return json.dumps(label)


def record(number: int, generator: random.Random) -> dict[str, object]:
    image = {
        "format": "jpeg",
        "source": {
            "s3Location": {
                "uri": f"s3://train-bucket/images/doc_{number:06d}.jpg",
                "bucketOwner": "123456789012",
            }
        },
    }
    return {
        "schemaVersion": "bedrock-conversation-2024",
        "system": [{"text": SYSTEM}],
        "messages": [
            {"role": "user", "content": [{"image": image}, {"text": PROMPT}]},
            {"role": "assistant", "content": [{"text": _answer(generator)}]},
        ],
    }


def write(path: Path, count: int = 20_000, seed: int = 7) -> Path:
    """Write the file, about 3.4 kB a line."""
    generator = random.Random(seed)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps(record(number, generator)) + "\n")
    return path
