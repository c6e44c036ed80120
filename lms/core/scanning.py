"""The virus scanner of the machine, where there is one: a command that reads the file from standard input.

`FILE_SCANNER` names it, such as `clamdscan --no-summary -` or `clamscan --no-summary -`. Both end with 0 for a clean
file, 1 for an infected one and 2 when they could not tell.
"""

import logging
import shlex
import subprocess

from django.conf import settings
from django.utils.translation import gettext as _

from lms.core.errors import DomainError

logger = logging.getLogger(__name__)
SECONDS = 60


def scan(content: bytes) -> None:
    """DomainError `file_infected`, or `file_not_scanned` when the scanner did not answer: then nothing is kept."""
    if not settings.FILE_SCANNER:
        return
    try:
        done = subprocess.run(  # noqa: S603 (the administrator's own command)
            shlex.split(settings.FILE_SCANNER),
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        answer = done.returncode
    except (OSError, ValueError, subprocess.TimeoutExpired):
        logger.exception("The file scanner does not answer.")
        answer = 2
    if answer == 1:
        raise DomainError(_("The virus scanner refused this file."), "file_infected")
    if answer:
        logger.error("The file scanner ended with %s.", answer)
        raise DomainError(
            _("The file cannot be checked just now: try again in a few minutes."),
            "file_not_scanned",
        )
