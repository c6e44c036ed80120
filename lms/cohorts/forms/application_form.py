"""A cohort's application form as administrators write it."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lms.cohorts.choices import CHOICE_KINDS, QuestionKind
from lms.cohorts.models import AdmissionForm, ApplicationQuestion, Cohort
from lms.cohorts.services.application_form import PARTS

ITALIAN = settings.LANGUAGE_CODE


class PartsForm(forms.ModelForm):
    """The standard parts."""

    class Meta:
        model = AdmissionForm
        fields = PARTS

    def __init__(self, *args, frozen: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.disabled = frozen


class QuestionForm(forms.Form):
    """A question in every language of the platform; Italian is required, the others fall back on it."""

    kind = forms.ChoiceField(label=_("Answered with"), choices=QuestionKind.choices)
    required = forms.BooleanField(label=_("An answer is required"), required=False, initial=True)
    max_length = forms.IntegerField(
        label=_("Longest answer"),
        min_value=10,
        max_value=8000,
        initial=1000,
        help_text=_("In characters; for texts only."),
    )

    def __init__(
        self, *args, question: ApplicationQuestion | None = None, frozen: bool = False, **kwargs
    ):
        if question is not None:
            kwargs["initial"] = _initial(question)
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            for field_name, field in _fields_in(code, str(name)):
                self.fields[f"{field_name}_{code}"] = field
        wording = [
            f"{name}_{code}" for name in ("label", "help") for code, _name in settings.LANGUAGES
        ]
        options = [f"options_{code}" for code, _name in settings.LANGUAGES]
        self.order_fields(
            [wording[0], wording[1], "kind", *options, *wording[2:], "required", "max_length"]
        )
        if frozen:
            for name in ("kind", "required", "max_length"):
                self.fields[name].disabled = True

    def clean(self):
        data = super().clean()
        if data.get("kind") not in CHOICE_KINDS:
            return data
        italian = _lines(data.get(f"options_{ITALIAN}", ""))
        if len(italian) < 2:
            self.add_error(f"options_{ITALIAN}", _("Write two answers or more, one to a line."))
        if len(set(italian)) < len(italian):
            self.add_error(f"options_{ITALIAN}", _("Two answers say the same."))
        for code, _name in settings.LANGUAGES:
            others = _lines(data.get(f"options_{code}", ""))
            if others and len(others) != len(italian):
                self.add_error(
                    f"options_{code}", _("As many lines as in Italian, in the same order.")
                )
        return data

    def words(self) -> dict:
        """What the services of `application_form` take."""
        data = self.cleaned_data
        codes = [code for code, _name in settings.LANGUAGES]
        options = {code: _lines(data[f"options_{code}"]) for code in codes}
        chosen = data["kind"] in CHOICE_KINDS
        return {
            "kind": data["kind"],
            "required": data["required"],
            "max_length": data["max_length"],
            "labels": {code: data[f"label_{code}"] for code in codes},
            "helps": {code: data[f"help_{code}"] for code in codes},
            "options": [
                {code: options[code][number] for code in codes if options[code]}
                for number in range(len(options[ITALIAN]))
            ]
            if chosen
            else [],
        }


class CopyForm(forms.Form):
    """Whose form is taken over."""

    source = forms.ModelChoiceField(
        label=_("Take over the form of"),
        queryset=Cohort.objects.none(),
        empty_label=_("Choose a cohort"),
    )

    def __init__(self, *args, cohort: Cohort, **kwargs):
        super().__init__(*args, **kwargs)
        written = ApplicationQuestion.objects.values("cohort")
        rows = Cohort.objects.filter(pk__in=written) | Cohort.objects.filter(
            admission_form__isnull=False
        )
        self.fields["source"].queryset = rows.exclude(pk=cohort.pk).order_by("-starts_on", "code")


def _fields_in(code: str, language: str):
    italian = code == ITALIAN
    yield (
        "label",
        forms.CharField(
            label=_("Question (%(language)s)") % {"language": language},
            max_length=300,
            required=italian,
        ),
    )
    yield (
        "help",
        forms.CharField(
            label=_("Help (%(language)s)") % {"language": language}, max_length=500, required=False
        ),
    )
    yield (
        "options",
        forms.CharField(
            label=_("Answers to choose from (%(language)s)") % {"language": language},
            help_text=_("For choices: one to a line.") if italian else "",
            max_length=4000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 4}),
        ),
    )


def _initial(question: ApplicationQuestion) -> dict:
    initial = {
        "kind": question.kind,
        "required": question.required,
        "max_length": question.max_length,
    }
    for code, _name in settings.LANGUAGES:
        initial[f"label_{code}"] = question.labels.get(code, "")
        initial[f"help_{code}"] = question.helps.get(code, "")
        initial[f"options_{code}"] = "\n".join(
            option[code] for option in question.options if option.get(code)
        )
    return initial


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]
