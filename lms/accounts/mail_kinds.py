"""The kinds of mail that this package sends, as people choose among them."""

from django.utils.translation import gettext_lazy as _

from lms.core.registries import MailKind, register_mail_kind

KINDS = (
    MailKind(
        "accounts.security",
        _("Your account"),
        _("Confirming an address, a new password, what changes in how you sign in."),
        mandatory=True,
        reason=_("You receive this message because it is about the security of your account."),
    ),
    MailKind(
        "accounts.invitation",
        _("Invitations"),
        _("When somebody of the house invites you to the platform."),
        mandatory=True,
        reason=_("You receive this message because a person of the house has invited you by name."),
        concerns=lambda user: False,  # who has an account has been invited already
    ),
)


def register() -> None:
    for kind in KINDS:
        register_mail_kind(kind)
