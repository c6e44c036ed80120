"""A folder of course files read whole: what it would make, or everything that is wrong with it. Writes nothing."""

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.models import Locale

from curriculum.exchange import media as media_files
from curriculum.exchange.archives import BadArchive, Files, read_text
from curriculum.exchange.bodies import stream_blocks
from curriculum.exchange.documents import Document, refusal
from curriculum.exchange.faults import Faults
from curriculum.exchange.folders import sort_files
from curriculum.exchange.front_matter import Reading, refuse_unfit
from curriculum.exchange.keys import BODIES
from curriculum.exchange.media import MediaReader
from curriculum.exchange.names import Resolver, UnknownName, page_at, partner_named
from curriculum.exchange.plans import ITALIAN, LANGUAGES, CoursePlan, PageFiles
from curriculum.exchange.yaml_texts import load_yaml
from curriculum.models import CourseCode, course_code
from lms.core.registries import ArchivePart, registries

SAMPLE_ID = 1  # stands for every id while texts are only judged


def read_course(files: Files, *, code: str = "") -> CoursePlan:
    """The plan of a folder or an archive, under the code `code` or its own.

    Raises BadArchive with every fault found, each with file and line; asks the database which media and pages
    of the site there are.
    """
    return _CourseReader(files, code).plan()


class _CourseReader:
    def __init__(self, files: Files, code: str):
        self.files, self.code = files, code
        self.faults = Faults()
        self.folder = sort_files(files, self.faults)
        self.beside = set(self.folder.beside)  # those that nobody has taken yet

    def plan(self) -> CoursePlan:
        course = self.folder.course
        if ITALIAN not in course.documents:
            self.faults.refuse(_("course.it.md is missing: it is where a course begins."))
            raise BadArchive(self.faults.problems)
        code = self.code or str(course.italian.meta.get("code") or "")
        self.check_code(code)
        media = self.media_reader()
        plan = CoursePlan(
            self.files, code, course, self.folder.modules, [], self.parts(), [], self.faults.notices
        )
        for page in plan.pages:
            page.slug = str(page.italian.meta.get("slug") or "") if page is not course else ""
        self.check_slugs(plan)
        outcomes = self.check_pages(plan, media)
        self.check_parts(plan, outcomes)
        plan.media = media.media
        for name in media_files.unused(self.beside, plan.media):
            self.faults.notice(_("%(file)s is used nowhere: it is left out.") % {"file": name})
        if self.faults.problems:
            raise BadArchive(self.faults.problems)
        return plan

    # --- What is beside the pages ------------------------------------------------------------------
    def media_reader(self) -> MediaReader:
        facts: Any = None
        if media_files.FACTS in self.beside:
            self.beside.discard(media_files.FACTS)
            facts = self.faults.guarded(self.read_facts)
        return MediaReader(
            self.files, media_files.read_facts(facts, self.files, self.faults.refuse)
        )

    def read_facts(self) -> Any:
        return load_yaml(read_text(self.files, media_files.FACTS), name=media_files.FACTS)

    def parts(self) -> list[tuple[ArchivePart, dict[str, str]]]:
        found = []
        for part in registries.archive_parts.values():
            own = {}
            for name in sorted(name for name in self.beside if part.claims(name)):
                self.beside.discard(name)
                text = self.faults.guarded(partial(read_text, self.files, name))
                if text is not None:
                    own[name] = text
            if own:
                found.append((part, own))
        for name in sorted(name for name in self.beside if name.endswith((".yaml", ".yml"))):
            self.beside.discard(name)
            self.faults.refuse(_("%(file)s: no file of this name is known.") % {"file": name})
        return found

    # --- What is wrong -----------------------------------------------------------------------------
    def check_code(self, code: str) -> None:
        if not code:
            return  # missing: said with the front matter
        try:
            course_code(code)
        except ValidationError as error:
            self.faults.refuse(
                _("The code “%(code)s” cannot be used. %(why)s")
                % {"code": code, "why": error.messages[0]}
            )
            return
        if CourseCode.objects.taken(code):
            self.faults.refuse(
                _("There is already a course with the code %(code)s.") % {"code": code}
            )

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
                        self.faults.refuse(
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
                if self.folder.unread & {document.name, page.italian.name}:
                    continue
                resolver = self.resolver(language, media, links[language], document)
                key = plan.key_of(page, module if page is not module else None)
                values = Reading(
                    document, page.italian, page.model, resolver, key, self.faults.refuse
                ).values()
                if page is plan.course:
                    outcomes |= self.outcomes(document, values)
                elif document.meta.get("outcomes"):
                    self.served(document, values.get("outcome_keys"), outcomes)
                self.faults.guarded(partial(self.judge_body, page, document, key, resolver))
        return outcomes

    def outcomes(self, document: Document, values: dict) -> set[str]:
        keys = [row["value"]["key"] for row in values.get("outcomes") or []]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            self.faults.refuse(
                _("%(file)s:%(line)s: outcomes: the key “%(key)s” occurs twice")
                % {"file": document.name, "line": document.line_of("outcomes"), "key": key}
            )
        return set(keys)

    def served(self, document: Document, keys: list[str] | None, known: set[str]) -> None:
        for key in keys or []:
            if key not in known:
                self.faults.refuse(
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
                self.faults.notice(
                    _(
                        "%(file)s: this site has no page “%(path)s”: the text stays without the link."
                    )
                    % {"file": document.name, "path": path}
                )
            return found

        def partner(name: str) -> str | None:
            found = partner_named(name)
            if found is None:
                self.faults.notice(
                    _("%(file)s: the network has no partner “%(name)s”: it is left out.")
                    % {"file": document.name, "name": name}
                )
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
                self.faults.refuse(problem)
            plan.summaries.append(summary)
