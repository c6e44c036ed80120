"""What the committee has read and has still to read, as dataclasses. Writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import CharField, Count, Max, OuterRef, Subquery
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.models import Page, Revision, TaskState, WorkflowState

from curriculum.choices import Answer
from curriculum.models import CommitteeDecision, Course, course_path
from lms.accounts.models import User

DECIDED = (TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED)


@dataclass(frozen=True)
class Waiting:
    """A page that waits for the committee. `approved_id`: the last version approved, to compare with."""

    page: Page
    title: str
    kind: str
    course: str
    language: str
    author: str
    since: datetime
    days: int
    revision_id: int
    approved_id: int | None


@dataclass(frozen=True)
class Review:
    """How the version of a page that is read stands with the committee. Dates are moments, aware.

    `decision` is None for a version published past the committee, or never published.
    """

    decision: CommitteeDecision | None
    version: int | None
    is_live: bool
    goes_live_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True)
class SentBack:
    """What the committee asks of an author. `remarks`: rows of the checklist that say something, or “no”."""

    decision: CommitteeDecision
    remarks: list[dict]
    comments: int  # beside the text, not yet resolved


def waiting_for(user: User, *, now: datetime | None = None) -> list[Waiting]:
    """The pages that the person may decide on, the longest waiting first. Constant queries."""
    now = now or timezone.now()
    states = list(
        TaskState.objects.reviewable_by(user)
        .select_related("workflow_state__requested_by", "revision")
        .defer("revision__content")
        .order_by("started_at", "pk")
    )
    ids = [int(state.workflow_state.object_id) for state in states]
    pages = Page.objects.select_related("locale", "content_type").in_bulk(ids)
    courses = _course_titles(pages.values())
    approved = dict(
        _approved()
        .filter(reviewed__object_id__in=[str(pk) for pk in ids])
        .order_by("finished_at", "pk")
        .values_list("reviewed__object_id", "reviewed_id")
    )
    found = []
    for state in states:
        page = pages.get(int(state.workflow_state.object_id))
        if page is None:
            continue
        found.append(
            Waiting(
                page=page,
                title=state.revision.object_str,
                kind=str(page.page_type_display_name),
                course=courses.get(course_path(page), ""),
                language=str(page.locale.get_display_name()),
                author=str(state.workflow_state.requested_by or ""),
                since=state.started_at,
                days=(timezone.localdate(now) - timezone.localdate(state.started_at)).days,
                revision_id=state.revision_id,
                approved_id=approved.get(str(page.pk)),
            )
        )
    return found


def decisions_on(page: Page) -> list[CommitteeDecision]:
    """Every decision of the committee on a page, the newest first, with who took it. One query."""
    return list(
        CommitteeDecision.objects.for_instance(page)
        .filter(status__in=DECIDED)
        .select_related("finished_by", "workflow_state__requested_by", "reviewed")
        .defer("reviewed__content")
        .order_by("-finished_at", "-pk")
    )


def sent_back(page: Page) -> SentBack | None:
    """What the committee asked of a page that waits for its author; None for any other. At most three queries."""
    state = page.current_workflow_state
    if state is None or state.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return None
    decision = (
        CommitteeDecision.objects.filter(pk=state.current_task_state_id)
        .select_related("finished_by")
        .first()
    )
    if decision is None:
        return None
    comments = page.wagtail_admin_comments.filter(resolved_at__isnull=True).count()
    remarks = [row for row in decision.rows if row["remark"] or row["value"] == Answer.NO]
    return SentBack(decision=decision, remarks=remarks, comments=comments)


def has_decisions(page: Page) -> bool:
    """Whether the committee decided on a page or on one below it: such pages are kept."""
    ids = page.get_descendants(inclusive=True).annotate(key=Cast("pk", CharField())).order_by()
    return CommitteeDecision.objects.filter(
        status__in=DECIDED, workflow_state__object_id__in=ids.values("key")
    ).exists()


def review_of(page: Page) -> Review:
    """The review of what readers see of a page now, or of what is scheduled. At most two queries."""
    source = page.alias_of if page.alias_of_id else page
    scheduled = (
        Revision.objects.for_instance(source)
        .filter(approved_go_live_at__isnull=False)
        .defer("content")
        .first()
    )
    version = source.live_revision_id or (scheduled.pk if scheduled else None)
    decision = (
        _approved()
        .filter(reviewed=version)
        .select_related("finished_by")
        .order_by("-finished_at")
        .first()
        if version
        else None
    )
    return Review(
        decision=decision,
        version=version,
        is_live=source.live,
        goes_live_at=scheduled.approved_go_live_at if scheduled else None,
        expires_at=source.expire_at,
    )


def reviewed_on(course: Course) -> date | None:
    """The day (Europe/Rome) of the last approval of what a course shows; None unless all of it was approved.

    One query, whatever the number of lessons.
    """
    source = course.alias_of if course.alias_of_id else course
    approval = (
        _approved()
        .filter(reviewed=OuterRef("live_revision"))
        .order_by("-finished_at")
        .values("finished_at")[:1]
    )
    found = (
        Page.objects.live()
        .filter(path__startswith=source.path, alias_of=None)
        .annotate(approved_at=Subquery(approval))
        .aggregate(pages=Count("pk"), approved=Count("approved_at"), last=Max("approved_at"))
    )
    if not found["pages"] or found["pages"] != found["approved"]:
        return None
    return timezone.localdate(found["last"])


def _approved():
    return CommitteeDecision.objects.filter(status=TaskState.STATUS_APPROVED)


def _course_titles(pages: Iterable[Page]) -> dict[str, str]:
    paths = {course_path(page) for page in pages}
    return dict(Course.objects.filter(path__in=paths).values_list("path", "title"))
