"""One login for site and admin: registration, verification, reset, limits, landing, second factor."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from lms.accounts.models import User
from lms.accounts.views.entrance import first_address
from lms.core.models import OutboundMail
from tests.factories import people
from tests.factories.accounts import superuser
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

NEW = {
    "first_name": "Noè",
    "last_name": "Dall’Acqua",
    "email": "noe@example.org",
    "language": "en",
    "password1": "ponte-di-via-inventata",
    "password2": "ponte-di-via-inventata",
    "consent_privacy": "on",
    "consent_photos": "on",
}


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


def link_in(message) -> str:
    return re.search(r"https?://[^/]+(/\S+)", message.body)[1]


@pytest.mark.slow
def test_registration_verification_and_login(client):
    response = client.post("/it/account/signup/", NEW)
    assert (response.status_code, response["Location"]) == (302, "/it/account/confirm-email/")
    user = User.objects.get(email="noe@example.org")
    assert (user.first_name, user.last_name, user.language) == ("Noè", "Dall’Acqua", "en")
    assert set(user.consents.values_list("text__kind", "text__version")) == {
        ("privacy", 1),
        ("photos", 1),
    }
    (message,) = mail.outbox
    assert message.subject == "Confirm your address"
    assert client.post("/it/account/login/", login("noe@example.org", NEW["password1"]))[
        "Location"
    ].startswith("/it/account/confirm-email/")
    link = link_in(message)
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get(user=user).verified  # opening the link is not enough
    client.post(link)
    assert EmailAddress.objects.get(user=user).verified


APPLICATION = "/it/edizioni/MC-COD-2026-1/candidatura/"


@pytest.mark.parametrize("path", ["login", "signup"])
def test_who_comes_to_apply_is_told_that_it_goes_on_afterwards(client, path):
    words = "your application opens"
    plain = client.get(f"/en/account/{path}/").content.decode()
    coming = client.get(f"/en/account/{path}/", {"next": APPLICATION}).content.decode()
    assert (words in plain, words in coming) == (False, True)


@pytest.mark.parametrize("same_browser", [True, False])
def test_registration_leads_back_to_the_application(client, same_browser):
    client.post("/it/account/signup/", NEW | {"next": APPLICATION})
    link = link_in(mail.outbox[0])
    browser = client if same_browser else Client()
    assert APPLICATION in browser.get(link).content.decode()
    response = browser.post(link.partition("?")[0], {"next": APPLICATION})
    assert (response.status_code, response["Location"]) == (302, APPLICATION)


def test_confirmation_never_leads_off_the_site(client):
    client.post("/it/account/signup/", NEW | {"next": "https://elsewhere.example/"})
    assert "elsewhere" not in link_in(mail.outbox[0])


def login(email: str, password: str = PASSWORD) -> dict:
    return {"login": email, "password": password}


@pytest.mark.parametrize("missing", ["first_name", "last_name", "consent_privacy", "email"])
def test_registration_needs_names_address_and_privacy(client, missing):
    data = {name: value for name, value in NEW.items() if name != missing}
    assert client.post("/it/account/signup/", data).status_code == 200
    assert not User.objects.exists()


def test_registration_of_a_known_address_answers_like_a_new_one(client):
    people.person(email="noe@example.org", language="en")
    known = client.post("/it/account/signup/", NEW)
    unknown = client.post("/it/account/signup/", NEW | {"email": "other@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.subject for message in mail.outbox] == [
        "You already have an account",
        "Confirm your address",
    ]


def test_reset_tells_nobody_whether_there_is_an_account(client):
    people.person(email="noe@example.org")
    known = client.post("/it/account/password/reset/", {"email": "noe@example.org"})
    rows = OutboundMail.objects.count()
    unknown = client.post("/it/account/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert (rows, OutboundMail.objects.count()) == (1, 2)  # the same work for both


def test_wrong_password_and_unknown_address_answer_alike(client):
    people.person(email="noe@example.org")
    pages = [
        client.post("/it/account/login/", login(email, "not-the-password"))
        for email in ("noe@example.org", "nobody@example.org")
    ]
    texts = [page.context["form"].non_field_errors() for page in pages]
    assert list(texts[0]) == list(texts[1]) != []


def test_reset_link_changes_the_password_once(client):
    person = people.person(email="noe@example.org")
    client.post("/it/account/password/reset/", {"email": "noe@example.org"})
    link = link_in(mail.outbox[-1])
    form_address = client.get(link)["Location"]
    new = {"password1": "tram-giallo-numero-uno", "password2": "tram-giallo-numero-uno"}
    assert client.post(form_address, new).status_code == 302
    assert User.objects.get(pk=person.pk).check_password("tram-giallo-numero-uno")
    client.logout()
    assert client.get(link).context["token_fail"] is True


def test_no_link_or_key_lies_in_the_database(client):
    people.person(email="noe@example.org")
    client.post("/it/account/password/reset/", {"email": "noe@example.org"})
    link = link_in(mail.outbox[-1])
    key = link.rstrip("/").rpartition("/")[2]
    assert key not in str(list(OutboundMail.objects.values()))


def test_login_is_limited_by_account(client):
    people.person(email="noe@example.org")
    for _time in range(5):
        client.post("/it/account/login/", login("noe@example.org", "guess"))
    page = client.post("/it/account/login/", login("noe@example.org"))
    assert page.status_code == 200  # the right password is not even looked at
    assert not client.session.get("_auth_user_id")
    other = people.person()
    assert client.post("/it/account/login/", login(other.email)).status_code == 302


def test_login_ignores_the_case_of_the_address(client):
    people.person(email="noe@example.org")
    assert client.post("/it/account/login/", login("NOE@Example.org")).status_code == 302
    assert client.session["_auth_user_id"]


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (people.person, ["dashboard:home", "accounts:profile"]),
        (people.instructor, ["dashboard:home", "wagtailadmin_home"]),
        (people.manager, ["reports:index", "wagtailadmin_home"]),
        (people.committee, ["wagtailadmin_home"]),
        (
            people.administrator,
            ["cohort:index", "wagtailsnippets_cohorts_cohort:list", "wagtailadmin_home"],
        ),
        (superuser, ["cohort:index", "wagtailsnippets_cohorts_cohort:list", "wagtailadmin_home"]),
    ],
)
def test_each_role_lands_on_its_work(client, make, names):
    client.force_login(make())
    from django.utils import translation

    with translation.override("it"):
        wanted = first_address(names)
    assert client.get("/it/inizio/")["Location"] == wanted


def test_landing_asks_strangers_to_sign_in(client):
    assert client.get("/it/inizio/")["Location"] == "/it/account/login/?next=/it/inizio/"


def test_admin_gate_sends_strangers_to_the_one_login(client):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].endswith("/account/login/?next=%2Fadmin%2F")
    assert response.status_code == 200


def test_admin_gate_never_leads_off_the_site(client):
    response = client.get("/admin/login/?next=https://evil.example/")
    assert response["Location"].endswith("?next=%2Fadmin%2F")


def test_learner_gets_403_and_no_loop_at_the_admin(client):
    client.force_login(people.person())
    response = client.get("/admin/", follow=True)
    assert (response.status_code, len(response.redirect_chain)) == (403, 1)


@pytest.mark.parametrize(
    "make", [people.instructor, people.manager, people.committee, people.administrator]
)
def test_staff_enters_the_admin_but_not_its_user_management(client, make):
    client.force_login(make())
    assert client.get("/admin/").status_code == 200
    for name in ("wagtailusers_users:index", "wagtailusers_groups:index"):
        assert client.get(reverse(name)).status_code == 302
    assert client.get(reverse("wagtailusers_users:add")).status_code == 302


def test_superuser_enters_the_user_management(client):
    client.force_login(superuser())
    assert client.get(reverse("wagtailusers_users:index")).status_code == 200


def test_admin_logout_ends_the_session_by_post_only(client):
    client.force_login(people.administrator())
    assert client.get("/admin/logout/").status_code == 405
    client.post("/admin/logout/")
    assert "_auth_user_id" not in client.session


def test_staff_without_second_factor_is_led_to_its_set_up(client, settings):
    settings.STAFF_MFA_REQUIRED = True
    user = people.administrator()
    client.force_login(user)
    assert client.get("/admin/")["Location"].endswith("/account/2fa/totp/activate/")
    assert client.get("/it/profilo/").status_code == 302
    assert client.get("/it/account/2fa/").status_code == 200
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get("/it/profilo/").status_code == 200


def test_learners_need_no_second_factor(client, settings):
    settings.STAFF_MFA_REQUIRED = True
    client.force_login(people.person())
    assert client.get("/it/profilo/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "account/login/",
        "account/signup/",
        "account/password/reset/",
        "account/password/reset/done/",
        "account/confirm-email/",
        "account/inactive/",
    ],
)
@pytest.mark.parametrize("language", ["it", "en"])
def test_entrance_pages_open_for_strangers(client, language, path):
    response = client.get(f"/{language}/{path}")
    assert response.status_code == 200
    assert f'lang="{language}"' in response.content.decode()


@pytest.mark.parametrize(
    "path", ["account/email/", "account/password/change/", "account/2fa/", "account/logout/"]
)
def test_account_pages_open_for_their_owner(client, path):
    client.force_login(people.person())
    assert client.get(f"/it/{path}").status_code == 200
