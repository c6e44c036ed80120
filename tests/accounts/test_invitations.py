"""Invitations: made, mailed, accepted once; unknown, used, revoked and expired links look alike."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from lms.accounts.choices import ConsentKind, Role
from lms.accounts.models import Invitation, User
from lms.accounts.models.invitation import token_digest
from lms.accounts.services import (
    Newcomer,
    accept_invitation,
    bring_in_people,
    deactivate_person,
    invite_person,
    join_with_invitation,
    revoke_invitation,
)
from lms.core.errors import DomainError
from lms.core.models import OutboundMail
from tests.factories import people
from tests.factories.accounts import invited, last_invitation, superuser

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "ponte-di-via-inventata"
ACCEPTED = {
    "first_name": "Zoë",
    "last_name": "O’Connor",
    "password1": PASSWORD,
    "password2": PASSWORD,
    "consent_privacy": "on",
}


def accept(invitation, **fields):
    fields = {
        "first_name": "Zoë",
        "last_name": "O’Connor",
        "password": PASSWORD,
        "accepted": [ConsentKind.PRIVACY],
    } | fields
    return accept_invitation(invitation=invitation, **fields)


def test_invitation_goes_out_in_the_language_asked_for():
    invite_person(email="new@example.org", roles=[Role.INSTRUCTOR], by=superuser(), language="en")
    message = mail.outbox[-1]
    assert message.to == ["new@example.org"]
    assert message.subject == "You are invited to Cohub Milano"
    assert "/en/persone/invito/" in message.body
    assert "Your role: Instructor." in message.body


def test_token_is_long_and_kept_nowhere():
    token = invited()
    assert len(token) >= 43  # 256 bits in base64
    assert last_invitation().token_hash == token_digest(token)
    stored = str(list(OutboundMail.objects.values())) + str(list(Invitation.objects.values()))
    assert token not in stored


def test_accepting_makes_a_verified_account_with_the_roles(client):
    token = invited("zoe@example.org", Role.INSTRUCTOR, Role.COMMITTEE)
    page = client.get(f"/it/persone/invito/{token}/")
    assert page.status_code == 200
    assert "zoe@example.org" in page.content.decode()
    response = client.post(f"/it/persone/invito/{token}/", ACCEPTED)
    user = User.objects.get(email="zoe@example.org")
    assert (response.status_code, response["Location"]) == (302, "/it/inizio/")
    assert (user.first_name, user.last_name, user.language) == ("Zoë", "O’Connor", "it")
    assert user.check_password(PASSWORD)
    assert user.roles == {Role.INSTRUCTOR, Role.COMMITTEE}
    assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [
        ("zoe@example.org", True, True)
    ]
    assert list(user.consents.values_list("text__kind", "text__version")) == [("privacy", 1)]
    assert client.session["_auth_user_id"] == str(user.pk)


def test_unknown_used_revoked_and_expired_links_look_alike(client):
    used = invited("used@example.org")
    accept(last_invitation())
    revoked = invited("revoked@example.org")
    revoke_invitation(invitation=last_invitation(), by=people.administrator())
    expired = invited("expired@example.org")
    past = timezone.now() - timedelta(days=1)
    Invitation.objects.filter(pk=last_invitation().pk).update(
        created_at=past - timedelta(days=14), expires_at=past
    )
    answers = []
    for token in (used, revoked, expired, "x" * 43, "short"):
        response = client.get(f"/it/persone/invito/{token}/")
        posted = client.post(f"/it/persone/invito/{token}/", ACCEPTED)
        text = response.content.decode().replace(token, "")
        answers.append((response.status_code, posted.status_code, _without_nonce(text)))
    assert {answer[:2] for answer in answers} == {(404, 404)}
    assert len({answer[2] for answer in answers}) == 1


def _without_nonce(text: str) -> str:
    import re

    text = re.sub(r'nonce="[^"]*"', "", text)
    return re.sub(r'(csrfmiddlewaretoken" value|csrf-token" content)="[^"]*"', "", text)


def test_accepting_twice_makes_one_account():
    invited("zoe@example.org")
    accept(last_invitation())
    with pytest.raises(DomainError) as refusal:
        accept(Invitation.objects.get())
    assert refusal.value.code in {"invitation_closed", "has_account"}
    assert User.objects.filter(email="zoe@example.org").count() == 1


@pytest.mark.postgres
def test_accepting_at_once_makes_one_account(run_together):
    invited("zoe@example.org", Role.INSTRUCTOR)
    invitation = last_invitation()
    results = run_together([lambda: accept(Invitation.objects.get(pk=invitation.pk))] * 4)
    assert sum(isinstance(result, User) for result in results) == 1
    assert {type(result) for result in results} == {User, DomainError}
    assert User.objects.filter(email="zoe@example.org").count() == 1


def test_accepting_without_the_privacy_consent_writes_nothing(client):
    token = invited("zoe@example.org")
    with pytest.raises(DomainError) as refusal:
        accept(last_invitation(), accepted=[])
    assert refusal.value.code == "required_consent"
    data = {name: value for name, value in ACCEPTED.items() if name != "consent_privacy"}
    assert client.post(f"/it/persone/invito/{token}/", data).status_code == 422
    assert not User.objects.filter(email="zoe@example.org").exists()
    assert last_invitation().accepted_at is None


def test_weak_password_is_refused():
    invited("zoe@example.org")
    with pytest.raises(ValidationError):
        accept(last_invitation(), password="12345")
    assert not User.objects.filter(email="zoe@example.org").exists()


def test_inviting_again_ends_the_older_link(client):
    administrator = people.administrator()
    first = invited("zoe@example.org", by=administrator)
    second = invited("ZOE@example.org", Role.MANAGER, by=administrator)
    assert client.get(f"/it/persone/invito/{first}/").status_code == 404
    assert client.get(f"/it/persone/invito/{second}/").status_code == 200
    assert Invitation.objects.filter(revoked_at=None).count() == 1


def test_two_open_invitations_of_an_address_are_impossible():
    invited("zoe@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            email="Zoe@example.org",
            token_hash="0" * 64,
            expires_at=timezone.now() + timedelta(days=1),
        )


def test_inviting_an_address_with_an_account_is_refused():
    person = people.person()
    with pytest.raises(DomainError) as refusal:
        invite_person(email=person.email.upper(), by=people.administrator())
    assert refusal.value.code == "has_account"


@pytest.mark.parametrize("inviter", [people.person, people.instructor, people.manager])
def test_who_may_not_give_roles_invites_nobody_with_one(inviter):
    with pytest.raises(DomainError) as refusal:
        invite_person(email="zoe@example.org", roles=[Role.MANAGER], by=inviter())
    assert refusal.value.code == "role_above"


def test_administrator_invites_no_administrator():
    with pytest.raises(DomainError) as refusal:
        invited("zoe@example.org", Role.ADMINISTRATOR)
    assert refusal.value.code == "role_above"
    assert not Invitation.objects.exists()


def test_superuser_invites_an_administrator():
    invited("zoe@example.org", Role.ADMINISTRATOR, by=superuser())
    assert accept(last_invitation()).roles == {Role.ADMINISTRATOR}


def test_roles_of_a_deposed_inviter_are_not_given():
    inviter = people.administrator()
    invited("zoe@example.org", Role.INSTRUCTOR, by=inviter)
    deactivate_person(person=inviter, by=superuser())
    assert accept(last_invitation()).roles == frozenset()


def test_person_who_registered_meanwhile_joins_after_signing_in(client):
    token = invited("zoe@example.org", Role.INSTRUCTOR)
    user = people.person(email="zoe@example.org")
    assert client.post(f"/it/persone/invito/{token}/", ACCEPTED).status_code == 200
    assert User.objects.get(pk=user.pk).roles == frozenset()
    client.force_login(user)
    assert client.post(f"/it/persone/invito/{token}/").status_code == 302
    assert User.objects.get(pk=user.pk).roles == {Role.INSTRUCTOR}


def test_invitation_of_another_address_gives_nothing():
    invited("zoe@example.org", Role.INSTRUCTOR)
    stranger = people.person()
    with pytest.raises(DomainError) as refusal:
        join_with_invitation(invitation=last_invitation(), user=stranger)
    assert refusal.value.code == "other_address"
    assert stranger.roles == frozenset()


def test_revoking_twice_is_once():
    administrator = people.administrator()
    invited(by=administrator)
    revoked = revoke_invitation(invitation=last_invitation(), by=administrator)
    when = revoked.revoked_at
    assert revoke_invitation(invitation=revoked, by=administrator).revoked_at == when


def brought_in(email: str, **fields) -> User:
    with transaction.atomic():
        return bring_in_people(
            newcomers=[Newcomer(email, "Zoë", "O’Connor")],
            by=superuser(),
            note=lambda _language: "",
            **fields,
        )[0]


def test_who_reads_the_old_address_does_not_come_into_a_corrected_account(client):
    person = brought_in("sbagliato@portierato.example")
    User.objects.filter(pk=person.pk).update(email="giusto@portierato.example")
    assert last_invitation().awaiting is None
    accept(last_invitation())
    person.refresh_from_db()
    assert not person.has_usable_password()


def test_an_invitation_that_had_expired_lends_no_role():
    invited("tardi@portierato.example", Role.INSTRUCTOR)
    Invitation.objects.update(
        created_at=timezone.now() - timedelta(days=40),
        expires_at=timezone.now() - timedelta(days=20),
    )
    brought_in("tardi@portierato.example")
    assert last_invitation().roles == []
