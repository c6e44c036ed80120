"""The shape of a course on the desk: no query is made here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from wagtail.models import Page

from curriculum.choices import PageState
from curriculum.completeness import Issue

# An order as authors send it back: "12:34,56;13:" is module 12 with two lessons, then 13 with none.
MODULE_SIGN, PAGE_SIGN = ";", ","


@dataclass(frozen=True)
class Node:
    """A course, a module or a lesson as it was last saved."""

    page: Page
    title: str
    state: PageState
    issues: tuple[Issue, ...]
    edited_at: datetime | None
    languages: tuple[str, ...]  # of its translations, aliases left out
    minutes: int = 0
    required: bool = True
    lessons: tuple["Node", ...] = ()

    @property
    def id(self) -> int:
        return self.page.pk

    @property
    def needed(self) -> int:
        """How many things must be mended, advice left out."""
        return sum(not issue.advice for issue in self.issues)


@dataclass(frozen=True)
class DeskOutline:
    course: Node
    modules: tuple[Node, ...]

    @property
    def lessons(self) -> list[Node]:
        return [lesson for module in self.modules for lesson in module.lessons]

    @property
    def nodes(self) -> list[Node]:
        found = [self.course]
        for module in self.modules:
            found += [module, *module.lessons]
        return found

    @property
    def needed(self) -> int:
        return sum(node.needed for node in self.nodes)

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def order(self) -> str:
        return order_text([(m.id, [lesson.id for lesson in m.lessons]) for m in self.modules])

    @property
    def last_edited(self) -> Node | None:
        """The page that was saved last."""
        saved = [(node.edited_at, node) for node in self.nodes if node.edited_at]
        return max(saved, key=lambda row: row[0])[1] if saved else None

    @property
    def edited_at(self) -> datetime | None:
        return self.last_edited.edited_at if self.last_edited else None


def order_text(order: Iterable[tuple[int, Sequence[int]]]) -> str:
    """The order of modules and lessons (page ids) in one line."""
    return MODULE_SIGN.join(
        f"{module}:{PAGE_SIGN.join(str(pk) for pk in lessons)}" for module, lessons in order
    )
