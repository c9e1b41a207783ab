"""Pages prepared beside bare Pillow and pypdfium2 doing the same work, on one core and two."""

from __future__ import annotations

import hashlib
import io
import random
import time
from collections.abc import Callable

import pypdfium2
from PIL import Image, ImageDraw

from novadoc.datasets._parallel import ordered_map
from novadoc.documents import NOVA_1, Document

PAGES = 6


def scan(seed: int, size: tuple[int, int] = (2480, 3508)) -> bytes:
    """An A4 page at 300 dpi with noise, as a scanner gives it."""
    noise = Image.effect_noise(size, 24).point(lambda level: min(255, level + 90))
    page = Image.merge("RGB", (noise, noise, noise))
    draw, generator = ImageDraw.Draw(page), random.Random(seed)
    for row in range(100, size[1] - 100, 60):
        draw.text((120, row), f"{generator.random()} " * 8, fill=(20, 20, 60))
    buffer = io.BytesIO()
    page.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def pillow(data: bytes) -> None:
    """Decode, resize once, encode once: what every preparation has to do; and name it by hash."""
    with Image.open(io.BytesIO(data)) as image:
        image.draft(None, NOVA_1.fit(*image.size))
        small = image.resize(NOVA_1.fit(2480, 3508), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=NOVA_1.quality, subsampling=0)
    hashlib.sha256(buffer.getvalue()).hexdigest()


def ours(data: bytes) -> None:
    assert Document.open(data).image(1).digest


def cpu(sources: list[bytes], *works: Callable[[bytes], None]) -> list[float]:
    """CPU milliseconds a page of each work: in turns, each page's best of three."""
    totals = [0.0] * len(works)
    for source in sources:
        best = [float("inf")] * len(works)
        for _ in range(3):
            for place, work in enumerate(works):
                start = time.process_time()
                work(source)
                best[place] = min(best[place], time.process_time() - start)
        totals = [total + one for total, one in zip(totals, best, strict=True)]
    return [total / len(sources) * 1000 for total in totals]


def wall(sources: list[bytes], workers: int, *works: Callable[[bytes], None]) -> list[float]:
    """Milliseconds a page of each work in threads as those of `write_sft`: best of five turns."""
    best = [float("inf")] * len(works)
    for _ in range(5):
        for place, work in enumerate(works):
            start = time.perf_counter()
            for _ in ordered_map(work, sources, workers=workers):
                pass
            best[place] = min(best[place], time.perf_counter() - start)
    return [one / len(sources) * 1000 for one in best]


def threads(scans: list[bytes]) -> None:
    """The same threads for both; what two of them bring is told beside Pillow's own gain."""
    one, two = (wall(scans, workers, pillow, ours) for workers in (1, 2))
    for workers, (theirs, mine) in ((1, one), (2, two)):
        print(
            f"{workers} threads: Pillow {theirs:.1f} ms, novadoc {mine:.1f} ms a page by the clock"
        )
        print(f"  throughput ratio {theirs / mine:.2f} (at least 0.90 wanted)")
    gains = [single / double for single, double in zip(one, two, strict=True)]
    print(f"  two threads bring Pillow {gains[0]:.2f} times as much, novadoc {gains[1]:.2f}")


def pdf_of(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        buffer = io.BytesIO()
        image.save(buffer, "PDF", resolution=300)
    return buffer.getvalue()


def bare_pdf(data: bytes) -> None:
    document = pypdfium2.PdfDocument(data)
    page = document[0]
    width, height = page.get_size()
    scale = min(NOVA_1.dpi / 72, (NOVA_1.max_pixels / (width * height)) ** 0.5)
    image = page.render(scale=scale, rev_byteorder=True).to_pil()
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=NOVA_1.quality, subsampling=0)
    document.close()


def main() -> None:
    scans = [scan(seed) for seed in range(PAGES)]
    theirs, mine = cpu(scans, pillow, ours)
    print(f"300 dpi scans: Pillow {theirs:.1f} ms, novadoc {mine:.1f} ms a page")
    print(f"  throughput ratio {theirs / mine:.2f} (at least 0.90 wanted)")
    threads(scans)
    fitting = [next(Document.open(data).images()).data for data in scans]
    print(f"pages that meet the policy: {cpu(fitting, ours)[0]:.2f} ms a page, undecoded")
    files = [pdf_of(data) for data in scans[:4]]
    theirs, mine = cpu(files, bare_pdf, ours)
    print(f"PDF pages: pypdfium2 {theirs:.1f} ms, novadoc {mine:.1f} ms a page")
    print(f"  time ratio {mine / theirs:.2f} (at most 1.10 wanted)")


if __name__ == "__main__":
    main()
