"""What the player sends: how far a lesson was read."""

from django import forms

from lms.progress.models import POSITION_END


class VisitForm(forms.Form):
    position = forms.IntegerField(min_value=0, max_value=POSITION_END, required=False)
