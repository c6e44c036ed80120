"""Files as applicants send them, good and bad."""

import io
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

ODT = "application/vnd.oasis.opendocument.text"
DOCX_TYPES = (
    b'<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def upload(content: bytes, name: str = "cv.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def pdf(inside: bytes = b"") -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj\n<</Type/Catalog" + inside + b">>\nendobj\ntrailer\n<</Root 1 0 R>>\n"
        b"startxref\n9\n%%EOF\n"
    )


def archive(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return target.getvalue()


def odt(**more: bytes) -> bytes:
    return archive({"mimetype": ODT.encode(), "content.xml": b"<office/>", **more})


def docx(more: dict[str, bytes] | None = None, types: bytes = DOCX_TYPES) -> bytes:
    return archive({"[Content_Types].xml": types, "word/document.xml": b"<w/>", **(more or {})})


def picture(form: str = "PNG", size: tuple[int, int] = (30, 20), **fields) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "#0d5c53").save(target, form, **fields)
    return target.getvalue()


def huge_png(side: int = 13_000) -> bytes:
    """A PNG of `side` × `side` points in a few kilobytes: only its header is needed to know."""
    content = picture("PNG")
    header = b"IHDR" + side.to_bytes(4, "big") * 2 + content[24:29]
    return content[:12] + header + zlib.crc32(header).to_bytes(4, "big") + content[33:]
