"""The files of a course, out of a zip archive or a folder, and into a zip archive. Trusts nobody's archive."""

import stat
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from lms.core.errors import DomainError

LARGEST_ARCHIVE = 190 * 1024 * 1024  # as it is sent: less than what the proxy lets through
LARGEST_CONTENT = 500 * 1024 * 1024  # unpacked, all files together
LARGEST_TEXT = 1024 * 1024
MOST_FILES = 5000
# Text shrinks to a tenth, a picture hardly; a bomb to a thousandth.
WORST_RATIO = 100
RATIO_COUNTS_FROM = 1024 * 1024
# Python packs the earliest date that the format knows.
EPOCH = (1980, 1, 1, 0, 0, 0)
OF_THE_SYSTEM = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


class BadArchive(DomainError):
    """An archive that is refused whole: every fault found, each with its file and, where it has one, its line."""

    def __init__(self, problems: Iterable[str]):
        self.problems = list(problems)
        super().__init__("\n".join(self.problems), "bad_archive")


class Files(Protocol):
    """Files by their path from the course's folder, with `/` between the parts."""

    names: list[str]

    def read(self, name: str) -> bytes: ...

    def size(self, name: str) -> int: ...


class FolderFiles:
    """The files of a folder on this machine; hidden ones are left alone."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.names: list[str] = []
        problems = []
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if _of_the_system(name):
                continue
            if path.is_symlink():
                problems.append(_("%(file)s: links are not followed.") % {"file": name})
            elif path.is_file():
                self.names.append(name)
        problems += _faults_of_names(self.names)
        problems += _faults_of_sizes([self.size(name) for name in self.names])
        if problems:
            raise BadArchive(problems)

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def size(self, name: str) -> int:
        return (self.folder / name).stat().st_size


class MadeFiles:
    """Files in memory: an export, read as an import will."""

    def __init__(self, files: Mapping[str, bytes]):
        self.files, self.names = files, sorted(files)

    def read(self, name: str) -> bytes:
        return self.files[name]

    def size(self, name: str) -> int:
        return len(self.files[name])


class ZipFiles:
    """The files of a zip archive, whose directory is judged whole before any byte is unpacked.

    A single folder that holds everything is looked through: people zip a folder as it stands.
    """

    def __init__(self, file: IO[bytes] | Path):
        try:
            self.zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise BadArchive([_("This is not a zip archive.")]) from error
        rows = [row for row in self.zip.infolist() if not _of_the_system(row.filename)]
        problems = [fault for row in rows if (fault := _fault_of(row))]
        rows = [row for row in rows if not row.is_dir()]
        problems += _faults_of_names([row.filename for row in rows])
        problems += _faults_of_sizes([row.file_size for row in rows])
        if problems:
            raise BadArchive(problems)
        top = _common_folder([row.filename for row in rows])
        self.rows = {row.filename.removeprefix(top): row for row in rows}
        self.names = sorted(self.rows)

    def read(self, name: str) -> bytes:
        """Never more than the directory promised: `zipfile` stops there and compares the checksum."""
        try:
            return self.zip.read(self.rows[name])
        except Exception as error:  # BadZipFile, zlib.error, LZMAError: whatever the method raises
            raise BadArchive([_("%(file)s: the file is damaged.") % {"file": name}]) from error

    def size(self, name: str) -> int:
        return self.rows[name].file_size


def open_files(source: Path) -> Files:
    """A folder or a zip archive on this machine."""
    if source.is_dir():
        return FolderFiles(source)
    if not source.is_file():
        raise BadArchive([_("%(file)s: there is no such file or folder.") % {"file": source}])
    refuse_large(source.stat().st_size)
    return ZipFiles(source)


def refuse_large(size: int) -> None:
    """Refuse an archive by its bytes as they are sent."""
    if size > LARGEST_ARCHIVE:
        raise BadArchive(
            [_("The archive is larger than %(size)s.") % {"size": filesizeformat(LARGEST_ARCHIVE)}]
        )


def write_zip(files: Mapping[str, bytes], target: IO[bytes]) -> None:
    """The same bytes for the same files, on every machine: sorted, undated, stored as they are.

    Pictures and videos are packed already, texts are small: nothing is gained by packing them again.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            row = zipfile.ZipInfo(name, EPOCH)
            row.create_system, row.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            archive.writestr(row, files[name])


def read_text(files: Files, name: str) -> str:
    """A text in UTF-8, with `\\n` at the ends of lines; refused with the line that is not."""
    if files.size(name) > LARGEST_TEXT:
        raise BadArchive(
            [
                _("%(file)s: a text may have %(size)s at most.")
                % {"file": name, "size": filesizeformat(LARGEST_TEXT)}
            ]
        )
    data = files.read(name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadArchive(
            [_("%(file)s:%(line)s: the text is not UTF-8.") % {"file": name, "line": line}]
        ) from error
    if "\0" in text:
        raise BadArchive([_("%(file)s: this is no text.") % {"file": name}])
    return text.replace("\r\n", "\n").replace("\r", "\n")


# --- What is wrong with a directory ----------------------------------------------------------------
def _fault_of(row: zipfile.ZipInfo) -> str:
    name = row.orig_filename
    if row.flag_bits & 0x1:
        return _("%(file)s: the archive is encrypted.") % {"file": name}
    if stat.S_ISLNK(row.external_attr >> 16):
        return _("%(file)s: links are not followed.") % {"file": name}
    if not row.flag_bits & 0x800 and not name.isascii():
        return _("%(file)s: the file’s name is not written in UTF-8.") % {"file": name}
    packed = max(row.compress_size, 1)
    if row.file_size > RATIO_COUNTS_FROM and row.file_size / packed > WORST_RATIO:
        return _("%(file)s: the file unpacks to more than %(ratio)s times its size.") % {
            "file": name,
            "ratio": WORST_RATIO,
        }
    return _fault_of_name(name.removesuffix("/"))


def _faults_of_names(names: list[str]) -> list[str]:
    problems = []
    seen: dict[str, str] = {}
    for name in names:
        plain = unicodedata.normalize("NFC", name).casefold()
        if seen.get(plain) == name:
            problems.append(_("%(file)s: the file occurs twice.") % {"file": name})
        elif plain in seen:
            problems.append(
                _("%(file)s: another file, %(other)s, differs in capitals or accents alone.")
                % {"file": name, "other": seen[plain]}
            )
        seen.setdefault(plain, name)
    return problems


def _fault_of_name(name: str) -> str:
    parts = name.split("/")
    shown = "".join(sign if sign.isprintable() else "�" for sign in name)
    if "\\" in name:
        return _("%(file)s: folders are parted by “/”, not by “\\”.") % {"file": shown}
    if name.startswith("/") or (len(parts[0]) == 2 and parts[0].endswith(":")):
        return _("%(file)s: the path must begin in the archive’s own folder.") % {"file": shown}
    if ".." in parts or "." in parts or "" in parts:
        return _("%(file)s: the path leads out of the archive.") % {"file": shown}
    if shown != name or len(name) > 250:
        return _("%(file)s: the file’s name is too long or not readable.") % {"file": shown[:80]}
    return ""


def _faults_of_sizes(sizes: list[int]) -> list[str]:
    problems = []
    if len(sizes) > MOST_FILES:
        problems.append(_("The archive has more than %(count)s files.") % {"count": MOST_FILES})
    if sum(sizes) > LARGEST_CONTENT:
        problems.append(
            _("The archive unpacks to more than %(size)s.")
            % {"size": filesizeformat(LARGEST_CONTENT)}
        )
    return problems


def _of_the_system(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part in OF_THE_SYSTEM or part.startswith("._") for part in parts) or any(
        part.startswith(".") and part not in (".", "..") for part in parts
    )


def _common_folder(names: list[str]) -> str:
    tops = {name.partition("/")[0] for name in names}
    top = f"{tops.pop()}/" if len(tops) == 1 else ""
    return top if f"{top}course.it.md" in names and "course.it.md" not in names else ""
