"""Attempts. Reading and freezing happen before the transaction; inside it only the lock, the check, the
write and the log, since on SQLite it holds the one write lock of the database.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from assessment.choices import EndedBy, QuestionKind
from assessment.marking import mark_attempt
from assessment.models import Answer, Assessment, Attempt
from assessment.outline import snapshot_of
from assessment.services.refusals import (
    SAVE_GRACE,
    refuse_beyond,
    refuse_inactive,
    refuse_save,
    refuse_start,
    refuse_unless_taking,
    taking_window,
    too_late,
)
from lms.accounts.models import User
from lms.cohorts.models import Cohort, Enrolment
from lms.core.errors import DomainError

CLOSE_BATCH = 500


@dataclass(frozen=True)
class SavedAnswers:
    """What a save did: the answers as they now stand, and the questions whose saved answer is newer than
    the one that the learner had in front of them (left untouched).
    """

    answers: tuple[Answer, ...]
    conflicts: tuple[str, ...] = ()


def check_start(
    *, enrolment: Enrolment, assessment: Assessment, at: datetime.datetime | None = None
) -> None:
    """Refuse, as `start_attempt` would at once, what cannot be started now; attempts are not counted."""
    refuse_start(enrolment, assessment, at or timezone.now())


def start_attempt(
    *, enrolment: Enrolment, assessment: Assessment, at: datetime.datetime | None = None
) -> Attempt:
    """A new attempt, or the one that is already open.

    Refuses (`DomainError.code`): foreign_assessment, not_published, enrolment_not_active,
    cohort_closed, cohort_not_started, no_questions, no_attempts_left.
    """
    at = at or timezone.now()
    refuse_start(enrolment, assessment, at)
    current = Attempt.objects.open().filter(enrolment=enrolment, assessment=assessment).first()
    if current and current.is_expired(at):
        submit_attempt(attempt=current, at=at)
    elif current:
        return current
    taken = Attempt.objects.filter(enrolment=enrolment, assessment=assessment).count()
    refuse_beyond(taken, assessment)
    snapshot = snapshot_of(assessment, seed=f"{enrolment.code}/{assessment.key}/{taken + 1}")
    if not snapshot["questions"]:
        raise DomainError(_("This quiz has no questions yet: try again later."), "no_questions")
    return _open(enrolment, assessment, snapshot, at)


@transaction.atomic
def _open(
    enrolment: Enrolment, assessment: Assessment, snapshot: dict, at: datetime.datetime
) -> Attempt:
    learner = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("user", "cohort")
        .get(pk=enrolment.pk)
    )
    refuse_unless_taking(learner, at)
    rows = Attempt.objects.filter(enrolment=learner, assessment=assessment)
    current = rows.open().first()
    if current:
        return current
    taken = rows.count()
    refuse_beyond(taken, assessment)
    attempt = Attempt.objects.create(
        enrolment=learner,
        assessment=assessment,
        number=taken + 1,
        started_at=at,
        deadline_at=_deadline(learner.cohort, assessment, at),
        snapshot=snapshot,
    )
    _log(attempt, "assessment.start", learner.user, {"number": attempt.number})
    return attempt


def save_answer(
    *,
    attempt: Attempt,
    question_key: str,
    choices: Iterable[str],
    revision: int | None = None,
    at: datetime.datetime | None = None,
) -> Answer:
    """Save what was chosen for one question; saving the same again changes nothing.

    `revision` is that of the answer which the learner had in front of them (0: none); when the saved one
    is newer and different, refuses with `conflict` instead of overwriting. None: overwrite. Refuses
    besides: unknown_question, unknown_choice, one_choice_only, already_submitted, too_late,
    enrolment_not_active.
    """
    result = save_answers(attempt=attempt, answers={question_key: (choices, revision)}, at=at)
    if result.conflicts:
        raise DomainError(
            _(
                "This answer was changed meanwhile on another page or device. "
                "Reload to see it: nothing has been overwritten."
            ),
            "conflict",
        )
    return result.answers[0]


def save_answers(
    *,
    attempt: Attempt,
    answers: Mapping[str, tuple[Iterable[str], int | None]],
    at: datetime.datetime | None = None,
) -> SavedAnswers:
    """Save several answers at once, by question: `(choices, revision)` as in `save_answer`.

    All or nothing, but for the conflicts, which are named and left as they were.
    """
    at = at or timezone.now()
    wanted = {key: (_valid(attempt, key, choices), rev) for key, (choices, rev) in answers.items()}
    refuse_inactive(attempt.enrolment)
    refuse_save(attempt, at)
    with transaction.atomic():
        locked = Attempt.objects.select_for_update().defer("snapshot").get(pk=attempt.pk)
        refuse_save(locked, at)
        return _write(attempt, wanted, at)


def _write(
    attempt: Attempt, wanted: Mapping[str, tuple[list[str], int | None]], at: datetime.datetime
) -> SavedAnswers:
    stored = {row.question_key: row for row in attempt.answers.filter(question_key__in=wanted)}
    new, changed, conflicts, standing = [], [], [], []
    for key, (choices, revision) in wanted.items():
        answer = stored.get(key)
        if answer is None:
            answer = Answer(attempt=attempt, question_key=key, choices=choices, saved_at=at)
            new.append(answer)
        elif answer.choices != choices:
            if revision is not None and revision != answer.revision:
                conflicts.append(key)
                continue
            answer.choices, answer.saved_at = choices, at
            answer.revision += 1
            changed.append(answer)
        standing.append(answer)
    Answer.objects.bulk_create(new)
    if changed:
        Answer.objects.bulk_update(changed, ["choices", "saved_at", "revision"])
    return SavedAnswers(answers=tuple(standing), conflicts=tuple(conflicts))


def submit_attempt(*, attempt: Attempt, at: datetime.datetime | None = None) -> Attempt:
    """Hand in and mark; handing in again returns the same attempt with the same mark.

    After the deadline (and a small grace) it counts as closed by the clock at the deadline, with what had
    been saved by then.
    """
    at = at or timezone.now()
    with transaction.atomic():
        locked = (
            Attempt.objects.select_for_update(of=("self",))
            .select_related("enrolment__user")
            .get(pk=attempt.pk)
        )
        if not locked.is_open:
            return locked
        chosen = dict(locked.answers.values_list("question_key", "choices"))
        mark = mark_attempt(locked.snapshot, chosen)
        late = too_late(locked, at)
        locked.submitted_at = locked.deadline_at if late else at
        locked.ended_by = EndedBy.CLOCK if late else EndedBy.LEARNER
        locked.score, locked.max_score = mark.score, mark.max_score
        locked.percent, locked.passed = mark.percent, mark.passed
        locked.save(
            update_fields=[
                "submitted_at", "ended_by", "score", "max_score", "percent", "passed", "updated_at",
            ]
        )  # fmt: skip
        user = None if late else locked.enrolment.user
        data = {"percent": mark.percent, "passed": mark.passed, "ended_by": str(locked.ended_by)}
        _log(locked, "assessment.submit", user, data)
    return locked


def close_expired_attempts(at: datetime.datetime | None = None) -> int:
    """Hand in what the clock has closed; the number closed. For the clock, and safe to run twice."""
    at = at or timezone.now()
    expired = Attempt.objects.expired(at - SAVE_GRACE).order_by("deadline_at")
    attempts = list(expired.only("pk")[:CLOSE_BATCH])
    for attempt in attempts:
        submit_attempt(attempt=attempt, at=at)
    return len(attempts)


def _valid(attempt: Attempt, question_key: str, choices: Iterable[str]) -> list[str]:
    """The choices in the order of the paper, each once; refuses what the question does not offer."""
    question = attempt.question(question_key)
    if question is None:
        raise DomainError(
            _("The question “%(key)s” is not part of this attempt.") % {"key": question_key[:80]},
            "unknown_question",
        )
    picked = set(choices)
    offered = [choice["key"] for choice in question["choices"]]
    if not picked <= set(offered):
        raise DomainError(_("This choice is not among those on offer."), "unknown_choice")
    if len(picked) > 1 and question["kind"] != QuestionKind.MULTIPLE:
        raise DomainError(_("This question takes one choice only."), "one_choice_only")
    return [key for key in offered if key in picked]


def _deadline(cohort: Cohort, assessment: Assessment, at: datetime.datetime) -> datetime.datetime:
    """The end of the time limit, and never later than the closing of the cohort's quizzes."""
    _opens, closes = taking_window(cohort, at)
    if not assessment.time_limit_minutes:
        return closes
    return min(closes, at + datetime.timedelta(minutes=assessment.time_limit_minutes))


def _log(attempt: Attempt, action: str, user: User | None, data: dict) -> None:
    log(attempt, action, user=user, title=str(attempt), data=data)
