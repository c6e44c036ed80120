"""Everything that writes may arrive twice, one after the other or at once: one effect, the same answer."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from certificates import services as certificates_services
from certificates.models import Certificate
from cms.models import HelpRequest
from cms.services import answer_help_request
from lms.accounts.models import Consent, ConsentText
from lms.accounts.services import give_consent, give_role
from lms.attendance import services as attendance_services
from lms.attendance.models import PresenceInterval, RegisterSheet
from lms.cohorts import services
from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.models import Application, ClassSession, CohortStaff, Enrolment
from lms.core.errors import DomainError
from lms.core.models import Job, OutboundMail
from tests.factories import assessment, attendance, certificates, cohorts, people
from tests.factories import cms as hub

AT_ONCE = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(function):
    for mark in AT_ONCE:
        function = mark(function)
    return function


def logged(action: str) -> int:
    return ModelLogEntry.objects.filter(action=action).count()


def code_of(call):
    """What the call returns, or the code by which it is refused."""
    try:
        return call()
    except DomainError as refusal:
        return refusal.code


# --- At once --------------------------------------------------------------------------------
@at_once
def test_two_administrators_admit_the_same_people_at_once(run_together):
    cohort = cohorts.cohort(seats=6)
    waiting = [services.apply(cohort=cohort, user=people.person()) for _number in range(10)]

    def admit_all(rows):
        return lambda: [
            code_of(lambda row=row: services.admit(application=row, by=None).pk) for row in rows
        ]

    first, second = run_together([admit_all(waiting), admit_all(waiting[::-1])])
    assert first.count("seats_full") == second.count("seats_full") == 4
    taken = Enrolment.objects.filter(cohort=cohort)
    assert sorted(taken.values_list("seat", flat=True)) == [1, 2, 3, 4, 5, 6]
    admitted = Application.objects.filter(status=ApplicationStatus.ADMITTED)
    assert set(admitted.values_list("user", flat=True)) == set(taken.values_list("user", flat=True))
    assert logged("cohorts.admit") == 6
    assert OutboundMail.objects.filter(key__startswith="cohorts.application_admitted").count() == 6


@at_once
def test_admitting_and_declining_at_once_leaves_one_decision(run_together):
    application = services.apply(cohort=cohorts.cohort(), user=people.person())
    run_together(
        [
            lambda: code_of(lambda: services.admit(application=application, by=None)),
            lambda: code_of(lambda: services.decline(application=application, by=None)),
        ]
    )
    application.refresh_from_db()
    enrolled = Enrolment.objects.filter(user=application.user).exists()
    assert enrolled == (application.status == ApplicationStatus.ADMITTED)


@at_once
def test_enrolling_one_person_at_once_makes_one_enrolment(run_together):
    cohort, user = cohorts.cohort(), people.person()
    rows = run_together([lambda: services.enrol(cohort=cohort, user=user, by=None).pk] * 6)
    assert rows == [Enrolment.objects.get().pk] * 6
    assert logged("cohorts.enrol") == 1


@at_once
def test_sessions_planned_at_once_have_numbers_of_their_own(run_together):
    cohort = cohorts.cohort()
    run_together([lambda: cohorts.session(cohort)] * 6)
    assert list(ClassSession.objects.order_by("number").values_list("number", flat=True)) == [
        1, 2, 3, 4, 5, 6,
    ]  # fmt: skip


@at_once
def test_opening_at_once_copies_the_syllabus_once(run_together):
    draft = cohorts.draft_cohort()
    results = run_together(
        [lambda: services.open_cohort(cohort=type(draft).objects.get(pk=draft.pk), by=None)] * 4
    )
    assert [result.pk for result in results] == [draft.pk] * 4
    assert (draft.lessons.count(), draft.modules.count()) == (4, 2)
    assert logged("cohorts.open") == 1


@at_once
def test_signing_at_once_is_one_signature(run_together):
    cohort = cohorts.cohort()
    cohorts.learner(cohort)
    session, teachers = cohorts.session(cohort), [cohorts.teacher(cohort) for _number in range(2)]
    attendance.taken(session, by=teachers[0])

    def sign(teacher):
        return lambda: code_of(
            lambda: (
                attendance_services.sign_register(
                    session=session,
                    by=teacher,
                    actual_start=session.starts_at,
                    actual_end=session.ends_at,
                    at=attendance.ended(session),
                ).status
            )
        )

    same = run_together([sign(teachers[0])] * 4)
    assert same == ["signed"] * 4
    assert code_of(sign(teachers[1])) == "signed"
    assert logged("attendance.sign_register") == 1
    assert RegisterSheet.objects.get().signed_by == teachers[0]


@at_once
def test_revoking_at_once_is_one_revocation(run_together):
    row = certificates.issued(produced=False)

    def revoke(reason):
        return lambda: (
            certificates_services.revoke(
                certificate=row, reason_class=reason, by=None
            ).revocation_reason
        )

    reasons = run_together([revoke("wrong_facts"), revoke("at_request"), revoke("misconduct")])
    assert len(set(reasons)) == 1
    assert logged("certificates.revoke") == 1


@at_once
def test_superseding_at_once_takes_one_number(run_together):
    row = certificates.issued(produced=False)
    user = row.enrolment.user
    user.last_name = "Rossi"
    user.save()

    def supersede():
        return certificates_services.supersede(
            certificate=Certificate.objects.get(pk=row.pk), by=None
        ).number

    assert run_together([supersede] * 4) == [2] * 4
    assert Certificate.objects.count() == 2


@pytest.mark.slow
@at_once
def test_issuing_to_a_cohort_at_once_starts_one_job(run_together):
    cohort, _enrolments = certificates.finished_cohort(learners=2)
    kind = "frequenza"
    calls = [lambda: certificates_services.issue_for_cohort(cohort=cohort, kind=kind, by=None)] * 3
    results = run_together([lambda call=call: code_of(call) for call in calls])
    # Who comes after the job has ended is told that nobody is left.
    assert {getattr(result, "pk", result) for result in results} <= {
        Job.objects.get().pk, "nobody_meets",
    }  # fmt: skip
    assert sorted(Certificate.objects.values_list("number", flat=True)) == [1, 2]


@at_once
def test_a_help_request_at_once_is_one_request_and_one_mail(run_together):
    key = uuid.uuid4()
    rows = run_together([lambda: hub.help_request(key=key).pk] * 6)
    assert rows == [HelpRequest.objects.get().pk] * 6
    assert OutboundMail.objects.count() == 1


@at_once
def test_two_answers_to_a_help_request_at_once_send_one(run_together):
    request, staff = hub.help_request(), people.administrator()

    def answer(words):
        return lambda: code_of(
            lambda: (
                answer_help_request(
                    request=HelpRequest.objects.get(pk=request.pk), answer=words, by=staff
                ).answer
            )
        )

    results = run_together([answer("Sì."), answer("No.")])
    assert "already_answered" in results
    request.refresh_from_db()
    assert request.answer in results
    assert OutboundMail.objects.filter(key__startswith="cms.help_answered").count() == 1


@at_once
def test_consent_and_role_given_at_once_are_given_once(run_together):
    user, administrator = people.person(), people.administrator()
    text = ConsentText.objects.current().first()
    Group.objects.get_or_create(name="instructor")
    run_together([lambda: give_consent(user=user, text=text).pk] * 4)
    run_together([lambda: give_role(person=user, role="instructor", by=administrator)] * 4)
    assert Consent.objects.filter(user=user).count() == 1
    assert user.groups.count() == 1


# --- One after the other, by hand ---------------------------------------------------------------
def twice(client, address, data, **headers):
    first = client.post(address, data, **headers)
    second = client.post(address, data, **headers)
    assert first.status_code < 500
    return first, second


@pytest.mark.django_db
class TestTwiceByHand:
    """The same form sent again: a double tap, a reload, an impatient reader."""

    def test_application(self, client):
        cohort, user = cohorts.cohort(), people.person()
        client.force_login(user)
        data = {"motivation": "Voglio imparare.", "revision": "0"}
        answers = twice(client, reverse("cohorts:apply", args=[cohort.code]), data)
        sent = {"revision": "1", "agree": "1"}
        answers += twice(client, reverse("cohorts:review", args=[cohort.code]), sent)
        assert [answer.status_code for answer in answers] == [302] * 4
        assert Application.objects.count() == logged("cohorts.apply") == 1

    def test_admission_enrolment_staff_and_withdrawal(self, client):
        cohort = cohorts.cohort()
        user, other = people.person(), people.person()
        row = services.apply(cohort=cohort, user=user)
        client.force_login(people.administrator())

        def act(name):
            return reverse("cohorts_admin:act", args=[cohort.pk, name])

        decisions = reverse("cohorts_admin:decisions", args=[cohort.pk])
        twice(client, decisions, {f"outcome-{row.pk}": "admitted", "confirm": "1"})
        twice(client, act("iscrivi"), {"user": other.email})
        twice(client, act("staff"), {"user": other.email, "function": "tutor"})
        assert (logged("cohorts.admit"), logged("cohorts.enrol")) == (1, 2)
        assert CohortStaff.objects.count() == 1
        enrolment = Enrolment.objects.get(user=other)
        leave = reverse("cohorts_admin:withdrawal", args=[cohort.pk, enrolment.pk])
        twice(client, leave, {"on": timezone.localdate().isoformat(), "reason": "Trasloco"})
        assert logged("cohorts.withdraw") == 1

    def test_register_and_signature(self, client):
        cohort = cohorts.cohort()
        learner = cohorts.learner(cohort, joined_on=cohort.starts_on)
        session = cohorts.session(cohort)
        client.force_login(cohorts.teacher(cohort))
        address = reverse("attendance:register", args=[cohort.code, session.number])
        data = {"version": 0, f"mark-{learner.pk}": "present", "action": "save"}
        twice(client, address, data)
        assert PresenceInterval.objects.count() == logged("attendance.mark_register") == 1
        start, end = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        sign = {"version": 1, "action": "sign", "actual_start": f"{start:%H:%M}"}
        answers = twice(client, address, sign | {"actual_end": f"{end:%H:%M}"})
        assert [answer.status_code for answer in answers] == [302, 302]
        assert logged("attendance.sign_register") == 1

    def test_register_ignores_people_of_other_cohorts(self, client):
        cohort, other = cohorts.cohort(), None
        cohorts.learner(cohort, joined_on=cohort.starts_on)
        other = cohorts.learner(cohorts.cohort("MC-ALTRO-2026-1", course=cohort.course))
        session = cohorts.session(cohort)
        client.force_login(cohorts.teacher(cohort))
        address = reverse("attendance:register", args=[cohort.code, session.number])
        answer = client.post(address, {"version": 0, f"mark-{other.pk}": "present"})
        assert answer.status_code == 409
        assert not PresenceInterval.objects.exists()

    @pytest.mark.parametrize("sent", ["²", "9" * 30, "-1", "x", ""])
    def test_applications_of_other_cohorts_and_odd_numbers_are_not_admitted(self, client, sent):
        cohort = cohorts.cohort()
        other = cohorts.cohort("MC-ALTRO-2026-1", course=cohort.course)
        foreign = services.apply(cohort=other, user=people.person())
        client.force_login(people.administrator())
        address = reverse("cohorts_admin:decisions", args=[cohort.pk])
        chosen = {"application": [sent, foreign.pk], "outcome": "admitted"}
        assert client.post(address, chosen).status_code == 302
        typed = {f"outcome-{sent}": "admitted", f"outcome-{foreign.pk}": "admitted"}
        assert client.post(address, typed | {"confirm": "1"}).status_code == 409
        foreign.refresh_from_db()
        assert (foreign.status, Enrolment.objects.count()) == (ApplicationStatus.SUBMITTED, 0)

    def test_quiz(self, client):
        cohort = cohorts.cohort()
        enrolment, quiz = cohorts.learner(cohort), assessment.quiz(cohort.course, 2)
        client.force_login(enrolment.user)
        twice(client, reverse("assessment:detail", args=[cohort.code, quiz.pk]), {})
        attempt = enrolment.attempts.get()
        address = reverse("assessment:submit", args=[attempt.pk])
        answers = twice(client, address, {"confirmed": "1"})
        assert [answer.status_code for answer in answers] == [302, 302]
        assert logged("assessment.submit") == 1

    def test_certificate_issue_and_revocation(self, client):
        cohort, [enrolment] = certificates.finished_cohort()
        client.force_login(people.administrator())
        data = {"enrolment": enrolment.pk, "kind": "frequenza"}
        twice(client, reverse("certificates_admin:issue", args=[cohort.pk]), data)
        row = Certificate.objects.get()
        address = reverse("certificates_admin:certificate", args=[row.pk])
        twice(client, address, {"action": "revoke", "reason_class": "at_request"})
        assert (logged("certificates.issue"), logged("certificates.revoke")) == (1, 1)

    def test_certificates_are_not_issued_across_cohorts(self, client):
        _cohort, [enrolment] = certificates.finished_cohort()
        other = cohorts.cohort("MC-ALTRO-2026-1", course=enrolment.cohort.course)
        client.force_login(people.administrator())
        data = {"enrolment": enrolment.pk, "kind": "frequenza"}
        answer = client.post(reverse("certificates_admin:issue", args=[other.pk]), data)
        assert (answer.status_code, Certificate.objects.count()) == (404, 0)

    def test_help_request(self, client, django_capture_on_commit_callbacks):
        cache.clear()  # this hour's requests of other tests
        hub.help_desk()
        data = {
            "key": str(uuid.uuid4()), "name": "Ada O’Neill <b>", "email": "ada@example.org",
            "topic": "information", "message": "<script>alert(1)</script>", "consent": "on",
        }  # fmt: skip
        with django_capture_on_commit_callbacks(execute=True):
            answers = twice(client, "/it/sportello/", data)
        assert [answer.status_code for answer in answers] == [302, 302]
        assert (HelpRequest.objects.count(), len(mail.outbox)) == (1, 1)
        html = mail.outbox[0].alternatives[0].content
        assert "<script>" not in html

    def test_moving_and_cancelling_a_session(self, client):
        cohort = cohorts.cohort()
        cohorts.learner(cohort)
        later = timezone.now() + timedelta(days=3)
        session = cohorts.session(cohort, starts_at=later.replace(second=0, microsecond=0))
        client.force_login(people.administrator())
        address = reverse("cohorts_admin:session", args=[cohort.pk, session.pk])
        twice(client, address, {"cancel": "1", "reason": "Neve"})
        assert logged("cohorts.cancel_session") == 1
        assert OutboundMail.objects.filter(key__startswith="cohorts.session_cancelled").count() == 1
