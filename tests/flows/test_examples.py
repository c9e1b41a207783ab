"""Each example runs, offline, and does what its first line says."""

from __future__ import annotations

import importlib.util
import io
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

import novadoc as nd
from novadoc import synthetic
from novadoc.local import EchoEngine, LocalAWS

EXAMPLES = Path(__file__).parents[2] / "examples"


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _scan() -> bytes:
    out = io.BytesIO()
    Image.new("L", (300, 200), 255).save(out, "PNG")
    return out.getvalue()


def test_custom_schema_prints_every_consequence(tmp_path: Path) -> None:
    """The example prints fields, prompt, answer, reading and score."""
    run = subprocess.run(
        [sys.executable, EXAMPLES / "custom_schema.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
        timeout=60,
    )

    assert "items[].price (Items)" in run.stdout
    assert "delivered: a date in another form" in run.stdout
    assert run.stdout.rstrip().endswith("1.0")


def test_lambda_handler_writes_the_answer_beside_the_scan(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An S3 event leads to a JSON object, and the log holds no value of the document."""
    answer = '{"employee": {"name": "Ann Example", "ssn": "078-05-1120"}}'
    with LocalAWS(engine=EchoEngine(answer)) as local:
        for name, value in {**local.environ(), "NOVADOC_MODEL": "nova-lite"}.items():
            monkeypatch.setenv(name, value)
        module = _load("lambda_handler")
        storage = nd.Bedrock.connect(project="w2-service").storage
        storage.create_bucket("scans-in")
        storage.write("s3://scans-in/a b/scan.png", _scan())
        place = {"bucket": {"name": "scans-in"}, "object": {"key": "a+b/scan.png"}}

        result = module.handler({"Records": [{"s3": place}]}, None)

        written = storage.read("s3://scans-in/a b/scan.png.json").decode()
    assert result["key"] == "a b/scan.png.json"
    assert "Ann Example" in written
    assert "Ann Example" not in capsys.readouterr().out


def test_service_answers_and_explains(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan is answered, and a file that is none is a 422 with a reason."""
    pytest.importorskip("fastapi")
    testclient = pytest.importorskip("fastapi.testclient")
    with LocalAWS(engine=EchoEngine('{"company": "Book Shop", "total": 9.0}')) as local:
        for name, value in {**local.environ(), "NOVADOC_MODEL": "nova-lite"}.items():
            monkeypatch.setenv(name, value)
        with testclient.TestClient(_load("service_fastapi").app) as client:
            good = client.post("/receipts", files={"scan": ("scan.png", _scan())})
            bad = client.post("/receipts", files={"scan": ("scan.png", b"no image")})

    assert good.status_code == 200
    assert good.json()["company"] == "Book Shop"
    assert bad.status_code == 422
    assert bad.json()["error"] == "UnsupportedDocumentError"


def _end_to_end(folder: Path, local: LocalAWS | None, *arguments: str) -> str:
    environment = {**os.environ, **(local.environ() if local else {})}
    run = subprocess.run(
        [
            *(sys.executable, EXAMPLES / "aws_end_to_end.py", "--data", folder / "scans"),
            *("--schema", "novadoc.doctypes:W2", "--bucket", "my-own-bucket"),
            *("--region", "us-east-1", "--every", "0.2", *arguments),
        ],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout


def test_end_to_end_dry_run_calls_nothing(tmp_path: Path) -> None:
    """The dry run needs no account: it prints the cost and sends nothing."""
    synthetic.write_folder(synthetic.w2_pages(24, seed=5), tmp_path / "scans")

    printed = _end_to_end(tmp_path, None, "--dry-run")

    assert "Training " in printed
    assert "$" in printed
    assert "nothing was sent to AWS" in printed


def test_end_to_end_runs_and_cleans_up(tmp_path: Path) -> None:
    """Against the local AWS the same command trains, deploys, measures, and cleans up."""
    synthetic.write_folder(synthetic.w2_pages(24, seed=5), tmp_path / "scans")
    with LocalAWS(engine=EchoEngine()) as local:
        storage = nd.Bedrock.connect(session=local.session(), endpoint_url=local.url).storage
        storage.create_bucket("my-own-bucket")

        printed = _end_to_end(tmp_path, local)
        cleaned = _end_to_end(tmp_path, local, "--clean-up")
        again = _end_to_end(tmp_path, local, "--clean-up")

    assert "| Overall" in printed
    assert "0 remain" in cleaned
    assert "is left" in again
