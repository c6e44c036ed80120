"""What can be done with courses: first pages, order of teaching, new and copied pages, out and in again."""

from curriculum.services.authoring import add_lesson, add_module, rename
from curriculum.services.course_export import export_course
from curriculum.services.course_import import Imported, import_course
from curriculum.services.duplication import (
    run_duplication,
    start_course_copy,
    start_module_copy,
)
from curriculum.services.ordering import Place, move_page
from curriculum.services.site import place_site, start_site

__all__ = [
    "Imported",
    "Place",
    "add_lesson",
    "add_module",
    "export_course",
    "import_course",
    "move_page",
    "place_site",
    "rename",
    "run_duplication",
    "start_course_copy",
    "start_module_copy",
    "start_site",
]
