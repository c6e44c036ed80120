"""What can be done at the sportello (send, take in hand, answer, forget) and with pictures."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.images.models import Filter, SourceImageIOError
from wagtail.log_actions import log

from cms.choices import PICTURE_SIZES, HelpStatus
from cms.models import HelpRequest, HubImage
from lms.accounts.models import User
from lms.core.dates import day_in_words
from lms.core.errors import DomainError
from lms.core.services import queue_mail

# Whoever writes more than this in a day is not helped by one more mail; it also keeps the
# acknowledgement from being turned against somebody else's mailbox.
REQUESTS_A_DAY = 5
# What the privacy page promises: a year after the answer the person's data go.
KEPT_AFTER_ANSWER = timedelta(days=365)


def make_picture_sizes(*, image: HubImage) -> int:
    """Make the scaled pictures that our templates show, where missing; how many were made.

    A picture whose file is gone or cannot be read has none. Rows are asked for, not Wagtail's cache of
    them: that of the worker still knows the sizes of a file that was replaced.
    """
    sizes = [Filter(spec=size) for spec in PICTURE_SIZES for size in Filter.expand_spec(spec)]
    made = set(image.renditions.values_list("filter_spec", "focal_point_key"))
    missing = [size for size in sizes if (size.spec, size.get_cache_key(image)) not in made]
    try:
        return len(image.create_renditions(*missing))
    except (SourceImageIOError, OSError):
        return 0


def send_help_request(
    *,
    key: UUID,
    name: str,
    email: str,
    language: str,
    topic: str,
    message: str,
    consent_version: str,
    at: datetime | None = None,
) -> HelpRequest:
    """Record a request and acknowledge it by mail; the same `key` again returns the same request.

    Raises DomainError `too_many_requests` after five from one address within 24 hours.
    """
    at = at or timezone.now()
    already = HelpRequest.objects.filter(key=key).first()
    if already:
        return already
    recent = HelpRequest.objects.of_address(email).filter(consented_at__gt=at - timedelta(days=1))
    if recent.count() >= REQUESTS_A_DAY:
        raise DomainError(
            _("You have written to us several times today: we will answer by e-mail."),
            "too_many_requests",
        )
    with transaction.atomic():
        request, made = HelpRequest.objects.get_or_create(
            key=key,
            defaults={
                "name": name,
                "email": email,
                "language": language,
                "topic": topic,
                "message": message,
                "consent_version": consent_version,
                "consented_at": at,
            },
        )
        if made:
            queue_mail(
                key=f"cms.help_received:{request.pk}",
                kind="cms.help_desk",
                recipient=email,
                language=language,
                template="cms/help_received",
                # Anybody may write anybody's address in the form: not a word of the sender's goes there.
                context={"day": _day(at, language), "number": request.pk},
            )
    return request


def _day(at: datetime, language: str) -> str:
    with translation.override(language):
        return day_in_words(at, "year")


def take_help_request(*, request: HelpRequest, by: User) -> HelpRequest:
    """Say that somebody is working on it."""
    changed = HelpRequest.objects.filter(pk=request.pk, status=HelpStatus.NEW).update(
        status=HelpStatus.IN_PROGRESS, updated_at=timezone.now()
    )
    request.refresh_from_db()
    if changed:
        log(request, "cms.take_help_request", user=by)
    return request


def answer_help_request(
    *, request: HelpRequest, answer: str, by: User, at: datetime | None = None
) -> HelpRequest:
    """Answer a request: the answer is kept and goes out by mail, once.

    Raises DomainError `empty_answer`, `already_answered`, `erased`.
    """
    answer = answer.strip()
    if not answer:
        raise DomainError(_("Write the answer before you save it as answered."), "empty_answer")
    with transaction.atomic():
        locked = HelpRequest.objects.select_for_update().get(pk=request.pk)
        if locked.erased_at:
            raise DomainError(_("The data of this person have been erased."), "erased")
        # On SQLite the lock is nothing: the conditional UPDATE is what lets one answer through.
        changed = (
            HelpRequest.objects.filter(pk=request.pk)
            .exclude(status=HelpStatus.ANSWERED)
            .update(
                status=HelpStatus.ANSWERED,
                answer=answer,
                answered_at=at or timezone.now(),
                answered_by=by,
                updated_at=timezone.now(),
            )
        )
        if not changed:
            raise DomainError(_("This request has already been answered."), "already_answered")
        request.refresh_from_db()
        log(request, "cms.answer_help_request", user=by)
        queue_mail(
            key=f"cms.help_answered:{request.pk}",
            kind="cms.help_desk",
            recipient=request.email,
            language=request.language,
            template="cms/help_answered",
            context={
                "name": request.name,
                "message": request.message,
                "answer": answer,
                "number": request.pk,
            },
        )
    return request


def erase_help_requests(*, requests: QuerySet[HelpRequest], at: datetime | None = None) -> int:
    """Empty the personal fields of these requests; topic, dates and status stay, for counting."""
    at = at or timezone.now()
    return requests.filter(erased_at=None).update(
        name="", email="", message="", answer="", erased_at=at
    )


def forget_old_help_requests() -> int:
    """Due work: what was answered longer ago than the privacy page promises loses its person."""
    limit = timezone.now() - KEPT_AFTER_ANSWER
    return erase_help_requests(requests=HelpRequest.objects.filter(answered_at__lt=limit))
