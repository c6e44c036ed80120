"""Run in the shell of a served demo: a lesson of the running cohort gets every block there is, in both languages."""

from curriculum.exchange.kinds import KINDS

COHORT, PLACE = "MC-CODESIGN-2026-2", (5, 1)


def kinds() -> list[str]:
    return list(KINDS)


def write() -> None:
    """Publish it and pin it, as an erratum does; prints the address without the language."""
    from lms.cohorts.models import PinnedLesson
    from lms.cohorts.services.opening import _pin_media
    from tests.factories import blocks

    pins = PinnedLesson.objects.filter(
        syllabus_lesson__cohort__code=COHORT,
        syllabus_lesson__module__position=PLACE[0],
        syllabus_lesson__position=PLACE[1],
    )
    for pin in pins:
        lesson = pin.lesson
        lesson.body = blocks.everything()
        pin.revision = lesson.save_revision()
        pin.revision.publish()
        pin.save()
        pin.images.all().delete()
        pin.documents.all().delete()
        _pin_media(pin)
    print(f"/edizioni/{COHORT}/lezioni/{pins[0].syllabus_lesson.lesson_id}-tutto/")
