"""The link of a remote session: who gets it and when, over roles and times; and nowhere else, ever."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import User
from lms.cohorts import services
from lms.cohorts.choices import StaffFunction
from lms.core.models import OutboundMail
from tests.factories import cohorts, curriculum, people

pytestmark = pytest.mark.django_db
LINK = "https://incontri.example.org/CANARINO-LINK"
# Minutes from now to the start of a session of two hours → whether its link is open.
TIMES = {16: False, 14: True, 1: True, -1: True, -119: True, -121: False}


class World:
    """A cohort with a remote session, and people of every kind."""

    def __init__(self):
        course = curriculum.course()
        self.cohort = cohorts.cohort(course=course)
        other = cohorts.cohort("MC-PROVA-2026-2", course=course)
        self.anonymous = None
        self.learner = cohorts.learner(self.cohort).user
        self.stranger = cohorts.learner(other).user
        gone = cohorts.learner(self.cohort)
        services.withdraw(enrolment=gone, on=timezone.localdate(), reason="", by=None)
        self.withdrawn = gone.user
        self.applicant = people.person()
        services.apply(cohort=self.cohort, user=self.applicant)
        self.inspector = self._staff(StaffFunction.INSPECTOR, until=timezone.localdate())
        self.old_inspector = self._staff(
            StaffFunction.INSPECTOR, until=timezone.localdate() - timedelta(days=1)
        )
        self.teacher = self._staff(StaffFunction.TEACHER)
        self.administrator = people.administrator()

    def _staff(self, function: str, until=None) -> User:
        user = people.person()
        services.assign_staff(
            cohort=self.cohort, user=user, function=function, by=None, until=until
        )
        return user

    def session(self, minutes: int = 14, **fields):
        starts_at = timezone.now() + timedelta(minutes=minutes)
        fields = {"mode": "remote", "link": LINK, "minutes": 120} | fields
        return cohorts.session(self.cohort, starts_at=starts_at, **fields)


@pytest.fixture
def w():
    return World()


def signed_in(user) -> Client:
    client = Client(headers={"Accept-Language": "it"})
    if user:
        client.force_login(user)
    return client


def door(session) -> str:
    return reverse("cohorts:join", args=[session.pk])


@pytest.mark.parametrize("minutes", TIMES)
@pytest.mark.parametrize("role", ["learner", "inspector", "teacher", "administrator"])
def test_the_door_opens_to_the_cohort_at_its_hour(w, role, minutes):
    session = w.session(minutes)
    answer = signed_in(getattr(w, role)).get(door(session))
    if TIMES[minutes]:
        assert (answer.status_code, answer["Location"]) == (302, LINK)
        assert answer["Referrer-Policy"] == "no-referrer"
    else:
        assert answer.status_code == 200
        assert LINK not in answer.text
        opens = timezone.localtime(session.starts_at - timedelta(minutes=15))
        assert (f"{opens:%H:%M}" in answer.text) is (minutes > 0)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("minutes", TIMES)
@pytest.mark.parametrize("role", ["stranger", "withdrawn", "applicant", "old_inspector"])
def test_to_others_there_is_no_such_session(w, role, minutes):
    client = signed_in(getattr(w, role))
    answer = client.get(door(w.session(minutes)))
    nothing = client.get(reverse("cohorts:join", args=[987654321]))
    assert (answer.status_code, nothing.status_code) == (404, 404)
    assert answer.text.replace("987654321", "") == nothing.text.replace("987654321", "") or (
        LINK not in answer.text
    )


def test_who_is_not_signed_in_is_asked_to(w):
    answer = signed_in(None).get(door(w.session()))
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"cancelled_at": timezone.now()}, 200),
        ({"mode": "house"}, 404),
        ({"link": ""}, 404),
    ],
)
def test_a_session_without_a_way_in_leads_nowhere(w, change, status):
    session = w.session()
    for name, value in change.items():
        setattr(session, name, value)
    session.save()
    answer = signed_in(w.learner).get(door(session))
    assert (answer.status_code, LINK in answer.text) == (status, False)


def test_the_door_of_a_cancelled_cohort_is_shut(w):
    session = w.session()
    w.cohort.cancelled_at = timezone.now()
    w.cohort.save()
    answer = signed_in(w.learner).get(door(session))
    assert answer.status_code == 200
    assert LINK not in answer.text


def everything_but_the_door(w, user) -> str:
    """What a person may ask for that speaks of the session: bodies and headers."""
    client = signed_in(user)
    code = w.cohort.code
    addresses = [
        w.cohort.get_absolute_url(),
        f"/en/edizioni/{code}/",
        reverse("cohorts:calendar", args=[code]),
        reverse("cohorts:apply", args=[code]),
        "/it/la-mia-pagina/",
        "/api/v1/enrolments/",
        "/api/v1/courses/",
        reverse("attendance:overview", args=[code]),
        reverse("attendance:mine", args=[code]),
        reverse("attendance:register", args=[code, 1]),
        reverse("progress:syllabus", args=[code]),
        reverse("cohorts:feed_page"),
    ]
    told = []
    for address in addresses:
        response = client.get(address, follow=True)
        told.append(f"{response.headers} {response.content.decode(errors='replace')}")
    if user:
        token = services.renew_feed(user=user, asking="a" * 22, serial=0)
        told.append(Client().get(reverse("calendar_feed", args=[f"{token}.ics"])).text)
    return "\n".join(told)


ROLES = [
    "anonymous", "stranger", "withdrawn", "applicant", "old_inspector", "inspector", "learner",
    "teacher", "administrator",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_the_link_stands_in_no_page_file_or_answer(w, role):
    for minutes in TIMES:
        w.session(minutes)
        w.session(minutes, mode="hybrid", venue=cohorts.room(f"Sala {minutes}"))
    told = everything_but_the_door(w, getattr(w, role))
    assert "CANARINO" not in told
    inside = role in {"inspector", "learner", "teacher", "administrator"}
    assert ("/partecipa/" in told) is inside


def test_an_administrator_reads_the_link_in_the_admin_always(w):
    session = w.session(60 * 24)
    address = reverse("cohorts_admin:session", args=[w.cohort.pk, session.pk])
    assert LINK in signed_in(w.administrator).get(address).text
    for role in ROLES[:-1]:
        assert LINK not in signed_in(getattr(w, role)).get(address, follow=True).text


@pytest.mark.django_db(transaction=False)
def test_no_mail_and_no_record_of_one_holds_the_link(w, django_capture_on_commit_callbacks):
    session = w.session(60 * 24)
    later = session.starts_at + timedelta(hours=1)
    with django_capture_on_commit_callbacks(execute=True):
        services.move_session(
            session=session, starts_at=later, ends_at=later + timedelta(hours=1), by=None
        )
        services.cancel_session(session=session, reason="Neve", by=None)
    rows = OutboundMail.objects.filter(key__startswith="cohorts.session_")
    assert rows.count() == 2
    assert "CANARINO" not in str([row.context for row in rows])
    session.refresh_from_db()
    assert "CANARINO" not in str(session.before)
