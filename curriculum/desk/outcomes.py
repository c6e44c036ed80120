"""The map of outcomes as authors have it: by their latest drafts."""

from typing import Any

from curriculum.desk.drafts import drafts_below
from curriculum.models import Course, Lesson, Module
from curriculum.outline import OutcomeRow, assembled, outcome_map, outcome_uses


def authors_map(course: Course) -> list[OutcomeRow]:
    """For the editor: `course` with the outcomes that it has in hand, all below as last drafted; 3 queries."""
    modules, lessons = (
        [_as_drafted(page) for page in drafts_below(model, [course])] for model in (Module, Lesson)
    )
    return outcome_map(assembled(course, modules, lessons), outcome_uses(course, public=False))


def _as_drafted(page: Any) -> Any:
    """A module or lesson with what the map says of it as in its latest draft; for reading alone.

    The whole draft as an object would cost queries for every page.
    """
    if page.latest_revision:
        page.title = page.latest_revision.content["title"]
        page.outcome_keys = page.latest_revision.content.get("outcome_keys") or []
    return page
