"""Opening documents and preparing their pages."""

from __future__ import annotations

import io
import pickle
import random
import zlib
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from novadoc.documents import (
    NOVA_1,
    NOVA_2,
    Document,
    ImagePolicy,
    image_header,
    quality,
)
from novadoc.errors import (
    DocumentError,
    DocumentLimitError,
    EncryptedDocumentError,
    UnreadableDocumentError,
    UnsupportedDocumentError,
)


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def photograph(width: int = 900, height: int = 1200, seed: int = 1) -> Image.Image:
    """A page with an uneven background, so that it is encoded as a photograph."""
    noise = Image.effect_noise((width, height), 60)
    page = Image.merge("RGB", (noise, noise.rotate(180), noise.transpose(0)))
    draw, generator = ImageDraw.Draw(page), random.Random(seed)
    for row in range(20, height - 20, 30):
        draw.rectangle(
            (20, row, generator.randint(30, max(31, width - 20)), row + 9), fill=(10, 10, 40)
        )
    return page


def pixels(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


# --- opening --------------------------------------------------------------------------------------


def test_the_bytes_decide_and_not_the_name(tmp_path: Path) -> None:
    """A PNG called .jpg is opened as the PNG it is."""
    path = tmp_path / "scan.jpg"
    path.write_bytes(encode(photograph(60, 60), "PNG"))

    document = Document.open(path)

    assert (document.media_type, document.name, document.path) == ("image/png", "scan.jpg", path)


@pytest.mark.parametrize("form", ["path", "text", "bytes", "file"])
def test_a_document_opens_from_whatever_holds_it(tmp_path: Path, form: str) -> None:
    """Path, text, bytes and file object give the same page and the same digest."""
    path = tmp_path / "page.png"
    path.write_bytes(encode(photograph(60, 60), "PNG"))
    sources: dict[str, Callable[[], object]] = {
        "path": lambda: path,
        "text": lambda: str(path),
        "bytes": path.read_bytes,
        "file": lambda: path.open("rb"),
    }

    source = sources[form]()
    document = Document.open(source, name="page.png")  # type: ignore[arg-type]
    if form == "file":
        source.close()  # type: ignore[attr-defined]

    assert document.digest == Document.open(path).digest
    assert document.image(1).digest == Document.open(path).image(1).digest


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(b"", UnreadableDocumentError, id="empty"),
        pytest.param(b"hello, world", UnsupportedDocumentError, id="prose"),
        pytest.param(b"BM is a prefix of prose", UnsupportedDocumentError, id="nearly a bitmap"),
        pytest.param(b"PK\x03\x04" + bytes(50), UnsupportedDocumentError, id="zip"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0", UnsupportedDocumentError, id="postscript"),
    ],
)
def test_what_is_no_document_is_refused_at_once(content: bytes, error: type[Exception]) -> None:
    """Files that can never give a page are refused when opened."""
    with pytest.raises(error, match="`thing`"):
        Document.open(content, name="thing")


def test_a_missing_file_is_a_typed_error(tmp_path: Path) -> None:
    """A path that leads nowhere says so."""
    with pytest.raises(UnreadableDocumentError, match="no such file"):
        Document.open(tmp_path / "gone.pdf")


def test_an_s3_uri_names_the_way_to_open_it() -> None:
    """`Document.open` is local; the error says how an S3 object is opened."""
    with pytest.raises(UnsupportedDocumentError, match="storage") as caught:
        Document.open("s3://bucket/scan.pdf")

    assert "aws.storage.open" in caught.value.remedy


def test_a_document_can_be_pickled(tmp_path: Path) -> None:
    """Worker processes get documents whole."""
    path = tmp_path / "page.png"
    path.write_bytes(encode(photograph(60, 60), "PNG"))

    again = pickle.loads(pickle.dumps(Document.open(path)))

    assert again.image(1).digest == Document.open(path).image(1).digest


# --- pages ----------------------------------------------------------------------------------------


def tiff(pages: int) -> bytes:
    frames = [Image.new("L", (50, 40), 10 * index) for index in range(pages)]
    return encode(frames[0], "TIFF", save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(
    ("pages", "numbers"),
    [
        pytest.param(None, [1, 2, 3, 4], id="all"),
        pytest.param(slice(1, 3), [2, 3], id="slice"),
        pytest.param([3, 0], [4, 1], id="in the order given"),
        pytest.param([-1], [4], id="from the end"),
    ],
)
def test_pages_are_counted_from_0_and_named_from_1(
    pages: slice | list[int] | None, numbers: list[int]
) -> None:
    """`pages=` counts as Python does; images carry the number people see."""
    document = Document.open(tiff(4), pages=pages)

    assert [image.number for image in document.images()] == numbers
    assert document.page_count == len(numbers)


def test_a_page_that_is_not_there_is_named() -> None:
    """Asking for page 9 of 2 says what there is."""
    with pytest.raises(DocumentError, match="no page 9; it has 2"):
        Document.open(tiff(2), name="two.tif").image(9)
    with pytest.raises(DocumentError, match="no page 10; it has 2"):
        _ = Document.open(tiff(2), pages=[9]).page_count


def test_windows_cut_a_long_document_in_order() -> None:
    """Windows hold all pages once, in order, none longer than asked."""
    windows = Document.open(tiff(5)).windows(2)

    assert [[image.number for image in window.images()] for window in windows] == [
        [1, 2],
        [3, 4],
        [5],
    ]


# --- modes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "fill", "expected"),
    [
        pytest.param("1", 1, 255, id="bilevel"),
        pytest.param("L", 77, 77, id="gray"),
        pytest.param("LA", (0, 0), 255, id="transparent gray on white"),
        pytest.param("RGBA", (0, 0, 0, 0), 255, id="transparent colour on white"),
        pytest.param("RGBA", (0, 0, 0, 255), 0, id="opaque colour"),
        pytest.param("I;16", 256 * 77, 77, id="16-bit gray"),
        pytest.param("F", 0.5, 0, id="floating point, even"),
        pytest.param("CMYK", (0, 0, 0, 0), 255, id="cmyk without ink"),
        pytest.param("CMYK", (0, 0, 0, 255), 0, id="cmyk black"),
    ],
)
def test_any_mode_comes_out_with_its_brightness(mode: str, fill: object, expected: int) -> None:
    """Pixels of every mode reach the model as what a person sees."""
    image = Image.new(mode, (64, 64), fill)  # type: ignore[arg-type]

    prepared = Document.open(encode(image, "TIFF")).image(1)

    level = pixels(prepared.data).convert("L").getpixel((30, 30))
    assert level == pytest.approx(expected, abs=2)


def test_a_palette_with_transparency_is_put_on_white() -> None:
    """The transparent entry of a GIF is paper, not its hidden colour."""
    image = Image.new("P", (64, 64), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])

    prepared = Document.open(encode(image, "GIF", transparency=0)).image(1)

    assert pixels(prepared.data).convert("L").getpixel((5, 5)) == 255


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_comes_out_upright(orientation: int) -> None:
    """A dark upper left corner stays there, whatever way the camera was held."""
    page = Image.new("L", (80, 40), 250)
    page.paste(0, (0, 0, 20, 20))
    turns = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    turn = turns[orientation]
    stored = page if turn is None else page.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation

    prepared = Document.open(encode(stored, "JPEG", exif=exif, quality=95)).image(1)

    result = pixels(prepared.data).convert("L")
    assert result.size == (80, 40)
    assert result.getpixel((8, 8)) < 60
    assert min(result.getpixel(corner) for corner in ((72, 8), (8, 32), (72, 32))) > 200


# --- budgets --------------------------------------------------------------------------------------


def test_a_page_that_meets_the_policy_passes_through_without_its_metadata() -> None:
    """The compressed pixels are the source's own; Exif, comments and profiles are gone."""
    exif = Image.Exif()
    exif[0x010E] = "SECRET PLACE"
    data = encode(photograph(), "JPEG", exif=exif, comment=b"SECRET NOTE", quality=70)

    prepared = Document.open(data).image(1)

    assert b"SECRET" in data
    assert b"SECRET" not in prepared.data
    assert pixels(prepared.data).tobytes() == pixels(data).tobytes()
    assert len(prepared.data) < len(data)


def test_a_png_passes_through_without_its_metadata() -> None:
    """Text chunks of a PNG are dropped, its pixels kept exactly."""
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Comment", "SECRET NOTE")
    data = encode(photograph(80, 90), "PNG", pnginfo=notes)

    prepared = Document.open(data).image(1)

    assert b"SECRET" not in prepared.data
    assert pixels(prepared.data).tobytes() == pixels(data).tobytes()


def test_a_damaged_png_does_not_pass_through() -> None:
    """Flipped bits are found by their checksum although nothing is decoded."""
    data = bytearray(encode(photograph(80, 90), "PNG"))
    data[len(data) // 2] ^= 0xFF

    with pytest.raises(UnreadableDocumentError):
        Document.open(bytes(data)).image(1)


def test_webp_is_encoded_again_where_training_refuses_it() -> None:
    """The Nova 2 policy lets no WebP through; the Nova 1 policy does."""
    data = encode(photograph(200, 200), "WEBP", quality=80)

    assert Document.open(data).image(1, NOVA_1).format == "webp"
    assert Document.open(data).image(1, NOVA_2).format == "jpeg"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_large_page_is_shrunk_into_the_pixel_budget(kind: str) -> None:
    """Ten megapixels come out within two, in the page's own proportions."""
    prepared = Document.open(encode(photograph(2600, 3900), kind)).image(1)

    assert prepared.width * prepared.height <= NOVA_1.max_pixels
    assert prepared.width / prepared.height == pytest.approx(2600 / 3900, rel=0.01)


@pytest.mark.parametrize("budget", [200_000, 60_000, 15_000])
def test_the_byte_budget_is_kept(budget: int) -> None:
    """Quality falls first, then size, until the bytes fit."""
    policy = ImagePolicy(max_bytes=budget)

    prepared = Document.open(encode(photograph(), "PNG")).image(1, policy)

    assert len(prepared.data) <= budget


def test_the_quality_search_takes_the_highest_that_fits() -> None:
    """One quality more would not fit."""
    page = photograph()
    sizes = {q: len(encode(page, "JPEG", quality=q, subsampling=0)) for q in range(50, 91)}
    policy = ImagePolicy(max_bytes=sizes[73], formats=("jpeg",))

    prepared = Document.open(encode(page, "TIFF")).image(1, policy)

    assert len(prepared.data) == sizes[73]


def test_even_pages_are_kept_without_loss() -> None:
    """A drawn page is a PNG, smaller than the JPEG and equal in every pixel."""
    page = Image.new("L", (800, 1000), 255)
    draw = ImageDraw.Draw(page)
    for row in range(10, 990, 20):
        draw.text((20, row), "Invoice 0815, total 1,234.50 EUR, due on 2024-12-31", fill=0)

    prepared = Document.open(encode(page, "TIFF")).image(1)

    assert prepared.format == "png"
    assert pixels(prepared.data).convert("L").tobytes() == page.tobytes()
    assert len(prepared.data) < len(encode(page, "JPEG", quality=90))


def test_preparing_twice_gives_the_same_bytes() -> None:
    """Training and inference see one image."""
    data = encode(photograph(2600, 3000), "PNG")

    assert Document.open(data).image(1).digest == Document.open(data).image(1).digest


# --- guards ---------------------------------------------------------------------------------------


def lying_png(width: int, height: int) -> bytes:
    """A PNG that claims to be huge and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        total = kind + body
        return len(body).to_bytes(4, "big") + total + zlib.crc32(total).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (10_000, 9_000), (70_000, 30)])
def test_a_page_of_absurd_size_is_refused(width: int, height: int) -> None:
    """Claims of billions of pixels end in a limit error before anything is decoded."""
    with pytest.raises(DocumentLimitError, match="page 1"):
        Document.open(lying_png(width, height), name="bomb.png").image(1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP"])
@pytest.mark.parametrize("kept", [0.03, 0.3, 0.9])
def test_a_truncated_file_is_never_half_a_page(kind: str, kept: float) -> None:
    """Cut files end in a typed error naming file and page, in every format."""
    whole = encode(photograph(300, 400), kind)

    with pytest.raises(UnreadableDocumentError, match=r"cut\.bin"):
        Document.open(whole[: int(len(whole) * kept)], name="cut.bin").image(1)


def test_random_damage_gives_a_page_or_a_typed_error() -> None:
    """No damage of any kind escapes as a foreign exception."""
    generator = random.Random(5)
    for kind in ("JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP", "PPM"):
        whole = encode(photograph(60, 80), kind)
        for _ in range(40):
            broken = bytearray(whole)
            for _ in range(generator.randint(1, 8)):
                broken[generator.randrange(len(broken))] = generator.randrange(256)
            try:
                Document.open(bytes(broken)).image(1)
            except DocumentError:
                continue


# --- measuring ------------------------------------------------------------------------------------


def test_a_fax_with_a_damaged_line_is_read_as_far_as_it_can_be() -> None:
    """As fax machines do: the lines around the damage are those that were sent."""
    fax = Image.new("1", (600, 200), 1)
    ImageDraw.Draw(fax).rectangle((100, 20, 500, 60), fill=0)
    ImageDraw.Draw(fax).rectangle((200, 140, 400, 180), fill=0)
    data = bytearray(encode(fax, "TIFF", compression="group3"))
    start = 8 + (len(data) - 8) // 2  # every line of Group 3 is coded by itself
    data[start : start + 3] = bytes(3)

    page = pixels(Document.open(bytes(data)).image(1).data).convert("L")

    dark = [page.getpixel(place) < 128 for place in ((300, 30), (300, 170), (50, 30), (550, 170))]
    assert dark == [True, True, False, False]


def test_headers_say_what_decoding_would(tmp_path: Path) -> None:
    """Format and size from header bytes are those of the decoded image, in every format."""
    for kind, options in (
        ("JPEG", {"progressive": True}), ("PNG", {}), ("GIF", {}), ("WEBP", {}),
        ("WEBP", {"lossless": True}),
    ):  # fmt: skip
        path = tmp_path / f"page.{kind.lower()}"
        path.write_bytes(encode(photograph(123, 45), kind, **options))

        header = image_header(path)

        expected = (f"image/{kind.lower()}", 123, 45, path.stat().st_size)
        assert expected == tuple(header)


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"prose"])
def test_a_header_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    """Files cut within their header end in a typed error."""
    (tmp_path / "x.jpg").write_bytes(content)

    with pytest.raises(UnreadableDocumentError):
        image_header(tmp_path / "x.jpg")


def form(seed: int, size: tuple[int, int] = (800, 1000)) -> Image.Image:
    page = Image.new("L", size, 255)
    draw, generator = ImageDraw.Draw(page), random.Random(seed)
    for row in range(30, size[1] - 30, 24):
        words = (f"{generator.randint(1, 10**7)}" for _ in range(generator.randint(8, 14)))
        draw.text((30, row), " ".join(words), fill=0)
    return page


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        pytest.param(lambda page: page, (), id="clean"),
        pytest.param(lambda page: page.rotate(90, expand=True), ("rotated",), id="sideways"),
        pytest.param(lambda page: page.rotate(3, fillcolor=255), ("skewed",), id="leaning"),
        pytest.param(lambda page: page.point(lambda v: 215 + v // 7), ("faint",), id="faint"),
        pytest.param(lambda page: Image.new("L", page.size, 250), ("blank",), id="blank"),
        pytest.param(lambda page: page.resize((280, 350)), ("low-resolution",), id="tiny"),
    ],
)
def test_quality_flags_what_hurts_reading(
    change: Callable[[Image.Image], Image.Image], flag: tuple[str, ...]
) -> None:
    """Each kind of bad page raises its own flag, and a clean page none."""
    (page,) = quality(Document.open(encode(change(form(1)), "PNG")))

    assert set(flag) <= set(page.flags)
    assert bool(flag) == bool(page.flags)


# --- PDF ------------------------------------------------------------------------------------------


def pdf(pages: int, *, width: int = 300, height: int = 200) -> bytes:
    """A PDF of blank pages, written by hand."""
    parts = [b"%PDF-1.4\n"]
    offsets = []
    kids = " ".join(f"{3 + index} 0 R" for index in range(pages))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {pages}>>"]
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]>>"
    objects += [page] * pages
    for number, body in enumerate(objects, 1):
        offsets.append(sum(map(len, parts)))
        parts.append(f"{number} 0 obj\n{body}\nendobj\n".encode())
    start = sum(map(len, parts))
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    parts.append(
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF".encode()
    )
    return b"".join(parts)


def test_pdf_pages_are_drawn_at_the_policys_resolution() -> None:
    """A page of 300 by 200 points at 144 dpi has twice as many pixels a side."""
    image = Document.open(pdf(1)).image(1, ImagePolicy(dpi=144))

    assert (image.width, image.height) == (600, 400)


def test_a_pdf_of_ten_thousand_pages_is_refused_or_taken_in_part() -> None:
    """The whole is a limit error within a second; some of its pages are fine."""
    data = pdf(10_000)

    with pytest.raises(DocumentLimitError, match="10,000 pages"):
        _ = Document.open(data, name="long.pdf").page_count
    assert Document.open(data, pages=[9_999]).image(1).number == 10_000


@pytest.mark.parametrize(("width", "height"), [(100_000, 100_000), (1_000_000, 5)])
def test_a_pdf_page_of_absurd_size_stays_in_the_budget(width: int, height: int) -> None:
    """A wall-sized page is drawn small, never at its size."""
    image = Document.open(pdf(1, width=width, height=height)).image(1)

    assert image.width * image.height <= NOVA_1.max_pixels


def test_an_encrypted_pdf_says_so() -> None:
    """Without the password an encrypted PDF is a typed error that names the argument."""
    # No library that encrypts is at hand: a dictionary that no password opens is written by hand.
    data = pdf(1).replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 9 0 R")
    data = data.replace(
        b"xref\n0 4",
        b"9 0 obj\n<</Filter/Standard/V 1/R 2/O(" + b"o" * 32 + b")/U(" + b"u" * 32
        + b")/P -4>>\nendobj\nxref\n0 4",
    )  # fmt: skip

    with pytest.raises(EncryptedDocumentError, match="password"):
        _ = Document.open(data, name="locked.pdf").page_count


def test_filled_form_fields_are_drawn(real_data: Path) -> None:
    """The values typed into a PDF form are on the page that the model sees."""
    path = real_data / "forms" / "w9" / "fw9_1.pdf"
    source = pypdfium2.PdfDocument(path)
    bare = source[0].render(scale=150 / 72, may_draw_forms=False).to_pil().convert("L")
    source.close()

    drawn = next(Document.open(path).pictures()).convert("L").resize(bare.size)

    assert sum(drawn.histogram()[:100]) > 1.01 * sum(bare.histogram()[:100])


def test_words_behind_a_pictogram_keep_their_places(real_data: Path) -> None:
    """Half a pictogram in the text layer moves no word: the invoice's number is one line high."""
    document = Document.open(real_data / "invoices" / "facturx" / "Avoir_FR_type381_BASIC.pdf")

    (number,) = (word for word in document.words(1) if word.text == "AV-2017-0005")
    left, top, right, bottom = number.box
    assert 0.14 < left < 0.15
    assert 0.33 < right < 0.36
    assert bottom - top < 0.02


def test_a_text_layer_gives_words_with_places(real_data: Path) -> None:
    """Words of a born-digital page come with boxes inside the page."""
    document = Document.open(real_data / "invoices" / "contoso_invoice.pdf")

    words = document.words(1)

    assert any(word.text == "CONTOSO" for word in words)
    assert all(0 <= value <= 1.01 for word in words for value in word.box)
    assert "CONTOSO" in document.text(1)
    assert Document.open(tiff(1)).text(1) == ""
