"""Two people read every application without knowing whose it is, and a third where they are far apart."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.choices import APPLIED, ApplicationStatus
from lms.cohorts.models import (
    Application,
    Cohort,
    Criterion,
    Dossier,
    Reader,
    Reading,
    ReadingScore,
)
from lms.cohorts.services.rubrics import held_selection
from lms.cohorts.services.selection_letters import send_readings_letters
from lms.cohorts.summary.assignment import Need, assign, numbers
from lms.cohorts.summary.selection import (
    ReadingState,
    reading_state,
    reading_states,
    selection_of,
    with_readings,
)
from lms.core.errors import DomainError

SEEDS = 2**53  # whole numbers that every reader of JSON keeps exact
Scores = Mapping[int, tuple[int | None, str]]


def new_seed() -> int:
    return secrets.randbelow(SEEDS)


def add_reader(*, cohort: Cohort, user: User, by: User | None) -> Reader:
    """Let a person read a cohort's applications; again changes nothing. Refused with `reader_applies`."""
    with transaction.atomic():
        cohort = held_selection(cohort).cohort
        if _applicants(cohort).filter(user=user).exists():
            raise DomainError(
                _("%(person)s has applied to this cohort and cannot read for it.")
                % {"person": user},
                "reader_applies",
            )
        reader, made = Reader.objects.get_or_create(cohort=cohort, user=user)
        if made or not reader.active:
            reader.active = True
            reader.save(update_fields=["active", "updated_at"])
            log(cohort, "cohorts.add_reader", user=by, data={"user": user.pk})
    return reader


def remove_reader(*, reader: Reader, by: User | None, at: datetime | None = None) -> list[Reading]:
    """The person reads no more; what they had not handed in goes to others. Again changes nothing."""
    at = at or timezone.now()
    with transaction.atomic():
        cohort = reader.cohort
        cohort = held_selection(cohort).cohort
        reader = Reader.objects.get(pk=reader.pk)
        if not reader.active:
            return []
        reader.active = False
        reader.save(update_fields=["active", "updated_at"])
        log(cohort, "cohorts.remove_reader", user=by, data={"user": reader.user_id})
        rows = list(Reading.objects.live().filter(reader=reader, submitted_at=None))
        for row in rows:
            _drop(row, at, "")
        return _give(cohort, [row.application_id for row in rows], by=by, at=at)


def assign_readers(
    *, cohort: Cohort, by: User | None, seed: int | None = None, at: datetime | None = None
) -> list[Reading]:
    """Give every application that waits for a decision the readers it lacks; again gives nothing more.

    The readings are spread evenly, by a lot drawn from `seed`, which the audit log keeps. Refused with
    `no_rubric`, and `readers_short` when an application would lack a reader: then nobody gets anything.
    """
    at = at or timezone.now()
    with transaction.atomic():
        cohort = held_selection(cohort).cohort
        if not cohort.criteria.exists():
            raise DomainError(_("Write the rubric first: readers score by it."), "no_rubric")
        states = [state for state in reading_states(cohort) if state.missing]
        made = _give(cohort, [s.application.pk for s in states], by=by, at=at, seed=seed)
        if len(made) < sum(len(state.missing) for state in states):
            raise DomainError(
                _("There are too few readers: each application is read by two people, a third where they differ."),
                "readers_short",
            )  # fmt: skip
    return made


def declare_conflict(
    *, reading: Reading, reason: str, by: User, at: datetime | None = None
) -> Reading:
    """Say that one knows whose application it is, or has an interest in it: it goes to somebody else.

    Again changes nothing. Refused with `reading_closed` once it is handed in. Where nobody else may read it, the
    application waits for a reader (the administrators see it).
    """
    at = at or timezone.now()
    with transaction.atomic():
        held_selection(reading.application.cohort)
        reading = _locked(reading)
        if reading.dropped_at:
            return reading
        if reading.submitted_at:
            raise _closed()
        _drop(reading, at, reason)
        data = {"application": reading.application_id, "reader": reading.reader_id}
        log(reading.application.cohort, "cohorts.declare_conflict", user=by, data=data)
        _give(reading.application.cohort, [reading.application_id], by=by, at=at)
    return reading


def save_reading(
    *, reading: Reading, scores: Scores, comment: str, at: datetime | None = None
) -> Reading:
    """Keep a draft: by criterion the points (None: not yet) and a comment.

    Refused with `reading_closed` (handed in, or no longer the reader's), `reading_over` (decided already),
    `points_unknown`.
    """
    with transaction.atomic():
        held_selection(reading.application.cohort)
        return _save(_locked(reading), scores, comment)


def submit_reading(
    *, reading: Reading, scores: Scores, comment: str, by: User, at: datetime | None = None
) -> Reading:
    """Hand a reading in, once; the first one of a cohort freezes its rubric. Again changes nothing.

    When the second comes in and the totals differ too much (`Selection.third_over`), a third reader gets the
    application at once. Refused as `save_reading`, and with `reading_incomplete` when a criterion has no points.
    """
    at = at or timezone.now()
    with transaction.atomic():
        cohort = reading.application.cohort
        selection = held_selection(cohort)
        reading = _locked(reading)
        if reading.submitted_at:
            return reading
        reading = _save(reading, scores, comment)
        given = reading.scores.exclude(points=None).count()
        if given < cohort.criteria.count() or not given:
            raise DomainError(
                _("Give points on every criterion, then hand in."), "reading_incomplete"
            )
        reading.submitted_at = at
        reading.save(update_fields=["submitted_at", "updated_at"])
        if not selection.frozen_at:
            selection.frozen_at = at
            selection.save(update_fields=["frozen_at", "updated_at"])
        data = {"application": reading.application_id, "place": reading.place}
        log(reading, "cohorts.submit_reading", user=by, data=data)
        state = _state(reading.application)
        if state.third and 3 in state.missing:
            _give(cohort, [reading.application_id], by=None, at=at)
    return reading


def _applicants(cohort: Cohort) -> QuerySet[Application]:
    return cohort.applications.filter(status__in=APPLIED)


def _locked(reading: Reading) -> Reading:
    return (
        Reading.objects.select_for_update(of=("self",))
        .select_related("application__cohort", "reader")
        .get(pk=reading.pk)
    )


def _closed() -> DomainError:
    return DomainError(_("This reading is closed: it can no longer be changed."), "reading_closed")


def _save(reading: Reading, scores: Scores, comment: str) -> Reading:
    if reading.submitted_at or reading.dropped_at or not reading.reader.active:
        raise _closed()
    if reading.application.status != ApplicationStatus.SUBMITTED:
        raise DomainError(
            _("This application has been decided meanwhile: thank you, there is nothing left to do."),
            "reading_over",
        )  # fmt: skip
    criteria: dict[int, Criterion] = {
        row.pk: row for row in reading.application.cohort.criteria.all()
    }
    for pk, (points, _comment) in scores.items():
        if pk not in criteria or (points is not None and not 0 <= points <= criteria[pk].highest):
            raise DomainError(_("Choose one of the levels of the rubric."), "points_unknown")
    reading.comment = comment
    reading.save(update_fields=["comment", "updated_at"])
    for pk, (points, words) in scores.items():
        ReadingScore.objects.update_or_create(
            reading=reading, criterion_id=pk, defaults={"points": points, "comment": words}
        )
    return reading


def _drop(reading: Reading, at: datetime, reason: str) -> None:
    reading.dropped_at, reading.drop_reason = at, reason[:300]
    reading.save(update_fields=["dropped_at", "drop_reason", "updated_at"])
    reading.scores.all().delete()


def _state(application: Application) -> ReadingState:
    cohort = application.cohort
    row = with_readings(Application.objects.filter(pk=application.pk)).get()
    return reading_state(
        row, list(cohort.criteria.all()), third_over=selection_of(cohort).third_over
    )


def _give(
    cohort: Cohort,
    applications: Iterable[int],
    *,
    by: User | None,
    at: datetime,
    seed: int | None = None,
) -> list[Reading]:
    """New readings for what these applications lack, as far as there are readers; the log keeps the lot's inputs."""
    wanted = set(applications)
    seed = new_seed() if seed is None else seed
    states = {
        state.application.pk: state
        for state in reading_states(cohort)
        if state.application.pk in wanted and state.missing
    }
    if not states:
        return []
    _number(cohort, states, seed)
    needs = _needs(states)
    load = _load(cohort)
    chosen = assign(needs, load=load, seed=seed)
    made = [
        Reading.objects.create(application_id=pk, reader_id=reader, place=place, assigned_at=at)
        for pk, readers in sorted(chosen.items())
        for place, reader in zip(states[pk].missing, readers, strict=False)
    ]
    data = {
        "seed": seed,
        "load": {str(reader): number for reader, number in load.items()},
        "needs": [[need.application, need.number, sorted(need.barred)] for need in needs],
        "given": [[row.application_id, row.place, row.reader_id] for row in made],
    }
    log(cohort, "cohorts.assign_readers", user=by, data=data)
    send_readings_letters(cohort, made)
    return made


def _needs(states: Mapping[int, ReadingState]) -> list[Need]:
    """Barred: the applicant, and whoever has or had the application."""
    had: dict[int, set[int]] = {pk: set() for pk in states}
    rows = Reading.objects.filter(application__in=list(states))
    for application, reader in rows.values_list("application_id", "reader_id"):
        had[application].add(reader)
    return [
        Need(pk, len(state.missing), frozenset(had[pk])) for pk, state in sorted(states.items())
    ]


def _load(cohort: Cohort) -> dict[int, int]:
    """Live readings of each active reader; who has applied to the cohort reads nothing."""
    applicants = set(_applicants(cohort).values_list("user_id", flat=True))
    readers = cohort.readers.filter(active=True, user__is_active=True).exclude(user__in=applicants)
    load = dict.fromkeys(readers.order_by("pk").values_list("pk", flat=True), 0)
    live = Reading.objects.live().filter(reader__in=list(load))
    for reader in live.values_list("reader_id", flat=True):
        load[reader] += 1
    return load


def _number(cohort: Cohort, states: Mapping[int, ReadingState], seed: int) -> None:
    """A number for those that have none yet, drawn, so that it says nothing of who applied first."""
    known = set(
        Dossier.objects.filter(application__in=list(states)).values_list("application", flat=True)
    )
    last = cohort.dossiers.aggregate(last=Max("number"))["last"] or 0
    new = numbers(set(states) - known, after=last, seed=seed)
    Dossier.objects.bulk_create(
        Dossier(cohort=cohort, application_id=pk, number=number) for pk, number in new.items()
    )
