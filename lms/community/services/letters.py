"""The mails of an announcement: one to each person of the cohort, in their language."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from lms.accounts.models import User
from lms.cohorts.choices import TEACHING_FUNCTIONS
from lms.cohorts.models import CohortStaff
from lms.community.models import Announcement
from lms.community.wording import html_of, plain_of
from lms.core.services import queue_mail

KIND = "community.announcements"
PATIENCE = timedelta(minutes=5)


def mail_announcement(*, announcement_id: int) -> int:
    """Queue the mails of an announcement as it stands; how many people it is for.

    May run twice, or again after a worker died half-way: each person has one mail for each round.
    """
    row = Announcement.objects.select_related("cohort__course", "by").get(pk=announcement_id)
    if not row.mails_due or row.taken_down_at:
        return 0
    number = 0
    for user in _people_of(row):
        language = user.language
        queue_mail(
            key=f"community.announcement:{row.pk}:{row.mail_round}:{user.pk}",
            kind=KIND,
            recipient=user.email,
            language=language,
            template="community/announcement",
            context={
                "announcement": row.pk,
                "name": user.get_short_name(),
                "course": row.cohort.title_in(language),
                "code": row.cohort.code,
            },
        )
        number += 1
    # A correction sent meanwhile keeps its own round due.
    Announcement.objects.filter(pk=row.pk, mail_round=row.mail_round).update(mails_due=False)
    return number


def resume_announcement_mails() -> int:
    """Due work: the announcements whose worker died before the last mail; how many."""
    from lms.community.tasks import mail_announcement as task

    due = Announcement.objects.filter(mails_due=True, updated_at__lt=timezone.now() - PATIENCE)
    pks = list(due.values_list("pk", flat=True)[:50])
    for pk in pks:
        task.enqueue(pk)
    return len(pks)


def refresh_announcement(context: dict) -> dict | None:
    """What the mail says when it leaves: the words as they are now; None for what was taken down."""
    row = (
        Announcement.objects.in_force()
        .select_related("cohort", "by")
        .filter(pk=context["announcement"])
        .first()
    )
    if row is None:
        return None
    language = (get_language() or "it")[:2]
    text = row.text_for(language)
    return context | {
        "title": row.title_for(language),
        "plain": plain_of(text),
        "html": html_of(text),
        "corrected": bool(row.corrected_at),
        "text_language": row.language_for(language),
        "author": row.by.get_full_name() if row.by else "",
        "path": f"{_address(row)}#avviso-{row.pk}",
    }


def _address(row: Announcement) -> str:
    return reverse("community:announcements", args=[row.cohort.code])


def _people_of(row: Announcement) -> Iterator[User]:
    """Who is enrolled now, and who teaches or accompanies the cohort, but for the author."""
    seen = {row.by_id}
    enrolments = row.cohort.enrolments.active().select_related("user").order_by("pk")
    staff = CohortStaff.objects.current().filter(cohort=row.cohort, function__in=TEACHING_FUNCTIONS)
    for holder in [*enrolments, *staff.select_related("user").order_by("pk")]:
        if holder.user_id not in seen and holder.user.is_active:
            seen.add(holder.user_id)
            yield holder.user
