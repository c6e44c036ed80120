"""What people type about cohorts, made clean."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from curriculum.models import Course
from lms.accounts.models import Organisation, User
from lms.cohorts.choices import TEACHING_FUNCTIONS, Mode, StaffFunction
from lms.cohorts.models import Cohort, SyllabusModule
from lms.cohorts.services import REASON_LENGTH, Choice
from lms.core.typed import number_in

ROME = ZoneInfo(settings.TIME_ZONE)
POLICY_FIELDS = (
    "attendance_threshold",
    "threshold_basis",
    "denominator",
    "excused_leave_denominator",
    "grace_minutes",
)


class ApplicationForm(forms.Form):
    """A person's application; the organisation is one we know, or a name."""

    motivation = forms.CharField(
        label=_("Why this course, and why now"),
        help_text=_("Five lines are enough: what you do, what you would like to build."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    organisation_name = forms.CharField(
        label=_("Your organisation"),
        help_text=_("Leave it empty if you come for yourself."),
        max_length=200,
        required=False,
    )

    def organisation(self) -> Organisation | None:
        """The organisation of that name, if we know it."""
        name = self.cleaned_data.get("organisation_name", "").strip()
        return Organisation.objects.filter(name__iexact=name).first() if name else None


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


class PersonField(forms.CharField):
    """A person, typed as the e-mail address of their account."""

    widget = forms.EmailInput

    def clean(self, value):
        value = super().clean(value)
        person = User.objects.filter(email__iexact=value.strip(), is_active=True).first()
        if value and person is None:
            raise forms.ValidationError(
                _("No account has this address: ask the person to register first."), code="unknown"
            )
        return person


class EnrolForm(forms.Form):
    user = PersonField(label=_("E-mail address of the person"))
    joined_on = forms.DateField(
        label=_("Joined on"),
        required=False,
        widget=AdminDateInput,
        help_text=_("For a late joiner. Attendance is still judged on the whole cohort."),
    )


class WithdrawForm(forms.Form):
    on = forms.DateField(label=_("Last day"), widget=AdminDateInput)
    reason = forms.CharField(label=_("Reason"), max_length=500)


class StaffForm(forms.Form):
    user = PersonField(label=_("E-mail address of the person"))
    function = forms.ChoiceField(label=_("Function"), choices=StaffFunction.choices)
    until = forms.DateField(label=_("Until"), required=False, widget=AdminDateInput)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("It goes into the letter.")
    )


class SessionForm(forms.Form):
    """One session, or the same hour for some weeks. Hours are those of Europe/Rome."""

    day = forms.DateField(label=_("Day"), widget=AdminDateInput)
    starts = forms.TimeField(label=_("From"), widget=AdminTimeInput)
    ends = forms.TimeField(label=_("To"), widget=AdminTimeInput)
    break_starts = forms.TimeField(label=_("Break from"), required=False, widget=AdminTimeInput)
    break_minutes = forms.IntegerField(
        label=_("Break (minutes)"), min_value=0, max_value=180, required=False
    )
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices)
    room = forms.CharField(label=_("Room"), max_length=120, required=False)
    link = forms.URLField(
        label=_("Link"),
        required=False,
        assume_scheme="https",
        help_text=_("Shown to the cohort only."),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("break_minutes") and not cleaned.get("break_starts"):
            self.add_error("break_starts", _("Say when the break begins."))
        return cleaned

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


class VersionsForm(forms.Form):
    """Lessons to bring in: tokens of `summary.versions`, and for each page whether it is an erratum, and why.

    The tokens say what the person saw; `all` takes every one that was offered on the page.
    """

    TOKEN = re.compile(r"([1-9]\d{0,15})-(\d{1,16})-([1-9]\d{0,15})")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.chosen: list[str] = []
        self.faults: dict[int, str] = {}  # by page
        self.choices: list[Choice] = []
        if self.is_bound:
            name = "offered" if "all" in self.data else "choose"
            self.chosen = list(dict.fromkeys(self.data.getlist(name)))

    def typed(self, page_id: int) -> tuple[bool, str]:
        """Whether the page was marked as an erratum, and the reason on one line."""
        reason = self.data.get(f"reason-{page_id}", "") if self.is_bound else ""
        marked = self.is_bound and f"erratum-{page_id}" in self.data
        return marked, " ".join(reason.replace("\x00", "").split())

    def clean(self):
        cleaned = super().clean()
        found = [self.TOKEN.fullmatch(token) for token in self.chosen]
        pages = {int(match[1]) for match in found if match}
        self.faults = {
            page: _("You wrote of an erratum here and did not choose the lesson.")
            for page in self._marked() - pages
        }
        for match in found:
            if match is None:
                raise forms.ValidationError(_("Choose the lessons from the list."), code="unknown")
            self._choose(int(match[1]), int(match[2]) or None, int(match[3]))
        if self.faults:
            raise forms.ValidationError(
                _("Nothing was brought in: look at what is marked below."), code="erratum"
            )
        if not self.choices:
            raise forms.ValidationError(_("Choose at least one lesson."), code="nothing_chosen")
        return cleaned

    def _marked(self) -> set[int]:
        fields = (name.partition("-") for name in self.data)
        pages = {number_in(number) for word, _dash, number in fields if word == "erratum"}
        return {page for page in pages if page is not None}

    def _choose(self, page: int, expected: int | None, revision: int) -> None:
        marked, reason = self.typed(page)
        if marked and not reason:
            self.faults[page] = _("Say in one line what was wrong: learners will read it.")
        elif reason and not marked:
            self.faults[page] = _("Mark it as an erratum, or take the reason away.")
        elif len(reason) > REASON_LENGTH:
            self.faults[page] = _("One line, please: at most %(number)s characters.") % {
                "number": REASON_LENGTH
            }
        self.choices.append(Choice(page, expected, revision, reason if marked else ""))
