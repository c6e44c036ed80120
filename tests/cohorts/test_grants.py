"""Seats given to organisations: held, handed on by mail, taken by their owners alone."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from lms.accounts.choices import Role
from lms.accounts.models import User
from lms.cohorts import services
from lms.cohorts.models import ManagerAssignment, SeatGrant, SeatInvitation
from lms.cohorts.summary import seats_by_pool
from lms.core.errors import DomainError
from tests.factories import cohorts, people, ways_in

pytestmark = pytest.mark.django_db


def refused(service, **fields):
    with pytest.raises(DomainError) as refusal:
        service(**fields)
    return refusal.value.code


def invited(grant, *emails, capture):
    """The tokens of the mails, in the order of the addresses."""
    with capture(execute=True):
        services.invite_to_seats(grant=grant, emails=emails, by=grant.contact)
    bodies = {message.to[0]: message.body for message in mail.outbox}
    return [bodies[email].split("/edizioni/posto/")[1].split("/")[0] for email in emails]


def test_the_contact_person_becomes_the_manager_of_their_own(django_capture_on_commit_callbacks):
    cohort = cohorts.cohort()
    with django_capture_on_commit_callbacks(execute=True):
        grant = ways_in.grant(cohort)
    contact = User.objects.get(email="referente@portierato.example")
    assert (grant.contact, contact.has_usable_password()) == (contact, False)
    assert contact.roles == {Role.MANAGER}
    assert ManagerAssignment.objects.get(user=contact).organisation == grant.organisation
    [message] = mail.outbox
    assert "/persone/invito/" in message.body
    other = people.organisation("Un’altra")
    with django_capture_on_commit_callbacks(execute=True):
        ways_in.grant(cohort, organisation=other)
    assert ManagerAssignment.objects.filter(user=contact).count() == 2
    assert "/organizzazione/posti/" in mail.outbox[1].body


def test_seats_are_held_until_the_last_day_and_taken_one_by_one(
    django_capture_on_commit_callbacks,
):
    cohort = cohorts.cohort(seats=3)
    grant = ways_in.grant(cohort, seats=2)
    cohorts.learner(cohort)
    assert (seats_by_pool(cohort).held, seats_by_pool(cohort).free) == (2, 0)
    assert refused(services.enrol, cohort=cohort, user=people.person(), by=None) == "seats_full"
    [token] = invited(grant, "ada@esempio.it", capture=django_capture_on_commit_callbacks)
    ada = people.person(email="ada@esempio.it")
    enrolment = services.accept_seat(invitation=services.invitation_for(token=token), user=ada)
    assert (enrolment.organisation, seats_by_pool(cohort).held) == (grant.organisation, 1)
    SeatGrant.objects.update(last_day=timezone.localdate() - timedelta(days=1))
    assert (seats_by_pool(cohort).held, seats_by_pool(cohort).free) == (0, 1)


def test_more_seats_than_are_free_are_not_given():
    cohort = cohorts.cohort(seats=2)
    assert refused(ways_in.grant, cohort=cohort, seats=3) == "seats_short"
    ways_in.grant(cohort, seats=2)
    assert refused(ways_in.grant, cohort=cohort, seats=1) == "seats_short"


def test_no_more_than_the_seats_are_invited_and_mails_go_once(django_capture_on_commit_callbacks):
    grant = ways_in.grant(cohorts.cohort(), seats=2)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        first = services.invite_to_seats(
            grant=grant, emails=["A@esempio.it", "a@esempio.it"], by=grant.contact
        )
        again = services.invite_to_seats(grant=grant, emails=["a@esempio.it"], by=grant.contact)
    assert (len(first), len(again), [m.to for m in mail.outbox]) == (1, 0, [["a@esempio.it"]])
    two = ["b@esempio.it", "c@esempio.it"]
    assert refused(
        services.invite_to_seats, grant=grant, emails=two, by=grant.contact
    ) == "grant_seats_short"  # fmt: skip
    services.take_back_invitation(invitation=first[0], by=grant.contact)
    assert len(services.invite_to_seats(grant=grant, emails=two, by=grant.contact)) == 2


def test_an_invitation_belongs_to_its_address(django_capture_on_commit_callbacks):
    cohort = cohorts.cohort()
    grant = ways_in.grant(cohort)
    [token] = invited(grant, "ada@esempio.it", capture=django_capture_on_commit_callbacks)
    invitation = services.invitation_for(token=token)
    assert token not in str(SeatInvitation.objects.values().get())
    stranger, ada = people.person(), people.person(email="ada@esempio.it")
    assert refused(services.accept_seat, invitation=invitation, user=stranger) == "other_address"
    first = services.accept_seat(invitation=invitation, user=ada)
    assert services.accept_seat(invitation=invitation, user=ada) == first
    assert refused(
        services.take_back_invitation, invitation=invitation, by=grant.contact
    ) == "seat_accepted"  # fmt: skip


def test_what_was_taken_back_or_ended_opens_nothing(django_capture_on_commit_callbacks):
    grant = ways_in.grant(cohorts.cohort())
    one, two = invited(
        grant, "a@esempio.it", "b@esempio.it", capture=django_capture_on_commit_callbacks
    )
    services.take_back_invitation(invitation=services.invitation_for(token=one), by=grant.contact)
    assert services.invitation_for(token=one) is None
    kept = services.invitation_for(token=two)
    services.end_grant(grant=grant, by=people.administrator())
    assert services.invitation_for(token=two) is None
    b = people.person(email="b@esempio.it")
    assert refused(services.accept_seat, invitation=kept, user=b) == "grant_ended"


@pytest.mark.django_db(transaction=True)
def test_two_clicks_and_two_pastes_at_once(run_together):
    grant = ways_in.grant(cohorts.cohort(), seats=2)
    run_together([
        lambda: services.invite_to_seats(grant=grant, emails=["a@b.it", "c@d.it"], by=grant.contact),
        lambda: services.invite_to_seats(grant=grant, emails=["e@f.it", "g@h.it"], by=grant.contact),
    ])  # fmt: skip
    assert grant.invitations.count() == 2
    row = grant.invitations.first()
    user = people.person(email=row.email)
    run_together([lambda: services.accept_seat(invitation=row, user=user)] * 2)
    assert grant.cohort.enrolments.count() == 1


def test_a_manager_sees_the_seats_of_their_organisations_alone(client):
    cohort = cohorts.cohort()
    mine = ways_in.grant(cohort)
    other = ways_in.grant(
        cohort, organisation=people.organisation("Un’altra"), contact_email="x@y.it"
    )
    client.force_login(mine.contact)
    assert client.get(reverse("cohorts:grants")).status_code == 200
    assert client.get(reverse("cohorts:grant", args=[mine.pk])).status_code == 200
    assert client.get(reverse("cohorts:grant", args=[other.pk])).status_code == 404
    client.force_login(people.person())
    assert client.get(reverse("cohorts:grants")).status_code == 404
    assert client.get(reverse("cohorts:grant", args=[mine.pk])).status_code == 404


def test_the_contact_pastes_sees_and_takes_back(client):
    grant = ways_in.grant(cohorts.cohort(), seats=3)
    client.force_login(grant.contact)
    address = reverse("cohorts:grant", args=[grant.pk])
    pasted = "nome;email\nAda;ada@esempio.it\nBice <bice@esempio.it>, dino@esempio.it\n"
    assert client.post(address, {"addresses": pasted}).status_code == 302
    emails = set(grant.invitations.values_list("email", flat=True))
    assert emails == {"ada@esempio.it", "bice@esempio.it", "dino@esempio.it"}
    wrong = client.post(address, {"addresses": "ada@@esempio\n"})
    assert (wrong.status_code, grant.invitations.count()) == (422, 3)
    row = grant.invitations.get(email="dino@esempio.it")
    client.post(address, {"take_back": row.pk})
    row.refresh_from_db()
    assert row.taken_back_at is not None


def test_the_invited_register_and_come_back(client, django_capture_on_commit_callbacks):
    grant = ways_in.grant(cohorts.cohort())
    [token] = invited(grant, "ada@esempio.it", capture=django_capture_on_commit_callbacks)
    address = reverse("cohorts:seat", args=[token])
    page = client.get(address).content.decode()
    assert f"/account/signup/?next={address}" in page
    assert client.get(reverse("cohorts:seat", args=["x" * 43])).status_code == 404
    client.force_login(people.person(email="ada@esempio.it"))
    assert client.post(address).url == grant.cohort.get_absolute_url()
    assert client.post(address).url == grant.cohort.get_absolute_url()


@pytest.mark.parametrize("people_invited", [1, 3])
def test_pages_ask_the_same_for_one_and_three(client, people_invited, django_assert_num_queries):
    cohort = cohorts.cohort()
    grant = ways_in.grant(cohort, seats=9)
    for number in range(people_invited):
        user = people.person(email=f"p{number}@esempio.it")
        [row] = services.invite_to_seats(grant=grant, emails=[user.email], by=grant.contact)
        services.accept_seat(invitation=row, user=user)
    client.force_login(grant.contact)
    client.get(reverse("cohorts:grants"))
    with django_assert_num_queries(6):
        client.get(reverse("cohorts:grant", args=[grant.pk]))


def test_an_organisation_with_seats_is_not_deleted(client):
    grant = ways_in.grant(cohorts.cohort())
    client.force_login(people.administrator(is_superuser=True))
    answer = client.post(reverse("organisation:delete", args=[grant.organisation_id]), follow=True)
    assert answer.status_code == 200
    assert SeatGrant.objects.filter(pk=grant.pk).exists()


def test_an_address_that_was_somebody_elses_opens_nothing(django_capture_on_commit_callbacks):
    grant = ways_in.grant(cohorts.cohort())
    owner, heir = people.person(email="posto@portierato.example"), people.person()
    invited(grant, owner.email, capture=django_capture_on_commit_callbacks)
    invitation = SeatInvitation.objects.get(email=owner.email)
    services.accept_seat(invitation=invitation, user=owner)
    owner.emailaddress_set.all().delete()
    heir.emailaddress_set.create(email=invitation.email, verified=True)
    code = refused(services.accept_seat, invitation=invitation, user=heir)
    assert code == "seat_accepted"
