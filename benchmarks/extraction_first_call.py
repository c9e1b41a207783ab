"""CPU of the first extraction in a fresh process, beyond what its user loads anyway.

    python benchmarks/extraction_first_call.py

The baseline decodes the page with Pillow, asks boto3 once with the same body, and validates the
answer into the same pydantic class. Both run in fresh processes by turns, and of each the least
counts, user and system time together, since whatever else runs on the machine only adds to it.
Both run from bytecode, as what pip installs does: a source tree under `PYTHONDONTWRITEBYTECODE`
would compile novadoc in every process, and nothing else. At most 40 ms more are wanted, and
jsonschema, json-repair and tqdm are not to be loaded.

The page meets the image policy and passes through as it is: Pillow loads with the first page that
does not, and is then what the baseline has of it.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import extraction_throughput as bench

RUNS = 15
UNUSED = ("jsonschema", "json_repair", "tqdm", "rapidfuzz", "numpy")
SLIP = """
from decimal import Decimal
from pydantic import BaseModel, ConfigDict

class Address(BaseModel):
    ssn: str | None = None
    name: str | None = None
    address: str | None = None

class Earnings(BaseModel):
    wages: Decimal | None = None
    federal_income_tax: Decimal | None = None
    social_security_wages: Decimal | None = None

class Slip(BaseModel):
    model_config = ConfigDict(extra="ignore")
    control_number: str | None = None
    employee: Address | None = None
    earnings: Earnings | None = None
"""
BASELINE = """
import io, sys, boto3
from PIL import Image
from botocore.config import Config
data = open(sys.argv[1], "rb").read()
Image.open(io.BytesIO(data)).load()
client = boto3.client("bedrock-runtime", endpoint_url=sys.argv[2])
answer = client.converse(modelId="us.amazon.nova-lite-v1:0", messages=[{"role": "user", "content": [
    {"image": {"format": "jpeg", "source": {"bytes": data}}}, {"text": "Read it."}]}])
Slip.model_validate_json(answer["output"]["message"]["content"][0]["text"])
"""
OURS = """
import sys
import novadoc as nd
model = nd.Bedrock.connect(endpoint_url=sys.argv[2]).model("nova-lite")
nd.Extractor(Slip, model=model).extract(nd.Document.open(sys.argv[1])).value
"""
LOADED = f"""
loaded = [name for name in {UNUSED!r} if name in sys.modules]
assert not loaded, loaded
"""


def milliseconds(code: str, page: Path, url: str, bytecode: Path) -> float:
    """CPU of one fresh process."""
    environment = {**os.environ, **bench.KEYS, "PYTHONPYCACHEPREFIX": str(bytecode)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", SLIP + code, str(page), url], check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def compare(page: Path, url: str, bytecode: Path) -> tuple[float, float]:
    """The least of the baseline and of ours; the first round only compiles."""
    rounds = [
        [milliseconds(code, page, url, bytecode) for code in (BASELINE, OURS + LOADED)]
        for _ in range(RUNS + 1)
    ]
    baselines, ours = zip(*rounds[1:], strict=True)
    return min(baselines), min(ours)


def main() -> None:
    from novadoc import synthetic

    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "_converse_server.py")],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{server.stdout.readline().strip()}/0"
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder, "page.jpg")
            page.write_bytes(next(iter(synthetic.w2_pages(1, seed=5))).image)
            baseline, ours = compare(page, url, Path(folder, "bytecode"))
        print(f"boto3, the class, Pillow {baseline:.0f} ms, novadoc {ours:.0f} ms")
        print(f"first extraction         {ours - baseline:.0f} ms more")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
