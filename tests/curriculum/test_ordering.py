"""Moving modules and lessons: who may, what the public sees, two moves at once, in every language."""

import threading

import pytest
from django.db import connection, connections
from django.urls import reverse
from wagtail.models import Page, PageLogEntry

from curriculum.desk import courses, desk_outline
from curriculum.models import Course, Lesson, Module
from curriculum.services import Place, move_page
from curriculum.services.ordering import step, tree_of
from lms.core.errors import DomainError
from tests.factories import cohorts, curriculum, people
from tests.factories.stamps import stamped

pytestmark = pytest.mark.django_db


@stamped
def written() -> Course:
    """Two modules with two lessons each, written but not published."""
    page = curriculum.course("MC-ORDINE")
    for one in Page.objects.descendant_of(page, inclusive=True):
        one.specific.unpublish()
    return Course.objects.get(pk=page.pk)


@pytest.fixture
def course():
    return written()


@pytest.fixture
def published():
    return curriculum.course("MC-PUBBLICO")


@pytest.fixture
def author(client, request):
    user = people.instructor()
    for name in ("course", "published"):
        if name in request.fixturenames:
            curriculum.teach(request.getfixturevalue(name), user)
    client.force_login(user)
    return user


def titles(course) -> list[tuple[str, list[str]]]:
    shape = desk_outline(courses().get(pk=course.pk))
    return [(m.title, [lesson.title for lesson in m.lessons]) for m in shape.modules]


def page(course, title):
    return Page.objects.descendant_of(course).get(draft_title=title)


def post(client, course, data, **extra):
    seen = {"seen": tree_of(course).text}
    return client.post(reverse("desk:move", args=[course.pk]), seen | data, **extra)


BEFORE = [
    ("Modulo 1", ["Lezione 1.1", "Lezione 1.2"]),
    ("Modulo 2", ["Lezione 2.1", "Lezione 2.2"]),
]


@pytest.mark.parametrize(
    ("title", "direction", "after"),
    [
        ("Lezione 1.2", "up", [("Modulo 1", ["Lezione 1.2", "Lezione 1.1"]), BEFORE[1]]),
        ("Lezione 1.1", "down", [("Modulo 1", ["Lezione 1.2", "Lezione 1.1"]), BEFORE[1]]),
        ("Lezione 1.2", "down", [("Modulo 1", ["Lezione 1.1"]), ("Modulo 2", ["Lezione 1.2", "Lezione 2.1", "Lezione 2.2"])]),
        ("Lezione 2.1", "up", [("Modulo 1", ["Lezione 1.1", "Lezione 1.2", "Lezione 2.1"]), ("Modulo 2", ["Lezione 2.2"])]),
        ("Modulo 1", "down", [BEFORE[1], BEFORE[0]]),
        ("Modulo 2", "up", [BEFORE[1], BEFORE[0]]),
        ("Modulo 1", "up", BEFORE),
        ("Lezione 1.1", "up", BEFORE),
        ("Lezione 2.2", "down", BEFORE),
    ],
)  # fmt: skip
def test_plain_buttons_move_up_and_down(client, author, course, title, direction, after):
    moved = page(course, title)
    response = post(client, course, {"move": f"{moved.pk}:{direction}"})
    assert response.url == f"{reverse('desk:outline', args=[course.pk])}#pagina-{moved.pk}"
    assert titles(course) == after
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_lesson_moves_to_a_place_in_another_module(client, author, course):
    lesson, module, before = (page(course, t) for t in ("Lezione 1.1", "Modulo 2", "Lezione 2.2"))
    post(client, course, {"page": lesson.pk, "place": f"{module.pk}:{before.pk}"})
    assert titles(course) == [
        ("Modulo 1", ["Lezione 1.2"]),
        ("Modulo 2", ["Lezione 2.1", "Lezione 1.1", "Lezione 2.2"]),
    ]
    row = Lesson.objects.get(pk=lesson.pk)
    assert row.url_path.endswith("/mc-ordine/modulo-2/lezione-1-1/")
    entry = PageLogEntry.objects.filter(page=lesson.pk, action="wagtail.move").get()
    assert entry.user == author


def test_a_module_takes_its_lessons_along_and_empties(client, author, course):
    first, second = page(course, "Modulo 1"), page(course, "Modulo 2")
    for title in ("Lezione 1.1", "Lezione 1.2"):
        post(client, course, {"page": page(course, title).pk, "place": f"{second.pk}:"})
    post(client, course, {"page": page(course, "Lezione 2.1").pk, "place": f"{first.pk}:"})
    post(client, course, {"page": second.pk, "place": f":{first.pk}"})
    assert titles(course) == [
        ("Modulo 2", ["Lezione 2.2", "Lezione 1.1", "Lezione 1.2"]),
        ("Modulo 1", ["Lezione 2.1"]),
    ]
    assert Page.find_problems() == ([], [], [], [], [])


def test_the_script_is_answered_with_the_outline_and_what_happened(client, author, course):
    lesson = page(course, "Lezione 1.2")
    response = post(client, course, {"move": f"{lesson.pk}:up"}, headers={"X-Desk": "1"})
    html = response.content.decode()
    assert "<html" not in html
    assert "«Lezione 1.2»" in html or "“Lezione 1.2”" in html
    assert f'name="seen" value="{tree_of(course).text}"' in html


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"move": "x:up"},
        {"move": "12"},
        {"move": "1:sideways"},
        {"page": "1"},
        {"page": "²", "place": ":"},
        {"page": "9" * 40, "place": ":"},
    ],
)
def test_nonsense_is_a_bad_request(client, author, course, data):
    assert post(client, course, data).status_code == 400
    assert titles(course) == BEFORE


@pytest.mark.parametrize("place", ["{foreign}:", "{module}:{foreign}", "{lesson}:", "0:987654321"])
def test_place_outside_the_course_is_refused(client, author, course, published, place):
    words = {
        "foreign": page(published, "Modulo 1").pk,
        "module": page(course, "Modulo 1").pk,
        "lesson": page(course, "Lezione 2.2").pk,
    }
    data = {"page": page(course, "Lezione 1.1").pk, "place": place.format(**words)}
    response = post(client, course, data, headers={"X-Desk": "1"})
    assert (response.status_code, titles(course)) == (409, BEFORE)


def test_page_of_another_course_is_not_moved(client, author, course, published):
    before = titles(published)
    foreign = page(published, "Lezione 1.1")
    data = {"page": foreign.pk, "place": f"{page(course, 'Modulo 1').pk}:"}
    assert post(client, course, data, headers={"X-Desk": "1"}).status_code == 409
    assert (titles(course), titles(published)) == (BEFORE, before)


# --- Somebody else moved meanwhile --------------------------------------------------------------
def test_move_on_an_old_order_is_refused_and_tells_who_changed_it(client, author, course):
    seen = tree_of(course).text
    colleague = people.instructor(first_name="Marta", last_name="Rossi")
    lesson = page(course, "Lezione 1.2")
    module = page(course, "Modulo 1")
    move_page(
        course=course, page_id=lesson.pk, place=Place(module.pk, page(course, "Lezione 1.1").pk),
        seen=seen, public_order=False, by=colleague,
    )  # fmt: skip
    after = titles(course)
    data = {"seen": seen, "move": f"{page(course, 'Modulo 2').pk}:up"}
    response = client.post(reverse("desk:move", args=[course.pk]), data, headers={"X-Desk": "1"})
    assert (response.status_code, titles(course)) == (409, after)
    assert "Marta Rossi" in response.content.decode()
    # Without the script: back to the outline, which shows the order as it is.
    response = client.post(reverse("desk:move", args=[course.pk]), data, follow=True)
    assert "Marta Rossi" in response.content.decode()
    assert titles(course) == after


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_moves_at_once_let_one_through():
    course = curriculum.course("MC-GARA")
    Course.objects.filter(pk=course.pk).update(live=False)
    course = Course.objects.get(pk=course.pk)
    seen = tree_of(course).text
    moves = [
        (page(course, "Lezione 1.2").pk, Place(page(course, "Modulo 2").pk, None)),
        (page(course, "Modulo 2").pk, Place(None, page(course, "Modulo 1").pk)),
    ]
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def run(pk, place):
        together.wait()
        try:
            move_page(
                course=course, page_id=pk, place=place, seen=seen, public_order=False, by=None
            )
            outcomes.append("moved")
        except DomainError as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=move) for move in moves]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ["moved", "order_changed"]
    assert Page.find_problems() == ([], [], [], [], [])
    assert connection.vendor


# --- What the public sees -------------------------------------------------------------------------
@pytest.mark.slow
def test_author_does_not_change_the_published_order(client, author, published):
    before = titles(published)
    lesson, module = page(published, "Lezione 1.2"), page(published, "Modulo 2")
    for data in (
        {"move": f"{lesson.pk}:up"},
        {"move": f"{module.pk}:up"},
        {"page": lesson.pk, "place": f"{module.pk}:"},
    ):
        response = post(client, published, data, headers={"X-Desk": "1"})
        assert (response.status_code, titles(published)) == (409, before)


def test_author_moves_a_draft_among_published_pages(client, author, published):
    module = page(published, "Modulo 1")
    client.post(reverse("desk:add_lesson", args=[published.pk, module.pk]), {"title": "Bozza"})
    draft = page(published, "Bozza")
    for direction in ("up", "up", "down"):
        post(client, published, {"move": f"{draft.pk}:{direction}"})
    assert titles(published)[0] == ("Modulo 1", ["Lezione 1.1", "Bozza", "Lezione 1.2"])
    # A published one that steps over a draft changes nothing for the public.
    post(client, published, {"move": f"{page(published, 'Lezione 1.2').pk}:up"})
    assert titles(published)[0] == ("Modulo 1", ["Lezione 1.1", "Lezione 1.2", "Bozza"])


@pytest.mark.slow
def test_committee_changes_the_published_order_but_not_of_its_own_course(client, published):
    member = people.committee()
    client.force_login(member)
    lesson = page(published, "Lezione 1.2")
    assert post(client, published, {"move": f"{lesson.pk}:up"}).status_code == 302
    assert titles(published)[0] == ("Modulo 1", ["Lezione 1.2", "Lezione 1.1"])
    curriculum.teach(published, member)
    response = post(client, published, {"move": f"{lesson.pk}:down"})
    assert response.status_code == 404  # neither instructor by role, nor free to judge
    assert titles(published)[0] == ("Modulo 1", ["Lezione 1.2", "Lezione 1.1"])


def test_administrator_is_bound_by_the_committee_too(client, published):
    client.force_login(people.administrator())
    lesson = page(published, "Lezione 1.2")
    response = post(client, published, {"move": f"{lesson.pk}:up"}, headers={"X-Desk": "1"})
    assert response.status_code == 409


def test_running_cohort_keeps_its_order(client, published):
    cohort = cohorts.cohort("MC-PUBBLICO-2026-1", course=published)
    before = [row.lesson_id for row in cohorts.lessons_of(cohort)]
    client.force_login(people.committee())
    post(client, published, {"move": f"{page(published, 'Lezione 1.2').pk}:up"})
    assert [row.lesson_id for row in cohorts.lessons_of(cohort)] == before


# --- Addresses and languages ----------------------------------------------------------------------
def test_draft_gets_a_free_address_in_its_new_module(client, author, course):
    first, second = page(course, "Modulo 1"), page(course, "Modulo 2")
    for module in (first, second):
        client.post(reverse("desk:add_lesson", args=[course.pk, module.pk]), {"title": "Inizio"})
    lesson = Lesson.objects.child_of(second).get(slug="inizio")
    post(client, course, {"page": lesson.pk, "place": f"{first.pk}:"})
    row = Lesson.objects.get(pk=lesson.pk)
    assert (row.slug, row.get_latest_revision_as_object().slug) == ("inizio-2", "inizio-2")
    assert row.url_path.endswith("/modulo-1/inizio-2/")


def test_published_page_whose_address_is_taken_stays(client, published):
    first, second = page(published, "Modulo 1"), page(published, "Modulo 2")
    for module in (first, second):
        curriculum.lesson(Module.objects.get(pk=module.pk), "Inizio")
    before = titles(published)
    client.force_login(people.committee())
    lesson = Lesson.objects.child_of(second).get(slug="inizio")
    data = {"page": lesson.pk, "place": f"{first.pk}:"}
    response = post(client, published, data, headers={"X-Desk": "1"})
    assert (response.status_code, titles(published)) == (409, before)


@pytest.mark.slow
def test_translations_follow_as_far_as_they_exist(client, author, course):
    lesson = Lesson.objects.get(pk=page(course, "Lezione 2.1").pk)
    english = curriculum.in_english(lesson, "Lesson 2.1")
    curriculum.in_english(Lesson.objects.get(pk=page(course, "Lezione 1.2").pk), "Lesson 1.2")
    there = Course.objects.get(translation_key=course.translation_key, locale=english.locale)
    there.unpublish()
    module = page(course, "Modulo 1")
    post(client, course, {"page": lesson.pk, "place": f"{module.pk}:"})
    # The second module was translated first.
    assert [lessons for _m, lessons in titles(there)] == [[], ["Lesson 1.2", "Lesson 2.1"]]
    post(client, course, {"move": f"{lesson.pk}:up"})
    post(client, course, {"move": f"{lesson.pk}:up"})
    assert [lessons for _m, lessons in titles(there)] == [[], ["Lesson 2.1", "Lesson 1.2"]]
    assert Page.find_problems() == ([], [], [], [], [])


@pytest.mark.slow
def test_published_translation_binds_the_author_too(client, author, course):
    lesson = Lesson.objects.get(pk=page(course, "Lezione 1.2").pk)
    curriculum.in_english(Lesson.objects.get(pk=page(course, "Lezione 1.1").pk), "Lesson 1.1")
    curriculum.in_english(lesson, "Lesson 1.2")
    response = post(client, course, {"move": f"{lesson.pk}:up"}, headers={"X-Desk": "1"})
    assert (response.status_code, titles(course)) == (409, BEFORE)


def test_step_ends_at_the_edges():
    order = [(1, [11, 12]), (2, [])]
    assert step(order, 11, -1) is None
    assert step(order, 12, 1) == Place(2, None)
    assert step(order, 1, 1) == Place(None, None)
    assert step(order, 99, 1) is None
