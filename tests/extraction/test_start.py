"""What the first extraction in a fresh process loads: a service pays for what it uses."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from novadoc.local import EchoEngine, LocalAWS

PROGRAM = """
import json, sys
from pydantic import BaseModel
import novadoc as nd

class Slip(BaseModel):
    number: str | None = None
    total: float | None = None

model = nd.Bedrock.connect().model("nova-lite")
value = nd.Extractor(Slip, model=model).extract(nd.Document.open(sys.argv[1])).value
print(json.dumps({"value": value.model_dump(), "loaded": sorted(sys.modules)}))
"""
OF_OTHERS = {
    "PIL", "asyncio", "json_repair", "jsonschema", "matplotlib", "numpy", "opentelemetry",
    "rapidfuzz", "tenacity", "tqdm",
}  # fmt: skip
OWN = {
    "_answer": "_find _repair _scan _dialect _whole",
    "_wire": "_record",
    "bedrock": "_batch _costs _customization _deployments _job _money _options _roles _storage",
    "documents": "_bound _encode _likeness _pdf _pixels _quality _raster",
    "extraction": (
        "_evidence _guesses _hooks _journal _many _merge _packets _packet_prompt _paths "
        "_rates _records _stream _tracing _values _votes"
    ),
    "models": "_prices",
    "prompts": "_example _languages _spending _stored _transcript",
    "schema": (
        "_amounts _careful _choices _currencies _dates _diff _direct_json _faults _foreign "
        "_json_nodes _json_refs _json_schema _json_source _lenient _markers _migration _normalise "
        "_redact _scalars _variants"
    ),
}


def own(names: dict[str, str]) -> set[str]:
    return {f"novadoc.{package}.{name}" for package, all_ in names.items() for name in all_.split()}


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page that meets the image policy as it is."""
    out = io.BytesIO()
    Image.new("L", (300, 200), 255).save(out, "JPEG")
    place = tmp_path / "page.jpg"
    place.write_bytes(out.getvalue())
    return place


def read_in_a_fresh_process(page: Path, answer: str) -> tuple[object, set[str]]:
    with LocalAWS(engine=EchoEngine(answer)) as local:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(page)],
            capture_output=True, check=True, text=True, env={**os.environ, **local.environ()},
        )  # fmt: skip
    said = json.loads(done.stdout)
    return said["value"], set(said["loaded"])


def test_a_first_extraction_loads_no_rare_branch(page: Path) -> None:
    """A page that fits and an answer as asked need no decoder, no repair, and no branch."""
    value, loaded = read_in_a_fresh_process(page, '{"number": "A-7", "total": 12.5}')

    assert {"number": "A-7", "total": 12.5} == value
    assert set() == loaded & OF_OTHERS
    assert set() == loaded & own(OWN)
    assert set() == {f"novadoc.{name}" for name in ("datasets", "local", "metrics")} & loaded


def test_a_branch_loads_when_it_is_used(page: Path) -> None:
    """An amount written as on paper loads the careful reader, and neither dates nor repair."""
    value, loaded = read_in_a_fresh_process(page, '{"number": "A-7", "total": "$1,012.50"}')

    assert {"number": "A-7", "total": 1012.5} == value
    assert own({"schema": "_careful _lenient _scalars _amounts"}) <= loaded
    assert set() == loaded & own({"schema": "_dates _json_source", "_answer": "_repair"})


def test_names_in_lists_of_modules_are_real() -> None:
    """The lists above name modules that there are: a renamed one would be absent for ever."""
    source = Path(__file__).parents[2] / "src"
    known = {
        ".".join(file.relative_to(source).with_suffix("").parts) for file in source.rglob("*.py")
    }

    assert own(OWN) <= known
