"""Rosters: a file is received, judged line by line, looked at, and brought in whole or not at all."""

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.accounts.services import Newcomer, bring_in_people
from lms.cohorts.choices import LineState, RosterStatus
from lms.cohorts.exchange.rosters import LARGEST_FILE, BadRoster, Shape, read_lines, recognise
from lms.cohorts.models import Cohort, Enrolment, RosterImport
from lms.cohorts.services.enrolments import Seating, SeatsOfCohort
from lms.cohorts.services.invitation_letters import enrolment_letters, enrolment_note
from lms.cohorts.summary.rosters import JudgedLine, RosterJudge
from lms.core.errors import DomainError
from lms.core.jobs import advance_job, finish_job, start_job
from lms.core.models import Job
from lms.core.services import queue_mails

logger = logging.getLogger(__name__)
READ_JOB, COMMIT_JOB = "cohorts.read_roster", "cohorts.commit_roster"
KEPT = timedelta(days=1)
STALLED = timedelta(minutes=5)


def receive_roster(*, cohort: Cohort, file: File, by: User) -> RosterImport:
    """Keep an uploaded file privately and have it judged by a task; refused with `file_too_large`, `cohort_not_open`."""
    if file.size > LARGEST_FILE:
        raise DomainError(
            _("The file is larger than %(size)s MB.") % {"size": LARGEST_FILE // 1024 // 1024},
            "file_too_large",
        )
    if not cohort.opened_at or cohort.cancelled_at:
        raise DomainError(_("This cohort is not open."), "cohort_not_open")
    roster = RosterImport(
        cohort=cohort, by=by, file_name=Path(file.name or "csv").name[:200], size=file.size
    )
    roster.sha256 = _digest(file)
    file.seek(0)
    storages["uploads"].save(roster.file, file)
    with transaction.atomic():
        roster.job = start_job(kind=READ_JOB, total=1, by=by, data={"cohort": cohort.pk})
        roster.save()
        transaction.on_commit(partial(_enqueue, "read_roster", roster.pk))
    return roster


def read_roster(*, roster_id: int) -> RosterImport:
    """Judge every line and keep the judgements beside the file for the preview; again changes nothing."""
    roster = RosterImport.objects.select_related("cohort", "by", "job").get(pk=roster_id)
    if roster.status != RosterStatus.READING:
        return roster
    with translation.override(roster.by.language if roster.by else "it"):
        try:
            with storages["uploads"].open(roster.file) as file:
                _judge_into(roster, file)
            roster.status = RosterStatus.READY if roster.lines else RosterStatus.BAD
            roster.fault = "" if roster.lines else _("The file has headings and no lines.")
        except BadRoster as error:
            roster.status, roster.fault = RosterStatus.BAD, str(error)
        except FileNotFoundError:
            roster.status = RosterStatus.FORGOTTEN
    roster.save()
    finish_job(_job(roster))
    return roster


def commit_roster(*, roster: RosterImport, sha256: str, by: User) -> RosterImport:
    """Have the file that was looked at brought in by a task; asking twice starts it once.

    Refused with `other_file` (not the one that was shown), `roster_has_errors`, `roster_ended`.
    """
    if roster.sha256 != sha256:
        raise DomainError(_("This is not the file that was shown: look at it again."), "other_file")
    if roster.counts.get(LineState.ERROR):
        raise DomainError(_("Lines with errors: nothing was brought in."), "roster_has_errors")
    with transaction.atomic():
        ready = RosterImport.objects.filter(pk=roster.pk, status=RosterStatus.READY)
        if ready.update(status=RosterStatus.COMMITTING):
            job = start_job(
                kind=COMMIT_JOB, total=roster.lines, by=by, data={"cohort": roster.cohort_id}
            )
            RosterImport.objects.filter(pk=roster.pk).update(job=job, by=by)
            transaction.on_commit(partial(_enqueue, "commit_roster", roster.pk))
    roster.refresh_from_db()
    if roster.status not in (RosterStatus.COMMITTING, RosterStatus.DONE):
        raise DomainError(_("This file is no longer there: upload it again."), "roster_ended")
    return roster


def run_commit(*, roster_id: int, at: datetime | None = None) -> RosterImport:
    """Bring everybody in, or nobody: the file is judged again, and its digest must be the one that was shown."""
    roster = RosterImport.objects.select_related("cohort", "by", "job").get(pk=roster_id)
    if roster.status != RosterStatus.COMMITTING:
        return roster
    at = at or timezone.now()
    with translation.override(roster.by.language if roster.by else "it"):
        try:
            with storages["uploads"].open(roster.file) as file:
                if _digest(file) != roster.sha256:
                    raise DomainError(_("The file is not the one that was shown."), "other_file")
                # Outside the transaction first: what has changed meanwhile is told without keeping others waiting.
                for piece in _judged(roster, file):
                    _refuse_errors(piece)
                    advance_job(_job(roster), len(piece))
                outcome = _bring_in(roster, file, at)
        except FileNotFoundError:
            why = _("This file is no longer there: upload it again.")
            return _refused(roster, why, RosterStatus.FORGOTTEN)
        except (DomainError, BadRoster) as refusal:
            return _refused(roster, str(refusal))
        except IntegrityError:
            return _refused(roster, _("Somebody else was enrolling people: confirm again."))
    if outcome:
        finish_job(_job(roster), data={"cohort": roster.cohort_id, **outcome})
        _delete_files(roster)
    roster.refresh_from_db()
    return roster


def forget_roster(*, roster: RosterImport, by: User | None = None) -> RosterImport:
    """Delete the file of a roster that is not to be brought in; again changes nothing."""
    kept = [RosterStatus.READING, RosterStatus.READY, RosterStatus.BAD]
    ended = RosterImport.objects.filter(pk=roster.pk, status__in=kept)
    if ended.update(status=RosterStatus.FORGOTTEN):
        _delete_files(roster)
    roster.refresh_from_db()
    return roster


def forget_old_rosters(*, now: datetime | None = None) -> int:
    """Delete the files that nobody confirmed within a day; how many. Run by the clock."""
    now = now or timezone.now()
    old = RosterImport.objects.filter(created_at__lt=now - KEPT).exclude(
        status__in=[RosterStatus.DONE, RosterStatus.FORGOTTEN, RosterStatus.COMMITTING]
    )
    return sum(
        forget_roster(roster=roster).status == RosterStatus.FORGOTTEN for roster in list(old)
    )


def resume_rosters(*, now: datetime | None = None) -> int:
    """Enqueue again the rosters whose worker died; how many. Run by the clock."""
    now = now or timezone.now()
    names = {RosterStatus.READING: "read_roster", RosterStatus.COMMITTING: "commit_roster"}
    stalled = RosterImport.objects.filter(
        status__in=names, job__finished_at=None, job__updated_at__lt=now - STALLED
    )
    rows = list(stalled.values_list("pk", "status", "job_id"))
    for pk, status, job_id in rows:
        Job.objects.filter(pk=job_id).update(updated_at=now, done=0)
        _enqueue(names[RosterStatus(status)], pk)
    return len(rows)


def _judged(roster: RosterImport, file: Any) -> Iterator[list[JudgedLine]]:
    """The whole file, judged in pieces."""
    shape: Shape = recognise(file)
    yield from RosterJudge(roster.cohort).judge(read_lines(file, shape))


def _judge_into(roster: RosterImport, file: Any) -> None:
    shape = recognise(file)
    roster.encoding, roster.separator = shape.encoding, shape.separator
    roster.ignored = [name[:80] for name in shape.ignored][:20]
    counts: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    storage = storages["uploads"]
    storage.delete(roster.judged_file)
    storage.save(roster.judged_file, ContentFile(b""))
    with Path(storage.path(roster.judged_file)).open("w", encoding="utf-8") as target:
        for piece in RosterJudge(roster.cohort).judge(read_lines(file, shape)):
            for line in piece:
                counts[line.state] += 1
                if line.state in (LineState.NEW, LineState.KNOWN):
                    wanted[str(line.pool or "")] += 1
                target.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")
    roster.counts, roster.wanted = dict(counts), dict(wanted)


def _refuse_errors(piece: Sequence[JudgedLine]) -> None:
    for line in piece:
        if line.faults:
            raise DomainError(
                _("Line %(line)s has an error that was not there before: %(why)s Upload it again.")
                % {"line": line.number, "why": line.faults[0][1]},
                "roster_changed",
            )


def _bring_in(roster: RosterImport, file: Any, at: datetime) -> dict[str, Any]:
    """Accounts, seats, letters and the log in one transaction; what was done, in numbers."""
    by, cohort = roster.by, roster.cohort
    done: Counter[str] = Counter()
    with transaction.atomic():
        seats = SeatsOfCohort(cohort, by, at)
        if RosterImport.objects.get(pk=roster.pk).status != RosterStatus.COMMITTING:
            return {}  # another worker was faster
        for piece in _judged(roster, file):
            _refuse_errors(piece)
            done += _bring_in_piece(seats, piece, by, at)
        outcome = {"lines": roster.lines, **done}
        RosterImport.objects.filter(pk=roster.pk).update(status=RosterStatus.DONE, committed_at=at)
        log(
            cohort,
            "cohorts.import_roster",
            user=by,
            data={"roster": roster.pk, "sha256": roster.sha256, **outcome},
        )
    return outcome


def _bring_in_piece(
    seats: SeatsOfCohort, piece: Sequence[JudgedLine], by: User | None, at: datetime
) -> Counter[str]:
    fresh = [line for line in piece if line.user is None]
    people = bring_in_people(
        newcomers=[
            Newcomer(line.email, line.first_name, line.last_name, line.language, line.tax_code)
            for line in fresh
        ],
        by=by,
        note=partial(enrolment_note, seats.cohort),
        at=at,
    )
    ids = {line.email: person.pk for line, person in zip(fresh, people, strict=True)}
    enrolments = seats.give(
        [
            Seating(
                line.user or ids[line.email],
                f"{line.first_name} {line.last_name}".strip(),
                line.organisation,
                line.pool,
                line.day,
            )
            for line in piece
        ]
    )
    new = set(ids.values())
    invited = [row for row in enrolments if row.user_id not in new]
    _write_to(invited)
    return Counter(new=len(people), enrolled=len(enrolments), known=len(invited))


def _write_to(rows: Sequence[Enrolment]) -> None:
    """A letter to those who had an account; the others have their invitation."""
    if rows:
        found = Enrolment.objects.filter(pk__in=[row.pk for row in rows])
        queue_mails(enrolment_letters(found.select_related("user", "cohort__course")))


def _refused(roster: RosterImport, why: str, status: str = RosterStatus.READY) -> RosterImport:
    """Nothing was brought in: the file can be confirmed again, or another one uploaded."""
    waiting = RosterImport.objects.filter(pk=roster.pk, status=RosterStatus.COMMITTING)
    if waiting.update(status=status):  # else another worker has done it
        finish_job(_job(roster), error=why)
    roster.refresh_from_db()
    return roster


def _job(roster: RosterImport) -> int:
    return cast(int, roster.job_id)  # a roster is never saved without one


def _digest(file: Any) -> str:
    file.seek(0)
    total = hashlib.sha256()
    while piece := file.read(64 * 1024):
        total.update(piece)
    return total.hexdigest()


def _delete_files(roster: RosterImport) -> None:
    storages["uploads"].delete(roster.file)
    storages["uploads"].delete(roster.judged_file)


def _enqueue(name: str, roster_id: int) -> None:
    from lms.cohorts import tasks

    getattr(tasks, name).enqueue(roster_id)
