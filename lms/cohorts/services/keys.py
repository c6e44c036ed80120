"""Enrolment keys: made, handed out, used once by each person, revoked."""

import secrets
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import Organisation, User
from lms.accounts.models.invitation import token_digest
from lms.cohorts.choices import EnrolmentStatus
from lms.cohorts.models import Cohort, Enrolment, EnrolmentKey, KeyUse, SeatPool
from lms.cohorts.services.enrolments import refuse_foreign_pool, take_seat
from lms.cohorts.services.invitation_letters import send_enrolment_letter
from lms.core.dates import day_in_words
from lms.core.errors import DomainError

# No letter or digit that is taken for another one: 31 signs, so 39 bits in eight.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ".replace("L", "")
LENGTH = 8
LINK_BYTES = 32  # 256 random bits: the link opens without a code


def make_key(
    *,
    cohort: Cohort,
    name: str,
    uses: int,
    first_day: date,
    last_day: date,
    by: User,
    pool: SeatPool | None = None,
    organisation: Organisation | None = None,
    email_domain: str = "",
) -> tuple[EnrolmentKey, str]:
    """A key and the token of its link, which is told this once; refused with `foreign_pool`."""
    refuse_foreign_pool(cohort, pool)
    token = secrets.token_urlsafe(LINK_BYTES)
    with transaction.atomic():
        key = EnrolmentKey.objects.create(
            cohort=cohort,
            name=name,
            code="".join(secrets.choice(SIGNS) for _sign in range(LENGTH)),
            link_hash=token_digest(token),
            uses=uses,
            first_day=first_day,
            last_day=last_day,
            pool=pool,
            organisation=organisation,
            email_domain=email_domain.lower().strip().lstrip("@"),
            created_by=by,
        )
        log(cohort, "cohorts.make_key", user=by, data={"key": key.pk, "uses": uses})
    return key, token


def renew_link(*, key: EnrolmentKey, by: User) -> str:
    """Another link for the key: the old one opens nothing any more. Returns the new token."""
    token = secrets.token_urlsafe(LINK_BYTES)
    with transaction.atomic():
        EnrolmentKey.objects.filter(pk=key.pk).update(link_hash=token_digest(token))
        log(key.cohort, "cohorts.renew_key_link", user=by, data={"key": key.pk})
    return token


def revoke_key(*, key: EnrolmentKey, by: User) -> EnrolmentKey:
    """Nobody comes in by it any more; who did stays. Again changes nothing."""
    with transaction.atomic():
        open_rows = EnrolmentKey.objects.filter(pk=key.pk, revoked_at=None)
        if open_rows.update(revoked_at=timezone.now()):
            log(key.cohort, "cohorts.revoke_key", user=by, data={"key": key.pk})
    key.refresh_from_db()
    return key


def key_for_code(*, cohort: Cohort, code: str) -> EnrolmentKey | None:
    """The key that somebody types, spaces and small letters forgiven; None where this cohort has none."""
    typed = "".join(code.split()).replace("-", "").upper()
    return EnrolmentKey.objects.filter(cohort=cohort, code=typed[:LENGTH]).first() if (
        len(typed) == LENGTH
    ) else None  # fmt: skip


def key_for_link(
    *, token: str, user: User | None, at: datetime | None = None
) -> EnrolmentKey | None:
    """The key of a link as long as it lets somebody in: unknown, expired, used up and revoked are alike.

    To whom it has let in already it opens still, for the second click.
    """
    rows = EnrolmentKey.objects.select_related("cohort__course", "pool", "organisation")
    key = rows.filter(link_hash=token_digest(token)).first()
    day = timezone.localdate(at or timezone.now())
    if key and key.valid_on(day) and _cohort_takes(key.cohort, day):
        return key
    inside = key and user and KeyUse.objects.filter(key=key, enrolment__user=user).exists()
    return key if inside else None


def use_key(*, key: EnrolmentKey, user: User, at: datetime | None = None) -> Enrolment:
    """Enrol the person by the key; who is enrolled keeps the seat, and the key is not spent.

    Two clicks use it once: the cohort's row is locked, and the number of uses is moved on by one
    conditional UPDATE. Refused with `key_revoked`, `key_early`, `key_expired`, `key_used_up`, `key_domain`,
    `left_cohort`, and as `take_seat` says.
    """
    at = at or timezone.now()
    if known := _seat_of(key, user):
        return known
    _refuse_key(key, user, timezone.localdate(at))
    with transaction.atomic():
        cohort = Cohort.objects.select_for_update().get(pk=key.cohort_id)
        if known := _seat_of(key, user):
            return known
        key = EnrolmentKey.objects.select_related("pool", "organisation").get(pk=key.pk)
        _refuse_key(key, user, timezone.localdate(at))
        spent = EnrolmentKey.objects.filter(pk=key.pk, used__lt=F("uses"), revoked_at=None)
        if not spent.update(used=F("used") + 1):
            raise DomainError(_("This key has been used up."), "key_used_up")
        enrolment = take_seat(
            cohort=cohort,
            user=user,
            organisation=key.organisation,
            application=None,
            joined_on=None,
            by=user,
            at=at,
            pool=key.pool,
        )
        KeyUse.objects.create(key=key, enrolment=enrolment, at=at)
        log(cohort, "cohorts.use_key", user=user, data={"key": key.pk, "enrolment": enrolment.pk})
        send_enrolment_letter(enrolment)
    return enrolment


def _seat_of(key: EnrolmentKey, user: User) -> Enrolment | None:
    known = Enrolment.objects.filter(cohort=key.cohort_id, user=user).first()
    if known and known.status != EnrolmentStatus.ACTIVE:
        raise DomainError(_("You have left this cohort: write to us to come back."), "left_cohort")
    return known


def _cohort_takes(cohort: Cohort, day: date) -> bool:
    return bool(
        cohort.opened_at and not cohort.cancelled_at and day <= cohort.teaching_days(day)[1]
    )


def _refuse_key(key: EnrolmentKey, user: User, day: date) -> None:
    if key.revoked_at:
        raise DomainError(_("This key is no longer valid."), "key_revoked")
    if day < key.first_day:
        raise DomainError(
            _("This key is valid from %(day)s.") % {"day": day_in_words(key.first_day, "year")},
            "key_early",
        )
    if day > key.last_day or not _cohort_takes(key.cohort, day):
        raise DomainError(
            _("This key was valid until %(day)s.") % {"day": day_in_words(key.last_day, "year")},
            "key_expired",
        )
    if key.left <= 0:
        raise DomainError(_("This key has been used up."), "key_used_up")
    if key.email_domain and not _has_address_of(user, key.email_domain):
        raise DomainError(
            _("This key is for addresses that end in @%(domain)s: confirm yours on your profile.")
            % {"domain": key.email_domain},
            "key_domain",
        )


def _has_address_of(user: User, domain: str) -> bool:
    """A confirmed address of the domain itself, not of one that ends like it."""
    from allauth.account.models import EmailAddress

    return EmailAddress.objects.filter(
        user=user, verified=True, email__iendswith=f"@{domain}"
    ).exists()
