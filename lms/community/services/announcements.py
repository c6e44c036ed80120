"""An announcement's life: written, published or scheduled, corrected, taken down."""

from datetime import datetime
from functools import partial
from typing import TypedDict
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.models import Cohort
from lms.community.models import Announcement
from lms.core.errors import DomainError
from lms.core.services import are_mails_held_back


class Words(TypedDict):
    """What an announcement says; English both or not at all."""

    title: str
    text: str
    title_en: str
    text_en: str


def save_draft(
    *, cohort: Cohort, key: UUID, words: Words, by_mail: bool, pinned: bool, by: User
) -> Announcement:
    """Keep what was written so far; the same `key` again is the same announcement.

    Refused with `cohort_not_open`, `published` for what readers have already seen, `foreign_key`.
    """
    if not cohort.opened_at:
        raise DomainError(_("This cohort is not open."), "cohort_not_open")
    fields = {**words, "by_mail": by_mail, "pinned": pinned}
    with transaction.atomic():
        row, made = Announcement.objects.get_or_create(
            key=key, defaults={**fields, "cohort": cohort, "by": by}
        )
        if row.cohort_id != cohort.pk:
            raise DomainError(_("This announcement is of another cohort."), "foreign_key")
        if made:
            return row
        # What is published meanwhile is no draft any more: one UPDATE decides.
        changed = Announcement.objects.filter(pk=row.pk, published_at=None).update(
            **fields, updated_at=timezone.now()
        )
        if not changed:
            raise DomainError(_("It is published already: correct it instead."), "published")
    row.refresh_from_db()
    return row


def publish_announcement(
    *, announcement: Announcement, by: User | None, at: datetime | None = None
) -> Announcement:
    """Show it to the cohort and put its mails on their way; again changes nothing.

    Refused with `empty`, `half_english`.
    """
    with transaction.atomic():
        announcement = Announcement.objects.select_for_update().get(pk=announcement.pk)
        if announcement.published_at:
            return announcement
        _refuse_words(_words_of(announcement))
        by_mail = announcement.by_mail and not are_mails_held_back()
        changed = Announcement.objects.filter(pk=announcement.pk, published_at=None).update(
            published_at=at or timezone.now(),
            scheduled_for=None,
            mail_round=int(by_mail),
            mails_due=by_mail,
            updated_at=timezone.now(),
        )
        announcement.refresh_from_db()
        if changed:
            log(announcement, "community.announce", user=by, data={"by_mail": by_mail})
            _send(announcement)
    return announcement


def schedule_announcement(
    *, announcement: Announcement, moment: datetime | None, by: User, at: datetime | None = None
) -> Announcement:
    """Publish it later, at `moment`; None makes it a draft again. Refused with `past`, `published`, `empty`, `half_english`."""
    if moment is not None and moment <= (at or timezone.now()):
        raise DomainError(_("Choose a moment that is still to come."), "past")
    with transaction.atomic():
        if moment is not None:
            _refuse_words(_words_of(Announcement.objects.get(pk=announcement.pk)))
        changed = Announcement.objects.filter(pk=announcement.pk, published_at=None).update(
            scheduled_for=moment, updated_at=timezone.now()
        )
        if not changed:
            raise DomainError(_("It is published already: correct it instead."), "published")
        announcement.refresh_from_db()
        data = {"for": moment.isoformat() if moment else None}
        log(announcement, "community.schedule_announcement", user=by, data=data)
    return announcement


def publish_due_announcements(*, at: datetime | None = None) -> int:
    """Due work: publish what was scheduled for now; how many. Not in a cohort called off meanwhile."""
    at = at or timezone.now()
    due = Announcement.objects.filter(
        published_at=None, scheduled_for__lte=at, cohort__cancelled_at=None
    )
    rows = list(due.select_related("by").order_by("scheduled_for")[:100])
    for row in rows:
        publish_announcement(announcement=row, by=row.by, at=at)
    return len(rows)


def correct_announcement(
    *,
    announcement: Announcement,
    words: Words,
    seen: int,
    mail_again: bool,
    by: User,
    at: datetime | None = None,
) -> Announcement:
    """Change the words after publishing: readers see that it was corrected, and are written to only if asked.

    `seen` is the number of corrections that the writer had before them. The words of before stay in the log.
    Refused with `not_published`, `taken_down`, `changed_meanwhile`, `empty`, `half_english`; the same words
    again change nothing.
    """
    _refuse_words(words)
    by_mail = mail_again and not are_mails_held_back()
    mails = {"mails_due": True, "mail_round": F("mail_round") + 1} if by_mail else {}
    with transaction.atomic():
        row = Announcement.objects.select_for_update().get(pk=announcement.pk)
        if not row.published_at:
            raise DomainError(_("It is not published yet."), "not_published")
        _refuse_taken_down(row)
        before = _words_of(row)
        if before == words:
            return row
        # On SQLite the lock is nothing: the number of corrections is what two writers meet at.
        changed = Announcement.objects.filter(pk=row.pk, corrections=seen).update(
            **words,
            corrections=F("corrections") + 1,
            corrected_at=at or timezone.now(),
            **mails,
            updated_at=timezone.now(),
        )
        if not changed:
            raise DomainError(
                _("Somebody else has corrected it meanwhile: read it again, then change it."),
                "changed_meanwhile",
            )
        row.refresh_from_db()
        data = {"before": before, "by_mail": mail_again}
        log(row, "community.correct_announcement", user=by, data=data)
        if by_mail:
            _send(row)
    return row


def pin_announcement(*, announcement: Announcement, pinned: bool, by: User) -> Announcement:
    """Keep it at the top of the list, or no longer; again changes nothing. Refused with `taken_down`."""
    with transaction.atomic():
        _refuse_taken_down(Announcement.objects.get(pk=announcement.pk))
        rows = Announcement.objects.filter(pk=announcement.pk, pinned=not pinned)
        if rows.update(pinned=pinned, updated_at=timezone.now()):
            log(announcement, "community.pin_announcement", user=by, data={"pinned": pinned})
    announcement.refresh_from_db()
    return announcement


def take_down_announcement(
    *, announcement: Announcement, reason: str, by: User, at: datetime | None = None
) -> Announcement:
    """Hide the words; readers see that something was taken down, and why. Again changes nothing.

    Refused with `needs_reason`, `not_published`.
    """
    reason = reason.strip()
    if not reason:
        raise DomainError(_("Say why: readers see it in its place."), "needs_reason")
    with transaction.atomic():
        row = Announcement.objects.get(pk=announcement.pk)
        if not row.published_at:
            raise DomainError(_("It is not published yet."), "not_published")
        changed = Announcement.objects.filter(pk=row.pk, taken_down_at=None).update(
            taken_down_at=at or timezone.now(),
            taken_down_reason=reason,
            pinned=False,
            mails_due=False,
            updated_at=timezone.now(),
        )
        if changed:
            log(row, "community.take_down_announcement", user=by, data={"reason": reason})
    row.refresh_from_db()
    return row


def discard_draft(*, announcement: Announcement, by: User) -> None:
    """Throw away what was never published; again changes nothing. Refused with `published`."""
    with transaction.atomic():
        if Announcement.objects.published().filter(pk=announcement.pk).exists():
            raise DomainError(_("It is published already: take it down instead."), "published")
        Announcement.objects.filter(pk=announcement.pk, published_at=None).delete()


def _words_of(announcement: Announcement) -> Words:
    return Words(
        title=announcement.title,
        text=announcement.text,
        title_en=announcement.title_en,
        text_en=announcement.text_en,
    )


def _refuse_words(words: Words) -> None:
    if not words["title"].strip() or not words["text"].strip():
        raise DomainError(_("Write a title and a text before others read it."), "empty")
    if bool(words["title_en"].strip()) != bool(words["text_en"].strip()):
        raise DomainError(_("In English, write both the title and the text."), "half_english")


def _refuse_taken_down(announcement: Announcement) -> None:
    if announcement.taken_down_at:
        raise DomainError(_("This announcement was taken down."), "taken_down")


def _send(announcement: Announcement) -> None:
    from lms.community.tasks import mail_announcement

    if announcement.mails_due:
        transaction.on_commit(partial(mail_announcement.enqueue, announcement.pk))
