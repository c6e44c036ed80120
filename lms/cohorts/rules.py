"""Who may, inside a cohort. Every predicate takes the user and a cohort (or None for «anywhere»), but for
`may_fetch` and `may_open_file`, which take a file."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from cms.models import HubDocument
from curriculum.models import CourseInstructor
from curriculum.rules import is_open_document, may_read_lessons
from lms.accounts.choices import Role
from lms.accounts.models import User
from lms.cohorts.choices import (
    ANSWERING_FUNCTIONS,
    TEACHING_FUNCTIONS,
    ApplicationStatus,
    StaffFunction,
)
from lms.cohorts.models import (
    Application,
    ApplicationFile,
    Cohort,
    CohortStaff,
    Enrolment,
    PinnedLesson,
)

READING_FUNCTIONS = (*TEACHING_FUNCTIONS, StaffFunction.INSPECTOR)


def is_administrator(user: User, cohort: Cohort | None = None) -> bool:
    """Opens cohorts, admits people, plans sessions."""
    return user.has_role(Role.ADMINISTRATOR)


def has_function(user: User, cohort: Cohort, functions: Sequence[str]) -> bool:
    return (
        CohortStaff.objects.current()
        .filter(cohort=cohort, user=user, function__in=functions)
        .exists()
    )


def may_teach(user: User, cohort: Cohort | None) -> bool:
    """Keeps the register: teacher, substitute, tutor or coordinator of this cohort, or administrator."""
    if is_administrator(user):
        return True
    return cohort is not None and has_function(user, cohort, TEACHING_FUNCTIONS)


def may_inspect(user: User, cohort: Cohort | None) -> bool:
    """Reads the registers: whoever keeps them, and the inspector until their last day."""
    if may_teach(user, cohort):
        return True
    return cohort is not None and has_function(user, cohort, [StaffFunction.INSPECTOR])


def cohorts_to_keep_current(user: User) -> QuerySet[Cohort]:
    """Those whose lessons' versions the user may change: who teaches the cohort, who teaches its course, administrators.

    A tutor and a coordinator accompany the cohort; they do not answer for what its lessons say.
    """
    if is_administrator(user):
        return Cohort.objects.all()
    teaching = CohortStaff.objects.current().filter(user=user, function__in=ANSWERING_FUNCTIONS)
    mine = Q(pk__in=teaching.values("cohort"))
    if user.has_role(Role.INSTRUCTOR):
        taught = CourseInstructor.objects.filter(user=user).values("course__translation_key")
        mine |= Q(course__translation_key__in=taught)
    return Cohort.objects.filter(mine)


def may_change_versions(user: User, cohort: Cohort | None) -> bool:
    """Brings newer versions of the lessons in (`cohorts_to_keep_current`)."""
    if cohort is None:
        return is_administrator(user)
    return cohorts_to_keep_current(user).filter(pk=cohort.pk).exists()


def may_read_inside(user: User, cohort: Cohort | None) -> bool:
    """Reads the pinned lessons and the sessions' links: the enrolled, the staff, administrators."""
    if cohort is None:
        return False
    if Enrolment.objects.active().filter(cohort=cohort, user=user).exists():
        return True
    return may_inspect(user, cohort)


def may_see_archived(user: User, cohort: Cohort) -> bool:
    """Sees the page of an archived cohort: who took part or asked to, and whoever works in the house."""
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_superuser or user.has_role(*Role.values):
        return True
    return (
        Enrolment.objects.filter(cohort=cohort, user=user).exists()
        or Application.objects.filter(cohort=cohort, user=user).exists()
        or has_function(user, cohort, READING_FUNCTIONS)
    )


def may_fetch(user: User, document: HubDocument) -> bool:
    """Gets a file: anybody where an open page offers it, else whoever reads a lesson that does.

    That is who writes, teaches and reviews lessons, and who reads inside a cohort whose pinned lessons
    offer it (as `may_read_inside`).
    """
    if is_open_document(document):
        return True
    if not user.is_authenticated or not user.is_active:
        return False
    return may_read_lessons(user) or _is_pinned_for(user, document)


def _is_pinned_for(user: User, document: HubDocument) -> bool:
    enrolled = Enrolment.objects.active().filter(user=user).values("cohort")
    staff = CohortStaff.objects.current().filter(user=user, function__in=READING_FUNCTIONS)
    inside = Q(syllabus_lesson__cohort__in=enrolled) | Q(
        syllabus_lesson__cohort__in=staff.values("cohort")
    )
    pins = PinnedLesson.objects.filter(
        inside, documents__document=document, documents__current=True
    )
    return pins.filter(syllabus_lesson__cohort__opened_at__isnull=False).exists()


def may_open_file(user: User, file: ApplicationFile) -> bool:
    """Gets a file of an application: the applicant, and administrators once it was sent. Readers have a view of
    their own that does not say whose it is."""
    if not user.is_authenticated or not user.is_active:
        return False
    application = file.application
    if application.user_id == user.pk:
        return True
    return is_administrator(user) and application.status != ApplicationStatus.DRAFT
