"""The mails to people who are brought in: by a roster, or by their organisation."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.accounts.mail import seal
from lms.accounts.models import User
from lms.cohorts.models import Cohort, Enrolment, SeatGrant, SeatInvitation
from lms.core.dates import day_in_words
from lms.core.models import OutboundMail
from lms.core.services import queue_mail


def enrolment_note(cohort: Cohort, language: str) -> str:
    """Why somebody is invited to the platform: a sentence in `language`."""
    with translation.override(language):
        return _("You have a seat in %(course)s (cohort %(code)s), which begins on %(starts)s.") % {
            "course": cohort.title_in(language),
            "code": cohort.code,
            "starts": day_in_words(cohort.starts_on, "year"),
        }


def contact_note(grant: SeatGrant, language: str) -> str:
    """Why a contact person is invited to the platform."""
    with translation.override(language):
        text = ngettext(
            "%(organisation)s has %(seats)s seat in %(course)s (cohort %(code)s): you say who takes it.",
            "%(organisation)s has %(seats)s seats in %(course)s (cohort %(code)s): you say who takes them.",
            grant.seats,
        )
        return text % {
            "organisation": grant.organisation.name,
            "seats": grant.seats,
            "course": grant.cohort.title_in(language),
            "code": grant.cohort.code,
        }


def enrolment_letters(enrolments: Iterable[Enrolment]) -> list[OutboundMail]:
    """One letter for each, not saved yet; with `user` and `cohort__course` at hand no query."""
    return [
        OutboundMail(
            key=f"cohorts.enrolled:{row.pk}:{row.enrolled_at.isoformat()}",
            kind="cohorts.admission",
            recipient=row.user.email,
            language=row.user.language,
            template="cohorts/enrolled",
            context=_facts(row.cohort, row.user.language) | {"name": row.user.get_short_name()},
        )
        for row in enrolments
    ]


def send_enrolment_letter(enrolment: Enrolment) -> None:
    letter = enrolment_letters([enrolment])[0]
    queue_mail(
        key=letter.key,
        kind=letter.kind,
        recipient=letter.recipient,
        language=letter.language,
        template=letter.template,
        context=letter.context,
    )


def send_contact_letter(grant: SeatGrant, contact: User) -> None:
    """To a contact person who has an account already."""
    language = contact.language
    with translation.override(language):
        path = reverse("cohorts:grant", args=[grant.pk])
    queue_mail(
        key=f"cohorts.seat_grant:{grant.pk}",
        kind="cohorts.admission",
        recipient=contact.email,
        language=language,
        template="cohorts/seat_grant",
        context=_facts(grant.cohort, language)
        | {
            "name": contact.get_short_name(),
            "organisation": grant.organisation.name,
            "seats": grant.seats,
            "until": _day(grant.last_day, language),
            "path": path,
        },
    )


def invitation_letter(invitation: SeatInvitation, token: str, grant: SeatGrant) -> OutboundMail:
    """The letter with the link, sealed and not saved yet."""
    language = invitation.language
    with translation.override(language):
        path = reverse("cohorts:seat", args=[token])
    secret = _facts(grant.cohort, language) | {
        "url": f"{settings.SITE_URL}{path}",
        "organisation": grant.organisation.name,
        "until": _day(grant.last_day, language),
    }
    return OutboundMail(
        key=f"cohorts.seat_invitation:{invitation.pk}",
        kind="cohorts.invitation",
        recipient=invitation.email,
        language=language,
        template="cohorts/seat_invitation",
        context={"sealed": seal(secret)},
    )


def _facts(cohort: Cohort, language: str) -> dict:
    with translation.override(language):
        return {
            "course": cohort.title_in(language),
            "code": cohort.code,
            "starts": day_in_words(cohort.starts_on, "year"),
            "path": cohort.get_absolute_url(),
        }


def _day(day: date, language: str) -> str:
    with translation.override(language):
        return day_in_words(day, "year")
