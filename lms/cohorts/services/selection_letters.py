"""The mails of a selection: to readers what there is to read, to applicants their place in line and their offers."""

from collections import Counter
from collections.abc import Iterable

from django.urls import reverse
from django.utils import translation

from lms.accounts.models import User
from lms.cohorts.models import Application, Cohort, Offer, Reading
from lms.cohorts.services.letters import facts_of
from lms.cohorts.summary.waiting import place_in_words
from lms.core.dates import moment_in_words
from lms.core.services import queue_mail


def send_readings_letters(cohort: Cohort, made: Iterable[Reading]) -> None:
    """One mail to each person who has got something to read; it names no applicant."""
    made = list(made)
    counts = Counter(row.reader_id for row in made)
    for reader in cohort.readers.filter(pk__in=list(counts)).select_related("user"):
        last = max(row.pk for row in made if row.reader_id == reader.pk)
        with translation.override(reader.user.language):
            path = reverse("cohorts:readings")
        _send(
            f"cohorts.readings_assigned:{reader.pk}:{last}",
            reader.user,
            "readings_assigned",
            facts_of(reader.user, cohort) | {"number": counts[reader.pk], "path": path},
            kind="cohorts.readings",
        )


def send_waitlisted_letter(application: Application, place: int) -> None:
    """Tells the person that they wait, and their place in words."""
    user = application.user
    with translation.override(user.language):
        words = place_in_words(place)
    _send(
        f"cohorts.application_waitlisted:{application.pk}:{_moment_key(application)}",
        user,
        "application_waitlisted",
        facts_of(user, application.cohort) | {"place": words},
    )


def send_offer_letter(offer: Offer, occasion: str) -> None:
    """`occasion`: made or lapsed. The hour is that of Europe/Rome."""
    user = offer.application.user
    with translation.override(user.language):
        until = moment_in_words(offer.expires_at)
    _send(
        f"cohorts.offer_{occasion}:{offer.pk}",
        user,
        f"offer_{occasion}",
        facts_of(user, offer.application.cohort)
        | {"until": until}
        | ({"path": offer_path(offer)} if occasion == "made" else {}),
    )


def send_list_closed_letter(application: Application) -> None:
    _send(
        f"cohorts.waiting_closed:{application.pk}",
        application.user,
        "waiting_closed",
        facts_of(application.user, application.cohort),
    )


def offer_path(offer: Offer) -> str:
    with translation.override(offer.application.user.language):
        return reverse("cohorts:offer", args=[offer.application.cohort.code])


def _moment_key(application: Application) -> str:
    place = application.waiting_place.since
    return place.isoformat() if place else ""


def _send(
    key: str, user: User, template: str, context: dict, *, kind: str = "cohorts.admission"
) -> None:
    queue_mail(
        key=key,
        kind=kind,
        recipient=user.email,
        language=user.language,
        template=f"cohorts/{template}",
        context=context,
    )
