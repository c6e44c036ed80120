"""The checklist: what lets a page through, what is kept, and that the editor's JSON is believed by nobody."""

import json

import pytest
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import PageLogEntry, Revision, TaskState, WorkflowState

from curriculum.models import CommitteeDecision, Course, Lesson
from curriculum.models.checklist import ApprovalForm, ChangesForm
from curriculum.review import attach_all
from lms.core.errors import DomainError
from tests.factories import curriculum, people
from tests.factories.accounts import superuser

pytestmark = pytest.mark.django_db
FULL = curriculum.CHECKLIST


def answers(**changed) -> dict:
    return FULL | {item: {"answer": answer, "remark": ""} for item, answer in changed.items()}


@pytest.fixture
def lesson():
    return Lesson.objects.descendant_of(curriculum.course(modules=1, lessons=1)).first()


@pytest.fixture
def author():
    return people.instructor()


@pytest.fixture
def sent(lesson, author):
    return curriculum.submit(lesson, author, title="Rivista")


def live_title(lesson) -> str:
    return Lesson.objects.get(pk=lesson.pk).title


@pytest.mark.parametrize(
    ("checklist", "code"),
    [
        ({}, "unanswered"),
        (answers(sources=""), "unanswered"),
        (answers(sources="no"), "answered_no"),
        (answers(sources="forse"), "bad_checklist"),
        (FULL | {"style": {"answer": "yes", "remark": ""}}, "bad_checklist"),
        (FULL | {"sources": "yes"}, "bad_checklist"),
        (FULL | {"sources": {"answer": "yes", "remark": 7}}, "bad_checklist"),
        (FULL | {"sources": {"answer": "yes", "remark": "x" * 1001}}, "bad_checklist"),
        (["yes"], "bad_checklist"),
    ],
)
def test_approval_wants_every_item_answered_and_none_with_no(sent, lesson, checklist, code):
    with pytest.raises(DomainError) as refusal:
        curriculum.decide(sent, people.committee(), checklist=checklist)
    assert refusal.value.code == code
    decision = CommitteeDecision.objects.get()
    assert (decision.status, decision.checklist, decision.reviewed) == ("in_progress", {}, None)
    assert live_title(lesson) != "Rivista"


def test_an_item_may_not_apply_and_its_remark_is_kept(sent, lesson):
    checklist = FULL | {"sources": {"answer": "not_applicable", "remark": " È un’introduzione. "}}
    member = people.committee()
    curriculum.decide(sent, member, checklist=checklist, comment="Bene.")
    decision = CommitteeDecision.objects.get()
    assert decision.checklist == FULL | {
        "sources": {"answer": "not_applicable", "remark": "È un’introduzione."}
    }
    assert (decision.comment, decision.finished_by) == ("Bene.", member)
    assert decision.reviewed == Lesson.objects.get(pk=lesson.pk).live_revision


@pytest.mark.parametrize("comment", ["", "  \n"])
def test_a_request_for_changes_needs_a_comment(sent, comment):
    with pytest.raises(DomainError) as refusal:
        curriculum.decide(sent, people.committee(), "reject", comment=comment)
    assert refusal.value.code == "no_comment"
    assert TaskState.objects.get().status == TaskState.STATUS_IN_PROGRESS


def test_a_request_for_changes_keeps_the_answers_that_were_given(sent):
    given = {"sources": {"answer": "no", "remark": "Manca la delibera."}}
    curriculum.decide(sent, people.committee(), "reject", checklist=given, comment="Vedi le fonti.")
    decision = CommitteeDecision.objects.get()
    assert (decision.status, decision.checklist) == ("rejected", given)
    assert decision.reviewed_id == decision.revision_id


def test_a_decision_taken_twice_is_refused_the_second_time(sent):
    first, second = people.committee(), people.committee()
    curriculum.decide(sent, first)
    for member in (first, second):
        with pytest.raises(DomainError) as refusal:
            curriculum.decide(sent, member)
        assert refusal.value.code == "decided"
    assert CommitteeDecision.objects.get().finished_by == first
    assert PageLogEntry.objects.filter(action="wagtail.workflow.approve").count() == 1


def test_what_was_taken_back_is_not_decided(sent, author, lesson):
    sent.cancel(user=author)
    with pytest.raises(DomainError) as refusal:
        curriculum.decide(sent, people.committee())
    assert refusal.value.code == "decided"
    assert live_title(lesson) != "Rivista"


def test_a_version_sent_since_the_page_was_read_is_not_approved(sent, lesson, author):
    read = sent.current_task_state.revision_id
    sent.cancel(user=author)
    again = curriculum.submit(lesson, author, title="Tutt’altro")
    with pytest.raises(DomainError) as refusal:
        curriculum.decide(again, people.committee(), version=read)
    assert refusal.value.code == "other_version"
    assert live_title(lesson) not in ("Rivista", "Tutt’altro")


@pytest.mark.slow
def test_an_approver_who_changed_the_text_is_refused(sent, lesson):
    root = superuser()
    page = lesson.get_latest_revision_as_object()
    page.title = "Ritoccata"
    page.save_revision(user=root)
    with pytest.raises(DomainError) as refusal:
        curriculum.decide(sent, root)
    assert refusal.value.code == "own_changes"
    assert live_title(lesson) not in ("Rivista", "Ritoccata")


def test_comments_of_the_approver_are_no_change_and_leave_no_draft(sent, lesson):
    member = people.committee()
    page = Lesson.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    page.save_revision(user=member)
    curriculum.decide(sent, member)
    page = Lesson.objects.get(pk=lesson.pk)
    assert (page.title, page.has_unpublished_changes) == ("Rivista", False)
    assert page.live_revision_id == CommitteeDecision.objects.get().reviewed_id


def test_a_decision_survives_the_purge_of_revisions(sent, lesson, author):
    curriculum.decide(sent, people.committee())
    reviewed = CommitteeDecision.objects.get().reviewed_id
    for number in range(3):
        page = Lesson.objects.get(pk=lesson.pk).get_latest_revision_as_object()
        page.title = f"Dopo {number}"
        page.save_revision(user=author)
    call_command("purge_revisions", verbosity=0)
    assert Revision.objects.filter(pk=reviewed).exists()
    assert CommitteeDecision.objects.get().checklist == FULL
    assert Revision.objects.for_instance(lesson).count() == 2  # the one reviewed, the newest draft


# --- Forms ------------------------------------------------------------------------------------
def filled(**changed) -> dict:
    return dict.fromkeys(FULL, "yes") | {"version": "1"} | changed


def test_forms_make_what_the_task_takes():
    form = ApprovalForm(filled(sources="not_applicable", sources_remark="No."))
    assert form.is_valid()
    assert form.cleaned_data == {
        "comment": "",
        "checklist": FULL | {"sources": {"answer": "not_applicable", "remark": "No."}},
        "version": 1,
    }
    assert json.loads(json.dumps(form.cleaned_data)) == form.cleaned_data


def test_forms_name_what_is_missing():
    assert set(ApprovalForm({}).errors) == {*FULL, "version"}
    assert set(ApprovalForm(filled(cultural="no")).errors) == {"cultural"}
    assert set(ChangesForm({"version": "1"}).errors) == {"comment"}
    assert ChangesForm({"version": "1", "comment": "Manca.", "sources": "no"}).is_valid()


# --- The editor ---------------------------------------------------------------------------------
def editor_data(client, lesson) -> dict:
    """What the editor's form sends for the page as it stands."""
    form = client.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).context["form"]
    data = {"title": form["title"].value(), "slug": form["slug"].value(), "minutes": "10", "completion": "button",
            "summary": "", "body-count": "0", "outcome_keys": "[]", "required": "on"}  # fmt: skip
    for name in form.formsets:
        prefix = form.formsets[name].prefix
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return data


def decide_in_editor(client, lesson, extra, **changed):
    data = editor_data(client, lesson) | changed
    data |= {
        "action-workflow-action": "true",
        "workflow-action-name": "approve",
        "workflow-action-extra-data": extra if isinstance(extra, str) else json.dumps(extra),
    }
    answer = client.post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), data, follow=True)
    return [str(message) for message in answer.context["messages"]]


@pytest.mark.slow
@pytest.mark.parametrize(
    "extra",
    ["{", "[]", "{}", '{"version": "1"}', '{"user": 1, "version": 1}', '{"version": true}'],
)
def test_what_the_editor_hands_over_is_looked_at(client, sent, lesson, extra):
    client.force_login(people.committee())
    said = decide_in_editor(client, lesson, extra)
    assert "La decisione non è arrivata intera" in said[0]
    assert TaskState.objects.get().status == TaskState.STATUS_IN_PROGRESS


@pytest.mark.slow
def test_a_forged_empty_checklist_approves_nothing(client, sent, lesson):
    client.force_login(people.committee())
    version = sent.current_task_state.revision_id
    decide_in_editor(client, lesson, {"comment": "", "version": version})
    assert TaskState.objects.get().status == TaskState.STATUS_IN_PROGRESS
    assert live_title(lesson) != "Rivista"


@pytest.mark.slow
def test_the_editor_approves_with_the_checklist_and_takes_no_text_of_the_member(
    client, sent, lesson
):
    client.force_login(people.committee())
    version = sent.current_task_state.revision_id
    minutes = sent.current_task_state.revision.content["minutes"]
    extra = {"comment": "", "checklist": FULL, "version": version}
    said = decide_in_editor(client, lesson, extra, title="Del comitato", minutes="99")
    assert [("Rivista" in message) for message in said] == [True]
    page = Lesson.objects.get(pk=lesson.pk)
    assert (page.title, page.minutes, page.live_revision_id) == ("Rivista", minutes, version)
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED


@pytest.mark.slow
def test_who_sends_goes_back_to_the_outline_and_who_decides_to_what_still_waits(client, lesson):
    author = people.instructor()
    course = Course.objects.get()
    curriculum.teach(course, author)
    attach_all()
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    client.force_login(author)
    answer = client.post(
        edit, editor_data(client, lesson) | {"action-submit": "true", "outcome_keys": []}
    )
    assert answer.url == f"{reverse('desk:outline', args=[course.pk])}#pagina-{lesson.pk}"
    client.force_login(people.committee())
    data = editor_data(client, lesson) | {
        "action-workflow-action": "true",
        "workflow-action-name": "reject",
        "workflow-action-extra-data": json.dumps(
            {"comment": "Rivedi.", "version": TaskState.objects.get().revision_id}
        ),
    }
    assert client.post(edit, data).url == reverse("wagtailadmin_home")


def test_the_decision_modal_names_the_version_and_asks_each_item(client, sent, lesson):
    client.force_login(people.committee())
    address = reverse(
        "wagtailadmin_pages:collect_workflow_action_data",
        args=[lesson.pk, "approve", sent.current_task_state_id],
    )
    html = client.get(address).json()["html"]
    assert f'name="version" value="{sent.current_task_state.revision_id}"' in html
    assert html.count('type="radio"') == 15
    answer = client.post(
        address, filled(version=sent.current_task_state.revision_id),
        headers={"x-requested-with": "XMLHttpRequest"},
    )  # fmt: skip
    assert answer.json()["cleaned_data"]["checklist"] == FULL


def test_the_decision_address_says_why_it_refuses(client, sent, lesson):
    client.force_login(people.committee())
    act = reverse(
        "wagtailadmin_pages:workflow_action",
        args=[lesson.pk, "approve", sent.current_task_state_id],
    )
    answer = client.post(act, filled(version="999999"), follow=True)
    assert len(list(answer.context["messages"])) >= 1
    assert TaskState.objects.get().status == TaskState.STATUS_IN_PROGRESS
