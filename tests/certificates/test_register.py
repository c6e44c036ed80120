from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from assessment.models import Assessment
from certificates import services
from certificates.choices import Kind, Status
from certificates.models import AppendOnly, Certificate, NumberCounter, hash_of
from certificates.requirements import (
    requirements_for,
    requirements_of_cohort,
    standings_of,
)
from lms.cohorts import services as cohort_services
from lms.cohorts.models import Cohort
from lms.core.errors import DomainError
from tests.factories import assessment, attendance, certificates, cohorts, curriculum, people

pytestmark = pytest.mark.django_db


def refused(code, call, **arguments):
    with pytest.raises(DomainError) as refusal:
        call(**arguments)
    assert refusal.value.code == code
    return str(refusal.value)


def test_attendance_requirement_speaks_in_minutes():
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort, joined_on=cohort.starts_on)
    starts_at = (timezone.now() - timedelta(hours=72)).replace(second=0, microsecond=0)
    attendance.signed(cohorts.session(cohort, starts_at=starts_at))
    later = starts_at + timedelta(days=30)
    cohorts.session(cohort, starts_at=later, minutes=300)
    with translation.override("en"):
        attended, sessions = requirements_for(enrolment, Kind.ATTENDANCE)
    assert (attended.key, attended.met) == ("attendance", False)
    assert attended.detail == "180 minutes of the 480 planned in all (37.50\u00a0%); 360 are needed"
    assert (sessions.key, sessions.met) == ("sessions", False)
    assert sessions.detail.startswith("1 of 2 registers are signed; the last session is on ")


def test_microcredential_asks_lessons_and_quizzes_by_name():
    _cohort, [enrolment] = certificates.finished_cohort()
    with translation.override("en"):
        rules = requirements_for(enrolment, Kind.MICROCREDENTIAL)
    assert [(rule.key, rule.met) for rule in rules] == [
        ("attendance", True),
        ("sessions", True),
        ("lessons", False),
        ("quiz:prova-quiz", False),
    ]
    assert rules[2].detail == (
        "0 of 4 required lessons done — still to do: “Lezione 1.1”, “Lezione 1.2”, “Lezione 2.1” and 1 more"
    )
    assert rules[3].detail == "not handed in yet — 60 % is needed"
    assessment.attempt(enrolment, right=4)
    with translation.override("en"):
        rules = requirements_for(enrolment, Kind.MICROCREDENTIAL)
    assert rules[3].detail == "50 % so far, 60 % is needed — 2 attempts left"
    certificates.complete(enrolment)
    assert all(rule.met for rule in requirements_for(enrolment, Kind.MICROCREDENTIAL))


def test_microcredential_needs_an_assessment():
    _cohort, [enrolment] = certificates.finished_cohort()
    Assessment.objects.update(required=False)
    rule = requirements_for(enrolment, Kind.MICROCREDENTIAL)[-1]
    assert (rule.key, rule.met) == ("quizzes", False)


def test_requirements_of_a_cohort_are_those_of_each_learner():
    cohort, enrolments = certificates.finished_cohort(learners=3)
    certificates.complete(enrolments[1])
    for kind in Kind.values:
        assert requirements_of_cohort(cohort, kind) == {
            enrolment.pk: requirements_for(enrolment, kind) for enrolment in enrolments
        }


@pytest.mark.parametrize("learners", [1, 3])
def test_standings_cost_the_same_for_one_and_three(learners, django_assert_num_queries):
    cohort, _enrolments = certificates.finished_cohort(learners=learners)
    cohort = Cohort.objects.select_related("course").get(pk=cohort.pk)
    with django_assert_num_queries(18):
        standings = standings_of(cohort)
    assert [[kind.due for kind in s.kinds] for s in standings] == [[True, False]] * learners


@pytest.mark.slow
def test_issue_registers_draws_stores_and_writes_once(django_capture_on_commit_callbacks):
    administrator = people.administrator()
    _cohort, [enrolment] = certificates.finished_cohort()
    with django_capture_on_commit_callbacks(execute=True):
        first = services.issue(enrolment=enrolment, kind=Kind.ATTENDANCE, by=administrator)
        again = services.issue(enrolment=enrolment, kind=Kind.ATTENDANCE, by=administrator)
    assert again == first
    first.refresh_from_db()
    assert first.is_produced
    assert (first.number, first.year) == (1, timezone.localdate().year)
    assert first.issued_by == administrator
    assert len(first.code) * 5 >= 128
    assert first.facts_hash == hash_of(first.facts)
    assert first.facts["attendance"]["attended"] == 360
    assert [m.to for m in mail.outbox] == [[enrolment.user.email]]
    assert first.facts["verify_url"] in mail.outbox[0].body


def test_attendance_facts_say_no_level_outcome_or_assessment():
    facts = certificates.issued(produced=False).facts
    assert set(facts["course"]) == {"code", "subject", "title", "hours_class"}
    assert "quizzes" not in facts


def test_facts_hold_nothing_private():
    _cohort, [enrolment] = certificates.finished_cohort()
    user = enrolment.user
    user.tax_code, user.display_name = "RSSMRA85T10A562S", "CANARINO"
    user.save()
    certificates.complete(enrolment)
    for kind in Kind.values:
        row = services.register(enrolment=enrolment, kind=kind, by=None)
        text = str(row.facts) + str(row.evidence)
        assert "RSSMRA" not in text
        assert "CANARINO" not in text
        assert user.email not in text


def test_issue_before_the_rules_are_met_is_refused_in_words():
    _cohort, [enrolment] = certificates.finished_cohort()
    text = refused(
        "requirements_not_met",
        services.issue, enrolment=enrolment, kind=Kind.MICROCREDENTIAL, by=None,
    )  # fmt: skip
    assert "4" in text
    assert not Certificate.objects.exists()
    assert not NumberCounter.objects.exists()


def test_issue_waits_for_the_last_signature():
    cohort, [enrolment] = certificates.finished_cohort()
    attendance.taken(cohorts.session(cohort, minutes=60))
    refused(
        "requirements_not_met", services.issue, enrolment=enrolment, kind=Kind.ATTENDANCE, by=None
    )


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("", "Rossi", "name_missing"),
        ("Maria", " ", "name_missing"),
        ("小明", "王", "name_not_printable"),
        ("Maria 🌻", "Rossi", "name_not_printable"),
        ("A" * 100, "B" * 100, "name_too_long"),
    ],
)
def test_issue_to_a_name_that_cannot_be_printed_is_refused(first, last, code):
    _cohort, [enrolment] = certificates.finished_cohort()
    enrolment.user.first_name, enrolment.user.last_name = first, last
    enrolment.user.save()
    refused(code, services.issue, enrolment=enrolment, kind=Kind.ATTENDANCE, by=None)


def test_issue_to_who_withdrew_or_of_no_kind_is_refused():
    _cohort, [enrolment] = certificates.finished_cohort()
    refused("unknown_kind", services.issue, enrolment=enrolment, kind="laurea", by=None)
    cohort_services.withdraw(enrolment=enrolment, on=timezone.localdate(), reason="", by=None)
    enrolment.refresh_from_db()
    refused(
        "enrolment_not_active", services.issue, enrolment=enrolment, kind=Kind.ATTENDANCE, by=None
    )


def test_numbers_are_one_series_of_the_year_in_rome():
    _cohort, enrolments = certificates.finished_cohort(learners=3)
    certificates.complete(enrolments[0])
    # 23:30 UTC of 31 December is already the new year in Rome.
    moments = [
        datetime(2025, 12, 31, 22, 30, tzinfo=UTC),
        datetime(2025, 12, 31, 23, 30, tzinfo=UTC),
        datetime(2026, 1, 2, 9, 0, tzinfo=UTC),
    ]
    rows = [
        services.register(enrolment=enrolments[n], kind=Kind.ATTENDANCE, by=None, at=moment)
        for n, moment in enumerate(moments)
    ]
    rows.append(
        services.register(
            enrolment=enrolments[0], kind=Kind.MICROCREDENTIAL, by=None, at=moments[2]
        )
    )
    assert [row.label for row in rows] == ["1/2025", "1/2026", "2/2026", "3/2026"]


def test_a_failed_issue_gives_its_number_back():
    _cohort, enrolments = certificates.finished_cohort(learners=2)
    with pytest.raises(RuntimeError), transaction.atomic():
        services.register(enrolment=enrolments[0], kind=Kind.ATTENDANCE, by=None)
        raise RuntimeError("a crash after the number")
    row = services.register(enrolment=enrolments[1], kind=Kind.ATTENDANCE, by=None)
    assert row.number == 1


def test_frozen_fields_cannot_be_changed():
    row = certificates.issued()
    for name, value in [
        ("number", 99),
        ("code", "x"),
        ("facts", {}),
        ("sha256", "0"),
        ("file", "x"),
    ]:
        changed = Certificate.objects.get(pk=row.pk)
        setattr(changed, name, value)
        with pytest.raises(AppendOnly):
            changed.save()
    in_place = Certificate.objects.get(pk=row.pk)
    in_place.facts["holder"]["name"] = "Un’altra persona"
    with pytest.raises(AppendOnly):
        in_place.save()
    with pytest.raises(AppendOnly):
        Certificate.objects.update(facts={})
    for delete in (row.delete, Certificate.objects.all().delete):
        with pytest.raises(AppendOnly):
            delete()
    assert Certificate.objects.get().is_intact


def test_one_valid_certificate_of_a_kind_is_a_constraint():
    row = certificates.issued(produced=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(
            enrolment=row.enrolment, kind=row.kind, year=row.year, number=99,
            facts={}, facts_hash="", issued_at=row.issued_at,
        )  # fmt: skip


@pytest.mark.slow
def test_supersede_corrects_the_name_under_a_new_number(django_capture_on_commit_callbacks):
    old = certificates.issued()
    refused("same_name", services.supersede, certificate=old, by=None)
    user = old.enrolment.user
    user.first_name = "Chiara Maria"
    user.save()
    old = Certificate.objects.get(pk=old.pk)
    with django_capture_on_commit_callbacks(execute=True):
        new = services.supersede(certificate=old, by=None, reason="Nome incompleto")
        again = services.supersede(certificate=old, by=None)
    assert again == new
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.status, new.status, new.supersedes) == (Status.SUPERSEDED, Status.ISSUED, old)
    assert (old.number, new.number) == (1, 2)
    assert new.code != old.code
    assert new.is_produced
    assert new.facts["holder"]["first_name"] == "Chiara Maria"
    assert new.facts["attendance"] == old.facts["attendance"]
    assert new.evidence == old.evidence


def test_revoke_keeps_the_row_with_its_reason():
    row = certificates.issued()
    refused("unknown_reason", services.revoke, certificate=row, reason_class="capriccio", by=None)
    done = services.revoke(
        certificate=row, reason_class="issued_in_error", by=None, note="Scambio."
    )
    again = services.revoke(certificate=row, reason_class="misconduct", by=None)
    assert (again.revocation_reason, again.revoked_at) == ("issued_in_error", done.revoked_at)
    refused("not_valid", services.supersede, certificate=done, by=None)
    new = services.register(enrolment=row.enrolment, kind=row.kind, by=None)
    assert new.number == 2


def test_a_certificate_keeps_citing_the_syllabus_in_force_at_its_issue():
    old = certificates.issued(produced=False)
    cohort = old.enrolment.cohort
    version = cohort.syllabus_versions.get()
    cited = {
        "version": 1,
        "on": timezone.localdate(version.at).isoformat(),
        "sha256": version.sha256,
    }
    assert old.facts["syllabus"] == cited
    pin = cohort.lessons.first().pins.get()
    pin.lesson.body = [("text", "<p>Altro testo.</p>")]
    page = curriculum.publish(pin.lesson)
    type(cohort).objects.filter(pk=cohort.pk).update(
        ends_on=timezone.localdate() + timedelta(days=9)
    )
    chosen = cohort_services.Choice(page.pk, pin.revision_id, page.live_revision_id)
    cohort_services.bring_in(cohort=cohort, choices=[chosen], by=None)
    assert Certificate.objects.get(pk=old.pk).facts["syllabus"] == cited
