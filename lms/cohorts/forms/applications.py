"""An application."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import Organisation


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
