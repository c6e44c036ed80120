"""What the player sends: how far a lesson was read, and what the reader noted."""

from django import forms

from lms.progress.models import NOTE_LIMIT, POSITION_END


class VisitForm(forms.Form):
    position = forms.IntegerField(min_value=0, max_value=POSITION_END, required=False)


class NoteForm(forms.Form):
    block = forms.UUIDField()
    text = forms.CharField(max_length=NOTE_LIMIT, required=False)
