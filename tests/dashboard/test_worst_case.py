"""My page of who is everything at once, in every state that adds something: a literal number of queries."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lms.accounts.choices import Role
from lms.attendance import services as attendance_services
from lms.cohorts import services as cohort_services
from lms.cohorts.choices import ApplicationStatus, StaffFunction
from lms.cohorts.models import ManagerAssignment, Offer, SyllabusLesson
from lms.cohorts.services import Release, open_early, release_modules
from lms.community import services as community
from lms.dashboard.summary import my_page
from tests.dashboard.test_home import home
from tests.factories import assessment as quizzes
from tests.factories import attendance, cohorts, curriculum, people, selection

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EVERYTHING = (Role.ADMINISTRATOR, Role.MANAGER, Role.COMMITTEE, Role.INSTRUCTOR)


def said(cohort, title: str = "Si cambia aula"):
    words = {"title": title, "text": "Al primo piano.", "title_en": "", "text_en": ""}
    row = community.save_draft(
        cohort=cohort, key=uuid.uuid4(), words=words, by_mail=False, pinned=False, by=None
    )
    return community.publish_announcement(announcement=row, by=None)


def closed_modules(cohort, enrolment) -> None:
    """The second module waits for the one before and for a quiz; the first is open to the learner alone."""
    first, second = cohort.modules.order_by("position")
    quiz = quizzes.quiz(cohort.course, 2)
    later = timezone.localdate() + timedelta(days=7)
    plan = {
        first.pk: Release(opens_on=later),
        second.pk: Release(opens_on=later, after_previous=True, after_quiz=quiz.key),
    }
    release_modules(cohort=cohort, plan=plan, by=None)
    open_early(enrolment=enrolment, module=first, reason="Riprende", by=None)


def follow(user, course, position: int, by) -> None:
    """A cohort that the person learns in: closed modules, a fee due, something said, a session missed that one of
    another cohort makes up for.
    """
    cohort = cohorts.cohort(f"MC-LEARN-{position}", course=course)
    cohort_services.set_cohort_fee(cohort=cohort, cents=10_000, by=by)
    enrolment = cohorts.learner(cohort, user, joined_on=cohort.starts_on)
    cohort_services.set_amount_due(enrolment=enrolment, by=by)
    closed_modules(cohort, enrolment)
    said(cohort)
    module = cohort.modules.order_by("position").first()
    missed = cohorts.session(cohort, module=module)
    attendance_services.mark_register(
        session=missed,
        entries=[attendance_services.absent(enrolment)],
        by=cohorts.teacher(cohort),
        at=attendance.ended(missed),
    )
    other = cohorts.cohort(f"MC-OTHER-{position}", course=course)
    soon = timezone.now() + timedelta(days=2)
    cohorts.session(other, starts_at=soon, module=other.modules.order_by("position").first())


def work(user, course, position: int) -> None:
    """A cohort to teach and one to manage, with lessons that the instructor marks."""
    taught = cohorts.cohort(f"MC-TEACH-{position}", course=course)
    cohort_services.assign_staff(cohort=taught, user=user, function=StaffFunction.TEACHER, by=None)
    SyllabusLesson.objects.filter(cohort=taught).update(completion="instructor")
    managed = cohorts.cohort(f"MC-MANAGE-{position}", course=course)
    ManagerAssignment.objects.create(user=user, cohort=managed)
    for cohort in (taught, managed):
        enrolment = cohorts.learner(cohort, joined_on=cohort.starts_on)
        quizzes.attempt(enrolment, right=1)
        attendance.taken(cohorts.session(cohort, break_minutes=10))
        said(cohort)


def asked(user, position: int) -> None:
    """A seat that is offered and an application not sent yet."""
    course = curriculum.course(f"MC-A{position}", title="Un altro corso")
    offered = selection.application(cohorts.cohort(f"MC-OFFER-{position}", course=course), user)
    offered.status = ApplicationStatus.OFFERED
    offered.save()
    now = timezone.now()
    Offer.objects.create(application=offered, made_at=now, expires_at=now + timedelta(days=2))
    cohort_services.save_draft(
        cohort=cohorts.cohort(f"MC-DRAFT-{position}", course=course),
        user=user, values={"motivation": "Una portineria."}, revision=0,
    )  # fmt: skip


def world(number: int, *roles: str, works: bool = True, learns: bool = True):
    user, by = people.person(*roles), people.administrator()
    for position in range(number):
        course = curriculum.course(f"MC-N{position}", title="Altro corso")
        if learns:
            follow(user, course, position, by)
            asked(user, position)
        if works:
            work(user, course, position)
    return user


# What each combination of roles costs where everything above is there: (roles, works, learns) → queries.
COMBINATIONS = [
    (EVERYTHING, True, True, 20),
    (EVERYTHING, False, True, 18),
    (EVERYTHING, True, False, 14),
    ((Role.ADMINISTRATOR,), False, True, 17),
    ((Role.INSTRUCTOR,), True, True, 19),
    ((Role.MANAGER,), True, True, 19),
    ((Role.COMMITTEE,), True, True, 20),
    ((), False, True, 17),
]


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("roles", "works", "learns", "queries"), COMBINATIONS)
def test_everything_at_once_costs_the_same_with_one_cohort_and_with_three(
    client, django_assert_num_queries, roles, works, learns, queries, number
):
    user = world(number, *roles, works=works, learns=learns)
    home(client, user)
    with django_assert_num_queries(queries):
        client.get(reverse("dashboard:home"))


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("roles", [EVERYTHING, ()])
def test_a_cohort_in_full_costs_the_same_with_one_and_with_three(
    client, django_assert_num_queries, roles, number
):
    user = world(number, *roles)
    home(client, user)
    with django_assert_num_queries(17):
        client.get(reverse("dashboard:home"), {"edizione": "MC-LEARN-0"})


def test_announcements_are_shown_until_they_are_read(client):
    user = world(1)
    address = reverse("community:announcements", args=["MC-LEARN-0"])
    assert f'<a href="{address}">Si cambia aula</a>' in home(client, user)
    assert client.get(address).status_code == 200
    assert "Si cambia aula" in home(client, user)  # a page that was fetched was not yet seen
    until = timezone.now().isoformat()
    client.post(reverse("community:mark_read", args=["MC-LEARN-0"]), {"until": until})
    assert "Si cambia aula" not in home(client, user)


def test_the_world_has_all_that_costs_something():
    """Else the numbers above would say nothing."""
    user = world(1, *EVERYTHING)
    page, chosen = my_page(user), my_page(user, chosen="MC-LEARN-0")
    assert {a.status for a in page.learner.applications} == {"offered", "draft"}
    [board] = page.learner.others
    assert board.owing == 10_000
    assert [closed.module.position for closed in board.progress.closed.values()] == [2]
    assert board.progress.waiting.quiz
    assert [(row.code, row.number) for row in page.learner.unread] == [("MC-LEARN-0", 1)]
    assert chosen.learner.main.make_up.cohort.code == "MC-OTHER-0"
    assert [(g.cohort.code, len(g.lessons)) for g in page.teaching.to_mark] == [("MC-TEACH-0", 4)]
    assert len(page.glance.rows) > 2
    assert page.committee is not None
