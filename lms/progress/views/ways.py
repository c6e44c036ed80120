"""What the player says of how its lesson becomes done."""

from dataclasses import dataclass
from uuid import UUID

from curriculum.choices import Completion
from lms.cohorts.models import Enrolment
from lms.progress.models import LessonProgress
from lms.progress.outline import Reading, blocks_of_type
from lms.progress.services import TASKS, reading_seconds, tasks_done


@dataclass(frozen=True, slots=True)
class Way:
    """`kind` is the way that holds for this text: a lesson without the blocks that are asked for has its button.

    `asked` are those blocks, `done` how many of them; `seconds` what must have been seen of a lesson that is read.
    """

    kind: str
    asked: frozenset[UUID] = frozenset()
    done: int = 0
    seconds: int = 0

    @property
    def button(self) -> bool:
        """Whether the learner's button stands in the page; the script hides that of a lesson that is read."""
        if self.kind == Completion.INSTRUCTOR:
            return False
        return not self.asked or self.done >= len(self.asked)


def way_to_done(enrolment: Enrolment, reading: Reading, row: LessonProgress | None) -> Way:
    """No query but for a lesson that asks for tasks: one."""
    lesson = reading.entry.row
    if lesson.completion == Completion.READING and reading.page.body:
        return Way(Completion.READING, seconds=reading_seconds(lesson))
    if lesson.completion == Completion.INSTRUCTOR:
        return Way(Completion.INSTRUCTOR)
    if lesson.completion not in TASKS:
        return Way(Completion.BUTTON)
    asked = blocks_of_type(reading.page, TASKS[Completion(lesson.completion)])
    if not asked:
        return Way(Completion.BUTTON)
    done = asked & tasks_done(enrolment, lesson)
    return Way(lesson.completion, asked=asked, done=len(done))
