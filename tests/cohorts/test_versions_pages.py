"""The versions of a cohort's lessons in the Wagtail admin: who may, what is said, what is done."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lms.cohorts import services
from lms.cohorts.choices import StaffFunction
from lms.cohorts.models import Cohort, PinChange
from tests.cohorts.test_versions import addition, choice, pin_of, rewritten
from tests.factories import cohorts, curriculum, people

pytestmark = pytest.mark.django_db
XSS = '"><script>alert(1)</script>'


@pytest.fixture
def cohort():
    return cohorts.cohort()


@pytest.fixture
def desk(client):
    client.force_login(people.administrator())
    return client


def address(cohort) -> str:
    return reverse("cohorts_admin:versions", args=[cohort.pk])


def difference(cohort, pin) -> str:
    return reverse("cohorts_admin:difference", args=[cohort.pk, pin.pk])


def token(pin) -> str:
    chosen = choice(pin)
    return f"{chosen.lesson_id}-{chosen.expected_id}-{chosen.revision_id}"


def course_instructor(cohort):
    user = people.instructor()
    curriculum.teach(cohort.course, user)
    return user


def staff(function):
    return lambda cohort: cohorts.teacher(cohort, function)


def past_teacher(cohort):
    return cohorts.teacher(cohort, until=timezone.localdate() - timedelta(days=1))


def of_another_course(cohort):
    user = people.instructor()
    curriculum.teach(curriculum.course("MC-ALTRO"), user)
    return user


@pytest.mark.parametrize(
    ("who", "answer"),
    [
        (lambda cohort: people.administrator(), 200),
        (staff(StaffFunction.TEACHER), 200),
        (staff(StaffFunction.SUBSTITUTE), 200),
        (course_instructor, 200),
        (staff(StaffFunction.TUTOR), 404),
        (staff(StaffFunction.COORDINATOR), 404),
        (past_teacher, 404),
        (of_another_course, 404),
        (cohorts.manager, 404),
        (lambda cohort: people.committee(), 404),
    ],
)
def test_who_may_see_and_change_versions(client, cohort, who, answer):
    pin = pin_of(cohort)
    rewritten(pin.lesson)
    client.force_login(who(cohort))
    assert client.get(address(cohort)).status_code == answer
    assert client.get(difference(cohort, pin)).status_code == answer
    sent = client.post(address(cohort), {"choose": token(pin)})
    assert sent.status_code == (302 if answer == 200 else 404)
    assert PinChange.objects.count() == (1 if answer == 200 else 0)


def test_learners_do_not_enter(client, cohort):
    client.force_login(cohorts.learner(cohort).user)
    assert client.get(address(cohort)).status_code == 302
    client.post(address(cohort), {"all": "1", "offered": "1-1-1"})
    assert PinChange.objects.count() == 0


@pytest.mark.slow
def test_the_page_of_another_cohorts_pin_does_not_exist(desk, cohort):
    other = cohorts.cohort("MC-ALTRO-2026-1", course=curriculum.course("MC-ALTRO"))
    assert desk.get(difference(cohort, pin_of(other))).status_code == 404


@pytest.mark.slow
def test_all_that_was_offered_is_brought_in(desk, cohort):
    pins = [pin_of(cohort), pin_of(cohort, 2)]
    for pin in pins:
        rewritten(pin.lesson)
    page = desk.get(address(cohort)).text
    offered = re.findall(r'name="offered" value="([\d-]+)"', page)
    assert offered == [token(pin) for pin in pins]
    # Published after the page was read: it was not offered, and stays where it is.
    rewritten(pin_of(cohort, 1).lesson)
    desk.post(address(cohort), {"all": "1", "offered": offered})
    assert set(PinChange.objects.values_list("pin", flat=True)) == {pin.pk for pin in pins}


def test_a_new_lesson_is_brought_in_from_the_page(desk, cohort):
    page = curriculum.lesson(pin_of(cohort).lesson.get_parent().specific, "Lezione nuova")
    text = desk.get(address(cohort)).text
    assert "Lezione nuova" in text
    assert "obbligatoria: serve per l’attestato" in text
    added = addition(page)
    desk.post(address(cohort), {"choose": f"{added.lesson_id}-0-{added.revision_id}"})
    assert cohort.lessons.count() == 5


def test_an_erratum_without_a_reason_is_refused_and_what_was_typed_stays(desk, cohort):
    pins = [pin_of(cohort), pin_of(cohort, 1)]
    for pin in pins:
        rewritten(pin.lesson)
    data = {
        "choose": [token(pin) for pin in pins],
        f"erratum-{pins[0].lesson_id}": "1",
        f"erratum-{pins[1].lesson_id}": "1",
        f"reason-{pins[1].lesson_id}": "Una data   sbagliata.",
    }
    response = desk.post(address(cohort), data)
    assert response.status_code == 422
    assert response.text.count("Scrivi in una riga che cosa era sbagliato") == 1
    assert 'value="Una data sbagliata."' in response.text
    assert PinChange.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Scegli almeno una lezione."),
        ({"choose": "zero"}, "Scegli le lezioni dall’elenco."),
        ({"choose": "1-2-99999999999999999999"}, "Scegli le lezioni dall’elenco."),
        ({"erratum-7": "1", "reason-7": "Perché"}, "Non è stato portato dentro nulla"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(desk, cohort, data, words):
    response = desk.post(address(cohort), data)
    assert response.status_code == 422
    assert words in response.text


def test_a_reason_without_the_mark_or_too_long_is_refused(desk, cohort):
    pin = pin_of(cohort)
    rewritten(pin.lesson)
    data = {"choose": token(pin), f"reason-{pin.lesson_id}": "Un motivo"}
    assert "Segnala come errata corrige" in desk.post(address(cohort), data).text
    data |= {f"erratum-{pin.lesson_id}": "1", f"reason-{pin.lesson_id}": "x" * 201}
    assert "al massimo 200 caratteri" in desk.post(address(cohort), data).text
    assert PinChange.objects.count() == 0


def test_an_old_look_is_refused_in_words(desk, cohort):
    pin = pin_of(cohort)
    rewritten(pin.lesson)
    seen = token(pin)
    rewritten(pin.lesson, "Ancora.")
    response = desk.post(address(cohort), {"choose": seen})
    assert response.status_code == 409
    assert "Non è stato fatto nulla: guarda di nuovo" in response.text
    assert token(pin) in response.text


def test_the_form_sent_twice_says_the_same(desk, cohort):
    pin = pin_of(cohort)
    rewritten(pin.lesson)
    data = {"choose": token(pin)}
    answers = [desk.post(address(cohort), data, follow=True) for _time in range(2)]
    assert ["legge la versione 2" in answer.text for answer in answers] == [True, True]
    assert PinChange.objects.count() == 1


def test_a_finished_cohort_shows_and_does_not_offer(desk, cohort):
    pin = pin_of(cohort)
    rewritten(pin.lesson)
    seen = token(pin)
    Cohort.objects.filter(pk=cohort.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    page = desk.get(address(cohort)).text
    assert "attestati si rilasciano sul programma così com’è" in page
    assert 'name="choose"' not in page
    assert 'name="choose"' not in desk.get(difference(cohort, pin)).text
    assert desk.post(address(cohort), {"choose": seen}).status_code == 409
    assert PinChange.objects.count() == 0


def test_a_draft_cohort_says_that_it_is_not_open(desk):
    page = desk.get(address(cohorts.draft_cohort())).text
    assert "non è ancora aperta" in page


def test_texts_and_reasons_of_people_are_escaped(desk, cohort):
    pin = pin_of(cohort)
    rewritten(pin.lesson, "&lt;script&gt;alert(2)&lt;/script&gt;", title=XSS, summary=XSS)
    page = desk.get(difference(cohort, pin)).text
    data = {
        "choose": token(pin),
        f"erratum-{pin.lesson_id}": "1",
        f"reason-{pin.lesson_id}": XSS,
    }
    desk.post(address(cohort), data)
    page += desk.get(address(cohort)).text
    workbench = reverse("cohorts_admin:workbench", args=[cohort.pk])
    assert PinChange.objects.get().reason == XSS
    assert "<script>alert" not in page + desk.get(workbench).text
    assert "&lt;script&gt;alert(1)" in page


def test_the_difference_says_what_changed(desk, cohort):
    pin = pin_of(cohort)
    rewritten(pin.lesson, "Il testo di Lezione 1.1, corretto.")
    page = desk.get(difference(cohort, pin)).text
    assert re.search(r"<ins>.*corretto.*</ins>", page)
    assert '{"type"' not in page
    assert token(pin) in page


def test_without_a_difference_the_page_says_so(desk, cohort):
    assert "non c’è differenza" in desk.get(difference(cohort, pin_of(cohort))).text


def test_the_cohorts_page_cites_the_version(desk, cohort):
    pin = pin_of(cohort)
    rewritten(pin.lesson)
    version = services.bring_in(cohort=cohort, choices=[choice(pin)], by=None)
    page = desk.get(reverse("cohorts_admin:workbench", args=[cohort.pk])).text
    assert "Versione 2 del" in page
    assert version.sha256 in page


@pytest.mark.slow
def test_the_admins_home_tells_who_may_bring_them_in(client, cohort):
    rewritten(pin_of(cohort).lesson)
    for user, told in ((course_instructor(cohort), True), (of_another_course(cohort), False)):
        client.force_login(user)
        assert (address(cohort) in client.get(reverse("wagtailadmin_home")).text) is told
