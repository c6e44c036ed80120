"""What no honest form sends: refused in words or as a bad request, never with a stack trace."""

import json
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail_localize.models import StringSegment, StringTranslation

from curriculum.models import CommitteeDecision, Course, Lesson, Module
from curriculum.services.translations import translate_page
from tests.factories import curriculum, people

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NULL, HALF = "prima\x00 dopo", "prima\ud800 dopo"


@pytest.fixture
def lesson():
    return Lesson.objects.descendant_of(curriculum.course(modules=1, lessons=1)).get()


@pytest.fixture
def author(client, lesson):
    user = people.instructor()
    curriculum.teach(Course.objects.get(), user)
    client.force_login(user)
    return user


# --- Titles on the desk ---------------------------------------------------------------------------
def test_null_characters_fall_out_of_titles(client, author, lesson):
    course, module = Course.objects.get().pk, lesson.get_parent().pk
    client.post(reverse("desk:add_module", args=[course]), {"title": NULL})
    client.post(reverse("desk:add_lesson", args=[course, module]), {"title": NULL})
    client.post(reverse("desk:rename", args=[course, lesson.pk]), {"title": NULL})
    assert Module.objects.filter(title="prima dopo").count() == 1
    assert Lesson.objects.filter(title="prima dopo").count() == 1
    lesson.refresh_from_db()
    assert lesson.draft_title == "prima dopo"


# --- Blocks in the editor ---------------------------------------------------------------------------
BLOCK = {"body-0-deleted": "", "body-0-order": "0", "body-0-type": "text", "body-0-id": ""}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"body-count": "tanti"},
        {"body-count": "99999999999"},
        {"body-count": "1", **BLOCK, "body-0-order": "x", "body-0-value": ""},
        {"body-count": "1", **BLOCK, "body-0-value": "{no"},
        {"body-count": "1", **BLOCK, "body-0-value": "[" * 100_000},
        {"body-count": "1", **BLOCK, "body-0-value": "[]"},
    ],
)
@pytest.mark.parametrize("name", ["edit", "preview_on_edit"])
def test_blocks_that_did_not_arrive_whole_are_a_bad_request(client, author, lesson, name, body):
    data = {"title": "T", "slug": lesson.slug, "minutes": "3", "completion": "button", "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0"}  # fmt: skip
    before = lesson.revisions.count()
    answer = client.post(reverse(f"wagtailadmin_pages:{name}", args=[lesson.pk]), data | body)
    assert answer.status_code == 400
    assert lesson.revisions.count() == before


# --- Decisions --------------------------------------------------------------------------------------
@pytest.mark.parametrize("bad", [NULL, HALF])
def test_words_of_a_decision_that_no_database_keeps_are_cleaned(client, lesson, bad):
    state = curriculum.submit(lesson, people.instructor(), title="Nuova")
    client.force_login(people.committee())
    checklist = {"sources": {"answer": "no", "remark": bad}}
    version = state.current_task_state.revision_id
    extra = {"comment": bad, "version": version, "checklist": checklist}
    data = {"title": "T", "slug": lesson.slug, "body-count": "0", "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0", "action-workflow-action": "true",
            "workflow-action-name": "reject", "workflow-action-extra-data": json.dumps(extra)}  # fmt: skip
    answer = client.post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), data)
    assert answer.status_code == 302
    decision = CommitteeDecision.objects.get()
    assert (decision.status, decision.comment) == ("rejected", "prima dopo")
    assert decision.checklist["sources"]["remark"] == "prima dopo"


def test_a_decision_too_deep_to_read_did_not_arrive_whole(client, lesson):
    curriculum.submit(lesson, people.instructor(), title="Nuova")
    client.force_login(people.committee())
    data = {"title": "T", "slug": lesson.slug, "body-count": "0", "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0", "action-workflow-action": "true",
            "workflow-action-name": "reject", "workflow-action-extra-data": "[" * 100_000}  # fmt: skip
    answer = client.post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), data)
    assert answer.status_code == 302
    assert CommitteeDecision.objects.get().status == "in_progress"


# --- Translations -------------------------------------------------------------------------------------
@pytest.fixture
def translation(author, lesson):
    return translate_page(page=lesson, by=author)


def test_a_translation_that_cannot_be_kept_is_refused(client, translation):
    title = StringSegment.objects.get(source=translation.source, context__path="title")
    address = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, title.pk])
    kind = "application/x-www-form-urlencoded"
    for sent in ({"value": NULL}, {"value": "x" * 300}, {"other": "x"}):
        answer = client.put(address, urlencode(sent), content_type=kind)
        assert (sent.keys(), answer.status_code) == (sent.keys(), 400)
    assert not StringTranslation.objects.exists()
    assert client.put(address, "value=Title", content_type=kind).status_code == 201


def test_a_po_file_of_another_kind_is_refused_in_words(client, translation):
    address = reverse("wagtail_localize:upload_pofile", args=[translation.pk])
    download = reverse("wagtail_localize:download_pofile", args=[translation.pk])
    own = client.get(download).content
    head, _msgstr, _rest = own.rpartition(b'msgstr ""')
    for data in (
        b"", b"hello", b'msgid "a"\nmsgstr "b"\n', head + b'msgstr "a\x00b"\n',
        b"# X-WagtailLocalize-TranslationID\n" + b'msgid "a"\nmsgstr "b"\n',
    ):  # fmt: skip
        file = SimpleUploadedFile("x.po", data)
        answer = client.post(address, {"file": file}, follow=True)
        assert answer.status_code == 200
        assert not StringTranslation.objects.exists()
    file = SimpleUploadedFile("x.po", head + b'msgstr "The text."\n')
    client.post(address, {"file": file})
    assert StringTranslation.objects.get().data == "The text."
