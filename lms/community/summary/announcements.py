"""What was said to a cohort, as one reader sees it, and what they have not read yet."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

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


def unread_announcements(user: User) -> tuple[Unread, ...]:
    """What the person has not read, by cohort, the newest first: two queries for any number of cohorts."""
    enrolments = {
        row.cohort_id: row
        for row in Enrolment.objects.active()
        .filter(user=user, cohort__cancelled_at=None)
        .select_related("cohort__course", "announcement_mark")
        .defer("cohort__course__introduction", "cohort__course__outcomes")
    }
    rows = Announcement.objects.in_force().filter(cohort__in=enrolments).defer("text", "text_en")
    found: dict[int, list[Announcement]] = {}
    for row in rows.order_by("-published_at", "-pk"):
        if row.published_at > _since(enrolments[row.cohort_id]):
            found.setdefault(row.cohort_id, []).append(row)
    return tuple(_unread(enrolments[key].cohort, mine) for key, mine in found.items())


def _unread(cohort: Cohort, rows: list[Announcement]) -> Unread:
    return Unread(
        code=cohort.code,
        course=cohort.title,
        number=len(rows),
        title=rows[0].shown_title,
        url=reverse("community:announcements", args=[cohort.code]),
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


def _since(enrolment: Enrolment) -> datetime:
    """Who joins late has not missed what was said before: it is there to read, and not counted."""
    mark = getattr(enrolment, "announcement_mark", None)
    return mark.read_until if mark else enrolment.enrolled_at
