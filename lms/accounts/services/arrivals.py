"""Accounts made for people who have none: without a password, until their owner follows the invitation."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from lms.accounts.mail import seal
from lms.accounts.models import Invitation, User
from lms.accounts.models.invitation import token_digest
from lms.accounts.rules import roles_given_by
from lms.accounts.services.invitations import VALID_DAYS
from lms.core.errors import DomainError
from lms.core.models import OutboundMail
from lms.core.services import queue_mails


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody without an account; the address is in small letters, the names are checked."""

    email: str
    first_name: str = ""
    last_name: str = ""
    language: str = "it"
    tax_code: str = ""


def bring_in_people(
    *,
    newcomers: Sequence[Newcomer],
    by: User | None,
    note: Callable[[str], str],
    roles: Iterable[str] = (),
    at: datetime.datetime | None = None,
) -> list[User]:
    """Make accounts without a password and invite their owners by mail, inside the caller's transaction.

    In the order given; some ten queries, however many they are. `note(language)` is the sentence of the mail
    that says why. An older open invitation of an address ends, and its roles pass to the new one. Refused
    with `role_above`. The caller has made sure that no account has these addresses.
    """
    now, roles = at or timezone.now(), sorted(set(roles))
    if roles and set(roles) - set(roles_given_by(by) if by else []):
        raise DomainError(
            translation.gettext("Only the platform’s superusers can invite administrators."),
            "role_above",
        )
    people = User.objects.bulk_create(_account(newcomer, now) for newcomer in newcomers)
    if roles:
        _give(people, roles)
    tokens = [Invitation.new_token() for _person in people]
    older = _end_older([person.email for person in people], now)
    rows = Invitation.objects.bulk_create(
        Invitation(
            email=person.email,
            roles=sorted({*roles, *older.get(person.email, [])}),
            language=person.language,
            token_hash=token_digest(token),
            invited_by=by,
            person=person,
            expires_at=now + datetime.timedelta(days=VALID_DAYS),
        )
        for person, token in zip(people, tokens, strict=True)
    )
    _log(rows, by, now)
    with_tokens = zip(rows, tokens, strict=True)
    queue_mails([_letter(row, token, by, note) for row, token in with_tokens])
    return people


def _account(newcomer: Newcomer, now: datetime.datetime) -> User:
    person = User(
        email=newcomer.email,
        first_name=newcomer.first_name,
        last_name=newcomer.last_name,
        language=newcomer.language,
        tax_code=newcomer.tax_code,
        date_joined=now,
    )
    person.set_unusable_password()
    return person


def _give(people: Sequence[User], roles: Sequence[str]) -> None:
    groups = list(Group.objects.filter(name__in=roles))
    through = User.groups.through
    through.objects.bulk_create(
        through(user_id=person.pk, group_id=group.pk) for person in people for group in groups
    )


def _end_older(emails: Sequence[str], now: datetime.datetime) -> dict[str, list[str]]:
    """Close the open invitations of these addresses; {address: the roles that they still promised}."""
    rows = Invitation.objects.filter(email__in=emails, accepted_at=None, revoked_at=None)
    roles = {row.email: row.roles for row in rows if row.expires_at > now}
    rows.update(revoked_at=now)
    return roles


def _log(rows: Sequence[Invitation], by: User | None, now: datetime.datetime) -> None:
    """What `log(row, "accounts.invite", user=by)` writes, for many rows at once."""
    from django.contrib.contenttypes.models import ContentType

    kind = ContentType.objects.get_for_model(Invitation)
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=kind, object_id=str(row.pk), label=str(row), action="accounts.invite",
            timestamp=now, user=by, data={"roles": row.roles},
        )
        for row in rows
    )  # fmt: skip


def _letter(
    invitation: Invitation, token: str, by: User | None, note: Callable[[str], str]
) -> OutboundMail:
    with translation.override(invitation.language):
        path = reverse("accounts:invitation", args=[token])
        roles = [str(label) for label in invitation.role_labels]
    return OutboundMail(
        key=f"accounts.invitation:{invitation.pk}",
        kind="accounts.invitation",
        recipient=invitation.email,
        language=invitation.language,
        template="accounts/invitation",
        context={
            "sealed": seal(
                {
                    "url": f"{settings.SITE_URL}{path}",
                    "roles": roles,
                    "invited_by": (by and by.get_full_name()) or "Cohub Milano",
                    "note": note(invitation.language),
                    "expires_at": invitation.expires_at.isoformat(),
                }
            )
        },
    )
