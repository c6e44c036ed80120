"""The files that people send along: checked, kept apart under random names, gone with the draft."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.models import Application, ApplicationFile, ApplicationQuestion
from lms.core.attachments import Checked, check_attachment
from lms.core.errors import DomainError
from lms.core.scanning import scan

FOLDER = "applications"
MOST_FILES = 10
ORPHAN_AFTER = timedelta(days=1)


def attach_file(
    *,
    application: Application,
    question: ApplicationQuestion | None,
    file: File,
) -> ApplicationFile:
    """Keep a file of a draft in the place of the one before; `question` None is the CV. The same again changes nothing.

    Refused as `check_attachment` and `scan` do, and with `application_sent` and `too_many_files`.
    """
    _refuse_sent(application)
    checked = check_attachment(file)
    there = ApplicationFile.objects.filter(application=application, question=question).first()
    if there and there.sha256 == checked.sha256:
        return there
    scan(checked.content)
    stored = f"{FOLDER}/{secrets.token_hex(16)}"
    storages["private"].save(stored, ContentFile(checked.content))
    try:
        with transaction.atomic():
            return _put(application, question, checked, stored)
    except BaseException:
        storages["private"].delete(stored)
        raise


def remove_file(*, file: ApplicationFile) -> None:
    """Take a file out of a draft; again changes nothing. Refused with `application_sent`."""
    _refuse_sent(file.application)
    with transaction.atomic():
        rows = ApplicationFile.objects.filter(
            pk=file.pk, application__status=ApplicationStatus.DRAFT
        )
        if rows.delete()[0]:
            _forget_after_commit([file.stored])


def forget_files_of(applications: Iterable[int]) -> None:
    """Delete the files of these applications, rows and bytes; inside the caller's transaction."""
    forget_stored(ApplicationFile.objects.filter(application__in=list(applications)))


def forget_stored(files: QuerySet[ApplicationFile]) -> None:
    """Delete these files, rows at once and bytes after the commit."""
    _forget_after_commit(list(files.values_list("stored", flat=True)))
    files.delete()


def forget_orphans(at: datetime | None = None) -> int:
    """Delete bytes that no row names and that are a day old; how many. A worker that died left them."""
    at = at or timezone.now()
    storage = storages["private"]
    if not Path(storage.path(FOLDER)).exists():
        return 0
    names = [f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[1]]
    known = set(ApplicationFile.objects.values_list("stored", flat=True))
    orphans = [
        name
        for name in names
        if name not in known and at - storage.get_modified_time(name) > ORPHAN_AFTER
    ]
    for name in orphans:
        storage.delete(name)
    return len(orphans)


def _put(
    application: Application, question: ApplicationQuestion | None, checked: Checked, stored: str
) -> ApplicationFile:
    held = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    _refuse_sent(held)
    files = ApplicationFile.objects.filter(application=held)
    before = files.filter(question=question).first()
    if before is None and files.count() >= MOST_FILES:
        raise DomainError(
            _("At most %(most)s files go with an application.") % {"most": MOST_FILES},
            "too_many_files",
        )
    if before:
        _forget_after_commit([before.stored])
        before.delete()
    try:
        return ApplicationFile.objects.create(
            application=held,
            question=question,
            stored=stored,
            name=checked.name,
            content_type=checked.content_type,
            size=len(checked.content),
            sha256=checked.sha256,
        )
    except IntegrityError as error:
        raise DomainError(
            _("Another file arrived at the same time: look at which one is there."),
            "draft_conflict",
        ) from error


def _refuse_sent(application: Application) -> None:
    if application.status != ApplicationStatus.DRAFT:
        raise DomainError(_("You have sent this application already."), "application_sent")


def _forget_after_commit(names: Iterable[str]) -> None:
    for name in names:
        transaction.on_commit(partial(storages["private"].delete, name))
