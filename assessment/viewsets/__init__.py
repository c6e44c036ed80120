"""Banks, questions, quizzes and attempts in the Wagtail admin, within what each person may see."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from assessment.viewsets.assessments import AssessmentViewSet
from assessment.viewsets.attempts import AttemptViewSet
from assessment.viewsets.questions import BankViewSet, QuestionViewSet
from assessment.viewsets.scoped import DeleteWithinReach

__all__ = ["AssessmentGroup", "DeleteWithinReach"]


class AssessmentGroup(SnippetViewSetGroup):
    menu_label = _("Quizzes")
    menu_icon = "tasks"
    menu_order = 220
    items = (AssessmentViewSet, QuestionViewSet, BankViewSet, AttemptViewSet)
