"""Keys, seats for organisations, rosters, and the addresses that organisations paste."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.widgets import AdminDateInput

from lms.accounts.models import Organisation
from lms.cohorts.models import Cohort, EnrolmentKey, SeatPool
from lms.core.dates import possible_day

DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.I)
MOST_ADDRESSES = 500
LONGEST_ADDRESS = 254  # of the column that keeps it


class PoolField(forms.ModelChoiceField):
    """Seats of one pool of the cohort, or open to all."""

    def __init__(self, **kwargs):
        super().__init__(
            queryset=SeatPool.objects.none(),
            required=False,
            label=kwargs.pop("label", pgettext_lazy("seats", "Seats")),
            empty_label=kwargs.pop("empty_label", pgettext_lazy("seats", "Open to all")),
            **kwargs,
        )

    def label_from_instance(self, obj):
        return obj.get_kind_display()


class _OfCohort(forms.Form):
    """A form whose pools are those of its cohort."""

    def __init__(self, *args, cohort: Cohort, **kwargs):
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        self.fields["pool"].queryset = cohort.pools.filter(seats__gt=0)


class KeyForm(_OfCohort):
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("For yourselves: who gets it.")
    )
    uses = forms.IntegerField(label=_("Number of uses"), min_value=1, max_value=10_000)
    first_day = forms.DateField(
        validators=[possible_day], label=_("First day"), widget=AdminDateInput
    )
    last_day = forms.DateField(
        validators=[possible_day], label=_("Last day"), widget=AdminDateInput
    )
    pool = PoolField()
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.all(), required=False
    )
    email_domain = forms.CharField(
        label=_("E-mail domain"),
        max_length=120,
        required=False,
        help_text=EnrolmentKey._meta.get_field("email_domain").help_text,
    )

    def clean_email_domain(self):
        value = self.cleaned_data["email_domain"].strip().lstrip("@").lower()
        if value and not DOMAIN.fullmatch(value):
            raise ValidationError(_("Write what stands after the @, such as comune.milano.it."))
        return value

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day comes before the first."))
        elif last and last < timezone.localdate():
            self.add_error("last_day", _("The last day is over already."))
        return cleaned


class GrantForm(_OfCohort):
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.all()
    )
    seats = forms.IntegerField(label=_("Number of seats"), min_value=1, max_value=10_000)
    pool = PoolField()
    last_day = forms.DateField(
        validators=[possible_day],
        label=_("Last day"),
        widget=AdminDateInput,
        help_text=_("Until then the seats are held; afterwards those not taken are free again."),
    )
    contact_email = forms.EmailField(
        max_length=LONGEST_ADDRESS,
        label=_("E-mail address of the contact person"),
        help_text=_("They say who takes the seats, and see the organisation’s own people."),
    )


class RosterForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("At most 20,000 lines. Nothing happens before you have seen every line."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )


class TypedKeyForm(forms.Form):
    code = forms.CharField(
        label=_("Your key"),
        max_length=20,
        help_text=_("Eight letters and digits: large or small does not matter."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class AddressesForm(forms.Form):
    """Addresses of people, pasted as they come: lines, commas, semicolons, a column of a CSV, “Name <address>”."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        help_text=_(
            "One to a line, or with commas between them; you can paste a column of a sheet."
        ),
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def clean_addresses(self) -> list[str]:
        found, wrong = [], []
        for number, line in enumerate(self.cleaned_data["addresses"].splitlines(), start=1):
            for word in re.split(r"[,;\t]", line):
                text = re.sub(r"^.*<([^<>]*)>\s*$", r"\1", word).strip().strip("\"'").lower()
                if "@" not in text:
                    # Names and headings stand beside the addresses; a line without any is told.
                    continue
                try:
                    validate_email(text)
                    if len(text) > LONGEST_ADDRESS:
                        raise ValidationError("long")
                    found.append(text)
                except ValidationError:
                    wrong.append(_("Line %(line)s: “%(text)s” is no e-mail address.")
                                 % {"line": number, "text": text[:80]})  # fmt: skip
            if line.strip() and "@" not in line and number > 1:
                wrong.append(_("Line %(line)s has no e-mail address.") % {"line": number})
        if wrong:
            raise ValidationError(wrong[:20])
        if not found:
            raise ValidationError(_("There is no e-mail address here."))
        if len(found) > MOST_ADDRESSES:
            raise ValidationError(
                _("At most %(number)s addresses at a time.") % {"number": MOST_ADDRESSES}
            )
        return list(dict.fromkeys(found))
