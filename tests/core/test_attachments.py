"""Files from people are judged by what they contain."""

import io
import sys
import zlib

import pytest
from PIL import Image

from lms.core.attachments import DOCX, MAX_BYTES, ODT, PDF, check_attachment, clean_name
from lms.core.errors import DomainError
from lms.core.scanning import scan
from tests.factories.attachments import archive, docx, huge_png, odt, pdf, picture, upload

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
MACROS = {"word/vbaProject.bin": b"x"}
ELSEWHERE = (
    b'<Relationships><Relationship Id="r1" Type="http://x/attachedTemplate" '
    b'Target="http://male.example/t.dotm" TargetMode="External"/></Relationships>'
)


def packed_pdf(objects: bytes) -> bytes:
    """A PDF with these objects in a compressed object stream, as today's programs write them."""
    packed = zlib.compress(objects)
    head = b"%%PDF-1.5\n2 0 obj\n<</Type/ObjStm/N 1/Filter/FlateDecode/Length %d>>\n" % len(packed)
    return head + b"stream\n" + packed + b"\nendstream\nendobj\n" + pdf().partition(b"\n")[2]


def refused(content: bytes, name: str = "cv.pdf") -> str:
    with pytest.raises(DomainError) as refusal:
        check_attachment(upload(content, name))
    return refusal.value.code


@pytest.mark.parametrize(
    ("content", "name", "kind", "cleaned"),
    [
        (pdf(), "cv.pdf", PDF, "cv.pdf"),
        (odt(), "Il mio CV.odt", ODT, "Il mio CV.odt"),
        (docx(), "cv.docx", DOCX, "cv.docx"),
        (picture("JPEG"), "foto.jpeg", "image/jpeg", "foto.jpg"),
        (picture("PNG"), "cv.pdf", "image/png", "cv.png"),
    ],
)
def test_what_a_file_is_follows_from_its_content(content, name, kind, cleaned):
    checked = check_attachment(upload(content, name))
    assert (checked.content_type, checked.name) == (kind, cleaned)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"MZ\x90\x00" + b"\x00" * 100, "file_kind"),
        (HTML, "file_kind"),
        (SVG, "file_kind"),
        (b"GIF89a" + b"\x00" * 20, "file_kind"),
        (b"%PDF-1.4\nmezzo", "file_kind"),
        (b"\n" + pdf(), "file_kind"),
        (pdf() + b"x" * MAX_BYTES, "file_too_big"),
        (pdf(b"/OpenAction<</S/JavaScript/JS(app.alert)>>"), "file_unsafe"),
        (pdf(b"/Names<</EmbeddedFiles 3 0 R>>"), "file_unsafe"),
        (pdf(b"/Launch"), "file_unsafe"),
        (pdf(b"/OpenAction<</S/J#61vaScript/J#53(app.alert)>>"), "file_unsafe"),
        (packed_pdf(b"<</OpenAction<</S/JavaScript/JS(app.alert)>>>>"), "file_unsafe"),
        (pdf() + odt(), "file_unsafe"),
        (b"%PDF-1.4\n" + HTML + pdf(), "file_unsafe"),
        (b"\x89PNG\r\n\x1a\n" + HTML, "file_kind"),
        (b"\xff\xd8\xff\xe0" + HTML, "file_kind"),
        (huge_png(), "file_too_big"),
        (docx(MACROS), "file_unsafe"),
        (docx({"word/activeX/a.bin": b"x"}), "file_unsafe"),
        (docx({"word/embeddings/oleObject1.bin": b"x"}), "file_unsafe"),
        (docx({"word/_rels/settings.xml.rels": ELSEWHERE}), "file_unsafe"),
        (docx(types=b"<Types>application/vnd.ms-word.document.macroEnabled.main+xml</Types>"), "file_unsafe"),
        (odt(**{"Basic/Standard/Module1.xml": b"x"}), "file_unsafe"),
        (odt(**{"Scripts/python/a.py": b"x"}), "file_unsafe"),
        (odt(**{"../fuori.txt": b"x"}), "file_unsafe"),
        (odt(**{"/etc/passwd": b"x"}), "file_unsafe"),
        (odt(bomba=b"\x00" * 30_000_000), "file_unsafe"),
        (archive({f"{n}": b"" for n in range(2_001)}), "file_unsafe"),
        (archive({"a.txt": b"ciao"}), "file_kind"),
        (b"PK\x03\x04" + b"\x00" * 50, "file_kind"),
        (b"PK\x05\x06" + b"\x00" * 18, "file_kind"),
    ],
)  # fmt: skip
def test_what_is_no_plain_document_is_refused_with_a_reason(content, code):
    assert refused(content) == code


def test_script_bytes_inside_a_compressed_stream_are_chance():
    assert (
        check_attachment(upload(pdf(b">>\nstream\n/JS /Launch\nendstream\n<<"))).content_type == PDF
    )


def test_a_picture_keeps_nothing_but_itself():
    place = Image.Exif()
    place[0x010E] = "via inventata 1"
    content = picture("JPEG", exif=place) + archive({"nascosto.txt": b"nascosto"})
    kept = check_attachment(upload(content, "foto.jpg")).content
    assert b"inventata" not in kept
    assert b"PK\x03\x04" not in kept
    assert Image.open(io.BytesIO(kept)).size == (30, 20)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Documenti\\cv.pdf", "cv.pdf"),
        ("cv\u202efdp.exe", "cv fdp.pdf"),
        ("cv\x00.php.pdf", "cv .php.pdf"),
        ("..", "file.pdf"),
        ("", "file.pdf"),
        ("D'Amico-Šćepanović 李娜.pdf", "D'Amico-Šćepanović 李娜.pdf"),
        ("O’Neill\r\nSet-Cookie: a.pdf", "O’Neill Set-Cookie a.pdf"),
        ("a" * 300 + ".pdf", "a" * 80 + ".pdf"),
    ],
)
def test_names_are_made_clean(name, cleaned):
    assert clean_name(name, "pdf") == cleaned


@pytest.mark.parametrize(
    ("code", "refusal"),
    [("0", ""), ("1", "file_infected"), ("2", "file_not_scanned")],
)
def test_the_scanner_decides_by_its_exit_status(settings, code, refusal):
    program = f"import sys; sys.exit({code} if sys.stdin.buffer.read() == b'x' else 3)"
    settings.FILE_SCANNER = f'{sys.executable} -c "{program}"'
    if not refusal:
        scan(b"x")
        return
    with pytest.raises(DomainError) as error:
        scan(b"x")
    assert error.value.code == refusal


def test_a_scanner_that_is_not_there_lets_nothing_through(settings):
    settings.FILE_SCANNER = "/nessun/programma -"
    with pytest.raises(DomainError) as error:
        scan(b"x")
    assert error.value.code == "file_not_scanned"


def test_an_honest_object_stream_is_let_through():
    assert check_attachment(upload(packed_pdf(b"<</Type/Catalog/Lang(it)>>"))).content_type == PDF


def test_a_picture_keeps_no_comment_and_no_notes():
    content = picture("JPEG", comment=b"CANARINO", xmp=b"<x:xmpmeta>CANARINO</x:xmpmeta>")
    assert b"CANARINO" in content
    assert b"CANARINO" not in check_attachment(upload(content, "foto.jpg")).content
