"""The kinds of mail that this package sends, as people choose among them."""

from django.utils.translation import gettext_lazy as _

from lms.core.registries import MailKind, register_mail_kind

KINDS = (
    MailKind(
        "certificates.ready",
        _("Your certificates"),
        _("When a certificate of yours is ready to download."),
    ),
)


def register() -> None:
    for kind in KINDS:
        register_mail_kind(kind)
