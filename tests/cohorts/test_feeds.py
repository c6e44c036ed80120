"""A person's secret calendar: making, renewing and taking back its address; who is answered what."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.accounts.services import erase_person
from lms.cohorts import services
from lms.cohorts.choices import StaffFunction
from lms.cohorts.models import CalendarFeed
from lms.core.errors import DomainError
from tests.factories import cohorts, people

pytestmark = pytest.mark.django_db
ASKING = "abcdefghijklmnopqrstuv"


def address(token: str) -> str:
    return reverse("calendar_feed", args=[f"{token}.ics"])


def made(user, asking=ASKING, serial=0) -> str:
    return services.renew_feed(user=user, asking=asking, serial=serial)


def uids(text: str) -> set[str]:
    return set(re.findall(r"^UID:(\S+)", text, re.MULTILINE))


def uid(session) -> str:
    return f"{session.uid}@cohub"


def soon(days=1):
    return timezone.now() + timedelta(days=days)


# --- Its address ----------------------------------------------------------------------------
def test_the_token_has_192_bits_and_is_kept_nowhere():
    user = people.person()
    token = made(user)
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", token)
    row = CalendarFeed.objects.get(user=user)
    assert token not in str(vars(row))
    assert row.token_hash == CalendarFeed.hash_of(token)


def test_the_same_asking_twice_gives_the_same_token_and_another_person_another():
    user, other = people.person(), people.person()
    assert made(user) == made(user)
    assert made(other) != made(user)
    assert CalendarFeed.objects.get(user=user).serial == 1


def test_a_new_address_ends_the_old_one(client):
    user = people.person()
    old = made(user)
    new = made(user, "v" * 22, 1)
    assert client.get(address(old)).status_code == 404
    assert client.get(address(new)).status_code == 200


@pytest.mark.parametrize(
    ("asking", "serial"), [(ASKING, 0), (ASKING, 5), (ASKING, None), ("kurz", 2), ("x" * 23, 2)]
)
def test_a_form_of_an_old_page_brings_no_revoked_address_back(asking, serial):
    user = people.person()
    made(user)
    services.revoke_feed(user=user)
    services.revoke_feed(user=user)
    with pytest.raises(DomainError) as refusal:
        made(user, asking, serial)
    assert refusal.value.code == "stale_page"
    assert CalendarFeed.objects.get(user=user).token_hash is None


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_give_one_address(run_together):
    user = people.person()
    results = run_together([lambda: made(user)] * 4)
    assert len(set(results)) == 1
    assert CalendarFeed.objects.get(user=user).serial == 1


def said(text: str, file: str) -> str:
    """A page but for its own address and for what is new each time."""
    for form in (file, quote(file), quote(file, safe="")):
        text = text.replace(form, "FILE")
    return re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", text)


# --- Who reads ------------------------------------------------------------------------------
def test_unknown_malformed_revoked_and_of_who_left_look_alike(client):
    gone, revoked, erased = (people.person() for _number in range(3))
    tokens = {user: made(user) for user in (gone, revoked, erased)}
    gone.is_active = False
    gone.save()
    services.revoke_feed(user=revoked)
    erase_person(person=erased, by=erased)
    files = [*(f"{t}.ics" for t in tokens.values()), "x" * 32 + ".ics", "breve.ics", "a/b", "€.txt"]
    answers = [client.get(f"/calendari/{file}") for file in files]
    assert {answer.status_code for answer in answers} == {404}
    assert len({said(a.text, file) for a, file in zip(answers, files, strict=True)}) == 1


def test_wrong_addresses_are_limited_and_right_ones_are_no_obstacle(client):
    user = people.person()
    right = address(made(user))
    assert {client.get(right).status_code for _number in range(200)} == {200}
    wrong = [client.get(address("x" * 32)).status_code for _number in range(25)]
    assert wrong[0] == 404
    assert wrong[-1] == 429


def test_the_feed_needs_and_makes_no_cookie_and_is_not_indexed():
    answer = Client().get(address(made(people.person())))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")


def test_an_unchanged_feed_answers_304(client):
    cohort = cohorts.cohort()
    user = cohorts.learner(cohort).user
    session = cohorts.session(cohort, starts_at=soon())
    url = address(made(user))
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    services.cancel_session(session=session, reason="Neve", by=None)
    changed = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "STATUS:CANCELLED" in changed.text


def test_a_reading_is_noted_once_a_day(client, django_assert_num_queries):
    user = people.person()
    url = address(made(user))
    client.get(url)
    assert CalendarFeed.objects.get(user=user).last_read_on == timezone.localdate()
    with django_assert_num_queries(2):
        client.get(url)


@pytest.mark.parametrize("number", [1, 3, pytest.param(300, marks=pytest.mark.slow)])
def test_queries_are_constant(client, django_assert_num_queries, number):
    cohort = cohorts.cohort()
    user = cohorts.learner(cohort).user
    first = cohorts.session(cohort, starts_at=soon(), venue=cohorts.room())
    for extra in range(1, number):
        first.pk, first.number, first.uid = None, extra + 1, None
        first.uid = first._meta.get_field("uid").get_default()
        first._state.adding = True
        first.save()
    url = address(made(user))
    client.get(url)
    with django_assert_num_queries(2):
        assert len(uids(client.get(url).text)) == number


# --- What stands in it ----------------------------------------------------------------------
def test_it_holds_the_sessions_of_ones_cohorts_and_no_others(client):
    mine = cohorts.cohort()
    theirs = cohorts.cohort("MC-PROVA-2026-2", course=mine.course)
    taught = cohorts.cohort("MC-PROVA-2026-3", course=mine.course)
    left = cohorts.cohort("MC-PROVA-2026-4", course=mine.course)
    inspected = cohorts.cohort("MC-PROVA-2026-5", course=mine.course)
    user = cohorts.learner(mine).user
    withdrawn = cohorts.learner(left, user)
    services.withdraw(enrolment=withdrawn, on=timezone.localdate(), reason="", by=None)
    yesterday = timezone.localdate() - timedelta(days=1)
    for cohort, function, until in [
        (taught, StaffFunction.TUTOR, None),
        (theirs, StaffFunction.TEACHER, yesterday),
        (inspected, StaffFunction.INSPECTOR, timezone.localdate()),
    ]:
        services.assign_staff(cohort=cohort, user=user, function=function, by=None, until=until)
    sessions = {
        cohort: cohorts.session(cohort, starts_at=soon())
        for cohort in (mine, theirs, taught, left, inspected)
    }
    text = client.get(address(made(user))).text
    assert uids(text) == {uid(sessions[mine]), uid(sessions[taught])}


@pytest.mark.parametrize(("language", "words"), [("it", "I miei incontri"), ("en", "My sessions")])
def test_it_speaks_the_persons_language(language, words):
    user = people.person(language=language)
    client = Client(headers={"Accept-Language": "en" if language == "it" else "it"})
    assert words in client.get(address(made(user))).text


# --- The page -------------------------------------------------------------------------------
@pytest.fixture
def page():
    return reverse("cohorts:feed_page")


def hidden(text: str) -> dict[str, str]:
    return dict(re.findall(r'name="(asking|serial)" value="([^"]*)"', text))


def test_the_page_shows_the_address_once(client, page):
    user = people.person()
    client.force_login(user)
    form = hidden(client.get(page).text)
    answer = client.post(page, form)
    whole = re.search(r'value="(http[^"]+\.ics)"', answer.text)[1]
    assert whole.startswith(f"{settings.SITE_URL}/calendari/")
    assert f'href="webcal://{whole.partition("://")[2]}"' in answer.text
    assert "no-store" in answer["Cache-Control"]
    assert client.get(whole.removeprefix(settings.SITE_URL)).status_code == 200
    assert client.post(page, form).text.count(whole) == answer.text.count(whole)
    assert whole not in client.get(page).text
    client.post(page, {"revoke": ""})
    assert client.get(whole.removeprefix(settings.SITE_URL)).status_code == 404
    stale = client.post(page, form, follow=True)
    assert whole not in stale.text
    assert "non era più aggiornata" in stale.text


def test_the_page_is_for_who_signed_in(client, page):
    assert reverse("account_login") in client.get(page)["Location"]


def test_erasing_an_account_erases_its_address():
    user = people.person()
    made(user)
    erase_person(person=user, by=user)
    assert not CalendarFeed.objects.exists()
