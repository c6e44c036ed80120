"""What the catalogue holds about a person: the courses that they teach."""

from curriculum.models import CourseInstructor
from lms.core.registries import PersonalData


def _export(user) -> list[dict]:
    rows = CourseInstructor.objects.filter(user=user).select_related("course")
    return [{"course": row.course.code, "title": row.course.title} for row in rows]


def _erase(user) -> int:
    return CourseInstructor.objects.filter(user=user).delete()[0]


INSTRUCTORS = PersonalData("curriculum.CourseInstructor", _export, _erase)
