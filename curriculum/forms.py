"""What authors type on their desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from curriculum.models import Course, Lesson


class CourseCopyForm(forms.Form):
    title = forms.CharField(label=_("Title of the copy"), max_length=255)
    code = forms.CharField(
        label=_("Code of the copy"),
        max_length=30,
        help_text=_("Capital letters, digits and hyphens, such as MC-CODESIGN. It stays for ever."),
    )


class ModuleCopyForm(forms.Form):
    into = forms.ModelChoiceField(
        label=_("Into the course"), queryset=Course.objects.none(), empty_label=None
    )

    def __init__(self, *args, courses, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = courses


class PreviewForm(forms.Form):
    """Which draft to show, to whom, how wide."""

    WIDTHS = (("telefono", _("Phone")), ("scrivania", _("Desk")))

    lezione = forms.ModelChoiceField(
        label=_("Lesson"), queryset=Lesson.objects.none(), empty_label=None, required=False
    )
    edizione = forms.ChoiceField(label=_("Cohort"), required=False)
    lingua = forms.ChoiceField(label=_("Language"), required=False)
    larghezza = forms.ChoiceField(label=_("Width"), choices=WIDTHS, required=False)

    def __init__(self, *args, lessons, cohorts, languages, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lezione"].queryset = lessons
        self.fields["edizione"].choices = [(code, code) for code in cohorts]
        self.fields["lingua"].choices = languages
