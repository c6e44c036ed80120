"""Rosters, keys, seats of organisations and fees, made through the services."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from lms.cohorts import services
from lms.cohorts.models import Cohort, EnrolmentKey, RosterImport, SeatGrant
from tests.factories import people

HEADINGS = "nome,cognome,email"


def uploaded(text: str | bytes, name: str = "elenco.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def roster(cohort: Cohort, text: str | bytes, *, by=None) -> RosterImport:
    """A file that was received and judged."""
    by = by or people.administrator()
    row = services.receive_roster(cohort=cohort, file=uploaded(text), by=by)
    return services.read_roster(roster_id=row.pk)


def brought_in(row: RosterImport) -> RosterImport:
    """What its confirmation leads to."""
    services.commit_roster(roster=row, sha256=row.sha256, by=row.by)
    return services.run_commit(roster_id=row.pk)


def key(cohort: Cohort, **fields) -> tuple[EnrolmentKey, str]:
    today = timezone.localdate()
    fields = {
        "name": "Classe di prova",
        "uses": 2,
        "first_day": today - timedelta(days=1),
        "last_day": today + timedelta(days=5),
        "by": people.administrator(),
    } | fields
    return services.make_key(cohort=cohort, **fields)


def grant(cohort: Cohort, **fields) -> SeatGrant:
    fields = {
        "organisation": people.organisation(),
        "seats": 2,
        "last_day": timezone.localdate() + timedelta(days=5),
        "contact_email": "referente@portierato.example",
        "by": people.administrator(),
    } | fields
    return services.give_seats(cohort=cohort, **fields)
