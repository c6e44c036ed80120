"""Announcements as they are written: title and text in Italian, perhaps in English, and when."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.community.models import Announcement
from lms.community.models.announcement import TEXT_LIMIT, TITLE_LIMIT
from lms.community.services.announcements import Words
from lms.core.dates import possible_day


class WordsForm(forms.Form):
    """What it says. A draft may have empty boxes: it is saved as it is."""

    use_required_attribute = False  # the browser would hold a draft back

    title = forms.CharField(label=_("Title"), max_length=TITLE_LIMIT)
    text = forms.CharField(
        label=_("Text"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "An empty line begins a paragraph. **bold**, *italics*, “- ” for a list, [words](https://address) for a link."
        ),
    )
    title_en = forms.CharField(label=_("Title in English"), max_length=TITLE_LIMIT, required=False)
    text_en = forms.CharField(
        label=_("Text in English"),
        max_length=TEXT_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "lang": "en"}),
        help_text=_("Who reads the platform in English gets this one; without it, the Italian."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.data.get("do") == "save":
            self.fields["title"].required = self.fields["text"].required = False

    def clean(self):
        data = super().clean()
        for name in ("title", "title_en"):
            # One line, whatever was pasted: it becomes the subject of a mail.
            data[name] = " ".join(data.get(name, "").split())
        for name in ("text", "text_en"):
            data[name] = data.get(name, "").replace("\r\n", "\n").strip()
        return data

    def words(self) -> Words:
        data = self.cleaned_data
        return Words(
            title=data["title"],
            text=data["text"],
            title_en=data["title_en"],
            text_en=data["text_en"],
        )

    @staticmethod
    def initial_of(row: Announcement) -> dict:
        return {
            "key": row.key,
            "title": row.title,
            "text": row.text,
            "title_en": row.title_en,
            "text_en": row.text_en,
            "by_mail": row.by_mail,
            "pinned": row.pinned,
            "scheduled_for": row.scheduled_for,
            "seen": row.corrections,
        }


class AnnouncementForm(WordsForm):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    by_mail = forms.BooleanField(
        label=_("Send it by mail too"),
        required=False,
        initial=True,
        help_text=_("To everybody in the cohort who wants announcements by mail."),
    )
    pinned = forms.BooleanField(
        label=_("Keep it at the top"),
        required=False,
        help_text=_("For what holds for weeks: how to reach the house, what to bring."),
    )
    scheduled_for = forms.DateTimeField(
        validators=[possible_day],
        label=_("Publish it later, at"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": 60}, format="%Y-%m-%dT%H:%M"
        ),
        help_text=_("Day and time in Milan; then press “Schedule”."),
    )

    def clean(self):
        data = super().clean()
        moment = data.get("scheduled_for")
        if self.data.get("do") != "schedule" or "scheduled_for" in self.errors:
            return data
        if not moment:
            self.add_error("scheduled_for", _("Say when."))
        elif moment <= timezone.now():
            self.add_error("scheduled_for", _("Choose a moment that is still to come."))
        return data


class CorrectionForm(WordsForm):
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    mail_again = forms.BooleanField(
        label=_("Send the corrected text by mail"),
        required=False,
        help_text=_("For a mistake that matters: a day, an hour, a room."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("Readers see it in place of the announcement."),
    )


class ReadForm(forms.Form):
    until = forms.DateTimeField(validators=[possible_day], required=False, widget=forms.HiddenInput)
