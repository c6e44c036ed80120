"""What an author sees of courses: drafts, their state, what is incomplete. Reads and computes; writes nothing.

The public shape of a course is `outline.course_outline`; this one shows what is not published, too.
"""

from curriculum.desk.courses import (
    DeskCourse,
    course_of,
    courses,
    courses_authored,
    courses_on_desk,
    desk_courses,
)
from curriculum.desk.nodes import DeskOutline, Node, order_text
from curriculum.desk.outcomes import authors_map
from curriculum.desk.outlines import desk_outline, desk_outlines

__all__ = [
    "DeskCourse",
    "DeskOutline",
    "Node",
    "authors_map",
    "course_of",
    "courses",
    "courses_authored",
    "courses_on_desk",
    "desk_courses",
    "desk_outline",
    "desk_outlines",
    "order_text",
]
