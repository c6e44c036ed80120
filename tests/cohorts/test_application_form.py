"""What is asked: written while nobody has applied, then mended in its words alone."""

import pytest

from lms.cohorts import services, summary
from lms.cohorts.models import ApplicationQuestion
from lms.core.errors import DomainError
from tests.factories import applications, cohorts, people

pytestmark = pytest.mark.django_db
PARTS = {"motivation": "required", "motivation_length": 4000, "cv": "off", "organisation": "optional", "pool": False, "bursary": False}  # fmt: skip


def refused(call, **arguments) -> str:
    with pytest.raises(DomainError) as refusal:
        call(**arguments)
    return refusal.value.code


def labels(cohort) -> list[str]:
    return [row.label for row in cohort.application_questions.order_by("position")]


def test_questions_stand_in_the_order_in_which_they_were_moved():
    cohort = cohorts.cohort()
    first, second, third = (applications.question(cohort, label=word) for word in "ABC")
    services.move_question(question=third, up=True, by=None)
    services.move_question(question=first, up=True, by=None)
    assert labels(cohort) == ["A", "C", "B"]
    services.move_question(question=first, up=False, by=None)
    services.remove_question(question=second, by=None)
    assert labels(cohort) == ["C", "A"]


def test_once_somebody_applied_only_words_are_mended():
    cohort = cohorts.cohort()
    row = applications.question(cohort, "one", label="Quando?", required=False)
    applications.draft(cohort)
    assert not summary.is_frozen(cohort)
    services.apply(cohort=cohort, user=people.person())
    options = [{"it": "La sera"}, {"it": "Di mattina"}]
    mended = services.change_question(
        question=row,
        kind="one",
        labels={"it": "Quando puoi?"},
        required=False,
        options=options,
        by=None,
    )
    assert [(o["key"], o["it"]) for o in mended.options] == [("1", "La sera"), ("2", "Di mattina")]
    same = {"question": row, "labels": {"it": "Quando?"}, "by": None}
    changes = [
        {"kind": "several", "required": False, "options": options},
        {"kind": "one", "required": True, "options": options},
        {"kind": "one", "required": False, "options": [*options, {"it": "Mai"}]},
    ]
    for change in changes:
        assert refused(services.change_question, **same, **change) == "form_frozen"
    assert (
        refused(services.add_question, cohort=cohort, kind="short", labels={"it": "?"}, by=None)
        == "form_frozen"
    )
    assert refused(services.move_question, question=row, up=True, by=None) == "form_frozen"
    assert refused(services.remove_question, question=row, by=None) == "form_frozen"
    assert (
        refused(services.set_parts, cohort=cohort, parts=PARTS | {"cv": "required"}, by=None)
        == "form_frozen"
    )


def test_an_answer_that_says_the_same_keeps_what_drafts_chose():
    cohort = cohorts.cohort()
    row = applications.question(cohort, "one")
    draft = applications.draft(cohort, **{f"q{row.pk}": "2"})
    options = [{"it": "Notte"}, {"it": "Mattina"}]
    services.change_question(
        question=row, kind="one", labels={"it": "Quando?"}, options=options, by=None
    )
    row.refresh_from_db()
    assert [option["key"] for option in row.options] == ["3", "2"]
    answers = {answer.name: answer.lines for answer in summary.answered(draft)}
    assert answers[f"q{row.pk}"] == ("Mattina",)


def test_a_form_is_taken_over_whole():
    old = cohorts.cohort()
    new = cohorts.cohort("MC-PROVA-2026-2", course=old.course)
    applications.parts(old, cv="required", bursary=True)
    applications.question(old, "one", label="Quando?")
    applications.question(new, label="Da togliere")
    assert services.copy_form(source=old, target=new, by=None) == 1
    assert labels(new) == ["Quando?"]
    assert summary.admission_form(new).cv == "required"
    assert (
        ApplicationQuestion.objects.get(cohort=new).snapshot()
        == ApplicationQuestion.objects.get(cohort=old).snapshot()
    )
    services.apply(cohort=new, user=people.person())
    assert refused(services.copy_form, source=old, target=new, by=None) == "form_frozen"


def test_a_form_asks_for_something_and_a_choice_has_two_answers():
    cohort = cohorts.cohort()
    assert (
        refused(services.set_parts, cohort=cohort, parts=PARTS | {"motivation": "off"}, by=None)
        == "asks_nothing"
    )
    one = {"kind": "one", "labels": {"it": "?"}, "options": [{"it": "Sì"}], "by": None}
    assert refused(services.add_question, cohort=cohort, **one) == "too_few_options"


def test_a_form_has_an_end():
    cohort = cohorts.cohort()
    for _number in range(8):
        applications.question(cohort, "file")
    assert (
        refused(services.add_question, cohort=cohort, kind="file", labels={"it": "?"}, by=None)
        == "too_many_questions"
    )


@pytest.mark.parametrize("number", [1, 3])
def test_asking_costs_the_same_for_every_number_of_questions(django_assert_num_queries, number):
    cohort = cohorts.cohort()
    for _number in range(number):
        applications.question(cohort)
    draft = applications.draft(cohort)
    with django_assert_num_queries(4):
        summary.answered(draft)
