"""Wagtail's view of a new page, where a course's code may be refused late."""

from django.core.exceptions import ValidationError
from wagtail.admin.views.pages.create import CreateView


class CourseCreateView(CreateView):
    """Somebody may take the code after the form was checked: `Course.save` refuses it, and the form says so."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ValidationError as refusal:
            if self.page.pk:
                raise
            form.add_error(None, refusal)
            form.restore_required_fields()
            return self.form_invalid(form)
