"""Announcements to a cohort: written, read, corrected, taken down; each mail once."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from lms.cohorts import services as cohort_services
from lms.cohorts.choices import StaffFunction
from lms.community import services
from lms.community.models import Announcement, AnnouncementMark
from lms.community.summary import unread_announcements
from lms.core.errors import DomainError
from lms.core.models import OutboundMail
from lms.core.services import mails_held_back, send_mail_once
from tests.factories import cohorts, people

pytestmark = pytest.mark.django_db

WORDS = {
    "title": "Si cambia aula",
    "text": "Domani **al primo piano**.",
    "title_en": "",
    "text_en": "",
}
ENGLISH = WORDS | {"title_en": "Another room", "text_en": "Tomorrow *upstairs*."}


@pytest.fixture
def cohort(db):
    return cohorts.cohort()


@pytest.fixture
def teacher(cohort):
    return cohorts.teacher(cohort)


def draft(cohort, by, *, words=None, by_mail=True, pinned=False, key=None):
    return services.save_draft(
        cohort=cohort, key=key or uuid.uuid4(), words=words or WORDS, by_mail=by_mail,
        pinned=pinned, by=by,
    )  # fmt: skip


def published(cohort, by, **fields):
    at = fields.pop("at", None)
    return services.publish_announcement(announcement=draft(cohort, by, **fields), by=by, at=at)


def refusal(call, **arguments) -> str:
    with pytest.raises(DomainError) as caught:
        call(**arguments)
    return caught.value.code


def board(client, cohort, user):
    client.force_login(user)
    return client.get(reverse("community:announcements", args=[cohort.code]))


def send(announcement) -> list:
    """What the task does, and each mail's."""
    before = len(mail.outbox)
    services.mail_announcement(announcement_id=announcement.pk)
    for pk in OutboundMail.objects.filter(sent_at=None, skipped_at=None).values_list(
        "pk", flat=True
    ):
        send_mail_once(mail_id=pk)
    return mail.outbox[before:]


# --- Writing --------------------------------------------------------------------------------
def test_a_draft_is_seen_by_who_writes_alone(client, cohort, teacher):
    enrolment = cohorts.learner(cohort)
    draft(cohort, teacher)
    assert "Si cambia aula" in board(client, cohort, teacher).content.decode()
    assert "Si cambia aula" not in board(client, cohort, enrolment.user).content.decode()


def test_the_same_form_twice_is_one_announcement(cohort, teacher):
    key = uuid.uuid4()
    first, second = (draft(cohort, teacher, key=key) for _time in range(2))
    assert (first, Announcement.objects.count()) == (second, 1)
    services.publish_announcement(announcement=first, by=teacher)
    assert refusal(draft, cohort=cohort, by=teacher, key=key) == "published"


def test_a_key_of_another_cohort_writes_nothing_there(cohort, teacher):
    row = draft(cohort, teacher)
    other = cohorts.cohort("MC-PROVA-2026-2", course=cohort.course)
    words = WORDS | {"title": "Altrove"}
    assert refusal(draft, cohort=other, by=teacher, key=row.key, words=words) == "foreign_key"
    row.refresh_from_db()
    assert row.title == "Si cambia aula"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"title": ""}, "empty"),
        ({"text": " "}, "empty"),
        ({"title_en": "Only a title"}, "half_english"),
        ({"text_en": "Only a text"}, "half_english"),
    ],
)
def test_what_says_half_is_a_draft_and_no_more(cohort, teacher, words, code):
    row = draft(cohort, teacher, words=WORDS | words)
    assert refusal(services.publish_announcement, announcement=row, by=teacher) == code
    tomorrow = timezone.now() + timedelta(days=1)
    assert (
        refusal(services.schedule_announcement, announcement=row, moment=tomorrow, by=teacher)
        == code
    )


def test_publishing_twice_is_one_deed(cohort, teacher):
    row = draft(cohort, teacher)
    moments = {
        services.publish_announcement(announcement=row, by=teacher).published_at
        for _time in range(3)
    }
    assert len(moments) == 1
    assert ModelLogEntry.objects.filter(action="community.announce").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_publish_once(run_together):
    cohort = cohorts.cohort()
    teacher, _enrolment = cohorts.teacher(cohort), cohorts.learner(cohort)
    row = draft(cohort, teacher)
    results = run_together(
        [lambda: services.publish_announcement(announcement=row, by=teacher)] * 4
    )
    assert [type(result) for result in results] == [Announcement] * 4
    assert ModelLogEntry.objects.filter(action="community.announce").count() == 1
    assert OutboundMail.objects.filter(kind="community.announcements").count() == 1


def test_a_scheduled_one_is_published_by_the_clock(cohort, teacher):
    row, now = draft(cohort, teacher), timezone.now()
    moment = now + timedelta(hours=3)
    assert (
        refusal(services.schedule_announcement, announcement=row, moment=now, by=teacher) == "past"
    )
    services.schedule_announcement(announcement=row, moment=moment, by=teacher)
    assert services.publish_due_announcements(at=moment - timedelta(minutes=1)) == 0
    assert services.publish_due_announcements(at=moment) == 1
    assert services.publish_due_announcements(at=moment) == 0
    row.refresh_from_db()
    assert (row.published_at, row.scheduled_for, row.state) == (moment, None, "published")


def test_a_scheduled_one_of_a_cohort_called_off_stays_where_it_is(cohort, teacher):
    row, moment = draft(cohort, teacher), timezone.now() + timedelta(hours=3)
    services.schedule_announcement(announcement=row, moment=moment, by=teacher)
    cohort.cancelled_at = timezone.now()
    cohort.save()
    assert services.publish_due_announcements(at=moment) == 0


def test_a_correction_is_seen_and_kept(cohort, teacher):
    row = published(cohort, teacher)
    words = WORDS | {"text": "Domani al secondo piano."}
    fields = {"announcement": row, "words": words, "mail_again": False, "by": teacher}
    changed = services.correct_announcement(seen=0, **fields)
    assert (changed.corrections, bool(changed.corrected_at)) == (1, True)
    # Again the same words: nothing; others, by who had not seen the first correction: refused.
    assert services.correct_announcement(seen=0, **fields).corrections == 1
    fields["words"] = WORDS | {"text": "Domani in cortile."}
    assert refusal(services.correct_announcement, seen=0, **fields) == "changed_meanwhile"
    entry = ModelLogEntry.objects.get(action="community.correct_announcement")
    assert entry.data["before"]["text"] == "Domani **al primo piano**."


def test_a_draft_is_not_corrected_and_what_was_taken_down_neither(cohort, teacher):
    row = draft(cohort, teacher)
    fields = {"words": WORDS | {"text": "Altro"}, "seen": 0, "mail_again": False, "by": teacher}
    assert refusal(services.correct_announcement, announcement=row, **fields) == "not_published"
    row = services.publish_announcement(announcement=row, by=teacher)
    services.take_down_announcement(announcement=row, reason="Doppione", by=teacher)
    assert refusal(services.correct_announcement, announcement=row, **fields) == "taken_down"
    assert (
        refusal(services.pin_announcement, announcement=row, pinned=True, by=teacher)
        == "taken_down"
    )


def test_what_was_taken_down_leaves_its_reason(client, cohort, teacher):
    enrolment, row = cohorts.learner(cohort), published(cohort, teacher)
    assert (
        refusal(services.take_down_announcement, announcement=row, reason=" ", by=teacher)
        == "needs_reason"
    )
    for reason in ("Era sbagliato", "Altro"):
        services.take_down_announcement(announcement=row, reason=reason, by=teacher)
    html = board(client, cohort, enrolment.user).content.decode()
    assert ("Era sbagliato" in html, "primo piano" in html, "Si cambia" in html) == (
        True, False, False,
    )  # fmt: skip
    assert refusal(services.discard_draft, announcement=row, by=teacher) == "published"


def test_a_draft_is_thrown_away(cohort, teacher):
    row = draft(cohort, teacher)
    for _time in range(2):
        services.discard_draft(announcement=row, by=teacher)
    assert not Announcement.objects.exists()


# --- Who may --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "writes"),
    [
        (StaffFunction.TEACHER, True),
        (StaffFunction.TUTOR, True),
        (StaffFunction.COORDINATOR, True),
        (StaffFunction.INSPECTOR, False),
    ],
)
def test_staff_write_and_the_inspector_reads(client, cohort, who, writes):
    person = cohorts.teacher(cohort, who)
    published(cohort, None)
    html = board(client, cohort, person).content.decode()
    assert "primo piano" in html
    assert ("/avvisi/nuovo/" in html) == writes
    url = reverse("community:write", args=[cohort.code])
    assert client.get(url).status_code == (200 if writes else 404)


def test_nobody_writes_after_their_last_day_nor_in_another_cohort(client, cohort):
    yesterday = timezone.localdate() - timedelta(days=1)
    row = published(cohort, None)
    other = cohorts.cohort("MC-PROVA-2026-2", course=cohort.course)
    for person in (
        cohorts.teacher(cohort, until=yesterday),
        cohorts.teacher(other),
        cohorts.learner(cohort).user,
        cohorts.manager(cohort),
        people.person(),
    ):
        client.force_login(person)
        data = {"key": str(uuid.uuid4()), "title": "X", "text": "Y", "do": "publish", "reason": "Z"}
        for name, args in (
            ("write", []), ("edit", [row.pk]), ("pin", [row.pk]), ("take_down", [row.pk]),
            ("discard", [row.pk]),
        ):  # fmt: skip
            url = reverse(f"community:{name}", args=[cohort.code, *args])
            assert (name, client.post(url, data).status_code) == (name, 404)
    assert list(Announcement.objects.values_list("title", "taken_down_at")) == [
        ("Si cambia aula", None)
    ]


def test_an_announcement_of_another_cohort_is_not_reached_through_ones_own(client, cohort, teacher):
    other = cohorts.cohort("MC-PROVA-2026-2", course=cohort.course)
    row = published(other, None)
    client.force_login(teacher)
    for name in ("edit", "take_down"):
        url = reverse(f"community:{name}", args=[cohort.code, row.pk])
        assert client.get(url).status_code == 404


# --- Reading --------------------------------------------------------------------------------
def test_who_withdrew_reads_what_was_said_before_and_nothing_new(client, cohort, teacher):
    enrolment, now = cohorts.learner(cohort), timezone.now()
    published(cohort, teacher, at=now - timedelta(days=9))
    cohort_services.withdraw(
        enrolment=enrolment, on=timezone.localdate() - timedelta(days=5), reason="", by=None
    )
    published(cohort, teacher, words=WORDS | {"title": "Dopo il ritiro"})
    html = board(client, cohort, enrolment.user).content.decode()
    assert ("Si cambia aula" in html, "Dopo il ritiro" in html) == (True, False)
    assert unread_announcements(enrolment.user) == ()
    url = reverse("community:mark_read", args=[cohort.code])
    assert client.post(url).status_code == 404


def test_each_reader_gets_their_language(client, cohort, teacher):
    enrolment = cohorts.learner(cohort)
    published(cohort, teacher, words=ENGLISH)
    html = board(client, cohort, enrolment.user).content.decode()
    assert ("Si cambia aula" in html, "Another room" in html) == (True, False)
    url = reverse("community:announcements", args=[cohort.code]).replace("/it/", "/en/")
    html = client.get(url).content.decode()
    assert ("Si cambia aula" in html, "Another room" in html) == (False, True)


def test_what_is_unread_is_counted_until_it_is_read(client, cohort, teacher):
    enrolment = cohorts.learner(cohort)
    assert unread_announcements(enrolment.user) == ()
    published(cohort, teacher)
    published(cohort, teacher, words=WORDS | {"title": "Il secondo"})
    [unread] = unread_announcements(enrolment.user)
    url = reverse("community:announcements", args=[cohort.code])
    assert (unread.number, unread.title, unread.url) == (2, "Il secondo", url)
    client.force_login(enrolment.user)
    until = client.get(url).context["until"]
    assert not AnnouncementMark.objects.exists()  # reading writes nothing
    published(cohort, teacher, words=WORDS | {"title": "Arrivato mentre leggeva"})
    read = reverse("community:mark_read", args=[cohort.code])
    answer = client.post(read, {"until": until}, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 204
    assert [row.title for row in unread_announcements(enrolment.user)] == [
        "Arrivato mentre leggeva"
    ]
    assert client.post(read)["Location"] == url
    assert unread_announcements(enrolment.user) == ()


def test_a_mark_never_moves_back_nor_into_the_future(cohort):
    enrolment, now = cohorts.learner(cohort), timezone.now()
    marks = [
        services.mark_announcements_read(enrolment=enrolment, until=until, at=now).read_until
        for until in (now - timedelta(days=1), now + timedelta(days=1), now - timedelta(days=2))
    ]
    assert marks == [now - timedelta(days=1), now, now]


def test_who_joins_late_has_everything_to_read_and_nothing_unread(client, cohort, teacher):
    published(cohort, teacher, at=timezone.now() - timedelta(days=9))
    enrolment = cohorts.learner(cohort)
    assert unread_announcements(enrolment.user) == ()
    assert "Si cambia aula" in board(client, cohort, enrolment.user).content.decode()


def test_the_page_and_the_count_cost_the_same_for_one_and_for_many(client, cohort, teacher):
    enrolment = cohorts.learner(cohort)
    other = cohorts.cohort("MC-PROVA-2026-2", course=cohort.course)
    counts = []
    for number in (1, 3):
        for place in range(number):
            published(cohort, teacher, words=WORDS | {"title": f"N. {number} {place}"})
            draft(cohort, teacher)
        for person in (enrolment.user, teacher):
            board(client, cohort, person)
            with CaptureQueriesContext(connection) as page:
                board(client, cohort, person)
            counts.append(len(page))
        with CaptureQueriesContext(connection) as summary:
            unread_announcements(enrolment.user)
        counts.append(len(summary))
        cohorts.learner(other, enrolment.user)
    assert counts[:3] == counts[3:]
    assert (counts[0] <= 15, counts[2]) == (True, 1)


# --- Mails ----------------------------------------------------------------------------------
def test_everybody_inside_gets_one_mail_in_their_language(cohort, teacher):
    learner = cohorts.learner(cohort).user
    reader = cohorts.learner(cohort, people.person(language="en")).user
    gone = cohorts.learner(cohort)
    cohort_services.withdraw(enrolment=gone, on=timezone.localdate(), reason="", by=None)
    tutor = cohorts.teacher(cohort, StaffFunction.TUTOR)
    cohorts.teacher(cohort, StaffFunction.INSPECTOR)
    row = published(cohort, teacher, words=ENGLISH)
    sent = {message.to[0]: message for message in send(row)}
    assert set(sent) == {learner.email, reader.email, tutor.email}
    assert "Si cambia aula" in sent[learner.email].subject
    assert "Another room" in sent[reader.email].subject
    assert "Tomorrow upstairs." in sent[reader.email].body
    assert "Tomorrow <em>upstairs</em>." in sent[reader.email].alternatives[0].content
    assert "Domani al primo piano." in sent[learner.email].body
    # The task again, and the clock: nothing more.
    assert (send(row), services.resume_announcement_mails()) == ([], 0)


def test_a_worker_that_died_half_way_is_made_good(cohort, teacher):
    addresses = {cohorts.learner(cohort).user.email for _number in range(3)}
    row = published(cohort, teacher)
    services.mail_announcement(announcement_id=row.pk)
    OutboundMail.objects.order_by("pk").last().delete()  # the last one was never written
    old = timezone.now() - timedelta(hours=1)
    Announcement.objects.filter(pk=row.pk).update(mails_due=True, updated_at=old)
    assert {message.to[0] for message in send(row)} == addresses
    assert len(mail.outbox) == 3


def test_a_correction_is_mailed_only_if_asked(cohort, teacher):
    cohorts.learner(cohort)
    row = published(cohort, teacher)
    send(row)
    fields = {"announcement": row, "by": teacher}
    words = WORDS | {"text": "Domani in cortile."}
    services.correct_announcement(words=words, seen=0, mail_again=False, **fields)
    assert send(row) == []
    words = WORDS | {"text": "Domani in giardino."}
    services.correct_announcement(words=words, seen=1, mail_again=True, **fields)
    [message] = send(row)
    assert "Domani in giardino." in message.body


def test_what_was_taken_down_before_it_left_does_not_leave(cohort, teacher):
    cohorts.learner(cohort)
    row = published(cohort, teacher)
    services.mail_announcement(announcement_id=row.pk)
    services.take_down_announcement(announcement=row, reason="Era sbagliato", by=teacher)
    pks = list(OutboundMail.objects.values_list("pk", flat=True))
    assert [send_mail_once(mail_id=pk) for pk in pks] == [False]
    assert OutboundMail.objects.exclude(skipped_at=None).count() == 1


def test_without_mail_and_for_the_demo_nothing_is_sent(cohort, teacher):
    cohorts.learner(cohort)
    assert send(published(cohort, teacher, by_mail=False)) == []
    with mails_held_back():
        row = published(cohort, teacher)
    assert (row.mails_due, send(row)) == (False, [])


# --- The form -------------------------------------------------------------------------------
def form_data(**fields):
    return {
        "key": str(uuid.uuid4()), "title": "Dal\nmodulo", "text": "Ciao <b>a tutti</b>",
        "title_en": "", "text_en": "", "by_mail": "on", "scheduled_for": "", "do": "publish",
    } | fields  # fmt: skip


def test_the_form_previews_saves_schedules_and_publishes(client, cohort, teacher):
    client.force_login(teacher)
    url = reverse("community:write", args=[cohort.code])
    answer = client.post(url, form_data(do="preview"))
    assert "Ciao &lt;b&gt;a tutti&lt;/b&gt;" in answer.content.decode()
    assert not Announcement.objects.exists()
    data = form_data(do="save")
    client.post(url, data)
    row = Announcement.objects.get()
    assert (row.title, row.state, row.by) == ("Dal modulo", "draft", teacher)
    data |= {"do": "schedule", "scheduled_for": "2020-01-01T10:00"}
    edit = reverse("community:edit", args=[cohort.code, row.pk])
    assert client.post(edit, data).status_code == 422
    later = timezone.localtime(timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    data["scheduled_for"] = later.strftime("%Y-%m-%dT%H:%M")
    client.post(edit, data)
    row.refresh_from_db()
    assert (row.state, row.scheduled_for) == ("scheduled", later)
    for _click in range(2):
        answer = client.post(url, data | {"do": "publish"})
        assert (answer.status_code, Announcement.objects.get().state) == (302, "published")
    assert ModelLogEntry.objects.filter(action="community.announce").count() == 1


def test_an_empty_form_is_told_so(client, cohort, teacher):
    client.force_login(teacher)
    answer = client.post(reverse("community:write", args=[cohort.code]), {"do": "publish"})
    assert answer.status_code == 422
    answer = client.post(
        reverse("community:write", args=[cohort.code]), form_data(title="", do="publish")
    )
    assert answer.status_code == 422


def test_the_form_of_a_correction(client, cohort, teacher):
    row = published(cohort, teacher)
    client.force_login(teacher)
    url = reverse("community:edit", args=[cohort.code, row.pk])
    data = WORDS | {"text": "Domani in cortile.", "seen": "0", "do": "correct"}
    assert client.post(url, data).status_code == 302
    assert client.post(url, data | {"text": "In giardino."}).status_code == 422
    assert "Corre" in board(client, cohort, teacher).content.decode()
