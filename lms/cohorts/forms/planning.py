"""The hours of a week, what is laid or moved onto them, and a cohort to be held once more."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from lms.accounts.models import User
from lms.cohorts.choices import TEACHING_FUNCTIONS, Mode, StaffFunction
from lms.cohorts.models import ClassSession, Cohort, CohortStaff, Room
from lms.cohorts.models.cohort import cohort_code
from lms.cohorts.models.session import LINK_LENGTH
from lms.cohorts.summary.plan import Pause, Slot
from lms.core.dates import day_in_words

SHORTEST_SLOT = 30
FURTHEST = timedelta(days=3 * 366)


class SeenForm(forms.Form):
    """A form whose outcome is looked at before it is carried out: `seen` names what was shown."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    accept_clashes = forms.BooleanField(required=False)
    stretch = forms.BooleanField(required=False)


class WeekForm(SeenForm):
    """A day of the week is used when its hours are given."""

    with_ends = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for number, name in WEEKDAYS.items():
            self.fields[f"from_{number}"] = forms.TimeField(
                label=_now("%(weekday)s, from") % {"weekday": name},
                required=False,
                widget=AdminTimeInput,
            )
            if self.with_ends:
                self.fields[f"to_{number}"] = forms.TimeField(
                    label=_now("%(weekday)s, to") % {"weekday": name},
                    required=False,
                    widget=AdminTimeInput,
                )

    @property
    def week(self) -> list[dict]:
        """The rows of the table: weekday, and its one or two fields."""
        return [
            {
                "name": name,
                "starts": self[f"from_{number}"],
                "ends": self[f"to_{number}"] if self.with_ends else None,
            }
            for number, name in WEEKDAYS.items()
        ]

    def slots(self) -> list[Slot]:
        """The hours of the week, once the form is valid."""
        found = []
        for number in WEEKDAYS:
            starts = self.cleaned_data.get(f"from_{number}")
            ends = self.cleaned_data.get(f"to_{number}") if self.with_ends else time.max
            if starts and ends:
                found.append(Slot(number, starts, ends))
        return found

    def judge_week(self) -> None:
        """Say what is wrong with the hours, each where it is."""
        for number in WEEKDAYS if self.with_ends else ():
            starts = self.cleaned_data.get(f"from_{number}")
            ends = self.cleaned_data.get(f"to_{number}")
            if bool(starts) != bool(ends):
                missing = f"to_{number}" if starts else f"from_{number}"
                if missing not in self.errors:
                    self.add_error(missing, _now("Give both hours, or neither."))
            elif starts and ends and Slot(number, starts, ends).minutes < SHORTEST_SLOT:
                self.add_error(f"to_{number}", _now("At least half an hour after the beginning."))
        if not self.errors and not self.slots():
            raise forms.ValidationError(_now("Choose at least one day of the week."), code="no_day")


def _near(day: date | None) -> date | None:
    """A day that somebody could mean."""
    if day and abs(day - timezone.localdate()) > FURTHEST:
        raise forms.ValidationError(_now("This day is too far away."), code="far")
    return day


class PlannerForm(WeekForm):
    """Where, when and by whom a cohort's modules are taught."""

    first_day = forms.DateField(label=_("From"), widget=AdminDateInput)
    break_after = forms.IntegerField(
        label=_("Break after (minutes)"), min_value=0, max_value=600, initial=60
    )
    break_minutes = forms.IntegerField(
        label=_("Break (minutes)"), min_value=0, max_value=180, initial=10
    )
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices)
    venue = forms.ModelChoiceField(
        label=_("Room"), queryset=Room.objects.none(), required=False, empty_label=_("No room")
    )
    link = forms.URLField(
        label=_("Link"),
        max_length=LINK_LENGTH,
        required=False,
        assume_scheme="https",
        help_text=_("Shown to the cohort only."),
    )
    teachers = forms.ModelMultipleChoiceField(
        label=_("Teachers"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, cohort: Cohort, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["venue"].queryset = Room.objects.active()
        self.fields["teachers"].queryset = User.objects.filter(
            staff_rows__cohort=cohort, staff_rows__function__in=TEACHING_FUNCTIONS
        ).distinct()

    def clean_first_day(self):
        return _near(self.cleaned_data["first_day"])

    def clean(self):
        cleaned = super().clean()
        self.judge_week()
        if cleaned.get("mode") not in (None, Mode.HOUSE) and not cleaned.get("link"):
            self.add_error("link", _now("A remote or hybrid session needs a link."))
        return cleaned

    def pause(self) -> Pause:
        return Pause(self.cleaned_data["break_after"], self.cleaned_data["break_minutes"])


class MoveAllForm(WeekForm):
    """The sessions from one on: so many days or weeks on, or onto other weekdays and hours."""

    with_ends = False

    first = forms.ModelChoiceField(
        label=_("From session"), queryset=ClassSession.objects.none(), empty_label=None
    )
    how = forms.ChoiceField(
        label=_("How"),
        choices=[
            ("by", _("By days or weeks: same weekdays and hours, further on or back")),
            ("onto", _("Onto other weekdays and hours")),
        ],
        widget=forms.RadioSelect,
        initial="by",
    )
    amount = forms.IntegerField(
        label=_("By how much"),
        min_value=-366,
        max_value=366,
        required=False,
        help_text=_("With a minus: back."),
    )
    unit = forms.ChoiceField(
        label=_("Days or weeks"), choices=[("weeks", _("weeks")), ("days", _("days"))]
    )
    first_day = forms.DateField(label=_("From the day"), required=False, widget=AdminDateInput)

    def __init__(self, *args, sessions: Sequence[ClassSession], **kwargs):
        super().__init__(*args, **kwargs)
        self.sessions = list(sessions)
        field = self.fields["first"]
        field.queryset = ClassSession.objects.filter(pk__in=[row.pk for row in self.sessions])
        field.label_from_instance = _named
        field.choices = [(row.pk, _named(row)) for row in self.sessions]

    def clean_first_day(self):
        return _near(self.cleaned_data["first_day"])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("how") == "by" and not cleaned.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _now("Say by how many days or weeks."))
        if cleaned.get("how") == "onto":
            if not cleaned.get("first_day") and "first_day" not in self.errors:
                self.add_error("first_day", _now("Say from which day."))
            self.judge_week()
        return cleaned

    def chosen(self) -> list[ClassSession]:
        """The session chosen and all after it."""
        pks = [row.pk for row in self.sessions]
        return self.sessions[pks.index(self.cleaned_data["first"].pk) :]

    def distance(self) -> timedelta:
        return timedelta(**{self.cleaned_data["unit"]: self.cleaned_data["amount"]})


def _named(row: ClassSession) -> str:
    start = timezone.localtime(row.starts_at)
    weekday = date_format(start, "D").lower()
    return f"{row.number} · {weekday} {day_in_words(start, 'short-year')}, {start:%H:%M} · {row.heading}"


class RerunForm(SeenForm):
    """The new cohort: its code, its first day, who comes along."""

    code = forms.CharField(label=_("Code"), max_length=40, validators=[cohort_code])
    starts_on = forms.DateField(label=_("First day"), widget=AdminDateInput)
    link = forms.URLField(
        label=_("Link"),
        max_length=LINK_LENGTH,
        required=False,
        assume_scheme="https",
        help_text=_("For the remote sessions: the old one is known to too many."),
    )
    staff = forms.ModelMultipleChoiceField(
        label=_("Staff who come along"),
        queryset=CohortStaff.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, source: Cohort, **kwargs):
        super().__init__(*args, **kwargs)
        self.source = source
        field = self.fields["staff"]
        field.queryset = (
            source.staff.exclude(function=StaffFunction.INSPECTOR)
            .select_related("user")
            .order_by("function", "user__last_name", "pk")
        )
        field.label_from_instance = lambda row: f"{row.user} · {row.get_function_display()}"
        sessions = source.sessions.filter(cancelled_at=None).exclude(mode=Mode.HOUSE)
        self.needs_link = sessions.exists()
        if not self.needs_link:
            del self.fields["link"]

    def clean_starts_on(self):
        return _near(self.cleaned_data["starts_on"])

    def clean_code(self):
        code = self.cleaned_data["code"]
        if Cohort.objects.filter(code=code).exists():
            raise forms.ValidationError(_now("There is already a cohort with this code."))
        return code

    def clean(self):
        cleaned = super().clean()
        if self.needs_link and not cleaned.get("link") and "link" not in self.errors:
            self.add_error("link", _now("A remote or hybrid session needs a link."))
        return cleaned
