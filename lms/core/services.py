"""Verbs without a domain: putting a mail on its way, once, to who wants it."""

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import timezone, translation

from lms.core.models import OutboundMail
from lms.core.registries import MailKind, registries

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


def are_mails_held_back() -> bool:
    """For who would leave the mails to a task: it runs outside of `mails_held_back`."""
    return _held_back.get()


def queue_mail(
    *, key: str, kind: str, recipient: str, language: str, template: str, context: dict
) -> OutboundMail:
    """Queue one mail; asking again with the same `key` changes nothing.

    `kind` is one of `registries.mail_kinds` (LookupError otherwise): a person who does not want it gets no mail,
    and the row says that it was skipped. `template` names `templates/emails/<template>.{subject.txt,txt,html}`;
    `context` is plain JSON. The text is rendered and sent by a task after the commit, in `language`.
    """
    from lms.core.tasks import deliver_mail

    fields: dict[str, Any] = {
        "kind": _kind(kind).name,
        "recipient": recipient,
        "language": language,
        "template": template,
        "context": context,
    }
    if _held_back.get():
        return OutboundMail(key=key, **fields)
    if not _is_wanted(recipient, _kind(kind)):
        fields["skipped_at"] = timezone.now()
    mail, made = OutboundMail.objects.get_or_create(key=key, defaults=fields)
    if made and not mail.skipped_at:
        transaction.on_commit(partial(deliver_mail.enqueue, mail.pk))
    return mail


def queue_mails(letters: Sequence[OutboundMail]) -> int:
    """Queue many mails at once, inside the caller's transaction; those whose `key` is known already are left out.

    The rows are not saved yet, and each has a `kind` (LookupError otherwise); sent by tasks of `MAILS_A_TASK`
    each, which ask whether they are wanted. Returns how many were new.
    """
    for letter in letters:
        _kind(letter.kind)
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

    The row is claimed by one conditional UPDATE, so a task delivered twice sends once. What the person has
    switched off since, or has lost its object, is skipped. A failure gives the claim back and is raised, for
    the clock to try again (`retry_mails`).
    """
    now = timezone.now()
    claimed = _waiting(now).filter(pk=mail_id).update(claimed_at=now, attempts=F("attempts") + 1)
    if not claimed:
        return False
    row = OutboundMail.objects.filter(pk=mail_id)
    try:
        message = _message(row.get())
        if message is not None:
            message.send()
    except Exception as error:
        row.update(claimed_at=None, error=repr(error)[:2000])
        raise
    done = "sent_at" if message is not None else "skipped_at"
    row.update(**{done: timezone.now()}, error="")
    return message is not None


def retry_mails() -> int:
    """Enqueue again the mails that failed or whose worker died; the number enqueued."""
    from lms.core.tasks import deliver_mail

    now = timezone.now()
    waiting = _waiting(now).filter(
        Q(claimed_at__isnull=False) | Q(updated_at__lt=now - timedelta(seconds=60)),
        attempts__lt=MAX_ATTEMPTS,
    )
    pks = list(waiting.values_list("pk", flat=True)[:500])
    for pk in pks:
        deliver_mail.enqueue(pk)
    return len(pks)


def _waiting(now: datetime) -> QuerySet[OutboundMail]:
    """Neither sent nor skipped, and in nobody's hands."""
    stale = now - timedelta(seconds=CLAIM_SECONDS)
    free = Q(claimed_at=None) | Q(claimed_at__lt=stale)
    return OutboundMail.objects.filter(free, sent_at=None, skipped_at=None)


def _kind(name: str) -> MailKind:
    try:
        return registries.mail_kinds[name]
    except KeyError:
        raise LookupError(
            f"No mail kind {name!r}: register it in the package's ready() (register_mail_kind)."
        ) from None


def _is_wanted(recipient: str, kind: MailKind) -> bool:
    choices = registries.mail_choices
    return kind.mandatory or choices is None or choices.wanted(recipient, kind)


def _message(mail: OutboundMail) -> EmailMultiAlternatives | None:
    """The mail as it leaves, or None where it must not."""
    # Queued before kinds were kept: nothing to ask, nothing to stop.
    kind = _kind(mail.kind) if mail.kind else None
    context = mail.context
    if kind is not None:
        with translation.override(mail.language):
            fresh = kind.refresh(context) if _is_wanted(mail.recipient, kind) else None
        if fresh is None:
            return None
        context = fresh
    return render_mail(
        template=mail.template,
        language=mail.language,
        recipient=mail.recipient,
        context=context,
        kind=kind,
    )


def render_mail(
    *, template: str, language: str, recipient: str, context: dict, kind: MailKind | None
) -> EmailMultiAlternatives:
    """The message: subject on one line, text and HTML with the same foot, and the way to stop it.

    The headers are those of RFC 2369 and RFC 8058: mail programs show a button, and one click is one POST.
    """
    context = {**context, "site_url": settings.SITE_URL, "language": language}
    context |= _foot(recipient, kind, language)
    headers = {"Auto-Submitted": "auto-generated"}  # RFC 3834: no holiday answers, please
    if context["stop_url"]:
        headers["List-Unsubscribe"] = f"<{context['stop_url']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    with translation.override(language):
        subject = _plain(f"emails/{template}.subject.txt", context)
        text = _plain(f"emails/{template}.txt", context)
        foot = _plain("emails/foot.txt", context)
        message = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            # Paragraphs that were left out leave no hole.
            body=re.sub(r"\n[ \t]*(\n[ \t]*)+\n", "\n\n", f"{text}\n\n-- \n{foot}\n"),
            to=[recipient],
            headers=headers,
        )
        message.attach_alternative(
            render_to_string(f"emails/{template}.html", context), "text/html"
        )
    return message


def _plain(name: str, context: dict) -> str:
    """Text without HTML's escapes: a name such as D’Amico's stays as it is written."""
    template = get_template(name).template  # type: ignore[attr-defined]
    return template.render(Context(context, autoescape=False)).strip()


def _foot(recipient: str, kind: MailKind | None, language: str) -> dict:
    """Why one gets the mail, and how to stop it: two addresses, empty where there is nothing to choose."""
    choices = registries.mail_choices
    found = {"mail_kind": kind, "stop_url": "", "choices_url": ""}
    if choices is None or kind is None or kind.mandatory:
        return found
    stop = choices.stop_address(recipient, kind, language)
    if stop:
        found["stop_url"] = f"{settings.SITE_URL}{stop}"
        found["choices_url"] = f"{settings.SITE_URL}{choices.page_address(language)}"
    return found
