"""Enrolment keys: typed or followed, used once by each person, told why not."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from lms.cohorts import services
from lms.cohorts.models import EnrolmentKey, KeyUse
from lms.core.errors import DomainError
from tests.factories import cohorts, curriculum, people, ways_in

pytestmark = pytest.mark.django_db


def refused(key, user, **fields):
    with pytest.raises(DomainError) as refusal:
        services.use_key(key=key, user=user, **fields)
    return refusal.value.code


def test_a_key_enrols_with_its_pool_and_organisation(django_capture_on_commit_callbacks):
    cohort = cohorts.cohort()
    services.set_seats(cohort=cohort, seats=20, pools={"students": 3}, by=None)
    pool, ente = cohort.pools.get(), people.organisation()
    key, _token = ways_in.key(cohort, pool=pool, organisation=ente)
    user = people.person()
    with django_capture_on_commit_callbacks(execute=True):
        enrolment = services.use_key(key=key, user=user)
        again = services.use_key(key=key, user=user)
    key.refresh_from_db()
    assert (enrolment.pool, enrolment.organisation, again) == (pool, ente, enrolment)
    assert (key.used, key.use_rows.get().enrolment) == (1, enrolment)
    assert [m.to for m in mail.outbox] == [[user.email]]


def test_the_link_is_kept_as_a_digest_alone():
    key, token = ways_in.key(cohorts.cohort())
    stored = str(EnrolmentKey.objects.filter(pk=key.pk).values().get())
    assert len(token) >= 43
    assert token not in stored
    assert services.key_for_link(token=token, user=None) == key
    newer = services.renew_link(key=key, by=people.administrator())
    assert services.key_for_link(token=token, user=None) is None
    assert services.key_for_link(token=newer, user=None) == key


def test_each_refusal_has_its_reason():
    cohort, user = cohorts.cohort(), people.person()
    now = timezone.now()
    key, _token = ways_in.key(cohort, uses=1, email_domain="@Comune.Milano.IT")
    assert refused(key, user) == "key_domain"
    assert refused(key, people.person(email="a@finto-comune.milano.it")) == "key_domain"
    assert refused(key, user, at=now - timedelta(days=3)) == "key_early"
    assert refused(key, user, at=now + timedelta(days=9)) == "key_expired"
    services.use_key(key=key, user=people.person(email="vera@comune.milano.it"))
    key.refresh_from_db()
    assert refused(key, people.person(email="altra@comune.milano.it")) == "key_used_up"
    services.revoke_key(key=key, by=people.administrator())
    key.refresh_from_db()
    assert refused(key, user) == "key_revoked"


def test_who_left_does_not_come_back_by_a_key():
    cohort = cohorts.cohort()
    enrolment = cohorts.learner(cohort)
    services.withdraw(enrolment=enrolment, on=timezone.localdate(), reason="", by=None)
    key, _token = ways_in.key(cohort)
    assert refused(key, enrolment.user) == "left_cohort"


def test_a_full_cohort_spends_no_use():
    cohort = cohorts.cohort(seats=1)
    cohorts.learner(cohort)
    key, _token = ways_in.key(cohort)
    assert refused(key, people.person()) == "seats_full"
    key.refresh_from_db()
    assert (key.used, KeyUse.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_use_it_once(run_together):
    key, _token = ways_in.key(cohorts.cohort(), uses=1)
    one, other = people.person(), people.person()
    run_together([lambda: services.use_key(key=key, user=one)] * 2)
    results = run_together([lambda: services.use_key(key=key, user=other)] * 2)
    key.refresh_from_db()
    assert (key.used, KeyUse.objects.count(), key.cohort.enrolments.count()) == (1, 1, 1)
    assert {result.code for result in results} == {"key_used_up"}


def test_typed_by_the_signed_in_with_reasons(client):
    cohort, other = (
        cohorts.cohort(),
        cohorts.cohort("MC-ALTRO-2026-1", course=curriculum.course("MC-ALTRO")),
    )
    key, _token = ways_in.key(cohort)
    address = reverse("cohorts:key", args=[cohort.code])
    assert "/account/login/" in client.post(address, {"code": key.code}).url
    user = people.person()
    client.force_login(user)
    foreign = client.post(reverse("cohorts:key", args=[other.code]), {"code": key.code})
    unknown = client.post(address, {"code": "ZZZZZZZZ"})
    assert (foreign.status_code, unknown.status_code) == (409, 409)
    assert foreign.context["form"].errors == unknown.context["form"].errors
    typed = f" {key.code[:4].lower()}-{key.code[4:]} "
    assert client.post(address, {"code": typed}).url == cohort.get_absolute_url()
    assert cohort.enrolments.get().user == user


def test_guessing_is_limited(client):
    cohort = cohorts.cohort()
    client.force_login(people.person())
    address = reverse("cohorts:key", args=[cohort.code])
    answers = [client.post(address, {"code": "ZZZZZZZ2"}).status_code for _try in range(7)]
    assert answers == [409] * 6 + [429]


def test_links_that_open_nothing_look_alike(client):
    cohort = cohorts.cohort()
    today = timezone.localdate()
    _late, late = ways_in.key(cohort, first_day=today - timedelta(3), last_day=today - timedelta(1))
    revoked, token = ways_in.key(cohort)
    services.revoke_key(key=revoked, by=people.administrator())
    spent, used_up = ways_in.key(cohort, uses=1)
    services.use_key(key=spent, user=people.person())
    pages = {
        client.get(reverse("cohorts:key_link", args=[t])).content.decode().count("opens")
        for t in (late, token, used_up, "x" * 43)
    }
    statuses = [
        client.get(reverse("cohorts:key_link", args=[t])).status_code
        for t in (late, token, used_up, "x" * 43)
    ]
    assert (len(pages), statuses) == (1, [404] * 4)


def test_followed_as_a_link(client):
    cohort = cohorts.cohort()
    _key, token = ways_in.key(cohort, uses=1)
    address = reverse("cohorts:key_link", args=[token])
    assert f"next={address}" in client.get(address).content.decode()
    assert client.post(address).status_code == 200
    assert cohort.enrolments.count() == 0
    client.force_login(people.person())
    assert client.get(address).status_code == 200
    assert cohort.enrolments.count() == 0
    first, second = client.post(address), client.post(address)
    assert (first.url, second.url) == (cohort.get_absolute_url(),) * 2
    assert cohort.enrolments.count() == 1


def test_administrators_make_and_see_them(client):
    cohort = cohorts.cohort()
    client.force_login(people.administrator())
    today = timezone.localdate()
    response = client.post(
        reverse("cohorts_admin:act", args=[cohort.pk, "chiave"]),
        {"name": "Liceo", "uses": 3, "first_day": today, "last_day": today + timedelta(9)},
        follow=True,
    )
    key = EnrolmentKey.objects.get()
    assert key.code in response.content.decode()
    services.use_key(key=key, user=people.person(last_name="Šćepanović"))
    page = client.get(reverse("cohorts_admin:key", args=[cohort.pk, key.pk]))
    assert "Šćepanović" in page.content.decode()
    client.post(reverse("cohorts_admin:key", args=[cohort.pk, key.pk]), {"revoke": "1"})
    key.refresh_from_db()
    assert key.revoked_at is not None
