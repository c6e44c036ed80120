"""The secret address of a person's calendar: made, renewed, taken back."""

import re
from base64 import urlsafe_b64encode

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.models import CalendarFeed
from lms.core.errors import DomainError

# What the page draws for one asking: 128 random bits as `secrets.token_urlsafe(16)` writes them.
ASKING = re.compile(r"[A-Za-z0-9_-]{22}")
TOKEN_BYTES = 24


def renew_feed(*, user: User, asking: str, serial: int | None) -> str:
    """Give the person a new address and return its token, which is kept nowhere in clear.

    `asking` is random and drawn by the page, `serial` is the feed's when the page was made (0 without
    one). The same request twice gives the same token. Refused with `stale_page`.
    """
    if serial is None or not ASKING.fullmatch(asking):
        raise _stale()
    token = _token(user, asking)
    with transaction.atomic():
        CalendarFeed.objects.get_or_create(user=user)
        feed = CalendarFeed.objects.select_for_update().get(user=user)
        if feed.token_hash == CalendarFeed.hash_of(token):
            return token
        if feed.serial != serial:
            raise _stale()
        feed.token_hash = CalendarFeed.hash_of(token)
        feed.serial += 1
        feed.made_at, feed.last_read_on = timezone.now(), None
        feed.save()
        log(feed, "cohorts.renew_feed", user=user)
    return token


def revoke_feed(*, user: User) -> None:
    """Take the address back: whoever has it reads nothing more. Again changes nothing."""
    with transaction.atomic():
        feed = CalendarFeed.objects.select_for_update().filter(user=user).first()
        if feed is None or feed.token_hash is None:
            return
        feed.token_hash = feed.made_at = feed.last_read_on = None
        feed.serial += 1
        feed.save()
        log(feed, "cohorts.revoke_feed", user=user)


def note_reading(*, feed: CalendarFeed) -> None:
    """Remember the day on which a calendar last asked; one write a day."""
    today = timezone.localdate()
    if feed.last_read_on != today:
        CalendarFeed.objects.filter(pk=feed.pk, token_hash=feed.token_hash).update(
            last_read_on=today
        )


def _token(user: User, asking: str) -> str:
    """192 bits that need both the server's secret and what was drawn."""
    digest = salted_hmac("cohorts.feed", f"{user.pk}:{asking}", algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()


def _stale() -> DomainError:
    return DomainError(
        _("The page was no longer up to date. This is how things stand now."), "stale_page"
    )
