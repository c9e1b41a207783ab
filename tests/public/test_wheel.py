"""What is shipped works alone: the wheel, in an empty environment, without the source tree."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _run(*command: object, cwd: Path) -> str:
    run = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=540,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout


@pytest.mark.slow
def test_wheel_installs_and_imports_in_a_clean_environment(tmp_path: Path) -> None:
    """The wheel holds the types marker, installs with core dependencies only, and imports."""
    _run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("novadoc-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "novadoc/py.typed" in names
    here = {path.name for path in (ROOT / "src/novadoc").rglob("*") if path.is_file()}
    data = {name for name in here if not name.endswith((".py", ".pyc"))}
    assert data <= {Path(name).name for name in names}, "data files are missing from the wheel"
    assert [] == [name for name in names if not name.startswith("novadoc")]

    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    _run(python, "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    installed = _run(python, "-m", "pip", "list", "--format=freeze", cwd=tmp_path).splitlines()
    modules = "extraction, schema, documents, prompts, datasets, bedrock, metrics, doctypes"
    out = _run(
        python,
        "-c",
        f"import novadoc\nfrom novadoc import {modules}\nprint(novadoc.__version__)",
        cwd=tmp_path,
    )

    assert out.strip() == wheel.name.split("-")[1]
    # pip and setuptools come with the environment itself.
    core = [line for line in installed if line.split("==")[0] not in {"pip", "setuptools"}]
    assert len(core) <= 25, core
