"""The kinds of mail that this package sends, as people choose among them."""

from django.utils.translation import gettext_lazy as _

from lms.core.registries import MailKind, register_mail_kind

KINDS = (
    MailKind(
        "cohorts.admission",
        _("Your applications and seats"),
        _("Receipts, answers, offers of a seat and everything that asks you for a reply."),
        mandatory=True,
        reason=_("You receive this message because it answers an application or a seat of yours."),
    ),
    MailKind(
        "cohorts.invitation",
        _("Seats that your organisation keeps for you"),
        _("The link by which you take the seat."),
        mandatory=True,
        reason=_(
            "You receive this message because your organisation named you for one of its seats."
        ),
    ),
    MailKind(
        "cohorts.readings",
        _("Applications to read"),
        _("When you are given applications to read, under a number and without a name."),
        concerns=lambda user: user.reader_rows.exists(),
    ),
    MailKind(
        "cohorts.interest",
        _("Cohorts that you asked about"),
        _("When applications open for a course on whose list you are."),
    ),
    MailKind(
        "cohorts.interest_request",
        _("Requests to hear of a course"),
        _("When this address is put on the list of a course: you confirm it, or nothing happens."),
        mandatory=True,
        reason=_("You receive this message because this address was put on the list of a course."),
    ),
    MailKind(
        "cohorts.sessions",
        _("Sessions that change"),
        _("When a session moves to another time or place, or is called off."),
    ),
    MailKind(
        "cohorts.session_reminders",
        _("Reminders of sessions"),
        _("The evening before you meet: when, where, what about."),
    ),
    MailKind(
        "cohorts.deadlines",
        _("Reminders of deadlines"),
        _("A few days before something closes that you have not handed in or sent yet."),
    ),
)


def register() -> None:
    for kind in KINDS:
        register_mail_kind(kind)
