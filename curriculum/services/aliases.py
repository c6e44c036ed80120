"""The English pages that show the Italian until there is a translation: making, placing, bringing back."""

from django.db import transaction
from wagtail.models import Locale, Page

from curriculum.languages import SOURCE, TARGET, TRANSLATED, english_of
from curriculum.models import Catalogue
from curriculum.review import attach_workflow


@transaction.atomic
def stand_in(*, page: Page) -> Page:
    """The English page of an Italian one: an alias that shows the Italian, where there is none yet.

    Missing parents are made in the same way; the new page takes the place among its siblings that the
    Italian has, and the English catalogue stands under the committee. Twice is once.
    """
    page = Page.objects.select_for_update().get(pk=page.pk)
    english = english_of(page)
    if english is None:
        parent = page.get_parent()
        if not parent.is_root():
            stand_in(page=parent)
        locale = Locale.objects.get_or_create(language_code=TARGET)[0]
        english = page.specific.copy_for_translation(locale, alias=True)
        place_like_italian(page=page, english=english)
    if page.specific_class is Catalogue:
        attach_workflow(english)
    return english


def place_like_italian(*, page: Page, english: Page) -> bool:
    """Move an English page to the place among its siblings that the Italian has; True if it had to move."""
    order = page.get_siblings().order_by("path").values_list("translation_key", flat=True)
    rank = {key: number for number, key in enumerate(order)}
    siblings = [
        row for row in english.get_siblings().order_by("path") if row.translation_key in rank
    ]
    ranks = [rank[row.translation_key] for row in siblings]
    if ranks == sorted(ranks) or english.pk not in {row.pk for row in siblings}:
        return False
    others = [row for row in siblings if row.pk != english.pk]
    before = [row for row in others if rank[row.translation_key] < rank[page.translation_key]]
    english.refresh_from_db()
    if before:
        english.move(max(before, key=lambda row: rank[row.translation_key]), pos="right")
    else:
        english.move(others[0], pos="left")
    return True


@transaction.atomic
def order_like_italian(*, parent: Page) -> int:
    """Put the English children of an Italian page in the order of the Italian ones; how many moved."""
    english = {}
    if over := english_of(parent):
        english = {row.translation_key: row for row in over.get_children()}
    moved = 0
    for page in parent.get_children().order_by("path"):
        if page.translation_key in english:
            moved += place_like_italian(page=page, english=english[page.translation_key])
    return moved


def make_missing_aliases() -> int:
    """An English page for every published Italian one of the catalogue that has none; how many were made."""
    have = Page.objects.filter(locale__language_code=TARGET).values("translation_key")
    missing = (
        Page.objects.filter(locale__language_code=SOURCE, live=True, alias_of=None)
        .type(TRANSLATED)
        .exclude(translation_key__in=have)
        .order_by("path")
    )
    made = 0
    for page in list(missing):
        if has_english_home(page):
            stand_in(page=page)
            made += 1
    return made


@transaction.atomic
def show_italian_again(*, page: Page) -> bool:
    """Where the English of an Italian page was taken offline, show the Italian there, at the same address."""
    english = english_of(page)
    if english is None or english.live or english.alias_of_id or not page.live:
        return False
    Page.objects.filter(pk=english.pk).update(alias_of=page)
    page.specific.update_aliases()
    keep_draft(english=english)
    return True


def keep_draft(*, english: Page) -> None:
    """Wagtail calls an alias complete whenever its source is published: say again that it has a draft."""
    english.refresh_from_db()
    draft = english.latest_revision
    if english.alias_of_id is None or draft is None or draft.object_id != str(english.pk):
        return
    Page.objects.filter(pk=english.pk).update(
        has_unpublished_changes=True,
        draft_title=draft.content["title"],
        latest_revision_created_at=draft.created_at,
    )


def has_english_home(page: Page) -> bool:
    home = page.get_ancestors(inclusive=True).filter(depth=2).first()
    return home is not None and english_of(home) is not None
