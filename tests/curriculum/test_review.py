"""The committee's review: who submits, who approves, and exactly which revision goes live."""

import pytest
from wagtail.models import GroupApprovalTask, Workflow, WorkflowState

from curriculum.models import Catalogue, Lesson
from curriculum.review import WORKFLOW_NAME, attach_workflow, committee_workflow
from lms.accounts.choices import Role
from tests.factories import curriculum, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson():
    course = curriculum.course()
    attach_workflow(Catalogue.objects.get())
    return Lesson.objects.descendant_of(course).first()


def submit(lesson, title: str, by):
    lesson.title = title
    lesson.save_revision(user=by)
    return lesson.get_workflow().start(lesson, by)


def approve(state, by) -> None:
    state.current_task_state.specific.task.specific.on_action(
        state.current_task_state, by, "approve"
    )


def test_migrations_leave_one_workflow():
    assert [workflow.name for workflow in Workflow.objects.all()] == [WORKFLOW_NAME]
    (task,) = GroupApprovalTask.objects.all()
    assert [group.name for group in task.groups.all()] == [Role.COMMITTEE]


def test_every_page_of_the_catalogue_is_under_review_and_attaching_twice_is_once(lesson):
    attach_workflow(Catalogue.objects.get())
    assert lesson.get_workflow() == committee_workflow()
    assert curriculum.home().get_workflow() is None


def test_approval_publishes_the_lesson_without_publish_permission(lesson):
    instructor, member = people.instructor(), people.committee()
    state = submit(lesson, "Titolo rivisto", instructor)
    assert Lesson.objects.get(pk=lesson.pk).title != "Titolo rivisto"
    approve(state, member)
    assert Lesson.objects.get(pk=lesson.pk).title == "Titolo rivisto"
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED


def test_only_the_committee_may_approve(lesson):
    state = submit(lesson, "Titolo rivisto", people.instructor())
    task = state.current_task_state.task.specific
    for make in (people.person, people.instructor, people.manager, people.administrator):
        assert task.get_actions(lesson, make()) == []
    assert [name for name, _label, _more in task.get_actions(lesson, people.committee())] == [
        "reject",
        "approve",
        "approve",
    ]


def test_a_newer_draft_does_not_slip_past_the_review(lesson):
    instructor = people.instructor()
    state = submit(lesson, "Approvata", instructor)
    lesson.title = "Scritta dopo"
    lesson.save_revision(user=instructor)
    approve(state, people.committee())
    live = Lesson.objects.get(pk=lesson.pk)
    assert live.title == "Approvata"


def test_committee_member_opens_the_editor_of_what_is_under_review(client, lesson):
    member = people.committee()
    address = f"/admin/pages/{lesson.pk}/edit/"
    client.force_login(member)
    assert client.get(address).status_code == 302
    submit(lesson, "Titolo rivisto", people.instructor())
    assert client.get(address).status_code == 200
    assert "Titolo rivisto" in client.get("/admin/").content.decode()


def test_request_for_changes_leaves_the_live_lesson_alone(lesson):
    before = lesson.title
    state = submit(lesson, "Da rifare", people.instructor())
    state.current_task_state.specific.task.specific.on_action(
        state.current_task_state, people.committee(), "reject", comment="Manca una fonte."
    )
    assert Lesson.objects.get(pk=lesson.pk).title == before
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_NEEDS_CHANGES
