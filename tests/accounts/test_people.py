"""The page of people: who may, what it shows, constant queries, what its buttons do."""

import pytest

from lms.accounts.choices import Role
from lms.accounts.models import Invitation, User
from tests.factories import people
from tests.factories.accounts import invited, superuser

pytestmark = pytest.mark.django_db


@pytest.mark.slow
@pytest.mark.parametrize(
    "make", [people.person, people.instructor, people.manager, people.committee]
)
def test_people_are_shown_to_administrators_only(client, make):
    hidden = people.person(email="hidden@example.org")
    client.force_login(make())
    for path in ("persone/", "persone/invita/", f"persone/{hidden.pk}/"):
        response = client.get(f"/it/{path}")
        assert response.status_code == 403
        assert "hidden@example.org" not in response.content.decode()
    assert client.post(f"/it/persone/{hidden.pk}/ruoli/", {"role": "manager"}).status_code == 403
    assert client.post(f"/it/persone/{hidden.pk}/accesso/", {"action": "close"}).status_code == 403
    assert client.post("/it/persone/invita/", {"email": "x@example.org"}).status_code == 403
    assert not Invitation.objects.exists()


@pytest.mark.slow
def test_nobody_raises_themselves_by_any_address(client):
    """A canary: every role posts every role to itself, in both ways."""
    for make in (people.person, people.instructor, people.manager, people.committee,
                 people.administrator):  # fmt: skip
        user = make()
        before = set(user.groups.values_list("name", flat=True))
        client.force_login(user)
        for role in [*Role.values, "superuser"]:
            for action in ("give", "take"):
                client.post(f"/it/persone/{user.pk}/ruoli/", {"role": role, "action": action})
        client.post("/it/profilo/", {"first_name": "A", "last_name": "B", "language": "it",
                                     "groups": "1", "is_superuser": "1", "is_staff": "1"})  # fmt: skip
        fresh = User.objects.get(pk=user.pk)
        assert set(fresh.groups.values_list("name", flat=True)) == before
        assert (fresh.is_superuser, fresh.is_staff) == (False, False)


def test_administrator_gives_and_takes_a_role(client):
    person = people.person()
    client.force_login(people.administrator())
    client.post(f"/it/persone/{person.pk}/ruoli/", {"role": "instructor", "action": "give"})
    assert User.objects.get(pk=person.pk).roles == {"instructor"}
    client.post(f"/it/persone/{person.pk}/ruoli/", {"role": "instructor", "action": "take"})
    assert User.objects.get(pk=person.pk).roles == frozenset()


@pytest.mark.parametrize("action", [{}, {"action": ""}, {"action": "reopen"}])
def test_an_unknown_action_changes_no_role_and_no_access(client, action):
    closed, learner = people.person(is_active=False), people.person()
    client.force_login(people.administrator())
    for address, person, data in (
        ("accesso", closed, {}),
        ("accesso", learner, {}),
        ("ruoli", learner, {"role": "instructor"}),
    ):
        answer = client.post(f"/it/persone/{person.pk}/{address}/", data | action, follow=True)
        assert "Non è stato detto che cosa fare: non è cambiato nulla." in answer.content.decode()
    rows = User.objects.filter(pk__in=[closed.pk, learner.pk]).order_by("pk")
    assert [(row.is_active, row.roles) for row in rows] == [(False, set()), (True, set())]


def test_administrator_closes_an_account_and_opens_it_again(client):
    person = people.person()
    client.force_login(people.administrator())
    for action, active in (("close", False), ("close", False), ("open", True)):
        client.post(f"/it/persone/{person.pk}/accesso/", {"action": action})
        assert User.objects.get(pk=person.pk).is_active is active


def test_administrator_makes_no_administrator_by_the_form_either(client):
    person = people.person()
    client.force_login(people.administrator())
    client.post(f"/it/persone/{person.pk}/ruoli/", {"role": "administrator", "action": "give"})
    response = client.post(
        "/it/persone/invita/",
        {"email": "x@example.org", "roles": ["administrator"], "language": "it"},
    )
    assert response.status_code == 422
    assert not Invitation.objects.exists()
    assert User.objects.get(pk=person.pk).roles == frozenset()


def test_list_takes_the_same_queries_for_1_and_3_people(client, django_assert_num_queries):
    client.force_login(people.administrator())
    client.get("/it/persone/")  # fills the cache of content types
    with django_assert_num_queries(QUERIES):
        assert client.get("/it/persone/").context["page"].paginator.count == 1
    people.instructor(), people.person()
    with django_assert_num_queries(QUERIES):
        assert client.get("/it/persone/").context["page"].paginator.count == 3


# session, person, permissions with roles · count, page, groups, invitations · the frame’s menu
QUERIES = 8


def test_search_and_filters_find_people(client):
    people.person(first_name="Teodolinda", last_name="Longobardi")
    people.committee(first_name="Teo", last_name="Comitato")
    closed = people.person(first_name="Teodora")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    client.force_login(people.administrator())

    def found(query):
        shown = client.get(f"/it/persone/?{query}").context["people"].rows
        return [row.person.first_name for row in shown]

    assert found("q=teo") == ["Teo", "Teodolinda"]
    assert found("q=longobardi+teodo") == ["Teodolinda"]
    assert found("chi=committee") == ["Teo"]
    assert found("chi=learner&q=teo") == ["Teodolinda"]
    assert found("chi=inactive") == ["Teodora"]
    assert found("q=' OR 1=1") == []
    assert len(found("page=999&chi=nonsense")) == 3


def test_invitations_are_listed_and_revoked(client, django_capture_on_commit_callbacks):
    administrator = people.administrator()
    with django_capture_on_commit_callbacks(execute=True):
        pass
    invitation = _invitation(administrator)
    client.force_login(administrator)
    assert "zoe@example.org" in client.get("/it/persone/").content.decode()
    client.post(f"/it/persone/inviti/{invitation.pk}/revoca/")
    invitation.refresh_from_db()
    assert invitation.revoked_at is not None
    assert "zoe@example.org" not in client.get("/it/persone/").content.decode()


def test_administrator_does_not_revoke_the_invitation_of_an_administrator(client):
    invitation = _invitation(superuser(), Role.ADMINISTRATOR)
    client.force_login(people.administrator())
    client.post(f"/it/persone/inviti/{invitation.pk}/revoca/")
    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def _invitation(by, *roles) -> Invitation:
    from lms.accounts.services import invite_person

    return invite_person(email="zoe@example.org", roles=roles, by=by)


@pytest.mark.django_db(transaction=True)
def test_invite_form_sends_the_mail(client):
    from django.core import mail

    client.force_login(people.administrator())
    data = {"email": "zoe@example.org", "roles": ["manager"], "language": "it"}
    assert client.post("/it/persone/invita/", data).status_code == 302
    assert mail.outbox[-1].to == ["zoe@example.org"]
    assert invited("other@example.org")


def test_person_page_of_a_superuser_offers_nothing(client):
    root = superuser()
    client.force_login(people.administrator())
    page = client.get(f"/it/persone/{root.pk}/").content.decode()
    assert "/ruoli/" not in page
    assert "/accesso/" not in page
