"""Every known way to the public, tried by each role: none but a superuser's passes the committee."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision
from wagtail_localize.models import Translation, TranslationSource

from curriculum.models import CommitteeDecision, Course, Lesson, Module
from curriculum.services.aliases import stand_in
from lms.core.management.commands.run_clock import publish_scheduled
from tests.factories import curriculum, people
from tests.factories.accounts import superuser

pytestmark = pytest.mark.django_db
ROLES = ["instructor", "committee", "administrator", "manager"]
PAST = "curriculum.publish_past_committee"


@pytest.fixture
def lesson():
    """Live, with a newer draft that the committee has not read; its course is taught by the instructor."""
    found = Lesson.objects.descendant_of(curriculum.course(modules=1, lessons=1)).first()
    found.title = "Mai letta"
    found.save_revision()
    return found


@pytest.fixture(params=ROLES)
def person(request, lesson):
    user = people.person(request.param)
    if request.param == "instructor":
        curriculum.teach(Course.objects.get(), user)
    return user


def public() -> list[tuple[str, bool]]:
    """Title of every live page of the catalogue, and whether it is an alias."""
    pages = Page.objects.live().filter(depth__gte=4).order_by("path")
    return [(page.title, page.alias_of_id is not None) for page in pages]


BEFORE = [("Corso di prova", False), ("Modulo 1", False), ("Lezione 1.1", False)]


def test_admin_api_actions_publish_nothing(client, person, lesson):
    client.force_login(person)
    for action in (
        "publish", "unpublish", "copy", "move", "delete", "create_alias", "convert_alias",
        "revert_to_page_revision", "copy_for_translation",
    ):  # fmt: skip
        address = f"/admin/api/main/pages/{lesson.pk}/action/{action}/"
        data = {"destination_page_id": lesson.get_parent().pk, "slug": f"x-{action}", "recursive": True,
                "keep_live": True, "revision_id": lesson.latest_revision_id, "locale": "en"}  # fmt: skip
        client.post(address, json.dumps(data), content_type="application/json")
        assert (action, public()) == (action, BEFORE)


def test_copying_a_course_with_everything_live_copies_drafts(client, person):
    course = Course.objects.get()
    client.force_login(person)
    data = {"new_title": "Copia", "new_slug": "copia", "copy_subpages": "on", "publish_copies": "on",
            "new_parent_page": course.get_parent().pk}  # fmt: skip
    client.post(reverse("wagtailadmin_pages:copy", args=[course.pk]), data)
    client.post(reverse("wagtailadmin_pages:copy", args=[course.pk]), data | {"alias": "on"})
    assert public() == BEFORE


def test_reverting_and_publishing_in_one_step_is_a_draft(client, person, lesson):
    older = Revision.objects.for_instance(lesson).order_by("pk").first()
    client.force_login(person)
    page = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    data = {"title": "Falsa", "slug": lesson.slug, "revision": older.pk, "action-publish": "on",
            "minutes": "3", "completion": "button", "body-count": "0", "outcome_keys": "[]"}  # fmt: skip
    client.post(page, data)
    client.post(reverse("wagtailadmin_pages:revisions_revert", args=[lesson.pk, older.pk]), data)
    assert public() == BEFORE


def test_a_member_brings_no_older_text_back(client, lesson):
    curriculum.submit(lesson, people.instructor(), title="Letta")
    older = Revision.objects.for_instance(lesson).order_by("pk").first()
    client.force_login(people.committee())
    before = Revision.objects.for_instance(lesson).count()
    data = {"title": "T", "slug": lesson.slug, "minutes": "3", "completion": "button", "body-count": "0", "outcome_keys": "[]",
            "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}  # fmt: skip
    address = reverse("wagtailadmin_pages:revisions_revert", args=[lesson.pk, older.pk])
    assert [client.get(address).status_code, client.post(address, data).status_code] == [404, 404]
    assert Revision.objects.for_instance(lesson).count() == before


def test_a_forged_date_schedules_nothing(client, person, lesson):
    past = (timezone.now() - timedelta(minutes=5)).strftime("%Y-%m-%d %H:%M")
    client.force_login(person)
    data = {"title": "Falsa", "slug": lesson.slug, "go_live_at": past, "approved_go_live_at": past,
            "minutes": "3", "completion": "button", "body-count": "0", "outcome_keys": "[]", "action-publish": "on"}  # fmt: skip
    client.post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), data)
    for row in Revision.objects.for_instance(lesson):
        assert row.approved_go_live_at is None
    call_command("publish_scheduled", verbosity=0)
    assert public() == BEFORE


def test_unpublishing_deleting_and_moving_change_nothing_live(client, person, lesson):
    client.force_login(person)
    other = Course.objects.get().add_child(instance=Module(title="Altro", slug="altro", live=False))
    for name, args in (
        ("unpublish", [lesson.pk]), ("delete", [lesson.pk]),
        ("move_confirm", [lesson.pk, other.pk]), ("move", [lesson.pk]),
    ):  # fmt: skip
        client.post(reverse(f"wagtailadmin_pages:{name}", args=args), {"new_parent_page": other.pk})
    assert public() == BEFORE
    assert Page.objects.get(pk=lesson.pk).get_parent().title == "Modulo 1"


@pytest.mark.slow
def test_translating_publishes_nothing(client, person, lesson):
    english = curriculum.in_english(Lesson.objects.get(pk=lesson.pk), "Reviewed")
    before = public()
    source, _made = TranslationSource.get_or_create_from_instance(lesson)
    translation = Translation.objects.create(source=source, target_locale=english.locale)
    client.force_login(person)
    client.post(reverse("wagtailadmin_pages:edit", args=[english.pk]), {"action": "publish"})
    client.post(
        reverse("wagtail_localize:update_translations", args=[source.pk]),
        {"publish_translations": "on"},
    )
    client.post(
        reverse("wagtail_localize:submit_page_translation", args=[lesson.pk]),
        {"locales": [english.locale_id], "publish_translations": "on"},
    )
    client.post(reverse("wagtail_localize:convert_to_alias", args=[english.pk]))
    assert translation.pk
    assert public() == before


def test_the_italian_shown_in_english_stays_what_it_is(client, person, lesson):
    """Made a page of its own it would pass for English, and follow the Italian no more."""
    english = stand_in(page=lesson)
    client.force_login(person)
    before = public()
    for address in (
        reverse("wagtailadmin_pages:convert_alias", args=[english.pk]),
        f"/admin/api/main/pages/{english.pk}/action/convert_alias/",
    ):
        answer = client.post(address, "{}", content_type="application/json")
        assert (answer.status_code, public()) == (404, before)
        unknown = client.post(address.replace(str(english.pk), "987654321"))
        assert unknown.status_code == 404
    client.force_login(superuser())
    client.post(reverse("wagtailadmin_pages:convert_alias", args=[english.pk]))
    assert Page.objects.get(pk=english.pk).alias_of_id is None


def test_saving_a_translation_as_published_is_refused_to_those_who_may_not_publish(lesson):
    """`save_target(publish=True)` in code publishes as its user: the revision asks for the permission."""
    instructor = people.instructor()
    revision = Revision.objects.for_instance(lesson).order_by("-pk").first()
    with pytest.raises(PermissionDenied):
        revision.publish(user=instructor)
    assert public() == BEFORE


# --- Versions that others rely on ---------------------------------------------------------------
def overwrite(client, page, revision, title):
    data = {"title": title, "slug": page.slug, "minutes": "3", "completion": "button", "body-count": "0", "outcome_keys": "[]",
            "overwrite_revision_id": revision.pk, "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0"}  # fmt: skip
    return client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), data,
        headers={"accept": "application/json"},
    )  # fmt: skip


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_the_autosave_of_an_author_does_not_write_over_what_was_decided(client, lesson, action):
    author = people.instructor()
    curriculum.teach(Course.objects.get(), author)
    state = curriculum.submit(lesson, author, title="Letta")
    curriculum.decide(state, people.committee(), action)
    revision = CommitteeDecision.objects.get().reviewed
    before = revision.content
    client.force_login(author)
    overwrite(client, lesson, revision, "Cambiata dopo")
    revision.refresh_from_db()
    assert revision.content == before
    page = Lesson.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    page.title = "Cambiata dopo"
    with pytest.raises(PermissionDenied):
        page.save_revision(user=author, overwrite_revision=revision)


def test_autosave_still_writes_over_a_draft_of_ones_own(lesson):
    author = people.instructor()
    page = lesson.get_latest_revision_as_object()
    draft = page.save_revision(user=author)
    page.title = "Ancora"
    assert page.save_revision(user=author, overwrite_revision=draft).pk == draft.pk


# --- Dates --------------------------------------------------------------------------------------
def test_what_is_approved_for_a_date_appears_then_and_goes_when_it_expires(lesson):
    now = timezone.now()
    author, member = people.instructor(), people.committee()
    state = curriculum.submit(
        lesson, author, title="Programmata",
        go_live_at=now + timedelta(days=3), expire_at=now + timedelta(days=9),
    )  # fmt: skip
    curriculum.decide(state, member)
    publish_scheduled()
    assert public() == BEFORE
    Revision.objects.filter(approved_go_live_at__isnull=False).update(
        approved_go_live_at=now - timedelta(minutes=1)
    )
    revision = CommitteeDecision.objects.get().reviewed
    revision.refresh_from_db()
    revision.content["go_live_at"] = (now - timedelta(minutes=1)).isoformat()
    revision.save()
    publish_scheduled()
    publish_scheduled()
    assert public()[-1] == ("Programmata", False)
    page = Lesson.objects.get(pk=lesson.pk)
    assert page.live_revision_id == revision.pk
    Page.objects.filter(pk=lesson.pk).update(expire_at=now - timedelta(minutes=1))
    publish_scheduled()
    assert public() == BEFORE[:2]
    assert not PageLogEntry.objects.filter(action=PAST).exists()


# --- The log ------------------------------------------------------------------------------------
def past() -> list[tuple]:
    rows = PageLogEntry.objects.filter(action=PAST).order_by("pk")
    return [(row.user, row.page_id, row.revision_id) for row in rows]


def test_a_superuser_publishes_and_the_log_says_so(client, lesson):
    root = superuser()
    client.force_login(root)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{address}?id={lesson.pk}&next=/admin/", {})
    page = Lesson.objects.get(pk=lesson.pk)
    assert page.title == "Mai letta"
    assert past() == [(root, lesson.pk, page.live_revision_id)]
    assert PageLogEntry.objects.get(action=PAST).message == "Pubblicata senza passare dal comitato"
    history = client.get("/admin/reports/site-history/").content.decode()
    assert "Pubblicata senza passare dal comitato" in history


def test_the_log_is_silent_about_what_the_committee_approved_and_about_the_hub(lesson):
    root = superuser()
    curriculum.decide(curriculum.submit(lesson, root), people.committee())
    home = curriculum.home()
    home.save_revision(user=root).publish(user=root)
    assert past() == []


def test_a_date_set_by_a_superuser_is_in_the_log_too(lesson):
    root = superuser()
    page = lesson.get_latest_revision_as_object()
    page.go_live_at = timezone.now() + timedelta(days=2)
    revision = page.save_revision(user=root)
    revision.publish(user=root)
    assert past() == [(root, lesson.pk, revision.pk)]


# --- What was decided is kept ---------------------------------------------------------------------
def test_a_page_that_the_committee_decided_on_is_not_deleted(client, lesson):
    curriculum.decide(curriculum.submit(lesson, people.instructor()), people.committee(), "reject")
    client.force_login(superuser())
    for page in (lesson, lesson.get_parent(), Course.objects.get()):
        client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
        client.post(f"{address}?id={page.pk}&next=/admin/", {})
    assert public() == BEFORE
    assert CommitteeDecision.objects.count() == 1
