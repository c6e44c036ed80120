"""Consents: given to a version of a text, taken back, never rewritten."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.accounts.models import Consent, ConsentText, User
from lms.core.errors import DomainError


def give_consent(*, user: User, text: ConsentText, at: datetime.datetime | None = None) -> Consent:
    """Record that `user` agrees to this version; agreeing twice is one consent."""
    consent, _made = Consent.objects.get_or_create(
        user=user, text=text, withdrawn_at=None, defaults={"given_at": at or timezone.now()}
    )
    return consent


def withdraw_consent(*, user: User, text: ConsentText, at: datetime.datetime | None = None) -> int:
    """Take back every version of this kind; the number of consents that ended.

    The required one cannot be taken back alone (`required_consent`): erasing the account does.
    """
    if text.required:
        raise DomainError(
            _("Without this consent there is no account: you can erase it below."),
            "required_consent",
        )
    return (
        Consent.objects.given()
        .filter(user=user, text__kind=text.kind)
        .update(withdrawn_at=at or timezone.now())
    )


@transaction.atomic
def record_consents(
    *, user: User, accepted: Iterable[str], at: datetime.datetime | None = None
) -> list[str]:
    """Bring the person's consents to the current texts in line with the kinds `accepted`.

    Refuses with `required_consent` when a required kind is missing. Returns the kinds in force.
    """
    accepted = set(accepted)
    texts = list(ConsentText.objects.current())
    if any(text.required and text.kind not in accepted for text in texts):
        raise DomainError(_("You need to accept the privacy notice."), "required_consent")
    for text in texts:
        if text.kind in accepted:
            give_consent(user=user, text=text, at=at)
        else:
            withdraw_consent(user=user, text=text, at=at)
    return [text.kind for text in texts if text.kind in accepted]
