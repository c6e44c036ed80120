"""Amounts of money as people write them, in whole cents."""

import re
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from lms.cohorts.choices import PaymentMethod
from lms.cohorts.forms.ways_in import PoolField
from lms.cohorts.models import BursaryBand, Cohort
from lms.core.dates import possible_day

LARGEST = 10_000_000  # a hundred thousand euro: more is a slip of the hand
THOUSANDS = re.compile(r"\d{1,3}([.,\u2019' ])\d{3}(\1\d{3})*(?:[.,](\d{2}))?")
PLAIN = re.compile(r"(\d+)(?:[.,](\d{1,2}))?")


class CentsField(forms.CharField):
    """An amount in euro, as “120”, “120,50” or “1.200,00”; cleaned to cents."""

    def __init__(self, **kwargs):
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value):
        text = "".join(super().clean(value).replace("€", "").split())
        if not text:
            return None
        plain, grouped = PLAIN.fullmatch(text), THOUSANDS.fullmatch(text)
        if plain:
            cents = int(plain[1]) * 100 + int((plain[2] or "0").ljust(2, "0"))
        elif grouped:
            euro = text[:-3] if grouped[3] else text
            cents = int(re.sub(r"\D", "", euro)) * 100 + int(grouped[3] or 0)
        else:
            raise ValidationError(_("Write an amount as 120 or 120,50."), code="amount")
        if cents > LARGEST:
            raise ValidationError(_("This is more than any fee of ours."), code="amount")
        return cents


class FeeForm(forms.Form):
    cents = CentsField(label=_("Fee in euro"), help_text=_("0 if taking part is free."))


class BandForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    percent = forms.IntegerField(label=_("Percent off"), min_value=1, max_value=100, required=False)
    cents = CentsField(label=_("or euro off"), required=False)

    def clean(self):
        cleaned = super().clean()
        if not self.errors and bool(cleaned.get("percent")) == bool(cleaned.get("cents")):
            raise ValidationError(_("Write a percentage or an amount, not both."))
        return cleaned


class BandField(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(
            label=_("Bursary band"),
            queryset=BursaryBand.objects.none(),
            required=False,
            empty_label=_("None: the whole fee"),
            **kwargs,
        )


class MissingAmountsForm(forms.Form):
    band = BandField()
    pool = PoolField(label=_("For whom"), empty_label=_("Everyone for whom none is set"))

    def __init__(self, *args, cohort: Cohort, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["band"].queryset = cohort.bands.all()
        self.fields["pool"].queryset = cohort.pools.all()


class AmountForm(forms.Form):
    band = BandField()
    cents = CentsField(
        label=_("Another amount in euro"),
        required=False,
        help_text=_("Only where neither the fee nor a band fits."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Needed to change what is set, and for another amount."),
    )

    def __init__(self, *args, cohort: Cohort, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["band"].queryset = cohort.bands.all()


class PaymentForm(forms.Form):
    cents = CentsField(label=_("Amount in euro"))
    received_on = forms.DateField(
        validators=[possible_day], label=_("Received on"), widget=AdminDateInput
    )
    method = forms.ChoiceField(label=_("Method"), choices=PaymentMethod.choices)
    reference = forms.CharField(
        label=_("Reference"),
        max_length=120,
        required=False,
        help_text=_("Of the transfer or of the receipt, to find it again."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class CorrectionForm(forms.Form):
    payment = forms.IntegerField(widget=forms.HiddenInput)
    cents = CentsField(
        label=_("What the amount really was, in euro"), help_text=_("0 if it never came.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
