"""Who may take a quiz, write one, and read what people answered."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from wagtail.permission_policies.base import BasePermissionPolicy

from assessment.models import Assessment, Attempt, Question, QuestionBank
from assessment.models.question import courses_taught
from lms.accounts.choices import Role
from lms.accounts.models import User
from lms.cohorts.choices import TEACHING_FUNCTIONS
from lms.cohorts.models import CohortStaff, Enrolment

AUTHORS = (Role.ADMINISTRATOR, Role.INSTRUCTOR)
Authored = QuestionBank | Question | Assessment
REVIEWERS = (*AUTHORS, Role.COMMITTEE)


def may_take(user: User, enrolment: Enrolment) -> bool:
    """One's own enrolment. Whether it can be done now is for the services to say."""
    return bool(enrolment and user.is_authenticated and enrolment.user_id == user.pk)


def may_take_attempt(user: User, attempt: Attempt) -> bool:
    return bool(attempt) and may_take(user, attempt.enrolment)


def may_author(user: User, item: Authored | None) -> bool:
    """Administrators everything; instructors what belongs to a course they teach. Shared banks are
    read by every instructor and changed by administrators only.
    """
    if not user.has_role(*AUTHORS):
        return False
    if item is None or user.has_role(Role.ADMINISTRATOR):
        return True
    course_key = item.bank.course_key if isinstance(item, Question) else item.course_key
    return (
        course_key is not None
        and courses_taught(user).filter(course__translation_key=course_key).exists()
    )


def may_read_attempt(user: User, attempt: Attempt) -> bool:
    """As staff or as the learner: see `AttemptQuerySet.visible_to`."""
    return Attempt.objects.visible_to(user).filter(pk=attempt.pk).exists()


def in_use(item: Authored) -> bool:
    """Whether history hangs on it, so that it is never deleted: questions in the bank, quizzes that ask
    the question, attempts at the assessment.
    """
    if isinstance(item, QuestionBank):
        return item.questions.exists()
    if isinstance(item, Question):
        return item.assessment_rows.exists()
    return item.attempts.exists()


class AuthoringPolicy(BasePermissionPolicy):
    """The Wagtail admin's view of `may_author`: writing for authors, reading for the committee too."""

    def user_has_permission(self, user: User, action: str) -> bool:
        if not user.is_authenticated:
            return False
        return user.has_role(*(REVIEWERS if action == "view" else AUTHORS))

    def user_has_permission_for_instance(self, user: User, action: str, instance: Authored) -> bool:
        if action == "view":
            return self._readable(user).filter(pk=instance.pk).exists()
        if action == "delete" and in_use(instance):
            return False
        return may_author(user, instance)

    def instances_user_has_any_permission_for(self, user: User, actions: Iterable[str]) -> QuerySet:
        if "view" in actions:
            return self._readable(user)
        if not user.has_role(*AUTHORS):
            return self.model.objects.none()
        if user.has_role(Role.ADMINISTRATOR):
            return self.model.objects.all()
        return self._readable(user).exclude(**{self._course_path: None})

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet:
        roles = REVIEWERS if "view" in actions else AUTHORS
        return _people(roles)

    def _readable(self, user: User) -> QuerySet:
        return self.model.objects.visible_to(user)

    @property
    def _course_path(self) -> str:
        return "bank__course_key" if self.model is Question else "course_key"


class AttemptPolicy(BasePermissionPolicy):
    """Attempts are read in the admin by who teaches, and written by nobody."""

    def user_has_permission(self, user: User, action: str) -> bool:
        if action != "view" or not user.is_authenticated:
            return False
        return user.has_role(*AUTHORS) or _teaches(user)

    def user_has_permission_for_instance(self, user: User, action: str, instance: Attempt) -> bool:
        return self.user_has_permission(user, action) and may_read_attempt(user, instance)

    def instances_user_has_any_permission_for(self, user: User, actions: Iterable[str]) -> QuerySet:
        if "view" not in actions or not self.user_has_permission(user, "view"):
            return self.model.objects.none()
        return self.model.objects.visible_to(user)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet:
        return _people(AUTHORS) if "view" in actions else User.objects.none()


def _teaches(user: User) -> bool:
    return CohortStaff.objects.current().filter(user=user, function__in=TEACHING_FUNCTIONS).exists()


def _people(roles: Iterable[Role]) -> QuerySet[User]:
    users = User.objects.filter(is_active=True)
    return users.filter(
        Q(is_superuser=True) | Q(groups__name__in=[str(role) for role in roles])
    ).distinct()
