"""What was said to a cohort, as one reader sees it, and what they have not read yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from lms.accounts.models import User
from lms.cohorts.models import Cohort, Enrolment
from lms.community.models import Announcement, AnnouncementMark
from lms.community.wording import html_of


@dataclass(frozen=True, slots=True)
class AnnouncementRow:
    """`new`: published since the reader was here; `corrected_since`: read, and corrected after that."""

    announcement: Announcement
    title: str
    html: SafeString
    language: str
    new: bool
    corrected_since: bool


@dataclass(frozen=True, slots=True)
class AnnouncementBoard:
    """`drafts` (with those that are scheduled) are for who writes them."""

    rows: tuple[AnnouncementRow, ...]
    drafts: tuple[Announcement, ...]
    unread: int


@dataclass(frozen=True, slots=True)
class Unread:
    """What a learner has not read in one cohort: how many, the newest, where."""

    code: str
    course: str
    number: int
    title: str
    url: str

    @property
    def more(self) -> int:
        """Beside the newest."""
        return self.number - 1


def readable_announcements(cohort: Cohort, enrolment: Enrolment | None) -> QuerySet[Announcement]:
    """Pinned first, then the newest; for staff everything that was published."""
    rows = (
        Announcement.objects.readable_in(enrolment)
        if enrolment
        else Announcement.objects.published().filter(cohort=cohort)
    )
    return rows.select_related("by").order_by("-pinned", "-published_at", "-pk")


def announcement_board(
    cohort: Cohort, enrolment: Enrolment | None, *, language: str, writes: bool
) -> AnnouncementBoard:
    """The page of a cohort's announcements: at most 3 queries, however many there are."""
    since = _read_until(enrolment)
    rows = tuple(_row(row, language, since) for row in readable_announcements(cohort, enrolment))
    drafts = Announcement.objects.filter(cohort=cohort, published_at=None) if writes else ()
    return AnnouncementBoard(
        rows=rows,
        drafts=tuple(drafts.select_related("by").order_by("scheduled_for", "-pk"))
        if drafts
        else (),
        unread=sum(row.new for row in rows),
    )


def with_unread(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Enrolments with what `unread_of` wants to know, in the same query.

    Who joins late has not missed what was said before: it is there to read, and not counted.
    """
    fresh = Announcement.objects.in_force().filter(
        cohort=OuterRef("cohort"),
        published_at__gt=Coalesce(
            OuterRef("announcement_mark__read_until"), OuterRef("enrolled_at")
        ),
    )
    counted = fresh.order_by().values("cohort").annotate(number=Count("pk")).values("number")
    newest = fresh.order_by("-published_at", "-pk")
    return enrolments.annotate(
        unread=Coalesce(Subquery(counted), 0),
        unread_at=Subquery(newest.values("published_at")[:1]),
        unread_title=Subquery(newest.values("title")[:1]),
        unread_title_en=Subquery(newest.values("title_en")[:1]),
    )


def unread_of(enrolments: Iterable[Enrolment]) -> tuple[Unread, ...]:
    """What was not read in each of the enrolments `with_unread`, the newest first; no query."""
    rows: list[Any] = [row for row in enrolments if getattr(row, "unread", 0)]
    english = (get_language() or "it").startswith("en")
    return tuple(
        Unread(
            code=row.cohort.code,
            course=row.cohort.title,
            number=row.unread,
            title=(english and row.unread_title_en) or row.unread_title,
            url=reverse("community:announcements", args=[row.cohort.code]),
        )
        for row in sorted(rows, key=lambda row: row.unread_at, reverse=True)
    )


def unread_announcements(user: User) -> tuple[Unread, ...]:
    """What the person has not read, by cohort, the newest first: one query for any number of cohorts."""
    mine = Enrolment.objects.active().filter(user=user, cohort__cancelled_at=None)
    return unread_of(
        with_unread(mine)
        .select_related("cohort__course")
        .defer("cohort__course__introduction", "cohort__course__outcomes")
    )


def _row(row: Announcement, language: str, since: datetime | None) -> AnnouncementRow:
    # A far moment for who has no mark: nothing is new to staff.
    since = since if since and not row.taken_down_at else datetime.max.replace(tzinfo=UTC)
    fresh = (row.published_at or since) > since
    return AnnouncementRow(
        announcement=row,
        title=row.title_for(language),
        html=html_of(row.text_for(language)),
        language=row.language_for(language),
        new=fresh,
        corrected_since=not fresh and (row.corrected_at or since) > since,
    )


def _read_until(enrolment: Enrolment | None) -> datetime | None:
    """None for staff, who have no mark."""
    if enrolment is None:
        return None
    mark = AnnouncementMark.objects.filter(enrolment=enrolment).first()
    return mark.read_until if mark else enrolment.enrolled_at
