"""The committee of the demo: it has read every page of the five courses, and has two still in hand."""

from datetime import date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Comment, Page, PageLogEntry, Revision, TaskState, WorkflowState

from curriculum.choices import ReviewItem
from curriculum.models import Course, Lesson, Programme
from lms.accounts.models import User
from lms.demo.clock import moment

DECISIONS = ["wagtail.workflow.approve", "wagtail.workflow.reject", "wagtail.publish"]
# The first cohort opened long after.
WRITTEN, SENT, APPROVED = (timedelta(days=days) for days in (330, 320, 312))
REMARKS = {
    ReviewItem.SCIENTIFIC: "Il metodo è esposto con precisione e rimanda alla pratica.",
    ReviewItem.SOURCES: "Fonti citate e rintracciabili.",
    ReviewItem.ACCESSIBILITY: "Immagini descritte, video con trascrizione.",
}


def review_course(course: Course | Programme, *, author: User, member: User, today: date) -> int:
    """Send every page of a course (or a programme) to the committee and approve it, long before `today`; how many pages.

    Course, modules and lessons go in the order of the tree: a page is public only below public ones.
    """
    pages = course.get_descendants(inclusive=True).order_by("path").specific()
    count = 0
    for page in pages:
        state = page.get_workflow().start(page, author)
        _decide(state, member, "approve", checklist=_checklist())
        count += 1
    _date(course.get_descendants(inclusive=True), today)
    return count


def leave_work_to_do(
    courses: dict[str, Course], authors: dict[str, User], member: User, today: date
) -> None:
    """One lesson waits for the committee; another one was sent back with a comment beside its text."""
    code = "MC-CODESIGN"
    lesson = Lesson.objects.descendant_of(courses[code]).order_by("path")[1]
    state = _send(
        lesson, authors[code], minutes=lesson.minutes + 5,
        summary=f"{lesson.summary} Con un esempio in più, preso dal lavoro dell’ultima edizione.",
    )  # fmt: skip
    date_review(state, sent=moment(today - timedelta(days=4), 9))

    code = "MC-COMMUNITY"
    lesson = Lesson.objects.descendant_of(courses[code]).order_by("path")[2]
    state = _send(
        lesson, authors[code], summary=f"{lesson.summary} Con i numeri della prima annata."
    )
    Comment.objects.create(
        page_id=lesson.pk,
        user=member,
        text="Da dove vengono questi numeri? Serve la fonte, con la data in cui è stata consultata.",
        contentpath="summary",
        revision_created=state.current_task_state.revision,
    )
    _decide(
        state, member, "reject",
        comment="Il testo regge bene. Prima di pubblicarlo indica la fonte dei numeri nel riassunto.",
        checklist=_checklist()
        | {"sources": {"answer": "no", "remark": "I numeri della prima annata sono senza fonte."}},
    )  # fmt: skip
    sent, decided = moment(today - timedelta(days=9), 11), moment(today - timedelta(days=6), 15)
    date_review(state, sent=sent, decided=decided)


def publish_anew(lesson: Lesson, *, author: User, member: User, **changes) -> WorkflowState:
    """A newer version of a lesson, sent and approved."""
    state = _send(lesson, author, **changes)
    _decide(state, member, "approve", checklist=_checklist())
    return state


def date_review(state: WorkflowState, *, sent: datetime, decided: datetime | None = None) -> None:
    """Put one review into the past, with the version that it is about and all that was logged of both."""
    tasks = TaskState.objects.filter(workflow_state=state)
    revisions = Revision.objects.filter(pk__in=tasks.values("revision"))
    page = Page.objects.filter(pk=int(state.object_id))
    logged = PageLogEntry.objects.filter(revision__in=revisions)
    WorkflowState.objects.filter(pk=state.pk).update(created_at=sent)
    tasks.update(started_at=sent)
    revisions.update(created_at=sent)
    page.update(latest_revision_created_at=sent)
    logged.update(timestamp=sent)
    if decided:
        tasks.update(finished_at=decided)
        page.filter(live_revision__in=revisions).update(last_published_at=decided)
        logged.filter(action__in=DECISIONS).update(timestamp=decided)


def forget_reviews(pages) -> None:
    """Delete the reviews of pages about to go: a decision protects the version that it was taken on."""
    ids = [str(pk) for pk in pages.values_list("pk", flat=True)]
    WorkflowState.objects.filter(base_content_type=_page_type(), object_id__in=ids).delete()


def _checklist() -> dict:
    return {item.value: {"answer": "yes", "remark": REMARKS.get(item, "")} for item in ReviewItem}


def _send(lesson: Lesson, author: User, **changes) -> WorkflowState:
    for name, value in changes.items():
        setattr(lesson, name, value)
    lesson.save_revision(user=author, log_action=True)
    return lesson.get_workflow().start(lesson, author)


def _decide(state: WorkflowState, member: User, action: str, **answers) -> None:
    task_state = state.current_task_state
    task_state.task.specific.on_action(task_state, member, action, **answers)


def _date(pages, today: date) -> None:
    """Wagtail stamps the present; what was written, sent and approved here was so in its time."""
    written, sent, approved = (moment(today - ago, 10) for ago in (WRITTEN, SENT, APPROVED))
    ids = [str(pk) for pk in pages.values_list("pk", flat=True)]
    states = WorkflowState.objects.filter(object_id__in=ids, base_content_type=_page_type())
    TaskState.objects.filter(workflow_state__in=states).update(
        started_at=sent, finished_at=approved
    )
    states.update(created_at=sent)
    Revision.objects.page_revisions().filter(object_id__in=ids).update(created_at=written)
    Page.objects.filter(pk__in=pages.values("pk")).update(
        first_published_at=approved,
        last_published_at=approved,
        latest_revision_created_at=written,
    )
    logged = PageLogEntry.objects.filter(page__in=[int(pk) for pk in ids])
    logged.update(timestamp=written)
    logged.filter(action="wagtail.workflow.start").update(timestamp=sent)
    logged.filter(action__in=DECISIONS).update(timestamp=approved)


def _page_type() -> ContentType:
    return ContentType.objects.get_for_model(Page)
