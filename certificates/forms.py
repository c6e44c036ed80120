from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.choices import RevocationReason


class RevokeForm(forms.Form):
    reason_class = forms.ChoiceField(
        label=_("Reason (public)"), choices=[("", "—"), *RevocationReason.choices]
    )
    note = forms.CharField(
        label=_("Note (for the register alone)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SupersedeForm(forms.Form):
    reason = forms.CharField(
        label=_("Why (for the register alone)"), max_length=300, widget=forms.TextInput
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Verification code"),
        max_length=80,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )
