"""What the selection of applicants holds about a person, reader or applicant, and what becomes of it."""

from django.utils.translation import gettext_lazy as _

from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.models import Dossier, Offer, Ranking, Reader, Reading, WaitingPlace
from lms.cohorts.services import remove_reader
from lms.core.registries import PersonalData, register_personal_data

DECIDED = (
    ApplicationStatus.ADMITTED,
    ApplicationStatus.DECLINED,
    ApplicationStatus.WAITLISTED,
    ApplicationStatus.OFFERED,
    ApplicationStatus.LAPSED,
)
EVIDENCE = _("Rankings can be computed again from the readings, which name nobody: they are kept.")


def register() -> None:
    for entry in (
        PersonalData(
            "cohorts.Reader",
            export=_reader,
            erase=_release_reader,
            kept=_("Who read applications is on record."),
        ),
        PersonalData("cohorts.Reading", export=_readings, kept=EVIDENCE),
        PersonalData("cohorts.Dossier", export=_dossiers, kept=EVIDENCE),
        PersonalData(
            "cohorts.Ranking", export=_rankings, kept=_("Who made a ranking is on record.")
        ),
        PersonalData("cohorts.WaitingPlace", export=_places, erase=_erase_places),
        PersonalData(
            "cohorts.Offer", export=_offers, kept=_("To whom a seat was offered is on record.")
        ),
    ):
        register_personal_data(entry)


def _reader(user) -> list[dict]:
    rows = Reader.objects.filter(user=user).select_related("cohort")
    return [{"cohort": row.cohort.code, "active": row.active} for row in rows]


def _release_reader(user) -> int:
    """What they had not handed in goes to others: an application does not wait for who is gone."""
    rows = list(Reader.objects.filter(user=user, active=True))
    for row in rows:
        remove_reader(reader=row, by=None)
    return len(rows)


def _readings(user) -> list[dict]:
    """What the person wrote as a reader; and, once decided, what was said of their own application, not by whom."""
    written = Reading.objects.filter(reader__user=user).select_related(
        "application__dossier", "application__cohort"
    )
    received = (
        Reading.objects.submitted()
        .filter(application__user=user, application__status__in=DECIDED)
        .select_related("application__dossier", "application__cohort")
    )
    return [_told(row, "reader") for row in written.prefetch_related("scores__criterion")] + [
        _told(row, "applicant") for row in received.prefetch_related("scores__criterion")
    ]


def _told(row: Reading, role: str) -> dict:
    return {
        "as": role,
        "cohort": row.application.cohort.code,
        "application": row.application.dossier.number,
        "handed_in": row.submitted_at and row.submitted_at.isoformat(),
        "comment": row.comment,
        "scores": [
            {"criterion": score.criterion.title, "points": score.points, "comment": score.comment}
            for score in row.scores.all()
        ],
    }


def _dossiers(user) -> list[dict]:
    rows = Dossier.objects.filter(application__user=user).select_related("cohort")
    return [{"cohort": row.cohort.code, "number": row.number} for row in rows]


def _rankings(user) -> list[dict]:
    rows = Ranking.objects.filter(by=user).select_related("cohort").defer("data")
    return [
        {"cohort": row.cohort.code, "ranking": row.number, "at": row.made_at.isoformat()}
        for row in rows
    ]


def _places(user) -> list[dict]:
    rows = WaitingPlace.objects.filter(application__user=user).select_related("application__cohort")
    return [
        {
            "cohort": row.application.cohort.code,
            "rank": row.rank,
            "since": row.since.isoformat(),
        }
        for row in rows
    ]


def _erase_places(user) -> int:
    return WaitingPlace.objects.filter(application__user=user).delete()[0]


def _offers(user) -> list[dict]:
    rows = Offer.objects.filter(application__user=user).select_related("application__cohort")
    return [
        {
            "cohort": row.application.cohort.code,
            "made_at": row.made_at.isoformat(),
            "expires_at": row.expires_at.isoformat(),
            "answer": row.answer,
            "answered_at": row.answered_at and row.answered_at.isoformat(),
        }
        for row in rows
    ]
