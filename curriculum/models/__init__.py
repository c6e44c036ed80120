"""What is taught: Catalogue › Course › Module › Lesson, Wagtail pages without any learner data.

Teaching order is page order. Others learn a course's shape from `outline.course_outline` only.
"""

from curriculum.models.catalogue import Catalogue
from curriculum.models.course import Course, CourseCode, CourseInstructor, course_code, course_path
from curriculum.models.lesson import Lesson, Module
from curriculum.models.programme import Programme, ProgrammeCourse
from curriculum.models.review import CommitteeDecision, CommitteeReview
from curriculum.models.search import SearchText

__all__ = [
    "Catalogue",
    "CommitteeDecision",
    "CommitteeReview",
    "Course",
    "CourseCode",
    "CourseInstructor",
    "Lesson",
    "Module",
    "Programme",
    "ProgrammeCourse",
    "SearchText",
    "course_code",
    "course_path",
]
