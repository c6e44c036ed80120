"""What the player sends: how far and how long a lesson was read, what the reader noted and marked; and what staff set."""

import uuid

from django import forms

from lms.cohorts.services import OPENING_REASON
from lms.progress.models import NOTE_LIMIT, POSITION_END
from lms.progress.services import Beacon

PARTS = 300


class VisitForm(forms.Form):
    """A beacon of the page; without `visit` it tells the position alone."""

    position = forms.IntegerField(min_value=0, max_value=POSITION_END, required=False)
    place = forms.UUIDField(required=False)
    place_position = forms.IntegerField(min_value=0, max_value=POSITION_END, required=False)
    visit = forms.UUIDField(required=False)
    number = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)
    seconds = forms.IntegerField(min_value=0, max_value=3600, required=False)
    age = forms.IntegerField(min_value=0, max_value=7 * 86_400, required=False)
    parts = forms.CharField(max_length=PARTS * 37, required=False)

    def clean_parts(self):
        try:
            return frozenset(
                uuid.UUID(part) for part in self.cleaned_data["parts"].split(",") if part
            )
        except ValueError as error:
            raise forms.ValidationError("no block") from error

    def clean(self):
        data = super().clean()
        if data.get("visit") and not data.get("number"):
            raise forms.ValidationError("a beacon has a number")
        return data

    @property
    def beacon(self) -> Beacon | None:
        data = self.cleaned_data
        if not data["visit"]:
            return None
        return Beacon(
            visit=data["visit"],
            number=data["number"],
            seconds=data["seconds"] or 0,
            age=data["age"] or 0,
            position=data["position"],
            place=data["place"],
            place_position=data["place_position"] or 0,
            parts=data["parts"],
        )


class NoteForm(forms.Form):
    block = forms.UUIDField()
    text = forms.CharField(max_length=NOTE_LIMIT, required=False)


class CheckForm(forms.Form):
    block = forms.UUIDField()


class HighlightForm(forms.Form):
    """A passage: from the script with its place, by hand with its words alone. The services cut and refuse."""

    key = forms.UUIDField()
    block = forms.UUIDField(required=False)
    start = forms.IntegerField(min_value=0, max_value=1_000_000, required=False)
    quote = forms.CharField(max_length=20_000, required=False)
    prefix = forms.CharField(max_length=400, required=False, strip=False)
    suffix = forms.CharField(max_length=400, required=False, strip=False)
    remark = forms.CharField(max_length=20_000, required=False)


class HighlightChangeForm(forms.Form):
    action = forms.ChoiceField(choices=[("remark", ""), ("remove", "")])
    remark = forms.CharField(max_length=20_000, required=False)


class EarlyForm(forms.Form):
    """Whose module is opened before its time, and why."""

    enrolment = forms.IntegerField()
    module = forms.IntegerField()
    reason = forms.CharField(max_length=OPENING_REASON)
