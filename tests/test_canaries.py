"""What must not be seen is planted, and then looked for in everything that a person can be answered."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from assessment import services as assessment_services
from lms.cohorts.models import ManagerAssignment
from tests.factories import people, world
from tests.factories.world import CANARIES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PUBLIC = [
    "/it/",
    "/en/",
    "/it/master-civici/",
    "/it/master-civici/mc-prova/",
    "/it/eventi/",
    "/it/eventi/eventi.ics",
    "/it/eventi/una-sera/",
    "/it/eventi/una-sera/evento.ics",
    "/it/notizie/",
    "/it/notizie/notizie.atom",
    "/it/notizie/una-notizia/",
    "/it/sportello/",
    "/it/la-casa/",
    "/sitemap.xml",
    "/robots.txt",
    "/v/",
    "/api/v1/",
    "/api/v1/courses/",
    "/api/v1/courses/MC-PROVA/",
    "/api/v1/schema/",
    "/api/v1/docs/",
    "/it/master-civici/mc-prova/modulo-1/",
    "/it/master-civici/mc-prova/modulo-1/lezione-1-1/",
    "/it/master-civici/mc-prova/modulo-2/lezione-2-2/",
    "/it/notizie/bozza/",
    "/it/eventi/bozza-evento/",
    "/it/edizioni/MC-PROVA-2026-1/",
    "/en/edizioni/MC-PROVA-2026-1/",
    "/it/edizioni/MC-PROVA-2026-1/calendario.ics",
    "/it/edizioni/MC-CANARINO-2026-9/",
    "/it/edizioni/MC-PROVA-2026-1/candidatura/",
]
INSIDE = [
    "/it/la-mia-pagina/",
    "/it/la-mia-pagina/?edizione=MC-PROVA-2026-1",
    "/it/la-mia-pagina/calendario/",
    "/it/profilo/",
    "/it/attestati/",
    "/it/profilo/cancellazione/",
    "/api/v1/enrolments/",
    "/it/edizioni/MC-PROVA-2026-1/lezioni/",
    "/it/edizioni/MC-PROVA-2026-1/avvisi/",
    "/it/edizioni/MC-PROVA-2026-1/le-mie-presenze/",
    "/it/edizioni/MC-PROVA-2026-1/presenze/",
    "/it/edizioni/MC-PROVA-2026-1/incontri/1/registro/",
]


@pytest.fixture
def w():
    return world.build()


def all_addresses(w) -> list[str]:
    code = w.ours.code
    lesson = [code, w.lesson.lesson_id, w.lesson.lesson.slug]
    addresses = [
        *PUBLIC,
        *INSIDE,
        reverse("verify", args=[w.certificate.code]),
        reverse("verify", args=[w.revoked.code]),
        reverse("progress:lesson", args=lesson),
        reverse("cohorts:join", args=[w.coming.pk]),
        reverse("cohorts:room", args=[w.room.slug]),
        reverse("calendar_feed", args=[f"{w.feed}.ics"]),
        reverse("progress:marking", args=lesson),
        reverse("progress:release", args=[code]),
        reverse("progress:notes", args=[code]),
        reverse("progress:take_notes", args=[code, "md"]),
        reverse("progress:take_notes", args=[code, "json"]),
        reverse("assessment:detail", args=[code, w.quiz.pk]),
        reverse("assessment:detail", args=[code, w.draft_quiz.pk]),
        f"/api/v1/enrolments/{w.enrolment.code}/",
        f"/api/v1/enrolments/{w.enrolment.code}/progress/",
        f"/api/v1/enrolments/{w.peer_enrolment.code}/progress/",
    ]
    for name in ("attempt", "result"):
        for row in (w.attempt, w.done_attempt):
            addresses.append(reverse(f"assessment:{name}", args=[row.pk]))
    for row in (w.certificate, w.revoked):
        addresses.append(row.get_absolute_url())
    return addresses


def everything_told_to(w, person) -> str:
    """Bodies and headers of every answer, as one text."""
    client = Client(headers={"Accept-Language": "it"})
    if person:
        client.force_login(person)
    told = []
    for address in all_addresses(w):
        # Only the verification speaks JSON where it is asked for it.
        kinds = ("text/html", "application/json") if address.startswith("/v/") else ("text/html",)
        for accept in kinds:
            response = client.get(address, headers={"Accept": accept})
            body = b"".join(response) if response.streaming else response.content
            told.append(f"{response.headers} {body.decode(errors='replace')}")
    # An address that says a name only repeats what was asked for.
    return "\n".join(told).replace("/edizioni/MC-CANARINO-2026-9/", "")


def seen(text: str, *names: str) -> list[str]:
    return [name for name in names or CANARIES if CANARIES[name] in text]


@pytest.mark.parametrize("role", ["anonymous", "withdrawn", "other_manager"])
def test_who_is_outside_sees_no_canary(w, role):
    assert seen(everything_told_to(w, getattr(w, role))) == []


def test_who_applied_reads_their_own_words_and_nothing_else(w):
    assert seen(everything_told_to(w, w.stranger)) == ["motivation"]


def test_a_learner_sees_the_link_of_the_session_and_nothing_of_others(w):
    # The link is theirs to see: the session is about to begin.
    assert seen(everything_told_to(w, w.learner)) == ["link", "announcement"]


def test_who_handed_in_sees_the_right_answers_and_their_own_excuse(w):
    found = seen(everything_told_to(w, w.peer))
    assert set(found) == {
        "link", "announcement", "answer", "feedback", "excuse", "surname", "email", "tax_code",
        "highlight",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("inspector", {"link", "announcement", "surname"}),
        ("instructor", {"link", "announcement", "surname"}),
        ("manager", {"surname"}),
        ("expired", set()),
        ("other_instructor", set()),
        ("committee", set()),
    ],
)
def test_staff_see_names_in_their_cohort_and_no_reason_address_or_code(w, role, expected):
    assert set(seen(everything_told_to(w, getattr(w, role)))) == expected


def test_autosave_never_says_what_is_right(w, client):
    client.force_login(w.learner)
    question = w.attempt.questions[0]
    for choice in question["choices"]:
        data = {"question": question["key"], "choices": [choice["key"]]}
        answer = client.post(reverse("assessment:autosave", args=[w.attempt.pk]), data)
        assert answer.status_code == 200
        assert set(answer.json()) == {"saved_at", "revision"}
    paper = client.get(reverse("assessment:attempt", args=[w.attempt.pk])).content.decode()
    assert "correct" not in paper
    assert seen(paper, "answer", "feedback") == []
    assessment_services.submit_attempt(attempt=w.attempt)
    result = client.get(reverse("assessment:result", args=[w.attempt.pk])).content.decode()
    assert seen(result, "answer", "feedback") == ["answer", "feedback"]


def test_a_report_goes_to_its_manager_alone_and_holds_no_address(w, client):
    address = reverse("reports:download", args=[w.ours.code, "r1", "csv"])
    client.force_login(w.other_manager)
    assert client.get(address).status_code == 404
    client.force_login(w.manager)
    answer = client.get(address)
    assert answer["Content-Disposition"] == f'attachment; filename="r1-{w.ours.code}.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    peer = next(row for row in rows if row["cognome"] == CANARIES["surname"])
    assert (peer["codice_fiscale"], peer["giustificazione"]) == (
        CANARIES["tax_code"], CANARIES["excuse"],
    )  # fmt: skip
    assert seen(answer.content.decode(), "email", "withdrawal", "motivation", "note") == []


def test_a_manager_of_an_organisation_sees_its_people_alone(w, client):
    w.enrolment.organisation = w.organisation
    w.enrolment.save()
    manager = people.manager()
    ManagerAssignment.objects.create(user=manager, organisation=w.organisation)
    client.force_login(manager)
    for name in ("r1", "r2"):
        text = client.get(reverse("reports:download", args=[w.ours.code, name, "csv"])).content
        assert w.learner.last_name in text.decode()
        assert seen(text.decode()) == []
    page = client.get(reverse("attendance:overview", args=[w.ours.code])).content.decode()
    assert seen(page) == []


ADMIN_WITHOUT_SCOPE = [
    "/admin/",
    "/admin/pages/",
    "/admin/choose-page/",
    "/admin/choose-page/search/?q=CANARINO",
    "/admin/choose-page/?page_type=wagtailcore.page",
    "/admin/api/main/pages/",
    "/admin/account/",
    "/admin/reports/site-history/",
    "/admin/pages/search/?q=CANARINO",
    "/admin/localize/api/snippets/assessment/question/",
    "/admin/localize/reports/translations/",
    "/admin/snippets/choose/assessment/assessment/",
    "/admin/snippets/choose/assessment/question/",
    "/admin/snippets/choose/assessment/attempt/",
    "/admin/snippets/choose/assessment/questionbank/",
    "/admin/snippets/assessment/assessment/",
    "/admin/snippets/assessment/question/",
    "/admin/snippets/assessment/attempt/",
    "/admin/report/",
]


@pytest.mark.parametrize("role", ["manager", "other_instructor", "expired"])
def test_the_admin_tells_nothing_to_who_works_elsewhere(w, client, role):
    client.force_login(getattr(w, role))
    for address in ADMIN_WITHOUT_SCOPE:
        text = client.get(address, follow=True).content.decode()
        text = text.replace("q=CANARINO", "").replace('value="CANARINO"', "")
        assert (address, seen(text)) == (address, [])
        if "snippets" in address or "reports" in address:
            assert (address, w.question.key in text) == (address, False)


def test_an_instructor_is_offered_instructors_and_nobody_else(w, client):
    """The form of the course lists who may teach it: once it listed every account by name."""
    client.force_login(w.instructor)
    text = client.get(reverse("wagtailadmin_pages:edit", args=[w.course.pk])).content.decode()
    assert str(w.other_instructor) in text
    assert CANARIES["surname"] not in text
    assert str(w.withdrawn) not in text
