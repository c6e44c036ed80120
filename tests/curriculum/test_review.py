"""The committee's review: who submits, who approves, and exactly which revision goes live."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from wagtail.models import (
    GroupApprovalTask,
    PageLogEntry,
    Task,
    TaskState,
    Workflow,
    WorkflowState,
)

from curriculum.models import (
    Catalogue,
    CommitteeDecision,
    CommitteeReview,
    Course,
    CourseInstructor,
    Lesson,
)
from curriculum.review import TASK_NAME, WORKFLOW_NAME, attach_workflow, committee_workflow
from lms.accounts.choices import Role
from tests.factories import curriculum, people
from tests.factories.accounts import superuser

pytestmark = pytest.mark.django_db
BOTH = ["reject", "approve"]


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
    curriculum.decide(state, by)


def test_migrations_leave_one_workflow():
    assert [workflow.name for workflow in Workflow.objects.all()] == [WORKFLOW_NAME]
    (task,) = CommitteeReview.objects.all()
    assert [row.specific for row in Task.objects.all()] == [task]
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
    assert [name for name, _label, _more in task.get_actions(lesson, people.committee())] == BOTH


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


# --- The own course -------------------------------------------------------------------------
@pytest.fixture
def both(lesson):
    """An instructor of the lesson's course who sits in the committee too."""
    user = people.person(Role.INSTRUCTOR, Role.COMMITTEE)
    curriculum.teach(course_of(lesson), user)
    return user


def course_of(lesson):
    return lesson.get_ancestors().type(Course).get().specific


def decisions(user, page) -> list[str]:
    return [name for name, *_rest in committee_task().get_actions(page, user)]


def committee_task() -> CommitteeReview:
    return CommitteeReview.objects.get()


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_nobody_decides_on_the_course_that_they_teach(lesson, both, action):
    state = submit(lesson, "Titolo rivisto", both)
    assert decisions(both, lesson) == []
    task_state = state.current_task_state
    with pytest.raises(PermissionDenied):
        committee_task().on_action(
            task_state, both, action, checklist=curriculum.CHECKLIST, comment="Il mio corso."
        )
    task_state.refresh_from_db()
    assert task_state.status == TaskState.STATUS_IN_PROGRESS
    assert Lesson.objects.get(pk=lesson.pk).title != "Titolo rivisto"


@pytest.mark.slow
def test_teaching_one_language_is_teaching_them_all(lesson, both):
    english = curriculum.in_english(lesson, "Reviewed")
    attach_workflow(Catalogue.objects.get(locale=english.locale))
    state = submit(english, "Reviewed again", both)
    assert decisions(both, english) == []
    with pytest.raises(PermissionDenied):
        approve(state, both)


def test_who_is_listed_in_the_version_sent_does_not_decide_on_it(lesson):
    """Not in the live course yet: the approval itself would make the person its instructor."""
    course, member = course_of(lesson), people.person(Role.INSTRUCTOR, Role.COMMITTEE)
    course.instructor_rows.add(CourseInstructor(user=member))
    course.save_revision(user=people.instructor())
    state = course.get_workflow().start(course, people.instructor())
    assert not CourseInstructor.objects.filter(user=member).exists()
    with pytest.raises(PermissionDenied):
        approve(state, member)


def test_a_course_taught_since_the_page_was_shown_counts(lesson):
    member = people.committee()
    state = submit(lesson, "Titolo rivisto", people.instructor())
    assert decisions(member, lesson) == BOTH
    curriculum.teach(course_of(lesson), member)
    with pytest.raises(PermissionDenied):
        approve(state, member)


@pytest.mark.slow
def test_other_courses_stay_to_decide(lesson, both):
    other = Lesson.objects.descendant_of(curriculum.course("MC-ALTRO")).first()
    state = submit(other, "Titolo rivisto", people.instructor())
    submit(lesson, "Il mio", both)
    assert decisions(both, other) == BOTH
    assert [row.pk for row in TaskState.objects.reviewable_by(both)] == [
        state.current_task_state.pk
    ]
    assert TaskState.objects.reviewable_by(people.committee()).count() == 2
    approve(state, both)
    assert Lesson.objects.get(pk=other.pk).title == "Titolo rivisto"


@pytest.mark.slow
def test_the_admin_offers_no_decision_on_the_own_course_and_takes_none(client, lesson, both):
    state = submit(lesson, "Titolo rivisto", people.instructor())
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    act = reverse(
        "wagtailadmin_pages:workflow_action",
        args=[lesson.pk, "approve", state.current_task_state.pk],
    )
    client.force_login(both)
    assert 'data-workflow-action-name="approve"' not in client.get(edit).content.decode()
    assert "Titolo rivisto" not in client.get("/admin/").content.decode()
    forged = {
        "title": "Titolo rivisto", "slug": lesson.slug, "body-count": 0, "minutes": 10,
        "outcome_keys": "[]", "action-workflow-action": "true", "workflow-action-name": "approve",
    }  # fmt: skip
    for address, data in ((act, {}), (edit, forged)):
        client.post(address, data)
        state.current_task_state.refresh_from_db()
        assert state.current_task_state.status == TaskState.STATUS_IN_PROGRESS
    client.force_login(people.committee())
    assert 'data-workflow-action-name="approve"' in client.get(edit).content.decode()
    answers = dict.fromkeys(curriculum.CHECKLIST, "yes")
    version = state.current_task_state.revision_id
    client.post(act, answers | {"version": version})
    assert Lesson.objects.get(pk=lesson.pk).title == "Titolo rivisto"


def test_a_superuser_decides_on_the_own_course_and_the_log_says_so(lesson):
    root = superuser()
    curriculum.teach(course_of(lesson), root)
    approve(submit(lesson, "Titolo rivisto", root), root)
    assert Lesson.objects.get(pk=lesson.pk).title == "Titolo rivisto"
    entry = PageLogEntry.objects.get(action="curriculum.decide_on_own")
    assert (entry.user, entry.page_id, entry.data) == (root, lesson.pk, {"decision": "approve"})
    assert entry.message == "Ha deciso, da superuser, su una pagina di un corso che tiene"


def test_the_log_is_silent_about_decisions_on_courses_of_others(lesson):
    approve(submit(lesson, "Titolo rivisto", people.instructor()), superuser())
    assert not PageLogEntry.objects.filter(action="curriculum.decide_on_own").exists()


def test_lists_of_pages_to_review_ask_once_what_the_member_teaches(
    lesson, both, django_assert_num_queries
):
    pages = list(Lesson.objects.all())
    task = committee_task()
    task.get_actions(pages[0], both)
    with django_assert_num_queries(0):
        for page in pages:
            task.get_actions(page, both)


@pytest.fixture
def migrate(transactional_db):
    """`migrate("0003_…")` takes `curriculum` there, `migrate()` to its newest; so it is left for others."""

    def migrate(name=""):
        executor = MigrationExecutor(connection)
        newest = executor.loader.graph.leaf_nodes("curriculum")
        executor.migrate([("curriculum", name)] if name else newest)

    yield migrate
    migrate()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_migration_keeps_the_task_and_its_history(migrate):
    migrate("0003_instructors_of_a_course")
    task, _made = GroupApprovalTask.objects.get_or_create(name=TASK_NAME)
    task.groups.add(Group.objects.get_or_create(name=Role.COMMITTEE)[0])
    migrate("0005_committee_review_task")
    ours = CommitteeReview.objects.get()
    assert (ours.pk, ours.name, ours.active) == (task.pk, TASK_NAME, True)
    assert [group.name for group in ours.groups.all()] == [Role.COMMITTEE]
    assert Task.objects.get().specific == ours
    assert not GroupApprovalTask.objects.exists()
    migrate("0003_instructors_of_a_course")
    assert [(row.pk, row.specific_class) for row in Task.objects.all()] == [
        (task.pk, GroupApprovalTask)
    ]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_migration_turns_what_was_decided_before_into_decisions(migrate):
    lesson = Lesson.objects.descendant_of(curriculum.course(modules=1, lessons=1)).first()
    member = people.committee()
    curriculum.decide(curriculum.submit(lesson, people.instructor(), title="Prima"), member)
    waiting = curriculum.submit(lesson, people.instructor(), title="Poi")
    before = list(TaskState.objects.order_by("pk").values_list("pk", "started_at", "finished_at"))
    migrate("0007_committee_decisions")
    assert {row.specific_class for row in TaskState.objects.all()} == {TaskState}
    assert not CommitteeDecision.objects.exists()
    migrate()
    rows = CommitteeDecision.objects.order_by("pk")
    assert [(row.pk, row.started_at, row.finished_at) for row in rows] == before
    assert [row.reviewed_id == row.revision_id for row in rows] == [True, False]
    assert [row.checklist for row in rows] == [{}, {}]
    curriculum.decide(waiting, member)
    assert Lesson.objects.get(pk=lesson.pk).title == "Poi"
