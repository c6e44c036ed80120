"""The record of long work: start it, move it on, end it. Everything is one conditional UPDATE."""

from typing import Any

from django.db.models import F
from django.utils import timezone

from lms.core.models import Job


def start_job(*, kind: str, total: int, by: Any = None, data: dict | None = None) -> Job:
    """A job of `total` steps asked for by the user `by`."""
    return Job.objects.create(
        kind=kind, total=total, started_by_id=by.pk if by else None, data=data or {}
    )


def advance_job(job_id: int, steps: int = 1) -> None:
    # The moment tells a job at work from one whose worker died.
    Job.objects.filter(pk=job_id).update(
        done=F("done") + steps, status=Job.Status.RUNNING, updated_at=timezone.now()
    )


def finish_job(job_id: int, *, error: str = "", data: dict | None = None) -> None:
    """End the job: done, or failed with a sentence in `error`."""
    changes = {"data": data} if data is not None else {}
    Job.objects.filter(pk=job_id).update(
        status=Job.Status.FAILED if error else Job.Status.DONE,
        error=error,
        finished_at=timezone.now(),
        **changes,
    )
