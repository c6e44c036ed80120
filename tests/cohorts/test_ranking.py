"""The order of applications: the pure rule against a slow obvious one, then frozen, checked, superseded."""

import csv
import io
from datetime import timedelta
from fractions import Fraction
from functools import cmp_to_key

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from lms.cohorts import services
from lms.cohorts.models import Application, Ranking, ReadingScore
from lms.cohorts.summary.assignment import Need, assign, numbers
from lms.cohorts.summary.ranking import OPEN, Candidate, far_apart, lot, rank
from lms.cohorts.summary.rankings import check_rankings, digest
from lms.core.errors import DomainError
from tests.factories import people, selection


# --- The rule -------------------------------------------------------------------------------
def slow_rank(candidates, weights, seats, seed):
    """As one would do it by hand: compare two at a time, then hand out the seats pool by pool."""

    def mean(row, which):
        return Fraction(sum(which(points) for points in row.readings)) / len(row.readings)

    def before(one, other):
        for which in (
            lambda row: -mean(row, lambda p: sum(a * b for a, b in zip(p, weights, strict=True))),
            lambda row: -mean(row, lambda p: p[0]),
            lambda row: row.submitted,
            lambda row: lot(seed, row.application),
        ):
            if which(one) != which(other):
                return -1 if which(one) < which(other) else 1
        return 0

    order = sorted(candidates, key=cmp_to_key(before))
    seat = {row.application: "" for row in order}
    for pool, number in seats.items():
        if pool != OPEN:
            for row in [row for row in order if str(row.pool) == pool][:number]:
                seat[row.application] = pool
    for row in [row for row in order if not seat[row.application]][: seats.get(OPEN, 0)]:
        seat[row.application] = OPEN
    return [(row.application, seat[row.application]) for row in order]


@st.composite
def cases(draw):
    weights = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    points = st.tuples(*[st.integers(0, 2)] * len(weights))
    people = draw(
        st.lists(
            st.builds(
                Candidate,
                application=st.integers(1, 30),
                submitted=st.integers(0, 3),
                readings=st.lists(points, min_size=2, max_size=3).map(tuple),
                pool=st.sampled_from([None, 1, 2]),
            ),
            max_size=12,
            unique_by=lambda row: row.application,
        )
    )
    seats = draw(
        st.fixed_dictionaries(
            {OPEN: st.integers(0, 4), "1": st.integers(0, 3), "2": st.integers(0, 3)}
        )
    )
    return people, weights, seats, draw(st.integers(0, 99))


@given(cases())
def test_the_ranking_is_that_of_the_slow_rule(case):
    candidates, weights, seats, seed = case
    fast = rank(candidates, weights=weights, seats=seats, seed=seed)
    assert [(row.application, row.seat) for row in fast] == slow_rank(*case)
    assert [row.place for row in fast] == list(range(1, len(fast) + 1))
    again = rank(candidates[::-1], weights=weights, seats=dict(reversed(seats.items())), seed=seed)
    assert again == fast


def test_three_readings_and_two_are_compared_exactly():
    third = Candidate(1, 0, ((1,), (1,), (2,)))  # 4/3
    two = Candidate(2, 0, ((1,), (2,)))  # 3/2
    assert [row.application for row in rank([third, two], weights=[1], seats={}, seed=1)] == [2, 1]


def test_equal_scores_go_by_the_first_criterion_then_the_earlier_then_the_lot():
    rows = [
        Candidate(1, 5, ((1, 2), (1, 2))),
        Candidate(2, 9, ((2, 1), (2, 1))),
        Candidate(3, 4, ((1, 2), (1, 2))),
        Candidate(4, 5, ((1, 2), (1, 2))),
    ]
    order = [row.application for row in rank(rows, weights=[1, 1], seats={}, seed=3)]
    assert order[:2] == [2, 3]
    assert order[2:] == sorted([1, 4], key=lambda pk: lot(3, pk))


def test_a_pools_applicants_take_its_seats_first_then_open_ones():
    rows = [Candidate(n, n, ((9 - n,), (9 - n,)), pool=1) for n in (1, 2, 3)]
    rows.append(Candidate(4, 4, ((9,), (9,))))
    placed = rank(rows, weights=[1], seats={"1": 1, OPEN: 2}, seed=1)
    assert [(row.application, row.seat) for row in placed] == [
        (4, OPEN), (1, "1"), (2, OPEN), (3, ""),
    ]  # fmt: skip


def test_readings_of_another_rubric_are_refused():
    with pytest.raises(ValueError):
        rank([Candidate(1, 0, ((1, 2),))], weights=[1], seats={}, seed=1)


@pytest.mark.parametrize(
    ("one", "other", "expected"), [(9, 6, False), (9, 5, True), (5, 9, True), (0, 3, False)]
)
def test_far_apart_is_more_than_the_share_of_the_highest(one, other, expected):
    assert far_apart(one, other, highest=12, over=25) is expected


@given(st.integers(2, 6), st.integers(0, 20), st.integers(0, 50))
def test_readings_are_spread_evenly_and_nobody_reads_twice(readers, applications, seed):
    load = dict.fromkeys(range(1, readers + 1), 0)
    needs = [Need(number, 2) for number in range(applications)]
    given_to = assign(needs, load=load, seed=seed)
    assert given_to == assign(needs[::-1], load=load, seed=seed)
    for pair in given_to.values():
        assert len(set(pair)) == 2
        for one in pair:
            load[one] += 1
    assert max(load.values()) - min(load.values()) <= 1


def test_who_is_barred_gets_nothing_and_too_few_are_told():
    needs = [Need(1, 2, frozenset({1})), Need(2, 2, frozenset({1, 2}))]
    assert assign(needs, load={1: 0, 2: 0, 3: 0}, seed=1) == {1: (2, 3), 2: (3,)} or assign(
        needs, load={1: 0, 2: 0, 3: 0}, seed=1
    ) == {1: (3, 2), 2: (3,)}


def test_numbers_go_on_from_the_last_and_depend_on_the_seed():
    one, other = (numbers(range(1, 9), after=4, seed=seed) for seed in (1, 2))
    assert sorted(one.values()) == list(range(5, 13))
    assert one != other


# --- Made, kept, checked --------------------------------------------------------------------
@pytest.fixture
def cohort(db):
    cohort = selection.ready(applications=3, readers=3, seats=2)
    points = {row.pk: [n] for n, row in enumerate(cohort.applications.order_by("pk"), start=1)}
    selection.read_all(cohort, points)
    return cohort


def test_a_ranking_is_frozen_with_its_hash_and_the_log_has_what_it_was_made_of(cohort):
    by = people.administrator()
    ranking = services.make_ranking(cohort=cohort, by=by, seed=11)
    third, second, first = cohort.applications.order_by("pk")
    outcome = [(row["application"], row["place"], row["seat"]) for row in ranking.data["outcome"]]
    assert outcome == [(first.pk, 1, "open"), (second.pk, 2, "open"), (third.pk, 3, "")]
    assert ranking.data["outcome"][0]["score"] == [9, 1]
    entry = ModelLogEntry.objects.get(action="cohorts.make_ranking")
    assert entry.user == by
    assert entry.data == {
        "number": 1,
        "sha256": digest(ranking.data),
        "inputs": ranking.data["inputs"],
    }
    assert ranking.data["inputs"]["seed"] == ranking.seed == 11
    text = str(ranking.data)
    for application in (first, second, third):
        assert application.user.last_name not in text
        assert application.user.email not in text


def test_a_newer_ranking_supersedes_and_the_history_stays(cohort):
    first = services.make_ranking(cohort=cohort, by=None)
    second = services.make_ranking(cohort=cohort, by=None)
    assert [row.number for row in cohort.rankings.all()] == [1, 2]
    assert Ranking.objects.get(number=1).sha256 == first.sha256 != second.sha256
    assert check_rankings(cohort) is None


def test_a_ranking_before_all_is_read_is_refused_unless_left_out(cohort):
    late = selection.application(cohort)
    with pytest.raises(DomainError) as refusal:
        services.make_ranking(cohort=cohort, by=None)
    assert refusal.value.code == "readings_open"
    ranking = services.make_ranking(cohort=cohort, by=None, leave_out_unread=True)
    assert ranking.data["inputs"]["left_out"] == [late.pk]
    assert late.pk not in [row["application"] for row in ranking.data["outcome"]]


@pytest.mark.django_db
def test_a_ranking_of_nothing_is_refused():
    with pytest.raises(DomainError) as refusal:
        services.make_ranking(cohort=selection.ready(applications=0), by=None)
    assert refusal.value.code == "nothing_to_rank"


def test_the_check_holds_after_lawful_changes(cohort, capsys):
    ranking = services.make_ranking(cohort=cohort, by=None)
    services.admit_all(applications=list(cohort.applications.order_by("-pk")[:2]), by=None)
    selection.application(cohort)
    call_command("check_ranking", cohort=cohort.code)
    assert capsys.readouterr().out == f"{cohort.code} · 1 · {ranking.sha256}\n"


def edit_points(cohort, ranking):
    ReadingScore.objects.filter(points=3).order_by("pk").first().reading.scores.update(points=0)
    return "points"


def edit_submission(cohort, ranking):
    row = cohort.applications.order_by("pk").first()
    moment = timezone.now() - timedelta(days=9)
    Application.objects.filter(pk=row.pk).update(submitted_at=moment)
    return "submitted"


def edit_weight(cohort, ranking):
    cohort.criteria.filter(position=2).update(weight=50)
    return "weight"


def edit_place(cohort, ranking):
    data = ranking.data
    data["outcome"][0]["application"], data["outcome"][1]["application"] = (
        data["outcome"][1]["application"],
        data["outcome"][0]["application"],
    )
    Ranking.objects.filter(pk=ranking.pk).update(data=data, sha256=digest(data))
    return "outcome[0].application"


def edit_log(cohort, ranking):
    entry = ModelLogEntry.objects.get(action="cohorts.make_ranking")
    entry.data["inputs"]["seed"] += 1
    entry.save()
    return "hash"


def drop_row(cohort, ranking):
    Ranking.objects.filter(pk=ranking.pk).delete()
    return "manca"


@pytest.mark.parametrize(
    "edit", [edit_points, edit_submission, edit_weight, edit_place, edit_log, drop_row]
)
def test_an_edit_in_the_database_is_named(cohort, edit, capsys):
    word = edit(cohort, services.make_ranking(cohort=cohort, by=None, seed=5))
    with pytest.raises(CommandError):
        call_command("check_ranking", cohort=cohort.code)
    line = capsys.readouterr().err
    assert line.startswith(f"{cohort.code} · 1 · ")
    assert word in line or (word in {"manca"} and "missing" in line)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_rankings_at_once_get_two_numbers(run_together):
    cohort = selection.ready(applications=2)
    selection.read_all(cohort)
    made = run_together([lambda: services.make_ranking(cohort=cohort, by=None).number] * 3)
    assert sorted(made) == [1, 2, 3]
    assert check_rankings(cohort) is None


def test_the_file_of_a_ranking_is_safe_in_a_spreadsheet(cohort, client):
    row = cohort.applications.order_by("-pk").first()
    row.user.last_name = '=HYPERLINK("http://x")'
    row.user.first_name = "李娜"
    row.user.save()
    services.make_ranking(cohort=cohort, by=None)
    client.force_login(people.administrator())
    answer = client.get(reverse("cohorts_admin:ranking_csv", args=[cohort.pk, 1]))
    assert answer["Content-Disposition"] == (
        'attachment; filename="graduatoria-MC-PROVA-2026-1-1.csv"'
    )
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert (rows[0]["posto"], rows[0]["cognome"], rows[0]["nome"], rows[0]["punteggio"]) == (
        "1", "'=HYPERLINK(\"http://x\")", "李娜", "9",
    )  # fmt: skip
    assert [row["letture"] for row in rows] == ["9 9", "6 6", "3 3"]
