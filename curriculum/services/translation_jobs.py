"""The English of a whole course at once: one job whose progress can be followed, left and found again."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils import translation as language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log
from wagtail.models import Page

from curriculum.languages import (
    OF_COURSES,
    SOURCE,
    course_above,
    page_state,
    translation_of,
)
from curriculum.models import Course
from curriculum.services.translations import (
    refresh_source,
    save_draft,
    submit_translation,
    translate_page,
)
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.core.jobs import advance_job, finish_job, start_job
from lms.core.models import Job
from lms.core.services import queue_mail

logger = logging.getLogger(__name__)

JOB_KIND = "curriculum.translations"
# A job that has not moved for this long has lost its worker.
STALLED = timedelta(minutes=5)


def _translate(page: Page, by: User) -> bool:
    begun = translation_of(page) is None
    translate_page(page=page, by=by)
    return begun


def _update(page: Page, by: User) -> bool:
    translation = translation_of(page)
    if translation is None or not refresh_source(translation=translation):
        return False
    # What is with the committee is read as it was submitted; the state says that it is older.
    save_draft(translation=translation, by=by)
    return True


def _submit(page: Page, by: User) -> bool:
    translation = translation_of(page)
    state = page_state(page)
    if translation is None or not state.submittable:
        return False
    submit_translation(translation=translation, by=by)
    return True


# What a job does with each page; True when there was something to do.
ACTIONS: dict[str, Callable[[Page, User], bool]] = {
    "translate": _translate,
    "update": _update,
    "submit": _submit,
}
ACTION_LABELS = {
    "translate": gettext_lazy("Translate into English"),
    "update": gettext_lazy("Bring up to date with the Italian"),
    "submit": gettext_lazy("Submit what is ready"),
}


def start_translation_job(*, page: Page, action: str, by: User) -> Job:
    """Do one of `ACTIONS` with an Italian page and all that is below it; a task does the work.

    A job of the same kind that is still open for the course is returned instead of a second one. Refuses:
    unknown_action, not_italian, nothing_published.
    """
    if action not in ACTIONS:
        raise DomainError(_("There is no such work."), "unknown_action")
    if page.locale.language_code != SOURCE or page.alias_of_id:
        raise DomainError(_("Only Italian pages are translated from here."), "not_italian")
    course = course_above(page)
    with transaction.atomic():
        Page.objects.select_for_update().get(pk=course.pk)
        running = open_job(course)
        if running:
            return running
        pages = list(
            page.get_descendants(inclusive=True)
            .filter(live=True)
            .type(OF_COURSES)
            .order_by("path")
            .values_list("pk", flat=True)
        )
        if not pages:
            raise DomainError(_("Nothing of this is published yet."), "nothing_published")
        job = start_job(
            kind=JOB_KIND,
            total=len(pages),
            by=by,
            data={
                "course": course.pk, "page": page.pk, "action": action, "pages": pages,
                "changed": 0, "refused": [],
            },
        )  # fmt: skip
        log(page, f"curriculum.{action}_translations", user=by, data={"pages": len(pages)})
        transaction.on_commit(partial(_enqueue, job.pk))
    return job


def run_translation_job(*, job_id: int) -> Job:
    """Do what is left of the job, a page at a time; started again it goes on where it was.

    `data["refused"]` names the pages that could not be worked on and why. At the end, one mail.
    """
    job = Job.objects.get(pk=job_id, kind=JOB_KIND)
    if job.finished_at:
        return job
    by = User.objects.get(pk=job.started_by_id)
    with language.override(by.language):
        for pk in job.data["pages"][job.done :]:
            page = Page.objects.filter(pk=pk, live=True).select_related("locale").first()
            try:
                if page and ACTIONS[job.data["action"]](page, by):
                    job.data["changed"] += 1
            except DomainError as refusal:
                job.data["refused"].append({"title": page.title, "why": str(refusal)})
            except Exception:  # one page's fault must not stop the others
                logger.exception("The translation of page %s stopped.", pk)
                why = _("An unexpected error: it is in the log.")
                job.data["refused"].append({"title": page.title, "why": why})
            Job.objects.filter(pk=job.pk).update(data=job.data)
            advance_job(job.pk)
    finish_job(job.pk)
    job.refresh_from_db()
    _tell(job, by)
    return job


def resume_translation_jobs(*, now: datetime | None = None) -> int:
    """Enqueue again the jobs whose worker died; how many."""
    now = now or timezone.now()
    stalled = list(
        Job.objects.filter(
            kind=JOB_KIND, finished_at=None, updated_at__lt=now - STALLED
        ).values_list("pk", flat=True)
    )
    for pk in stalled:
        Job.objects.filter(pk=pk).update(updated_at=now)
        _enqueue(pk)
    return len(stalled)


def open_job(course: Page) -> Job | None:
    """The work under way on the English of a course."""
    return Job.objects.filter(kind=JOB_KIND, finished_at=None, data__course=course.pk).first()


def _tell(job: Job, by: User) -> None:
    course = Course.objects.filter(pk=job.data["course"]).first()
    if course is None:
        return
    queue_mail(
        key=f"translations:{job.pk}",
        kind="curriculum.translations",
        recipient=by.email,
        language=by.language,
        template="curriculum/translations_done",
        context={
            "name": by.first_name,
            "course": course.title,
            "action": job.data["action"],
            "done": job.done,
            "changed": job.data["changed"],
            "refused": job.data["refused"],
            "url": reverse("translations_job", args=[job.pk]),
        },
    )


def _enqueue(job_id: int) -> None:
    from curriculum.tasks import work_on_translations

    work_on_translations.enqueue(job_id)
