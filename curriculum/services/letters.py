"""The mails of the review: to the committee when a page is submitted, to its author when it is decided.

They are called at Wagtail's workflow signals and stand where its own mails would (`curriculum.apps`): those go
out inside the request, and in the language of the admin's profile.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from wagtail.models import Page, TaskState, WorkflowState

from curriculum.models import CommitteeDecision, Course, course_path
from lms.accounts.models import User
from lms.core.services import queue_mail


def ask_committee(instance: CommitteeDecision, user: User | None = None, **kwargs: Any) -> None:
    """One letter to each member who may decide on what was submitted; never to who submitted it."""
    page = instance.revision.as_object()
    task = instance.task.specific
    members = get_user_model()._default_manager.filter(is_active=True, groups__in=task.groups.all())
    author = instance.workflow_state.requested_by
    for member in members.distinct().order_by("pk"):
        if member in (author, user) or not task.may_decide(page, member):
            continue
        with translation.override(member.language):
            context = _facts(page, member) | {"author": str(author or "")}
        queue_mail(
            key=f"curriculum.review_asked:{instance.pk}:{member.pk}",
            kind="curriculum.review",
            recipient=member.email,
            language=member.language,
            template="curriculum/review_asked",
            context=context,
        )


def tell_approval(instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    _tell(instance, "approved", by=user)


def tell_changes(instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    _tell(instance, "changes", by=user)


def _tell(state: WorkflowState, outcome: str, *, by: User | None) -> None:
    author, decided = state.requested_by, state.current_task_state
    if author is None or decided is None or author == by or not author.is_active:
        return
    decision = CommitteeDecision.objects.filter(pk=decided.pk).first()
    revision = TaskState.objects.select_related("revision").get(pk=decided.pk).revision
    with translation.override(author.language):
        context = _facts(revision.as_object(), author) | {
            "comment": decided.comment,
            "remarks": [row for row in decision.rows if row["remark"]] if decision else [],
            "goes_live": moment(revision.approved_go_live_at),
        }
    queue_mail(
        key=f"curriculum.review_{outcome}:{decided.pk}",
        kind="curriculum.review",
        recipient=author.email,
        language=author.language,
        template=f"curriculum/review_{outcome}",
        context=context,
    )


def moment(when: datetime | None) -> str:
    """Day and time as words in the language that is active (Europe/Rome); empty for None."""
    if when is None:
        return ""
    local = timezone.localtime(when)
    return f"{date_format(local, 'j F Y')}, {date_format(local, 'H:i')}"


def _facts(page: Page, reader: User) -> dict:
    course = Course.objects.filter(path=course_path(page)).first()
    return {
        "name": reader.get_short_name(),
        "title": page.title,
        "kind": str(page._meta.verbose_name),
        "course": course.title if course and course.pk != page.pk else "",
        "content_language": str(page.locale.get_display_name()),
        "path": reverse("wagtailadmin_pages:edit", args=[page.pk]),
    }
