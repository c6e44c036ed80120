"""Roles, access and the person's own details."""

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.choices import Role
from lms.accounts.models import User
from lms.accounts.rules import roles_given_by, stands_above
from lms.core.errors import DomainError

PROFILE_FIELDS = frozenset({"first_name", "last_name", "display_name", "language", "tax_code"})


@transaction.atomic
def give_role(*, person: User, role: str, by: User) -> User:
    """Put `person` into the role's group; giving it twice changes nothing.

    Refuses with `own_roles`, `role_above` (also for a person who stands as high as `by`), `inactive`.
    """
    _refuse_role_change(person, role, by)
    if not person.is_active:
        raise DomainError(_("This account is not active: reactivate it first."), "inactive")
    if role not in _stored_roles(person):
        person.groups.add(Group.objects.get(name=role))
        log(person, "accounts.give_role", user=by, data={"role": str(role)})
    return _forget_roles(person)


@transaction.atomic
def take_role(*, person: User, role: str, by: User) -> User:
    """Take `person` out of the role's group; taking it twice changes nothing."""
    _refuse_role_change(person, role, by)
    if role in _stored_roles(person):
        person.groups.remove(Group.objects.get(name=role))
        log(person, "accounts.take_role", user=by, data={"role": str(role)})
    return _forget_roles(person)


@transaction.atomic
def deactivate_person(*, person: User, by: User) -> User:
    """Close the account's door: the person is signed out at the next request and cannot come back."""
    _refuse_unless_above(person, by)
    if User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        log(person, "accounts.deactivate", user=by)
    person.is_active = False
    return person


@transaction.atomic
def reactivate_person(*, person: User, by: User) -> User:
    """Open the door again. An erased account stays closed."""
    _refuse_unless_above(person, by)
    if person.erased_at:
        raise DomainError(_("This person’s data were erased: invite them again."), "erased")
    if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        log(person, "accounts.reactivate", user=by)
    person.is_active = True
    return person


@transaction.atomic
def update_profile(*, person: User, by: User, **changes: str) -> User:
    """Write the given profile fields (`PROFILE_FIELDS`); what changed is logged by name, not by value."""
    unknown = set(changes) - PROFILE_FIELDS
    if unknown:
        raise ValueError(f"not fields of the profile: {sorted(unknown)}")
    changed = sorted(name for name, value in changes.items() if getattr(person, name) != value)
    for name in changed:
        setattr(person, name, changes[name])
    if changed:
        person.clean()
        person.save(update_fields=changed)
        log(person, "accounts.update_profile", user=by, data={"fields": changed})
    return person


def _refuse_role_change(person: User, role: str, by: User) -> None:
    if role not in Role.values:
        raise DomainError(_("There is no such role."), "unknown_role")
    _refuse_unless_above(person, by)
    if role not in roles_given_by(by):
        raise DomainError(
            _("Only the platform’s superusers can make or remove an administrator."), "role_above"
        )


def _refuse_unless_above(person: User, by: User) -> None:
    if person.pk == by.pk:
        raise DomainError(
            _("You cannot change your own roles or access: ask another administrator."), "own_roles"
        )
    if not stands_above(by, person):
        raise DomainError(
            _("Only the platform’s superusers can change an administrator’s account."), "role_above"
        )


def _stored_roles(person: User) -> set[str]:
    return set(person.groups.values_list("name", flat=True))


def _forget_roles(person: User) -> User:
    person.__dict__.pop("roles", None)
    return person
