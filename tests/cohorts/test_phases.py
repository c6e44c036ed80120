"""The state of a cohort: by its dates, in the database as in Python, and set by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from assessment.services import taking_window
from lms.cohorts import services, summary
from lms.cohorts.choices import OVERRIDABLE, Phase
from lms.cohorts.forms import StateForm
from lms.cohorts.forms.cohort import CohortForm
from lms.cohorts.models import Cohort
from lms.cohorts.models.life import year_after, year_before
from lms.core.errors import DomainError
from lms.dashboard.summary import my_page
from tests.factories import cohorts, people

pytestmark = pytest.mark.django_db

DAYS = {
    "applications_open_on": date(2026, 1, 10),
    "applications_close_on": date(2026, 2, 10),
    "starts_on": date(2026, 3, 1),
    "ends_on": date(2026, 6, 30),
}


def ago(**fields) -> dict:
    """The dates of a cohort that ended that long ago."""
    last = timezone.localdate() - timedelta(**fields)
    return {
        "applications_open_on": last - timedelta(days=200),
        "applications_close_on": last - timedelta(days=100),
        "starts_on": last - timedelta(days=90),
        "ends_on": last,
    }


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "phase"),
    [
        (date(2026, 1, 9), Phase.ANNOUNCED),
        (date(2026, 1, 10), Phase.APPLICATIONS),
        (date(2026, 2, 10), Phase.APPLICATIONS),
        (date(2026, 2, 11), Phase.CLOSED),
        (date(2026, 3, 1), Phase.RUNNING),
        (date(2026, 6, 30), Phase.RUNNING),
        (date(2026, 7, 1), Phase.FINISHED),
        (date(2027, 6, 29), Phase.FINISHED),
        (date(2027, 6, 30), Phase.ARCHIVED),
    ],
)
def test_the_dates_say_the_state(day, phase):
    assert cohorts.cohort(**DAYS).phase_on(day) == phase


def test_a_day_of_its_own_archives_earlier():
    cohort = cohorts.cohort(**DAYS, archives_on=date(2026, 9, 1))
    days = [date(2026, 8, 31), date(2026, 9, 1)]
    assert [cohort.phase_on(day) for day in days] == [Phase.FINISHED, Phase.ARCHIVED]


def test_a_cohort_is_not_archived_before_its_end():
    with pytest.raises(IntegrityError), transaction.atomic():
        cohorts.draft_cohort(**DAYS, archives_on=DAYS["ends_on"])


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_year_is_counted_alike_from_both_ends(last, day):
    assert (year_after(last) <= day) == (last <= year_before(day))


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_database_judges_as_python_does(cohort_row, data):
    near = st.dates(date(2027, 12, 1), date(2029, 4, 1))
    first, last = sorted([data.draw(near), data.draw(near)])
    opens, closes = sorted([data.draw(near), data.draw(near)])
    row = {
        "starts_on": first, "ends_on": last,
        "applications_open_on": opens, "applications_close_on": closes,
        "archives_on": data.draw(st.none() | st.just(last + timedelta(days=30))),
        "override_phase": data.draw(st.sampled_from(["", *dict(OVERRIDABLE)])),
        "opened_at": data.draw(st.sampled_from([None, timezone.now()])),
        "cancelled_at": data.draw(st.sampled_from([None, None, timezone.now()])),
    }  # fmt: skip
    if row["override_phase"]:
        row |= {"override_on": data.draw(near), "override_reason": "Così"}
        row["override_until"] = data.draw(st.none() | near)
    else:
        row |= {"override_on": None, "override_until": None, "override_reason": ""}
    Cohort.objects.filter(pk=cohort_row.pk).update(**row)
    cohort = Cohort.objects.get(pk=cohort_row.pk)
    for day in (data.draw(near), first, last, year_after(last), row["override_on"] or first):
        found = [phase for phase in Phase if Cohort.objects.in_phases([phase], day).exists()]
        assert found == [cohort.phase_on(day)]
        assert Cohort.objects.teaching(day).exists() == cohort.teaches_on(day)


@pytest.fixture
def cohort_row(db):
    return cohorts.cohort()


# --- By hand ---------------------------------------------------------------------------------
def set_by_hand(cohort, phase=Phase.APPLICATIONS, reason="Due posti liberi", **fields):
    return services.override_phase(cohort=cohort, phase=phase, reason=reason, by=None, **fields)


def refusal_of(call, *args, **fields) -> str:
    with pytest.raises(DomainError) as refusal:
        call(*args, **fields)
    return refusal.value.code


def test_applications_open_again_until_a_day():
    cohort = cohorts.cohort(**DAYS)
    day = date(2026, 2, 20)
    cohort = set_by_hand(cohort, until=date(2026, 2, 25), at=at_noon(day))
    days = [day - timedelta(days=1), day, date(2026, 2, 25), date(2026, 2, 26)]
    assert [cohort.accepts_applications_on(day) for day in days] == [False, True, True, False]
    assert [cohort.phase_on(day) for day in days] == ["closed", "applications"] * 1 + [
        "applications", "closed",
    ]  # fmt: skip


@pytest.mark.parametrize("phase", [Phase.ANNOUNCED, Phase.CLOSED])
def test_a_state_other_than_open_closes_the_applications_and_hides_nothing(client, phase):
    cohort = set_by_hand(cohorts.cohort(), phase)
    assert not cohort.accepts_applications
    assert refusal_of(services.apply, cohort=cohort, user=people.person()) == "applications_closed"
    assert client.get(cohort.get_absolute_url()).status_code == 200
    key = cohort.course.translation_key
    assert [item.cohort for item in summary.upcoming_cohorts([key])[key]] == [cohort]
    # It is about applications: whoever is in class stays in class.
    assert cohort.teaches


@pytest.mark.parametrize(
    ("phase", "last"),
    [
        (Phase.APPLICATIONS, DAYS["ends_on"]),
        (Phase.RUNNING, DAYS["ends_on"]),
        (Phase.FINISHED, date(2027, 6, 29)),
        (Phase.ARCHIVED, None),
    ],
)
def test_without_a_day_it_gives_way_when_the_dates_come_to_something_later(phase, last):
    cohort = set_by_hand(cohorts.cohort(**DAYS), phase, at=at_noon(date(2026, 3, 5)))
    assert cohort.override_last_day == last
    if last:
        after = last + timedelta(days=1)
        assert cohort.phase_on(last) == phase
        assert cohort.phase_on(after) == cohort.phase_by_dates(after)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"phase": Phase.DRAFT}, "unknown_phase"),
        ({"phase": Phase.CANCELLED}, "unknown_phase"),
        ({"reason": "  "}, "reason_missing"),
        ({"until": date(2026, 3, 4)}, "until_passed"),
    ],
)
def test_what_cannot_be_set_is_refused_and_changes_nothing(change, code):
    cohort = cohorts.cohort(**DAYS)
    assert refusal_of(set_by_hand, cohort, at=at_noon(date(2026, 3, 5)), **change) == code
    cohort.refresh_from_db()
    assert (cohort.override_phase, cohort.override_on) == ("", None)


def test_a_draft_and_a_cancelled_cohort_keep_their_state():
    draft = cohorts.draft_cohort()
    assert refusal_of(set_by_hand, draft) == "cohort_not_open"
    cancelled = cohorts.cohort("MC-PROVA-2026-2", course=draft.course)
    services.cancel_cohort(cohort=cancelled, reason="", by=None)
    assert refusal_of(set_by_hand, cancelled) == "cohort_cancelled"


def test_setting_and_taking_back_are_logged_once_each():
    cohort, by = cohorts.cohort(), people.administrator()
    for _twice in range(2):
        services.override_phase(cohort=cohort, phase="closed", reason="Basta così", by=by)
    for _twice in range(2):
        services.lift_override(cohort=cohort, by=by)
    cohort.refresh_from_db()
    assert (cohort.override_phase, cohort.override_reason, cohort.override_by) == ("", "", None)
    log = ModelLogEntry.objects.filter(
        action__in=["cohorts.override_phase", "cohorts.lift_override"]
    )
    assert [(row.action, row.user, row.data) for row in log.order_by("pk")] == [
        (
            "cohorts.override_phase",
            by,
            {"phase": "closed", "before": "running", "reason": "Basta così", "until": None},
        ),
        ("cohorts.lift_override", by, {"phase": "running", "before": "closed"}),
    ]


def test_quizzes_follow_a_cohort_that_goes_on_or_stops_early():
    cohort = cohorts.cohort(**DAYS)
    late = date(2026, 7, 20)
    longer = set_by_hand(cohort, Phase.RUNNING, until=late, at=at_noon(date(2026, 7, 2)))
    assert longer.teaching_days(late) == (DAYS["starts_on"], late)
    _opens, closes = taking_window(longer, at_noon(late))
    assert timezone.localtime(closes).date() == late + timedelta(days=15)
    day = date(2026, 5, 11)
    shorter = set_by_hand(cohort, Phase.FINISHED, at=at_noon(day))
    assert shorter.teaching_days(day) == (DAYS["starts_on"], date(2026, 5, 10))
    assert not shorter.teaches_on(day)


# --- In the archive --------------------------------------------------------------------------
def archived(**fields) -> Cohort:
    return set_by_hand(cohorts.cohort(**ago(days=20), **fields), Phase.ARCHIVED, "Conclusa")


def test_an_archived_cohort_leaves_lists_and_boards():
    cohort = cohorts.cohort(**ago(days=20))
    learner, administrator = cohorts.learner(cohort).user, people.administrator()
    assert my_page(learner).learner.main.cohort == cohort
    assert my_page(administrator).glance.groups[0].rows[0].cohort == cohort
    cohort = set_by_hand(cohort, Phase.ARCHIVED, "Conclusa")
    assert my_page(learner).learner.main is None
    assert my_page(administrator).glance.groups == ()
    assert my_page(learner, chosen=cohort.code).learner.main.cohort == cohort


def test_an_archived_cohort_is_read_by_who_was_there_and_by_the_staff(client):
    cohort = cohorts.cohort()
    gone = cohorts.learner(cohort)
    services.withdraw(enrolment=gone, on=timezone.localdate(), reason="", by=None)
    applicant = people.person()
    services.apply(cohort=cohort, user=applicant)
    learner, teacher = cohorts.learner(cohort).user, cohorts.teacher(cohort)
    inside = [learner, teacher, gone.user, applicant, people.administrator(), people.committee()]
    set_by_hand(cohort, Phase.ARCHIVED, "Conclusa")

    def answers(user):
        client.logout()
        if user:
            client.force_login(user)
        return [
            client.get(reverse(f"cohorts:{name}", args=[cohort.code])).status_code
            for name in ("detail", "calendar")
        ]

    assert [answers(user) for user in inside] == [[200, 200]] * len(inside)
    assert [answers(user) for user in (None, people.person())] == [[404, 404]] * 2
    client.force_login(learner)
    assert client.get(reverse("progress:syllabus", args=[cohort.code])).status_code == 200


def test_the_list_of_cohorts_shows_the_archived_when_asked(client):
    kept = cohorts.cohort("MC-PROVA-VIVA")
    archived(code="MC-PROVA-CHIUSA", course=kept.course)
    client.force_login(people.administrator(is_superuser=True))
    address = reverse("cohort:index")
    shown = [client.get(address, {"phase": phase}).text for phase in ("", "archived", "running")]
    assert ["MC-PROVA-VIVA" in page for page in shown] == [True, False, True]
    assert ["MC-PROVA-CHIUSA" in page for page in shown] == [False, True, False]


# --- The page --------------------------------------------------------------------------------
def post(client, cohort, action, **data):
    return client.post(reverse("cohorts_admin:act", args=[cohort.pk, action]), data, follow=True)


def test_an_administrator_sets_the_state_and_gives_it_back(client):
    client.force_login(people.administrator(is_superuser=True))
    cohort = cohorts.cohort()
    page = post(client, cohort, "stato", phase="closed", reason="Siamo al completo").text
    assert "Siamo al completo" in page
    cohort.refresh_from_db()
    assert (cohort.phase, cohort.override_until) == ("closed", None)
    post(client, cohort, "stato-dalle-date")
    cohort.refresh_from_db()
    assert (cohort.phase, cohort.override_phase) == ("running", "")


def test_a_state_without_a_reason_comes_back_with_what_was_typed(client):
    client.force_login(people.administrator(is_superuser=True))
    cohort = cohorts.cohort()
    response = post(client, cohort, "stato", phase="archived", reason="")
    assert response.status_code == 422
    past = timezone.localdate() - timedelta(days=1)
    response = post(client, cohort, "stato", phase="closed", reason="Così", until=past)
    assert response.status_code == 409
    assert "scegli un giorno più avanti" in response.text


def test_what_was_begun_is_kept_and_reminded_of_while_applications_are_open_again(
    django_capture_on_commit_callbacks,
):
    last = timezone.localdate() - timedelta(days=60)
    cohort = cohorts.cohort(
        applications_open_on=last - timedelta(days=30), applications_close_on=last,
        starts_on=timezone.localdate() + timedelta(days=9),
    )  # fmt: skip
    until = timezone.localdate() + timedelta(days=1)
    set_by_hand(cohort, until=until)
    cohort.refresh_from_db()
    services.save_draft(cohort=cohort, user=people.person(), values={}, revision=0)
    assert (services.forget_drafts(), services.remind_drafts()) == (0, 1)
    services.lift_override(cohort=cohort, by=None)
    assert (services.remind_drafts(), services.forget_drafts()) == (0, 1)


def test_the_last_year_of_the_calendar_breaks_nothing():
    cohort = Cohort(ends_on=date.max)
    assert cohort.archive_day == date.max


@pytest.mark.parametrize("day", ["9999-12-31", "0026-10-05"])
def test_a_day_that_nobody_means_is_refused(day):
    form = StateForm({"phase": "running", "until": day, "reason": "Prova"})
    assert form.errors["until"].data[0].code == "far"
    dates = dict.fromkeys(("starts_on", "ends_on", "applications_close_on"), day)
    errors = CohortForm(dates).errors
    assert {errors[name].data[0].code for name in dates} == {"far"}


@pytest.mark.parametrize("name", ["offer", "key"])
def test_the_ways_into_an_archived_cohort_are_none_to_strangers(client, name):
    cohort = archived()
    client.force_login(people.person())
    assert client.get(reverse(f"cohorts:{name}", args=[cohort.code])).status_code == 404
