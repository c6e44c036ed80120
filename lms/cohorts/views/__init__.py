"""HTTP: `public` for learners and visitors, `workbench` for administrators in the Wagtail admin."""

from lms.cohorts.views.public import apply, calendar, detail

__all__ = ["apply", "calendar", "detail"]
