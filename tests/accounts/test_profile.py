"""The profile, the codice fiscale, consents, the ZIP of one's data, erasure."""

import io
import json
import zipfile

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from lms.accounts import privacy
from lms.accounts.choices import ConsentKind
from lms.accounts.models import Consent, ConsentText, Invitation, User
from lms.accounts.services import (
    erase_person,
    give_consent,
    record_consents,
    update_profile,
    withdraw_consent,
)
from lms.core.errors import DomainError
from lms.core.models import OutboundMail
from lms.core.registries import PersonalData, registries
from tests.factories import people
from tests.factories.accounts import TAX_CODE
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db

DETAILS = {
    "first_name": "Lia",
    "last_name": "Nèri",
    "display_name": "lia",
    "language": "en",
    "tax_code": "",
}


def test_profile_saves_details_and_switches_language(client):
    person = people.person()
    client.force_login(person)
    response = client.post("/it/profilo/", DETAILS | {"tax_code": "prvmra90a41 f205v"})
    assert response.status_code == 302
    assert response.cookies["django_language"].value == "en"
    person.refresh_from_db()
    assert (person.first_name, person.last_name, person.language, person.tax_code) == (
        "Lia",
        "Nèri",
        "en",
        TAX_CODE,
    )


@pytest.mark.parametrize("code", ["PRVMRA90A41F205Y", "PRVMRA90A41F205", "hello", TAX_CODE + "X"])
def test_wrong_tax_code_is_refused_and_nothing_saved(client, code):
    person = people.person()
    client.force_login(person)
    response = client.post("/it/profilo/", DETAILS | {"tax_code": code})
    assert response.status_code == 422
    assert "tax_code" in response.context["form"].errors
    assert User.objects.get(pk=person.pk).first_name == person.first_name


def test_profile_takes_no_other_field(client):
    person = people.person()
    client.force_login(person)
    client.post("/it/profilo/", DETAILS | {"is_superuser": "on", "email": "evil@example.org"})
    fresh = User.objects.get(pk=person.pk)
    assert (fresh.is_superuser, fresh.email) == (False, person.email)
    with pytest.raises(ValueError, match="is_superuser"):
        update_profile(person=fresh, by=fresh, is_superuser=True)


def test_tax_code_is_seen_by_owner_and_administrators_only(client):
    person = people.person(tax_code=TAX_CODE)
    assert person.has_perm("accounts.see_tax_code", person)
    assert people.administrator().has_perm("accounts.see_tax_code", person)
    for other in (people.person(), people.instructor(), people.manager(), people.committee()):
        assert not other.has_perm("accounts.see_tax_code", person)
        client.force_login(other)
        response = client.get(f"/it/persone/{person.pk}/")
        assert response.status_code == 403
        assert TAX_CODE not in response.content.decode()
    client.force_login(people.administrator())
    assert TAX_CODE in client.get(f"/it/persone/{person.pk}/").content.decode()


def test_personal_pages_ask_strangers_to_sign_in_and_are_never_stored(client):
    for path in ("profilo/", "profilo/cancellazione/", "persone/", "persone/invita/"):
        response = client.get(f"/it/{path}")
        assert response.status_code == 302
        assert "no-store" in response["Cache-Control"]


# --- Consents -------------------------------------------------------------------------------


def test_consents_follow_the_choice_and_keep_their_history():
    person = people.person()
    record_consents(user=person, accepted=[ConsentKind.PRIVACY, ConsentKind.NEWS])
    record_consents(user=person, accepted=[ConsentKind.PRIVACY])
    record_consents(user=person, accepted=[ConsentKind.PRIVACY, ConsentKind.NEWS])
    given = Consent.objects.filter(user=person)
    assert sorted(given.given().values_list("text__kind", flat=True)) == ["news", "privacy"]
    assert given.count() == 3


def test_consent_given_twice_is_one():
    person, text = people.person(), ConsentText.objects.get(kind="news")
    assert give_consent(user=person, text=text) == give_consent(user=person, text=text)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(user=person, text=text, given_at=timezone.now())


def test_required_consent_is_not_taken_back_alone():
    person = people.person()
    text = ConsentText.objects.get(kind="privacy")
    with pytest.raises(DomainError) as refusal:
        withdraw_consent(user=person, text=text)
    assert refusal.value.code == "required_consent"
    with pytest.raises(DomainError):
        record_consents(user=person, accepted=[])


def test_new_version_is_asked_again(client):
    person = people.person()
    record_consents(user=person, accepted=[ConsentKind.PRIVACY])
    ConsentText.objects.create(
        kind="privacy",
        version=2,
        required=True,
        title={"it": "Nuova informativa"},
        body={"it": "Testo nuovo."},
        published_at=timezone.now(),
    )
    client.force_login(person)
    assert client.get("/it/profilo/").context["renew"] == ["privacy"]
    client.post("/it/profilo/informativa/")
    assert client.get("/it/profilo/").context["renew"] == []
    assert Consent.objects.filter(user=person, text__version=2).count() == 1


def test_choices_on_the_profile_are_saved(client):
    person = people.person()
    record_consents(user=person, accepted=[ConsentKind.PRIVACY])
    client.force_login(person)
    client.post("/it/profilo/consensi/", {"consent_news": "on"})
    assert set(Consent.objects.given().values_list("text__kind", flat=True)) == {"privacy", "news"}


# --- My data ---------------------------------------------------------------------------------


def archive_of(response) -> dict:
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def test_zip_holds_ones_own_data_and_nobody_elses(client):
    other = people.person(tax_code=TAX_CODE)
    record_consents(user=other, accepted=[ConsentKind.PRIVACY])
    person = people.person(first_name="Zoë")
    record_consents(user=person, accepted=[ConsentKind.PRIVACY])
    OutboundMail.objects.create(key="a", recipient=person.email.upper(), template="x")
    OutboundMail.objects.create(key="b", recipient=other.email, template="x")
    client.force_login(person)
    response = client.post("/it/profilo/i-miei-dati/")
    assert response["Content-Type"] == "application/zip"
    files = archive_of(response)
    assert set(files) == {
        "index.json",
        "accounts.User.json",
        "account.EmailAddress.json",
        "accounts.Consent.json",
        "core.OutboundMail.json",
    }
    assert files["accounts.User.json"][0]["first_name"] == "Zoë"
    assert [row["version"] for row in files["accounts.Consent.json"]] == [1]
    assert len(files["core.OutboundMail.json"]) == 1
    text = json.dumps(files)
    assert other.email not in text
    assert TAX_CODE not in text
    assert "password" not in text


def test_zip_comes_by_post_only(client):
    client.force_login(people.person())
    assert client.get("/it/profilo/i-miei-dati/").status_code == 405


# --- Erasure ---------------------------------------------------------------------------------


@pytest.fixture
def kept_records():
    """A package that must keep what it holds, registered for this test alone."""
    entry = PersonalData(
        "accounts.Organisation", lambda user: [{"row": 1}], None, "Registro firmato: fino al 2031."
    )
    before = dict(registries.personal_data)
    registries.personal_data[entry.model] = entry
    yield entry
    registries.personal_data.clear()
    registries.personal_data.update(before)


def test_erasing_empties_the_account(client):
    person = people.person(tax_code=TAX_CODE, email="lia@example.org")
    record_consents(user=person, accepted=[ConsentKind.PRIVACY])
    OutboundMail.objects.create(key="a", recipient=person.email, template="x")
    erase_person(person=person, by=person)
    person.refresh_from_db()
    assert (person.first_name, person.last_name, person.tax_code, person.is_active) == (
        "",
        "",
        "",
        False,
    )
    assert person.email == f"erased-{person.pk}@erased.invalid"
    assert not person.has_usable_password()
    assert not OutboundMail.objects.exists()
    assert not person.emailaddress_set.exists()
    assert Consent.objects.filter(user=person).count() == 1


def test_erasing_leaves_no_name_in_the_audit_trail():
    from wagtail.models import ModelLogEntry

    person = people.person(first_name="Teodolinda", email="teo@example.org")
    update_profile(person=person, by=person, display_name="teo")
    erase_person(person=person, by=person)
    labels = " ".join(ModelLogEntry.objects.values_list("label", flat=True))
    assert "Teodolinda" not in labels
    assert "teo@" not in labels


def test_names_stay_where_records_are_kept_and_the_person_is_told(client, kept_records):
    person = people.person(first_name="Lia")
    client.force_login(person)
    page = client.get("/it/profilo/cancellazione/").content.decode()
    assert "Registro firmato: fino al 2031." in page
    done = client.post("/it/profilo/cancellazione/", {"password": PASSWORD, "sure": "on"})
    assert "Registro firmato: fino al 2031." in done.content.decode()
    person.refresh_from_db()
    assert (person.first_name, person.is_active) == ("Lia", False)
    assert client.get("/it/profilo/").status_code == 302


def test_erasing_needs_the_password(client):
    person = people.person()
    client.force_login(person)
    response = client.post("/it/profilo/cancellazione/", {"password": "guess", "sure": "on"})
    assert response.status_code == 422
    assert User.objects.get(pk=person.pk).is_active


def test_erasing_twice_is_once():
    person = people.person()
    erase_person(person=person, by=person)
    when = User.objects.get(pk=person.pk).erased_at
    assert erase_person(person=person, by=person) == []
    assert User.objects.get(pk=person.pk).erased_at == when


@pytest.mark.parametrize("make", [people.instructor, people.administrator])
def test_who_has_a_role_gives_it_back_first(make):
    person = make()
    with pytest.raises(DomainError) as refusal:
        erase_person(person=person, by=person)
    assert refusal.value.code == "has_role"
    assert User.objects.get(pk=person.pk).is_active


def test_erasing_removes_invitations_to_the_address():
    person = people.person()
    Invitation.objects.create(
        email=person.email.upper(),
        token_hash="0" * 64,
        expires_at=timezone.now() + timezone.timedelta(days=1),
    )
    erase_person(person=person, by=person)
    assert not Invitation.objects.exists()


def test_every_row_of_this_package_that_points_at_a_person_is_registered():
    assert {"accounts.User", "accounts.Consent", "accounts.Invitation", "core.OutboundMail"} <= set(
        registries.personal_data
    )
    assert privacy.holdings_of(people.person())[0].model == "accounts.User"


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("D’Amico-Šćepanović", 302),
        ("O’Neill", 302),
        ("李娜", 302),
        ("مريم", 302),
        ("Rossi\r\nBcc: x", 422),
        ("\u202eissoR", 422),
        ("Ross\x00i", 422),
    ],
)
def test_a_name_is_letters_on_one_line(client, name, status):
    person = people.person()
    client.force_login(person)
    data = {"first_name": "Ada", "last_name": name, "language": "it"}
    assert client.post("/it/profilo/", data).status_code == status
    person.refresh_from_db()
    assert (person.last_name == name) == (status == 302)
