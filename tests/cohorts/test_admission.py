from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from lms.cohorts import services
from lms.cohorts.choices import ApplicationStatus, EnrolmentStatus
from lms.cohorts.models import Application, Enrolment
from lms.core.errors import DomainError
from tests.factories import cohorts, people

pytestmark = pytest.mark.django_db


def apply(cohort, user=None, **fields):
    return services.apply(cohort=cohort, user=user or people.person(), **fields)


def test_apply_records_the_application(django_capture_on_commit_callbacks):
    cohort, user = cohorts.cohort(), people.person()
    with django_capture_on_commit_callbacks(execute=True):
        application = apply(cohort, user, motivation="Una portineria di quartiere.")
    assert application.status == ApplicationStatus.SUBMITTED
    assert [m.to for m in mail.outbox] == [[user.email]]
    assert "MC-PROVA-2026-1" in mail.outbox[0].body


def test_apply_twice_keeps_the_first(django_capture_on_commit_callbacks):
    cohort, user = cohorts.cohort(), people.person()
    with django_capture_on_commit_callbacks(execute=True):
        first = apply(cohort, user, motivation="prima")
        second = apply(cohort, user, motivation="seconda")
    assert second == first
    assert Application.objects.get().motivation == "prima"
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("field", ["applications_open_on", "applications_close_on"])
def test_apply_outside_the_application_days_is_refused(field):
    today = timezone.localdate()
    days = {
        "applications_open_on": today + timedelta(days=1),
        "applications_close_on": today + timedelta(days=9),
    }
    if field == "applications_close_on":
        days = {
            "applications_open_on": today - timedelta(days=9),
            "applications_close_on": today - timedelta(days=1),
        }
    cohort = cohorts.cohort(**days)
    with pytest.raises(DomainError) as refusal:
        apply(cohort)
    assert refusal.value.code == "applications_closed"
    assert not Application.objects.exists()


def test_apply_when_enrolled_is_refused():
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort)
    with pytest.raises(DomainError) as refusal:
        apply(cohort, enrolment.user)
    assert refusal.value.code == "already_enrolled"


def test_admit_enrols_once_and_writes_once(django_capture_on_commit_callbacks):
    cohort = cohorts.cohort()
    application = apply(cohort, organisation=people.organisation())
    with django_capture_on_commit_callbacks(execute=True):
        first = services.admit(application=application, by=people.administrator())
        again = services.admit(application=application, by=people.administrator())
    assert first == again
    assert (first.seat, first.code) == (1, "MC-PROVA-2026-1-001")
    assert first.organisation.name == "Cooperativa Portierato"
    application.refresh_from_db()
    assert application.status == ApplicationStatus.ADMITTED
    assert [m.to for m in mail.outbox] == [[application.user.email]]


def test_admit_when_full_is_refused_and_changes_nothing():
    cohort = cohorts.cohort(seats=1)
    cohorts.learner(cohort)
    application = apply(cohort)
    with pytest.raises(DomainError) as refusal:
        services.admit(application=application, by=None)
    assert refusal.value.code == "seats_full"
    application.refresh_from_db()
    assert application.status == ApplicationStatus.SUBMITTED


def test_admit_after_the_person_took_it_back_is_refused():
    application = apply(cohorts.cohort())
    services.withdraw_application(application=application, by=application.user)
    with pytest.raises(DomainError) as refusal:
        services.admit(application=application, by=None)
    assert refusal.value.code == "application_withdrawn"


def test_decline_tells_the_reason(django_capture_on_commit_callbacks):
    application = apply(cohorts.cohort())
    with django_capture_on_commit_callbacks(execute=True):
        services.decline(application=application, by=None, reason="I posti sono finiti.")
        services.decline(application=application, by=None, reason="I posti sono finiti.")
    assert len(mail.outbox) == 1
    assert "I posti sono finiti." in mail.outbox[0].body


def test_decline_after_admission_is_refused():
    application = apply(cohorts.cohort())
    services.admit(application=application, by=None)
    with pytest.raises(DomainError) as refusal:
        services.decline(application=application, by=None)
    assert refusal.value.code == "application_decided"


def statuses(cohort) -> list[str]:
    return list(cohort.applications.order_by("pk").values_list("status", flat=True))


def test_admit_all_takes_the_seats_in_the_order_given():
    cohort = cohorts.cohort(seats=3)
    first, second, third = [apply(cohort) for _number in range(3)]
    services.admit(application=second, by=None)
    enrolments = services.admit_all(applications=[third, second, first], by=None)
    assert [(e.application_id, e.seat) for e in enrolments] == [
        (third.pk, 2),
        (second.pk, 1),
        (first.pk, 3),
    ]
    again = services.admit_all(applications=[first, second, third], by=None)
    assert len(again) == Enrolment.objects.count() == 3


def test_admit_all_beyond_the_free_seats_admits_nobody_and_says_why(
    django_capture_on_commit_callbacks,
):
    cohort = cohorts.cohort(seats=3)
    cohorts.learner(cohort)
    waiting = [apply(cohort) for _number in range(3)]
    with django_capture_on_commit_callbacks() as callbacks, pytest.raises(DomainError) as refusal:
        services.admit_all(applications=waiting, by=None)
    assert (refusal.value.code, refusal.value.message) == (
        "seats_short",
        "Persone scelte: 3, posti liberi: 2. Non è stato ammesso nessuno.",
    )
    assert statuses(cohort) == [ApplicationStatus.SUBMITTED] * 3
    assert (callbacks, Enrolment.objects.count()) == ([], 1)


def test_who_is_enrolled_already_takes_no_seat_of_the_chosen():
    cohort = cohorts.cohort(seats=2)
    waiting = [apply(cohort) for _number in range(2)]
    cohorts.learner(cohort, waiting[0].user)
    services.admit_all(applications=waiting, by=None)
    assert Enrolment.objects.active().count() == 2


def test_admit_all_with_one_taken_back_admits_nobody_and_names_the_person():
    cohort = cohorts.cohort()
    waiting = [apply(cohort) for _number in range(2)]
    services.withdraw_application(application=waiting[1], by=waiting[1].user)
    with pytest.raises(DomainError) as refusal:
        services.admit_all(applications=waiting, by=None)
    assert refusal.value.code == "application_withdrawn"
    assert str(waiting[1].user) in refusal.value.message
    assert statuses(cohort) == [ApplicationStatus.SUBMITTED, ApplicationStatus.WITHDRAWN]


def test_decline_all_with_one_admitted_declines_nobody_and_names_the_person():
    cohort = cohorts.cohort()
    waiting = [apply(cohort) for _number in range(2)]
    services.admit(application=waiting[1], by=None)
    with pytest.raises(DomainError) as refusal:
        services.decline_all(applications=waiting, by=None)
    assert refusal.value.code == "application_decided"
    assert str(waiting[1].user) in refusal.value.message
    assert statuses(cohort) == [ApplicationStatus.SUBMITTED, ApplicationStatus.ADMITTED]


def test_letters_speak_the_readers_language(django_capture_on_commit_callbacks):
    cohort, user = cohorts.cohort(), people.person(language="en")
    with django_capture_on_commit_callbacks(execute=True):
        apply(cohort, user)
    assert "your application" in mail.outbox[0].body.lower()


def test_withdraw_frees_the_seat():
    cohort = cohorts.cohort(seats=1)
    first = cohorts.learner(cohort)
    day = timezone.localdate()
    services.withdraw(enrolment=first, on=day, reason="Nuovo lavoro", by=None)
    second = cohorts.learner(cohort)
    first.refresh_from_db()
    assert (first.status, first.withdrawn_on) == (EnrolmentStatus.WITHDRAWN, day)
    assert (second.seat, second.code) == (1, "MC-PROVA-2026-1-002")


def test_enrol_again_returns_to_the_same_row():
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort)
    services.withdraw(enrolment=enrolment, on=timezone.localdate(), reason="", by=None)
    back = cohorts.learner(cohort, enrolment.user)
    assert (back.pk, back.status, back.withdrawn_on) == (
        enrolment.pk,
        EnrolmentStatus.ACTIVE,
        None,
    )


def test_enrol_records_a_late_joiner():
    cohort = cohorts.cohort()
    enrolment = services.enrol(cohort=cohort, user=people.person(), by=None)
    assert enrolment.joined_on == timezone.localdate()


def test_enrol_in_a_draft_is_refused():
    with pytest.raises(DomainError) as refusal:
        cohorts.learner(cohorts.draft_cohort())
    assert refusal.value.code == "cohort_not_open"


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_forty_people_for_twenty_seats(run_together):
    cohort = cohorts.cohort(seats=20)
    users = [people.person() for _ in range(40)]

    def enrol(user):
        try:
            return services.enrol(cohort=cohort, user=user, by=None)
        except DomainError as refusal:
            return refusal.code

    results = run_together([lambda user=user: enrol(user) for user in users])
    assert results.count("seats_full") == 20
    seats = sorted(Enrolment.objects.filter(cohort=cohort).values_list("seat", flat=True))
    assert seats == list(range(1, 21))
    codes = set(Enrolment.objects.values_list("code", flat=True))
    assert len(codes) == 20


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_administrators_admitting_different_people_at_once_fill_no_half(run_together):
    cohort = cohorts.cohort(seats=6)
    waiting = [apply(cohort) for _number in range(8)]

    def admit(rows):
        try:
            return len(services.admit_all(applications=rows, by=None))
        except DomainError as refusal:
            return refusal.code

    results = run_together([lambda: admit(waiting[:4]), lambda: admit(waiting[4:])])
    assert sorted(results, key=str) == [4, "seats_short"]
    assert Enrolment.objects.filter(cohort=cohort).count() == 4


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_application(run_together):
    cohort, user = cohorts.cohort(), people.person()
    results = run_together([lambda: services.apply(cohort=cohort, user=user)] * 6)
    assert {r.pk for r in results} == {Application.objects.get().pk}
