"""The engine's models lie in its wheels: nothing is fetched, not even where a network is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

GUARD = """
import os, sys
from pathlib import Path

folder = Path(os.environ["NOVADOC_TEST_GUARD"])
(folder / f"process-{os.getpid()}").touch()


def forbid(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request"}:
        (folder / f"reached-{event}").touch()
        raise OSError("no network here")


sys.addaudithook(forbid)
"""
SCRIPT = """
import io, json
from pathlib import Path
from PIL import Image, ImageDraw, ImageFont
from novadoc.local import EngineRequest, TrainingRecord
from novadoc.local.engine import OcrEngine

schema = {"type": "object", "properties": {"number": {"type": "string"}}}


def page(number):
    image = Image.new("RGB", (420, 90), "white")
    font = ImageFont.load_default(22)
    ImageDraw.Draw(image).text((20, 30), f"Invoice number: {number}", fill="black", font=font)
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


records = [
    TrainingRecord((page(n),), "", "", schema, json.dumps({"number": n})) for n in ("A-17", "B-28")
]
with OcrEngine(Path("cache"), workers=1) as engine:
    run = engine.train(records, [], {}, cancelled=lambda: False)
    asked = EngineRequest((page("C-39"),), "", "", schema, "", (), False, 100)
    print(engine.answer(asked, run.artefact))
"""


def test_the_engine_never_reaches_for_the_network(tmp_path: Path) -> None:
    """Reading, learning and answering, in all processes, without one look-up or connection."""
    (tmp_path / "sitecustomize.py").write_text(GUARD)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), *filter(None, sys.path)]),
        "NOVADOC_TEST_GUARD": str(tmp_path),
    }
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    assert "C-39" in ended.stdout
    assert not list(tmp_path.glob("reached-*"))
    # The engine, its OCR and its training were each under guard.
    assert len(list(tmp_path.glob("process-*"))) == 3
