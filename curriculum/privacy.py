"""What the catalogue holds about a person: the courses that they teach, what they decided for the committee."""

from django.utils.translation import gettext_lazy as _

from curriculum.models import CommitteeDecision, CourseInstructor
from lms.core.registries import PersonalData


def _export(user) -> list[dict]:
    rows = CourseInstructor.objects.filter(user=user).select_related("course")
    return [{"course": row.course.code, "title": row.course.title} for row in rows]


def _erase(user) -> int:
    return CourseInstructor.objects.filter(user=user).delete()[0]


INSTRUCTORS = PersonalData("curriculum.CourseInstructor", _export, _erase)


def _export_decisions(user) -> list[dict]:
    rows = CommitteeDecision.objects.filter(finished_by=user).select_related("reviewed")
    return [
        {
            "page": row.reviewed.object_str if row.reviewed else "",
            "decision": row.status,
            "decided_at": row.finished_at.isoformat() if row.finished_at else "",
            "checklist": row.checklist,
            "comment": row.comment,
        }
        for row in rows.order_by("finished_at", "pk")
    ]


DECISIONS = PersonalData(
    "curriculum.CommitteeDecision",
    _export_decisions,
    kept=_(
        "What you decided for the committee stays with the pages: the hub answers for the level of what it "
        "publishes."
    ),
)
