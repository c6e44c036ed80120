"""What learners are reminded of before it closes: the required quizzes that they have not passed yet."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from assessment.models.texts import in_language
from assessment.services.refusals import GRACE_DAYS, taking_window
from assessment.summary import AssessmentResult, results_of_cohort
from lms.cohorts.models import Cohort, Enrolment
from lms.core.registries import Deadline


def quizzes_to_pass(since: datetime, until: datetime) -> Iterator[Deadline]:
    """Required quizzes of cohorts whose time for them ends between the two moments; four queries a cohort."""
    margin = timedelta(days=GRACE_DAYS + 2)
    ending = Cohort.objects.public().filter(
        ends_on__gte=(since - margin).date(), ends_on__lte=until.date()
    )
    for cohort in ending.select_related("course"):
        _opens, closes = taking_window(cohort)
        if not since < closes <= until:
            continue
        results = results_of_cohort(cohort)
        for enrolment in cohort.enrolments.active().select_related("user"):
            for result in results.get(enrolment.pk, []):
                if result.required and not result.passed and _can_go_on(result):
                    yield _deadline(enrolment, cohort, result, closes)


def _can_go_on(result: AssessmentResult) -> bool:
    return bool(result.attempts_left or result.open_attempt)


def _deadline(
    enrolment: Enrolment, cohort: Cohort, result: AssessmentResult, closes: datetime
) -> Deadline:
    quiz, user = result.assessment, enrolment.user
    with translation.override(user.language):
        return Deadline(
            key=f"assessment:{cohort.pk}:{quiz.pk}",
            user=user,
            # The last minute of the last day, as people say it.
            at=closes - timedelta(minutes=1),
            title=_("Quiz “%(title)s”") % {"title": in_language(quiz.title)},
            detail=f"{cohort.title_in(user.language)} · {cohort.code}",
            path=reverse("assessment:detail", args=[cohort.code, quiz.pk]),
        )
