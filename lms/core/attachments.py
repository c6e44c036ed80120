"""Files from people: judged by what they contain, never by what they are called.

PDF, ODT, DOCX, JPEG and PNG; each within a size, without macros or scripts, and not two things at once. Nothing is
stored here.
"""

import hashlib
import io
import re
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.base import File
from django.utils.translation import gettext as _

from lms.core.errors import DomainError

MAX_BYTES = 5 * 1024 * 1024
MAX_SIDE, MAX_PIXELS = 10_000, 40_000_000
MAX_MEMBERS, MAX_UNPACKED, MAX_RATIO = 2_000, 60 * 1024 * 1024, 100
NAME_LENGTH = 80
ACCEPT = ".pdf,.odt,.docx,.jpg,.jpeg,.png"

PDF = "application/pdf"
ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXTENSIONS = {PDF: "pdf", ODT: "odt", DOCX: "docx", "image/jpeg": "jpg", "image/png": "png"}

# What a document of text has no need of; looked for in its objects, those packed into object streams included.
_PDF_DOES = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia|EmbeddedFiles?|XFA)(?![A-Za-z0-9])")
_PDF_STREAMS = re.compile(rb"\bstream\r?\n(.*?)\bendstream\b", re.DOTALL)
_PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")  # in names: /J#53 is /JS
_PDF_HEAD = 400  # what stands before a stream and says what it is
_MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|script|svg|iframe|body)\b", re.IGNORECASE)
_MACROS = re.compile(
    r"(?:^|/)(?:vba[^/]*\.(?:bin|xml)|basic/|scripts/|activex/|oleobject[^/]*\.bin)", re.IGNORECASE
)
_TEMPLATE_ELSEWHERE = re.compile(
    rb"<Relationship\b(?=[^>]*attachedTemplate)(?=[^>]*TargetMode\s*=\s*[\"']External)"
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: its bytes (a picture's are encoded anew), its type, its name made clean."""

    content: bytes
    content_type: str
    name: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def check_attachment(file: File) -> Checked:
    """What the file is. DomainError `file_empty`, `file_too_big`, `file_kind` or `file_unsafe`, each in a sentence."""
    if (file.size or 0) > MAX_BYTES:
        raise _too_big()
    file.seek(0)
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise _too_big()
    if not content:
        raise DomainError(_("This file is empty: choose it again."), "file_empty")
    content_type, content = _judged(content)
    return Checked(content, content_type, clean_name(file.name or "", EXTENSIONS[content_type]))


def clean_name(name: str, extension: str) -> str:
    """The last part of the name without control and direction characters, cut short, with the true extension."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem, dot, ending = last.rpartition(".")
    if not dot or len(ending) > 5:
        stem = last
    plain = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in stem)
    plain = re.sub(r'[<>:"|?*]', " ", plain)
    plain = " ".join(plain.split()).strip(" .")[:NAME_LENGTH].strip(" .")
    return f"{plain or _('file')}.{extension}"


def _judged(content: bytes) -> tuple[str, bytes]:
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return PDF, content
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", _encoded_anew(content, "JPEG")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png", _encoded_anew(content, "PNG")
    if content.startswith(b"PK\x03\x04"):
        return _check_container(content), content
    raise _kind()


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-2048:] or b"startxref" not in content:
        raise DomainError(_("This PDF is not whole: save it anew and try again."), "file_kind")
    if _MARKUP.search(content[:2048]) or zipfile.is_zipfile(io.BytesIO(content)):
        raise _unsafe()
    if any(_PDF_DOES.search(_plain_names(part)) for part in _pdf_objects(content)):
        raise DomainError(
            _("This PDF contains scripts or other files: print it to a new PDF and send that one."),
            "file_unsafe",
        )


def _plain_names(part: bytes) -> bytes:
    return _PDF_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), part)


def _pdf_objects(content: bytes) -> Iterator[bytes]:
    """The PDF without its streams, then what is packed into its object streams, `MAX_UNPACKED` bytes at most."""
    yield _PDF_STREAMS.sub(b"", content)
    room = MAX_UNPACKED
    for found in _PDF_STREAMS.finditer(content):
        head = content[max(0, found.start() - _PDF_HEAD) : found.start()].rpartition(b"obj")[2]
        if b"/ObjStm" not in _plain_names(head):
            continue
        try:
            objects = zlib.decompressobj().decompress(found[1], room)
        except zlib.error:
            continue
        room -= len(objects)
        if room <= 0:
            raise _unsafe()
        yield objects


def _encoded_anew(content: bytes, form: str) -> bytes:
    """The picture alone: no place where it was taken, nothing hidden behind it."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture: Image.Image = Image.open(io.BytesIO(content), formats=[form])
            # Asked before decoding: 20 kB can unfold into 13,000 times 13,000 points.
            width, height = picture.size
            if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
                raise DomainError(
                    _("This picture is too large: at most %(side)s points on a side.")
                    % {"side": MAX_SIDE},
                    "file_too_big",
                )
            picture = ImageOps.exif_transpose(picture)
            # What Pillow would write out again beside the picture: a comment, notes of programs.
            for note in ("comment", "xmp", "exif"):
                picture.info.pop(note, None)
            if form == "JPEG" and picture.mode not in ("RGB", "L"):
                picture = picture.convert("RGB")
            target = io.BytesIO()
            picture.save(target, form, **({"quality": 90} if form == "JPEG" else {}))
    except DomainError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DomainError(
            _("This picture is too large: at most %(side)s points on a side.") % {"side": MAX_SIDE},
            "file_too_big",
        ) from None
    except Exception as error:  # Pillow raises what its decoders raise, of any kind
        raise DomainError(_("This picture cannot be read."), "file_kind") from error
    if target.tell() > MAX_BYTES:
        raise _too_big()
    return target.getvalue()


def _check_container(content: bytes) -> str:
    """The type of an ODT or DOCX; nothing is unpacked but two small members."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            rows = archive.infolist()
            _check_members(rows, len(content))
            return _type_of_container(archive, {row.filename: row for row in rows})
    except DomainError:
        raise
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError) as error:
        raise _kind() from error


def _check_members(rows: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(row.file_size for row in rows)
    if len(rows) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > packed * MAX_RATIO:
        raise _unsafe()
    for row in rows:
        parts = row.filename.replace("\\", "/").split("/")
        is_link = (row.external_attr >> 16) & 0o170000 == 0o120000
        if row.filename.startswith(("/", "\\")) or ".." in parts or is_link or row.flag_bits & 1:
            raise _unsafe()
        if _MACROS.search(row.filename):
            raise DomainError(
                _("This document contains macros: save it without them, or as a PDF."),
                "file_unsafe",
            )


def _type_of_container(archive: zipfile.ZipFile, rows: dict[str, zipfile.ZipInfo]) -> str:
    if "mimetype" in rows and "content.xml" in rows:
        if _small(archive, rows["mimetype"]).strip() == ODT.encode():
            return ODT
    elif "[Content_Types].xml" in rows and "word/document.xml" in rows:
        types = _small(archive, rows["[Content_Types].xml"])
        settings = rows.get("word/_rels/settings.xml.rels")
        if b"macroenabled" in types.lower():
            raise _unsafe()
        if settings and _TEMPLATE_ELSEWHERE.search(_small(archive, settings)):
            raise _unsafe()
        if b"wordprocessingml.document.main+xml" in types:
            return DOCX
    raise _kind()


def _small(archive: zipfile.ZipFile, row: zipfile.ZipInfo) -> bytes:
    with archive.open(row) as member:
        return member.read(512 * 1024)


def _kind() -> DomainError:
    return DomainError(
        _("Only PDF, ODT, DOCX, JPEG and PNG files are accepted, and this is none of them."),
        "file_kind",
    )


def _too_big() -> DomainError:
    return DomainError(
        _("This file is too big: at most %(size)s MB.") % {"size": MAX_BYTES // (1024 * 1024)},
        "file_too_big",
    )


def _unsafe() -> DomainError:
    return DomainError(
        _("This file is not built as it should be: save it anew as a PDF and send that one."),
        "file_unsafe",
    )
