"""Certificates for a whole cohort: one job whose progress can be followed, left and found again."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from certificates.choices import Kind
from certificates.facts import draft_of
from certificates.models import Certificate
from certificates.requirements import all_met, requirements_of_cohort
from certificates.services.production import produce
from certificates.services.register import register
from lms.accounts.models import User
from lms.cohorts.models import Cohort, Enrolment
from lms.core.errors import DomainError
from lms.core.jobs import advance_job, finish_job, start_job
from lms.core.models import Job

logger = logging.getLogger(__name__)

JOB_KIND = "certificates.issue_cohort"
# A job that has not moved for this long has lost its worker.
STALLED = timedelta(minutes=5)


def issue_for_cohort(
    *, cohort: Cohort, kind: str, by: User | None, at: datetime | None = None
) -> Job:
    """Issue `kind` to everyone active who meets the rules and has none; a task does the work.

    A job of the same kind that is still open is returned instead of a second one. Refuses: unknown_kind,
    nobody_meets (nobody is left who meets the rules).
    """
    if kind not in Kind.values:
        raise DomainError(_("There is no certificate of this kind."), "unknown_kind")
    enrolments = _due(cohort, kind)
    with transaction.atomic():
        Cohort.objects.select_for_update().get(pk=cohort.pk)
        running = _open_job(cohort, kind)
        if running:
            return running
        if not enrolments:
            raise DomainError(
                _("There is nobody in %(code)s who meets the rules and has no certificate yet.")
                % {"code": cohort.code},
                "nobody_meets",
            )
        job = start_job(
            kind=JOB_KIND,
            total=len(enrolments),
            by=by,
            data={
                "cohort": cohort.pk,
                "kind": kind,
                "enrolments": enrolments,
                "at": at.isoformat() if at else None,
                "refused": [],
            },
        )
        log(
            cohort,
            "certificates.issue_cohort",
            user=by,
            data={"kind": kind, "people": len(enrolments)},
        )
        transaction.on_commit(partial(_enqueue, job.pk))
    return job


def run_cohort_job(*, job_id: int) -> Job:
    """Do what is left of the job, one person at a time; started again it goes on where it was.

    `data["refused"]` names whom the register refused meanwhile and why; a drawing that fails is tried
    again by the clock and does not stop the others.
    """
    job = Job.objects.get(pk=job_id, kind=JOB_KIND)
    if job.finished_at:
        return job
    cohort = Cohort.objects.select_related("course").get(pk=job.data["cohort"])
    by = User.objects.filter(pk=job.started_by_id).first()
    at = datetime.fromisoformat(job.data["at"]) if job.data["at"] else None
    draft = draft_of(cohort)
    with translation.override(by.language if by else "it"):
        for pk in job.data["enrolments"][job.done :]:
            enrolment = Enrolment.objects.select_related("user", "cohort__course").get(pk=pk)
            try:
                certificate = register(
                    enrolment=enrolment, kind=job.data["kind"], by=by, at=at, draft=draft
                )
                _produce_if_possible(certificate, at)
            except DomainError as refusal:
                _note(job, enrolment, str(refusal))
            except Exception:  # one person's fault must not stop the others
                logger.exception("No certificate for enrolment %s.", pk)
                _note(job, enrolment, _("An unexpected error: it is in the log."))
            advance_job(job.pk)
    finish_job(job.pk)
    job.refresh_from_db()
    return job


def resume_jobs(*, now: datetime | None = None) -> int:
    """Enqueue again the jobs whose worker died; how many."""
    now = now or timezone.now()
    stalled = Job.objects.filter(
        kind=JOB_KIND, finished_at=None, updated_at__lt=now - STALLED
    ).values_list("pk", flat=True)
    for pk in list(stalled):
        Job.objects.filter(pk=pk).update(updated_at=now)
        _enqueue(pk)
    return len(stalled)


def _due(cohort: Cohort, kind: str) -> list[int]:
    """Enrolment ids in the order of names: active, rules met, no valid certificate of the kind."""
    rules = requirements_of_cohort(cohort, kind)
    have = set(
        Certificate.objects.valid()
        .filter(enrolment__cohort=cohort, kind=kind)
        .values_list("enrolment_id", flat=True)
    )
    active = cohort.enrolments.active().order_by("user__last_name", "user__first_name", "pk")
    return [
        pk
        for pk in active.values_list("pk", flat=True)
        if pk not in have and all_met(rules.get(pk, [])) and rules.get(pk)
    ]


def _open_job(cohort: Cohort, kind: str) -> Job | None:
    return Job.objects.filter(
        kind=JOB_KIND, finished_at=None, data__cohort=cohort.pk, data__kind=kind
    ).first()


def _produce_if_possible(certificate: Certificate, at: datetime | None) -> None:
    with suppress(Exception):  # noted on the row by `produce`; the clock tries again
        produce(certificate=certificate, at=at)


def _note(job: Job, enrolment: Enrolment, why: str) -> None:
    job.data["refused"].append({"enrolment": enrolment.pk, "name": str(enrolment.user), "why": why})
    Job.objects.filter(pk=job.pk).update(data=job.data)


def _enqueue(job_id: int) -> None:
    from certificates.tasks import issue_cohort

    issue_cohort.enqueue(job_id)
