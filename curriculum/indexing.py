"""Writes the words by which the catalogue's search finds a course or programme (`SearchText`).

Only what the public reads goes in: never the text of a lesson, never a draft.
"""

from collections.abc import Iterable

from django.utils import translation
from django.utils.html import strip_tags
from wagtail.signals import page_published, page_unpublished, post_page_move

from curriculum.models import Course, Lesson, Module, Programme, SearchText, course_path
from curriculum.search import folded

FOUND = (Course, Programme)


def fold(text: str) -> str:
    """Words as they are looked for, a space before each: "Co-progettare!" → " co progettare"."""
    return "".join(f" {word}" for word in folded(text))


def write_search_text(page: Course | Programme) -> bool:
    """Write the words of the published `page` anew, or take them away when it is not live; 3–4 queries.

    `page` as the database has it live, not a draft in hand. Returns whether it can be found now.
    """
    page = type(page).objects.select_related("locale").get(pk=page.pk)
    if not page.live:
        SearchText.objects.filter(page_id=page.pk).delete()
        return False
    language = page.locale.language_code[:2]
    with translation.override(language):
        parts = _of_course(page) if isinstance(page, Course) else _of_programme(page)
    heading, lead, rest = (fold(" ".join(map(str, texts))) for texts in parts)
    SearchText.objects.update_or_create(
        page_id=page.pk,
        defaults={"language": language, "heading": heading, "lead": lead, "rest": rest},
    )
    return True


def write_missing() -> int:
    """Write what live pages lack, and what was published meanwhile without telling; how many pages."""
    written = 0
    for model in FOUND:
        for page in model.objects.live().filter(search_words=None).only("pk", "content_type"):
            written += write_search_text(page)
    SearchText.objects.filter(page__live=False).delete()
    return written


def _of_course(course: Course) -> tuple[Iterable, Iterable, Iterable]:
    modules = Module.objects.child_of(course).live().order_by("path")
    lessons = Lesson.objects.descendant_of(course).live().order_by("path")
    below = [
        text
        for rows in (modules, lessons)
        for title, summary in rows.values_list("title", "summary")
        for text in (title, summary)
    ]
    return (
        [course.title, course.co_title, course.get_subject_display(), course.code],
        [course.summary, *course.outcome_texts.values()],
        [
            *below, _plain(course.introduction), course.prerequisites, course.assessment_text,
            _plain(course.faq), course.bursary_text, *course.audience_labels,
        ],
    )  # fmt: skip


def _of_programme(programme: Programme) -> tuple[Iterable, Iterable, Iterable]:
    titles = Course.objects.live().filter(
        locale_id=programme.locale_id,
        translation_key__in=programme.course_rows.values("course__translation_key"),
    )
    return (
        [programme.title, programme.co_title],
        [programme.summary, *titles.values_list("title", flat=True)],
        [_plain(programme.introduction), _plain(programme.faq), *programme.audience_labels],
    )


def _plain(stream) -> str:
    """The words of a StreamField, as Wagtail's own index takes them."""
    return strip_tags(" ".join(map(str, stream.stream_block.get_searchable_content(stream))))


# --- When -------------------------------------------------------------------------------------
def listen() -> None:
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(_changed, dispatch_uid="curriculum.search")


def _changed(sender, instance, **kwargs) -> None:
    page = instance.specific
    if isinstance(page, (Module, Lesson)):
        page = Course.objects.filter(path=course_path(page)).only("pk").first()
    if isinstance(page, FOUND):
        write_search_text(page)
