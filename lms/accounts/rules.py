"""Who may do what with people: predicates `(user, obj) -> bool`, asked at the edges with `has_perm`."""

from lms.accounts.choices import GIVEN_BY_ADMINISTRATORS, Role
from lms.accounts.models import User
from lms.core.registries import register_rule


def may_manage_people(user: User, obj: object = None) -> bool:
    """Invite people, see the list of them, give and take roles: administrators."""
    return user.has_role(Role.ADMINISTRATOR)


def may_see_tax_code(user: User, person: User | None = None) -> bool:
    """The codice fiscale is seen by its owner and by administrators (reports ask in their own query)."""
    if not user.is_active:
        return False
    return (person is not None and user.pk == person.pk) or user.has_role(Role.ADMINISTRATOR)


def roles_given_by(user: User) -> list[Role]:
    """The roles that `user` may give to others or take from them; nobody gives one above their own."""
    if not user.is_active:
        return []
    if user.is_superuser:
        return list(Role)
    return list(GIVEN_BY_ADMINISTRATORS) if user.has_role(Role.ADMINISTRATOR) else []


def stands_above(user: User, person: User) -> bool:
    """Whether `user` may change what `person` is on the platform: never oneself, never one's equals."""
    if user.pk == person.pk or not user.is_active:
        return False
    if user.is_superuser:
        return True
    return (
        user.has_role(Role.ADMINISTRATOR)
        and not person.is_superuser
        and Role.ADMINISTRATOR not in person.roles
    )


def register() -> None:
    register_rule("accounts.manage_people", may_manage_people)
    register_rule("accounts.see_tax_code", may_see_tax_code)
