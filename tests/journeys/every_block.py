"""Run in the shell of a served demo: a lesson of the running cohort gets every block there is, in both languages."""

from curriculum.exchange.kinds import KINDS

COHORT, PLACE = "MC-CODESIGN-2026-2", (5, 1)
READER = "persona11@cohub.example"


def kinds() -> list[str]:
    return list(KINDS)


def write() -> None:
    """Publish it, bring it in and open its module to the reader; prints the address without the language."""
    from lms.cohorts import services
    from lms.cohorts.models import Cohort, PinnedLesson
    from tests.factories import blocks

    pins = PinnedLesson.objects.filter(
        syllabus_lesson__cohort__code=COHORT,
        syllabus_lesson__module__position=PLACE[0],
        syllabus_lesson__position=PLACE[1],
    )
    choices = []
    for pin in pins:
        pin.lesson.body = blocks.everything()
        revision = pin.lesson.save_revision()
        revision.publish()
        choices.append(services.Choice(pin.lesson_id, pin.revision_id, revision.pk))
    cohort = Cohort.objects.get(code=COHORT)
    services.bring_in(cohort=cohort, choices=choices, by=None)
    services.open_early(
        enrolment=cohort.enrolments.get(user__email=READER),
        module=cohort.modules.get(position=PLACE[0]),
        reason="Prova",
        by=None,
    )
    print(f"/edizioni/{COHORT}/lezioni/{pins[0].syllabus_lesson.lesson_id}-tutto/")
