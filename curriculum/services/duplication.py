"""Copies of a course or a module: drafts from top to bottom, with the ids of their blocks, without any history.

A copy takes some time: it is a job. The latest draft of each page is copied, in each language in which it
was written. See docs/decisions/0055.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.actions.copy_page import CopyPageAction
from wagtail.models import Page

from curriculum.models import Course, CourseCode, CourseInstructor, Lesson, Module, course_code
from curriculum.models.course import CODE_TAKEN
from curriculum.services.ordering import free_slug, locked_parent
from lms.accounts.choices import Role
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.core.jobs import advance_job, finish_job, start_job
from lms.core.models import Job

JOB_KIND = "curriculum.copy"
# After this long the same wish is another one, also where the first lost its worker.
SENT_TWICE = timedelta(minutes=1)


def start_course_copy(*, course: Course, code: str, title: str, by: User) -> Job:
    """Ask for a copy of `course` under a new code. Refused: code_invalid, code_taken, title_missing."""
    code, title = code.strip().upper(), " ".join(title.split())
    try:
        course_code(code)
    except ValidationError as error:
        raise DomainError(" ".join(error.messages), "code_invalid") from error
    if not title:
        raise DomainError(_("Write a title."), "title_missing")
    if CourseCode.objects.taken(code):
        raise DomainError(str(CODE_TAKEN), "code_taken")
    return _start(source=course, by=by, data={"code": code, "title": title})


def start_module_copy(*, module: Module, into: Course, by: User) -> Job:
    """Ask for a copy of `module` at the end of the course `into`, which has the same language."""
    if into.locale_id != module.locale_id:
        raise DomainError(_("The course is in another language."), "language")
    return _start(source=module, by=by, data={"into": into.pk})


def _start(*, source: Page, by: User, data: dict) -> Job:
    from curriculum.tasks import copy_tree

    total = sum(len(_written(page)) for page in _translations(source))
    with transaction.atomic():
        Page.objects.select_for_update().get(pk=source.pk)
        # A form that is sent twice asks for one copy.
        asked = {f"data__{name}": value for name, value in {"source": source.pk, **data}.items()}
        running = Job.objects.filter(
            kind=JOB_KIND, started_by_id=by.pk, finished_at=None,
            created_at__gt=timezone.now() - SENT_TWICE, **asked,
        ).first()  # fmt: skip
        if running:
            return running
        job = start_job(kind=JOB_KIND, total=total, by=by, data={"source": source.pk, **data})
        transaction.on_commit(partial(copy_tree.enqueue, job.pk))
    return job


def run_duplication(*, job_id: int) -> Job:
    """Carry out the copy. Each page is a transaction of its own; a failed copy is taken away again, whole."""
    job = Job.objects.get(pk=job_id)
    if job.finished_at:
        return job
    by = User.objects.get(pk=job.started_by_id)
    _remove(job)
    try:
        made = _copy_all(job, by)
    except DomainError as refusal:
        _remove(job)
        finish_job(job.pk, error=str(refusal))
    except Exception:
        _remove(job)
        finish_job(
            job.pk, error=_("The copy failed and was taken away again. Nothing else changed.")
        )
        raise
    else:
        job.refresh_from_db()
        finish_job(job.pk, data={**job.data, "copy": made.pk})
    job.refresh_from_db()
    return job


@dataclass(frozen=True)
class _Errand:
    """What every page of one copy is told."""

    job: Job
    by: User
    source: Page
    keeps_outcomes: bool  # another course names other outcomes
    renames_module: bool  # two modules of one title in a course could not be told apart
    keys: dict[UUID, UUID] = field(default_factory=dict)  # translation key → that of the copy


def _copy_all(job: Job, by: User) -> Page:
    """The copy in the language of the source; those in other languages hang together by translation keys."""
    source = Page.objects.get(pk=job.data["source"]).specific
    within = _stays_in_course(source, job)
    errand = _Errand(
        job, by, source, keeps_outcomes=within or "code" in job.data, renames_module=within
    )
    roots = [source, *(page for page in _translations(source) if page.pk != source.pk)]
    made: dict[int, Page] = {}
    for root in roots:
        if parent := _destination(job, root):
            made[root.pk] = _copy_tree(root, parent, errand)
    return made[source.pk]


def _copy_tree(root: Page, parent: Page, errand: _Errand) -> Page:
    """The copy of `root` below `parent`, with what is below it."""
    copies: dict[str, Page] = {_path_above(root): parent}
    for page in _written(root):
        # Below what was left out nothing is copied.
        if above := copies.get(_path_above(page)):
            copies[page.path] = _copy(page, above, errand, is_root=page.pk == root.pk)
            advance_job(errand.job.pk)
    return copies[root.path]


def _path_above(page: Page) -> str:
    return page.path[: -Page.steplen]


def _copy(page: Page, parent: Page, errand: _Errand, *, is_root: bool) -> Page:
    job, by = errand.job, errand.by
    draft = page.get_latest_revision_as_object()
    attrs = _attributes(page, draft, errand, is_root=is_root)
    try:
        with transaction.atomic():
            parent = locked_parent(parent)
            attrs["slug"] = free_slug(attrs["slug"], Page.objects.child_of(parent))
            action = CopyPageAction(
                draft,
                to=parent,
                update_attrs=attrs,
                exclude_fields=["instructor_rows"] if isinstance(draft, Course) else [],
                recursive=False,
                copy_revisions=False,
                keep_live=False,
                user=by,
            )
            copy = action.execute(skip_permission_checks=True)
            if isinstance(copy, Course):
                _name_instructors(copy, page, by)
            if is_root:
                # Told at once, so that whatever goes wrong from here on can be taken away.
                job.data = {**job.data, "made": [*job.data.get("made", []), copy.pk]}
                Job.objects.filter(pk=job.pk).update(data=job.data)
    except ValidationError as refusal:
        # Such as a code that was taken meanwhile.
        raise DomainError(" ".join(refusal.messages), "invalid") from refusal
    return copy


def _attributes(page: Page, draft: Any, errand: _Errand, *, is_root: bool) -> dict[str, Any]:
    """What the copy of a page has that its draft has not."""
    attrs: dict[str, Any] = {
        "translation_key": errand.keys.setdefault(page.translation_key, uuid4()),
        "slug": draft.slug,
        "go_live_at": None,
        "expire_at": None,
        "locked": False,
        "locked_by": None,
        "locked_at": None,
    }
    title = ""
    if isinstance(draft, Course):
        code = errand.job.data["code"]
        attrs |= {"code": code, "slug": slugify(code)}
        # The title given belongs to the language in which it was given.
        title = errand.job.data["title"] if page.pk == errand.source.pk else ""
    elif is_root and errand.renames_module:
        with translation.override(page.locale.language_code):
            title = _("%(title)s (copy)") % {"title": draft.title}
    if title:
        attrs["title"] = attrs["draft_title"] = title
    if isinstance(draft, Module | Lesson) and not errand.keeps_outcomes:
        attrs["outcome_keys"] = []
    return attrs


def _name_instructors(copy: Course, source: Page, by: User) -> None:
    """An instructor's copy is the instructor's own; an administrator's has the same instructors."""
    people: Sequence[int] = [by.pk]
    if not by.groups.filter(name=Role.INSTRUCTOR).exists():
        people = list(
            CourseInstructor.objects.filter(course=source.pk)
            .order_by("sort_order", "pk")
            .values_list("user_id", flat=True)
        )
    rows = [CourseInstructor(course=copy, user_id=pk, sort_order=n) for n, pk in enumerate(people)]
    CourseInstructor.objects.bulk_create(rows)
    # The draft that the copy began with names nobody yet.
    fresh = Course.objects.get(pk=copy.pk)
    fresh.save_revision(user=by, changed=False, clean=False)


def _translations(source: Page) -> list[Any]:
    """The page and its translations that were written; a mirror of the source is none."""
    pages = Page.objects.filter(translation_key=source.translation_key)
    return [p.specific for p in pages.order_by("pk") if p.pk == source.pk or not p.alias_of_id]


def _written(root: Page) -> list[Any]:
    """The pages to copy, parents first: in another language than Italian only what was written in it."""
    pages = Page.objects.descendant_of(root, inclusive=True).order_by("path")
    if root.locale.language_code[:2] != "it":
        pages = pages.exclude(alias_of__isnull=False, depth=6)
    return list(pages.specific())


def _destination(job: Job, root: Page) -> Page | None:
    """Below which page the copy of `root` goes; None where its language has no such course."""
    if "into" not in job.data:
        return root.get_parent()
    into = Course.objects.get(pk=job.data["into"])
    if into.locale_id == root.locale_id:
        return into
    return Course.objects.filter(
        translation_key=into.translation_key, locale_id=root.locale_id, alias_of=None
    ).first()


def _stays_in_course(source: Page, job: Job) -> bool:
    """A module is copied within its own course, in whichever of its languages."""
    if "into" not in job.data:
        return False
    courses = Course.objects.filter(Q(pk=job.data["into"]) | Q(path=_path_above(source)))
    return courses.values("translation_key").distinct().count() == 1


def _remove(job: Job) -> None:
    """Take away what an earlier run of the job left; drafts that nobody can have begun to use."""
    for pk in job.data.get("made", []):
        with transaction.atomic():
            page = Page.objects.filter(pk=pk, live=False).first()
            if page:
                page.specific.delete()
    job.data = {name: value for name, value in job.data.items() if name != "made"}
    Job.objects.filter(pk=job.pk).update(data=job.data, done=0)
