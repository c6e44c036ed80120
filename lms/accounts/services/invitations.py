"""Invitations: made, revoked, accepted once. The token is in the mail and nowhere else."""

import datetime
from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.choices import Role
from lms.accounts.mail import queue_sealed_mail
from lms.accounts.models import Invitation, User
from lms.accounts.models.invitation import token_digest
from lms.accounts.rules import roles_given_by
from lms.accounts.services.consents import record_consents
from lms.core.errors import DomainError

VALID_DAYS = 14


def invite_person(
    *,
    email: str,
    roles: Iterable[str] = (),
    by: User,
    language: str = "it",
    at: datetime.datetime | None = None,
) -> Invitation:
    """Invite an address with roles; an older open invitation of the address ends and its link with it.

    Refuses with `role_above`, `unknown_role`, `has_account`. The mail leaves after the commit.
    """
    email, now = email.strip().lower(), at or timezone.now()
    roles = sorted(set(roles))
    if set(roles) - set(Role.values):
        raise DomainError(_("There is no such role."), "unknown_role")
    if set(roles) - set(roles_given_by(by)):
        raise DomainError(
            _("Only the platform’s superusers can invite administrators."), "role_above"
        )
    if User.objects.filter(email__iexact=email).exists():
        raise DomainError(
            _("There is already an account with this address: give it the role from the list."),
            "has_account",
        )
    token = Invitation.new_token()
    try:
        with transaction.atomic():
            _open_rows(email).update(revoked_at=now)
            invitation = Invitation.objects.create(
                email=email,
                roles=roles,
                language=language,
                token_hash=token_digest(token),
                invited_by=by,
                expires_at=now + datetime.timedelta(days=VALID_DAYS),
            )
            log(invitation, "accounts.invite", user=by, data={"roles": roles})
            transaction.on_commit(partial(_send_invitation, invitation, token, by))
    except IntegrityError as error:
        raise DomainError(
            _("This address has just been invited by somebody else."), "invited_meanwhile"
        ) from error
    return invitation


def revoke_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """End an open invitation; revoking twice changes nothing."""
    if set(invitation.roles) - set(roles_given_by(by)):
        raise DomainError(_("Only the platform’s superusers can do this."), "role_above")
    now = timezone.now()
    with transaction.atomic():
        ended = Invitation.objects.filter(
            pk=invitation.pk, accepted_at=None, revoked_at=None
        ).update(revoked_at=now)
        if ended:
            log(invitation, "accounts.revoke_invitation", user=by)
    invitation.refresh_from_db()
    return invitation


def accept_invitation(
    *,
    invitation: Invitation,
    first_name: str,
    last_name: str,
    password: str,
    accepted: Iterable[str],
    language: str | None = None,
    at: datetime.datetime | None = None,
) -> User:
    """Make the account of an invited person: names, password, roles; the address counts as verified.

    An account that was made for them and has no password yet becomes theirs.

    Refuses with `invitation_closed` (used, revoked, expired meanwhile), `has_account`,
    `required_consent`; raises ValidationError for a weak password. Two acceptances make one account.
    """
    from allauth.account.models import EmailAddress

    now = at or timezone.now()
    user = invitation.awaiting or User(email=invitation.email)
    user.first_name, user.last_name = first_name.strip(), last_name.strip()
    user.language = language or invitation.language
    validate_password(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            _close(invitation, now)
            user.save()
            EmailAddress.objects.update_or_create(
                user=user, email=user.email, defaults={"verified": True, "primary": True}
            )
            Invitation.objects.filter(pk=invitation.pk).update(accepted_by=user)
            record_consents(user=user, accepted=accepted, at=now)
            _give_invited_roles(invitation, user)
    except IntegrityError as error:
        raise DomainError(
            _("There is already an account with this address: sign in, then open the link again."),
            "has_account",
        ) from error
    return user


@transaction.atomic
def join_with_invitation(
    *, invitation: Invitation, user: User, at: datetime.datetime | None = None
) -> User:
    """Give the invited roles to a person who had made an account with that address meanwhile.

    Refuses with `other_address` and `invitation_closed`.
    """
    from allauth.account.models import EmailAddress

    owns = EmailAddress.objects.filter(user=user, email__iexact=invitation.email, verified=True)
    if not owns.exists():
        raise DomainError(
            _("This invitation was sent to another address: sign in with that one."),
            "other_address",
        )
    _close(invitation, at or timezone.now(), by=user)
    _give_invited_roles(invitation, user)
    return user


def _open_rows(email: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(email__iexact=email, accepted_at=None, revoked_at=None)


def _close(invitation: Invitation, now: datetime.datetime, by: User | None = None) -> None:
    """Mark as accepted by one conditional UPDATE: of two requests one finds the row still open."""
    closed = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, revoked_at=None, expires_at__gt=now
    ).update(accepted_at=now, accepted_by=by)
    if not closed:
        raise DomainError(_("This invitation is no longer valid."), "invitation_closed")


def _give_invited_roles(invitation: Invitation, user: User) -> None:
    """The roles, as far as the inviter may still give them: who lost the role lends no more of it."""
    inviter = invitation.invited_by
    allowed = set(roles_given_by(inviter)) if inviter else set()
    roles = [role for role in invitation.roles if role in allowed]
    user.groups.add(*Group.objects.filter(name__in=roles))
    user.__dict__.pop("roles", None)
    log(
        user,
        "accounts.accept_invitation",
        user=user,
        data={"roles": roles, "invited_by": inviter.pk if inviter else None},
    )


def _send_invitation(invitation: Invitation, token: str, by: User) -> None:
    with translation.override(invitation.language):
        path = reverse("accounts:invitation", args=[token])
        roles = [str(label) for label in invitation.role_labels]
    queue_sealed_mail(
        key=f"accounts.invitation:{invitation.pk}",
        kind="accounts.invitation",
        recipient=invitation.email,
        language=invitation.language,
        template="accounts/invitation",
        secret={
            "url": f"{settings.SITE_URL}{path}",
            "roles": roles,
            "invited_by": by.get_full_name() or "Cohub Milano",
            "expires_at": invitation.expires_at.isoformat(),
        },
    )
