"""Groups, their permissions, and who may give a role to whom."""

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupCollectionPermission, ModelLogEntry

from lms.accounts.choices import Role
from lms.accounts.permissions import ROLE_COLLECTION_PERMISSIONS, ROLE_PERMISSIONS, sync_roles
from lms.accounts.services import deactivate_person, give_role, reactivate_person, take_role
from lms.core.errors import DomainError
from tests.factories import people
from tests.factories.accounts import superuser

pytestmark = pytest.mark.django_db


def stored_permissions(role) -> set[str]:
    found = Permission.objects.filter(group__name=role).select_related("content_type")
    return {f"{row.content_type.app_label}.{row.codename}" for row in found}


def test_migrations_leave_the_four_groups_and_no_others():
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)


@pytest.mark.parametrize("role", Role.values)
def test_each_group_has_exactly_its_permissions(role):
    unknown = set(sync_roles(exact=False).unknown)
    assert stored_permissions(role) == set(ROLE_PERMISSIONS[role]) - unknown


@pytest.mark.parametrize("role", Role.values)
def test_each_group_has_exactly_its_collection_permissions(role):
    found = GroupCollectionPermission.objects.filter(group__name=role)
    names = {f"{row.permission.content_type.app_label}.{row.permission.codename}" for row in found}
    assert names == set(ROLE_COLLECTION_PERMISSIONS.get(role, []))


def test_no_role_manages_users_or_groups():
    forbidden = Permission.objects.filter(
        content_type__model__in=["user", "group", "permission", "task", "workflow"]
    )
    assert not Group.objects.filter(permissions__in=forbidden).exists()


def test_no_role_may_publish_translations_past_the_committee():
    assert not Permission.objects.filter(
        codename="submit_translation", group__isnull=False
    ).exists()


def test_sync_takes_away_what_was_added_by_hand():
    group = Group.objects.get(name=Role.COMMITTEE)
    group.permissions.add(Permission.objects.get(codename="add_group"))
    sync_roles()
    assert stored_permissions(Role.COMMITTEE) == {"wagtailadmin.access_admin"}


def test_sync_makes_groups_and_permissions_again_after_a_flush():
    Group.objects.all().delete()
    Permission.objects.filter(codename="access_admin").delete()
    # The content type of Wagtail's admin stays; its permission comes from Wagtail's own model.
    sync_roles(exact=False)
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)


def test_give_role_by_administrator_puts_person_into_group():
    administrator, person = people.administrator(), people.person()
    give_role(person=person, role=Role.INSTRUCTOR, by=administrator)
    assert person.roles == {Role.INSTRUCTOR}
    entry = ModelLogEntry.objects.get(action="accounts.give_role")
    assert (entry.user, entry.object_id, entry.data) == (
        administrator,
        str(person.pk),
        {"role": "instructor"},
    )


def test_give_role_twice_is_once():
    administrator, person = people.administrator(), people.person()
    for _time in range(2):
        give_role(person=person, role=Role.MANAGER, by=administrator)
    assert person.groups.count() == 1
    assert ModelLogEntry.objects.filter(action="accounts.give_role").count() == 1


def test_take_role_works_on_the_next_look():
    administrator, person = people.administrator(), people.instructor()
    assert person.has_role(Role.INSTRUCTOR)
    take_role(person=person, role=Role.INSTRUCTOR, by=administrator)
    take_role(person=person, role=Role.INSTRUCTOR, by=administrator)
    assert person.roles == frozenset()


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize(
    "giver", [people.person, people.instructor, people.manager, people.committee]
)
def test_give_role_by_anybody_below_administrator_is_refused(role, giver):
    person = people.person()
    with pytest.raises(DomainError) as refusal:
        give_role(person=person, role=role, by=giver())
    assert refusal.value.code == "role_above"
    assert person.groups.count() == 0


def test_administrator_makes_no_administrator():
    person = people.person()
    with pytest.raises(DomainError) as refusal:
        give_role(person=person, role=Role.ADMINISTRATOR, by=people.administrator())
    assert (refusal.value.code, person.groups.count()) == ("role_above", 0)


def test_superuser_makes_an_administrator():
    person = give_role(person=people.person(), role=Role.ADMINISTRATOR, by=superuser())
    assert person.roles == {Role.ADMINISTRATOR}


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("act", [give_role, take_role])
def test_nobody_changes_their_own_roles(role, act):
    for user in (people.administrator(), superuser(), people.instructor()):
        before = set(user.groups.values_list("name", flat=True))
        with pytest.raises(DomainError) as refusal:
            act(person=user, role=role, by=user)
        assert refusal.value.code == "own_roles"
        assert set(user.groups.values_list("name", flat=True)) == before


def test_administrator_touches_neither_administrators_nor_superusers():
    administrator = people.administrator()
    for above in (people.administrator(), superuser()):
        for act in (deactivate_person, reactivate_person):
            with pytest.raises(DomainError) as refusal:
                act(person=above, by=administrator)
            assert refusal.value.code == "role_above"
        with pytest.raises(DomainError):
            take_role(person=above, role=Role.ADMINISTRATOR, by=administrator)
        above.refresh_from_db()
        assert above.is_active


def test_closed_administrator_gives_nothing():
    administrator = people.administrator()
    administrator.is_active = False
    administrator.save()
    with pytest.raises(DomainError):
        give_role(person=people.person(), role=Role.INSTRUCTOR, by=administrator)


def test_unknown_role_is_refused():
    with pytest.raises(DomainError) as refusal:
        give_role(person=people.person(), role="superuser", by=people.administrator())
    assert refusal.value.code == "unknown_role"


def test_closed_account_gets_no_role():
    administrator, person = people.administrator(), people.person()
    deactivate_person(person=person, by=administrator)
    with pytest.raises(DomainError) as refusal:
        give_role(person=person, role=Role.INSTRUCTOR, by=administrator)
    assert refusal.value.code == "inactive"


def test_deactivated_person_is_out_at_the_next_request(client):
    person = people.person()
    client.force_login(person)
    assert client.get("/it/profilo/").status_code == 200
    deactivate_person(person=person, by=people.administrator())
    assert client.get("/it/profilo/").status_code == 302
    reactivate_person(person=person, by=people.administrator())
    assert client.get("/it/profilo/").status_code == 200
