"""A draft is kept, compared, sent once; its files go with it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.files.storage import storages
from django.utils import timezone
from time_machine import travel

from lms.cohorts import services, summary
from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.models import Application, ApplicationAnswer, ApplicationFile
from lms.core.errors import DomainError
from tests.factories import applications, cohorts, people
from tests.factories.attachments import pdf, picture, upload

pytestmark = pytest.mark.django_db
ROME = ZoneInfo("Europe/Rome")


def refused(call, **arguments) -> str:
    with pytest.raises(DomainError) as refusal:
        call(**arguments)
    return refusal.value.code


def send(draft: Application, **fields) -> Application:
    draft.refresh_from_db()
    return services.submit_application(application=draft, **{"revision": draft.revision} | fields)


def stored(file: ApplicationFile) -> bool:
    return storages["private"].exists(file.stored)


# --- Drafts ---------------------------------------------------------------------------------
def test_a_draft_keeps_what_was_typed_and_counts_its_savings():
    cohort = cohorts.cohort()
    job = applications.question(cohort)
    when = applications.question(cohort, "several")
    draft = applications.draft(
        cohort, **{f"q{job.pk}": "  Portiera\r\n\x00 ", f"q{when.pk}": ["2", "9"]}
    )
    assert (draft.status, draft.revision, draft.submitted_at) == (ApplicationStatus.DRAFT, 1, None)
    values = summary.values_of(draft)
    assert (values[f"q{job.pk}"], values[f"q{when.pk}"]) == ("Portiera", ["2"])


def test_the_same_words_again_change_nothing():
    cohort, user = cohorts.cohort(), people.person()
    first = applications.draft(cohort, user)
    again = applications.draft(cohort, user, revision=0)
    assert (again.pk, again.revision) == (first.pk, 1)


def test_another_tab_is_never_overwritten_in_silence():
    cohort, user = cohorts.cohort(), people.person()
    applications.draft(cohort, user)
    applications.draft(cohort, user, revision=1, motivation="Dalla prima finestra.")
    code = refused(
        services.save_draft,
        cohort=cohort,
        user=user,
        values={"motivation": "Dalla seconda."},
        revision=1,
    )
    assert code == "draft_conflict"
    assert Application.objects.get().motivation == "Dalla prima finestra."


def test_a_text_beyond_all_measure_is_refused_and_not_cut():
    cohort, user = cohorts.cohort(), people.person()
    values = {"motivation": "a" * 20_001}
    code = refused(services.save_draft, cohort=cohort, user=user, values=values, revision=0)
    assert (code, Application.objects.count()) == ("too_long", 0)


def test_a_draft_is_nobodys_but_its_authors():
    cohort = cohorts.cohort()
    draft = applications.draft(cohort)
    administrator = people.administrator()
    assert not Application.objects.visible_to(administrator).exists()
    assert Application.objects.visible_to(draft.user).get() == draft
    assert refused(services.admit, application=draft, by=administrator) == "application_not_sent"


# --- Sending --------------------------------------------------------------------------------
def test_sending_keeps_the_questions_as_they_were_asked(django_capture_on_commit_callbacks):
    cohort = cohorts.cohort()
    job, evening = (
        applications.question(cohort),
        applications.question(cohort, "one", required=False),
    )
    draft = applications.draft(cohort, **{f"q{job.pk}": "Portiera", f"q{evening.pk}": "1"})
    with django_capture_on_commit_callbacks(execute=True):
        sent = send(draft)
        assert send(draft) == sent
    services.change_question(
        question=job, kind="short", labels={"it": "Che mestiere fai?"}, by=None
    )
    told = {answer.name: (answer.label, answer.lines) for answer in summary.answered(sent)}
    assert told[f"q{job.pk}"] == ("Che cosa fai?", ("Portiera",))
    assert told[f"q{evening.pk}"][1] == ("Sera",)
    assert (len(mail.outbox), sent.note_version) == (1, "2026-11")


@pytest.mark.parametrize(
    ("kind", "value", "whole"),
    [
        ("short", "", False),
        ("short", "a" * 1001, False),
        ("number", "dodici", False),
        ("number", "12,5", True),
        ("yes_no", "", False),
        ("yes_no", "no", True),
        ("one", "", False),
        ("one", "2", True),
        ("several", [], False),
        ("several", ["1", "2"], True),
        ("file", "", False),
    ],
)
def test_only_what_is_whole_is_sent(kind, value, whole):
    cohort = cohorts.cohort()
    asked = applications.question(cohort, kind)
    draft = applications.draft(cohort, **{f"q{asked.pk}": value})
    if whole:
        assert send(draft).status == ApplicationStatus.SUBMITTED
        return
    assert refused(send, draft=draft) == "application_incomplete"
    assert list(summary.faults_of(summary.asks_of(cohort), summary.values_of(draft), {})) == [
        f"q{asked.pk}"
    ]


def test_a_bursary_wants_a_reason():
    cohort = cohorts.cohort()
    applications.parts(cohort, bursary=True)
    draft = applications.draft(cohort, bursary="yes")
    assert refused(send, draft=draft) == "application_incomplete"
    applications.draft(cohort, draft.user, revision=1, bursary="yes", bursary_reason="Studio.")
    sent = send(draft)
    assert (sent.bursary_requested, sent.bursary_reason) == (True, "Studio.")


def test_the_seats_asked_for_are_those_of_this_cohort():
    cohort = cohorts.cohort()
    services.set_seats(cohort=cohort, seats=20, pools={"students": 5}, by=None)
    pool = cohort.pools.get()
    applications.parts(cohort, pool=True)
    foreign = applications.draft(cohort, pool="987654")
    chosen = applications.draft(cohort, pool=str(pool.pk))
    assert (send(foreign).pool, send(chosen).pool) == (None, pool)
    assert ("Studenti",) in [answer.lines for answer in summary.answered(chosen)]


def test_what_is_sent_is_what_was_read():
    cohort, user = cohorts.cohort(), people.person()
    draft = applications.draft(cohort, user)
    applications.draft(cohort, user, revision=1, motivation="Cambiata.")
    assert refused(send, draft=draft, revision=1) == "draft_conflict"


def test_applications_close_at_midnight_of_rome_and_the_draft_keeps_its_words():
    today = timezone.localdate()
    cohort, user = cohorts.cohort(applications_close_on=today), people.person()
    draft = applications.draft(cohort, user)
    midnight = summary.closing_moment(cohort)
    assert midnight == datetime.combine(today + timedelta(days=1), datetime.min.time(), ROME)
    assert refused(send, draft=draft, at=midnight) == "applications_closed"
    late = services.save_draft(
        cohort=cohort, user=user, values={"motivation": "Ancora."}, revision=1, at=midnight
    )
    assert (late.motivation, late.status) == ("Ancora.", ApplicationStatus.DRAFT)
    assert send(draft, at=midnight - timedelta(seconds=1)).status == ApplicationStatus.SUBMITTED


def test_a_new_draft_after_the_last_day_is_refused():
    today = timezone.localdate()
    cohort = cohorts.cohort(applications_close_on=today - timedelta(days=1))
    values = {"motivation": "Tardi."}
    code = refused(
        services.save_draft, cohort=cohort, user=people.person(), values=values, revision=0
    )
    assert code == "applications_closed"


def test_who_is_enrolled_or_has_sent_writes_no_draft():
    cohort = cohorts.cohort()
    values = {"values": {"motivation": "Ancora."}, "revision": 0}
    enrolled = cohorts.learner(cohort).user
    assert (
        refused(services.save_draft, cohort=cohort, user=enrolled, **values) == "already_enrolled"
    )
    sent = services.apply(cohort=cohort, user=people.person())
    assert (
        refused(services.save_draft, cohort=cohort, user=sent.user, **values) == "application_sent"
    )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_tabs_and_two_clicks_at_once(run_together):
    cohort, user = cohorts.cohort(), people.person()
    drafts = run_together([lambda: applications.draft(cohort, user)] * 4)
    assert {row.pk for row in drafts} == {Application.objects.get().pk}
    draft = drafts[0]
    sent = run_together([lambda: services.submit_application(application=draft, revision=1)] * 4)
    assert {row.status for row in sent} == {ApplicationStatus.SUBMITTED}


# --- Files ----------------------------------------------------------------------------------
def test_a_file_takes_the_place_of_the_one_before(django_capture_on_commit_callbacks):
    draft = applications.draft(cohorts.cohort())
    first = applications.cv(draft)
    assert applications.cv(draft) == first
    with django_capture_on_commit_callbacks(execute=True):
        second = applications.cv(draft, picture("PNG"), "../../cv.png")
    assert ApplicationFile.objects.get() == second
    assert (stored(first), stored(second), second.name) == (False, True, "cv.png")
    assert "cv" not in second.stored


def test_files_go_with_the_draft(django_capture_on_commit_callbacks):
    draft = applications.draft(cohorts.cohort())
    file = applications.cv(draft)
    with django_capture_on_commit_callbacks(execute=True):
        services.discard_draft(application=draft)
        services.discard_draft(application=draft)
    assert (stored(file), Application.objects.exists()) == (False, False)


def test_what_was_sent_keeps_its_files():
    draft = applications.draft(cohorts.cohort())
    file = applications.cv(draft)
    sent = send(draft)
    file.refresh_from_db()
    assert refused(services.remove_file, file=file) == "application_sent"
    assert (
        refused(services.attach_file, application=sent, question=None, file=upload(pdf()))
        == "application_sent"
    )
    assert summary.files_of(sent) == {"cv": file}


def test_a_file_that_is_refused_leaves_nothing_behind(settings):
    draft = applications.draft(cohorts.cohort())
    settings.FILE_SCANNER = "false"
    before = (
        storages["private"].listdir("applications")[1]
        if storages["private"].exists("applications")
        else []
    )
    assert (
        refused(services.attach_file, application=draft, question=None, file=upload(pdf()))
        == "file_infected"
    )
    after = (
        storages["private"].listdir("applications")[1]
        if storages["private"].exists("applications")
        else []
    )
    assert (ApplicationFile.objects.count(), after) == (0, before)


def test_an_application_has_ten_files_at_most():
    draft = applications.draft(cohorts.cohort())
    for number in range(10):
        question = applications.question(draft.cohort, "short")
        ApplicationFile.objects.create(
            application=draft,
            question=question,
            stored=f"x{number}",
            name="x",
            content_type="x",
            size=1,
        )
    code = refused(services.attach_file, application=draft, question=None, file=upload(pdf()))
    assert code == "too_many_files"


def test_bytes_without_a_row_are_forgotten_after_a_day():
    file = applications.cv(applications.draft(cohorts.cohort()))
    name = storages["private"].save("applications/nessuno", upload(pdf()))
    assert services.forget_orphans() == 0
    assert services.forget_orphans(timezone.now() + timedelta(hours=25)) >= 1
    assert (storages["private"].exists(name), stored(file)) == (False, True)


# --- The clock --------------------------------------------------------------------------------
def test_a_draft_is_reminded_of_once(django_capture_on_commit_callbacks):
    today = timezone.localdate()
    draft = applications.draft(cohorts.cohort(applications_close_on=today + timedelta(days=2)))
    applications.draft(
        cohorts.cohort(
            "MC-PROVA-2",
            applications_close_on=today + timedelta(days=3),
            course=draft.cohort.course,
        )
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert [services.remind_drafts(), services.remind_drafts()] == [1, 1]
    assert [m.to for m in mail.outbox] == [[draft.user.email]]
    assert draft.cohort.get_absolute_url() in mail.outbox[0].body


def test_a_draft_is_forgotten_a_month_after_the_last_day(django_capture_on_commit_callbacks):
    cohort = cohorts.cohort()
    draft = applications.draft(cohort)
    file = applications.cv(draft)
    sent = services.apply(cohort=cohort, user=people.person())
    last = summary.closing_moment(cohort)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.forget_drafts(last + timedelta(days=29)) == 0
        assert services.forget_drafts(last + timedelta(days=30)) == 1
    assert (stored(file), Application.objects.get()) == (False, sent)


def test_the_last_day_is_the_same_when_the_clocks_change():
    with travel(datetime(2026, 10, 24, 12, tzinfo=ROME), tick=False):
        today = timezone.localdate()
        cohort = cohorts.cohort(applications_close_on=today + timedelta(days=1))
        draft = applications.draft(cohort)
        # Sunday 25 October has 25 hours: the last one belongs to it too.
        last = datetime(2026, 10, 25, 23, 59, 59, tzinfo=ROME)
        assert summary.closing_moment(cohort) - last == timedelta(seconds=1)
        assert send(draft, at=last).status == ApplicationStatus.SUBMITTED


# --- Personal data ----------------------------------------------------------------------------
def test_erasure_takes_words_and_files(django_capture_on_commit_callbacks):
    from lms.accounts.privacy import erase_all, export_archive

    cohort, user = cohorts.cohort(), people.person()
    asked = applications.question(cohort)
    draft = applications.draft(cohort, user, **{f"q{asked.pk}": "CANARINO"})
    file = applications.cv(draft)
    send(draft)
    assert b"cohorts.ApplicationAnswer.json" in export_archive(user)
    with django_capture_on_commit_callbacks(execute=True):
        erase_all(user)
    left = Application.objects.get()
    assert (left.motivation, left.status, stored(file)) == ("", ApplicationStatus.WITHDRAWN, False)
    assert not ApplicationAnswer.objects.exists()
