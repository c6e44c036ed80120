"""Taking and signing the register of a session.

Every verb locks the session's sheet, so that two teachers at once follow one another, and compares
`version`, so that neither overwrites what the other saved unseen.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.attendance.choices import ExcuseStatus, SheetStatus, Source
from lms.attendance.models import PresenceInterval, RegisterSheet
from lms.attendance.services.entries import Entry, whole
from lms.attendance.services.refusals import (
    refuse_cancelled,
    refuse_entries,
    refuse_sealed,
    refuse_session,
    refuse_signature,
    refuse_stale,
    refuse_strangers,
)
from lms.attendance.summary import listed_on
from lms.cohorts.models import ClassSession
from lms.core.errors import DomainError

# What makes two intervals the same: in, out, channel.
Key = tuple[datetime, datetime, str]


def mark_register(
    *,
    session: ClassSession,
    entries: Iterable[Entry],
    by: User,
    version: int | None = None,
    source: str = Source.TEACHER,
    proof: str = "",
    at: datetime | None = None,
) -> RegisterSheet:
    """Set the state of the learners given; the others stay as they are. Opens the sheet.

    The same entries again change nothing, whatever `version` says. Unchanged intervals keep their source.
    Refused with `session_cancelled`, `too_early`, `nothing_marked`, `marked_twice`, `times_reversed`,
    `outside_session`, `intervals_overlap`, `not_in_cohort`, `withdrawn`, `signed`, `conflict`.
    """
    at = at or timezone.now()
    entries = list(entries)
    if not entries:
        raise DomainError(_("You have not marked anyone yet."), "nothing_marked")
    refuse_session(session, at)
    refuse_entries(session, entries)
    with transaction.atomic():
        sheet = _locked_sheet(session)
        refuse_session(sheet.session, at)
        return _write(sheet, entries, by=by, version=version, source=source, proof=proof, at=at)


def mark_all_present(
    *,
    session: ClassSession,
    by: User,
    entries: Iterable[Entry] = (),
    version: int | None = None,
    at: datetime | None = None,
) -> RegisterSheet:
    """Everyone without an interval is present from the start to the end, but for the `entries` given.

    Left alone: who has times already, who has an approved excuse, who had not joined or had withdrawn
    by that day. Refused as `mark_register` is.
    """
    at = at or timezone.now()
    entries = list(entries)
    refuse_session(session, at)
    refuse_entries(session, entries)
    with transaction.atomic():
        sheet = _locked_sheet(session)
        session = sheet.session
        refuse_session(session, at)
        day = timezone.localdate(session.starts_at)
        missing = (
            listed_on(session)
            .filter(joined_on__lte=day)
            .exclude(pk__in=[entry.enrolment.pk for entry in entries])
            .exclude(presences__session=session)
            .exclude(excuses__session=session, excuses__status=ExcuseStatus.APPROVED)
        )
        entries += [whole(enrolment, session) for enrolment in missing]
        if not entries and not sheet.is_taken:
            raise DomainError(_("Nobody is on this register yet."), "nothing_marked")
        return _write(sheet, entries, by=by, version=version, source=Source.TEACHER, at=at)


def sign_register(
    *,
    session: ClassSession,
    by: User,
    actual_start: datetime,
    actual_end: datetime,
    entries: Iterable[Entry] = (),
    version: int | None = None,
    at: datetime | None = None,
) -> RegisterSheet:
    """Confirm when the session really began and ended, and seal the sheet.

    domain, Attendance: “It cannot be signed before the session's real end, which the teacher confirms”.
    Who was there from the scheduled start (or to the scheduled end) was there from the real one. The same
    signature again changes nothing. `entries` are written first. Refused as `mark_register` is, and with
    `not_taken`.
    """
    at = at or timezone.now()
    entries = list(entries)
    refuse_cancelled(session)
    refuse_entries(session, entries)
    refuse_signature(session, actual_start, actual_end, at)
    with transaction.atomic():
        sheet = _locked_sheet(session)
        refuse_cancelled(sheet.session)
        confirmed = (by.pk, actual_start, actual_end)
        if (
            sheet.is_sealed
            and (sheet.signed_by_id, sheet.actual_start, sheet.actual_end) == confirmed
        ):
            return sheet
        refuse_sealed(sheet)
        if entries:
            sheet = _write(sheet, entries, by=by, version=version, source=Source.TEACHER, at=at)
            version = None
        if not sheet.is_taken:
            raise DomainError(_("Take the register before you sign it."), "not_taken")
        refuse_stale(sheet, version)
        moved = _follow_real_times(sheet.session, actual_start, actual_end)
        sheet.status = SheetStatus.SIGNED
        sheet.actual_start, sheet.actual_end = actual_start, actual_end
        sheet.signed_at, sheet.signed_by = at, by
        sheet.version += 1
        sheet.save()
        data = {"start": actual_start.isoformat(), "end": actual_end.isoformat(), "moved": moved}
        log(sheet, "attendance.sign_register", user=by, data=data)
    return sheet


def _locked_sheet(session: ClassSession) -> RegisterSheet:
    """The sheet, made if need be, with its row locked and the session read again."""
    RegisterSheet.objects.get_or_create(session=session)
    return (
        RegisterSheet.objects.select_for_update(of=["self"])
        .select_related("session", "saved_by", "signed_by")
        .get(session=session)
    )


def _write(
    sheet: RegisterSheet,
    entries: Sequence[Entry],
    *,
    by: User,
    version: int | None,
    source: str,
    at: datetime,
    proof: str = "",
) -> RegisterSheet:
    refuse_sealed(sheet)
    refuse_strangers(sheet.session, entries)
    current = _intervals(sheet.session, entries)
    changed = [entry for entry in entries if _state(entry) != set(current[entry.enrolment.pk])]
    if not changed and sheet.is_taken:
        return sheet
    refuse_stale(sheet, version)
    gone, new, record = [], [], []
    for entry in changed:
        kept = current[entry.enrolment.pk]
        wanted = _state(entry)
        gone += [interval.pk for key, interval in kept.items() if key not in wanted]
        new += [
            PresenceInterval(
                enrolment=entry.enrolment, session=sheet.session, in_at=key[0], out_at=key[1],
                channel=key[2], source=source, proof=proof, recorded_by=by, recorded_at=at,
            )
            for key in sorted(wanted - set(kept))
        ]  # fmt: skip
        record.append(
            {"enrolment": entry.enrolment.pk, "before": _plain(kept), "after": _plain(wanted)}
        )
    PresenceInterval.objects.filter(pk__in=gone).delete()
    PresenceInterval.objects.bulk_create(new)
    sheet.status = SheetStatus.OPEN
    sheet.version += 1
    sheet.saved_at, sheet.saved_by = at, by
    sheet.save()
    data = {"version": sheet.version, "source": str(source), "entries": record}
    log(sheet, "attendance.mark_register", user=by, data=data)
    return sheet


def _state(entry: Entry) -> set[Key]:
    return {(p.in_at, p.out_at, str(p.channel)) for p in entry.presences}


def _plain(state: Iterable[Key]) -> list[list[str]]:
    return [[start.isoformat(), end.isoformat(), channel] for start, end, channel in sorted(state)]


def _intervals(
    session: ClassSession, entries: Sequence[Entry]
) -> dict[int, dict[Key, PresenceInterval]]:
    found: dict[int, dict[Key, PresenceInterval]] = {e.enrolment.pk: {} for e in entries}
    for row in PresenceInterval.objects.filter(session=session, enrolment__in=list(found)):
        found[row.enrolment_id][(row.in_at, row.out_at, row.channel)] = row
    return found


def _follow_real_times(session: ClassSession, start: datetime, end: datetime) -> int:
    """Move the ends that meant “the whole session” to the real times; the number moved."""
    moved = []
    rows = list(PresenceInterval.objects.filter(session=session).order_by("in_at"))
    entries = {(row.enrolment_id, row.in_at) for row in rows}
    for row in rows:
        before = (row.in_at, row.out_at)
        free = (row.enrolment_id, start) not in entries
        if row.in_at == session.starts_at and row.out_at > start and free:
            row.in_at = start
        if row.out_at == session.ends_at and row.in_at < end:
            row.out_at = end
        if (row.in_at, row.out_at) != before:
            moved.append(row)
    PresenceInterval.objects.bulk_update(moved, ["in_at", "out_at"], batch_size=500)
    return len(moved)
