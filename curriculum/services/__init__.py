"""What can be done with courses: the first pages, the order of teaching, new and copied pages."""

from curriculum.services.authoring import add_lesson, add_module, rename
from curriculum.services.duplication import (
    run_duplication,
    start_course_copy,
    start_module_copy,
)
from curriculum.services.ordering import Place, move_page
from curriculum.services.site import place_site, start_site

__all__ = [
    "Place",
    "add_lesson",
    "add_module",
    "move_page",
    "place_site",
    "rename",
    "run_duplication",
    "start_course_copy",
    "start_module_copy",
    "start_site",
]
