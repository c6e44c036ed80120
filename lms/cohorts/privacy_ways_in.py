"""What the ways into a cohort and the fees hold about a person, and what becomes of it."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.cohorts.models import (
    EnrolmentFee,
    EnrolmentKey,
    KeyUse,
    Payment,
    RosterImport,
    SeatGrant,
    SeatInvitation,
)
from lms.core.registries import PersonalData, register_personal_data

ACCOUNTS = _("Accounts of what was due and paid are kept for ten years (art. 2220 c.c.).")
ON_RECORD = _("Who brought people into a cohort is on record.")


def register() -> None:
    for entry in (
        PersonalData("cohorts.RosterImport", _rosters, kept=ON_RECORD),
        PersonalData("cohorts.EnrolmentKey", _keys, kept=ON_RECORD),
        PersonalData(
            "cohorts.KeyUse",
            _uses,
            kept=_("It says how you came to be enrolled, as your enrolment does."),
        ),
        PersonalData("cohorts.SeatGrant", _grants, kept=ON_RECORD),
        PersonalData("cohorts.SeatInvitation", _invitations, erase=_erase_invitations),
        PersonalData("cohorts.EnrolmentFee", _fees, kept=ACCOUNTS),
        PersonalData("cohorts.Payment", _payments, kept=ACCOUNTS),
    ):
        register_personal_data(entry)


def _rosters(user) -> list[dict]:
    rows = RosterImport.objects.filter(by=user).select_related("cohort")
    return [
        {"cohort": row.cohort.code, "lines": row.lines, "at": row.created_at.isoformat()}
        for row in rows
    ]


def _keys(user) -> list[dict]:
    rows = EnrolmentKey.objects.filter(created_by=user).select_related("cohort")
    return [{"cohort": row.cohort.code, "name": row.name} for row in rows]


def _uses(user) -> list[dict]:
    rows = KeyUse.objects.filter(enrolment__user=user).select_related("key__cohort")
    return [{"cohort": row.key.cohort.code, "at": row.at.isoformat()} for row in rows]


def _grants(user) -> list[dict]:
    mine = SeatGrant.objects.filter(Q(contact=user) | Q(given_by=user))
    return [
        {"cohort": row.cohort.code, "organisation": row.organisation.name, "seats": row.seats}
        for row in mine.select_related("cohort", "organisation")
    ]


def _own_invitations(user):
    return SeatInvitation.objects.filter(Q(email__iexact=user.email) | Q(enrolment__user=user))


def _invitations(user) -> list[dict]:
    rows = _own_invitations(user) | SeatInvitation.objects.filter(invited_by=user)
    return [
        {
            "cohort": row.grant.cohort.code,
            "organisation": row.grant.organisation.name,
            "email": row.email if row.invited_by_id != user.pk else "",
            "sent_at": row.created_at.isoformat(),
            "accepted_at": row.accepted_at and row.accepted_at.isoformat(),
        }
        for row in rows.distinct().select_related("grant__cohort", "grant__organisation")
    ]


def _erase_invitations(user) -> int:
    """Unanswered ones go; of an accepted one the address goes, and the seat stays counted."""
    mine = _own_invitations(user)
    gone = mine.filter(accepted_at=None).delete()[0]
    for row in mine:
        SeatInvitation.objects.filter(pk=row.pk).update(email=f"erased-{row.pk}@erased.invalid")
        gone += 1
    return gone + SeatInvitation.objects.filter(invited_by=user).update(invited_by=None)


def _fees(user) -> list[dict]:
    rows = EnrolmentFee.objects.filter(enrolment__user=user).select_related("enrolment__cohort")
    return [
        {"cohort": row.enrolment.cohort.code, "cents": row.cents, "band": row.band_name,
         "reason": row.reason, "set_at": row.set_at.isoformat()}
        for row in rows
    ]  # fmt: skip


def _payments(user) -> list[dict]:
    rows = Payment.objects.filter(enrolment__user=user).select_related("enrolment__cohort")
    return [
        {"cohort": row.enrolment.cohort.code, "cents": row.cents, "method": row.method,
         "received_on": row.received_on.isoformat(), "reference": row.reference, "reason": row.reason}
        for row in rows
    ]  # fmt: skip
