"""Copies of a course or a module: drafts from top to bottom, with the ids of their blocks, without any history.

A copy takes some time: it is a job. The latest draft of each page is copied, in each language in which it
was written. See docs/decisions/0055.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.actions.copy_page import CopyPageAction
from wagtail.models import Page

from curriculum.models import Course, CourseInstructor, Module, course_code
from curriculum.services.ordering import free_slug
from lms.accounts.choices import Role
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.core.jobs import advance_job, finish_job, start_job
from lms.core.models import Job

JOB_KIND = "curriculum.copy"


def start_course_copy(*, course: Course, code: str, title: str, by: User) -> Job:
    """Ask for a copy of `course` under a new code. Refused: code_invalid, code_taken, title_missing."""
    code, title = code.strip().upper(), " ".join(title.split())
    try:
        course_code(code)
    except ValidationError as error:
        raise DomainError(" ".join(error.messages), "code_invalid") from error
    if not title:
        raise DomainError(_("Write a title."), "title_missing")
    _refuse_taken(code)
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


def _copy_all(job: Job, by: User) -> Page:
    """The copy in the language of the source; those in other languages hang together by translation keys."""
    source = Page.objects.get(pk=job.data["source"]).specific
    if "code" in job.data:
        _refuse_taken(job.data["code"])
    keys: dict[UUID, UUID] = {}
    copies: dict[int, Page] = {}
    for root in [source, *(page for page in _translations(source) if page.pk != source.pk)]:
        parent = _destination(job, root)
        if parent is None:
            continue
        for page in _written(root):
            above: Page | None = parent
            if page.pk != root.pk:
                # Below what was left out nothing is copied.
                above = _copy_of_parent(page, copies)
            if above is not None:
                copies[page.pk] = _copy(page, above, job, keys, by, root=root)
                advance_job(job.pk)
    return copies[source.pk]


def _copy_of_parent(page: Page, copies: dict[int, Page]) -> Page | None:
    above = page.get_parent()
    return copies.get(above.pk) if above else None


def _copy(
    page: Page, parent: Page, job: Job, keys: dict[UUID, UUID], by: User, *, root: Page
) -> Page:
    draft = page.get_latest_revision_as_object()
    key = keys.setdefault(page.translation_key, uuid4())
    parent = Page.objects.get(pk=parent.pk)
    attrs: dict[str, Any] = {
        "translation_key": key,
        "slug": draft.slug,
        "go_live_at": None,
        "expire_at": None,
        "locked": False,
        "locked_by": None,
        "locked_at": None,
    }
    exclude: list[str] = []
    if isinstance(draft, Course):
        exclude.append("instructor_rows")
        attrs["code"] = job.data["code"]
        # The title given belongs to the language in which it was given.
        if page.pk == job.data["source"]:
            attrs["title"] = attrs["draft_title"] = job.data["title"]
        attrs["slug"] = slugify(job.data["code"])
    elif page.pk == root.pk and _same_course(page, job):
        with translation.override(page.locale.language_code):
            title = _("%(title)s (copy)") % {"title": draft.title}
        attrs["title"] = attrs["draft_title"] = title
    if "outcome_keys" in {f.name for f in draft._meta.fields} and not _keeps_outcomes(page, job):
        # Another course names other outcomes.
        attrs["outcome_keys"] = []
    attrs["slug"] = free_slug(attrs["slug"], Page.objects.child_of(parent))
    with transaction.atomic():
        copy = CopyPageAction(
            draft,
            to=parent,
            update_attrs=attrs,
            exclude_fields=exclude,
            recursive=False,
            copy_revisions=False,
            keep_live=False,
            user=by,
        ).execute(skip_permission_checks=True)
        if isinstance(copy, Course):
            _name_instructors(copy, page, by)
        if page.pk == root.pk:
            # Told at once, so that whatever goes wrong from here on can be taken away.
            job.data = {**job.data, "made": [*job.data.get("made", []), copy.pk]}
            Job.objects.filter(pk=job.pk).update(data=job.data)
    return copy


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
    """Below which page the copy of `root` goes."""
    if "into" not in job.data:
        return root.get_parent()
    into = Course.objects.get(pk=job.data["into"])
    return Course.objects.filter(
        translation_key=into.translation_key, locale_id=root.locale_id, alias_of=None
    ).first()


def _same_course(page: Page, job: Job) -> bool:
    into = job.data.get("into")
    if into is None:
        return False
    key = Course.objects.values_list("translation_key", flat=True).get(pk=into)
    above = Page.objects.filter(path=page.path[: Page.steplen * 4]).values_list(
        "translation_key", flat=True
    )
    return key in set(above)


def _keeps_outcomes(page: Page, job: Job) -> bool:
    return "into" not in job.data or _same_course(page, job)


def _refuse_taken(code: str) -> None:
    if Course.objects.filter(code=code).exists():
        raise DomainError(_("There is already a course with this code."), "code_taken")


def _remove(job: Job) -> None:
    """Take away what an earlier run of the job left; drafts that nobody can have begun to use."""
    for pk in job.data.get("made", []):
        with transaction.atomic():
            page = Page.objects.filter(pk=pk, live=False).first()
            if page:
                page.specific.delete()
    job.data = {name: value for name, value in job.data.items() if name != "made"}
    Job.objects.filter(pk=job.pk).update(data=job.data, done=0)
