"""What a paper sends back, made clean; and the forms by which authors write banks, questions, quizzes."""

from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.choosers import BaseFilterForm

from assessment.marking import fault_of
from assessment.models import Question, QuestionBank
from assessment.models.question import courses_taught
from assessment.rules import may_author
from curriculum.models import Course
from lms.accounts.choices import Role
from lms.core.typed import number_in

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
            answers[key] = (choices, number_in(data.get(f"{REVISION_PREFIX}{key}")))
    return answers


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


def course_choices(user) -> list[tuple[str, str]]:
    """The courses that `user` may write for, by translation key: all for administrators, else their own."""
    courses = Course.objects.filter(locale__language_code="it").order_by("title")
    if not user.has_role(Role.ADMINISTRATOR):
        courses = courses.filter(translation_key__in=courses_taught(user))
    rows = courses.values_list("translation_key", "title", "code")
    return [(str(key), f"{title} ({code})") for key, title, code in rows]


class OfCourseForm(WagtailAdminModelForm):
    """A form whose `course_key` is chosen among the courses that the author may write for."""

    course_required = True

    course_key = forms.TypedChoiceField(label=_("Course"), coerce=UUID, empty_value=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["course_key"]
        shared = not self.course_required and self.for_user.has_role(Role.ADMINISTRATOR)
        field.required = not shared
        empty = [("", _("Shared by all courses"))] if shared else [("", "———")]
        field.choices = empty + course_choices(self.for_user)


class BankForm(OfCourseForm):
    course_required = False


class QuestionForm(WagtailAdminModelForm):
    """A question and its choices, refused together where they make no question."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        banks = QuestionBank.objects.visible_to(self.for_user)
        writable = [bank.pk for bank in banks if may_author(self.for_user, bank)]
        self.fields["bank"].queryset = QuestionBank.objects.filter(pk__in=writable)

    def clean(self):
        cleaned = super().clean()
        choices = self.formsets["choices"]
        if cleaned.get("kind") and choices.is_valid():
            rows = [
                (form.cleaned_data["key"], form.cleaned_data["correct"])
                for form in choices.forms
                if form.cleaned_data.get("key") and not form.cleaned_data.get("DELETE")
            ]
            fault = fault_of(cleaned["kind"], rows)
            if fault:
                self.add_error(None, fault)
        return cleaned


class AssessmentForm(OfCourseForm):
    """A quiz and its questions: the author must see each of them, and their keys must differ."""

    def clean(self):
        cleaned = super().clean()
        rows = self.formsets["question_rows"]
        if rows.is_valid():
            questions = [
                form.cleaned_data["question"]
                for form in rows.forms
                if form.cleaned_data.get("question") and not form.cleaned_data.get("DELETE")
            ]
            fault = self._fault(questions)
            if fault:
                self.add_error(None, fault)
        return cleaned

    def _fault(self, questions: list[Question]) -> str:
        seen = Question.objects.visible_to(self.for_user).filter(
            pk__in=[question.pk for question in questions]
        )
        if seen.count() != len({question.pk for question in questions}):
            return str(_("One of the questions belongs to a course that is not yours."))
        keys = [question.key for question in questions]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            return _("Two questions have the same key: %(key)s.") % {"key": twice[0]}
        return ""


class QuestionSearchForm(BaseFilterForm):
    """The search of the window in which questions are chosen."""

    q = forms.CharField(
        label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )

    def filter(self, objects):
        objects = super().filter(objects)
        query = self.cleaned_data.get("q")
        if not query:
            return objects
        self.is_searching, self.search_query = True, query
        return objects.containing(query)
