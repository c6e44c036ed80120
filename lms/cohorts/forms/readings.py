"""A reader's judgement of one application, and the conflict of interest that gives it away."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.cohorts.models import Criterion, Reading


class ReadingForm(forms.Form):
    """For each criterion its levels and a comment; a draft may leave anything out. Needs `scores` prefetched."""

    comment = forms.CharField(
        label=_("On the whole"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, reading: Reading, criteria: Sequence[Criterion], **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        given = {score.criterion_id: score for score in reading.scores.all()}
        self.fields["comment"].initial = reading.comment
        for criterion in criteria:
            score = given.get(criterion.pk)
            self.fields[f"points-{criterion.pk}"] = forms.TypedChoiceField(
                label=criterion.title,
                required=False,
                coerce=int,
                empty_value=None,
                choices=[(n, f"{n} · {words}") for n, words in enumerate(criterion.level_titles)],
                widget=forms.RadioSelect,
                initial=score.points if score else None,
            )
            self.fields[f"comment-{criterion.pk}"] = forms.CharField(
                label=_("Comment"),
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=score.comment if score else "",
            )
        self.order_fields([name for name in self.fields if name != "comment"] + ["comment"])

    def rows(self):
        """(criterion, field of the points, field of the comment), in the order of the rubric."""
        return [
            (criterion, self[f"points-{criterion.pk}"], self[f"comment-{criterion.pk}"])
            for criterion in self.criteria
        ]

    def scores(self) -> dict[int, tuple[int | None, str]]:
        data = self.cleaned_data
        return {
            criterion.pk: (data[f"points-{criterion.pk}"], data[f"comment-{criterion.pk}"])
            for criterion in self.criteria
        }


class ConflictForm(forms.Form):
    reason = forms.CharField(
        label=_("Why, in a few words"),
        required=False,
        max_length=300,
        help_text=_("The administrators read it. You need not say who the person is."),
    )
