"""What every test shares: a clean AWS environment, and the real documents when they are there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no fault of the code: no test is timed.
# The same examples every time: a green run stays green; HYPOTHESIS_PROFILE=explore draws new ones.
settings.register_profile("novadoc", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "novadoc"))

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
DATA = Path(os.environ.get("NOVADOC_TEST_DATA") or _BESIDE)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the caller's AWS configuration, and none can reach AWS."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real documents beside the project; tests that need it skip without it."""
    if not DATA.is_dir():
        pytest.skip(f"no real documents at {DATA}")
    return DATA
