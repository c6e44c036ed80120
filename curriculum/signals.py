"""When the Italian catalogue changes, a task lets its English follow. Connected in `apps`; only enqueues."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from curriculum.languages import SOURCE, TARGET, TRANSLATED, italian_of


def connect() -> None:
    for model in TRANSLATED:
        uid = f"curriculum.follow.{model.__name__}"
        page_published.connect(_published, sender=model, dispatch_uid=uid)
        page_unpublished.connect(_english_gone, sender=model, dispatch_uid=uid)
        post_delete.connect(_english_gone, sender=model, dispatch_uid=uid)
        post_page_move.connect(_moved, sender=model, dispatch_uid=uid)


def _published(instance: Page, **kwargs: Any) -> None:
    from curriculum.tasks import follow_italian

    if _language(instance) == SOURCE and instance.alias_of_id is None:
        _after_commit(follow_italian.enqueue, instance.pk)


def _english_gone(instance: Page, **kwargs: Any) -> None:
    """Where the English was taken offline or deleted, readers find the Italian again."""
    from curriculum.tasks import follow_italian

    if _language(instance) != TARGET:
        return
    italian = italian_of(instance)
    if italian and italian.live:
        _after_commit(follow_italian.enqueue, italian.pk)


def _moved(instance: Page, **kwargs: Any) -> None:
    from curriculum.tasks import follow_order

    if _language(instance) == SOURCE:
        _after_commit(follow_order.enqueue, instance.get_parent(update=True).pk)


def _language(page: Page) -> str:
    return page.locale.language_code


def _after_commit(call: Callable[[int], Any], pk: int) -> None:
    transaction.on_commit(partial(call, pk))
