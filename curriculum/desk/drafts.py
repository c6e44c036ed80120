"""A page as it was last saved: its latest draft's fields, and where it stands on the way to the public."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from wagtail.models import Page, Revision, WorkflowState

from curriculum.choices import PageState
from curriculum.completeness import STREAMS, blocks_of
from curriculum.models import Course, Lesson


def content_of(page: Page) -> Mapping[str, Any]:
    """The latest draft's fields, the page's own where it has no draft; streams as blocks, which are read once."""
    revision: Revision | None = page.latest_revision
    content = dict(revision.content if revision else page.serializable_data())
    for name in STREAMS:
        stream = content.get(name)
        content[name] = blocks_of(json.loads(stream or "[]") if isinstance(stream, str) else stream)
    return content


def drafts_below(model: type[Page], courses: Sequence[Course]) -> QuerySet:
    """The modules or lessons of the courses with their latest draft, in teaching order; bodies stand in the draft."""
    pages = model.objects.none()
    for course in courses:
        pages |= model.objects.descendant_of(course)
    pages = pages.select_related("latest_revision").order_by("path")
    return pages.defer("body") if model is Lesson else pages


def with_review(pages: QuerySet) -> QuerySet:
    """Annotated with `review`: the status of the page's workflow under way, or None; a page has one at most."""
    states = WorkflowState.objects.filter(
        base_content_type__app_label="wagtailcore",
        base_content_type__model="page",
        object_id=Cast(OuterRef("pk"), CharField()),
        status__in=(WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES),
    )
    return pages.annotate(review=Subquery(states.values("status")[:1]))


def state_of(page: Page) -> PageState:
    """Of a page `with_review`; of any other it costs a query."""
    if hasattr(page, "review"):
        review = page.review
    else:
        workflow = page.current_workflow_state
        review = workflow.status if workflow else None
    if review == WorkflowState.STATUS_IN_PROGRESS:
        return PageState.REVIEW
    if review == WorkflowState.STATUS_NEEDS_CHANGES:
        return PageState.SENT_BACK
    if not page.live:
        return PageState.DRAFT
    return PageState.CHANGED if page.has_unpublished_changes else PageState.LIVE
