"""How a cohort chooses: its rubric, its readers, its rules; and decisions in bulk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.forms.people import PersonField
from lms.cohorts.models import Cohort, Criterion, Selection
from lms.core.typed import number_in

MOST_LEVELS = 11
OUTCOMES = (
    ApplicationStatus.ADMITTED,
    ApplicationStatus.WAITLISTED,
    ApplicationStatus.DECLINED,
)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class CriterionForm(forms.Form):
    """A criterion in both languages; its levels one to a line, the first worth 0 points."""

    title_it = forms.CharField(label=_("Title in Italian"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    weight = forms.IntegerField(
        label=_("Weight"),
        min_value=1,
        max_value=100,
        initial=1,
        help_text=_("How many times its points count."),
    )
    levels_it = forms.CharField(
        label=_("What each level means, in Italian"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One to a line: the first is worth 0 points, the second 1, and so on."),
    )
    levels_en = forms.CharField(
        label=_("What each level means, in English"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("As many lines as in Italian."),
    )

    @classmethod
    def initial_of(cls, criterion: Criterion) -> dict:
        initial: dict = {"weight": criterion.weight}
        for code in ("it", "en"):
            initial[f"title_{code}"] = criterion.titles.get(code, "")
            initial[f"levels_{code}"] = "\n".join(row.get(code, "") for row in criterion.levels)
        return initial

    def clean(self):
        cleaned = super().clean()
        italian = _lines(cleaned.get("levels_it", ""))
        english = _lines(cleaned.get("levels_en", ""))
        if italian and not 2 <= len(italian) <= MOST_LEVELS:
            self.add_error(
                "levels_it",
                _("From two to %(most)s levels, one to a line.") % {"most": MOST_LEVELS},
            )
        elif italian and english and len(italian) != len(english):
            self.add_error(
                "levels_en",
                _("%(english)s lines here, %(italian)s in Italian: they must be as many.")
                % {"english": len(english), "italian": len(italian)},
            )
        self.levels = [
            {"it": one, "en": other} for one, other in zip(italian, english, strict=False)
        ]
        return cleaned

    def facts(self) -> dict:
        data = self.cleaned_data
        titles = {"it": data["title_it"], "en": data["title_en"]}
        return {"titles": titles, "weight": data["weight"], "levels": self.levels}


class SelectionRulesForm(forms.ModelForm):
    class Meta:
        model = Selection
        fields = ["third_over", "show_files", "offer_hours", "offer_days"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.frozen_at:
            for name in ("third_over", "show_files"):
                self.fields[name].disabled = True


class ReaderForm(forms.Form):
    user = PersonField(label=_("E-mail address of the person"))


class CopyRubricForm(forms.Form):
    """Another cohort's rubric in place of one's own."""

    source = forms.ModelChoiceField(label=_("From the cohort"), queryset=Cohort.objects.none())

    def __init__(self, *args, cohort: Cohort, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = (
            Cohort.objects.filter(criteria__isnull=False)
            .exclude(pk=cohort.pk)
            .distinct()
            .order_by("-starts_on", "code")
        )


class RankingForm(forms.Form):
    leave_out_unread = forms.BooleanField(
        label=_("Leave out the applications that are not read by everybody yet"), required=False
    )


class ProposalForm(forms.Form):
    waiting = forms.IntegerField(
        label=_("How many go on the waiting list"),
        min_value=0,
        max_value=10000,
        required=False,
        help_text=_("The next in the ranking; the others are declined. Empty: all of them wait."),
    )


class DecisionsForm(forms.Form):
    """Which applications get which answer (`outcome-<pk>`), and the words that go with it."""

    reason = forms.CharField(
        label=_("Reason, for those declined (it goes into the letter)"),
        max_length=300,
        required=False,
    )
    against = forms.CharField(
        label=_("Why the ranking is not followed (it stays in the log)"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @property
    def outcomes(self) -> dict[int, str]:
        """What is well formed of the fields `outcome-<pk>`; the service judges the rest."""
        found = {}
        for name, value in self.data.items():
            word, _dash, digits = name.partition("-")
            pk = number_in(digits)
            if word == "outcome" and pk is not None and value in OUTCOMES:
                found[pk] = ApplicationStatus(value)
        return found
