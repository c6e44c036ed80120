"""R1 and R2 from a small cohort, and who may take them."""

import csv
import hashlib
from datetime import timedelta
from io import BytesIO, StringIO

import pandas as pd
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from lms.attendance import services as attendance
from lms.attendance.choices import Channel
from lms.cohorts import services as cohort_services
from lms.cohorts.models import ManagerAssignment
from lms.reports.columns import R1, R2
from lms.reports.services import export_report
from tests.factories import cohorts, curriculum, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def register():
    """Two sessions of 180 minutes with a break of 20, one cancelled, five kinds of attendance."""
    cohort = cohorts.cohort(mode="hybrid", project_code="COD-1")
    teacher = cohorts.teacher(cohort)
    now = timezone.now().replace(second=0, microsecond=0)
    first = cohorts.session(
        cohort, starts_at=now - timedelta(days=7), break_minutes=20, module=cohort.modules.first(),
        teachers=[teacher],
    )  # fmt: skip
    second = cohorts.session(cohort, starts_at=now - timedelta(hours=5), break_minutes=20)
    cancelled = cohorts.session(cohort, starts_at=now + timedelta(days=3))
    cohort_services.cancel_session(session=cancelled, reason="Neve", by=None)
    present, late, remote, absent, credited = (cohorts.learner(cohort) for _ in range(5))
    for session in (first, second):
        starts, ends = session.starts_at, session.ends_at
        attendance.mark_register(
            session=session,
            by=teacher,
            at=ends,
            entries=[
                attendance.whole(present, session),
                attendance.between(late, starts + timedelta(minutes=30), ends),
                attendance.whole(remote, session, Channel.REMOTE),
                attendance.absent(absent),
                attendance.whole(credited, session),
            ],
        )
        attendance.sign_register(
            session=session, by=teacher, actual_start=starts, actual_end=ends, at=ends
        )
    attendance.record_excuse(enrolment=absent, session=first, reason="Visita", by=teacher)
    attendance.record_credit(enrolment=credited, minutes=60, reason="Corso già fatto", by=teacher)
    return cohort


def read_csv(cohort, report) -> list[dict]:
    content = export_report(report=report, cohort=cohort, format="csv", by=None).content
    return list(csv.DictReader(StringIO(content.decode())))


def test_r1_has_the_funders_columns_and_a_row_per_session_and_credit(register):
    rows = read_csv(register, "r1")
    assert list(rows[0]) == R1
    assert len(rows) == 5 * 3 + 1
    states = [(r["n_incontro"], r["stato_incontro"], r["stato"]) for r in rows]
    assert states.count(("3", "annullato", "annullato")) == 5
    assert states.count(("", "", "esonerato")) == 1
    row = next(r for r in rows if r["stato"] == "ritardo" and r["n_incontro"] == "1")
    assert (row["minuti_previsti"], row["minuti_erogati"]) == ("160", "160")
    assert (row["minuti_riconosciuti"], row["ore_riconosciute"]) == ("130", "2.16")
    assert (row["pausa_min"], row["stato_incontro"], row["modulo"]) == ("20", "firmato", "Modulo 1")
    absent = next(r for r in rows if r["stato"] == "assente_giustificato")
    assert (absent["giustificazione"], absent["minuti_riconosciuti"]) == ("Visita", "0")
    remote = next(r for r in rows if r["stato"] == "a_distanza")
    assert (remote["canale"], remote["codice_progetto"]) == ("a distanza", "COD-1")


def test_r2_can_be_rebuilt_from_r1_by_a_foreign_reader(register):
    """With nothing but the file: sums, and the percentage cut to two decimals."""
    rebuilt: dict[str, dict] = {}
    for row in read_csv(register, "r1"):
        learner = rebuilt.setdefault(
            row["codice_corsista"],
            dict.fromkeys(
                ("minuti_previsti", "minuti_erogati", "minuti_frequentati", "minuti_esonero",
                 "minuti_a_distanza", "assenze", "ritardi", "uscite_anticipate"), 0,
            ),
        )  # fmt: skip
        learner["minuti_esonero"] += int(row["minuti_esonero"])
        if not row["n_incontro"]:
            continue
        learner["minuti_previsti"] += int(row["minuti_previsti"])
        learner["minuti_erogati"] += int(row["minuti_erogati"])
        learner["minuti_frequentati"] += int(row["minuti_riconosciuti"])
        if row["canale"] == "a distanza":
            learner["minuti_a_distanza"] += int(row["minuti_riconosciuti"])
        learner["assenze"] += row["stato"].startswith("assente")
        learner["ritardi"] += row["stato"] == "ritardo"
        learner["uscite_anticipate"] += row["stato"] == "uscita_anticipata"
    for row in read_csv(register, "r2"):
        learner = rebuilt[row["codice_corsista"]]
        assert {name: int(row[name]) for name in learner} == learner
        total = learner["minuti_erogati"] - learner["minuti_esonero"]
        attended = learner["minuti_frequentati"]
        assert float(row["percentuale"]) == min(10000, attended * 10000 // total) / 100
        reached = attended * 100 >= int(row["soglia"]) * total
        assert row["soglia_raggiunta"] == ("sì" if reached else "no")


def test_r2_has_the_funders_columns(register):
    rows = read_csv(register, "r2")
    assert list(rows[0]) == R2
    assert [r["percentuale"] for r in rows] == ["100.0", "81.25", "100.0", "0.0", "100.0"]


def test_xlsx_and_csv_say_the_same(register):
    for report in ("r1", "r2"):
        content = export_report(report=report, cohort=register, format="xlsx", by=None).content
        sheet = pd.read_excel(BytesIO(content), engine="calamine", dtype=str, keep_default_na=False)
        rows = read_csv(register, report)
        assert sheet["codice_corsista"].tolist() == [r["codice_corsista"] for r in rows]
        assert sheet["minuti_erogati"].tolist() == [r["minuti_erogati"] for r in rows]


def test_export_is_logged_with_rows_and_hash(register):
    by = people.administrator()
    file = export_report(report="r2", cohort=register, format="csv", by=by)
    entry = ModelLogEntry.objects.get(action="reports.export")
    assert entry.user == by
    assert entry.data == {"report": "r2", "format": "csv", "rows": 5, "sha256": file.sha256}
    assert hashlib.sha256(file.content).hexdigest() == file.sha256


@pytest.mark.parametrize("learners", [1, 3])
@pytest.mark.parametrize(("report", "queries"), [("r1", 16), ("r2", 16)])
def test_report_queries_are_constant(django_assert_max_num_queries, report, queries, learners):
    cohort = cohorts.cohort()
    for _ in range(learners):
        cohorts.learner(cohort)
        cohorts.session(cohort)
    cohort.refresh_from_db()
    with django_assert_max_num_queries(queries):
        export_report(report=report, cohort=cohort, format="csv", by=None)


def test_an_empty_cohort_gives_the_header_alone():
    content = export_report(report="r1", cohort=cohorts.cohort(), format="csv", by=None).content
    assert content.decode() == ",".join(R1) + "\r\n"


def test_a_manager_of_an_organisation_sees_its_people_only(client):
    cohort = cohorts.cohort()
    ours = cohorts.learner(cohort, organisation=people.organisation())
    cohorts.learner(cohort)
    manager = people.manager(is_staff=True)
    ManagerAssignment.objects.create(user=manager, organisation=ours.organisation)
    file = export_report(report="r2", cohort=cohort, format="csv", by=manager)
    rows = list(csv.DictReader(StringIO(file.content.decode())))
    assert [row["codice_corsista"] for row in rows] == [ours.code]


def test_a_manager_of_another_cohort_finds_nothing(client):
    course = curriculum.course()
    cohort = cohorts.cohort(course=course)
    cohorts.learner(cohort)
    other = cohorts.cohort("MC-PROVA-2026-2", course=course)
    client.force_login(cohorts.manager(other))
    unknown = client.get("/admin/report/MC-NESSUNA/r2.csv")
    foreign = client.get(reverse("reports:download", args=[cohort.code, "r2", "csv"]))
    assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content)
    assert foreign.status_code == 404


def test_a_manager_takes_the_file_of_their_cohort(client, register):
    client.force_login(cohorts.manager(register))
    response = client.get(reverse("reports:download", args=[register.code, "r1", "xlsx"]))
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="r1-{register.code}.xlsx"'
    assert response["Cache-Control"].find("no-store") > 0
    assert len(pd.read_excel(BytesIO(response.content), engine="calamine")) == 16


def test_the_screen_shows_what_the_file_says(client, register):
    client.force_login(cohorts.manager(register))
    page = client.get(reverse("reports:cohort", args=[register.code])).text
    for row in read_csv(register, "r2"):
        assert row["codice_corsista"] in page
    assert "81,25" in page


@pytest.mark.parametrize("role", ["instructor", "committee", "person"])
def test_reports_are_for_managers_and_administrators(client, register, role):
    client.force_login(getattr(people, role)())
    for url in (
        reverse("reports:index"),
        reverse("reports:cohort", args=[register.code]),
        reverse("reports:download", args=[register.code, "r2", "csv"]),
    ):
        response = client.get(url)
        assert response.status_code in (302, 403)
        assert register.code not in response.text


def test_export_report_command_writes_the_file(register, tmp_path):
    path = tmp_path / "r2.csv"
    call_command("export_report", "r2", cohort=register.code, format="csv", output=path)
    assert (
        path.read_bytes()
        == export_report(report="r2", cohort=register, format="csv", by=None).content
    )


def test_export_report_command_names_the_known_cohorts(register, tmp_path):
    with pytest.raises(CommandError, match=register.code):
        call_command("export_report", "r1", cohort="MC-BOH", output=tmp_path / "x.csv")
    assert not (tmp_path / "x.csv").exists()
