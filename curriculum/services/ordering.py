"""The order of teaching is the order of the pages: moving a module or a lesson within its course.

The order is one in all languages: a move is carried to the translations. A running cohort keeps its own
syllabus. See docs/decisions/0055.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions.move_page import MovePageAction
from wagtail.models import Page

from curriculum.desk import order_text
from curriculum.models import Catalogue, Course, course_path
from curriculum.models.course import COURSE_DEPTH
from lms.core.errors import DomainError

MODULE_DEPTH, LESSON_DEPTH = 5, 6


@dataclass(frozen=True)
class Place:
    """Where a page goes: `parent` (a module's id; None for a module itself), before the page `before` (None: last)."""

    parent: int | None = None
    before: int | None = None


@dataclass
class Tree:
    """The modules and lessons of a course in one language, as ids; what is live, and how translations correspond."""

    course: Course
    order: list[tuple[int, list[int]]] = field(default_factory=list)
    live: set[int] = field(default_factory=set)
    keys: dict[int, UUID] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return order_text(self.order)

    @property
    def ids(self) -> dict[UUID, int]:
        return {key: pk for pk, key in self.keys.items()}

    def parent_of(self, pk: int) -> int | None:
        return next((module for module, lessons in self.order if pk in lessons), None)

    def siblings_in(self, parent: int | None) -> list[int]:
        """The modules, or the lessons of a module."""
        if parent is None:
            return [module for module, _lessons in self.order]
        return next(lessons for module, lessons in self.order if module == parent)

    def moved(self, pk: int, parent: int | None, at: int) -> "Tree":
        """A copy with the page as number `at` (from 0, itself not counted) among the children of `parent`."""
        order = [(module, [x for x in lessons if x != pk]) for module, lessons in self.order]
        if parent is None:
            own = next(row for row in order if row[0] == pk)
            order.remove(own)
            order.insert(at, own)
        else:
            next(lessons for module, lessons in order if module == parent).insert(at, pk)
        return Tree(self.course, order, self.live, self.keys)

    @property
    def public(self) -> list[tuple[int, list[int]]]:
        """What the public sees of the order."""
        if not self.course.live:
            return []
        rows = [(m, [x for x in lessons if x in self.live]) for m, lessons in self.order]
        return [row for row in rows if row[0] in self.live or row[1]]


@dataclass(frozen=True)
class Moved:
    """What a move did: the page, where it stands now (from 1), in which module."""

    page: Page
    number: int
    module: Page | None
    changed: bool


def move_page(
    *, course: Course, page_id: int, place: Place, seen: str, public_order: bool, by: Any
) -> Moved:
    """Put a module or lesson of `course` in its new place, in every language; nothing happens or all of it.

    `seen` is the order (`desk.order_text`) that the author saw: if it is another by now, the move is
    refused. Without `public_order` a move that changes what the public sees is refused: the committee
    answers for the published programme. DomainErrors: gone, order_changed, public_order, slug_taken.
    """
    with transaction.atomic():
        tree = _locked_tree(course)
        if page_id not in tree.keys or (place.parent or page_id) not in tree.keys:
            raise DomainError(_("This page is no longer in the course."), "gone")
        if tree.text != seen:
            raise DomainError(
                _(
                    "Somebody changed the course while you had it open: nothing was moved. Here is the order as it is now."
                ),
                "order_changed",
            )
        parent, at = _position(tree, page_id, place)
        after = tree.moved(page_id, parent, at)
        changed = after.order != tree.order
        if changed:
            plans = [(tree, after, page_id), *_translated_plans(tree, after, page_id)]
            if not public_order and any(old.public != new.public for old, new, _pk in plans):
                raise DomainError(
                    _(
                        "This would change the published programme. The committee answers for it: ask one of its members to move the page here."
                    ),
                    "public_order",
                )
            for old, new, pk in plans:
                _carry_out(old, new, pk, by=by)
        page = Page.objects.get(pk=page_id)
        module = Page.objects.get(pk=parent) if parent else None
    return Moved(page, after.siblings_in(parent).index(page_id) + 1, module, changed)


def locked_parent(parent: Page) -> Page:
    """The page below which something is added, read anew under the lock that moves in its course take too.

    treebeard reads the last child's path before it writes. Below a catalogue the catalogue's row is the lock.
    """
    if parent.depth < COURSE_DEPTH:
        Catalogue.objects.select_for_update(of=("self",)).get(pk=parent.pk)
    else:
        Course.objects.select_for_update(of=("self",)).get(path=course_path(parent))
    return type(parent).objects.get(pk=parent.pk)


def _locked_tree(course: Course) -> Tree:
    # The course's row is the lock: two moves in one course come one after the other.
    locked = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    return tree_of(locked)


def tree_of(course: Course) -> Tree:
    """The order as it is now; one query."""
    tree = Tree(course)
    rows = (
        Page.objects.descendant_of(course)
        .order_by("path")
        .values_list("pk", "depth", "live", "translation_key")
    )
    for pk, depth, live, key in rows:
        tree.keys[pk] = key
        if live:
            tree.live.add(pk)
        if depth == MODULE_DEPTH:
            tree.order.append((pk, []))
        elif depth == LESSON_DEPTH:
            tree.order[-1][1].append(pk)
    return tree


def _position(tree: Tree, pk: int, place: Place) -> tuple[int | None, int]:
    """The parent and the number among its other children."""
    is_module = any(module == pk for module, _lessons in tree.order)
    parent = None if is_module else place.parent or tree.parent_of(pk)
    if not is_module and not any(module == parent for module, _lessons in tree.order):
        raise DomainError(_("A lesson stands in a module."), "gone")
    others = [x for x in tree.siblings_in(parent) if x != pk]
    if place.before is None:
        return parent, len(others)
    if place.before == pk:
        return parent, tree.siblings_in(parent).index(pk) if pk in tree.siblings_in(parent) else 0
    if place.before not in others:
        raise DomainError(_("This page is no longer in the course."), "gone")
    return parent, others.index(place.before)


def _translated_plans(tree: Tree, after: Tree, pk: int) -> Iterable[tuple[Tree, Tree, int]]:
    """The same move in the other languages, as far as the pages exist there."""
    others = (
        Course.objects.select_for_update(of=("self",))
        .filter(translation_key=tree.course.translation_key)
        .exclude(pk=tree.course.pk)
        .order_by("pk")
    )
    for course in others:
        other = tree_of(course)
        ids = other.ids
        mine = ids.get(tree.keys[pk])
        if mine is None:
            continue
        parent = after.parent_of(pk)
        its_parent = ids.get(tree.keys[parent]) if parent else None
        if parent and its_parent is None:
            continue
        siblings = after.siblings_in(parent)
        before = siblings[: siblings.index(pk)]
        there = [x for x in other.siblings_in(its_parent) if x != mine]
        at = 0
        for sibling in before:
            twin = ids.get(tree.keys[sibling])
            if twin in there:
                at = there.index(twin) + 1
        new = other.moved(mine, its_parent, at)
        if new.order != other.order:
            yield other, new, mine


def _carry_out(old: Tree, new: Tree, pk: int, *, by: Any) -> None:
    parent = new.parent_of(pk)
    page = Page.objects.get(pk=pk)
    if parent and parent != old.parent_of(pk):
        _free_address(page, parent, by=by)
        page.refresh_from_db()
    siblings = new.siblings_in(parent)
    at = siblings.index(pk)
    if at:
        target, position = siblings[at - 1], "right"
    elif len(siblings) > 1:
        target, position = siblings[1], "left"
    else:
        # Alone in its module.
        target, position = parent or old.course.pk, "last-child"
    # Wagtail asks for `publish` here, which nobody holds in the catalogue: the rule is the one above.
    MovePageAction(page, Page.objects.get(pk=target), pos=position, user=by).execute(
        skip_permission_checks=True
    )


def _free_address(page: Page, parent: int, *, by: Any) -> None:
    """A draft gets an address that is free in the new module; a published page keeps its own, or stays."""
    module = Page.objects.get(pk=parent)
    if not Page.objects.child_of(module).filter(slug=page.slug).exists():
        return
    if page.live or page.workflow_in_progress:
        raise DomainError(
            _(
                "That module has a lesson with the same address already: change one of the two first."
            ),
            "slug_taken",
        )
    slug = free_slug(page.slug, Page.objects.child_of(module))
    draft = page.get_latest_revision_as_object()
    draft.slug = slug
    draft.save_revision(user=by, changed=False, clean=False)
    Page.objects.filter(pk=page.pk).update(slug=slug)


def free_slug(wanted: str, siblings: Any) -> str:
    """`wanted`, or with the first number that makes it free among `siblings` (a QuerySet of pages)."""
    wanted = wanted[:240] or "pagina"
    taken = set(siblings.filter(slug__startswith=wanted).values_list("slug", flat=True))
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def step(order: Sequence[tuple[int, Sequence[int]]], pk: int, direction: int) -> Place | None:
    """Where «up» (-1) or «down» (+1) puts a page; over the edge of a module into the next one. None at the end."""
    modules = [module for module, _lessons in order]
    if pk in modules:
        at = modules.index(pk) + direction
        if not 0 <= at < len(modules):
            return None
        rest = [x for x in modules if x != pk]
        return Place(None, rest[at] if at < len(rest) else None)
    for number, (module, lessons) in enumerate(order):
        if pk not in lessons:
            continue
        rest = [x for x in lessons if x != pk]
        at = list(lessons).index(pk) + direction
        if 0 <= at < len(lessons):
            return Place(module, rest[at] if at < len(rest) else None)
        if not 0 <= number + direction < len(order):
            return None
        neighbour, its = order[number + direction]
        return Place(neighbour, its[0] if direction > 0 and its else None)
    return None
