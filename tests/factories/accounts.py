"""Invitations and consents, made through the services."""

from django.core import mail

from lms.accounts.models import ConsentText, Invitation, User
from lms.accounts.services import give_consent, invite_person
from tests.factories import people


def superuser(**fields) -> User:
    """Who may do everything: makes administrators."""
    user = people.person(**fields)
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    return User.objects.get(pk=user.pk)


def invited(email: str = "invitata@example.org", *roles: str, by: User | None = None) -> str:
    """An invitation in the database and its token, read from the mail as the person would."""
    before = len(mail.outbox)
    invite_person(email=email, roles=roles, by=by or people.administrator())
    return token_in(mail.outbox[before])


def token_in(message) -> str:
    return message.body.split("/persone/invito/")[1].split("/")[0]


def last_invitation() -> Invitation:
    return Invitation.objects.latest("pk")


def with_privacy(user: User) -> User:
    for text in ConsentText.objects.current().filter(required=True):
        give_consent(user=user, text=text)
    return user


# A real check character over an invented person (Maria Prova, 1 January 1990, Milan).
TAX_CODE = "PRVMRA90A41F205V"
