"""Who may, inside a cohort. Every predicate takes the user and a cohort (or None for «anywhere»), but for
`may_fetch` and `may_open_file`, which take a file."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

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
    ModuleOpening,
    PinnedLesson,
    SyllabusModule,
)
from lms.core.dates import day_in_words
from lms.core.registries import ModuleStanding, QuizLedger, registries

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
    offer it (as `may_read_inside`); a learner only where its module is open to them.
    """
    if is_open_document(document):
        return True
    if not user.is_authenticated or not user.is_active:
        return False
    return may_read_lessons(user) or _is_pinned_for(user, document)


def _is_pinned_for(user: User, document: HubDocument) -> bool:
    pins = PinnedLesson.objects.filter(
        documents__document=document,
        documents__current=True,
        syllabus_lesson__cohort__opened_at__isnull=False,
    )
    staff = CohortStaff.objects.current().filter(user=user, function__in=READING_FUNCTIONS)
    if pins.filter(syllabus_lesson__cohort__in=staff.values("cohort")).exists():
        return True
    mine = Enrolment.objects.active().filter(user=user)
    places = set(
        pins.filter(syllabus_lesson__cohort__in=mine.values("cohort")).values_list(
            "syllabus_lesson__cohort", "syllabus_lesson__module"
        )
    )
    if not places:
        return False
    closed = modules_closed_to(list(mine.filter(cohort__in={cohort for cohort, _module in places})))
    shut = {module for modules in closed.values() for module in modules}
    return any(module not in shut for _cohort, module in places)


@dataclass(frozen=True, slots=True)
class Closed:
    """What a module still waits for before a learner may read it: a day, the module before, a quiz (its title)."""

    module: SyllabusModule
    opens_on: datetime.date | None = None
    previous: SyllabusModule | None = None
    quiz: str = ""

    @property
    def words(self) -> str:
        """To the learner, in their language."""
        parts = []
        if self.opens_on:
            parts.append(_("Opens on %(day)s.") % {"day": day_in_words(self.opens_on, "year")})
        if self.previous:
            parts.append(
                _("Opens when you have done the required lessons of module %(number)s.")
                % {"number": self.previous.position}
            )
        if self.quiz:
            parts.append(_("Opens when you have passed “%(quiz)s”.") % {"quiz": self.quiz})
        return " ".join(parts)


def modules_closed_to(
    enrolments: Sequence[Enrolment],
    modules: Mapping[int, Sequence[SyllabusModule]] | None = None,
    standing: Callable[[int], ModuleStanding] | None = None,
    at: datetime.datetime | None = None,
    quizzes: QuizLedger | None = None,
) -> dict[int, dict[int, Closed]]:
    """{enrolment id: {module id: why it is closed}} at a moment, for learners; staff of a cohort read everything.

    A module opens with the day set (from midnight in Europe/Rome), once the module before is open and passed, and
    once the quiz is passed; what was opened early is open. Who has begun a module keeps it, whatever a
    lesson taken up again or brought in makes of the one before; a day alone can close it again.

    `modules` (by cohort, in order), `standing` (by enrolment id) and `quizzes` spare queries to whoever has read them.
    No query where no module waits for anything; at most 7, whatever the number of learners.
    """
    today = timezone.localdate(at) if at else timezone.localdate()
    if modules is None:
        modules = _modules_of(enrolments)
    waiting = {
        cohort: rows for cohort, rows in modules.items() if any(_waits(row, today) for row in rows)
    }
    held = [enrolment for enrolment in enrolments if enrolment.cohort_id in waiting]
    if not held:
        return {}
    if standing is None:
        found = registries.module_standings(held) if registries.module_standings else {}
        standing = lambda pk: found.get(pk, ModuleStanding())  # noqa: E731
    early = set(ModuleOpening.objects.filter(enrolment__in=held).values_list("enrolment", "module"))
    titles, passed = _quizzes(held, waiting, quizzes or registries.quiz_ledger)
    return {
        enrolment.pk: _closed(
            waiting[enrolment.cohort_id],
            standing(enrolment.pk),
            frozenset(module for pk, module in early if pk == enrolment.pk),
            {
                key: title
                for key, title in titles.get(enrolment.cohort_id, {}).items()
                if key not in passed.get(enrolment.pk, ())
            },
            today,
        )
        for enrolment in held
    }


def _modules_of(enrolments: Sequence[Enrolment]) -> dict[int, list[SyllabusModule]]:
    modules: dict[int, list[SyllabusModule]] = {}
    rows = SyllabusModule.objects.filter(cohort__in={e.cohort_id for e in enrolments})
    # A module without lessons is nothing to read, and nothing to wait for.
    for row in rows.filter(lessons__isnull=False).order_by("cohort", "position").distinct():
        modules.setdefault(row.cohort_id, []).append(row)
    return modules


def module_closed_to(
    enrolment: Enrolment, module: SyllabusModule, at: datetime.datetime | None = None
) -> Closed | None:
    """Why a learner cannot read this module yet; None if they can. No query where it waits for nothing."""
    if not _waits(module, timezone.localdate(at) if at else timezone.localdate()):
        return None
    return modules_closed_to([enrolment], at=at).get(enrolment.pk, {}).get(module.pk)


def _waits(module: SyllabusModule, today: datetime.date) -> bool:
    return bool(
        (module.opens_on and module.opens_on > today) or module.after_previous or module.after_quiz
    )


def _quizzes(
    enrolments: Sequence[Enrolment],
    modules: Mapping[int, Sequence[SyllabusModule]],
    ledger: QuizLedger | None,
) -> tuple[dict[int, dict[str, str]], dict[int, set[str]]]:
    """Titles by cohort and keys passed by enrolment, asked only where a module waits for a quiz."""
    asking = {cohort for cohort, rows in modules.items() if any(row.after_quiz for row in rows)}
    if not asking or ledger is None:
        return {}, {}
    return ledger.titles(asking), ledger.passed(e.pk for e in enrolments if e.cohort_id in asking)


def _closed(
    modules: Sequence[SyllabusModule],
    standing: ModuleStanding,
    early: frozenset[int],
    quizzes: Mapping[str, str],  # of those not passed yet; one that is gone is waited for no longer
    today: datetime.date,
) -> dict[int, Closed]:
    closed: dict[int, Closed] = {}
    before: SyllabusModule | None = None
    for module in modules:
        passed = before is None or (before.pk in standing.passed and before.pk not in closed)
        begun = module.pk in standing.begun
        found = Closed(
            module,
            opens_on=module.opens_on if module.opens_on and module.opens_on > today else None,
            previous=before if module.after_previous and not passed and not begun else None,
            quiz=quizzes.get(module.after_quiz, "") if module.after_quiz and not begun else "",
        )
        if module.pk not in early and (found.opens_on or found.previous or found.quiz):
            closed[module.pk] = found
        before = module
    return closed


def may_open_file(user: User, file: ApplicationFile) -> bool:
    """Gets a file of an application: the applicant, and administrators once it was sent. Readers have a view of
    their own that does not say whose it is."""
    if not user.is_authenticated or not user.is_active:
        return False
    application = file.application
    if application.user_id == user.pk:
        return True
    return is_administrator(user) and application.status != ApplicationStatus.DRAFT
