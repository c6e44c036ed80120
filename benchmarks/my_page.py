"""CPU time of my page by role and by number of cohorts, on rows laid down for it and taken back.

The rows are written in bulk and not through the services: what is measured is the reading. They go when the
measuring ends, whatever happens.
"""

import contextlib
import datetime
import itertools
from collections.abc import Iterator

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from benchmarks.bench import Bench
from lms.accounts.choices import Role
from lms.accounts.models import User
from lms.attendance.choices import SheetStatus
from lms.attendance.models import PresenceInterval, RegisterSheet
from lms.cohorts.choices import StaffFunction
from lms.cohorts.models import (
    ClassSession,
    Cohort,
    CohortStaff,
    Enrolment,
    SyllabusLesson,
    SyllabusModule,
)
from lms.progress.models import LessonProgress

COHORTS, PEOPLE, SESSIONS = 40, 50, 12
SOURCE = "MC-CODESIGN-2026-2"


class _Enough(Exception):
    """Takes the rows back."""


def run(bench: Bench) -> None:
    # Pages open no transaction of their own, so all of this may be one that is rolled back.
    with contextlib.suppress(_Enough), transaction.atomic():
        cohorts = list(_cohorts())
        learner = {n: _learner(n, cohorts[:n]) for n in (1, 5)}
        teacher = _teacher(cohorts[:12])
        administrator = _person("bench-admin", Role.ADMINISTRATOR)
        page = "/it/la-mia-pagina/"
        for number, user in learner.items():
            bench.page(f"my page, learner with {number}", page, user=user)
        bench.page("my page, instructor with 12", page, user=teacher)
        bench.page(
            f"my page, administrator, {COHORTS} cohorts, {COHORTS * PEOPLE} people",
            page, user=administrator, repeat=max(3, bench.repeat // 3),
        )  # fmt: skip
        raise _Enough


def _person(name: str, *roles: str) -> User:
    user = User.objects.create(email=f"{name}@bench.example", first_name="Banco", last_name=name)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def _cohorts() -> Iterator[Cohort]:
    """Running ones with a syllabus each, half of whose sessions are over."""
    source, now = Cohort.objects.get(code=SOURCE), timezone.now().replace(microsecond=0)
    modules = list(source.modules.order_by("position"))
    lessons = list(source.lessons.order_by("module__position", "position"))
    for number in range(COHORTS):
        cohort = Cohort.objects.get(pk=source.pk)
        cohort.pk, cohort.code, cohort.seats = None, f"BENCH-{number:02}", PEOPLE
        cohort.save(force_insert=True)
        places = {}
        for module in modules:
            old, module.pk, module.cohort = module.pk, None, cohort
            module.save(force_insert=True)
            places[old] = SyllabusModule.objects.get(pk=module.pk)
            module.pk = old
        SyllabusLesson.objects.bulk_create(
            SyllabusLesson(
                module=places[row.module_id], cohort=cohort, position=row.position,
                lesson_id=row.lesson_id, translation_key=row.translation_key,
                required=row.required, minutes=row.minutes,
            )
            for row in lessons
        )  # fmt: skip
        people = User.objects.bulk_create(
            User(email=f"b{number}-{place}@bench.example", first_name="Banco", last_name=str(place))
            for place in range(PEOPLE)
        )
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(
                cohort=cohort, user=user, code=f"{cohort.code}-{place}", seat=place + 1,
                enrolled_at=now, joined_on=cohort.starts_on,
            )
            for place, user in enumerate(people)
        )  # fmt: skip
        _sessions(cohort, enrolments, list(places.values()), now)
        yield cohort


def _sessions(cohort, enrolments, modules, now) -> None:
    week = datetime.timedelta(weeks=1)
    sessions = ClassSession.objects.bulk_create(
        ClassSession(
            cohort=cohort, number=number + 1, module=modules[number * len(modules) // SESSIONS],
            starts_at=now + (number - SESSIONS // 2) * week - datetime.timedelta(hours=5),
            ends_at=now + (number - SESSIONS // 2) * week - datetime.timedelta(hours=3),
        )
        for number in range(SESSIONS)
    )  # fmt: skip
    over = [session for session in sessions if session.ends_at <= now]
    RegisterSheet.objects.bulk_create(
        RegisterSheet(session=session, status=SheetStatus.OPEN) for session in over
    )
    late = itertools.cycle([0, 0, 0, 12, 0, 35, None])
    PresenceInterval.objects.bulk_create(
        PresenceInterval(
            enrolment=enrolment, session=session, out_at=session.ends_at, recorded_at=now,
            in_at=session.starts_at + datetime.timedelta(minutes=minutes),
        )
        for session in over
        for enrolment in enrolments
        if (minutes := next(late)) is not None
    )  # fmt: skip


def _learner(number: int, cohorts: list[Cohort]) -> User:
    user, now = _person(f"bench-learner-{number}"), timezone.now()
    for cohort in cohorts:
        Enrolment.objects.filter(cohort=cohort, seat=number).update(user=user)
        enrolment = Enrolment.objects.get(cohort=cohort, user=user)
        LessonProgress.objects.bulk_create(
            LessonProgress(
                enrolment=enrolment, lesson=lesson, first_opened_at=now, last_opened_at=now,
                completed_at=now,
            )
            for lesson in cohort.lessons.all()[:6]
        )  # fmt: skip
    return user


def _teacher(cohorts: list[Cohort]) -> User:
    user = _person("bench-teacher", Role.INSTRUCTOR)
    CohortStaff.objects.bulk_create(
        CohortStaff(cohort=cohort, user=user, function=StaffFunction.TEACHER) for cohort in cohorts
    )
    return user
