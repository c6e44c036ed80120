"""A cohort's own fields."""

from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from curriculum.models import Course
from lms.cohorts.models import Cohort

POLICY_FIELDS = (
    "attendance_threshold",
    "threshold_basis",
    "denominator",
    "excused_leave_denominator",
    "grace_minutes",
)


class CohortForm(WagtailAdminModelForm):
    """The cohort itself; its policy cannot be touched once it is open."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        italian = Course.objects.filter(locale__language_code="it", alias_of=None)
        self.fields["course"].queryset = italian.order_by("title")
        if self.instance.opened_at:
            for name in ("course", "code", *POLICY_FIELDS):
                self.fields[name].disabled = True

    class Meta:
        model = Cohort
        fields = [
            "code", "course", "seats", "mode", "place", "project_code", "applications_open_on",
            "applications_close_on", "starts_on", "ends_on", "attendance_threshold",
            "threshold_basis", "denominator", "excused_leave_denominator", "grace_minutes",
        ]  # fmt: skip
        widgets = dict.fromkeys(
            ("applications_open_on", "applications_close_on", "starts_on", "ends_on"),
            AdminDateInput,
        )
