"""Those who wait for applications to open: they are told once, and then forgotten."""

from datetime import datetime
from typing import cast

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from curriculum.models import Course
from lms.accounts.models import User
from lms.cohorts.models import Cohort, CourseInterest
from lms.cohorts.models.interest import UNCONFIRMED_KEPT
from lms.core.services import queue_mail

SALT = "cohorts.interest"


def note_interest(*, course: Course, user: User) -> CourseInterest:
    """A signed-in person waits for a course (its Italian page); again changes nothing."""
    row, _made = CourseInterest.objects.get_or_create(
        course=course,
        user=user,
        defaults={"language": user.language, "confirmed_at": timezone.now()},
    )
    return row


def ask_interest(*, course: Course, email: str, language: str) -> None:
    """Somebody without an account asks: a mail goes out to confirm it, once a day at most.

    The caller answers the same whatever happens here: for addresses that wait already, too.
    """
    row, _made = CourseInterest.objects.get_or_create(
        course=course, email=email.lower(), user=None, defaults={"language": language}
    )
    context = {
        "course": _title(course, language),
        "path": _link("interest_confirm", row, language),
        "remove_path": _link("interest_remove", row, language),
        "days": UNCONFIRMED_KEPT.days,
    }
    template = "interest_known" if row.confirmed_at else "interest_confirm"
    queue_mail(
        key=f"cohorts.{template}:{row.pk}:{timezone.localdate()}",
        kind="cohorts.interest_request",
        recipient=row.email,
        language=language,
        template=f"cohorts/{template}",
        context=context,
    )


def confirm_interest(*, token: str) -> CourseInterest | None:
    """Confirm by the mail's link, good for a week; None if the link is worth nothing."""
    row = interest_of(token, fresh=True)
    if row and row.confirmed_at is None:
        row.confirmed_at = timezone.now()
        row.save(update_fields=["confirmed_at", "updated_at"])
    return row


def remove_interest(*, interest: CourseInterest) -> None:
    """Forget that somebody waits; again changes nothing."""
    CourseInterest.objects.filter(pk=interest.pk).delete()


def interest_of(token: str, *, fresh: bool = False) -> CourseInterest | None:
    """Whom a link of a mail belongs to; `fresh`: only within the week in which it confirms."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=UNCONFIRMED_KEPT if fresh else None)
    except signing.BadSignature:
        return None
    return CourseInterest.objects.filter(pk=pk).select_related("course").first()


def tell_interested(at: datetime | None = None) -> int:
    """One mail to each who waits for a course that takes applications now, who is then forgotten; how many."""
    today = timezone.localdate(at)
    told = 0
    waiting = CourseInterest.objects.waiting()
    cohorts = Cohort.objects.public().filter(course__in=waiting.values("course"))
    for cohort in cohorts.select_related("course").order_by("starts_on", "pk"):
        if not cohort.accepts_applications_on(today):
            continue
        for row in waiting.filter(course=cohort.course).select_related("user"):
            with transaction.atomic():
                # Whoever deletes the row writes: two clocks at once send one mail.
                if CourseInterest.objects.filter(pk=row.pk).delete()[0]:
                    _tell(row, cohort)
                    told += 1
    return told


def forget_interests() -> int:
    """Delete those that are a year old, or were never confirmed within a week; how many."""
    return CourseInterest.objects.all().expired().delete()[0]


def _tell(row: CourseInterest, cohort: Cohort) -> None:
    language = row.user.language if row.user else row.language
    if row.user and not row.user.is_active:
        return
    confirmed_at = cast(datetime, row.confirmed_at)  # nobody else is written to
    with translation.override(language):
        context = {
            "course": cohort.title_in(language),
            "code": cohort.code,
            "starts": date_format(cohort.starts_on, "j F Y"),
            "closes": date_format(cohort.applications_until, "l j F"),
            "path": cohort.get_absolute_url(),
        }
    queue_mail(
        key=f"cohorts.applications_open:{row.pk}:{confirmed_at.timestamp():.0f}",
        kind="cohorts.interest",
        recipient=row.user.email if row.user else row.email,
        language=language,
        template="cohorts/applications_open",
        context=context,
    )


def _link(name: str, row: CourseInterest, language: str) -> str:
    with translation.override(language):
        return reverse(f"cohorts:{name}", args=[signing.dumps(row.pk, salt=SALT)])


def _title(course: Course, language: str) -> str:
    pages = Course.objects.live().filter(translation_key=course.translation_key)
    page = pages.filter(locale__language_code=language).first()
    return (page or course).title
