"""The rubric, the readers and their blind readings: each refusal, repetition, race, and what must not be seen."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from lms.accounts.privacy import erase_all
from lms.cohorts import services
from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.models import Application, Reader, Reading, Selection
from lms.cohorts.summary.selection import MASK, other_readings, reader_loads, reading_states
from lms.core.errors import DomainError
from lms.core.models import OutboundMail
from tests.factories import applications, cohorts, people, selection

pytestmark = pytest.mark.django_db


def code_of(call, **arguments) -> str:
    with pytest.raises(DomainError) as refusal:
        call(**arguments)
    return refusal.value.code


def state_of(application):
    return next(s for s in reading_states(application.cohort) if s.application.pk == application.pk)


# --- The rubric -----------------------------------------------------------------------------
def test_a_rubric_is_ordered_and_the_first_criterion_can_change():
    cohort = cohorts.cohort()
    first, second = selection.rubric(cohort)
    services.raise_criterion(criterion=second, by=None)
    assert list(cohort.criteria.values_list("pk", "position")) == [(second.pk, 1), (first.pk, 2)]
    services.remove_criterion(criterion=second, by=None)
    services.remove_criterion(criterion=second, by=None)
    assert list(cohort.criteria.values_list("pk", "position")) == [(first.pk, 1)]


def test_a_rubric_is_copied_with_its_words_and_its_rule_of_the_third_reading():
    source = cohorts.cohort()
    selection.rubric(source, weights=(3, 1))
    services.set_selection_rules(cohort=source, by=None, third_over=40)
    cohort = cohorts.cohort("MC-PROVA-2026-2", course=source.course)
    selection.rubric(cohort, weights=(1,))
    services.copy_rubric(cohort=cohort, source=source, by=None)
    assert list(cohort.criteria.values_list("position", "weight")) == [(1, 3), (2, 1)]
    assert cohort.criteria.first().level_titles[3] == "convincente"
    assert Selection.objects.get(cohort=cohort).third_over == 40


def test_nothing_to_copy_is_refused():
    source = cohorts.cohort()
    cohort = cohorts.cohort("MC-PROVA-2026-2", course=source.course)
    assert code_of(services.copy_rubric, cohort=cohort, source=source, by=None) == "rubric_empty"
    selection.rubric(cohort)
    assert code_of(services.copy_rubric, cohort=cohort, source=cohort, by=None) == "rubric_empty"
    assert cohort.criteria.count() == 2


def test_a_criterion_of_one_level_is_refused():
    facts = {"titles": {"it": "Uno"}, "weight": 1, "levels": [{"it": "solo"}], "by": None}
    assert code_of(services.save_criterion, cohort=cohorts.cohort(), **facts) == "few_levels"


def test_the_first_reading_handed_in_freezes_the_rubric():
    cohort = selection.ready()
    criterion = cohort.criteria.first()
    services.set_selection_rules(cohort=cohort, by=None, third_over=30)
    selection.hand_in(Reading.objects.first(), 2)
    facts = {"titles": {"it": "Altro"}, "weight": 9, "levels": selection.LEVELS, "by": None}
    for call, arguments in [
        (services.save_criterion, facts | {"cohort": cohort}),
        (services.save_criterion, facts | {"cohort": cohort, "criterion": criterion}),
        (services.remove_criterion, {"criterion": criterion, "by": None}),
        (services.raise_criterion, {"criterion": criterion, "by": None}),
        (services.copy_rubric, {"cohort": cohort, "source": cohort, "by": None}),
        (services.set_selection_rules, {"cohort": cohort, "by": None, "third_over": 5}),
        (services.set_selection_rules, {"cohort": cohort, "by": None, "show_files": True}),
    ]:
        assert code_of(call, **arguments) == "rubric_frozen"
    # What concerns offers may still change.
    services.set_selection_rules(cohort=cohort, by=None, third_over=30, offer_hours=24)
    assert Selection.objects.get(cohort=cohort).offer_hours == 24


# --- Readers and assignment -----------------------------------------------------------------
def test_every_application_gets_two_readers_evenly_and_the_log_keeps_the_lot(
    django_capture_on_commit_callbacks,
):
    cohort = cohorts.cohort()
    selection.rubric(cohort)
    readers = [selection.reader(cohort) for _number in range(3)]
    rows = [selection.application(cohort) for _number in range(6)]
    with django_capture_on_commit_callbacks(execute=True):
        made = services.assign_readers(cohort=cohort, by=None, seed=3)
        assert services.assign_readers(cohort=cohort, by=None) == []
    assert len(made) == 12
    assert [load.given for load in reader_loads(cohort)] == [4, 4, 4]
    for row in rows:
        assert row.readings.values("reader").distinct().count() == 2
    entry = ModelLogEntry.objects.get(action="cohorts.assign_readers")
    assert entry.data["seed"] == 3
    assert len(entry.data["given"]) == 12
    assert sorted(row.dossier.number for row in rows) == [1, 2, 3, 4, 5, 6]
    assert sorted(m.to[0] for m in mail.outbox if "da leggere" in m.subject) == sorted(
        reader.user.email for reader in readers
    )
    letters = OutboundMail.objects.filter(template="cohorts/readings_assigned")
    assert letters.count() == 3
    for row in rows:
        assert row.user.last_name not in str(list(letters.values_list("context", flat=True)))


def test_assigning_without_a_rubric_or_with_one_reader_gives_nothing():
    cohort = cohorts.cohort()
    selection.application(cohort)
    assert code_of(services.assign_readers, cohort=cohort, by=None) == "no_rubric"
    selection.rubric(cohort)
    selection.reader(cohort)
    assert code_of(services.assign_readers, cohort=cohort, by=None) == "readers_short"
    assert not Reading.objects.exists()


def test_an_applicant_cannot_be_a_reader():
    cohort = cohorts.cohort()
    row = selection.application(cohort)
    assert code_of(services.add_reader, cohort=cohort, user=row.user, by=None) == "reader_applies"
    assert not Reader.objects.exists()


def test_a_reader_who_applies_later_gets_nothing_and_sees_nothing(client):
    cohort = selection.ready(readers=3)
    reader = Reader.objects.filter(readings__isnull=False).first()
    mine = reader.readings.first()
    # Refused today (below); of such a row from before, or from a hand-made one, the reader sees nothing either.
    Application.objects.create(cohort=cohort, user=reader.user, submitted_at=timezone.now())
    made = services.assign_readers(cohort=cohort, by=None)
    assert {row.reader_id for row in made} & {reader.pk} == set()
    client.force_login(reader.user)
    assert client.get(reverse("cohorts:reading", args=[mine.pk])).status_code == 404


def test_a_reader_cannot_apply_until_released_and_never_after_judging():
    cohort = selection.ready(readers=3)
    reader = Reader.objects.filter(readings__isnull=False).first()
    draft = Application.objects.create(
        cohort=cohort, user=reader.user, status=ApplicationStatus.DRAFT
    )
    send = {"application": draft, "revision": 0}
    words = {"cohort": cohort, "user": reader.user, "values": {}, "revision": 0}
    assert code_of(services.submit_application, **send) == "reads_here"
    assert code_of(services.apply, cohort=cohort, user=reader.user) == "reads_here"
    draft.delete()
    assert code_of(services.save_draft, **words) == "reads_here"
    services.remove_reader(reader=reader, by=None)
    services.save_draft(**words)
    judge = Reader.objects.filter(active=True, readings__isnull=False).first()
    selection.hand_in(judge.readings.first(), 2)
    services.remove_reader(reader=judge, by=None)
    assert code_of(services.apply, cohort=cohort, user=judge.user) == "reads_here"


def test_who_steps_down_hands_what_is_left_to_others_and_keeps_what_is_done():
    cohort = selection.ready(readers=3, applications=3)
    reader = Reader.objects.filter(readings__isnull=False).first()
    done = selection.hand_in(reader.readings.first(), 2)
    services.remove_reader(reader=reader, by=None)
    assert services.remove_reader(reader=reader, by=None) == []
    assert list(Reading.objects.live().filter(reader=reader)) == [done]
    assert not any(state.missing for state in reading_states(cohort))


def test_a_conflict_gives_the_application_to_somebody_else_for_good():
    cohort = selection.ready(applications=1, readers=3)
    mine = Reading.objects.first()
    services.save_reading(reading=mine, scores=selection.scores(cohort, 1), comment="bozza")
    services.declare_conflict(reading=mine, reason="È mia cugina", by=mine.reader.user)
    services.declare_conflict(reading=mine, reason="È mia cugina", by=mine.reader.user)
    mine.refresh_from_db()
    assert (mine.drop_reason, mine.scores.count()) == ("È mia cugina", 0)
    other = Reading.objects.live().get(place=mine.place)
    assert other.reader != mine.reader
    services.declare_conflict(reading=other, reason="", by=other.reader.user)
    # Nobody is left who has not had it: it waits for a new reader.
    assert state_of(mine.application).missing == (mine.place,)
    selection.reader(cohort)
    assert len(services.assign_readers(cohort=cohort, by=None)) == 1


# --- Reading --------------------------------------------------------------------------------
def test_a_draft_is_kept_and_handed_in_once():
    cohort = selection.ready(applications=1)
    row = Reading.objects.first()
    given = {"scores": selection.scores(cohort, 3, 1), "comment": "Buona.", "by": row.reader.user}
    services.save_reading(reading=row, scores=given["scores"], comment="Bozza")
    first = services.submit_reading(reading=row, **given)
    again = services.submit_reading(
        reading=row, scores=selection.scores(cohort, 0), comment="Altro", by=row.reader.user
    )
    assert again.submitted_at == first.submitted_at
    row.refresh_from_db()
    assert (row.comment, sorted(row.scores.values_list("points", flat=True))) == ("Buona.", [1, 3])
    assert ModelLogEntry.objects.filter(action="cohorts.submit_reading").count() == 1
    draft = {"reading": row, "scores": given["scores"], "comment": ""}
    assert code_of(services.save_reading, **draft) == "reading_closed"
    conflict = {"reading": row, "reason": "", "by": row.reader.user}
    assert code_of(services.declare_conflict, **conflict) == "reading_closed"


def test_handing_in_without_all_points_is_refused_and_keeps_nothing():
    cohort = selection.ready(applications=1)
    row = Reading.objects.first()
    half = dict(list(selection.scores(cohort, 3).items())[:1])
    refused = {"reading": row, "scores": half, "comment": "", "by": row.reader.user}
    assert code_of(services.submit_reading, **refused) == "reading_incomplete"
    row.refresh_from_db()
    assert (row.submitted_at, row.scores.count()) == (None, 0)


@pytest.mark.parametrize("points", [4, -1])
def test_points_outside_the_levels_are_refused(points):
    cohort = selection.ready(applications=1)
    row = Reading.objects.first()
    given = {"reading": row, "scores": selection.scores(cohort, points), "comment": ""}
    assert code_of(services.save_reading, **given) == "points_unknown"


def test_points_on_another_cohorts_criterion_are_refused():
    cohort = selection.ready(applications=1)
    other = cohorts.cohort("MC-PROVA-2026-2", course=cohort.course)
    foreign = selection.rubric(other)[0]
    given = {"reading": Reading.objects.first(), "scores": {foreign.pk: (1, "")}, "comment": ""}
    assert code_of(services.save_reading, **given) == "points_unknown"


def test_what_was_decided_meanwhile_is_not_to_be_read(client):
    selection.ready(applications=1)
    row = Reading.objects.first()
    services.withdraw_application(application=row.application, by=None)
    given = {"reading": row, "scores": {}, "comment": "", "by": None}
    assert code_of(services.submit_reading, **given) == "reading_over"
    client.force_login(row.reader.user)
    assert client.get(reverse("cohorts:reading", args=[row.pk])).status_code == 404


@pytest.mark.parametrize(("points", "third"), [((3, 3), False), ((3, 2), True), ((2, 3), True)])
def test_a_third_reading_is_asked_for_where_the_first_two_are_far_apart(points, third):
    cohort = selection.ready(
        applications=1, readers=3
    )  # highest total 9, over 25 %: more than 2.25
    for row, point in zip(Reading.objects.order_by("place"), points, strict=True):
        selection.hand_in(row, point)
    state = state_of(cohort.applications.get())
    assert (state.third, state.complete) == (third, not third)
    if third:
        assert len({row.reader_id for row in state.readings}) == 3
        selection.hand_in(Reading.objects.get(place=3), 3)
        assert state_of(cohort.applications.get()).complete


def test_the_others_points_are_seen_when_both_are_in_and_not_before(client):
    cohort = selection.ready(applications=1, readers=3)
    first, second = Reading.objects.order_by("place")
    criteria = list(cohort.criteria.all())
    services.submit_reading(
        reading=first,
        scores={row.pk: (3, f"CANARINO-{row.pk}") for row in criteria},
        comment="CANARINO-NEL-COMPLESSO",
        by=first.reader.user,
    )
    client.force_login(second.reader.user)
    address = reverse("cohorts:reading", args=[second.pk])
    assert "CANARINO" not in client.get(address).text
    assert "CANARINO" not in client.get(reverse("cohorts:readings")).text
    assert other_readings(first, criteria) == []
    selection.hand_in(second, 0)
    page = client.get(address).text
    assert "CANARINO-NEL-COMPLESSO" in page
    assert first.reader.user.last_name not in page
    third = Reading.objects.get(place=3)
    client.force_login(third.reader.user)
    assert "CANARINO" not in client.get(reverse("cohorts:reading", args=[third.pk])).text


# --- Blindness ------------------------------------------------------------------------------
def test_a_reader_is_told_nothing_of_who_it_is(client):
    cohort = cohorts.cohort()
    selection.rubric(cohort)
    reader = selection.reader(cohort)
    selection.reader(cohort)
    user = people.person(
        first_name="Ludmilla", last_name="D'Amico-Šćepanović", email="canarino@posta.example"
    )
    row = selection.application(
        cohort,
        user,
        organisation=people.organisation("Cooperativa Canarino"),
        motivation="Sono Ludmilla D'Amico-Šćepanović (canarino@posta.example), "
        "della cooperativa canarino: voglio aprire una portineria.",
    )
    services.assign_readers(cohort=cohort, by=None)
    mine = row.readings.get(reader=reader)
    client.force_login(reader.user)
    told = []
    for path in ("readings", "reading"):
        answer = client.get(reverse(f"cohorts:{path}", args=[mine.pk] if path == "reading" else []))
        assert answer.status_code == 200
        assert answer["Cache-Control"].startswith("max-age=0")
        told.append(f"{answer.headers} {answer.text}")
    text = "\n".join(told)
    assert "voglio aprire una portineria" in text
    assert MASK in text
    for canary in ("Ludmilla D", "Amico-Šćepanović", "canarino@posta", "Cooperativa Canarino"):
        assert canary.casefold() not in text.casefold()
    letters = OutboundMail.objects.filter(recipient=reader.user.email)
    assert "Šćepanović" not in str(list(letters.values_list("context", flat=True)))


@pytest.fixture
def with_answers():
    """An application with an answer and a CV, both telling the name, and its first reading."""
    cohort = cohorts.cohort()
    question = applications.question(cohort, label="Che cosa sai fare?")
    applications.parts(cohort, cv="optional")
    user = people.person(first_name="娜", last_name="O’Neill-Canarino")
    draft = applications.draft(
        cohort, user, **{f"q{question.pk}": "Tengo i conti. Firmato: O’Neill-Canarino"}
    )
    applications.cv(draft, name="cv-oneill-canarino.pdf")
    draft.refresh_from_db()
    services.submit_application(application=draft, revision=draft.revision)
    selection.rubric(cohort)
    for _number in range(2):
        selection.reader(cohort)
    services.assign_readers(cohort=cohort, by=None)
    return Reading.objects.first()


def test_answers_are_read_and_files_only_where_the_rules_say_so(with_answers, client):
    row = with_answers
    client.force_login(row.reader.user)
    page, file = (
        reverse("cohorts:reading", args=[row.pk]),
        reverse("cohorts:reading_file", args=[row.pk, 1]),
    )
    text = client.get(page).text
    assert "Che cosa sai fare?" in text
    assert f"Tengo i conti. Firmato: {MASK}" in text
    assert "file/" not in text
    assert client.get(file).status_code == 404
    cohort = row.application.cohort
    services.set_selection_rules(cohort=cohort, by=None, show_files=True)
    text = client.get(page).text
    assert file in text
    answer = client.get(file)
    number = row.application.dossier.number
    assert answer["Content-Disposition"] == f'attachment; filename="candidatura-{number}-1.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content.startswith(b"%PDF")
    assert "canarino" not in f"{text} {answer.headers}".casefold()
    assert client.get(reverse("cohorts:reading_file", args=[row.pk, 2])).status_code == 404
    other = row.application.readings.exclude(pk=row.pk).get()
    assert client.get(reverse("cohorts:reading_file", args=[other.pk, 1])).status_code == 404


def test_a_reading_is_its_readers_alone(client):
    selection.ready(applications=1)
    first, second = Reading.objects.order_by("place")
    for user in (second.reader.user, people.administrator(), first.application.user):
        client.force_login(user)
        assert client.get(reverse("cohorts:reading", args=[first.pk])).status_code == 404
        assert client.post(reverse("cohorts:conflict", args=[first.pk])).status_code == 404
    assert Reading.objects.live().count() == 2


@pytest.mark.parametrize("applications", [1, 3])
def test_queries_of_the_list_and_of_a_reading_are_constant(
    client, django_assert_num_queries, applications
):
    cohort = selection.ready(applications=applications)
    reader = Reader.objects.first()
    client.force_login(reader.user)
    row = reader.readings.first()
    services.save_reading(reading=row, scores=selection.scores(cohort, 2), comment="")
    client.get(reverse("cohorts:readings"))
    with django_assert_num_queries(4):
        client.get(reverse("cohorts:readings"))
    with django_assert_num_queries(11):
        client.get(reverse("cohorts:reading", args=[row.pk]))


def test_the_page_keeps_a_draft_and_says_what_is_missing(client):
    cohort = selection.ready(applications=1)
    row = Reading.objects.first()
    client.force_login(row.reader.user)
    first, second = cohort.criteria.all()
    address = reverse("cohorts:reading", args=[row.pk])
    assert client.post(address, {f"points-{first.pk}": "2", "save": ""}).status_code == 302
    answer = client.post(address, {f"points-{first.pk}": "2", "hand_in": ""})
    assert answer.status_code == 422
    assert "Dai i punti su ogni criterio" in answer.text
    answer = client.post(address, {f"points-{first.pk}": "9", "hand_in": ""})
    assert answer.status_code == 422
    data = {f"points-{first.pk}": "2", f"points-{second.pk}": "3", "hand_in": ""}
    for _click in range(2):
        client.post(address, data)
    assert Reading.objects.submitted().count() == 1
    assert "7" in client.get(address).text


# --- At once --------------------------------------------------------------------------------
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_readers_handing_in_at_once_ask_for_one_third_reading(run_together):
    cohort = selection.ready(applications=1, readers=4)
    first, second = Reading.objects.order_by("place")
    run_together([lambda: selection.hand_in(first, 3), lambda: selection.hand_in(second, 0)])
    assert list(Reading.objects.order_by("place").values_list("place", flat=True)) == [1, 2, 3]
    assert Selection.objects.get(cohort=cohort).frozen_at


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clicks_on_assign_give_each_application_two_readers(run_together):
    cohort = cohorts.cohort()
    selection.rubric(cohort)
    for _number in range(4):
        selection.reader(cohort)
    for _number in range(3):
        selection.application(cohort)
    run_together([lambda: services.assign_readers(cohort=cohort, by=None)] * 4)
    assert Reading.objects.count() == 6


def test_what_an_erased_reader_had_to_read_goes_to_others():
    cohort = selection.ready(readers=3)
    reader = Reader.objects.filter(readings__isnull=False).first()
    erase_all(reader.user)
    assert not Reading.objects.live().filter(reader=reader).exists()
    assert not any(state.missing for state in reading_states(cohort))
