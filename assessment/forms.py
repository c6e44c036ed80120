"""What a paper sends back, made clean: which choices were ticked, and which save they follow."""

from collections.abc import Mapping

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

# Names of the fields of a paper: choices ticked, and the revision of the answer that was in front of them.
CHOICE_PREFIX = "q-"
REVISION_PREFIX = "r-"


def read_paper(data: QueryDict, questions: list[dict]) -> dict[str, tuple[list[str], int | None]]:
    """The answers in a posted paper, for `save_answers`. Questions that the post does not mention are
    left out; one whose boxes were all unticked is there, empty.
    """
    answers = {}
    for question in questions:
        key = question["key"]
        if f"{REVISION_PREFIX}{key}" in data or f"{CHOICE_PREFIX}{key}" in data:
            choices = data.getlist(f"{CHOICE_PREFIX}{key}")
            answers[key] = (choices, _revision(data, key))
    return answers


def _revision(data: Mapping, key: str) -> int | None:
    value = data.get(f"{REVISION_PREFIX}{key}", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


class AnswerForm(forms.Form):
    """One answer, as the page saves it while the learner goes on."""

    question = forms.CharField(max_length=80)
    revision = forms.IntegerField(min_value=0, required=False)

    def __init__(self, data):
        super().__init__(data)
        self.choices = data.getlist("choices")

    @property
    def fault(self):
        return "" if self.is_valid() else _("The answer arrived incomplete: reload the page.")
