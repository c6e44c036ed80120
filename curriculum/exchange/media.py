"""Pictures and documents of a course: what their names are, what is said of each, and which are refused."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.utils.translation import gettext as _
from wagtail.images.fields import WagtailImageField
from wagtail.utils.file import hash_filelike

from cms.models import HubDocument, HubImage
from curriculum.exchange.archives import Files
from curriculum.exchange.names import UnknownName

FOLDER, FACTS = "media/", "media.yaml"
TITLE = "title"
# What is said of a file, in media.yaml; a field not named here is named in NOT_WRITTEN, with the reason.
WORDS: dict[type[models.Model], tuple[str, ...]] = {
    HubImage: ("title", "description", "alt_it", "alt_en", "credit", "licence"),
    HubDocument: ("title", "credit", "licence", "transcript"),
}
FOCUS = ("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height")
NOT_WRITTEN = {
    "said by the file": {"file", "file_size", "file_hash", "width", "height"},
    "of the installation": {"id", "collection", "created_at", "uploaded_by_user", "tags"},
}
NEVER = {"svg", "svgz", "html", "htm", "xhtml", "xml", "js"}


@dataclass
class Medium:
    """A file to store, or one of the library that has the same bytes."""

    model: type[HubImage] | type[HubDocument]
    name: str
    hash: str
    size: int
    facts: dict[str, Any] = field(default_factory=dict)
    width: int = 0
    height: int = 0
    known: int | None = None  # the id of the one in the library


class MediaReader:
    """Judges each file when a text first names it: once, whatever the number of texts."""

    def __init__(self, files: Files, facts: dict[str, dict]):
        self.files, self.facts = files, facts
        self.found: dict[tuple[type, str], Medium | UnknownName] = {}

    def image(self, name: str) -> Medium:
        return self._judged(HubImage, name)

    def document(self, name: str) -> Medium:
        return self._judged(HubDocument, name)

    @property
    def media(self) -> list[Medium]:
        return [medium for medium in self.found.values() if isinstance(medium, Medium)]

    def _judged(self, model: Any, name: str) -> Medium:
        if (model, name) not in self.found:
            try:
                self.found[model, name] = self._read(model, name)
            except UnknownName as error:
                self.found[model, name] = error
        found = self.found[model, name]
        if isinstance(found, UnknownName):
            raise found
        return found

    def _read(self, model: Any, name: str) -> Medium:
        if not name.startswith(FOLDER) or name not in self.files.names:
            raise UnknownName(name, _("the file “%(file)s” is not in the archive") % {"file": name})
        suffix = PurePosixPath(name).suffix.lower().removeprefix(".")
        if suffix in NEVER:
            raise UnknownName(
                name,
                _("“%(file)s”: files of this kind can carry programs and are not taken")
                % {"file": name},
            )
        data = self.files.read(name)
        file = SimpleUploadedFile(PurePosixPath(name).name, data)
        width = height = 0
        try:
            if model is HubImage:
                width, height = _size_of(file)
            else:
                HubDocument(title=name, file=file).clean()
                _refuse_programs(data)
        except ValidationError as error:
            raise UnknownName(name, f"“{name}”: {error.messages[0]}") from error
        file.seek(0)
        medium = Medium(
            model, name, hash_filelike(file), len(data), self.facts.get(name, {}), width, height
        )
        same = model.objects.filter(file_hash=medium.hash).order_by("pk")
        medium.known = same.values_list("pk", flat=True).first()
        return medium


def _size_of(file: SimpleUploadedFile) -> tuple[int, int]:
    """Width and height in pixels, after all that the platform asks of an upload; ValidationError."""
    judged = WagtailImageField().clean(file)
    width, height = judged.image.get_size()
    return int(width), int(height)


def _refuse_programs(data: bytes) -> None:
    """A page for browsers does not become a text by its name."""
    start = data[:1024].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<svg", b"<script")):
        raise ValidationError(_("this is a page for browsers, whatever its name says"))


def read_facts(data: Any, files: Files, refuse: Callable[[str], None]) -> dict[str, dict]:
    """media.yaml: `{file: {title, credit, …}}`; faults go to `refuse`."""
    known = {*WORDS[HubImage], *WORDS[HubDocument], "focus"}
    facts: dict[str, dict] = {}
    if data is None:
        return {}
    if not isinstance(data, dict):
        refuse(_("%(file)s: “media/name: {title: …}” is expected.") % {"file": FACTS})
        return {}
    for name, row in data.items():
        place = f"{FACTS}: {name}"
        if name not in files.names:
            refuse(_("%(place)s: the file is not in the archive.") % {"place": place})
        elif not isinstance(row, dict):
            refuse(_("%(place)s: a group of fields is expected.") % {"place": place})
        elif unknown := next((str(word) for word in row if word not in known), ""):
            refuse(
                _("%(place)s: unknown key “%(key)s”; known: %(known)s.")
                % {"place": place, "key": unknown, "known": ", ".join(sorted(known))}
            )
        elif fault := _fault_of(row):
            refuse(f"{place}: {fault}")
        else:
            facts[name] = row
    return facts


def _fault_of(row: dict) -> str:
    for word, value in row.items():
        if word == "focus":
            numbers = isinstance(value, list) and len(value) == len(FOCUS)
            if not numbers or not all(
                isinstance(number, int) and 0 <= number < 2**31 for number in value
            ):
                return _("focus: four whole numbers are expected: x, y, width, height.")
            continue
        if not isinstance(value, str):
            return _("%(key)s: a text is expected.") % {"key": word}
        longest = min(_longest(model, word) for model in WORDS if word in WORDS[model])
        if len(value) > longest:
            return _("%(key)s: the text is longer than %(count)s characters.") % {
                "key": word,
                "count": longest,
            }
    return ""


def _longest(model: Any, word: str) -> int:
    return model._meta.get_field(word).max_length or 100_000


def made_of(medium: Medium, stored: str, by: Any) -> HubImage | HubDocument:
    """The row of the library for a stored file, not saved yet."""
    facts = {word: text for word, text in medium.facts.items() if word in WORDS[medium.model]}
    facts.setdefault(TITLE, _title_of(medium.name))
    if medium.model is HubImage:
        facts |= dict(zip(FOCUS, medium.facts.get("focus", ()), strict=False))
        facts |= {"width": medium.width, "height": medium.height}
    row = medium.model(file=stored, uploaded_by_user=by, **facts)
    row.file_size, row.file_hash = medium.size, medium.hash
    return row


# --- Writing ---------------------------------------------------------------------------------------
class MediaWriter:
    """Names for what the pages show, in the order in which they show it; equal bytes have one name."""

    def __init__(self) -> None:
        self.names: dict[tuple[type, int], str | None] = {}
        self.rows: dict[str, HubImage | HubDocument] = {}

    def image(self, pk: int) -> str | None:
        return self._name(HubImage, pk)

    def document(self, pk: int) -> str | None:
        return self._name(HubDocument, pk)

    def _name(self, model: Any, pk: int) -> str | None:
        if (model, pk) not in self.names:
            row = model.objects.filter(pk=pk).first()
            if row and row.file_hash:
                # What an import finds by these bytes.
                row = model.objects.filter(file_hash=row.file_hash).order_by("pk").first()
            self.names[model, pk] = self._of(model, row) if row else None
        return self.names[model, pk]

    def _of(self, model: Any, row: Any) -> str:
        for name, other in self.rows.items():
            if type(other) is model and other.pk == row.pk:
                return name
        suffix = PurePosixPath(row.file.name).suffix.lower()
        stem = _file_name(row.title)
        tries = [f"{FOLDER}{stem}{suffix}"]
        tries += [f"{FOLDER}{stem}-{number}{suffix}" for number in range(2, len(self.rows) + 3)]
        name = next(name for name in tries if name not in self.rows)
        self.rows[name] = row
        return name

    def files(self) -> dict[str, bytes]:
        found = {}
        for name, row in self.rows.items():
            with row.file.storage.open(row.file.name, "rb") as file:
                found[name] = file.read()
        return found

    def facts(self) -> dict[str, dict]:
        """What media.yaml says: nothing of what the name of the file says already."""
        facts = {}
        for name, row in sorted(self.rows.items()):
            said = {word: text for word in WORDS[type(row)] if (text := getattr(row, word))}
            if said.get(TITLE) == _title_of(name):
                del said[TITLE]
            if isinstance(row, HubImage) and row.focal_point_x is not None:
                said["focus"] = [getattr(row, part) or 0 for part in FOCUS]
            if said:
                facts[name] = said
        return facts


def _title_of(name: str) -> str:
    return PurePosixPath(name).stem.replace("-", " ").capitalize()


def _file_name(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:60].strip("-") or "file"


def unused(names: Iterable[str], media: Iterable[Medium]) -> list[str]:
    used = {medium.name for medium in media}
    return sorted(name for name in names if name not in used)
