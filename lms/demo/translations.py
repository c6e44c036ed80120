"""The English of the demo's courses as real translations: the editor opens with its texts filled in."""

from collections.abc import Iterable

from wagtail.models import Page

from curriculum.languages import OF_COURSES, course_states, translation_of
from curriculum.models import Course, Lesson
from curriculum.services.translations import translate_page
from lms.accounts.models import User
from lms.demo.review import publish_anew

# Lessons whose Italian was published again after their English: Italian slug → the newer summary.
REWRITTEN = {
    "mappare-attori": "Una mappa degli attori in quattro passi, e una regola per i posti rimasti vuoti.",
    "scaletta-incontro": "Tre ore in otto momenti, un foglio per ogni ruolo e la scheda da riempire.",
}


def create_translations(courses: Iterable[Course], by: User) -> int:
    """Let every English page of these Italian courses know its source; how many translations there are.

    The pages were written by hand in both languages; their blocks have the same ids, so their texts find each other.
    """
    made = 0
    for course in courses:
        pages = course.get_descendants(inclusive=True).live().type(OF_COURSES).order_by("path")
        for page in pages.specific():
            translate_page(page=page, by=by)
            made += 1
    return made


def make_some_stale(course: Course, *, author: User, member: User) -> int:
    """Publish some Italian lessons anew, and let every translation know what changed; how many are behind."""
    for lesson in Lesson.objects.descendant_of(course).filter(slug__in=REWRITTEN).order_by("path"):
        publish_anew(lesson, author=author, member=member, summary=REWRITTEN[lesson.slug])
    behind = [row.page_id for row in course_states([course])[0].pages if row.since]
    for page in Page.objects.filter(pk__in=behind):
        # The demo's publications lie in the past: dates do not tell that the source is older.
        translation_of(page).source.update_from_db()
    return len(behind)
