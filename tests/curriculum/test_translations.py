"""The English of the catalogue: begun, drafted, reviewed, kept up with the Italian (issue 3, line 6)."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail.models import Locale, Page, PageLogEntry, WorkflowState
from wagtail_localize.models import StringTranslation, Translation

from curriculum.choices import TranslationState
from curriculum.languages import (
    course_states,
    courses_to_translate,
    english_of,
    page_state,
    translation_of,
)
from curriculum.models import (
    Course,
    CourseInstructor,
    Lesson,
    Module,
    Programme,
    ProgrammeCourse,
)
from curriculum.services import aliases
from curriculum.services.translation_jobs import run_translation_job, start_translation_job
from curriculum.services.translations import (
    follow_italian,
    publish_translation,
    save_draft,
    submit_translation,
    translate_page,
)
from curriculum.services.written_texts import adopt_texts
from lms.core.errors import DomainError
from lms.core.models import Job, OutboundMail
from tests.factories import curriculum, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    found = curriculum.course(modules=1, lessons=2)
    curriculum.catalogue("en")
    return found


@pytest.fixture
def instructor(course):
    person = people.instructor()
    curriculum.teach(course, person)
    return person


def first_lesson(course) -> Lesson:
    return Lesson.objects.descendant_of(course).order_by("path").first()


def write(translation: Translation, text: str = "In English: ") -> None:
    """Translate every text that has no translation yet."""
    for segment in translation.source.stringsegment_set.select_related("string"):
        StringTranslation.objects.get_or_create(
            translation_of=segment.string,
            context=segment.context,
            locale=translation.target_locale,
            defaults={"data": f"{text}{segment.string.data}", "translation_type": "manual"},
        )


def english(page) -> Page:
    return english_of(page).specific


def begun(page, by) -> Translation:
    translation = translate_page(page=page, by=by)
    write(translation)
    return translation


def approve(page, by) -> None:
    curriculum.decide(page.current_workflow_state, by)


# --- Beginning --------------------------------------------------------------------------------
@pytest.mark.slow
def test_a_translation_makes_parents_and_shows_nobody_a_draft(course, instructor):
    lesson = first_lesson(course)
    translation = begun(lesson, instructor)
    page = english(lesson)
    assert [(row.alias_of_id is not None, row.live) for row in page.get_ancestors()[3:]] == [
        (True, True),
        (True, True),
    ]
    assert (page.alias_of_id, page.live, page.slug) == (lesson.pk, True, lesson.slug)
    save_draft(translation=translation, by=instructor)
    page = english(lesson)
    assert (page.title, page.alias_of_id, page.has_unpublished_changes) == (
        "Lezione 1.1",
        lesson.pk,
        True,
    )
    assert page.latest_revision.as_object().title == "In English: Lezione 1.1"


def test_twice_is_once(course, instructor):
    lesson = first_lesson(course)
    assert translate_page(page=lesson, by=instructor) == translate_page(page=lesson, by=instructor)
    assert Page.objects.filter(translation_key=lesson.translation_key).count() == 2
    assert PageLogEntry.objects.filter(action="curriculum.translate").count() == 1


def test_only_published_italian_pages_are_translated(course, instructor):
    lesson = first_lesson(course)
    translate_page(page=lesson, by=instructor)
    with pytest.raises(DomainError) as refusal:
        translate_page(page=english(lesson), by=instructor)
    assert refusal.value.code == "not_italian"
    lesson.unpublish()
    with pytest.raises(DomainError) as refusal:
        translate_page(page=lesson, by=instructor)
    assert refusal.value.code == "not_published"
    with pytest.raises(DomainError) as refusal:
        translate_page(page=curriculum.home(), by=instructor)
    assert refusal.value.code == "untranslatable"


@pytest.mark.slow
def test_texts_are_segments_and_facts_are_not(course, instructor):
    translation = translate_page(page=course, by=instructor)
    paths = {row.context.path for row in translation.source.stringsegment_set.all()}
    keys = [block.id for block in course.outcomes]
    assert paths == {"title", "summary", *(f"outcomes.{key}.text" for key in keys)}
    assert not translation.source.overridablesegment_set.exists()
    write(translation)
    draft = save_draft(translation=translation, by=instructor).as_object()
    assert (draft.code, draft.slug, draft.subject, draft.hours_class) == (
        "MC-PROVA",
        "mc-prova",
        "codesign",
        8,
    )
    assert [(block.id, block.value["key"]) for block in draft.outcomes] == [
        (block.id, block.value["key"]) for block in course.outcomes
    ]


@pytest.mark.parametrize("model", [Course, Module, Lesson])
def test_every_text_of_a_page_can_be_reached_in_the_editor(course, instructor, client, model):
    """A text without a place in the editor could never be translated, nor the page submitted."""
    page = model.objects.filter(path__startswith=course.path).first()
    translation = translate_page(page=page, by=instructor)
    client.force_login(instructor)
    answer = client.get(reverse("wagtailadmin_pages:edit", args=[english(page).pk]))
    segments = json.loads(answer.context["props"])["segments"]
    texts = [row for row in segments if row["type"] == "string"]
    assert len(texts) == translation.source.stringsegment_set.count()


def test_a_page_written_by_hand_gives_its_texts(course, instructor):
    lesson = first_lesson(course)
    by_hand = curriculum.in_english(lesson, "Lesson 1.1")
    translation = translate_page(page=lesson, by=instructor)
    state = page_state(lesson)
    assert (state.state, state.missing, state.english_shown) == (TranslationState.CURRENT, 0, True)
    draft = save_draft(translation=translation, by=instructor).as_object()
    assert (draft.title, draft.pk) == ("Lesson 1.1", by_hand.pk)
    assert adopt_texts(translation=translation, english=by_hand) == state.total


def test_texts_of_blocks_with_other_ids_find_each_other_by_place(course, instructor):
    lesson = first_lesson(course)
    by_hand = curriculum.in_english(lesson, "Lesson 1.1")
    by_hand.body = [("text", "<p>The text of it.</p>")]
    curriculum.publish(by_hand)
    assert by_hand.body[0].id != lesson.body[0].id
    translation = translate_page(page=lesson, by=instructor)
    assert page_state(lesson).missing == 0
    draft = save_draft(translation=translation, by=instructor).as_object()
    assert (draft.body[0].value.source, draft.body[0].id) == (
        "<p>The text of it.</p>",
        lesson.body[0].id,
    )


# --- The committee ----------------------------------------------------------------------------
def test_a_translation_appears_when_the_committee_approves_it(course, instructor, client):
    lesson = first_lesson(course)
    translation = begun(lesson, instructor)
    submit_translation(translation=translation, by=instructor)
    assert page_state(lesson).state == TranslationState.REVIEW
    assert english(lesson).title == "Lezione 1.1"
    address = english(lesson).url_path
    approve(english(lesson), people.committee())
    page = english(lesson)
    assert (page.title, page.alias_of_id, page.live, page.url_path) == (
        "In English: Lezione 1.1",
        None,
        True,
        address,
    )
    assert page.live_revision.object_id == str(page.pk)
    assert page_state(lesson).state == TranslationState.CURRENT


def test_two_presses_of_submit_are_one_review(course, instructor):
    lesson = first_lesson(course)
    translation = begun(lesson, instructor)
    first = submit_translation(translation=translation, by=instructor)
    assert submit_translation(translation=translation, by=instructor) == first
    assert WorkflowState.objects.count() == 1
    assert english(lesson).revisions.count() == 1


def test_submitting_is_refused_while_texts_are_missing(course, instructor):
    lesson = first_lesson(course)
    translation = translate_page(page=lesson, by=instructor)
    with pytest.raises(DomainError) as refusal:
        submit_translation(translation=translation, by=instructor)
    assert refusal.value.code == "untranslated"
    assert "Lezione 1.1" in str(refusal.value) and " 2 " in str(refusal.value)
    assert not WorkflowState.objects.exists()


def test_what_readers_have_already_is_not_submitted_again(course, instructor):
    lesson = first_lesson(course)
    translation = begun(lesson, instructor)
    submit_translation(translation=translation, by=instructor)
    approve(english(lesson), people.committee())
    revisions = english(lesson).revisions.count()
    with pytest.raises(DomainError) as refusal:
        submit_translation(translation=translation, by=instructor)
    assert refusal.value.code == "nothing_new"
    assert english(lesson).revisions.count() == revisions


def test_what_the_committee_reads_is_not_changed_under_it(course, instructor):
    lesson = first_lesson(course)
    translation = begun(lesson, instructor)
    submit_translation(translation=translation, by=instructor)
    with pytest.raises(DomainError) as refusal:
        save_draft(translation=translation, by=instructor)
    assert refusal.value.code == "in_review"


def test_after_a_request_for_changes_the_same_review_goes_on(course, instructor, client):
    lesson = first_lesson(course)
    translation = begun(lesson, instructor)
    state = submit_translation(translation=translation, by=instructor)
    curriculum.decide(state, people.committee(), "reject", comment="Il titolo")
    assert page_state(lesson).state == TranslationState.CHANGES
    client.force_login(instructor)
    address = reverse("wagtailadmin_pages:edit", args=[english(lesson).pk])
    banner = client.get(address).content.decode().split('class="sent-back"')[1]
    assert "Il titolo" in banner.split("</section>")[0]
    StringTranslation.objects.filter(data__startswith="In English: Lezione").update(data="Lesson")
    assert submit_translation(translation=translation, by=instructor) == state
    approve(english(lesson), people.committee())
    assert english(lesson).title == "Lesson"


@pytest.mark.parametrize("role", [people.instructor, people.administrator, people.committee])
def test_the_editor_publishes_for_nobody_without_publish(course, instructor, client, role):
    lesson = first_lesson(course)
    translation = begun(lesson, instructor)
    if role is people.committee:  # who reviews the page may open its editor
        submit_translation(translation=translation, by=instructor)
    person = role()
    if role is people.instructor:
        curriculum.teach(course, person)
    client.force_login(person)
    address = reverse("wagtailadmin_pages:edit", args=[english(lesson).pk])
    page = client.get(address)
    assert json.loads(page.context["props"])["perms"]["canPublish"] is False
    assert "convert_to_alias" not in page.content.decode()
    assert client.post(address, {"action": "publish"}).status_code in (302, 403)
    for forged in ({"action-publish": "1"}, {"localize-convert-to-alias": "1"}):
        client.post(address, forged)
    assert (english(lesson).title, english(lesson).alias_of_id) == ("Lezione 1.1", lesson.pk)


def test_a_superuser_publishes_and_the_log_says_so(course, instructor, client):
    from tests.factories.accounts import superuser

    boss = superuser()
    lesson = first_lesson(course)
    begun(lesson, instructor)
    client.force_login(boss)
    address = reverse("wagtailadmin_pages:edit", args=[english(lesson).pk])
    client.post(address, {"action": "publish"})
    page = english(lesson)
    assert (page.title, page.alias_of_id) == ("In English: Lezione 1.1", None)
    entries = PageLogEntry.objects.filter(page=page, user=boss).values_list("action", flat=True)
    assert {"curriculum.publish_translation", "wagtail.publish"} <= set(entries)


def test_publishing_by_name_asks_wagtail_too(course, instructor):
    translation = begun(first_lesson(course), instructor)
    with pytest.raises(PermissionDenied):
        publish_translation(translation=translation, by=instructor)
    assert english(first_lesson(course)).alias_of_id


def test_the_addon_s_own_ways_into_the_live_page_lead_to_ours(course, instructor, client):
    from tests.factories.accounts import superuser

    lesson = first_lesson(course)
    translation = begun(lesson, instructor)
    submit = reverse("localize_submit_page", args=[lesson.pk])
    update = reverse("localize_update", args=[translation.source_id])
    for person, status in ((instructor, 403), (people.administrator(), 403)):
        client.force_login(person)
        for address in (submit, update):
            answer = client.post(address, {"locales": [english(lesson).locale_id]})
            assert answer.status_code in (status, 302)
            assert "translate" not in answer.get("Location", "")
    client.force_login(superuser())
    assert client.post(submit)["Location"] == reverse("translate_page", args=[lesson.pk])
    assert client.post(update, {"publish_translations": "on"})["Location"] == reverse(
        "translations_course", args=[course.pk]
    )
    assert english(lesson).alias_of_id == lesson.pk


def test_a_link_cannot_be_given_an_address_that_runs(course, instructor, client):
    lesson = first_lesson(course)
    lesson.body = [("text", '<p>Vedi <a href="https://example.org/">qui</a>.</p>')]
    curriculum.publish(lesson)
    translation = begun(lesson, instructor)
    client.force_login(instructor)
    segment = translation.source.overridablesegment_set.get()
    address = reverse("wagtail_localize:edit_override", args=[translation.pk, segment.pk])
    answer = client.put(
        address, "value=javascript:alert(1)", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 201
    with pytest.raises(DomainError) as refusal:
        save_draft(translation=translation, by=instructor)
    assert refusal.value.code == "bad_link"


def test_markup_in_a_translation_is_not_taken(course, instructor, client):
    lesson = first_lesson(course)
    translation = begun(lesson, instructor)
    client.force_login(instructor)
    segment = translation.source.stringsegment_set.get(context__path__startswith="body")
    address = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
    for value in ("<script>alert(1)</script>", '<b onclick="x">no</b>'):
        client.put(address, f"value={value}", content_type="application/x-www-form-urlencoded")
        draft = save_draft(translation=translation, by=instructor).as_object()
        assert "alert" not in str(draft.body) and "onclick" not in str(draft.body)
    assert page_state(lesson).missing == 1


# --- Following the Italian --------------------------------------------------------------------
@pytest.mark.slow
def test_a_newer_italian_makes_the_english_stale_and_is_read_anew(course, instructor):
    lesson = first_lesson(course)
    translation = begun(lesson, instructor)
    submit_translation(translation=translation, by=instructor)
    approve(english(lesson), people.committee())
    lesson.refresh_from_db()
    lesson.summary = "Una frase nuova."
    curriculum.publish(lesson)
    before = page_state(lesson)
    assert (before.state, before.since, before.missing) == (
        TranslationState.STALE,
        lesson.last_published_at,
        0,
    )
    follow_italian(page=lesson)
    after = page_state(lesson)
    assert (after.state, after.missing) == (TranslationState.STALE, 1)
    assert english(lesson).title == "In English: Lezione 1.1"
    write(translation)
    submit_translation(translation=translation, by=instructor)
    approve(english(lesson), people.committee())
    assert page_state(lesson).state == TranslationState.CURRENT
    assert english(lesson).summary == "In English: Una frase nuova."


def test_publishing_tells_the_translation_by_a_task(
    course, instructor, django_capture_on_commit_callbacks
):
    lesson = first_lesson(course)
    translation = begun(lesson, instructor)
    save_draft(translation=translation, by=instructor)
    lesson.title = "Lezione cambiata"
    with django_capture_on_commit_callbacks(execute=True):
        curriculum.publish(lesson)
    page = english(lesson)
    assert (page.title, page.alias_of_id, page.has_unpublished_changes, page.draft_title) == (
        "Lezione cambiata",
        lesson.pk,
        True,
        "In English: Lezione 1.1",
    )
    assert page_state(lesson).missing == 1


def test_block_ids_keep_their_translations(course, instructor):
    lesson = first_lesson(course)
    lesson.body = [("text", "<p>Uno.</p><p>Due.</p>"), ("quote", {"quote": "Tre."})]
    curriculum.publish(lesson)
    translation = begun(lesson, instructor)
    total = page_state(lesson).total
    body = lesson.body.get_prep_value()
    body.insert(0, {"type": "text", "value": "<p>Nuovo.</p>", "id": "n" * 8})
    lesson.body = lesson._meta.get_field("body").stream_block.to_python(body)
    curriculum.publish(lesson)
    follow_italian(page=lesson)
    state = page_state(lesson)
    assert (state.total, state.missing) == (total + 1, 1)
    assert translation_of(lesson) == translation


def test_pages_made_in_code_get_the_italian_in_english(
    course, django_capture_on_commit_callbacks, client
):
    with django_capture_on_commit_callbacks(execute=True):
        module = curriculum.publish(
            course.add_child(instance=Module(title="Modulo 9", slug="modulo-9"))
        )
    page = english(module)
    assert (page.alias_of_id, page.live) == (module.pk, True)
    assert "has not been translated yet" in client.get(page.get_url()).content.decode()
    made = aliases.make_missing_aliases()
    assert made == 3  # the module and the two lessons that were there before
    assert aliases.make_missing_aliases() == 0


def test_an_english_page_stands_where_the_italian_stands(course, instructor):
    module = course.get_children().get().specific
    last = curriculum.lesson(module, "Lezione ultima")
    translate_page(page=last, by=instructor)
    translate_page(page=first_lesson(course), by=instructor)
    aliases.make_missing_aliases()

    def titles(parent):
        return [page.title for page in parent.get_children().order_by("path")]

    assert (
        titles(english(module))
        == titles(module)
        == ["Lezione 1.1", "Lezione 1.2", "Lezione ultima"]
    )
    last.move(first_lesson(course), pos="left")
    aliases.order_like_italian(parent=module)
    assert (
        titles(english(module))
        == titles(module)
        == ["Lezione ultima", "Lezione 1.1", "Lezione 1.2"]
    )


def test_taking_the_english_offline_brings_the_italian_back(
    course, instructor, django_capture_on_commit_callbacks
):
    lesson = first_lesson(course)
    translation = begun(lesson, instructor)
    submit_translation(translation=translation, by=instructor)
    approve(english(lesson), people.committee())
    page = english(lesson)
    with django_capture_on_commit_callbacks(execute=True):
        page.unpublish()
    back = english(lesson)
    assert (back.pk, back.url_path, back.live, back.alias_of_id, back.title) == (
        page.pk,
        page.url_path,
        True,
        lesson.pk,
        "Lezione 1.1",
    )


def test_deleting_the_english_brings_the_italian_back(
    course, instructor, django_capture_on_commit_callbacks
):
    lesson = first_lesson(course)
    curriculum.in_english(lesson, "Lesson 1.1")
    translate_page(page=lesson, by=instructor)
    page = english(lesson)
    with django_capture_on_commit_callbacks(execute=True):
        page.delete()
    back = english(lesson)
    assert (back.url_path, back.live, back.alias_of_id) == (page.url_path, True, lesson.pk)


def test_who_no_longer_teaches_keeps_no_right_through_the_english(course, instructor):
    translation = begun(course, instructor)
    submit_translation(translation=translation, by=instructor)
    approve(english(course), people.committee())
    assert CourseInstructor.objects.filter(user=instructor).count() == 2
    CourseInstructor.objects.filter(course=course, user=instructor).delete()
    follow_italian(page=course)
    assert not english(course).permissions_for_user(instructor).can_edit()


# --- Whole courses ----------------------------------------------------------------------------
def test_a_course_is_translated_by_a_task_with_one_mail(
    course, instructor, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        job = start_translation_job(page=course, action="translate", by=instructor)
        assert start_translation_job(page=course, action="translate", by=instructor) == job
    job.refresh_from_db()
    assert (job.status, job.done, job.total, job.data["changed"]) == ("done", 4, 4, 4)
    assert Translation.objects.count() == 4
    run_translation_job(job_id=job.pk)
    assert OutboundMail.objects.filter(template="curriculum/translations_done").count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        again = start_translation_job(page=course, action="translate", by=instructor)
    again.refresh_from_db()
    assert (again.pk != job.pk, again.data["changed"]) == (True, 0)


def test_a_job_goes_on_where_its_worker_died(course, instructor):
    job = start_translation_job(page=course, action="translate", by=instructor)
    Job.objects.filter(pk=job.pk).update(done=2)
    assert run_translation_job(job_id=job.pk).data["changed"] == 2


@pytest.mark.slow
def test_what_is_ready_is_submitted_at_once_and_the_rest_named(
    course, instructor, django_capture_on_commit_callbacks
):
    for page in course.get_descendants(inclusive=True):
        begun(page, instructor)
    StringTranslation.objects.filter(
        context__object_id=first_lesson(course).translation_key
    ).delete()
    job = start_translation_job(page=course, action="submit", by=instructor)
    assert run_translation_job(job_id=job.pk).data["changed"] == 3
    assert WorkflowState.objects.count() == 3
    assert page_state(first_lesson(course)).state == TranslationState.PARTIAL


def test_bringing_up_to_date_makes_new_drafts_of_what_changed_only(course, instructor):
    for page in course.get_descendants(inclusive=True):
        begun(page, instructor)
    lesson = first_lesson(course)
    lesson.required = False
    curriculum.publish(lesson)
    job = start_translation_job(page=course, action="update", by=instructor)
    assert run_translation_job(job_id=job.pk).data["changed"] == 1
    assert english(lesson).latest_revision.as_object().required is False


# --- Lists ------------------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.parametrize("lessons", [3, 60])
def test_the_list_takes_the_same_queries_for_3_and_60_pages(
    instructor, client, lessons, django_assert_num_queries
):
    course = curriculum.course("MC-LUNGO", title="Corso lungo", modules=1, lessons=lessons)
    curriculum.teach(course, instructor)
    begun(first_lesson(course), instructor)
    courses = list(courses_to_translate(instructor))
    with django_assert_num_queries(7):
        states = course_states(courses)
    assert [len(row.pages) for row in states] == [4, lessons + 2]
    client.force_login(instructor)
    address = reverse("translations_course", args=[course.pk])
    client.get(address)
    with django_assert_num_queries(COURSE_PAGE_QUERIES):
        page = client.get(address).content.decode()
    assert page.count('<td class="title level-') == lessons + 2


COURSE_PAGE_QUERIES = 18


@pytest.mark.slow
def test_each_sees_the_courses_they_may_translate(course, instructor, client):
    other = curriculum.course("MC-ALTRO", title="Un altro corso")
    stranger = people.instructor()
    curriculum.teach(other, stranger)
    assert list(courses_to_translate(instructor)) == [course]
    assert list(courses_to_translate(people.administrator())) == [course, other]
    for person in (people.committee(), people.manager(), people.person()):
        assert list(courses_to_translate(person)) == []
    client.force_login(instructor)
    page = client.get(reverse("translations")).content.decode()
    assert "Corso di prova" in page and "Un altro corso" not in page
    assert client.get(reverse("translations_course", args=[other.pk])).status_code == 404


@pytest.mark.parametrize("role", [people.instructor, people.manager, people.committee])
def test_who_does_not_teach_the_course_changes_nothing(course, instructor, client, role):
    lesson = first_lesson(course)
    submit_translation(translation=begun(lesson, instructor), by=instructor)
    client.force_login(role())
    for name, args in (
        ("translate_page", [course.pk]),
        ("translation_draft", [lesson.pk]),
        ("translation_submit", [lesson.pk]),
        ("translations_work", [course.pk, "translate"]),
    ):
        answer = client.post(reverse(name, args=args), {"below": "1"})
        assert answer.status_code in (302, 404), name
        assert answer.get("Location", "/admin/") == "/admin/", name
    assert not Job.objects.exists()
    assert Translation.objects.count() == 1


@pytest.mark.slow
def test_an_author_translates_a_lesson_in_the_admin(course, instructor, client):
    lesson = first_lesson(course)
    client.force_login(instructor)
    page = client.get(reverse("translate_page", args=[lesson.pk])).content.decode()
    assert "traduci" in page.lower() or "translate" in page.lower()
    answer = client.post(reverse("translate_page", args=[lesson.pk]))
    edit = reverse("wagtailadmin_pages:edit", args=[english(lesson).pk])
    assert answer["Location"] == edit
    write(translation_of(lesson))
    assert 'class="translation-bar"' in client.get(edit).content.decode()
    client.post(reverse("translation_draft", args=[lesson.pk]))
    preview = reverse("wagtail_localize:preview_translation", args=[translation_of(lesson).pk])
    shown = client.get(preview).content.decode()
    assert "In English: Lezione 1.1" in shown
    assert "has not been translated yet" not in shown
    client.post(reverse("translation_submit", args=[lesson.pk]))
    assert page_state(lesson).state == TranslationState.REVIEW


def programme(course) -> Programme:
    page = curriculum.catalogue().add_child(
        instance=Programme(title="Percorso", slug="percorso", fee_text="Da concordare.")
    )
    page.course_rows = [ProgrammeCourse(course=course)]
    return curriculum.publish(page)


def button_to(client, page) -> bool:
    """Whether the page's editor offers to translate it."""
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    return reverse("translate_page", args=[page.pk]) in editor.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["programme", "catalogue"])
def test_a_page_of_no_course_is_translated_in_the_same_way(course, instructor, client, kind):
    page = programme(course) if kind == "programme" else curriculum.catalogue()
    client.force_login(instructor)
    assert not button_to(client, page)
    assert client.get(reverse("translate_page", args=[page.pk])).status_code == 404
    client.force_login(people.administrator())
    assert button_to(client, page)
    offer = client.get(reverse("translate_page", args=[page.pk]))
    assert 'name="below"' not in offer.content.decode()
    answer = client.post(reverse("translate_page", args=[page.pk]), {"below": "1"})
    edit = reverse("wagtailadmin_pages:edit", args=[english(page).pk])
    assert (answer["Location"], Job.objects.count()) == (edit, 0)
    write(translation_of(page))
    if kind == "catalogue":  # it was English by name only
        StringTranslation.objects.update(data="The courses")
    assert 'class="translation-bar"' in client.get(edit).content.decode()
    client.post(reverse("translation_draft", args=[page.pk]))
    answer = client.post(reverse("translation_submit", args=[page.pk]))
    assert answer["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert page_state(page).state == TranslationState.REVIEW
    approve(english(page), people.committee())
    assert page_state(page).state == TranslationState.CURRENT
    expected = {"programme": "In English: Percorso", "catalogue": "The courses"}
    assert (english(page).title, english(page).alias_of_id) == (expected[kind], None)
    assert client.post(reverse("translations_work", args=[page.pk, "submit"])).status_code == 404


def test_a_programme_stands_in_english_as_soon_as_it_is_published(
    course, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page = programme(course)
    page = Programme.objects.get(pk=page.pk)
    assert (english(page).alias_of_id, english(page).live) == (page.pk, True)
    assert [row.course_id for row in english(page).course_rows.all()] == [course.pk]


@pytest.mark.parametrize("finished", [False, True])
def test_the_page_of_a_job_is_asked_again_by_a_plain_link(course, instructor, client, finished):
    job = start_translation_job(page=course, action="translate", by=instructor)
    if finished:
        run_translation_job(job_id=job.pk)
    client.force_login(instructor)
    address = reverse("translations_job", args=[job.pk])
    assert address.endswith(f"/translations/jobs/{job.pk}/")
    answer = client.get(address)
    page = answer.content.decode()
    assert ("4 pagine su 4" if finished else "0 pagine su 4") in page
    assert (f'<a class="button" href="{address}">' in page) is not finished
    assert "Refresh" not in answer


def test_the_committee_decides_in_the_editor_of_a_translation(course, instructor, client):
    lesson = first_lesson(course)
    submit_translation(translation=begun(lesson, instructor), by=instructor)
    client.force_login(people.committee())
    edit = reverse("wagtailadmin_pages:edit", args=[english(lesson).pk])
    page = client.get(edit).content.decode()
    task = english(lesson).current_workflow_state.current_task_state
    assert (
        reverse("wagtailadmin_pages:workflow_action", args=[english(lesson).pk, "approve", task.pk])
        in page
    )
    assert reverse("translation_submit", args=[lesson.pk]) not in page


def test_every_english_alias_explains_itself(course, instructor, client):
    aliases.make_missing_aliases()
    client.force_login(instructor)
    lesson = first_lesson(course)
    page = client.get(reverse("wagtailadmin_pages:edit", args=[english(lesson).pk]))
    assert reverse("translate_page", args=[lesson.pk]) in page.content.decode()


def test_the_english_catalogue_stands_under_the_committee(course, instructor):
    from wagtail.models import WorkflowPage

    WorkflowPage.objects.all().delete()
    translate_page(page=first_lesson(course), by=instructor)
    assert english(first_lesson(course)).get_workflow() is not None
    assert Locale.objects.count() == 2
