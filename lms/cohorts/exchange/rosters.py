"""A roster as people's programs save it: encoding, separator and headings recognised, lines streamed."""

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

LARGEST_FILE = 8 * 1024 * 1024
MOST_LINES = 20_000
CHUNK = 64 * 1024
LONGEST_LINE = 256 * 1024
SEPARATORS = {",": gettext_lazy("comma"), ";": gettext_lazy("semicolon"), "\t": "TAB"}
ENCODINGS = {
    "utf-8-sig": gettext_lazy("UTF-8 with a byte order mark"),
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252",
}
NOT_CSV = {
    b"PK\x03\x04": gettext_lazy(
        "This is a workbook: in your spreadsheet choose “Save as”, then “CSV UTF-8”."
    ),
    b"\xff\xfe": gettext_lazy(
        "The file is in UTF-16: in your spreadsheet choose “Save as”, then “CSV UTF-8”."
    ),
    b"\xfe\xff": gettext_lazy(
        "The file is in UTF-16: in your spreadsheet choose “Save as”, then “CSV UTF-8”."
    ),
}

# Column → the heading of the template, and every heading that is understood.
HEADINGS: dict[str, tuple[str, ...]] = {
    "first_name": ("nome", "first name", "given name", "name"),
    "last_name": ("cognome", "last name", "surname", "family name"),
    "email": ("email", "mail", "indirizzo email", "posta elettronica", "email address"),
    "tax_code": ("codice fiscale", "cf", "cod fiscale", "tax code", "fiscal code"),
    "organisation": ("organizzazione", "ente", "azienda", "organisation", "organization"),
    "pool": ("posti", "riserva", "pool", "seats"),
    "joined_on": ("iscritto dal", "data ingresso", "dal", "joined on", "start date"),
    "language": ("lingua", "language"),
}
REQUIRED = ("first_name", "last_name", "email")
COLUMN_LABELS = {
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "email": gettext_lazy("E-mail address"),
    "tax_code": gettext_lazy("codice fiscale"),
    "organisation": gettext_lazy("Organisation"),
    "pool": pgettext_lazy("seats", "Pool"),
    "joined_on": gettext_lazy("Joined on"),
    "language": gettext_lazy("Language"),
}
TEMPLATE_ROWS = [
    ["nome", "cognome", "email", "codice_fiscale", "organizzazione", "posti", "iscritto_dal", "lingua"],
    ["Chiara", "D'Amico-Šćepanović", "chiara@esempio.it", "", "", "", "", "it"],
    ["Liam", "O’Neill", "liam@esempio.it", "", "", "", "2026-10-05", "en"],
]  # fmt: skip


class BadRoster(Exception):
    """The file as a whole cannot be read; the message says where, and what is accepted."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written: `columns` by the position of their cell (empty: not read)."""

    encoding: str
    separator: str
    columns: tuple[str, ...]
    ignored: tuple[str, ...]

    @property
    def in_words(self) -> str:
        return f"{ENCODINGS[self.encoding]}, {SEPARATORS[self.separator]}"


@dataclass(frozen=True, slots=True)
class RawLine:
    """One record: its first line in the file, cells by column, and what is wrong with its form."""

    number: int
    cells: dict[str, str]
    fault: str = ""


def template() -> bytes:
    """The file to fill in: with a byte order mark, so that spreadsheets read the accents."""
    target = io.StringIO()
    csv.writer(target, delimiter=";", lineterminator="\r\n").writerows(TEMPLATE_ROWS)
    return target.getvalue().encode("utf-8-sig")


def recognise(file: BinaryIO) -> Shape:
    """Encoding, separator and columns of a file; raises `BadRoster`. Reads it once, in pieces."""
    encoding = _encoding(file)
    first = ""
    for line in _texts(file, encoding):
        first = line
        if line.strip(" \t;,\r\n"):
            break
    names = max(
        (_headings(first, separator) for separator in SEPARATORS),
        key=lambda found: (sum(bool(name) for name, _heading in found[1]), len(found[1])),
    )
    separator, headings = names
    columns = tuple(name for name, _heading in headings)
    _refuse_headings(columns)
    ignored = tuple(heading for name, heading in headings if heading and not name)
    return Shape(encoding, separator, columns, ignored)


def read_lines(file: BinaryIO, shape: Shape) -> Iterator[RawLine]:
    """The records after the headings, empty ones left out; raises `BadRoster` past `MOST_LINES`."""
    reader = csv.reader(_texts(file, shape.encoding), delimiter=shape.separator, strict=True)
    begun, seen, started = 0, 0, False
    while True:
        begun = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # From here on the marks cannot be told apart: nothing after it is a line of its own.
            yield RawLine(
                begun, {}, _("A quotation mark is opened and not closed, or stands alone.")
            )
            return
        if not any(cell.strip() for cell in cells):
            continue
        if not started:
            started = True  # the headings
            continue
        seen += 1
        if seen > MOST_LINES:
            raise BadRoster(
                _("The file has more than %(number)s lines: split it.") % {"number": MOST_LINES}
            )
        yield _line(begun, cells, shape)


def _line(number: int, cells: list[str], shape: Shape) -> RawLine:
    extra = len(cells) - len(shape.columns)
    fault = ""
    if extra > 0 and any(cell.strip() for cell in cells[len(shape.columns) :]):
        fault = _("The line has %(cells)s cells, the headings are %(headings)s.") % {
            "cells": len(cells),
            "headings": len(shape.columns),
        }
    named = zip(shape.columns, cells, strict=False)
    return RawLine(number, {name: _clean(cell) for name, cell in named if name}, fault)


def _clean(cell: str) -> str:
    """The text in the form in which names are compared; spaces at its ends are nobody's."""
    return unicodedata.normalize("NFC", cell).strip().strip("\u200b\ufeff").strip()


def _encoding(file: BinaryIO) -> str:
    file.seek(0)
    head = file.read(4)
    for mark, text in NOT_CSV.items():
        if head.startswith(mark):
            raise BadRoster(str(text))
    if not head.strip():
        raise BadRoster(_("The file is empty."))
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(CHUNK):
            if b"\x00" in piece:
                raise BadRoster(_("This is no text: a CSV file is expected."))
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"


def _texts(file: BinaryIO, encoding: str) -> Iterator[str]:
    """The file's lines as text, their ends kept: a line break inside quotation marks is a break."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    rest, number = "", 0
    while True:
        piece = file.read(CHUNK)
        try:
            rest += decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            raise BadRoster(
                _("After line %(line)s there is a letter neither of UTF-8 nor of Windows-1252.")
                % {"line": number}
            ) from error
        # What follows the last break may be half a line: it waits for the next piece.
        lines = _lines(rest if not piece else rest[: rest.rfind("\n") + 1])
        rest = rest[sum(map(len, lines)) :]
        number += len(lines)
        yield from lines
        if not piece:
            return
        if len(rest) > LONGEST_LINE:
            raise BadRoster(_("A line is longer than any roster’s: a CSV file is expected."))


def _lines(text: str) -> list[str]:
    """Split at line breaks alone: not at the other signs that `str.splitlines` takes for such."""
    return io.StringIO(text, newline="").readlines()


def _headings(first: str, separator: str) -> tuple[str, list[tuple[str, str]]]:
    """(separator, [(column or "", heading as it stands)])."""
    try:
        cells = next(csv.reader([first.lstrip("\ufeff")], delimiter=separator), [])
    except csv.Error:
        cells = []
    return separator, [(_column(cell), _clean(cell)) for cell in cells]


def _column(heading: str) -> str:
    words = unicodedata.normalize("NFKC", heading).casefold()
    for mark in "_-.\ufeff\u200b*":
        words = words.replace(mark, " ")
    words = " ".join(words.split()).replace("e mail", "email")
    return next((name for name, known in HEADINGS.items() if words in known), "")


def _refuse_headings(columns: tuple[str, ...]) -> None:
    missing = [str(COLUMN_LABELS[name]) for name in REQUIRED if name not in columns]
    if missing:
        raise BadRoster(
            _("The first line names the columns. Missing: %(missing)s. Understood: %(known)s.")
            % {
                "missing": ", ".join(missing),
                "known": ", ".join(names[0].replace(" ", "_") for names in HEADINGS.values()),
            }
        )
    twice = {name for name in columns if name and columns.count(name) > 1}
    if twice:
        names = ", ".join(sorted(str(COLUMN_LABELS[name]) for name in twice))
        raise BadRoster(_("Two columns are the same: %(names)s.") % {"names": names})
