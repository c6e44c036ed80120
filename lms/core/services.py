"""Verbs without a domain: putting a mail on its way, once."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import partial

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from lms.core.models import OutboundMail

# A claim older than this belongs to a worker that died: another one may take the mail.
CLAIM_SECONDS = 600
MAX_ATTEMPTS = 6
MAILS_A_TASK = 100
logger = logging.getLogger(__name__)
_held_back: ContextVar[bool] = ContextVar("mails_held_back", default=False)


@contextmanager
def mails_held_back() -> Iterator[None]:
    """Inside, `queue_mail` writes and sends nothing: for records of the past, such as the demo's."""
    token = _held_back.set(True)
    try:
        yield
    finally:
        _held_back.reset(token)


def queue_mail(
    *, key: str, recipient: str, language: str, template: str, context: dict
) -> OutboundMail:
    """Queue one mail; asking again with the same `key` changes nothing.

    `template` names `templates/emails/<template>.{subject.txt,txt,html}`; `context` is plain JSON. The
    text is rendered and sent by a task after the commit, in `language`.
    """
    from lms.core.tasks import deliver_mail

    fields = {
        "recipient": recipient,
        "language": language,
        "template": template,
        "context": context,
    }
    if _held_back.get():
        return OutboundMail(key=key, **fields)
    mail, made = OutboundMail.objects.get_or_create(key=key, defaults=fields)
    if made:
        transaction.on_commit(partial(deliver_mail.enqueue, mail.pk))
    return mail


def queue_mails(letters: Sequence[OutboundMail]) -> int:
    """Queue many mails at once, inside the caller's transaction; those whose `key` is known already are left out.

    The rows are not saved yet; sent by tasks of `MAILS_A_TASK` each. Returns how many were new.
    """
    if _held_back.get() or not letters:
        return 0
    keys = [letter.key for letter in letters]
    rows = OutboundMail.objects.filter(key__in=keys)
    known = set(rows.values_list("key", flat=True))
    OutboundMail.objects.bulk_create(
        [letter for letter in letters if letter.key not in known], ignore_conflicts=True
    )
    made = list(rows.exclude(key__in=known).values_list("pk", flat=True))
    for start in range(0, len(made), MAILS_A_TASK):
        transaction.on_commit(partial(_deliver_many, made[start : start + MAILS_A_TASK]))
    return len(made)


def _deliver_many(pks: list[int]) -> None:
    from lms.core.tasks import deliver_mails

    deliver_mails.enqueue(pks)


def send_mails(*, mail_ids: Sequence[int]) -> int:
    """Send each of them once (`send_mail_once`); one that fails is tried again by the clock. How many were sent."""
    sent = 0
    for mail_id in mail_ids:
        try:
            sent += send_mail_once(mail_id=mail_id)
        except Exception:  # noted on the row; the others do not wait for it
            logger.exception("Mail %s was not sent.", mail_id)
    return sent


def send_mail_once(*, mail_id: int) -> bool:
    """Render and send a queued mail; True if this call sent it.

    The row is claimed by one conditional UPDATE, so a task delivered twice sends once. A failure
    gives the claim back and is raised, for the clock to try again (`retry_mails`).
    """
    now = timezone.now()
    stale = now - timedelta(seconds=CLAIM_SECONDS)
    claimed = OutboundMail.objects.filter(
        Q(claimed_at=None) | Q(claimed_at__lt=stale), pk=mail_id, sent_at=None
    ).update(claimed_at=now, attempts=F("attempts") + 1)
    if not claimed:
        return False
    mail = OutboundMail.objects.get(pk=mail_id)
    try:
        _render(mail).send()
    except Exception as error:
        OutboundMail.objects.filter(pk=mail_id).update(claimed_at=None, error=repr(error)[:2000])
        raise
    OutboundMail.objects.filter(pk=mail_id).update(sent_at=timezone.now(), error="")
    return True


def retry_mails() -> int:
    """Enqueue again the mails that failed or whose worker died; the number enqueued."""
    from lms.core.tasks import deliver_mail

    now = timezone.now()
    stale = now - timedelta(seconds=CLAIM_SECONDS)
    waiting = OutboundMail.objects.filter(
        Q(claimed_at=None, updated_at__lt=now - timedelta(seconds=60)) | Q(claimed_at__lt=stale),
        sent_at=None,
        attempts__lt=MAX_ATTEMPTS,
    )
    pks = list(waiting.values_list("pk", flat=True)[:500])
    for pk in pks:
        deliver_mail.enqueue(pk)
    return len(pks)


def _render(mail: OutboundMail) -> EmailMultiAlternatives:
    from django.conf import settings

    context = {**mail.context, "site_url": settings.SITE_URL, "language": mail.language}
    with translation.override(mail.language):
        subject = render_to_string(f"emails/{mail.template}.subject.txt", context)
        message = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=render_to_string(f"emails/{mail.template}.txt", context).strip() + "\n",
            to=[mail.recipient],
        )
        message.attach_alternative(
            render_to_string(f"emails/{mail.template}.html", context), "text/html"
        )
    return message
