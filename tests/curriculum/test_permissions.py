"""Who edits which page: instructors their courses, administrators the hub, nobody publishes the catalogue."""

import pytest
from django.urls import reverse
from wagtail.models import Page
from wagtail.permissions import policy_registry

from curriculum.models import Catalogue, Course, Lesson
from lms.accounts.choices import Role
from lms.accounts.models import User
from tests.factories import curriculum, people
from tests.factories.accounts import superuser

pytestmark = pytest.mark.django_db


def lesson_of(course) -> Lesson:
    return Lesson.objects.descendant_of(course).first()


def edit(page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def fresh(user) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.slow
def test_instructor_opens_and_saves_a_lesson_of_the_own_course(client, instructor, mine):
    client.force_login(instructor)
    lesson = lesson_of(mine)
    assert client.get(edit(lesson)).status_code == 200
    perms = lesson.permissions_for_user(fresh(instructor))
    assert (perms.can_edit(), perms.can_publish(), perms.can_unpublish(), perms.can_delete()) == (
        True,
        False,
        False,
        False,
    )


def test_instructor_adds_modules_and_lessons_below_the_own_course(instructor, mine, other):
    assert mine.permissions_for_user(fresh(instructor)).can_add_subpage()
    assert not other.permissions_for_user(fresh(instructor)).can_add_subpage()
    catalogue = Catalogue.objects.get()
    assert not catalogue.permissions_for_user(fresh(instructor)).can_add_subpage()


def test_another_instructors_course_is_refused(client, instructor, other):
    client.force_login(instructor)
    for page in (other, lesson_of(other), Catalogue.objects.get(), curriculum.home()):
        assert client.get(edit(page)).status_code == 404
        assert not page.permissions_for_user(fresh(instructor)).can_edit()


def test_explorer_shows_the_own_course_only(client, instructor, mine, other):
    client.force_login(instructor)
    # Above the one course there is nothing to see: the explorer begins there.
    page = client.get(reverse("wagtailadmin_explore_root"), follow=True).content.decode()
    assert "Il mio corso" in page
    assert "Un corso altrui" not in page
    policy = policy_registry.get_by_type(Page)
    explorable = policy.explorable_instances(fresh(instructor))
    assert not explorable.filter(pk__in=Page.objects.descendant_of(other, inclusive=True)).exists()
    assert explorable.filter(pk=lesson_of(mine).pk).exists()


def test_permission_covers_every_language(instructor, mine):
    english = curriculum.in_english(mine, "My course")
    assert english.permissions_for_user(fresh(instructor)).can_edit()


def test_removal_works_on_the_next_request(client, instructor, mine):
    client.force_login(instructor)
    assert client.get(edit(lesson_of(mine))).status_code == 200
    instructor.course_rows.all().delete()
    assert client.get(edit(lesson_of(mine))).status_code == 404


def test_course_row_without_the_role_gives_nothing(client, instructor, mine):
    instructor.groups.clear()
    assert not lesson_of(mine).permissions_for_user(fresh(instructor)).can_edit()


def test_forged_publish_by_an_instructor_publishes_nothing(client, instructor, mine):
    client.force_login(instructor)
    lesson = lesson_of(mine)
    before = lesson.live_revision_id
    forged = {"title": "Falsa", "body-count": "0", "action-publish": "1"}
    response = client.post(edit(lesson), _form_data(client, lesson) | forged)
    assert response.status_code == 302
    live = Lesson.objects.get(pk=lesson.pk)
    assert live.get_latest_revision_as_object().title == "Falsa"  # kept as a draft
    assert (live.title, live.live_revision_id) == (lesson.title, before)


def _form_data(client, page) -> dict:
    from wagtail.test.utils.form_data import querydict_from_html

    html = client.get(edit(page)).content.decode()
    return querydict_from_html(html, form_id="page-edit-form").dict()


def test_administrator_edits_everywhere_and_publishes_the_hub_only(mine):
    administrator = people.administrator()
    home = curriculum.home()
    section = home.add_child(instance=type(home)(title="Sezione", slug="sezione"))
    below = section.add_child(instance=type(home)(title="Sotto", slug="sotto"))
    for page in (home, section, below):
        perms = page.permissions_for_user(fresh(administrator))
        assert (perms.can_edit(), perms.can_publish()) == (True, True)
    for page in (Catalogue.objects.get(), mine, lesson_of(mine)):
        perms = page.permissions_for_user(fresh(administrator))
        assert (perms.can_edit(), perms.can_publish(), perms.can_publish_subpage()) == (
            True,
            False,
            False,
        )
        # The same page as the plain class, as lists and bulk actions have it.
        assert (
            not Page.objects.get(pk=page.pk)
            .permissions_for_user(fresh(administrator))
            .can_publish()
        )


def test_publish_on_the_catalogue_goes_to_no_role(mine):
    for role in Role.values:
        user = people.person(role)
        curriculum.teach(mine, user)
        for page in Page.objects.descendant_of(Catalogue.objects.get(), inclusive=True).specific():
            perms = page.permissions_for_user(fresh(user))
            assert (perms.can_publish(), perms.can_unpublish()) == (False, False)


def test_live_course_is_neither_deleted_nor_moved_by_an_administrator(mine):
    perms = mine.permissions_for_user(fresh(people.administrator()))
    assert (perms.can_delete(), perms.can_move()) == (False, False)


@pytest.mark.parametrize("make", [people.person, people.manager])
def test_who_edits_no_page_sees_none(make, mine):
    policy = policy_registry.get_by_type(Page)
    user = fresh(make())
    assert not policy.explorable_instances(user).exists()
    assert policy.explorable_root_instance(user) is None
    assert not mine.permissions_for_user(user).can_edit()


def test_committee_sees_the_catalogue_and_edits_nothing(client, mine):
    user = people.committee()
    policy = policy_registry.get_by_type(Page)
    assert policy.explorable_instances(fresh(user)).filter(pk=lesson_of(mine).pk).exists()
    assert not mine.permissions_for_user(fresh(user)).can_edit()
    client.force_login(user)
    catalogue = Catalogue.objects.get()
    page = client.get(reverse("wagtailadmin_explore", args=[catalogue.pk])).content.decode()
    assert "Il mio corso" in page


def test_lookups_the_other_way_round(instructor, mine, other):
    administrator, committee = people.administrator(), people.committee()
    policy = policy_registry.get_by_type(Page)
    can_edit = policy.users_with_permission_for_instance("change", lesson_of(mine))
    assert set(can_edit) == {instructor, administrator}
    assert set(policy.users_with_permission_for_instance("change", lesson_of(other))) == {
        administrator
    }
    assert set(policy.users_with_permission_for_instance("publish", lesson_of(mine))) == set()
    assert set(policy.users_with_permission("change")) == {instructor, administrator}
    assert committee not in policy.users_with_permission("publish")


def test_chooser_and_history_open_for_the_own_lesson(client, instructor, mine):
    client.force_login(instructor)
    lesson = lesson_of(mine)
    assert client.get(reverse("wagtailadmin_choose_page_child", args=[mine.pk])).status_code == 200
    assert client.get(reverse("wagtailadmin_pages:history", args=[lesson.pk])).status_code == 200


def test_courses_are_asked_once_a_request(instructor, mine, django_assert_max_num_queries):
    user = fresh(instructor)
    pages = list(Course.objects.all()) + list(Lesson.objects.all())
    with django_assert_max_num_queries(6):
        for page in pages:
            page.permissions_for_user(user).can_publish()


def test_each_home_has_one_catalogue(client):
    """A second one would have its own courses, and no committee in front of them."""
    first = curriculum.catalogue()
    client.force_login(superuser())
    address = reverse(
        "wagtailadmin_pages:add", args=["curriculum", "catalogue", first.get_parent().pk]
    )
    data = {"title": "Secondo", "slug": "secondo", "body-count": 0, "action-publish": "1"}
    for answer in (client.get(address), client.post(address, data)):
        assert (answer.status_code, answer["Location"]) == (302, reverse("wagtailadmin_home"))
    assert [page.pk for page in Catalogue.objects.all()] == [first.pk]
    assert curriculum.catalogue("en").get_parent().pk == curriculum.home("en").pk
