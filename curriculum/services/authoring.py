"""New pages and new titles: always drafts."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Page

from curriculum.models import Course, Lesson, Module
from curriculum.services.ordering import free_slug, locked_parent
from lms.core.errors import DomainError


def add_module(*, course: Course, title: str, by: Any, key: UUID | None = None) -> Module:
    """A new module at the end of the course, as a draft; asked again with the same `key`, the one made before."""
    return _add(course, Module(title=title), by=by, key=key)


def add_lesson(*, module: Module, title: str, by: Any, key: UUID | None = None) -> Lesson:
    """A new lesson at the end of the module, as a draft; its estimated time is still to be told. `key` as above."""
    return _add(module, Lesson(title=title, minutes=0), by=by, key=key)


def _add(parent: Any, page: Any, *, by: Any, key: UUID | None) -> Any:
    page.title = _title(page.title)
    with transaction.atomic():
        parent = locked_parent(parent)
        known = Page.objects.filter(translation_key=key).first() if key else None
        if known and known.is_child_of(parent) and (known.title, known.owner) == (page.title, by):
            return known.specific
        # A key that is another page's would make the new one its translation.
        page.translation_key = key if key and not known else uuid4()
        page.slug = free_slug(slugify(page.title), Page.objects.child_of(parent))
        page.live, page.has_unpublished_changes = False, True
        page.locale_id, page.owner = parent.locale_id, by
        parent.add_child(instance=page)
        page.save_revision(user=by, log_action=False)
    return page


def rename(*, page: Page, title: str, by: Any) -> Page:
    """Give the draft of a module or lesson a new title; a published page shows it when the committee has approved."""
    title = _title(title)
    with transaction.atomic():
        page = Page.objects.select_for_update(of=("self",)).get(pk=page.pk)
        lock = page.specific.get_lock()
        if lock and lock.for_user(by):
            raise DomainError(
                _("The page is locked, or the committee is reading it: its title stays."), "locked"
            )
        draft = page.get_latest_revision_as_object()
        if draft.title != title:
            draft.title = title
            draft.save_revision(user=by, log_action=True)
    return page


def _title(text: str) -> str:
    title = " ".join(text.replace("\x00", "").split())
    if not title:
        raise DomainError(_("Write a title."), "title_missing")
    if len(title) > 255:
        raise DomainError(_("A title has at most 255 characters."), "title_long")
    return title
