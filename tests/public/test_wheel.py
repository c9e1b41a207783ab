"""What is shipped works alone: sdist and wheel are built, and the wheel is what is tested here.

Nothing is downloaded: the build uses this environment's backend, and the wheel is installed into an
empty environment beside the packages of this one, without the source tree.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Iterable, Mapping
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


def _run(*command: object, cwd: Path, environment: Mapping[str, str] | None = None) -> str:
    run = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=540,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    return run.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (sdist,), (wheel,) = folder.glob("novadoc-*.tar.gz"), folder.glob("novadoc-*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment where novadoc is the wheel."""
    folder = tmp_path_factory.mktemp("env")
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    packages = Path(
        _run(
            python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder
        ).strip()
    )
    # A path in a .pth file brings its packages, and not the .pth files in it: so not our sources.
    (packages / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    options = ("--no-deps", "--no-index", "--no-compile", "--quiet")
    _run(python, "-m", "pip", "install", *options, "--target", packages, built[1], cwd=folder)
    return python


def test_wheel_holds_the_package_and_nothing_else(built: tuple[Path, Path]) -> None:
    """Types marker, licence and every data file are in it, and no test."""
    names = zipfile.ZipFile(built[1]).namelist()
    here = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "novadoc").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }

    assert "novadoc/py.typed" in names
    assert here == {name for name in names if not name.split("/")[0].endswith(".dist-info")}
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_sdist_holds_what_tests_and_docs_need(built: tuple[Path, Path]) -> None:
    """Whoever has the sdist can run the tests and build the docs."""
    with tarfile.open(built[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    wanted = {"README.md", "CHANGELOG.md", "LICENSE", "Makefile", "mkdocs.yml", "pyproject.toml"}
    assert wanted <= names
    assert {"tests/conftest.py", "docs/index.md", "examples/quickstart.py"} <= names


def _needed(requirements: Iterable[str], found: set[str]) -> set[str]:
    """Distributions that requirements bring along, as they are installed here."""
    for requirement in map(Requirement, requirements):
        name = canonicalize_name(requirement.name)
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if wanted and name not in found:
            found.add(name)
            _needed(distribution(name).requires or [], found)
    return found


def test_core_needs_few_distributions(built: tuple[Path, Path]) -> None:
    """Without extras, at most 24 distributions are installed, all told."""
    with zipfile.ZipFile(built[1]) as wheel:
        (place,) = (name for name in wheel.namelist() if name.endswith("METADATA"))
        lines = wheel.read(place).decode().splitlines()

    asked = [line.partition(": ")[2] for line in lines if line.startswith("Requires-Dist:")]
    assert 9 <= len(_needed(asked, set())) <= 24


def test_wheel_does_its_work(installed: Path, tmp_path: Path) -> None:
    """From an empty folder: pages are drawn, a job runs on the local AWS, a report is written."""
    script = """
import novadoc as nd
from datetime import timedelta
from pathlib import Path
from novadoc import datasets, metrics, reports, review, synthetic
from novadoc.doctypes import W2
from novadoc.local import EchoEngine, LocalAWS

synthetic.write_folder(synthetic.w2_pages(8, seed=5, width=500), "scans")
samples, soon = datasets.from_folder("scans", W2), timedelta(seconds=0.1)
prompt = nd.ExtractionPrompt(W2)
manifest = datasets.write_sft(samples, prompt=prompt, folder="dataset")
with LocalAWS(engine=EchoEngine()) as local:
    aws = nd.Bedrock.connect(session=local.session(), endpoint_url=local.url)
    aws.storage.create_bucket("wheel-test")
    data = aws.storage.upload(manifest, "s3://wheel-test/w2/")
    role = aws.roles.apply(aws.roles.plan(data))
    model = aws.customization.submit(nd.FineTuning("wheel", data, role=role)).wait(every=soon)
    deployment = aws.deployments.apply(aws.deployments.plan(nd.OnDemand("wheel", model)))
    tuned = nd.Extractor(prompt, model=aws.model(deployment.wait(every=soon)), strict=False)
    run = list(tuned.extract_many(samples))
report = metrics.evaluate(run, schema=W2)
reports.write_report(report, "report", gallery=reports.gallery(samples, run, schema=W2))
reports.write_profile(datasets.profile(samples), "report")
review.write_review(samples, "review", schema=W2)
print(report.documents, Path(nd.__file__).parent)
"""
    printed = _run(installed, "-c", script, cwd=tmp_path, environment={"PYTHONPATH": ""})

    documents, place = printed.split()
    assert documents == "8"
    assert Path(place).is_relative_to(installed.parents[1])
    assert (tmp_path / "report" / "report.html").stat().st_size > 10_000


def test_tests_of_the_public_face_pass_on_the_wheel(installed: Path, tmp_path: Path) -> None:
    """The face, the import floors in practice, the doctypes: as a user's environment has them."""
    files = [ROOT / "tests" / name for name in ("public/test_api.py", "doctypes")]
    command = (installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files)
    _run(*command, f"--rootdir={ROOT}", cwd=tmp_path, environment={"PYTHONPATH": ""})
