"""Sessions, one by one or week after week."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from lms.accounts.models import User
from lms.cohorts.choices import TEACHING_FUNCTIONS, Mode
from lms.cohorts.models import Cohort, Room, SyllabusModule
from lms.cohorts.models.session import LINK_LENGTH
from lms.core.dates import possible_day

ROME = ZoneInfo(settings.TIME_ZONE)


class SessionForm(forms.Form):
    """One session, or the same hour for some weeks. Hours are those of Europe/Rome."""

    day = forms.DateField(validators=[possible_day], label=_("Day"), widget=AdminDateInput)
    starts = forms.TimeField(label=_("From"), widget=AdminTimeInput)
    ends = forms.TimeField(label=_("To"), widget=AdminTimeInput)
    break_starts = forms.TimeField(label=_("Break from"), required=False, widget=AdminTimeInput)
    break_minutes = forms.IntegerField(
        label=_("Break (minutes)"), min_value=0, max_value=180, required=False
    )
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices)
    venue = forms.ModelChoiceField(
        label=_("Room"), queryset=Room.objects.none(), required=False,
        empty_label=_("None of our rooms"),
    )  # fmt: skip
    room = forms.CharField(
        label=_("Another place"), max_length=120, required=False,
        help_text=_("Only where it is none of our rooms."),
    )  # fmt: skip
    link = forms.URLField(
        label=_("Link"),
        max_length=LINK_LENGTH,
        required=False,
        assume_scheme="https",
        help_text=_("Shown to the cohort only, from 15 minutes before the start to the end."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The room that a session has stays to be chosen, even when it is out of use.
        mine = Q(active=True) | Q(pk=self.initial.get("venue"))
        self.fields["venue"].queryset = Room.objects.filter(mine)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("break_minutes") and not cleaned.get("break_starts"):
            self.add_error("break_starts", _("Say when the break begins."))
        return cleaned

    def place(self) -> dict:
        """`mode`, `venue`, `room` and `link` as the services want them."""
        return {name: self.cleaned_data[name] for name in ("mode", "venue", "room", "link")}

    def moments(self) -> dict:
        """`starts_at`, `ends_at` and `breaks` as the services want them."""
        day = self.cleaned_data["day"]

        def at(time) -> datetime:
            return datetime.combine(day, time, tzinfo=ROME)

        breaks = []
        if self.cleaned_data.get("break_minutes"):
            first = at(self.cleaned_data["break_starts"])
            breaks.append((first, first + timedelta(minutes=self.cleaned_data["break_minutes"])))
        return {
            "starts_at": at(self.cleaned_data["starts"]),
            "ends_at": at(self.cleaned_data["ends"]),
            "breaks": breaks,
        }


class PlanForm(SessionForm):
    """A new session of a cohort."""

    module = forms.ModelChoiceField(
        label=_("Module"), queryset=SyllabusModule.objects.none(), required=False
    )
    topic = forms.CharField(label=_("Topic"), max_length=200, required=False)
    teachers = forms.ModelMultipleChoiceField(
        label=_("Teachers"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    weeks = forms.IntegerField(
        label=_("Weeks"), min_value=1, max_value=60, initial=1,
        help_text=_("More than one: the same weekday and hour, week after week."),
    )  # fmt: skip
    field_order = ["day", "starts", "ends", "weeks", "module", "topic", "teachers"]

    def __init__(self, *args, cohort: Cohort, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["module"].queryset = cohort.modules.all()
        self.fields["teachers"].queryset = User.objects.filter(
            staff_rows__cohort=cohort, staff_rows__function__in=TEACHING_FUNCTIONS
        ).distinct()
