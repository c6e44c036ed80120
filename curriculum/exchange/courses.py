"""A folder of course files read whole: what it would make, or everything that is wrong with it. Writes nothing."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.models import Locale

from curriculum.exchange import media as media_files
from curriculum.exchange.archives import BadArchive, Files, read_text
from curriculum.exchange.bodies import stream_blocks
from curriculum.exchange.documents import Document, parse_document, refusal
from curriculum.exchange.front_matter import BODIES, Reading, refuse_unfit
from curriculum.exchange.media import MediaReader, Medium
from curriculum.exchange.names import Resolver, UnknownName, page_at, partner_named
from curriculum.exchange.yaml_texts import load_yaml
from curriculum.models import Course, CourseCode, Lesson, Module, course_code
from lms.core.errors import DomainError
from lms.core.registries import ArchivePart, registries

ITALIAN = "it"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
COURSE_FILE = re.compile(r"^course\.([a-z-]+)\.md$")
MODULE_FILE = re.compile(r"^([^/]+)/module\.([a-z-]+)\.md$")
LESSON_FILE = re.compile(r"^([^/]+)/([0-9][^/]*)\.([a-z-]+)\.md$")
SAMPLE_ID = 1  # stands for every id while texts are only judged


@dataclass
class PageFiles:
    """One page: its document in each language that it has, Italian among them."""

    model: Any  # Course, Module or Lesson
    place: str  # of the page in the course's folder
    documents: dict[str, Document] = field(default_factory=dict)
    lessons: list["PageFiles"] = field(default_factory=list)  # of a module
    slug: str = ""

    @property
    def italian(self) -> Document:
        return self.documents[ITALIAN]

    def slug_in(self, language: str) -> str:
        document = self.documents.get(language)
        return str(document.meta.get("slug") or "") if document else self.slug


@dataclass
class CoursePlan:
    """What an archive would make."""

    files: Files
    code: str
    course: PageFiles
    modules: list[PageFiles]
    media: list[Medium]
    parts: list[tuple[ArchivePart, dict[str, str]]]
    summaries: list[str]  # of the parts, in words
    notices: list[str]  # what is left out, in words

    @property
    def pages(self) -> list[PageFiles]:
        return [self.course, *(p for module in self.modules for p in (module, *module.lessons))]

    @property
    def drafts(self) -> int:
        return sum(len(page.documents) for page in self.pages)

    @property
    def known_media(self) -> int:
        return sum(medium.known is not None for medium in self.media)

    @property
    def languages(self) -> list[str]:
        return [code for code in LANGUAGES if any(code in p.documents for p in self.pages)]

    def key_of(self, page: PageFiles, module: PageFiles | None = None) -> str:
        """Names a page in the ids of its blocks, whatever the language."""
        return "/".join([self.code, *(p.slug for p in (module, page) if p and p.slug)])

    def links(self, language: str) -> dict[str, PageFiles]:
        """What `lesson:…` may name: a slug that only one lesson has, `module/lesson`, `module/` and `/`.

        Slugs are the Italian ones; where no Italian says otherwise, those of `language` too.
        """
        found: dict[str, PageFiles] = {}
        for code in dict.fromkeys((language, ITALIAN)):
            rows: list[tuple[str, PageFiles]] = [("/", self.course)]
            for module in self.modules:
                above = module.slug_in(code)
                rows.append((f"{above}/", module))
                for lesson in module.lessons:
                    slug = lesson.slug_in(code)
                    rows += [(f"{above}/{slug}", lesson), (slug, lesson)]
            names = Counter(name for name, _page in rows)
            found |= {name: page for name, page in rows if names[name] == 1}
        return found


def read_course(files: Files, *, code: str = "") -> CoursePlan:
    """The plan of a folder or an archive, under the code `code` or its own.

    Raises BadArchive with every fault found, each with file and line; asks the database which media and pages
    of the site there are.
    """
    return _CourseReader(files, code).plan()


class _CourseReader:
    def __init__(self, files: Files, code: str):
        self.files, self.code = files, code
        self.problems: list[str] = []
        self.notices: list[str] = []
        self.left = set(files.names)
        self.unread: set[str] = set()

    def refuse(self, sentence: str) -> None:
        if sentence not in self.problems:
            self.problems.append(sentence)

    def plan(self) -> CoursePlan:
        course = PageFiles(Course, "")
        modules = self.sort_files(course)
        if ITALIAN not in course.documents:
            self.refuse(_("course.it.md is missing: it is where a course begins."))
        # What could not be read stands in the problems already; nothing more can be said of it.
        modules = [module for module in modules if ITALIAN in module.documents]
        for module in modules:
            module.lessons = [lesson for lesson in module.lessons if ITALIAN in lesson.documents]
        if ITALIAN not in course.documents:
            raise BadArchive(self.problems)
        code = self.code or str(course.italian.meta.get("code") or "")
        self.check_code(code)
        media = self.media_reader()
        plan = CoursePlan(self.files, code, course, modules, [], self.parts(), [], self.notices)
        for page in plan.pages:
            page.slug = str(page.italian.meta.get("slug") or "") if page is not course else ""
        self.check_slugs(plan)
        outcomes = self.check_pages(plan, media)
        self.check_parts(plan, outcomes)
        plan.media = media.media
        for name in media_files.unused(self.left, plan.media):
            self.notices.append(_("%(file)s is used nowhere: it is left out.") % {"file": name})
        if self.problems:
            raise BadArchive(self.problems)
        return plan

    # --- Which file is what ------------------------------------------------------------------------
    def sort_files(self, course: PageFiles) -> list[PageFiles]:
        modules: dict[str, PageFiles] = {}
        lessons: dict[tuple[str, str], PageFiles] = {}
        for name in sorted(self.files.names):
            if not name.endswith(".md"):
                continue
            self.left.discard(name)
            if match := COURSE_FILE.match(name):
                self.add(course, match[1], name)
            elif match := MODULE_FILE.match(name):
                page = modules.setdefault(match[1], PageFiles(Module, match[1]))
                self.add(page, match[2], name)
            elif match := LESSON_FILE.match(name):
                key = (match[1], match[2])
                page = lessons.setdefault(key, PageFiles(Lesson, "/".join(key)))
                self.add(page, match[3], name)
            else:
                self.refuse(
                    _(
                        "%(file)s: is it a course, a module or a lesson? Names are course.it.md, "
                        "folder/module.it.md, folder/01-lesson.it.md."
                    )
                    % {"file": name}
                )
        for (folder, _stem), lesson in sorted(lessons.items()):
            if folder in modules:
                modules[folder].lessons.append(lesson)
            else:
                self.refuse(_("%(folder)s/module.it.md is missing.") % {"folder": folder})
        for page in [course, *modules.values(), *lessons.values()]:
            if page.documents and ITALIAN not in page.documents:
                other = next(iter(page.documents.values())).name
                self.refuse(_("%(file)s: the Italian file beside it is missing.") % {"file": other})
        return [modules[folder] for folder in sorted(modules)]

    def add(self, page: PageFiles, language: str, name: str) -> None:
        if language not in LANGUAGES:
            self.refuse(
                _("%(file)s: “%(language)s” is no language of this site; known: %(known)s.")
                % {"file": name, "language": language, "known": ", ".join(LANGUAGES)}
            )
            return
        # Even if it cannot be read, the file is there: nothing else is said to be missing.
        document = self.guarded(lambda: parse_document(name, read_text(self.files, name)))
        if document is None:
            self.unread.add(name)
        page.documents[language] = document or Document(name, {}, "", 1)

    def guarded(self, call: Callable[[], Any]) -> Any:
        """What `call` returns; a refusal is written down, and None returned."""
        try:
            return call()
        except BadArchive as error:
            for problem in error.problems:
                self.refuse(problem)
        except DomainError as error:
            self.refuse(str(error))
        return None

    def media_reader(self) -> MediaReader:
        facts: Any = None
        if media_files.FACTS in self.left:
            self.left.discard(media_files.FACTS)
            facts = self.guarded(lambda: self.yaml(media_files.FACTS))
        return MediaReader(self.files, media_files.read_facts(facts, self.files, self.refuse))

    def yaml(self, name: str) -> Any:
        return load_yaml(read_text(self.files, name), name=name)

    def parts(self) -> list[tuple[ArchivePart, dict[str, str]]]:
        found = []
        for part in registries.archive_parts.values():
            own = {}
            for name in sorted(name for name in self.left if part.claims(name)):
                self.left.discard(name)
                text = self.guarded(partial(read_text, self.files, name))
                if text is not None:
                    own[name] = text
            if own:
                found.append((part, own))
        for name in sorted(name for name in self.left if name.endswith((".yaml", ".yml"))):
            self.left.discard(name)
            self.refuse(_("%(file)s: no file of this name is known.") % {"file": name})
        return found

    # --- What is wrong -----------------------------------------------------------------------------
    def check_code(self, code: str) -> None:
        if not code:
            return  # missing: said with the front matter
        try:
            course_code(code)
        except ValidationError as error:
            self.refuse(
                _("The code “%(code)s” cannot be used. %(why)s")
                % {"code": code, "why": error.messages[0]}
            )
            return
        if CourseCode.objects.taken(code):
            self.refuse(_("There is already a course with the code %(code)s.") % {"code": code})

    def check_slugs(self, plan: CoursePlan) -> None:
        for siblings in [plan.modules, *(module.lessons for module in plan.modules)]:
            for language in LANGUAGES:
                seen: dict[str, str] = {}
                for page in siblings:
                    document = page.documents.get(language)
                    slug = document.meta.get("slug") if document else None
                    if not isinstance(slug, str) or document is None:
                        continue
                    if slug in seen:
                        self.refuse(
                            _("%(file)s:%(line)s: slug: “%(slug)s” is the slug of %(other)s too")
                            % {
                                "file": document.name,
                                "line": document.line_of("slug"),
                                "slug": slug,
                                "other": seen[slug],
                            }
                        )
                    seen.setdefault(slug, document.name)

    def check_pages(self, plan: CoursePlan, media: MediaReader) -> set[str]:
        """Judge every document; the keys of the course's outcomes."""
        outcomes: set[str] = set()
        links = {language: plan.links(language) for language in plan.languages}
        rows: list[tuple[PageFiles | None, PageFiles]] = [(None, plan.course)]
        for above in plan.modules:
            rows += [(above, page) for page in (above, *above.lessons)]
        for module, page in rows:
            for language, document in page.documents.items():
                if self.unread & {document.name, page.italian.name}:
                    continue
                resolver = self.resolver(language, media, links[language], document)
                key = plan.key_of(page, module if page is not module else None)
                values = Reading(
                    document, page.italian, page.model, resolver, key, self.refuse
                ).values()
                if page is plan.course:
                    outcomes |= self.outcomes(document, values)
                elif document.meta.get("outcomes"):
                    self.served(document, values.get("outcome_keys"), outcomes)
                self.guarded(partial(self.judge_body, page, document, key, resolver))
        return outcomes

    def outcomes(self, document: Document, values: dict) -> set[str]:
        keys = [row["value"]["key"] for row in values.get("outcomes") or []]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            self.refuse(
                _("%(file)s:%(line)s: outcomes: the key “%(key)s” occurs twice")
                % {"file": document.name, "line": document.line_of("outcomes"), "key": key}
            )
        return set(keys)

    def served(self, document: Document, keys: list[str] | None, known: set[str]) -> None:
        for key in keys or []:
            if key not in known:
                self.refuse(
                    _("%(file)s:%(line)s: outcomes: the course has no outcome “%(key)s”")
                    % {"file": document.name, "line": document.line_of("outcomes"), "key": key}
                )

    def judge_body(self, page: PageFiles, document: Document, key: str, resolver: Resolver) -> None:
        name = BODIES.get(page.model)
        if name is None:
            if document.body:
                raise refusal(document, document.first_line, _("a module has no text below"))
            return
        block = page.model._meta.get_field(name).stream_block
        raw = stream_blocks(document, key=key, resolver=resolver, known=block.child_blocks)
        try:
            refuse_unfit(block, raw)
        except ValidationError as error:
            raise refusal(document, document.first_line, error.messages[0]) from error

    def resolver(
        self, language: str, media: MediaReader, links: dict, document: Document
    ) -> Resolver:
        def lesson(name: str) -> int:
            if name not in links:
                raise UnknownName(
                    f"lesson:{name}",
                    _("“lesson:%(name)s”: the course has no lesson of this slug, or several")
                    % {"name": name},
                )
            return SAMPLE_ID

        def page(path: str) -> int | None:
            found = page_at(path, locale) if locale else None
            if found is None:
                notice = _(
                    "%(file)s: this site has no page “%(path)s”: the text stays without the link."
                ) % {"file": document.name, "path": path}
                if notice not in self.notices:
                    self.notices.append(notice)
            return found

        def partner(name: str) -> str | None:
            found = partner_named(name)
            if found is None:
                notice = _("%(file)s: the network has no partner “%(name)s”: it is left out.") % {
                    "file": document.name,
                    "name": name,
                }
                if notice not in self.notices:
                    self.notices.append(notice)
            return found

        locale = Locale.objects.filter(language_code=language).first()
        return Resolver(
            image=lambda name: media.image(name).known or SAMPLE_ID,
            document=lambda name: media.document(name).known or SAMPLE_ID,
            lesson=lesson,
            page=page,
            partner=partner,
        )

    def check_parts(self, plan: CoursePlan, outcomes: set[str]) -> None:
        for part, own in plan.parts:
            problems, summary = part.check(own, plan.code, outcomes)
            for problem in problems:
                self.refuse(problem)
            plan.summaries.append(summary)
