from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation

from lms.cohorts import services
from lms.cohorts.models import Room
from lms.cohorts.summary import was_before
from lms.core.errors import DomainError
from tests.factories import cohorts, people

pytestmark = pytest.mark.django_db
LINK = "https://incontri.example.org/segreto"


def soon(days=2, hours=0):
    return timezone.now().replace(second=0, microsecond=0) + timedelta(days=days, hours=hours)


@pytest.mark.parametrize(
    ("names", "slugs"),
    [
        (["Sala Sole"], ["sala-sole"]),
        (["Sala Sole", "Sala  sole", "Sala-sole"], ["sala-sole", "sala-sole-2", "sala-sole-3"]),
        (["李娜", "O’Neill"], ["sala", "oneill"]),
    ],
)
def test_a_slug_is_made_once_and_stays(names, slugs):
    rooms = [cohorts.room(name) for name in names]
    assert [room.slug for room in rooms] == slugs
    rooms[0].name = "Altro nome"
    rooms[0].save()
    assert rooms[0].slug == slugs[0]


@pytest.mark.parametrize(
    "fields", [{"latitude": None}, {"longitude": None}, {"latitude": 91}, {"capacity": 0}]
)
def test_a_room_that_cannot_be_is_refused(fields):
    room = cohorts.room()
    for name, value in fields.items():
        setattr(room, name, value)
    with pytest.raises(ValidationError):
        room.full_clean()


def test_a_session_takes_the_name_of_its_room():
    cohort, sole = cohorts.cohort(), cohorts.room()
    session = cohorts.session(cohort, starts_at=soon(), venue=sole, room="altro")
    assert (session.venue, session.room) == (sole, "Sala Sole")


@pytest.mark.parametrize(
    ("change", "venue", "room"),
    [
        ({}, "Sala Sole", "Sala Sole"),
        ({"venue": "Cortile"}, "Cortile", "Cortile"),
        ({"venue": None}, None, ""),
        ({"venue": None, "room": "Biblioteca"}, None, "Biblioteca"),
        ({"room": "Biblioteca"}, None, "Biblioteca"),
        ({"room": "Sala Sole"}, "Sala Sole", "Sala Sole"),
        ({"mode": "remote", "link": LINK}, None, ""),
        ({"venue": "Cortile", "mode": "remote", "link": LINK}, None, ""),
    ],
)
def test_moving_a_session_moves_room_and_name_together(change, venue, room):
    rooms = {name: cohorts.room(name) for name in ("Sala Sole", "Cortile")}
    session = cohorts.session(cohorts.cohort(), starts_at=soon(), venue=rooms["Sala Sole"])
    if change.get("venue"):
        change = change | {"venue": rooms[change["venue"]]}
    moved = services.move_session(
        session=session, starts_at=session.starts_at, ends_at=session.ends_at, by=None, **change
    )
    assert (moved.venue and moved.venue.name, moved.room) == (venue, room)
    assert moved.sequence == (0 if venue == "Sala Sole" else 1)


def test_a_room_out_of_use_cannot_be_chosen_and_stays_where_it_is():
    cohort, sole = cohorts.cohort(), cohorts.room()
    session = cohorts.session(cohort, starts_at=soon(), venue=sole)
    Room.objects.update(active=False)
    sole.refresh_from_db()
    with pytest.raises(DomainError) as refusal:
        cohorts.session(cohort, starts_at=soon(3), venue=sole)
    assert refusal.value.code == "room_out_of_use"
    moved = services.move_session(
        session=session, starts_at=soon(4), ends_at=soon(4, 2), by=None, venue=sole
    )
    assert moved.venue == sole


def test_a_changed_room_is_told_old_and_new_with_the_way(django_capture_on_commit_callbacks):
    cohort = cohorts.cohort()
    cohorts.learner(cohort, people.person(language="it"))
    session = cohorts.session(cohort, starts_at=soon(), venue=cohorts.room())
    there = cohorts.room("Sala Cortile", address="via dei Tigli 4, Milano")
    with django_capture_on_commit_callbacks(execute=True):
        moved = services.move_session(
            session=session, starts_at=session.starts_at, ends_at=session.ends_at, venue=there,
            by=None,
        )  # fmt: skip
    [letter] = mail.outbox
    assert "Sala Cortile, via dei Tigli 4, Milano" in letter.body
    assert "Sala Sole" in letter.body
    assert "/it/sede/sala-cortile/" in letter.body
    assert "/it/sede/sala-cortile/" in letter.alternatives[0][0]
    assert moved.before == {"room": "Sala Sole"}


def test_a_changed_link_is_told_without_the_link(django_capture_on_commit_callbacks):
    cohort = cohorts.cohort()
    cohorts.learner(cohort)
    session = cohorts.session(cohort, starts_at=soon(), mode="remote", link=LINK)
    with django_capture_on_commit_callbacks(execute=True):
        services.move_session(
            session=session, starts_at=session.starts_at, ends_at=session.ends_at,
            link=f"{LINK}-nuovo", by=None,
        )  # fmt: skip
    [letter] = mail.outbox
    told = f"{letter.body} {letter.alternatives[0][0]}"
    assert LINK not in told
    assert "un quarto d’ora prima" in told


def test_the_page_of_the_cohort_says_what_was_before(client):
    cohort = cohorts.cohort()
    day = timezone.localtime().replace(hour=18, minute=0, second=0, microsecond=0)
    day += timedelta(days=3)
    session = cohorts.session(
        cohort, starts_at=day, minutes=120, venue=cohorts.room(), topic="Chi invitare"
    )
    there = cohorts.room("Sala Cortile")
    moved = services.move_session(
        session=session, starts_at=day + timedelta(days=1), ends_at=day + timedelta(days=1, hours=2),
        venue=there, by=None,
    )  # fmt: skip
    page = client.get(cohort.get_absolute_url()).text
    assert was_before(moved).endswith(", 18:00–20:00, Sala Sole")
    assert was_before(moved) in page
    assert f'<a href="{there.get_absolute_url()}">Sala Cortile</a>' in page
    assert was_before(moved, moved.ends_at) == ""


@pytest.mark.parametrize(("language", "words"), [("it", "Tram 14"), ("en", "Take tram 14")])
def test_the_page_of_a_room_is_public_and_asks_nothing_of_others(client, language, words):
    room = cohorts.room(
        directions_it="Tram 14", directions_en="Take tram 14", accessibility_it="Rampa"
    )
    with translation.override(language):
        response = client.get(room.get_absolute_url())
    assert words in response.text
    assert "Rampa" in response.text
    assert 'href="geo:45.464203,9.189982?q=45.464203,9.189982(Sala%20Sole)"' in response.text
    assert "openstreetmap.org/?mlat=45.464203&amp;mlon=9.189982#map=18/" in response.text
    assert "<iframe" not in response.text
    assert not response.cookies


def test_a_room_without_coordinates_has_no_link_to_maps(client):
    room = cohorts.room(latitude=None, longitude=None)
    page = client.get(room.get_absolute_url()).text
    assert "geo:" not in page
    assert "mlat" not in page


def test_a_room_with_sessions_is_not_deleted(client):
    room = cohorts.room()
    cohorts.session(cohorts.cohort(), venue=room)
    client.force_login(people.administrator(is_superuser=True))
    client.post(reverse("room:delete", args=[room.pk]))
    assert Room.objects.filter(pk=room.pk).exists()


def test_a_small_room_is_a_warning_and_no_refusal(client):
    cohort, room = cohorts.cohort(seats=20), cohorts.room(capacity=12)
    client.force_login(people.administrator(is_superuser=True))
    answer = client.post(
        reverse("cohorts_admin:act", args=[cohort.pk, "incontri"]),
        {
            "day": timezone.localdate() + timedelta(days=3), "starts": "18:00", "ends": "20:00",
            "weeks": 1, "mode": "house", "venue": room.pk,
        },
        follow=True,
    )  # fmt: skip
    assert "Sala Sole ha 12 posti, l’edizione ne ha 20." in answer.text
    session = cohort.sessions.get()
    assert (session.venue, session.room) == (room, "Sala Sole")
    page = client.get(reverse("cohorts_admin:session", args=[cohort.pk, session.pk])).text
    assert f'<option value="{room.pk}" selected>' in page


@pytest.mark.parametrize(("signs", "status"), [(900, 302), (2000, 422)])
def test_a_link_as_long_as_meeting_programs_make_them_is_kept(client, signs, status):
    cohort = cohorts.cohort()
    client.force_login(people.administrator(is_superuser=True))
    link = "https://incontri.example/" + "x" * (signs - 25)
    hours = {"day": soon().date(), "starts": "09:00", "ends": "11:00", "weeks": 1}
    url = reverse("cohorts_admin:act", args=[cohort.pk, "incontri"])
    assert client.post(url, hours | {"mode": "remote", "link": link}).status_code == status
    for session in cohort.sessions.all():
        session.full_clean()
