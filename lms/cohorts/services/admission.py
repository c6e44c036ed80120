"""From a request to a decision."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.choices import IN_LINE, ApplicationStatus
from lms.cohorts.models import Application, Cohort, Enrolment
from lms.cohorts.services.enrolments import take_seat
from lms.cohorts.services.letters import send_application_letter
from lms.cohorts.services.waiting import hold_cohort, leave_line, offer_free_seats
from lms.cohorts.summary.seats import seats_by_pool, seats_for, seats_for_all
from lms.core.errors import DomainError


def withdraw_application(*, application: Application, by: User | None) -> Application:
    """Take back an application that is not decided yet, or leave the waiting list; again changes nothing."""
    with transaction.atomic():
        application = _locked(application)
        if application.status == ApplicationStatus.WITHDRAWN:
            return application
        if application.status not in IN_LINE:
            _refuse_decided(application)
        leave_line(application, at=timezone.now(), by=by)
        application.status = ApplicationStatus.WITHDRAWN
        application.save(update_fields=["status", "updated_at"])
        log(application, "cohorts.withdraw_application", user=by)
        offer_free_seats(application.cohort, at=timezone.now())
    return application


def admit(*, application: Application, by: User | None, at: datetime | None = None) -> Enrolment:
    """Admit the person to a free seat of those asked for, else to an open one; again returns the same enrolment.

    Refused with `seats_full` or `pool_full` when no such seat is free, with `application_withdrawn`, and with
    `in_line` for who is on the waiting list.
    Two administrators at once cannot oversell: see `take_seat`.
    """
    at = at or timezone.now()
    with transaction.atomic():
        application = _locked(application)
        if application.status == ApplicationStatus.WITHDRAWN:
            raise DomainError(
                _("This application was taken back by the person."), "application_withdrawn"
            )
        if application.status == ApplicationStatus.DRAFT:
            raise DomainError(_("This application was not sent yet."), "application_not_sent")
        if application.status == ApplicationStatus.ADMITTED:
            return Enrolment.objects.get(cohort=application.cohort, user=application.user)
        if application.status in IN_LINE:
            raise DomainError(
                _("%(person)s is on the waiting list: a seat comes by offer, in order.")
                % {"person": application.user},
                "in_line",
            )
        enrolment = take_seat(
            cohort=application.cohort,
            user=application.user,
            organisation=application.organisation,
            pool=seats_for(application, seats_by_pool(application.cohort)).pool,
            application=application,
            joined_on=None,
            by=by,
            at=at,
        )
        _decide(application, ApplicationStatus.ADMITTED, by, at, "")
        send_application_letter(application, "admitted")
    return enrolment


def decline(
    *, application: Application, by: User | None, reason: str = "", at: datetime | None = None
) -> Application:
    """Decline an application; `reason` goes into the letter. Again changes nothing."""
    at = at or timezone.now()
    with transaction.atomic():
        application = _locked(application)
        if application.status == ApplicationStatus.DECLINED:
            return application
        if application.status not in (ApplicationStatus.WAITLISTED, ApplicationStatus.LAPSED):
            _refuse_decided(application)
        _decide(application, ApplicationStatus.DECLINED, by, at, reason)
        send_application_letter(application, "declined")
    return application


def admit_all(
    *, applications: Sequence[Application], by: User | None, at: datetime | None = None
) -> list[Enrolment]:
    """Admit every one of these applications to their one cohort, in the order given, or nobody.

    Whoever is admitted or enrolled already takes no new seat. Refused with `seats_short` when more seats
    are asked than are free for them (those of their pool, then open ones), and `application_withdrawn`; both say it in one sentence.
    """
    at = at or timezone.now()
    with transaction.atomic():
        rows = _all_locked(applications)
        for row in rows:
            if row.status == ApplicationStatus.WITHDRAWN:
                raise DomainError(
                    _("%(person)s has taken the application back: nobody was admitted.")
                    % {"person": row.user},
                    "application_withdrawn",
                )
        _refuse_short_of_seats(rows)
        return [admit(application=application, by=by, at=at) for application in applications]


def decline_all(
    *,
    applications: Sequence[Application],
    by: User | None,
    reason: str = "",
    at: datetime | None = None,
) -> list[Application]:
    """Decline every one of these applications, or none; refused with `application_decided`."""
    with transaction.atomic():
        for row in _all_locked(applications):
            if row.status not in (ApplicationStatus.SUBMITTED, ApplicationStatus.DECLINED):
                raise DomainError(
                    _("The application of %(person)s is decided already: nothing has changed.")
                    % {"person": row.user},
                    "application_decided",
                )
        return [
            decline(application=application, by=by, reason=reason, at=at)
            for application in applications
        ]


def _refuse_short_of_seats(rows: Sequence[Application]) -> None:
    if not rows:
        return
    cohort = Cohort.objects.select_for_update().get(pk=rows[0].cohort_id)
    seated = set(cohort.enrolments.active().values_list("user_id", flat=True))
    asked = [
        row
        for row in rows
        if row.status != ApplicationStatus.ADMITTED and row.user_id not in seated
    ]
    found = seats_for_all(asked, seats_by_pool(cohort))
    free = sum(seats is not None for seats in found)
    if free < len(asked):
        raise DomainError(
            ngettext(
                "%(asked)s people chosen, %(free)s seat free: nobody was admitted.",
                "%(asked)s people chosen, %(free)s seats free: nobody was admitted.",
                free,
            )
            % {"asked": len(asked), "free": free},
            "seats_short",
        )


def _refuse_decided(application: Application) -> None:
    if application.status != ApplicationStatus.SUBMITTED:
        raise DomainError(_("This application has already been decided."), "application_decided")


def _held() -> QuerySet[Application]:
    """Rows as they stand now, held until the caller's transaction ends: two decisions cannot cross."""
    return Application.objects.select_for_update(of=("self",)).select_related(
        "cohort", "user", "pool"
    )


def _locked(application: Application) -> Application:
    """The cohort's row is held before: so nobody waits in a circle."""
    hold_cohort(application.cohort_id)
    return _held().get(pk=application.pk)


def _all_locked(applications: Sequence[Application]) -> list[Application]:
    """In the order of their numbers, so that two who choose the same people never wait for each other."""
    for cohort_id in sorted({row.cohort_id for row in applications}):
        hold_cohort(cohort_id)
    return list(_held().filter(pk__in=[row.pk for row in applications]).order_by("pk"))


def _decide(
    application: Application, status: str, by: User | None, at: datetime, reason: str
) -> None:
    application.status = status
    application.decided_at = at
    application.decided_by = by
    application.decision_reason = reason
    application.save()
    verb = "admit" if status == ApplicationStatus.ADMITTED else "decline"
    log(application, f"cohorts.{verb}", user=by)
