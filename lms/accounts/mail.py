"""Mails whose content opens something (a reset link, an invitation): sealed on their way through the queue.

The queue keeps its rows for months; a link kept there in the clear would be a key under the mat. The
content is therefore encrypted with a key derived from SECRET_KEY (Fernet: AES-CBC with HMAC) and opened
only by the template tag that renders the mail, for a day at most (docs/decisions).
"""

import base64
import hashlib
import json
from typing import Any

from django.conf import settings

from lms.core.models import OutboundMail
from lms.core.services import queue_mail

SEALED_FOR_SECONDS = 24 * 60 * 60


def seal(data: dict[str, Any]) -> str:
    """JSON-ready `data` as opaque text."""
    return _fernet().encrypt(json.dumps(data).encode()).decode()


def unseal(text: str) -> dict[str, Any]:
    """The data of `seal`; raises `cryptography.fernet.InvalidToken` if altered or older than a day."""
    return json.loads(_fernet().decrypt(text.encode(), ttl=SEALED_FOR_SECONDS))


def queue_sealed_mail(
    *, key: str, kind: str, recipient: str, language: str, template: str, secret: dict[str, Any]
) -> OutboundMail:
    """Queue a mail (`lms.core.services.queue_mail`) whose context is opaque in the database."""
    return queue_mail(
        key=key,
        kind=kind,
        recipient=recipient,
        language=language,
        template=template,
        context={"sealed": seal(secret)},
    )


def _fernet():
    from cryptography.fernet import Fernet

    digest = hashlib.sha256(b"lms.accounts.mail:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
