"""Seats given to an organisation, and the people whom it invites to them."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log

from lms.accounts.choices import Role
from lms.accounts.models import Organisation, User
from lms.accounts.models.invitation import token_digest
from lms.accounts.services import Newcomer, bring_in_people, give_role
from lms.cohorts.choices import EnrolmentStatus
from lms.cohorts.models import (
    Cohort,
    Enrolment,
    ManagerAssignment,
    SeatGrant,
    SeatInvitation,
    SeatPool,
)
from lms.cohorts.services.enrolments import refuse_foreign_pool, take_seat
from lms.cohorts.services.invitation_letters import (
    contact_note,
    invitation_letter,
    send_contact_letter,
    send_enrolment_letter,
)
from lms.cohorts.services.waiting import hold_cohort, offer_free_seats
from lms.cohorts.summary.seats import seats_by_pool
from lms.core.errors import DomainError
from lms.core.services import queue_mails

TOKEN_BYTES = 32  # 256 random bits: the link alone shows whose seat it is


def give_seats(
    *,
    cohort: Cohort,
    organisation: Organisation,
    seats: int,
    last_day: date,
    contact_email: str,
    by: User,
    pool: SeatPool | None = None,
    language: str = "it",
    at: datetime | None = None,
) -> SeatGrant:
    """Hold seats for an organisation's people until a day; its contact person becomes their manager.

    Somebody without an account gets one, and an invitation to it. Refused with `seats_short`,
    `cohort_not_open`, `day_past`, `foreign_pool`, and as `give_role` says.
    """
    refuse_foreign_pool(cohort, pool)
    if last_day < timezone.localdate(at or timezone.now()):
        raise DomainError(_("The last day is over already."), "day_past")
    email = contact_email.strip().lower()
    with transaction.atomic():
        cohort = hold_cohort(cohort.pk)
        if not cohort.opened_at or cohort.cancelled_at:
            raise DomainError(_("This cohort is not open."), "cohort_not_open")
        # Whoever waits in line comes first.
        offer_free_seats(cohort, at=at or timezone.now())
        _refuse_more_than_free(cohort, pool, seats)
        grant = SeatGrant.objects.create(
            cohort=cohort,
            organisation=organisation,
            pool=pool,
            seats=seats,
            last_day=last_day,
            given_by=by,
        )
        grant.contact = _contact(grant, email, language, by)
        grant.save(update_fields=["contact", "updated_at"])
        data = {"grant": grant.pk, "organisation": organisation.pk, "seats": seats}
        log(cohort, "cohorts.give_seats", user=by, data=data)
    return grant


def end_grant(*, grant: SeatGrant, by: User) -> SeatGrant:
    """Free the seats that nobody took; who has one keeps it, unanswered invitations end. Again changes nothing."""
    now = timezone.now()
    with transaction.atomic():
        cohort = hold_cohort(grant.cohort_id)
        if SeatGrant.objects.filter(pk=grant.pk, revoked_at=None).update(revoked_at=now):
            grant.invitations.filter(accepted_at=None, taken_back_at=None).update(taken_back_at=now)
            log(cohort, "cohorts.end_grant", user=by, data={"grant": grant.pk})
            offer_free_seats(cohort, at=now)
    grant.refresh_from_db()
    return grant


def invite_to_seats(
    *,
    grant: SeatGrant,
    emails: Sequence[str],
    by: User,
    language: str = "it",
    at: datetime | None = None,
) -> list[SeatInvitation]:
    """Invite people to an organisation's seats, all of them or nobody; who is invited already is left out.

    One mail each. Refused with `grant_ended` and `grant_seats_short` (more than the seats that are left).
    """
    wanted = list(dict.fromkeys(email.strip().lower() for email in emails))
    with transaction.atomic():
        locked = SeatGrant.objects.select_for_update(of=("self",)).get(pk=grant.pk)
        _refuse_ended(locked, at)
        standing = locked.invitations.filter(taken_back_at=None)
        known = {email.lower() for email in standing.values_list("email", flat=True)}
        fresh = [email for email in wanted if email not in known]
        left = SeatGrant.objects.counted().get(pk=grant.pk).left
        if len(fresh) > left:
            raise DomainError(
                ngettext(
                    "%(asked)s addresses, %(left)s seat left: nobody was invited.",
                    "%(asked)s addresses, %(left)s seats left: nobody was invited.",
                    left,
                )
                % {"asked": len(fresh), "left": left},
                "grant_seats_short",
            )
        invitations = _invite(locked, fresh, by, language)
        if invitations:
            data = {"grant": grant.pk, "people": len(invitations)}
            log(grant.cohort, "cohorts.invite_to_seats", user=by, data=data)
    return invitations


def take_back_invitation(*, invitation: SeatInvitation, by: User) -> SeatInvitation:
    """The seat is the organisation's again; refused with `seat_accepted` once somebody has it."""
    with transaction.atomic():
        waiting = SeatInvitation.objects.filter(
            pk=invitation.pk, accepted_at=None, taken_back_at=None
        )
        if waiting.update(taken_back_at=timezone.now()):
            data = {"grant": invitation.grant_id, "invitation": invitation.pk}
            log(invitation.grant.cohort, "cohorts.take_back_seat", user=by, data=data)
    invitation.refresh_from_db()
    if invitation.accepted_at:
        raise DomainError(
            _("This person has taken the seat: ask us, if they are to leave."), "seat_accepted"
        )
    return invitation


def invitation_for(*, token: str) -> SeatInvitation | None:
    """The invitation of a link that still opens something; unknown, ended and taken back are alike.

    One that was accepted still opens, to lead its owner on.
    """
    rows = SeatInvitation.objects.select_related(
        "grant__cohort__course", "grant__organisation", "grant__pool", "enrolment"
    )
    found = rows.filter(token_hash=token_digest(token), taken_back_at=None).first()
    return found if found and (found.accepted_at or found.grant.in_force) else None


def accept_seat(*, invitation: SeatInvitation, user: User, at: datetime | None = None) -> Enrolment:
    """Enrol the invited person in the organisation's seat; again returns the same enrolment.

    Refused with `other_address` (the link belongs to somebody else's address), `grant_ended`,
    `seat_taken_back`, and as `take_seat` says.
    """
    at = at or timezone.now()
    _refuse_other_address(invitation, user)
    with transaction.atomic():
        # The cohort first, as everywhere: two who wait for both rows never cross.
        cohort = hold_cohort(invitation.grant.cohort_id)
        invitation = SeatInvitation.objects.select_related(
            "grant__organisation", "grant__pool"
        ).get(pk=invitation.pk)
        if invitation.accepted_at:
            known = Enrolment.objects.filter(cohort=cohort, user=user).first()
            if known is None:
                # The address was somebody else's when the seat was taken.
                raise DomainError(_("This invitation is no longer valid."), "seat_accepted")
            return known
        grant = invitation.grant
        _refuse_ended(grant, at)
        known = Enrolment.objects.filter(cohort=cohort, user=user).first()
        if not (known and known.status == EnrolmentStatus.ACTIVE):
            known = take_seat(
                cohort=cohort,
                user=user,
                organisation=grant.organisation,
                application=None,
                joined_on=None,
                by=user,
                at=at,
                pool=grant.pool,
                promised=True,
            )
            send_enrolment_letter(known)
        waiting = SeatInvitation.objects.filter(
            pk=invitation.pk, accepted_at=None, taken_back_at=None
        )
        if not waiting.update(accepted_at=at, enrolment=known):
            raise DomainError(_("This invitation was taken back."), "seat_taken_back")
        data = {"grant": grant.pk, "enrolment": known.pk}
        log(cohort, "cohorts.accept_seat", user=user, data=data)
    return known


def _contact(grant: SeatGrant, email: str, language: str, by: User) -> User:
    contact = User.objects.filter(email__iexact=email).first()
    if contact is None:
        contact = bring_in_people(
            newcomers=[Newcomer(email, language=language)],
            by=by,
            note=lambda code: contact_note(grant, code),
            roles=[Role.MANAGER],
        )[0]
    else:
        if not contact.has_role(Role.MANAGER, Role.ADMINISTRATOR):
            give_role(person=contact, role=Role.MANAGER, by=by)
        send_contact_letter(grant, contact)
    ManagerAssignment.objects.get_or_create(
        user=contact, organisation=grant.organisation, cohort=None
    )
    return contact


def _invite(
    grant: SeatGrant, emails: Sequence[str], by: User, language: str
) -> list[SeatInvitation]:
    languages = dict(User.objects.filter(email__in=emails).values_list("email", "language"))
    tokens = [secrets.token_urlsafe(TOKEN_BYTES) for _email in emails]
    try:
        with transaction.atomic():
            rows = SeatInvitation.objects.bulk_create(
                SeatInvitation(
                    grant=grant,
                    email=email,
                    language=languages.get(email, language),
                    token_hash=token_digest(token),
                    invited_by=by,
                )
                for email, token in zip(emails, tokens, strict=True)
            )
    except IntegrityError as error:
        raise DomainError(
            _("Somebody of these has just been invited: look at the list."), "invited_meanwhile"
        ) from error
    letters = [
        invitation_letter(row, token, grant) for row, token in zip(rows, tokens, strict=True)
    ]
    queue_mails(letters)
    return rows


def _refuse_ended(grant: SeatGrant, at: datetime | None) -> None:
    if grant.revoked_at or grant.last_day < timezone.localdate(at or timezone.now()):
        raise DomainError(_("These seats could be given until their last day."), "grant_ended")


def _refuse_more_than_free(cohort: Cohort, pool: SeatPool | None, seats: int) -> None:
    now = seats_by_pool(cohort)
    free = min(now.of(pool).free, now.free)
    if seats > free:
        raise DomainError(
            ngettext("Only %(free)s seat is free.", "Only %(free)s seats are free.", free)
            % {"free": free},
            "seats_short",
        )


def _refuse_other_address(invitation: SeatInvitation, user: User) -> None:
    from allauth.account.models import EmailAddress

    owns = EmailAddress.objects.filter(user=user, verified=True, email__iexact=invitation.email)
    if not owns.exists():
        raise DomainError(
            _("This invitation was sent to another address: sign in with that one."),
            "other_address",
        )
