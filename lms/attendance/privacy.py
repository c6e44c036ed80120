"""What the registers hold about a person; all of it is kept (domain: Personal data)."""

from django.utils.translation import gettext_lazy as _

from lms.attendance.models import Credit, Excuse, MakeUp, PresenceInterval, RegisterSheet
from lms.core.registries import PersonalData, register_personal_data

KEPT = _(
    "Attendance registers prove to funders who was in class: they are kept, restricted, for the years "
    "that the cohort's funding asks (ESF+: five years from 31 December of the last payment)."
)


def register() -> None:
    for model, export in {
        "attendance.PresenceInterval": _presences,
        "attendance.Excuse": _excuses,
        "attendance.Credit": _credits,
        "attendance.MakeUp": _make_ups,
        "attendance.RegisterSheet": _sheets,
    }.items():
        erase = _erase_reasons if model == "attendance.Excuse" else None
        register_personal_data(PersonalData(model, export=export, erase=erase, kept=KEPT))


def _presences(user) -> list[dict]:
    rows = PresenceInterval.objects.filter(enrolment__user=user)
    return [
        {
            "cohort": row.session.cohort.code,
            "session": row.session.number,
            "in_at": row.in_at.isoformat(),
            "out_at": row.out_at.isoformat(),
            "channel": row.channel,
            "source": row.source,
        }
        for row in rows.select_related("session__cohort")
    ]


def _excuses(user) -> list[dict]:
    rows = Excuse.objects.filter(enrolment__user=user).select_related("session__cohort")
    return [
        {
            "cohort": row.session.cohort.code,
            "session": row.session.number,
            "reason": row.reason,
            "status": row.status,
        }
        for row in rows
    ]


def _erase_reasons(user) -> int:
    """The words of an excuse may say much about a person's life: they go, the fact stays."""
    return Excuse.objects.filter(enrolment__user=user).exclude(reason="–").update(reason="–")


def _credits(user) -> list[dict]:
    rows = Credit.objects.filter(enrolment__user=user).select_related("enrolment__cohort", "module")
    return [
        {
            "cohort": row.enrolment.cohort.code,
            "module": row.module.title if row.module else None,
            "minutes": row.minutes,
            "reason": row.reason,
        }
        for row in rows
    ]


def _make_ups(user) -> list[dict]:
    rows = MakeUp.objects.filter(enrolment__user=user)
    return [
        {
            "missed": f"{row.missed.cohort.code} {row.missed.number}",
            "held_in": f"{row.held_in.cohort.code} {row.held_in.number}",
            "in_at": row.in_at.isoformat(),
            "out_at": row.out_at.isoformat(),
        }
        for row in rows.select_related("missed__cohort", "held_in__cohort")
    ]


def _sheets(user) -> list[dict]:
    rows = RegisterSheet.objects.filter(signed_by=user).select_related("session__cohort")
    return [
        {
            "cohort": row.session.cohort.code,
            "session": row.session.number,
            "signed_at": row.signed_at.isoformat(),
        }
        for row in rows
    ]
