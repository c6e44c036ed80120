"""An application on its way: kept as a draft, sent once.

Savings of a draft are not in the log: until it is sent it is nobody's business but its author's.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import Organisation, User
from lms.cohorts.choices import ApplicationStatus, QuestionKind
from lms.cohorts.models import Application, ApplicationAnswer, Cohort, Enrolment, Reader, SeatPool
from lms.cohorts.services.application_files import forget_files_of
from lms.cohorts.services.enrolments import refuse_foreign_pool
from lms.cohorts.services.letters import send_application_letter
from lms.cohorts.services.waiting import hold_cohort
from lms.cohorts.summary.applying import Ask, Value, asks_of, faults_of, files_of, values_of
from lms.core.errors import DomainError
from lms.core.typed import number_in

# What a draft may hold of one text: more than may be sent, so that words are cut by their author, not by us.
MOST_KEPT = 20_000
NOTE_VERSION = "2026-11"


def apply(
    *,
    cohort: Cohort,
    user: User,
    motivation: str = "",
    organisation: Organisation | None = None,
    organisation_name: str = "",
    pool: SeatPool | None = None,
    at: datetime | None = None,
) -> Application:
    """Record an application that did not pass the cohort's form, within its application days.

    `pool` names the seats that are asked for; None: one of those open to all. Asking twice returns the
    first application unchanged. Refused with codes `applications_closed`, `already_enrolled`, `foreign_pool`,
    `reads_here`.
    """
    at = at or timezone.now()
    refuse_foreign_pool(cohort, pool)
    refuse_closed(cohort, at)
    _refuse_enrolled(cohort, user)
    try:
        with transaction.atomic():
            _refuse_reader(hold_cohort(cohort.pk), user)
            application = Application.objects.create(
                cohort=cohort,
                user=user,
                motivation=motivation,
                organisation=organisation,
                organisation_name=organisation_name or (organisation.name if organisation else ""),
                pool=pool,
                submitted_at=at,
            )
            _receive(application)
    except IntegrityError:
        # The constraint decided: a second click, or another tab.
        return _open_application(cohort, user)
    return application


def save_draft(
    *,
    cohort: Cohort,
    user: User,
    values: Mapping[str, Value],
    revision: int,
    at: datetime | None = None,
) -> Application:
    """Keep what was typed, by the names of `asks_of`; a name that is missing stays as it was.

    `revision` is that of the draft that was read: if it was saved elsewhere meanwhile and says something else,
    `draft_conflict` and nothing changes. The same words again change nothing. A draft that is there keeps its
    words even after the last day; a new one is refused with `applications_closed` and `reads_here`. Further refusals:
    `already_enrolled`, `application_sent`, `too_long`.
    """
    at = at or timezone.now()
    _refuse_enrolled(cohort, user)
    kept = _kept(asks_of(cohort), values)
    with transaction.atomic():
        draft, made = _draft(cohort, user, at)
        stored = values_of(draft)
        changed = {name: value for name, value in kept.items() if stored.get(name, "") != value}
        if not changed and not made:
            return draft
        if draft.revision != revision and not made:
            raise DomainError(
                _("This draft was saved in another tab or on another device meanwhile."),
                "draft_conflict",
            )
        _write(draft, changed)
        draft.revision, draft.saved_at = draft.revision + 1, at
        draft.save()
    return draft


def submit_application(
    *, application: Application, revision: int, at: datetime | None = None
) -> Application:
    """Send a draft, as it stood at `revision`; what was sent already is returned unchanged.

    Refused with `applications_closed`, `already_enrolled`, `reads_here`, `draft_conflict`, `application_withdrawn`
    and, when an answer is missing, `application_incomplete`.
    """
    at = at or timezone.now()
    with transaction.atomic():
        # The cohort first, as everywhere. Held while questions are changed too: nobody is asked one thing and answers another.
        cohort = hold_cohort(application.cohort_id)
        draft = _held(cohort, application.user).filter(pk=application.pk).first()
        if draft is None or draft.status == ApplicationStatus.WITHDRAWN:
            raise DomainError(
                _("This application was taken back by the person."), "application_withdrawn"
            )
        if draft.status != ApplicationStatus.DRAFT:
            return draft
        refuse_closed(cohort, at)
        _refuse_enrolled(cohort, draft.user)
        _refuse_reader(cohort, draft.user)
        if draft.revision != revision:
            raise DomainError(
                _("The draft has changed since you looked at it: read it once more."),
                "draft_conflict",
            )
        _refuse_incomplete(draft)
        _freeze_questions(draft)
        name = draft.organisation_name.strip()
        draft.organisation = (
            Organisation.objects.filter(name__iexact=name).first() if name else None
        )
        draft.status, draft.submitted_at = ApplicationStatus.SUBMITTED, at
        draft.note_version = NOTE_VERSION
        draft.save()
        _receive(draft)
    return draft


def discard_draft(*, application: Application) -> None:
    """Throw a draft away with its files; again, or after it was sent, changes nothing."""
    with transaction.atomic():
        draft = _held(application.cohort, application.user).filter(pk=application.pk).first()
        if draft is None or draft.status != ApplicationStatus.DRAFT:
            return
        forget_files_of([draft.pk])
        draft.delete()


def refuse_closed(cohort: Cohort, at: datetime) -> None:
    if not cohort.accepts_applications_on(timezone.localdate(at)):
        raise DomainError(
            _("Applications to %(code)s are not open now.") % {"code": cohort.code},
            "applications_closed",
        )


def _refuse_enrolled(cohort: Cohort, user: User) -> None:
    if Enrolment.objects.active().filter(cohort=cohort, user=user).exists():
        raise DomainError(_("You are already enrolled in this cohort."), "already_enrolled")


def _refuse_reader(cohort: Cohort, user: User) -> None:
    """Who reads a cohort's applications, or has judged one, knows what the others wrote."""
    rows = Reader.objects.filter(cohort=cohort, user=user)
    if rows.filter(Q(active=True) | Q(readings__submitted_at__isnull=False)).exists():
        raise DomainError(
            _("You read the applications to %(code)s, so you cannot apply to it. Write to us if this is a mistake.")
            % {"code": cohort.code},
            "reads_here",
        )  # fmt: skip


def _refuse_incomplete(draft: Application) -> None:
    if faults_of(asks_of(draft.cohort), values_of(draft), files_of(draft)):
        raise DomainError(
            _("Something is still missing: look at what is marked."), "application_incomplete"
        )


def _receive(application: Application) -> None:
    log(
        application,
        "cohorts.apply",
        user=application.user,
        data={"cohort": application.cohort.code},
    )
    send_application_letter(application, "received")


def _held(cohort: Cohort, user: User) -> QuerySet[Application]:
    rows = Application.objects.filter(cohort=cohort, user=user)
    return rows.select_for_update(of=("self",)).select_related("cohort", "user", "pool")


def _draft(cohort: Cohort, user: User, at: datetime) -> tuple[Application, bool]:
    """The person's draft, held; made if there is none. True if this call made it."""
    standing = _held(cohort, user).exclude(status=ApplicationStatus.WITHDRAWN)
    draft, made = standing.first(), False
    if draft is None:
        refuse_closed(cohort, at)
        _refuse_reader(cohort, user)
        try:
            with transaction.atomic():
                draft, made = _new_draft(cohort, user), True
        except IntegrityError:
            draft = standing.get()
    if draft.status != ApplicationStatus.DRAFT:
        raise DomainError(_("You have sent this application already."), "application_sent")
    return draft, made


def _new_draft(cohort: Cohort, user: User) -> Application:
    return Application.objects.create(cohort=cohort, user=user, status=ApplicationStatus.DRAFT)


def _open_application(cohort: Cohort, user: User) -> Application:
    return Application.objects.exclude(status=ApplicationStatus.WITHDRAWN).get(
        cohort=cohort, user=user
    )


def _kept(asks: list[Ask], values: Mapping[str, Value]) -> dict[str, Value]:
    """What is kept of what was typed: texts as they are, of choices those that are offered."""
    kept: dict[str, Value] = {}
    for ask in asks:
        if ask.is_file or ask.name not in values:
            continue
        value = values[ask.name]
        if ask.kind == QuestionKind.SEVERAL_CHOICES:
            chosen = set(value if isinstance(value, list) else [value])
            kept[ask.name] = [key for key, _words in ask.options if key in chosen]
            continue
        text = str(value[0] if isinstance(value, list) and value else value or "")
        text = text.replace("\x00", "").replace("\r\n", "\n").strip()
        most = 200 if ask.name == "organisation_name" else MOST_KEPT
        if len(text) > most:
            raise DomainError(
                _("“%(label)s” is too long to be kept: at most %(most)s characters.")
                % {"label": ask.label, "most": most},
                "too_long",
            )
        if ask.options:
            text = text if text in dict(ask.options) else ""
        elif ask.kind in (QuestionKind.YES_NO, "tick"):
            text = text if text in ("yes", "no") else ""
        if text or ask.name != "pool":
            kept[ask.name] = text
    return kept


def _write(draft: Application, changed: Mapping[str, Value]) -> None:
    for name, value in changed.items():
        if name == "pool":
            draft.pool_id = number_in(value)
        elif name == "bursary":
            draft.bursary_requested = value == "yes"
        elif name in ("motivation", "organisation_name", "bursary_reason"):
            setattr(draft, name, value)
        else:
            ApplicationAnswer.objects.update_or_create(
                application=draft, question_id=int(name[1:]), defaults={"value": value}
            )


def _freeze_questions(draft: Application) -> None:
    """Keep each question as it was asked, answered or not; files too have a row that says what was asked."""
    for question in draft.cohort.application_questions.all():
        ApplicationAnswer.objects.update_or_create(
            application=draft, question=question, defaults={"asked": question.snapshot()}
        )
