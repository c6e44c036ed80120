"""Whose page it is: where the person works, as what, and what their roles open."""

import datetime
from dataclasses import dataclass, field

from django.db.models import BigIntegerField, CharField, DateField, F, Value
from django.utils import timezone

from lms.accounts.choices import Role
from lms.accounts.models import User
from lms.cohorts.choices import ANSWERING_FUNCTIONS, TEACHING_FUNCTIONS, StaffFunction
from lms.cohorts.models import ClassSession, CohortStaff, Reading

GUEST = "guest"
READING = "reading"


@dataclass(frozen=True, slots=True)
class Scope:
    """`functions` are those of today, by cohort; `guest` the sessions, by cohort, that the person is named
    to teach in cohorts where they never had a function.
    """

    user: User
    administrator: bool
    functions: dict[int, list[str]] = field(default_factory=dict)
    guest: dict[int, set[int]] = field(default_factory=dict)
    readings: int = 0  # applications that wait for the person's blind reading

    @property
    def teaches(self) -> bool:
        """Has registers or lessons to look after, or will: an instructor without a cohort too."""
        return bool(self.functions or self.guest) or self.user.has_role(Role.INSTRUCTOR)

    @property
    def looks_after(self) -> bool:
        """Sees cohorts at a glance."""
        return bool(self.functions) or self.user.has_role(Role.ADMINISTRATOR, Role.MANAGER)

    @property
    def is_staff(self) -> bool:
        return self.teaches or self.looks_after or self.user.has_role(Role.COMMITTEE)

    def keeps_register(self, session: ClassSession) -> bool:
        """As `lms.attendance.rules.may_take_register`, without a query."""
        if self.administrator or self._has(session.cohort_id, TEACHING_FUNCTIONS):
            return True
        return session.pk in self.guest.get(session.cohort_id, ())

    def accompanies(self, cohort: int) -> bool:
        """Follows the cohort's learners: every function but the inspector's."""
        return self._has(cohort, TEACHING_FUNCTIONS)

    def keeps_versions(self, cohort: int) -> bool:
        return self.administrator or self._has(cohort, ANSWERING_FUNCTIONS)

    def words(self, cohort: int) -> tuple[str, ...]:
        return tuple(str(StaffFunction(name).label) for name in self.functions.get(cohort, ()))

    def _has(self, cohort: int, wanted: list[StaffFunction]) -> bool:
        return any(name in wanted for name in self.functions.get(cohort, ()))


def scope_of(user: User, at: datetime.datetime) -> Scope:
    """One query, which reads the person's roles too."""
    today = timezone.localdate(at)
    named = (
        ClassSession.teachers.through.objects.filter(user=user)
        .order_by()
        .annotate(
            cohort_key=F("classsession__cohort"), row=F("classsession"),
            name=Value(GUEST, CharField()), ends=Value(None, DateField()),
        )
        .values_list("cohort_key", "row", "name", "ends")  # type: ignore[misc]
    )  # fmt: skip
    to_read = (
        Reading.objects.visible_to(user)
        .filter(submitted_at=None)
        .order_by()
        .annotate(
            cohort_key=F("application__cohort_id"), row=F("pk"),
            name=Value(READING, CharField()), ends=Value(None, DateField()),
        )
        .values_list("cohort_key", "row", "name", "ends")
    )  # fmt: skip
    groups = (
        User.groups.through.objects.filter(user=user)
        .order_by()
        .annotate(
            cohort_key=Value(None, BigIntegerField()), row=F("group_id"),
            name=F("group__name"), ends=Value(None, DateField()),
        )
        .values_list("cohort_key", "row", "name", "ends")  # type: ignore[misc]
    )  # fmt: skip
    rows = (
        CohortStaff.objects.filter(user=user)
        .order_by()
        .annotate(cohort_key=F("cohort_id"), row=F("pk"), name=F("function"), ends=F("until"))
        .values_list("cohort_key", "row", "name", "ends")
    )
    functions: dict[int, list[str]] = {}
    guest: dict[int, set[int]] = {}
    ever: set[int] = set()
    roles: set[str] = set()
    readings = 0
    for cohort, row, name, ends in rows.union(named, to_read, groups, all=True):
        if cohort is None:
            roles.add(name)
            continue
        if name == READING:
            readings += 1
            continue
        if name == GUEST:
            guest.setdefault(cohort, set()).add(row)
            continue
        ever.add(cohort)
        if ends is None or ends >= today:
            functions.setdefault(cohort, []).append(name)
    user.know_groups(roles)
    order = list(StaffFunction.values)
    return Scope(
        user=user,
        administrator=user.has_role(Role.ADMINISTRATOR),
        functions={key: sorted(names, key=order.index) for key, names in functions.items()},
        guest={key: ids for key, ids in guest.items() if key not in ever},
        readings=readings,
    )
