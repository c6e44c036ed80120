"""Rosters: what is understood of a file, what each line would do, everybody or nobody."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from lms.accounts.models import Invitation, User
from lms.cohorts import services
from lms.cohorts.choices import EnrolmentStatus, LineState, RosterStatus
from lms.cohorts.exchange import rosters as files
from lms.cohorts.models import Enrolment, RosterImport
from lms.cohorts.summary import faulty_lines, judged_lines
from lms.core.errors import DomainError
from lms.core.models import OutboundMail
from tests.factories import accounts, cohorts, people, ways_in

pytestmark = pytest.mark.django_db

NAMES = [("Chiara", "D'Amico-Šćepanović"), ("Liam", "O’Neill"), ("娜", "李")]
ROWS = [f"{first},{last},persona{i}@esempio.it" for i, (first, last) in enumerate(NAMES)]
FILE = "\r\n".join([ways_in.HEADINGS, *ROWS, ""])


def shape_of(content: bytes):
    return files.recognise(ways_in.uploaded(content))


def lines_of(row):
    return judged_lines(row, start=0, number=1000)


# --- What is understood of a file ---------------------------------------------------------------
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_names_survive_every_separator(separator, encoding):
    content = FILE.replace(",", separator).encode(encoding)
    shape = shape_of(content)
    read = list(files.read_lines(ways_in.uploaded(content), shape))
    assert (shape.encoding, shape.separator) == (encoding, separator)
    assert [(line.cells["first_name"], line.cells["last_name"]) for line in read] == NAMES
    assert [line.number for line in read] == [2, 3, 4]


def test_windows_1252_is_recognised_and_said():
    shape = shape_of("Cognome;Nome;E-mail\r\nNiccolò;Noè;noe@esempio.it\r\n".encode("cp1252"))
    assert (shape.encoding, shape.separator) == ("cp1252", ";")
    assert "Windows-1252" in shape.in_words
    assert shape.columns == ("last_name", "first_name", "email")


def test_headings_in_english_in_any_order_and_unknown_ones_are_told():
    shape = shape_of(b"E-Mail Address,Phone,Surname,First_Name,Tax code\n")
    assert shape.columns == ("email", "", "last_name", "first_name", "tax_code")
    assert shape.ignored == ("Phone",)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04xlsx",
        "nome,cognome,email".encode("utf-16"),
        b"nome,cognome\nAda,Prova\n",
        b"nome,nome,cognome,email\n",
        b"nome,cognome,email\n\x00\n",
        b"nome,cognome,email\nAda,\x81\x8d,a@b.it\n",
        b"\xff" * 100,
    ],
)
def test_a_file_that_is_no_roster_is_refused_with_a_reason(content):
    with pytest.raises(files.BadRoster):
        list(files.read_lines(ways_in.uploaded(content), shape_of(content)))


def test_a_line_break_and_a_separator_inside_quotation_marks():
    content = b'nome,cognome,email\n"Ada, detta\nAdina",Prova,ada@esempio.it\nB,C,b@esempio.it\n'
    read = list(files.read_lines(ways_in.uploaded(content), shape_of(content)))
    assert [(line.number, line.cells["first_name"]) for line in read] == [
        (2, "Ada, detta\nAdina"), (4, "B"),
    ]  # fmt: skip


def test_an_open_quotation_mark_and_too_many_cells_are_errors_of_their_line():
    content = b'nome,cognome,email\nA,B,c@d.it,e\n"A,B,c@d.it\n'
    read = list(files.read_lines(ways_in.uploaded(content), shape_of(content)))
    assert [(line.number, bool(line.fault)) for line in read] == [(2, True), (3, True)]


def test_pieces_of_the_file_end_in_the_middle_of_a_letter(monkeypatch):
    monkeypatch.setattr(files, "CHUNK", 7)
    read = list(files.read_lines(ways_in.uploaded(FILE), shape_of(FILE.encode())))
    assert [(line.cells["first_name"], line.cells["last_name"]) for line in read] == NAMES


def test_more_lines_than_a_roster_has_are_refused(monkeypatch):
    monkeypatch.setattr(files, "MOST_LINES", 2)
    row = ways_in.roster(cohorts.cohort(), FILE)
    assert (row.status, row.counts) == (RosterStatus.BAD, {})


def test_the_template_can_be_read_back():
    content = files.template()
    assert shape_of(content).columns == tuple(files.HEADINGS)
    row = ways_in.roster(cohorts.cohort(), content.replace(b"2026-10-05", b""))
    assert row.counts == {LineState.NEW: 2}


# --- What each line would do --------------------------------------------------------------------
def test_lines_are_told_apart():
    cohort = cohorts.cohort()
    known, enrolled = (
        people.person(email="nota@esempio.it"),
        people.person(email="dentro@esempio.it"),
    )
    gone = people.person(email="uscita@esempio.it")
    services.enrol(cohort=cohort, user=enrolled, by=None)
    left = services.enrol(cohort=cohort, user=gone, by=None)
    services.withdraw(enrolment=left, on=timezone.localdate(), reason="", by=None)
    row = ways_in.roster(
        cohort,
        "nome,cognome,email\n"
        "Nuova,Persona,NUOVA@esempio.it\n"
        "Altro,Nome,Nota@Esempio.it\n"
        f"{enrolled.first_name},{enrolled.last_name},dentro@esempio.it\n"
        f"{gone.first_name},{gone.last_name},uscita@esempio.it\n",
    )
    lines = lines_of(row)
    assert [line.state for line in lines] == ["new", "known", "enrolled", "known"]
    assert (lines[0].email, lines[1].user) == ("nuova@esempio.it", known.pk)
    assert known.last_name in lines[1].notes[0]
    assert len(lines[3].notes) == 1
    assert (row.counts, row.wanted) == ({"new": 1, "known": 2, "enrolled": 1}, {"": 3})


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (",Prova,a@b.it,,,,,", "first_name"),
        ("Ada,,a@b.it,,,,,", "last_name"),
        ("Ada\u202e,Prova,a@b.it,,,,,", "first_name"),
        (f"{'A' * 151},Prova,a@b.it,,,,,", "first_name"),
        ("Ada,Prova,nessuna,,,,,", "email"),
        ("Ada,Prova,a@b.it; c@d.it,,,,,", "email"),
        ("Ada,Prova,a@b.it,RSSMRA80A01H501Z,,,,", "tax_code"),
        ("Ada,Prova,a@b.it,,Ente che non c’è,,,", "organisation"),
        ("Ada,Prova,a@b.it,,,studenti,,", "pool"),
        ("Ada,Prova,a@b.it,,,,31/02/2026,", "joined_on"),
        ("Ada,Prova,a@b.it,,,,1999-01-01,", "joined_on"),
        ("Ada,Prova,a@b.it,,,,,fr", "language"),
    ],
)
def test_a_wrong_cell_names_its_column_and_nobody_comes_in(cells, column):
    headings = "nome,cognome,email,codice_fiscale,organizzazione,posti,iscritto_dal,lingua"
    row = ways_in.roster(cohorts.cohort(), f"{headings}\nB,C,b@c.it,,,,,\n{cells}\n")
    [line] = faulty_lines(row, start=0, number=10)
    assert (line.number, [name for name, _why in line.faults]) == (3, [column])
    with pytest.raises(DomainError) as refusal:
        services.commit_roster(roster=row, sha256=row.sha256, by=row.by)
    assert refusal.value.code == "roster_has_errors"
    assert not User.objects.filter(email="b@c.it").exists()


def test_people_who_stand_twice_and_codes_of_others_are_errors():
    people.person(email="altra@esempio.it", tax_code=accounts.TAX_CODE)
    row = ways_in.roster(
        cohorts.cohort(),
        "nome,cognome,email,cf\n"
        "Ada,Prova,ada@esempio.it,\n"
        "Ada,Prova,ADA@esempio.it,\n"
        f"Maria,Prova,maria@esempio.it,{accounts.TAX_CODE.lower()}\n",
    )
    found = [(line.number, line.faults[0][0]) for line in faulty_lines(row, start=0, number=9)]
    assert found == [(3, "email"), (4, "tax_code")]


def test_organisation_pool_day_and_language_are_understood():
    cohort = cohorts.cohort()
    services.set_seats(cohort=cohort, seats=20, pools={"students": 2}, by=None)
    ente = people.organisation("Municipio Dieci")
    day = cohort.starts_on + timedelta(days=3)
    row = ways_in.roster(
        cohort,
        "nome;cognome;email;ente;posti;dal;lingua\n"
        f"Ada;Prova;ada@esempio.it;MUNICIPIO DIECI;Students;{day:%d/%m/%Y};English\n",
    )
    [line] = lines_of(row)
    assert (line.organisation, line.day, line.language) == (ente.pk, day, "en")
    assert line.pool == cohort.pools.get().pk


# --- Everybody or nobody ------------------------------------------------------------------------
def test_everybody_comes_in_is_invited_and_the_file_is_gone(django_capture_on_commit_callbacks):
    cohort = cohorts.cohort()
    earlier = cohorts.learner(cohort)
    known = people.person(email="persona1@esempio.it", first_name="Liam", last_name="O’Neill")
    row = ways_in.roster(cohort, FILE)
    with django_capture_on_commit_callbacks(execute=True):
        row = ways_in.brought_in(row)
    assert row.status == RosterStatus.DONE
    enrolments = list(cohort.enrolments.exclude(pk=earlier.pk).order_by("seat"))
    assert [(e.code, e.seat) for e in enrolments] == [
        (f"{cohort.code}-00{number}", number) for number in (2, 3, 4)
    ]
    assert [(e.user.first_name, e.user.last_name) for e in enrolments] == NAMES
    assert [e.user.has_usable_password() for e in enrolments] == [False, True, False]
    assert sorted(m.to[0] for m in mail.outbox) == sorted(
        f"persona{i}@esempio.it" for i in range(3)
    )
    assert ModelLogEntry.objects.filter(action="cohorts.enrol").count() == 4
    [entry] = ModelLogEntry.objects.filter(action="cohorts.import_roster")
    assert (entry.data["sha256"], entry.data["new"], entry.data["enrolled"]) == (row.sha256, 2, 3)
    assert not storages["uploads"].exists(row.file)
    assert not storages["uploads"].exists(row.judged_file)
    assert known.enrolments.count() == 1
    # The worker that runs twice, the button pressed twice.
    services.run_commit(roster_id=row.pk)
    services.commit_roster(roster=row, sha256=row.sha256, by=row.by)
    assert (cohort.enrolments.count(), OutboundMail.objects.count()) == (4, 3)


def test_who_had_left_comes_back_under_the_old_code():
    cohort = cohorts.cohort()
    gone = people.person(email="persona0@esempio.it")
    left = services.enrol(cohort=cohort, user=gone, by=None)
    services.withdraw(enrolment=left, on=timezone.localdate(), reason="", by=None)
    ways_in.brought_in(ways_in.roster(cohort, FILE))
    left.refresh_from_db()
    assert (left.status, left.withdrawn_on, left.code) == (
        EnrolmentStatus.ACTIVE, None, f"{cohort.code}-001",
    )  # fmt: skip
    assert cohort.enrolments.active().count() == 3


def test_seats_that_do_not_suffice_let_nobody_in():
    cohort = cohorts.cohort(seats=2)
    row = ways_in.brought_in(ways_in.roster(cohort, FILE))
    assert (row.status, row.job.status) == (RosterStatus.READY, "failed")
    assert "2" in row.job.error
    assert cohort.enrolments.count() == 0
    assert not User.objects.filter(email__startswith="persona0@").exists()
    assert not Invitation.objects.exists()


def test_pools_and_held_seats_are_kept():
    cohort = cohorts.cohort(seats=6)
    services.set_seats(cohort=cohort, seats=6, pools={"students": 2}, by=None)
    ways_in.grant(cohort, seats=2)
    row = ways_in.brought_in(ways_in.roster(cohort, FILE))
    assert (row.job.status, cohort.enrolments.count()) == ("failed", 0)
    two = "\n".join(FILE.splitlines()[:3])
    assert ways_in.brought_in(ways_in.roster(cohort, two)).status == RosterStatus.DONE


def test_another_file_than_the_one_shown_is_refused():
    cohort = cohorts.cohort()
    row = ways_in.roster(cohort, FILE)
    with pytest.raises(DomainError) as refusal:
        services.commit_roster(roster=row, sha256="0" * 64, by=row.by)
    assert refusal.value.code == "other_file"
    services.commit_roster(roster=row, sha256=row.sha256, by=row.by)
    storages["uploads"].delete(row.file)
    storages["uploads"].save(row.file, ways_in.uploaded(FILE.replace("Liam", "Noel")))
    row = services.run_commit(roster_id=row.pk)
    assert (row.status, row.job.status) == (RosterStatus.READY, "failed")
    assert cohort.enrolments.count() == 0


def test_what_changed_since_the_preview_is_judged_again():
    cohort = cohorts.cohort()
    row = ways_in.roster(cohort, FILE)
    closed = people.person(email="persona2@esempio.it", is_active=False)
    row = ways_in.brought_in(row)
    assert (row.status, cohort.enrolments.count()) == (RosterStatus.READY, 0)
    assert "4" in row.job.error
    User.objects.filter(pk=closed.pk).update(is_active=True)
    assert ways_in.brought_in(row).status == RosterStatus.DONE


def test_files_wait_for_a_day_at_most():
    row = ways_in.roster(cohorts.cohort(), FILE)
    assert services.forget_old_rosters() == 0
    later = timezone.now() + timedelta(days=1, minutes=1)
    assert services.forget_old_rosters(now=later) == 1
    assert services.forget_old_rosters(now=later) == 0
    row.refresh_from_db()
    assert (row.status, storages["uploads"].exists(row.file)) == (RosterStatus.FORGOTTEN, False)
    with pytest.raises(DomainError):
        services.commit_roster(roster=row, sha256=row.sha256, by=row.by)


def test_a_worker_that_died_is_resumed(django_capture_on_commit_callbacks):
    row = services.receive_roster(
        cohort=cohorts.cohort(), file=ways_in.uploaded(FILE), by=people.administrator()
    )
    assert services.resume_rosters() == 0
    assert services.resume_rosters(now=timezone.now() + timedelta(minutes=6)) == 1
    row.refresh_from_db()
    assert row.status == RosterStatus.READY


@pytest.mark.django_db(transaction=True)
def test_two_workers_bring_people_in_once(run_together):
    cohort = cohorts.cohort(seats=10)
    row = ways_in.roster(cohort, FILE)
    # As `commit_roster`, whose task would run at once here.
    RosterImport.objects.filter(pk=row.pk).update(status=RosterStatus.COMMITTING)
    results = run_together([lambda: services.run_commit(roster_id=row.pk).status] * 2)
    row.refresh_from_db()
    assert (row.status, row.job.error) == (RosterStatus.DONE, ""), results
    assert Enrolment.objects.filter(cohort=cohort).count() == 3


# --- The pages ----------------------------------------------------------------------------------
def test_upload_look_and_confirm(client, django_capture_on_commit_callbacks):
    cohort = cohorts.cohort()
    client.force_login(people.administrator())
    address = reverse("cohorts_admin:roster_upload", args=[cohort.pk])
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(address, {"file": ways_in.uploaded(FILE)})
    row = RosterImport.objects.get()
    assert response.url == reverse("cohorts_admin:roster", args=[cohort.pk, row.pk])
    shown = client.get(response.url).content.decode()
    for first, last in NAMES:
        assert f"{first} {last}".replace("'", "&#x27;") in shown
    with django_capture_on_commit_callbacks(execute=True):
        client.post(response.url, {"commit": "1", "sha256": row.sha256})
    row.refresh_from_db()
    assert (row.status, cohort.enrolments.count()) == (RosterStatus.DONE, 3)


def test_a_long_preview_has_pages(client):
    cohort = cohorts.cohort(seats=200)
    text = "nome,cognome,email\n" + "".join(f"A,B,p{i}@esempio.it\n" for i in range(130))
    row = ways_in.roster(cohort, text + "A,B,p3@esempio.it\n")
    client.force_login(people.administrator())
    address = reverse("cohorts_admin:roster", args=[cohort.pk, row.pk])
    second = client.get(f"{address}?page=2").content.decode()
    assert ("p99@" in second, "p100@" in second, "p129@" in second) == (False, True, True)
    alone = client.get(f"{address}?errori").content.decode()
    assert ("p3@esempio.it" in alone, "p4@esempio.it" in alone) == (True, False)
    assert 'name="commit"' not in second


# --- The account that waits ---------------------------------------------------------------------
def test_the_invited_person_makes_the_account_theirs(client, django_capture_on_commit_callbacks):
    cohort = cohorts.cohort()
    row = ways_in.roster(cohort, FILE)
    with django_capture_on_commit_callbacks(execute=True):
        ways_in.brought_in(row)
    [message] = [m for m in mail.outbox if m.to == ["persona0@esempio.it"]]
    assert cohort.code in message.body
    address = reverse("accounts:invitation", args=[accounts.token_in(message)])
    page = client.get(address)
    assert page.context["form"].initial["last_name"] == "D'Amico-Šćepanović"
    password = "una-casa-per-tutti-2"
    client.post(
        address,
        {"first_name": "Chiara", "last_name": "D'Amico-Šćepanović", "password1": password,
         "password2": password, "consent_privacy": "on"},
    )  # fmt: skip
    person = User.objects.get(email="persona0@esempio.it")
    assert person.check_password(password)
    assert person.enrolments.get().cohort == cohort
    assert client.session["_auth_user_id"] == str(person.pk)
    # Once it has a password, the link opens nothing.
    assert client.get(address).status_code == 404
