"""The kinds of mail that this package sends, as people choose among them."""

from django.utils.translation import gettext_lazy as _

from lms.core.registries import MailKind, register_mail_kind

KINDS = (
    MailKind(
        "cms.help_desk",
        _("Help desk"),
        _("The receipt of your question and our answer."),
        mandatory=True,
        reason=_(
            "You receive this message because a question was sent to the help desk with this address."
        ),
    ),
)


def register() -> None:
    for kind in KINDS:
        register_mail_kind(kind)
