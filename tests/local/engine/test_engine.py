"""The engine from pixels to answers: processes, cache, cancelling."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from novadoc.errors import LocalAWSError, UnreadableDocumentError
from novadoc.local import EngineRequest, TrainingRecord
from novadoc.local.engine import OcrEngine
from novadoc.local.engine._cache import default_folder
from novadoc.types import JsonObject

SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "number": {"type": ["string", "null"], "description": "Invoice number"},
        "total": {"type": ["number", "null"], "description": "Total amount"},
    },
}


def png(number: str, total: str, *, turned: int = 0) -> bytes:
    image = Image.new("RGB", (520, 240), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(22)
    rows = (("Invoice number", number), ("Total amount", total), ("Thank you for", "your order"))
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            draw.text((20 + 240 * column, 30 + 60 * row), text, fill="black", font=font)
    target = io.BytesIO()
    image.rotate(turned, expand=True).save(target, "PNG")
    return target.getvalue()


def request(*images: bytes, schema: JsonObject | None = SCHEMA) -> EngineRequest:
    return EngineRequest(images, "", "Read.", schema, "", (), tool=False, max_tokens=1000)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def engine(cache: Path) -> Iterator[OcrEngine]:
    with OcrEngine(cache, workers=1) as engine:
        yield engine


@pytest.mark.slow
def test_base_model_reads_a_page(engine: OcrEngine) -> None:
    """Pixels go in, the schema's JSON comes out, and tokens are counted."""
    answer = engine.answer(request(png("A-1745", "1,250.00")), None)

    assert json.loads(answer) == {"number": "A-1745", "total": 1250}


@pytest.mark.slow
@pytest.mark.parametrize("turned", [90, 180, 270])
def test_turned_page_is_read_upright(engine: OcrEngine, turned: int) -> None:
    """A page lying on its side or its head is turned first."""
    answer = engine.answer(request(png("A-1745", "1,250.00", turned=turned)), None)

    assert json.loads(answer) == {"number": "A-1745", "total": 1250}


@pytest.mark.slow
def test_page_is_read_once(engine: OcrEngine, cache: Path) -> None:
    """The second engine answers from the first one's cache, without starting a process."""
    page = png("B-2222", "9.50")
    threads = 6
    with ThreadPoolExecutor(threads) as pool:
        asked = [pool.submit(engine.answer, request(page), None) for _ in range(threads)]
        answers = {future.result() for future in asked}

    with OcrEngine(cache, workers=1) as other:
        answers.add(other.answer(request(page), None))
        started = [*other._pool._running]

    assert len(answers) == 1
    assert started == []


@pytest.mark.slow
def test_engine_learns_and_answers(engine: OcrEngine) -> None:
    """Records in, a model and its losses out; the model answers."""
    records = [
        TrainingRecord(
            (png(f"C-{n}{n}{n}7", f"{n}1.50"),), "", "Read.", SCHEMA,
            f'```json\n{{"number":"C-{n}{n}{n}7","total":{n}1.5}}\n```',
        )
        for n in range(1, 6)
    ]  # fmt: skip

    run = engine.train(
        records[:4], records[4:], {"epochCount": "3", "learningRate": "0.1"}, cancelled=bool
    )
    answer = engine.answer(request(png("A-1745", "1,250.00")), run.artefact)

    assert json.loads(answer) == {"number": "A-1745", "total": 1250}
    assert [loss.epoch for loss in run.validation] == [0, 1, 2]
    assert run.losses[-1].loss < run.losses[0].loss
    assert any("learningRate" in notice for notice in run.notices)


@pytest.mark.slow
def test_examples_in_the_prompt_teach(engine: OcrEngine) -> None:
    """With names that say nothing, the base model knows nothing, and learns from examples."""
    leaf: JsonObject = {"type": ["string", "null"]}
    schema: JsonObject = {"type": "object", "properties": {"x0": leaf, "x1": leaf}}
    examples = tuple(
        ((png(number, total),), json.dumps({"x0": number, "x1": total}))
        for number, total in (("A-1755", "12.40"), ("B-2864", "355.10"))
    )
    asked = request(png("K-9041", "77.35"), schema=schema)

    plain = json.loads(engine.answer(asked, None))
    shown = json.loads(engine.answer(asked._replace(examples=examples), None))

    assert plain == {"x0": None, "x1": None}
    assert shown == {"x0": "K-9041", "x1": "77.35"}


def test_examples_stand_in_for_a_schema(engine: OcrEngine) -> None:
    """Without a schema, what to answer is read off the examples."""
    examples = (((png("A-1755", "12.40"),), '{"number": "A-1755", "total": 12.4}'),)
    asked = request(png("K-9041", "77.35"), schema=None)._replace(examples=examples)
    assert json.loads(engine.answer(asked, None)) == {"number": "K-9041", "total": 77.35}


def written(number: str, total: str) -> str:
    text = json.dumps(f"Rechnung   Acme GmbH\nNr.  {number}\nSumme  {total}\nDanke")
    return f"Text of page 1, as a JSON string:\n{text}\n\nExtract the total amount."


def test_documents_that_come_as_text_are_read_and_learned(cache: Path) -> None:
    """Text has no pixels, and its lines are as good as a page's; instructions are no document."""
    totals = [("R-1755", "12.40"), ("R-2864", "355.10"), ("R-3973", "20.00"), ("R-4182", "7.75")]
    with OcrEngine(cache) as engine:
        asked = request()._replace(text=written("R-9041", "77.35"))
        answers = [json.dumps({"number": number, "total": float(t)}) for number, t in totals]
        prompts = [written(*pair) for pair in totals]
        run = engine.train(
            [TrainingRecord((), "", p, SCHEMA, a) for p, a in zip(prompts, answers, strict=True)],
            [],
            {},
            cancelled=lambda: False,
        )
        tuned = json.loads(engine.answer(asked, run.artefact))
        nothing = json.loads(engine.answer(request(), run.artefact))

    assert tuned == {"number": "R-9041", "total": 77.35}
    assert nothing == {"number": None, "total": None}


def test_a_stopped_training_takes_no_page_from_others(cache: Path) -> None:
    """A page that a cancelled training had asked for first is still read for who waits for it."""
    page = png("S-1", "5.00")
    record = TrainingRecord((page,), "", "", SCHEMA, '{"number": "S-1", "total": 5}')
    stop = threading.Event()
    with OcrEngine(cache / "own", workers=1) as engine, ThreadPoolExecutor(3) as threads:
        threads.submit(engine.answer, request(png("S-0", "4.00")), None)  # keeps the process busy
        time.sleep(0.3)
        training = threads.submit(engine.train, [record], [], {}, cancelled=stop.is_set)
        time.sleep(0.3)
        answer = threads.submit(engine.answer, request(page), None)
        time.sleep(0.1)
        stop.set()
        assert training.result().artefact == b""
        assert json.loads(answer.result())["number"] == "S-1"


def test_damaged_image_is_refused(engine: OcrEngine) -> None:
    """Bytes that are no image are an error, and the process lives on."""
    with pytest.raises(UnreadableDocumentError):
        engine.answer(request(b"\x89PNG no image"), None)

    assert engine.answer(request(png("A-1745", "1,250.00")), None)


@pytest.mark.slow
def test_script_needs_no_main_guard_and_leaves_no_process(tmp_path: Path) -> None:
    """A plain script may use the engine on its top level, also when it forgets to close it."""
    (tmp_path / "page.png").write_bytes(png("A-1745", "1,250.00"))
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\n"
        "from novadoc.local.engine import OcrEngine\n"
        "from novadoc.local import EngineRequest\n"
        f"engine = OcrEngine(Path({str(tmp_path)!r}), workers=1)\n"
        f"image = Path({str(tmp_path / 'page.png')!r}).read_bytes()\n"
        f"request = EngineRequest((image,), '', '', {SCHEMA!r}, '', (), False, 100)\n"
        "print(engine.answer(request, None))\n"
        "print(engine._pool._running[0]._process.pid)\n"
    )

    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=True
    )

    answer, child = done.stdout.splitlines()
    assert json.loads(answer)["number"] == "A-1745"
    assert _gone(int(child))


def _gone(process: int) -> bool:
    for _ in range(50):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_request_without_a_schema_says_what_is_missing(cache: Path) -> None:
    """There is no JSON to give, and the answer says so in prose."""
    with OcrEngine(cache) as engine:
        answer = engine.answer(request(schema=None), None)

    assert "JSON Schema" in answer
    assert "{" not in answer


def test_records_without_answers_cannot_be_learned(cache: Path) -> None:
    """A training needs at least one JSON answer."""
    record = TrainingRecord((), "", "", SCHEMA, "I see a page.")

    with OcrEngine(cache) as engine, pytest.raises(ValueError, match="No training record"):
        engine.train([record], [], {}, cancelled=bool)


def test_cancelled_training_returns_early(cache: Path) -> None:
    """A job that is stopped gives back what there is, which is no model."""
    record = TrainingRecord((), "", "", SCHEMA, '{"number":"1","total":2}')

    with OcrEngine(cache) as engine:
        run = engine.train([record], [], {}, cancelled=lambda: True)

    assert run.artefact == b""
    assert any("Stopped" in notice for notice in run.notices)


def test_closed_engine_reads_no_more(cache: Path) -> None:
    """After `close` a page that is not in the cache is an error; closing twice is none."""
    engine = OcrEngine(cache)
    engine.close()
    engine.close()

    with pytest.raises(LocalAWSError, match="closed"):
        engine.answer(request(png("Z-1", "1.00")), None)


def test_cache_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`NOVADOC_CACHE` moves the cache."""
    monkeypatch.setenv("NOVADOC_CACHE", str(tmp_path))

    assert default_folder() == tmp_path / "ocr"
