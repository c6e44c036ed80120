"""What waits for the committee, the letters, what pages and the editor say; two decisions at once."""

import json

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment

from curriculum.models import Catalogue, CommitteeDecision, Course, Lesson
from curriculum.review import attach_workflow
from curriculum.summary import review_of, reviewed_on, waiting_for
from lms.accounts.choices import Role
from lms.core.errors import DomainError
from tests.factories import curriculum, people

pytestmark = pytest.mark.django_db


def lessons(number: int) -> list[Lesson]:
    course = curriculum.course(modules=1, lessons=number)
    return list(Lesson.objects.descendant_of(course).order_by("path"))


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 3])
def test_the_waiting_list_asks_the_same_of_one_page_and_of_three(number, django_assert_num_queries):
    author, member = people.instructor(), people.committee()
    for lesson in lessons(number):
        curriculum.decide(curriculum.submit(lesson, author), member)
        curriculum.submit(Lesson.objects.get(pk=lesson.pk), author, title=f"Da leggere {lesson.pk}")
    with django_assert_num_queries(9):
        rows = waiting_for(type(member).objects.get(pk=member.pk))
    assert [row.title for row in rows] == [f"Da leggere {row.page.pk}" for row in rows]
    assert len(rows) == number
    first = rows[0]
    assert (first.course, first.language, first.author, first.days) == (
        "Corso di prova", "Italiano", author.get_full_name(), 0,
    )  # fmt: skip
    assert first.approved_id == Lesson.objects.get(pk=first.page.pk).live_revision_id


def test_each_is_told_once_in_their_language(django_capture_on_commit_callbacks):
    (lesson,) = lessons(1)
    author = people.instructor(language="en")
    italian, english = people.committee(), people.committee(language="en")
    teacher = people.person(Role.INSTRUCTOR, Role.COMMITTEE)
    curriculum.teach(Course.objects.get(), teacher)
    with django_capture_on_commit_callbacks(execute=True):
        state = curriculum.submit(lesson, author, title="Nuova")
    assert sorted((m.to[0], m.subject) for m in mail.outbox) == sorted(
        [(italian.email, "Da rivedere: Nuova"), (english.email, "To review: Nuova")]
    )
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        curriculum.decide(state, italian, "reject", comment="Manca la fonte.")
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (
        [author.email],
        "The committee asks for changes to “Nuova”",
    )
    assert "Manca la fonte." in letter.body
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        state.resume(user=author)
        state.refresh_from_db()
        curriculum.decide(state, italian)
    subjects = sorted((m.to[0], m.subject) for m in mail.outbox)
    assert (author.email, "The committee has approved “Nuova”") in subjects
    assert len(subjects) == 3  # both members again, and the author


@pytest.mark.slow
def test_pages_say_who_read_them_to_staff_and_when_to_all(client):
    (lesson,) = lessons(1)
    course, member = Course.objects.get(), people.committee()
    assert reviewed_on(course) is None
    for page in (course, *course.get_descendants().specific()):
        curriculum.decide(curriculum.submit(page, people.instructor()), member)
    course = Course.objects.get()
    day = CommitteeDecision.objects.order_by("-finished_at").first().finished_at.astimezone().date()
    assert reviewed_on(course) == day
    said = client.get(course.url).content.decode()
    assert "Contenuti rivisti dal Comitato tecnico-scientifico il" in said
    assert member.last_name not in said
    client.force_login(member)
    for page in (course, lesson.get_parent(), lesson):
        assert member.last_name in client.get(page.url).content.decode()
    lesson = Lesson.objects.get(pk=lesson.pk)
    assert review_of(lesson).version == lesson.live_revision_id


def test_one_page_past_the_committee_takes_the_line_away():
    lessons(1)
    course, member = Course.objects.get(), people.committee()
    for page in (course, *course.get_descendants().specific()):
        curriculum.decide(curriculum.submit(page, people.instructor()), member)
    Lesson.objects.get().save_revision().publish()
    assert reviewed_on(Course.objects.get()) is None


def test_the_home_and_the_editor_show_it(client):
    (lesson,) = lessons(1)
    member = people.committee()
    curriculum.decide(curriculum.submit(lesson, people.instructor()), member, comment="Molto bene.")
    curriculum.submit(Lesson.objects.get(pk=lesson.pk), people.instructor(), title="Seconda")
    client.force_login(member)
    home = client.get("/admin/").content.decode()
    assert "Seconda" in home
    assert "1 pagina attende la tua lettura." in home
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).content.decode()
    assert "Molto bene." in editor
    assert "è la versione in linea" in editor


def test_a_page_sent_back_says_above_its_fields_what_was_asked(client):
    (lesson,) = lessons(1)
    author, member = people.instructor(), people.committee()
    curriculum.teach(Course.objects.get(), author)
    state = curriculum.submit(lesson, author, title="Da rifare")
    for text in ("Qui serve una fonte.", "E qui una figura."):
        Comment.objects.create(page=lesson, user=member, text=text, contentpath="summary")
    Comment.objects.create(
        page=lesson, user=member, text="Fatto.", contentpath="title", resolved_at=timezone.now()
    )
    address = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    client.force_login(author)
    banner = 'class="sent-back"'
    assert banner not in client.get(address).content.decode()
    checklist = {
        "sources": {"answer": "no", "remark": "Manca l’anno di uscita."},
        "accessibility": {"answer": "yes", "remark": ""},
    }
    curriculum.decide(
        state, member, "reject", comment="Quasi.\nRivedi le fonti.", checklist=checklist
    )
    page = client.get(address)
    said = page.content.decode().split(banner)[1].split("</section>")[0]
    for words in ("Quasi.<br>Rivedi le fonti.", "Manca l’anno di uscita.", member.last_name):
        assert words in said
    asked = page.context["sent_back"]
    assert (asked.comments, len(asked.remarks)) == (2, 1)
    assert "Invia di nuovo al comitato" in page.content.decode()
    state.resume(user=author)
    assert banner not in client.get(address).content.decode()


def test_a_member_comments_beside_the_text(client):
    (lesson,) = lessons(1)
    curriculum.submit(lesson, people.instructor(), title="Da commentare")
    client.force_login(people.committee())
    data = {
        "title": "Del comitato", "slug": lesson.slug, "body-count": "0", "minutes": "1", "completion": "button",
        "comments-TOTAL_FORMS": "1", "comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "", "comments-0-text": "Qui serve una fonte.",
        "comments-0-contentpath": "summary", "comments-0-position": "", "comments-0-id": "",
        "comments-0-resolved": "", "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
    }  # fmt: skip
    client.post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), data)
    assert [c.text for c in Comment.objects.all()] == ["Qui serve una fonte."]
    draft = Lesson.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    assert draft.title == "Da commentare"


def test_a_member_saves_comments_and_an_author_a_draft(client):
    (lesson,) = lessons(1)
    attach_workflow(Catalogue.objects.get())
    author = people.instructor()
    curriculum.teach(Course.objects.get(), author)
    address = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    client.force_login(author)
    page = client.get(address)
    assert "curriculum/admin/save_comments.html" not in names_of_templates(page)
    assert "Invia al comitato" in page.content.decode()
    curriculum.submit(lesson, author, title="Da leggere")
    client.force_login(people.committee())
    assert "curriculum/admin/save_comments.html" in names_of_templates(client.get(address))


def test_the_checks_look_at_what_the_author_wrote(client):
    (lesson,) = lessons(1)
    author = people.instructor()
    curriculum.teach(Course.objects.get(), author)
    client.force_login(author)
    page = client.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).content.decode()
    checked = page.split('id="checker-axe-configuration" type="application/json"')[1].split(
        "</script>"
    )[0]
    (rule,) = [r for r in json.loads(checked[1:])["spec"]["rules"] if r["id"] == "p-as-heading"]
    assert rule["selector"] == "p:not([class])"
    assert "data-content-word-count" in page  # Wagtail's script asks for both, or writes none
    assert "<div hidden><p data-content-reading-time>" in page


def names_of_templates(response) -> set[str]:
    return {template.name for template in response.templates}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_at_once_one_is_kept(run_together):
    Group.objects.get_or_create(name=Role.COMMITTEE)
    (lesson,) = lessons(1)
    state = curriculum.submit(lesson, people.instructor(), title="Contesa")
    members = [people.committee(), people.committee()]
    results = run_together(
        [lambda m=m: curriculum.decide(type(state).objects.get(pk=state.pk), m) for m in members]
    )
    refused = [r for r in results if isinstance(r, DomainError)]
    assert [r.code for r in refused] == ["decided"]
    assert CommitteeDecision.objects.get().status == "approved"
    assert Lesson.objects.get(pk=lesson.pk).title == "Contesa"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_approval_loses_no_draft_that_is_saved_meanwhile(run_together):
    (lesson,) = lessons(1)
    author, member = people.instructor(), people.committee()
    state = curriculum.submit(lesson, author, title="Letta")
    draft = Lesson.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    draft.title = "Scritta intanto"
    saved, decided = run_together(
        [lambda: draft.save_revision(user=author), lambda: curriculum.decide(state, member)]
    )
    assert not isinstance(saved, Exception), saved
    assert not isinstance(decided, Exception), decided
    page = Lesson.objects.get(pk=lesson.pk)
    assert (page.title, page.latest_revision_id) == ("Letta", saved.pk)
