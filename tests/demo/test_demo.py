"""The demo is the same for the same seed and day, is what the issue promises, and goes without a trace."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page

from assessment.models import Assessment, Attempt
from certificates.models import Certificate
from curriculum.blocks import LessonBlock
from curriculum.models import Course, Lesson
from lms.accounts.models import Organisation, User
from lms.attendance.models import PresenceInterval, RegisterSheet
from lms.attendance.summary import attendance_of_cohort
from lms.cohorts.models import Application, Closure, Cohort, Enrolment, Offer, Reading
from lms.cohorts.summary import check_cohort, errata_of, seats_by_pool, versions_board
from lms.cohorts.summary.rankings import check_rankings
from lms.core.models import OutboundMail
from lms.demo.models import DemoObject
from lms.demo.people import LOGINS
from lms.demo.versions import REASON

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
COHORTS = [
    "MC-CODESIGN-2026-1", "MC-CODESIGN-2026-2", "MC-CODESIGN-2026-3", "MC-COMMUNITY-2025-1",
    "MC-COMMUNITY-2026-2", "MC-COMMUNITY-2026-3", "MC-CRM-2026-2", "MC-FUNDRAISING-2026-2",
    "MC-MARKETING-2026-2",
]  # fmt: skip


def make():
    call_command("create_demo", seed=7, today=TODAY, verbosity=0)


def facts() -> dict:
    """People, minutes, marks and numbers; ids and verification codes are secrets or accidents."""
    return {
        "people": list(
            User.objects.order_by("email").values_list("email", "first_name", "last_name")
        ),
        "enrolments": list(
            Enrolment.objects.order_by("code").values_list("code", "user__email", "seat", "status")
        ),
        "minutes": {
            code: sorted(
                (s.attended, s.delivered, s.remote, s.absences, s.late_arrivals)
                for s in attendance_of_cohort(Cohort.objects.get(code=code)).values()
            )
            for code in COHORTS
        },
        "marks": list(
            Attempt.objects.order_by("enrolment__code", "number").values_list(
                "enrolment__code", "number", "score", "max_score", "passed"
            )
        ),
        "numbers": list(
            Certificate.objects.order_by("year", "number").values_list(
                "year", "number", "kind", "status", "enrolment__code"
            )
        ),
    }


def check_selection() -> None:
    """One cohort is being read; in the other the first in line has an offer, and the ranking holds."""
    reading = Reading.objects.filter(application__cohort__code="MC-CODESIGN-2026-3")
    assert 0 < reading.submitted().count() < reading.count()
    cohort = Cohort.objects.get(code="MC-COMMUNITY-2026-3")
    assert check_rankings(cohort) is None
    offer = Offer.objects.open().get(application__cohort=cohort)
    assert offer.application.user.email == "corsista@cohub.example"
    statuses = sorted(cohort.applications.values_list("status", flat=True))
    assert statuses == ["admitted"] * 8 + ["declined"] + ["offered"] + ["waitlisted"] * 2


def check_versions():
    """The running co-design cohort has an erratum brought in; a newer text and two summaries wait."""
    cohort = Cohort.objects.get(code="MC-CODESIGN-2026-2")
    board = versions_board(cohort)
    assert (board.current.number, board.current.at.date()) == (2, date(2026, 11, 20))
    assert [error.reason for error in errata_of(cohort)] == [REASON]
    assert [(row.number, row.digest.added, row.digest.changed) for row in board.newer] == [
        ("2.1", 0, 0),
        ("3.1", 1, 1),
        ("3.2", 0, 0),
    ]
    assert [check_cohort(row) for row in Cohort.objects.all()] == [None] * 9


@pytest.mark.slow
def test_the_demo_is_whole_repeatable_and_removable(settings):
    make()
    first = facts()
    assert len(first["people"]) == 60
    assert {f"{address}@cohub.example" for address, _label in LOGINS.values()} <= {
        email for email, *_names in first["people"]
    }
    assert sorted(Cohort.objects.values_list("code", flat=True)) == COHORTS
    phases = {c.code: c.phase_on(TODAY) for c in Cohort.objects.all()}
    assert [phases[f"MC-CODESIGN-2026-{n}"] for n in (1, 2, 3)] == [
        "finished", "running", "applications",
    ]  # fmt: skip
    assert [phases[code] for code in COHORTS[3:]] == [
        "archived", "running", "closed", "running", "applications", "running",
    ]  # fmt: skip
    assert [
        (row.code, row.override_until) for row in Cohort.objects.exclude(override_phase="")
    ] == [("MC-FUNDRAISING-2026-2", date(2026, 11, 29))]
    kept = seats_by_pool(Cohort.objects.get(code="MC-CODESIGN-2026-3"))
    assert [(row.kind, row.total) for row in kept.all] == [
        ("", 11), ("students", 4), ("public_bodies", 3), ("bursaries", 2),
    ]  # fmt: skip
    check_courses()
    check_ledgers()
    check_versions()
    check_selection()
    kinds = {(kind, status) for _year, _number, kind, status, _code in first["numbers"]}
    assert kinds >= {
        ("frequenza", "issued"), ("microcredenziale", "issued"), ("microcredenziale", "revoked"),
    }  # fmt: skip
    numbers = [number for _year, number, *_rest in first["numbers"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert not Certificate.objects.filter(produced_at=None).exists()
    assert not OutboundMail.objects.exists()
    with pytest.raises(CommandError):
        make()

    call_command("remove_demo", verbosity=0)
    for model in (
        User, Organisation, Cohort, Closure, Enrolment, Application, PresenceInterval, Certificate,
        Attempt, Assessment, Lesson, DemoObject,
    ):  # fmt: skip
        assert not model.objects.exists(), model
    assert Page.objects.count() == 5  # the root, two homes, two catalogues: a site that can begin
    assert Page.find_problems() == ([], [], [], [], [])

    make()
    assert facts() == first


def check_courses():
    courses = Course.objects.filter(locale__language_code="it").order_by("code")
    assert [c.code for c in courses] == [
        "MC-CODESIGN", "MC-COMMUNITY", "MC-CRM", "MC-FUNDRAISING", "MC-MARKETING",
    ]  # fmt: skip
    for course in courses:
        lessons = Lesson.objects.descendant_of(course).live()
        assert course.get_children().live().count() == 5
        assert lessons.count() >= (12 if course.code == "MC-CODESIGN" else 6)
        quiz = Assessment.objects.of_course(course).get()
        assert quiz.question_rows.count() >= 8
    codesign = courses.first()
    kinds = {b.block_type for x in Lesson.objects.descendant_of(codesign) for b in x.body}
    assert kinds == set(LessonBlock().child_blocks)
    english = Lesson.objects.filter(locale__language_code="en", live=True)
    assert english.count() == Lesson.objects.filter(locale__language_code="it", live=True).count()


def check_ledgers():
    states = {
        str(row.state)
        for code in COHORTS
        for summary in attendance_of_cohort(Cohort.objects.get(code=code)).values()
        for row in summary.rows
    }
    assert states >= {
        "presente", "assente", "assente_giustificato", "ritardo", "uscita_anticipata",
        "a_distanza", "ritirato",
    }  # fmt: skip
    finished = RegisterSheet.objects.filter(session__cohort__code="MC-CODESIGN-2026-1")
    assert finished.count() == 12
    assert all(sheet.is_sealed for sheet in finished)


def test_the_demo_is_refused_in_production(settings):
    settings.DEMO_ALLOWED = False
    for command in ("create_demo", "remove_demo", "demo_logins"):
        with pytest.raises(CommandError, match="produ"):
            call_command(command)
    assert not User.objects.exists()
