"""An opened cohort of a small course, its people and its sessions, made through the services."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from lms.accounts.models import User
from lms.cohorts import services
from lms.cohorts.choices import Mode, StaffFunction
from lms.cohorts.models import (
    ClassSession,
    Cohort,
    Enrolment,
    ManagerAssignment,
    Room,
    SyllabusLesson,
)
from tests.factories import curriculum, people
from tests.factories.stamps import stamped

BEGAN = timedelta(hours=4)  # ago: when a session that is given no time began


def draft_cohort(code: str = "MC-PROVA-2026-1", *, course=None, **fields) -> Cohort:
    """A cohort that is running today and still takes applications."""
    today = timezone.localdate()
    fields = {
        "seats": 20,
        "applications_open_on": today - timedelta(days=60),
        "applications_close_on": today + timedelta(days=5),
        "starts_on": today - timedelta(days=30),
        "ends_on": today + timedelta(days=60),
        "place": "Casa Cohub, via inventata 1, Milano",
    } | fields
    return Cohort.objects.create(code=code, course=course or curriculum.course(), **fields)


@stamped
def cohort(code: str = "MC-PROVA-2026-1", **fields) -> Cohort:
    return services.open_cohort(cohort=draft_cohort(code, **fields), by=None)


def lessons_of(cohort: Cohort) -> list[SyllabusLesson]:
    """The syllabus in the order in which it is taught."""
    return list(cohort.lessons.order_by("module__position", "position"))


def learner(of: Cohort, user: User | None = None, **fields) -> Enrolment:
    """An active enrolment of a new person, who joined in time for a `session` that began four hours ago:
    in the first hours of a day that is the day before.
    """
    if not {"joined_on", "at"} & fields.keys():
        day = timezone.localdate(timezone.now() - BEGAN)
        fields["joined_on"] = max(of.starts_on, day)
    return services.enrol(cohort=of, user=user or people.person(), by=None, **fields)


def teacher(of: Cohort, function: str = StaffFunction.TEACHER, until=None) -> User:
    """A person with that function; an inspector without an end stays a month."""
    user = people.instructor()
    if function == StaffFunction.INSPECTOR and until is None:
        until = timezone.localdate() + timedelta(days=30)
    services.assign_staff(cohort=of, user=user, function=function, by=None, until=until)
    return user


def manager(of: Cohort) -> User:
    user = people.manager()
    ManagerAssignment.objects.create(user=user, cohort=of)
    return user


def room(name: str = "Sala Sole", **fields) -> Room:
    fields = {
        "address": "via inventata 1, Milano",
        "capacity": 30,
        "latitude": Decimal("45.464203"),
        "longitude": Decimal("9.189982"),
    } | fields
    return Room.objects.create(name=name, **fields)


def session(
    of: Cohort,
    *,
    starts_at: datetime | None = None,
    minutes: int = 180,
    break_minutes: int = 0,
    teachers=(),
    **fields,
) -> ClassSession:
    """A session of `minutes` that began four hours ago, with an optional break in the middle."""
    starts_at = starts_at or (timezone.now() - BEGAN).replace(second=0, microsecond=0)
    ends_at = starts_at + timedelta(minutes=minutes)
    middle = starts_at + timedelta(minutes=minutes // 2)
    breaks = [(middle, middle + timedelta(minutes=break_minutes))] if break_minutes else []
    fields = {"mode": Mode.HOUSE, "topic": "Chi invitare"} | fields
    return services.schedule_session(
        cohort=of,
        starts_at=starts_at,
        ends_at=ends_at,
        breaks=breaks,
        teachers=teachers,
        by=None,
        **fields,
    )
