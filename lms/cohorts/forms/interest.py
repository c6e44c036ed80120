"""An address that waits for a course."""

from django import forms
from django.utils.translation import gettext_lazy as _


class InterestForm(forms.Form):
    """`website` is seen by robots only."""

    email = forms.EmailField(
        max_length=254,
        label=_("E-mail address"),
        help_text=_("We write to it once, when applications open."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    @property
    def filled_by_a_robot(self) -> bool:
        return bool(self.data.get("website"))
