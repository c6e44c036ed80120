import uuid

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from cms.choices import HelpTopic, ResourceKind
from cms.models import HelpRequest, Topic


class HelpRequestForm(forms.Form):
    """A question to the sportello. `website` is seen by robots only."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We answer here."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    topic = forms.ChoiceField(
        label=_("What is it about?"), choices=[("", _("Choose")), *HelpTopic.choices]
    )
    message = forms.CharField(
        label=_("Your question"),
        max_length=4000,
        help_text=_(
            "A few lines are enough. Leave out health data and other people's personal data."
        ),
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    consent = forms.BooleanField(
        label=_("I have read it and I agree"),
        error_messages={"required": _("Without your consent we cannot keep your question.")},
    )
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    @property
    def filled_by_a_robot(self) -> bool:
        return bool(self.data.get("website"))


class LibraryFilterForm(forms.Form):
    """Filters of the library; an unknown value is refused by name, never passed to the database."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    topic = forms.ModelChoiceField(
        label=_("Topic"),
        required=False,
        queryset=Topic.objects.none(),
        to_field_name="slug",
        empty_label=_("Every topic"),
    )

    def __init__(self, *args, locale_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Every kind")), *ResourceKind.choices]
        self.fields["topic"].queryset = Topic.objects.filter(locale_id=locale_id)


class HelpAnswerForm(WagtailAdminModelForm):
    """The admin's form: the answer, or nothing, which says that somebody is working on it."""

    class Meta:
        model = HelpRequest
        fields = ["answer"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["answer"].required = False

    def _post_clean(self):
        # The instance stays as it is: the service writes, behind its own lock.
        pass
