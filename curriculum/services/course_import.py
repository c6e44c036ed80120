"""A course made of a folder or an archive: drafts in every language that it has, all of it or nothing."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale, Page

from cms.models import HubDocument, HubImage
from curriculum.exchange.archives import Files
from curriculum.exchange.bodies import stream_blocks
from curriculum.exchange.courses import read_course
from curriculum.exchange.front_matter import Reading
from curriculum.exchange.keys import BODIES
from curriculum.exchange.media import Medium, made_of
from curriculum.exchange.names import Resolver, page_at, partner_named
from curriculum.exchange.plans import ITALIAN, CoursePlan, PageFiles
from curriculum.languages import TARGET
from curriculum.models import Catalogue, Course, CourseCode
from curriculum.services.ordering import locked_parent
from curriculum.services.translations import open_translation
from lms.accounts.models import User
from lms.core.errors import DomainError


@dataclass
class Imported:
    """What was made: the course in each language, its pages with their parents first, new media, rows of others."""

    courses: dict[str, Course] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)
    media: list[HubImage | HubDocument] = field(default_factory=list)
    others: list[Any] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def import_course(*, files: Files, code: str = "", by: User | None = None) -> Imported:
    """Make the course that `files` hold, under `code` or its own: drafts, whoever imports.

    A file of `media/` whose bytes are in the library already is not stored again. Raises BadArchive with every
    fault (`bad_archive`), or DomainError `no_catalogue`, `code_taken`; then nothing is written, and no file stays.
    """
    plan = read_course(files, code=code)
    stored: list[tuple[Storage, str]] = []
    try:
        # Files are written before the transaction begins: it holds SQLite's one lock.
        names = {medium.name: _store(files, medium, stored) for medium in _new(plan)}
        with transaction.atomic():
            return _Importer(plan, by, names).run()
    except BaseException:
        for storage, name in stored:
            storage.delete(name)
        raise


def _new(plan: CoursePlan) -> list[Medium]:
    return [medium for medium in plan.media if medium.known is None]


def _store(files: Files, medium: Medium, stored: list[tuple[Storage, str]]) -> str:
    """Write a file where an upload of it would stand; the name under which it is stored."""
    row = medium.model(title=medium.name)
    plain = PurePosixPath(medium.name).name
    field = row._meta.get_field("file")
    name = field.generate_filename(row, field.storage.get_valid_name(plain))
    name = field.storage.save(name, ContentFile(files.read(medium.name)), max_length=100)
    stored.append((field.storage, name))
    return name


class _Importer:
    def __init__(self, plan: CoursePlan, by: User | None, stored: dict[str, str]):
        self.plan, self.by, self.stored = plan, by, stored
        self.made = Imported(notices=plan.notices)
        self.ids: dict[tuple[type, str], int] = {}
        # By the place of the page in the course's folder, and language.
        self.pages: dict[tuple[str, str], Any] = {}

    def run(self) -> Imported:
        for medium in self.plan.media:
            self.ids[medium.model, medium.name] = medium.known or self.media_row(medium)
        locales = {
            code: Locale.objects.get_or_create(language_code=code)[0]
            for code in self.plan.languages
        }
        for code, locale in locales.items():
            self.tree(code, locale)
        for code, locale in locales.items():
            self.fill(code, locale)
        self.open_translations()
        course = self.made.courses[ITALIAN]
        for part, texts in self.plan.parts:
            self.made.others += part.put(course, texts, self.by)
        log(
            course,
            "curriculum.import",
            user=self.by,
            title=course.title,
            data={"code": course.code, "pages": len(self.made.pages)},
        )
        return self.made

    def media_row(self, medium: Medium) -> int:
        row = made_of(medium, self.stored[medium.name], self.by)
        row.save()
        self.made.media.append(row)
        return row.pk

    # --- Pages, still without their texts: links need the ids of all --------------------------------
    def tree(self, code: str, locale: Locale) -> None:
        catalogue = Catalogue.objects.filter(locale=locale).first()
        if catalogue is None:
            raise DomainError(
                _(
                    "There is no catalogue in this language: make the site’s first pages (start_site)."
                ),
                "no_catalogue",
            )
        plan = self.plan
        wanted = [page for page in plan.pages if code in page.documents]
        course = None
        if wanted:
            # Others may be adding courses at this moment.
            catalogue = locked_parent(catalogue)
            course = self.page(plan.course, code, locale, catalogue)
            self.made.courses[code] = course
        for module in plan.modules:
            if any(page in wanted for page in (module, *module.lessons)):
                parent = self.page(module, code, locale, course, above=None)
                for lesson in module.lessons:
                    if lesson in wanted:
                        self.page(lesson, code, locale, parent, above=module)

    def page(
        self, page: PageFiles, code: str, locale: Locale, parent: Any,
        above: PageFiles | None = None,
    ) -> Any:  # fmt: skip
        italian: Any = self.pages.get((page.place, ITALIAN))
        if code not in page.documents:
            # Below it stands a page in this language: until there is a translation it shows the Italian.
            made = italian.copy_for_translation(locale, alias=True)
        else:
            values = self.reading(page, code, locale, above, texts=False).values()
            made = page.model(locale=locale, owner=self.by, live=False, **_assignable(page, values))
            made.has_unpublished_changes = True
            if italian is not None:
                made.translation_key = italian.translation_key
            if page.model is Course:
                made.code = self.plan.code
                made.slug = _free_slug(parent, made.title, made.code)
                self.claim(made)
            parent.add_child(instance=made)
            self.made.pages.append(made)
        self.pages[page.place, code] = made
        return made

    def claim(self, course: Course) -> None:
        try:
            CourseCode.claim(code=course.code, key=course.translation_key)
        except ValidationError as error:
            raise DomainError(error.messages[0], "code_taken") from error

    # --- Their texts, and the first version of each --------------------------------------------------
    def fill(self, code: str, locale: Locale) -> None:
        plan = self.plan
        rows: list[tuple[PageFiles, PageFiles | None]] = [(plan.course, None)]
        for module in plan.modules:
            rows += [(module, None), *((lesson, module) for lesson in module.lessons)]
        for page, above in rows:
            if code not in page.documents:
                continue
            made = self.pages[page.place, code]
            reading = self.reading(page, code, locale, above)
            for name, value in _assignable(page, reading.values()).items():
                if name not in ("code", "slug"):
                    setattr(made, name, value)
            if page.model in BODIES:
                name = BODIES[page.model]
                raw = stream_blocks(
                    page.documents[code], key=reading.key, resolver=reading.resolver
                )
                setattr(made, name, made._meta.get_field(name).stream_block.to_python(raw))
            made.save()
            made.save_revision(user=self.by)

    def open_translations(self) -> None:
        """What is there in both languages is gone on with as if it had been translated here."""
        for place in (page.place for page in self.plan.pages if TARGET in page.documents):
            italian, english = self.pages[place, ITALIAN], self.pages[place, TARGET]
            open_translation(italian=italian, english=english, by=self.by)

    def reading(
        self, page: PageFiles, code: str, locale: Locale, above: PageFiles | None, *,
        texts: bool = True,
    ) -> Reading:  # fmt: skip
        return Reading(
            page.documents[code],
            page.italian,
            page.model,
            self.resolver(code, locale) if texts else Resolver(image=self.image),
            self.plan.key_of(page, above),
            _refuse,
        )

    def image(self, name: str) -> int:
        return self.ids[HubImage, name]

    def resolver(self, code: str, locale: Locale) -> Resolver:
        links = self.plan.links(code)

        def lesson(name: str) -> int:
            place = links[name].place
            return self.pages.get((place, code), self.pages[place, ITALIAN]).pk

        return Resolver(
            image=self.image,
            document=lambda name: self.ids[HubDocument, name],
            lesson=lesson,
            page=partial(_page_at, locale=locale),
            partner=partner_named,
        )


def _page_at(path: str, locale: Locale) -> int | None:
    return page_at(path, locale)


def _refuse(problem: str) -> None:
    """Everything was judged before; what is wrong now changed since, and the transaction goes back."""
    raise DomainError(problem, "bad_archive")


def _assignable(page: PageFiles, values: dict[str, Any]) -> dict[str, Any]:
    """Values as a page takes them: raw blocks parsed, pictures by their ids."""
    found = {}
    for name, value in values.items():
        field = page.model._meta.get_field(name)
        if field.many_to_one:
            found[field.attname] = value
        elif hasattr(field, "stream_block"):
            found[name] = field.stream_block.to_python(value)
        else:
            found[name] = value
    return found


def _free_slug(parent: Page, title: str, code: str) -> str:
    """Of the title, as the editor makes it; where another course has it, with the code, which nobody else has."""
    taken = set(parent.get_children().values_list("slug", flat=True))
    slug = slugify(title)[:200] or slugify(code)
    tries = [slug, f"{slug}-{slugify(code)}", *(f"{slugify(code)}-{n}" for n in range(2, 1000))]
    return next(slug for slug in tries if slug not in taken)
