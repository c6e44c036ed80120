"""Templates drawn as tagged PDF. The only importer of WeasyPrint, and only inside its functions: the
library costs a second and 49 MB, which web requests do not pay.
"""

import logging
import mimetypes
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from lms.core.checks import missing_pdf_libraries

# Whole fonts: with them the paper looks the same on every machine, and `unprintable` can answer.
FONTS = Path(__file__).resolve().parent.parent / "static" / "fonts" / "pdf"


class PdfRefused(Exception):
    """The document cannot be drawn as it must be: a forbidden address, a warning, a missing library."""


def pdf_available() -> bool:
    """Whether this machine can draw PDFs; asks once per process."""
    return not missing_pdf_libraries()


def pdf_off_message() -> str:
    """The sentence for the pages that need PDFs when they are off, with the line to type; else empty."""
    if pdf_available():
        return ""
    return _(
        "PDFs are off: %(libraries)s cannot be loaded. Whoever looks after the machine types: "
        "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    ) % {"libraries": ", ".join(missing_pdf_libraries())}


def render_pdf(template: str, context: dict, *, language: str) -> bytes:
    """The template drawn as PDF/UA-1: tagged, with the title and language that its HTML declares.

    Addresses in it are `static:NAME` (finders) and `media:NAME` (default storage); every other one, and
    every warning of the drawing, raises `PdfRefused`. Takes tenths of a second: never inside a transaction.
    """
    if not pdf_available():
        raise PdfRefused(pdf_off_message())
    with translation.override(language):
        html = render_to_string(template, context)
    return draw(html)


def draw(html: str) -> bytes:
    """A whole HTML document as PDF/UA-1 bytes."""
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    try:
        with _warnings_refused():
            document = HTML(string=html, url_fetcher=_fetcher())
            return document.write_pdf(font_config=_fonts(), pdf_variant="pdf/ua-1", hinting=False)
    except FatalURLFetchingError as error:  # a BaseException: it must not pass for an exit
        raise PdfRefused(str(error)) from error


def unprintable(text: str) -> list[str]:
    """The characters of `text` that no font of ours draws, each once, in order.

    Latin with Vietnamese, Greek and Cyrillic are covered (`fonts/pdf`); what a machine's own fonts
    would add is not counted on, since a bare one has none.
    """
    known = _characters()
    normal = unicodedata.normalize("NFC", text)
    return [c for c in dict.fromkeys(normal) if ord(c) not in known and not c.isspace()]


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    def drawn_by(name: str) -> frozenset[int]:
        with TTFont(FONTS / name, lazy=True) as font:
            return frozenset(font.getBestCmap())

    # A text is set in either family, and falls back on the third.
    titles, texts = "BricolageGrotesque_700Bold.ttf", "AtkinsonHyperlegibleNext_400Regular.ttf"
    return (drawn_by(titles) & drawn_by(texts)) | drawn_by("NotoSans_600SemiBold.ttf")


@lru_cache(maxsize=1)
def _fonts():
    """One configuration per process: fonts are read and indexed once."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@lru_cache(maxsize=1)
def _fetcher():
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):
        """WeasyPrint's own reads local files and the network (quality: Bad input)."""

        def fetch(self, url, headers=None):
            try:
                body = _read(url)
            except (OSError, ValueError, SuspiciousOperation) as error:
                raise FatalURLFetchingError(f"Refused: {url[:200]}") from error
            kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
            return URLFetcherResponse(url, body, {"Content-Type": kind})

    return Fetcher(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)


def _read(url: str) -> bytes:
    scheme, _colon, name = url.partition(":")
    if scheme == "static":
        path = finders.find(name)
        if not path:
            raise ValueError("No such static file.")
        return Path(path).read_bytes()
    if scheme == "media":
        with default_storage.open(name) as file:
            return file.read()
    raise ValueError("Only static: and media: are served.")


class _Collector(logging.Handler):
    def __init__(self):
        super().__init__(level=logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record):
        self.messages.append(record.getMessage())


@contextmanager
def _warnings_refused() -> Iterator[None]:
    """A warning is a fault that nobody would see on paper until an archive refuses the file."""
    collector = _Collector()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(collector)
    try:
        yield
    finally:
        logger.removeHandler(collector)
    if collector.messages:
        raise PdfRefused("; ".join(collector.messages)[:2000])
