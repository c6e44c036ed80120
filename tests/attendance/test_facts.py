"""Excuses, credits and make-ups: recorded once, replaced when recorded again, refused when they cannot be."""

import pytest

from lms.attendance import services
from lms.attendance.choices import ExcuseStatus, State
from lms.attendance.models import Credit, Excuse, MakeUp
from lms.attendance.summary import attendance_of
from lms.core.errors import DomainError
from lms.core.registries import registries
from tests.factories import cohorts
from tests.factories.attendance import minutes_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    class Case:
        cohort = cohorts.cohort()
        tutor = cohorts.teacher(cohort, "tutor")
        learner = cohorts.learner(cohort)
        session = cohorts.session(cohort, module=cohort.modules.first())
        other = cohorts.cohort("MC-PROVA-2026-2", course=cohort.course)
        elsewhere = cohorts.session(other, module=other.modules.first())

    return Case


def code_of(call, **kwargs) -> str:
    with pytest.raises(DomainError) as caught:
        call(**kwargs)
    return caught.value.code


def test_an_excuse_is_recorded_once_and_replaced(case):
    asked = {"enrolment": case.learner, "session": case.session, "by": case.tutor}
    first = services.record_excuse(reason=" Visita medica ", **asked)
    again = services.record_excuse(reason="Visita medica", **asked)
    declined = services.record_excuse(reason="Visita medica", status=ExcuseStatus.DECLINED, **asked)
    assert first.pk == again.pk == declined.pk
    assert Excuse.objects.get().status == ExcuseStatus.DECLINED


def test_a_declined_excuse_excuses_nobody(case):
    services.mark_register(
        session=case.session, entries=[services.absent(case.learner)], by=case.tutor
    )
    asked = {"enrolment": case.learner, "session": case.session, "by": case.tutor}
    services.record_excuse(reason="Ferie", status=ExcuseStatus.DECLINED, **asked)
    assert attendance_of(case.learner).rows[0].state == State.ABSENT
    services.record_excuse(reason="Lutto", **asked)
    row = attendance_of(case.learner).rows[0]
    assert (row.state, row.excuse) == (State.EXCUSED, "Lutto")


def test_an_excuse_needs_a_reason_and_a_session_of_the_cohort(case):
    asked = {"enrolment": case.learner, "by": case.tutor}
    assert (
        code_of(services.record_excuse, session=case.session, reason="  ", **asked) == "no_reason"
    )
    assert (
        code_of(services.record_excuse, session=case.elsewhere, reason="x", **asked)
        == "not_in_cohort"
    )


def test_a_credit_is_recorded_once_and_replaced(case):
    module = case.cohort.modules.first()
    asked = {"enrolment": case.learner, "by": case.tutor, "reason": "Già svolto"}
    services.record_credit(minutes=60, module=module, **asked)
    services.record_credit(minutes=90, module=module, **asked)
    services.record_credit(minutes=90, module=module, **asked)
    services.record_credit(minutes=30, **asked)
    rows = Credit.objects.order_by("minutes").values_list("minutes", "module")
    assert list(rows) == [(30, None), (90, module.pk)]


@pytest.mark.postgres
def test_a_credit_taken_back_counts_no_more(case):
    asked = {"enrolment": case.learner, "by": case.tutor, "reason": "Già svolto"}
    credit = services.record_credit(minutes=60, **asked)
    services.remove_credit(credit=credit, by=case.tutor)
    services.remove_credit(credit=credit, by=case.tutor)
    assert not Credit.objects.exists()


@pytest.mark.parametrize(
    ("minutes", "code"), [(0, "no_minutes"), (-5, "no_minutes"), (241, "too_many_minutes")]
)
def test_a_credit_has_minutes_that_the_module_has(case, minutes, code):
    module = case.cohort.modules.first()
    asked = {"enrolment": case.learner, "by": case.tutor, "reason": "x", "module": module}
    assert code_of(services.record_credit, minutes=minutes, **asked) == code


def test_a_credit_is_of_a_module_of_the_cohort(case):
    asked = {"enrolment": case.learner, "by": case.tutor, "reason": "x", "minutes": 10}
    foreign = case.other.modules.first()
    assert code_of(services.record_credit, module=foreign, **asked) == "not_in_cohort"


def make_up(case, **changed) -> dict:
    return {
        "enrolment": case.learner,
        "missed": case.session,
        "held_in": case.elsewhere,
        "in_at": case.elsewhere.starts_at,
        "out_at": case.elsewhere.ends_at,
        "by": case.tutor,
    } | changed


def test_a_make_up_is_recorded_once(case):
    first = services.record_make_up(**make_up(case))
    again = services.record_make_up(**make_up(case))
    assert (first.pk, MakeUp.objects.count()) == (again.pk, 1)


def test_a_presence_elsewhere_makes_up_for_one_session_only(case):
    second = cohorts.session(case.cohort, module=case.cohort.modules.first())
    services.record_make_up(**make_up(case))
    assert code_of(services.record_make_up, **make_up(case, missed=second)) == "counted_already"


def test_a_make_up_that_cannot_be_is_refused(case):
    here = cohorts.session(case.cohort, module=case.cohort.modules.first())
    other_module = cohorts.session(case.other, module=case.other.modules.last())
    late = minutes_in(case.elsewhere, 300)
    record = services.record_make_up
    assert code_of(record, **make_up(case, held_in=here)) == "same_cohort"
    assert code_of(record, **make_up(case, held_in=other_module)) == "other_module"
    assert code_of(record, **make_up(case, missed=case.elsewhere)) == "not_in_cohort"
    assert code_of(record, **make_up(case, out_at=case.elsewhere.starts_at)) == "times_reversed"
    beyond = {"in_at": late, "out_at": minutes_in(case.elsewhere, 320)}
    assert code_of(record, **make_up(case, **beyond)) == "outside_session"
    cohorts.learner(case.other, user=case.learner.user)
    assert code_of(record, **make_up(case)) == "enrolled_there"


def test_registers_are_given_to_the_person_and_kept(case):
    services.mark_register(
        session=case.session, entries=[services.whole(case.learner, case.session)], by=case.tutor
    )
    services.record_excuse(
        enrolment=case.learner, session=case.session, reason="Lutto", by=case.tutor
    )
    services.record_credit(enrolment=case.learner, minutes=60, reason="Esame", by=case.tutor)
    services.record_make_up(**make_up(case))
    entries = {
        name: entry
        for name, entry in registries.personal_data.items()
        if name.startswith("attendance.")
    }
    given = {name: entry.export(case.learner.user) for name, entry in entries.items()}
    assert {name: len(rows) for name, rows in given.items()} == {
        "attendance.PresenceInterval": 1,
        "attendance.Excuse": 1,
        "attendance.Credit": 1,
        "attendance.MakeUp": 1,
        "attendance.RegisterSheet": 0,
    }
    assert all(str(entry.kept) for entry in entries.values())
    assert entries["attendance.Excuse"].erase(case.learner.user) == 1
    assert Excuse.objects.get().reason == "–"
