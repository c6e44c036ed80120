"""Two lessons of co-design that were published anew while cohorts read them: an erratum, and one that waits."""

import json
from datetime import date, timedelta

from curriculum.models import Course, Lesson
from lms.accounts.models import User
from lms.cohorts import services
from lms.cohorts.models import PinnedLesson
from lms.demo.clock import moment
from lms.demo.cohorts import Opened
from lms.demo.review import date_review, publish_anew

CORRECTED, GROWN = "quanta-decisione", "scegliere-chi-invitare"
WRONG, RIGHT = "Nel 1996 Sherry Arnstein", "Nel 1969 Sherry Arnstein"
FEWER, MORE = "Da 10 a 20 persone", "Da 12 a 18 persone"
ADDED = "Un invito che dice tutto"  # the title of the callout that the first version did not have
REASON = "La scala di Sherry Arnstein è del 1969: nella prima versione le ultime due cifre erano scambiate."


def write_first_versions(course: Course, by: User) -> dict[int, list]:
    """Put drafts of the two lessons as they first were on top; the texts that `publish_again` publishes, by page id."""
    lessons = {
        lesson.slug: lesson.get_latest_revision_as_object()
        for lesson in Lesson.objects.descendant_of(course).filter(slug__in=[CORRECTED, GROWN])
    }
    texts = {lesson.pk: _raw(lesson) for lesson in lessons.values()}
    corrected, grown = lessons[CORRECTED], lessons[GROWN]
    corrected.body = json.dumps(_replaced(_raw(corrected), RIGHT, WRONG))
    first = [block for block in _raw(grown) if not _is_callout(block, ADDED)]
    grown.body = json.dumps(_replaced(first, MORE, FEWER))
    for lesson in lessons.values():
        lesson.save_revision(user=by)
    return texts


def publish_again(texts: dict[int, list], *, author: User, member: User, today: date) -> None:
    """Send the newer texts to the committee five days ago, and approve them the day after."""
    sent, decided = (moment(today - timedelta(days=days), 10) for days in (5, 4))
    for pk, body in texts.items():
        lesson = Lesson.objects.get(pk=pk)
        state = publish_anew(lesson, author=author, member=member, body=json.dumps(body))
        date_review(state, sent=sent, decided=decided)


def bring_in_erratum(opened: Opened, today: date) -> None:
    """The teacher brings the corrected lesson in, two days ago; the other one waits."""
    pin = PinnedLesson.objects.select_related("lesson").get(
        syllabus_lesson__cohort=opened.cohort, lesson__slug=CORRECTED, locale__language_code="it"
    )
    page = pin.lesson
    services.bring_in(
        cohort=opened.cohort,
        choices=[services.Choice(page.pk, pin.revision_id, page.live_revision_id, REASON)],
        by=opened.teacher,
        at=moment(today - timedelta(days=2), 10),
    )


def _raw(lesson: Lesson) -> list:
    return json.loads(json.dumps(lesson.body.get_prep_value()))


def _is_callout(block: dict, title: str) -> bool:
    return isinstance(block["value"], dict) and block["value"].get("title") == title


def _replaced(body: list, old: str, new: str) -> list:
    text = json.dumps(body, ensure_ascii=False)
    if old not in text:
        raise ValueError(f"The demo's lessons no longer say {old!r}.")
    return json.loads(text.replace(old, new))
