"""Where allauth meets the platform: mails through our queue, in the reader's language, without secrets at rest."""

import secrets
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_next_redirect_url
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lms.accounts.mail import queue_sealed_mail
from lms.accounts.models import User

# What our mail templates use of allauth's context; links and codes among them, hence sealed.
CONTEXT_KEYS = (
    "activate_url", "password_reset_url", "signup_url", "code", "ip", "user_agent", "from_email",
    "to_email", "deleted_email",
)  # fmt: skip


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
        "incorrect_code": _("This code is not right, or it has expired."),
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("Type your current password."),
        "rate_limited": _("Too many requests. Wait a moment, then try again."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Queue `templates/emails/accounts/<name>` in the language of the address's owner.

        Known and unknown addresses cost the same two rows: timing tells nobody which one it is.
        """
        now = timezone.now()
        queue_sealed_mail(
            key=f"{template_prefix}:{secrets.token_hex(16)}",
            kind="accounts.security",
            recipient=email,
            language=_language_of(email, context),
            template=f"accounts/{template_prefix.rpartition('/')[2]}",
            secret=_plain(context) | {"email": email, "happened_at": now.isoformat()},
        )

    def get_email_confirmation_url(self, request, emailconfirmation):
        """The link of the mail carries `next` along: it may be opened on another device than the form."""
        url = super().get_email_confirmation_url(request, emailconfirmation)
        target = get_next_redirect_url(request) if request else None
        return f"{url}?{urlencode({REDIRECT_FIELD_NAME: target})}" if target else url

    def save_user(self, request, user, form, commit=True):
        user.language = form.cleaned_data.get("language") or _site_language()
        return super().save_user(request, user, form, commit)

    def get_logout_redirect_url(self, request):
        return f"/{_site_language()}/"


def _plain(context: dict[str, Any]) -> dict[str, str]:
    return {key: str(context[key]) for key in CONTEXT_KEYS if context.get(key)}


def _language_of(email: str, context: dict[str, Any]) -> str:
    user = context.get("user")
    if isinstance(user, User):
        return user.language
    owner = User.objects.filter(email__iexact=email).only("language").first()
    return owner.language if owner else _site_language()


def _site_language() -> str:
    return (get_language() or "it")[:2]
