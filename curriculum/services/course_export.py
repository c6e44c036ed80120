"""A course as the files of an archive: the latest draft of each page, in every language in which it was written."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.models import Page

from curriculum.exchange.archives import BadArchive, MadeFiles
from curriculum.exchange.bodies import write_body
from curriculum.exchange.courses import read_course
from curriculum.exchange.documents import write_document
from curriculum.exchange.front_matter import front_matter
from curriculum.exchange.keys import BODIES
from curriculum.exchange.media import FACTS, MediaWriter
from curriculum.exchange.names import Names, name_of_partner, path_of
from curriculum.exchange.plans import ITALIAN
from curriculum.exchange.yaml_texts import write_yaml
from curriculum.models import Course, Lesson, Module
from lms.core.errors import DomainError
from lms.core.registries import registries


@dataclass
class _Page:
    """One page in its languages: the latest draft of each."""

    drafts: dict[str, Any]
    place: str  # in the course's folder
    ids: tuple[int, ...]  # of its versions, mirrors among them: links lead to any
    lessons: list["_Page"] = field(default_factory=list)

    @property
    def italian(self) -> Any:
        return self.drafts[ITALIAN]


def export_course(*, course: Course) -> dict[str, bytes]:
    """The files of `course`, in whatever language the page in hand is, by their path; for `write_zip`.

    Nothing of the installation is in them: no id, no day, nobody's name, no address of the course. Raises
    DomainError `no_italian` or `not_exportable`, the latter with what an import would refuse.
    """
    tree, modules = _read(course)
    media = MediaWriter()
    names = _names(tree, modules, media)
    outcomes = {block.value["key"] for block in tree.italian.outcomes}
    files: dict[str, bytes] = {}
    for page in [tree, *(p for module in modules for p in (module, *module.lessons))]:
        for language, draft in page.drafts.items():
            if not isinstance(draft, Course):
                # A key that the course no longer has says nothing.
                draft.outcome_keys = [key for key in draft.outcome_keys if key in outcomes]
            files[f"{page.place}.{language}.md"] = _document(draft, page.italian, names)
    for part in registries.archive_parts.values():
        files |= {name: text.encode() for name, text in part.write(tree.italian).items()}
    if facts := media.facts():
        files[FACTS] = write_yaml(facts).encode()
    files |= media.files()
    _refuse_unreadable(files)
    return files


def _document(draft: Any, italian: Any, names: Names) -> bytes:
    body = ""
    if field := BODIES.get(type(draft)):
        body = write_body(getattr(draft, field).get_prep_value(), names)
    return write_document(front_matter(draft, italian, names), body).encode()


def _refuse_unreadable(files: dict[str, bytes]) -> None:
    """An archive that no import takes is no copy of a course: better to know while the course is there."""
    try:
        read_course(MadeFiles(files), code=_FREE_CODE)
    except BadArchive as error:
        raise DomainError(
            _("The course cannot be exported as it is; an import would refuse this:\n%(problems)s")
            % {"problems": "\n".join(error.problems)},
            "not_exportable",
        ) from error


_FREE_CODE = "EXPORT-CHECK"  # its own code is taken, of course


# --- The tree ------------------------------------------------------------------------------------
def _read(course: Course) -> tuple[_Page, list[_Page]]:
    versions = {
        row.locale.language_code: row
        for row in Course.objects.filter(translation_key=course.translation_key)
        .select_related("locale", "latest_revision")
        .order_by("pk")
    }
    if ITALIAN not in versions:
        raise DomainError(
            _("The course has no Italian page, and an archive begins with it."), "no_italian"
        )
    known = [code for code, _name in settings.LANGUAGES if code in versions]
    trees = {code: _tree(versions[code]) for code in known}
    keys = {key for key, _row in trees[ITALIAN].values()}
    for code in known:
        _refuse_strangers(trees[code], keys, code)
    by_key = {code: dict(tree.values()) for code, tree in trees.items()}

    def page(row: Page, place: str) -> _Page:
        drafts = {ITALIAN: _draft(row)}
        for code in known:
            other = by_key[code].get(row.translation_key)
            if code != ITALIAN and other is not None and other.alias_of_id is None:
                drafts[code] = _draft(other)
        ids = [
            rows[row.translation_key].pk for rows in by_key.values() if row.translation_key in rows
        ]
        return _Page(drafts, place, tuple(ids))

    root = _Page({}, "course", tuple(row.pk for row in versions.values()))
    for code in known:
        if code == ITALIAN or versions[code].alias_of_id is None:
            root.drafts[code] = _draft(versions[code])
    modules: list[_Page] = []
    rows = trees[ITALIAN]
    for path in sorted(rows):
        row = rows[path][1]
        if isinstance(row, Module):
            module = page(row, "")
            folder = f"{len(modules) + 1:02d}-{module.italian.slug}"
            module.place = f"{folder}/module"
            modules.append(module)
        elif modules and path.startswith(modules[-1].italian.path):
            lesson = page(row, "")
            number = len(modules[-1].lessons) + 1
            folder = modules[-1].place.removesuffix("/module")
            lesson.place = f"{folder}/{number:02d}-{lesson.italian.slug}"
            modules[-1].lessons.append(lesson)
    return root, modules


def _tree(course: Course) -> dict[str, tuple[Any, Any]]:
    """Modules and lessons by path: (translation key, row)."""
    rows: dict[str, tuple[Any, Any]] = {}
    for model in (Module, Lesson):
        for row in model.objects.descendant_of(course).select_related("latest_revision"):
            rows[row.path] = (row.translation_key, row)
    return rows


def _refuse_strangers(tree: dict[str, tuple[Any, Any]], keys: set, code: str) -> None:
    for key, row in tree.values():
        if key not in keys and row.alias_of_id is None:
            raise DomainError(
                _(
                    "“%(title)s” (%(language)s) has no Italian page in this course: translate it, or delete it."
                )
                % {"title": row.title, "language": code},
                "no_italian",
            )


def _draft(row: Any) -> Any:
    """The latest draft; a mirror of another page has no versions of its own."""
    if row.latest_revision is None or row.alias_of_id is not None:
        return row
    return row.with_content_json(row.latest_revision.content)


def _names(tree: _Page, modules: list[_Page], media: MediaWriter) -> Names:
    links: dict[int, str] = dict.fromkeys(tree.ids, "/")
    slugs = [lesson.italian.slug for module in modules for lesson in module.lessons]
    for module in modules:
        above = module.italian.slug
        links |= dict.fromkeys(module.ids, f"{above}/")
        for lesson in module.lessons:
            slug = lesson.italian.slug
            name = slug if slugs.count(slug) == 1 else f"{above}/{slug}"
            links |= dict.fromkeys(lesson.ids, name)
    return Names(
        image=media.image,
        document=media.document,
        lesson=links.get,
        page=cache(path_of),
        partner=name_of_partner,
    )
