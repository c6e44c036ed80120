"""What waits for a member of the committee."""

import datetime
from dataclasses import dataclass

from django.db.models import CharField, Q
from django.db.models.functions import Cast, Substr
from django.utils import timezone
from wagtail.models import Page, TaskState

from curriculum.models import CourseInstructor
from curriculum.models.course import COURSE_DEPTH
from curriculum.models.review import CommitteeDecision, CommitteeReview
from lms.accounts.models import User

SHOWN = 5
COURSE_PATH = Page.steplen * COURSE_DEPTH


@dataclass(frozen=True, slots=True)
class WaitingPage:
    title: str
    author: str
    page_id: int
    days: int


@dataclass(frozen=True, slots=True)
class CommitteeBoard:
    pages: tuple[WaitingPage, ...]
    more: int

    @property
    def total(self) -> int:
        return len(self.pages) + self.more


def committee_board(user: User, at: datetime.datetime) -> CommitteeBoard:
    """The pages that the person may decide on, the longest waiting first: those of
    `curriculum.summary.waiting_for`, in one query.
    """
    states = CommitteeDecision.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS, task__active=True
    )
    if not user.is_superuser:
        reviews = CommitteeReview.objects.filter(active=True, groups__user=user).values("pk")
        taught = CourseInstructor.courses_of(user).order_by().values("path")
        own = (
            Page.objects.annotate(
                course_path=Substr("path", 1, COURSE_PATH), key=Cast("pk", CharField())
            )
            .filter(Q(course_path__in=taught))
            .order_by()
        )
        states = states.filter(task__in=reviews).exclude(
            workflow_state__object_id__in=own.values("key")
        )
    rows = list(
        states.select_related("workflow_state__requested_by", "revision")
        .defer("revision__content")
        .order_by("started_at", "pk")
    )
    today = timezone.localdate(at)
    return CommitteeBoard(
        pages=tuple(
            WaitingPage(
                title=row.revision.object_str,
                author=str(row.workflow_state.requested_by or ""),
                page_id=int(row.workflow_state.object_id),
                days=(today - timezone.localdate(row.started_at)).days,
            )
            for row in rows[:SHOWN]
        ),
        more=max(0, len(rows) - SHOWN),
    )
