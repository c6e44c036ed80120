"""What authors type on their desk, and what they send in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from curriculum.exchange.archives import refuse_large
from curriculum.models import Course, Lesson
from lms.core.errors import DomainError


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


class ArchiveForm(forms.Form):
    """A course archive to look into."""

    file = forms.FileField(
        label=_("Archive"),
        help_text=_("A .zip as “Export” makes it, or a folder of Markdown files, zipped."),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            refuse_large(file.size)
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error
        return file


class CodeForm(forms.Form):
    """The code under which a course is made; empty: its own."""

    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=30,
        help_text=_("Empty: the one in the archive. It stays the same for ever."),
    )

    def clean_code(self):
        return self.cleaned_data["code"].strip().upper()
