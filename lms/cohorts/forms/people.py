"""Who comes in, who leaves, who is on the staff."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from lms.accounts.models import User
from lms.cohorts.choices import StaffFunction
from lms.core.dates import possible_day


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
        validators=[possible_day],
        label=_("Joined on"),
        required=False,
        widget=AdminDateInput,
        help_text=_("For a late joiner. Attendance is still judged on the whole cohort."),
    )


class WithdrawForm(forms.Form):
    on = forms.DateField(validators=[possible_day], label=_("Last day"), widget=AdminDateInput)
    reason = forms.CharField(label=_("Reason"), max_length=500)


class StaffForm(forms.Form):
    user = PersonField(label=_("E-mail address of the person"))
    function = forms.ChoiceField(label=_("Function"), choices=StaffFunction.choices)
    until = forms.DateField(
        validators=[possible_day],
        label=_("Until"),
        required=False,
        widget=AdminDateInput,
        help_text=_("The last day, included. An inspector needs one."),
    )


class EndStaffForm(forms.Form):
    until = forms.DateField(validators=[possible_day], label=_("Last day"), widget=AdminDateInput)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("It goes into the letter.")
    )
