"""The production step: draw, store once, hash, tell the learner. It may run twice and never changes the number."""

import hashlib
from datetime import datetime, timedelta
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from wagtail.log_actions import log

from certificates.choices import Kind
from certificates.document import render, version_of
from certificates.models import Certificate
from lms.core.services import queue_mail

# Beyond these a person looks: the register shows the error and a button to try again.
MAX_ATTEMPTS = 8
# An attempt younger than this may still be at work.
PATIENCE = timedelta(minutes=2)


def produce(*, certificate: Certificate, at: datetime | None = None) -> Certificate:
    """Make and store the certificate's file unless it has one; a failure is noted on the row and raised.

    The file's name holds its hash and the row is filled by one conditional UPDATE: of two workers the
    second changes nothing. Never inside a transaction.
    """
    certificate.refresh_from_db()
    if certificate.is_produced:
        return certificate
    rows = Certificate.objects.filter(pk=certificate.pk, produced_at=None)
    rows.update(attempts=F("attempts") + 1, attempted_at=timezone.now())
    try:
        content = render(certificate.facts)
        digest = hashlib.sha256(content).hexdigest()
        name = _store(certificate, content, digest)
    except Exception as error:
        rows.update(production_error=repr(error)[:2000])
        raise
    with transaction.atomic():
        filled = rows.update(
            produced_at=at or timezone.now(),
            template_version=version_of(certificate.kind),
            file=name,
            sha256=digest,
            size=len(content),
            production_error="",
        )
        if filled:
            log(certificate, "certificates.produce", data={"sha256": digest})
            _write_to_the_holder(certificate)
    certificate.refresh_from_db()
    if certificate.file != name:  # another worker was first, a second earlier
        storages["certificates"].delete(name)
    return certificate


def request_production(*, certificate: Certificate) -> None:
    """Ask again, by hand, for a file that was not made: the count of attempts begins anew."""
    from certificates.tasks import produce_certificate

    rows = Certificate.objects.filter(pk=certificate.pk, produced_at=None)
    if rows.update(attempts=0):
        transaction.on_commit(partial(produce_certificate.enqueue, certificate.pk))


def produce_waiting(*, now: datetime | None = None) -> int:
    """Enqueue the certificates whose file was never made: a worker died or a drawing failed; how many.

    An attempt waits twice as long as the one before it.
    """
    from certificates.tasks import produce_certificate

    now = now or timezone.now()
    waiting = Certificate.objects.filter(
        Q(attempted_at=None) | Q(attempted_at__lt=now - PATIENCE),
        produced_at=None,
        created_at__lt=now - PATIENCE,
        attempts__lt=MAX_ATTEMPTS,
    ).order_by("pk")[:200]
    due = [
        row.pk
        for row in waiting
        if row.attempted_at is None or now - row.attempted_at >= PATIENCE * 2 ** max(0, row.attempts - 1)
    ]  # fmt: skip
    for pk in due:
        produce_certificate.enqueue(pk)
    return len(due)


def _store(certificate: Certificate, content: bytes, digest: str) -> str:
    """Write the bytes under a name of their own; half a file left by a killed worker is replaced."""
    storage = storages["certificates"]
    name = (
        f"{certificate.year}/{certificate.number:06d}-{certificate.uuid.hex[:8]}-{digest[:16]}.pdf"
    )
    if storage.exists(name):
        with storage.open(name) as file:
            if hashlib.sha256(file.read()).hexdigest() == digest:
                return name
        storage.delete(name)
    return storage.save(name, ContentFile(content))


def _write_to_the_holder(certificate: Certificate) -> None:
    user, facts = certificate.enrolment.user, certificate.facts
    titles = facts["course"]["title"]
    queue_mail(
        key=f"certificates.ready:{certificate.pk}",
        kind="certificates.ready",
        recipient=user.email,
        language=user.language,
        template="certificates/ready",
        context={
            "name": user.get_short_name(),
            "course": titles.get(user.language) or titles["it"],
            "number": certificate.label,
            "attendance": certificate.kind == Kind.ATTENDANCE,
            "verify_url": facts["verify_url"],
        },
    )
