"""Run the tests of the local AWS and of the door to AWS on the oldest and newest boto3 and moto.

    python tests/compat/matrix.py [--python 3.10 --python 3.14] [--folder out/compat]

Each combination gets a small environment of its own, kept in the folder for the next time. It
installs from the package index; without one it fails. Only what these two need is installed, so the
combinations do not depend on the OCR's wheels.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The lower bounds of pyproject.toml, and no bound.
STACKS = {
    "oldest": ["boto3==1.42.90", "botocore==1.42.90", "moto[s3,iam]==5.0.28"],
    "newest": ["boto3", "botocore", "moto[s3,iam]"],
}
COMMON = [
    "flask",
    "flask-cors",
    "typing-extensions",
    "pytest",
    "hypothesis",
    "pillow",
    "pydantic",
    "json-repair",
    "jsonschema",
    "rapidfuzz",
    "tenacity",
    "tqdm",
]
TESTS = ["jobs", "runtime", "faults", "contract", "batch", "customizations", "parts"]


def _python(version: str) -> str | None:
    """Return the interpreter of a version, when the machine has it."""
    name = f"python{version}"
    found = subprocess.run(
        [name, "-c", "import sys; print(sys.executable)"],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() if found.returncode == 0 else None


def _environment(folder: Path, interpreter: str, packages: list[str]) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([interpreter, "-m", "venv", folder], check=True)
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, *packages, *COMMON], check=True)
    subprocess.run([*pip, "--no-deps", "-e", str(ROOT)], check=True)
    return python


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _run(python: Path) -> bool:
    files = [*(f"tests/local/test_{name}.py" for name in TESTS), "tests/bedrock"]
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *files]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Test on oldest and newest boto3 and moto.")
    parser.add_argument("--python", action="append", help="as 3.12; default 3.10 and this one")
    parser.add_argument("--stack", action="append", choices=sorted(STACKS))
    parser.add_argument("--folder", type=Path, default=ROOT / "out" / "compat")
    options = parser.parse_args()
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    versions = options.python or sorted({"3.10", here})
    failed: list[str] = []
    for version, stack in product(versions, options.stack or sorted(STACKS)):
        interpreter = _python(version)
        name = f"{stack}-{version}"
        if interpreter is None:
            _say(f"{name}: no python{version} here, left out")
            continue
        began = time.monotonic()
        python = _environment(options.folder.resolve() / name, interpreter, STACKS[stack])
        passed = _run(python)
        _say(f"{name}: {'ok' if passed else 'FAILED'}, {time.monotonic() - began:.0f} s")
        failed += [] if passed else [name]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
