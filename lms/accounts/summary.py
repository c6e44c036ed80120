"""Lists of people for those who manage them: reads only, a constant number of queries."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from lms.accounts.choices import Role
from lms.accounts.models import Invitation, User
from lms.accounts.rules import stands_above

PER_PAGE = 25
# Beside the roles: people without any, and closed accounts.
LEARNERS, INACTIVE = "learner", "inactive"


@dataclass(frozen=True)
class PersonRow:
    person: User
    role_labels: tuple[str, ...]
    may_change: bool


@dataclass(frozen=True)
class PeoplePage:
    page: Page
    rows: tuple[PersonRow, ...]
    invitations: tuple[Invitation, ...]


def people_page(*, by: User, text: str = "", kind: str = "", number: str | int = 1) -> PeoplePage:
    """One page of people as `by` sees them, and the open invitations: 4 queries whatever the size.

    `kind` is a `Role` value, `LEARNERS`, `INACTIVE`, or empty for everybody active.
    """
    page = Paginator(_people(text, kind), PER_PAGE).get_page(number)
    invitations = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    return PeoplePage(
        page=page,
        rows=tuple(_row(person, by) for person in page.object_list),
        invitations=tuple(invitations.select_related("invited_by")[:50]),
    )


def _people(text: str, kind: str) -> QuerySet[User]:
    people = User.objects.search(text).order_by("last_name", "first_name", "email", "pk")
    people = people.filter(is_active=kind != INACTIVE).prefetch_related("groups")
    if kind == LEARNERS:
        staff = User.groups.through.objects.filter(group__name__in=Role.values)
        return people.exclude(Q(pk__in=staff.values("user")) | Q(is_superuser=True))
    if kind in Role.values:
        return people.filter(groups__name=kind)
    return people


def _row(person: User, by: User) -> PersonRow:
    stored = {group.name for group in person.groups.all()}
    # Fills the property's cache from the prefetched groups: no query per person.
    person.roles = frozenset(Role.values if person.is_superuser else stored & set(Role.values))
    return PersonRow(
        person=person,
        role_labels=tuple(str(role.label) for role in Role if role in stored),
        may_change=stands_above(by, person),
    )
