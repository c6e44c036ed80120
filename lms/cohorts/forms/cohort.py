"""A cohort's own fields, for whom its seats are kept, and its state set by hand."""

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from curriculum.models import Course
from lms.cohorts import services
from lms.cohorts.choices import OVERRIDABLE, PoolKind
from lms.cohorts.models import Cohort
from lms.core.dates import possible_day
from lms.core.errors import DomainError

POLICY_FIELDS = (
    "attendance_threshold",
    "threshold_basis",
    "denominator",
    "excused_leave_denominator",
    "grace_minutes",
)
DAY_FIELDS = (
    "applications_open_on", "applications_close_on", "starts_on", "ends_on", "archives_on",
)  # fmt: skip
POOL_FIELDS = {f"pool_{kind.value}": kind for kind in PoolKind}


class CohortForm(WagtailAdminModelForm):
    """The cohort itself; its policy cannot be touched once it is open."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        italian = Course.objects.filter(locale__language_code="it", alias_of=None)
        self.fields["course"].queryset = italian.order_by("title")
        if self.instance.opened_at:
            for name in ("course", "code", *POLICY_FIELDS):
                self.fields[name].disabled = True
        kept = (
            {row.kind: row.seats for row in self.instance.pools.all()} if self.instance.pk else {}
        )
        for name, kind in POOL_FIELDS.items():
            self.fields[name] = forms.IntegerField(
                label=_("Seats kept: %(pool)s") % {"pool": kind.label},
                help_text=_("Out of the seats above. Leave it empty if none is kept."),
                min_value=0,
                max_value=32767,
                required=False,
                initial=kept.get(kind) or None,
            )
        for name in DAY_FIELDS:
            self.fields[name].validators.append(possible_day)
        self.order_fields(["code", "course", "seats", *POOL_FIELDS])

    class Meta:
        model = Cohort
        fields = [
            "code", "course", "seats", "mode", "place", "project_code", "applications_open_on",
            "applications_close_on", "starts_on", "ends_on", "archives_on", "attendance_threshold",
            "threshold_basis", "denominator", "excused_leave_denominator", "grace_minutes",
        ]  # fmt: skip
        widgets = dict.fromkeys(DAY_FIELDS, AdminDateInput)

    def pools(self) -> dict[str, int]:
        """How many seats are kept for whom."""
        return {kind: self.cleaned_data.get(name) or 0 for name, kind in POOL_FIELDS.items()}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("seats"):
            try:
                services.refuse_seats(self.instance, cleaned["seats"], self.pools())
            except DomainError as refusal:
                self.add_error("seats", refusal.message)
        return cleaned

    def save(self, commit=True):
        with transaction.atomic():
            cohort = super().save(commit)
            if commit:
                services.set_seats(
                    cohort=cohort, seats=cohort.seats, pools=self.pools(), by=self.for_user
                )
        return cohort


class StateForm(forms.Form):
    """The state of a cohort set by hand."""

    phase = forms.ChoiceField(label=_("State"), choices=OVERRIDABLE)
    until = forms.DateField(
        validators=[possible_day],
        label=_("Until"),
        required=False,
        widget=AdminDateInput,
        help_text=_("Included. Without a day it gives way when the dates come to something later."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("It is kept, and not published.")
    )
