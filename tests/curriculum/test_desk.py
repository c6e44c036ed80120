"""The author's desk: own courses, the outline of drafts, new pages and titles."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page, PageLogEntry, Revision

from curriculum.choices import PageState
from curriculum.desk import courses, courses_on_desk, desk_courses, desk_outline
from curriculum.desk.drafts import state_of
from curriculum.models import Course, Lesson, Module
from tests.factories import cohorts, curriculum, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(client, instructor):
    client.force_login(instructor)
    return instructor


def outline_url(course) -> str:
    return reverse("desk:outline", args=[course.pk])


def fresh(course) -> Course:
    return courses().get(pk=course.pk)


def drafts(module, count: int) -> None:
    """Lessons with a draft each, laid down in bulk: a tree of two hundred in a second."""
    for number in range(count):
        lesson = Lesson(title=f"Bozza {number}", slug=f"bozza-{number}", live=False, minutes=5)
        module.add_child(instance=lesson)
        lesson.save_revision(clean=False)


@pytest.mark.slow
def test_desk_lists_the_own_courses_only(client, author, mine, other):
    html = client.get(reverse("desk:courses")).content.decode()
    assert "Il mio corso" in html
    assert "Un corso altrui" not in html
    assert outline_url(mine) in html


@pytest.mark.slow
def test_administrator_and_committee_see_every_course(client, mine, other):
    for user in (people.administrator(), people.committee()):
        assert list(courses_on_desk(user)) == [mine, other]
    assert list(courses_on_desk(people.manager())) == []


@pytest.mark.slow
def test_desk_tells_the_cohorts_languages_and_who_saved(client, author):
    cohort = cohorts.cohort("MC-MIO-2026-1", course=Course.objects.get(code="MC-MIO"))
    hidden = cohorts.draft_cohort("MC-MIO-2026-9", course=cohort.course)
    curriculum.in_english(cohort.course, "My course")
    Course.objects.get(code="MC-MIO", locale__language_code="it").save_revision(user=author)
    html = client.get(reverse("desk:courses")).content.decode()
    assert cohort.get_absolute_url() in html
    assert hidden.code not in html  # an edition in preparation is known to administrators alone
    assert 'lang="en">EN</a>' in html
    assert str(author) in html.replace("&#x27;", "’")


@pytest.mark.slow
def test_desk_asks_the_same_for_one_course_and_for_three(author, mine, other):
    third = curriculum.course("MC-TERZO", title="Terzo")
    user = people.administrator()

    assert user.roles  # asked once a request

    def queries(given):
        rows = [fresh(course) for course in given]
        with CaptureQueriesContext(connection) as asked:
            desk_courses(rows, user)
        return len(asked)

    assert queries([mine]) == queries([mine, other, third])


@pytest.mark.slow
def test_outline_takes_five_queries_for_two_hundred_lessons(mine):
    for lessons in (3, 200):
        course = curriculum.course(f"MC-Q{lessons}", modules=1, lessons=0)
        drafts(course.get_children().get(), lessons)
        page = fresh(course)
        with CaptureQueriesContext(connection) as asked:
            outline = desk_outline(page)
            [lesson.state.label for lesson in outline.lessons]
        assert (len(outline.lessons), len(asked) <= 5) == (lessons, True), len(asked)


@pytest.mark.slow
def test_outline_page_asks_the_same_for_three_lessons_and_forty(client, author, mine):
    counts = []
    module = Module.objects.child_of(mine).first()
    client.get(outline_url(mine))
    for more in (0, 40):
        drafts(Module.objects.get(pk=module.pk), more)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(outline_url(mine)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_states_of_pages(mine):
    live, changed, draft, _other = Lesson.objects.descendant_of(mine).order_by("path")
    changed.title = "Altro titolo"
    changed.save_revision()
    draft.unpublish()
    reviewed = Module.objects.child_of(mine).first()
    workflow = reviewed.get_workflow()
    if workflow is None:
        from curriculum.review import attach_all

        attach_all()
        workflow = reviewed.get_workflow()
    workflow.start(reviewed, None)
    nodes = {node.id: node for node in desk_outline(fresh(mine)).nodes}
    assert nodes[live.pk].state == PageState.LIVE
    assert (nodes[changed.pk].state, nodes[changed.pk].title) == (
        PageState.CHANGED,
        "Altro titolo",
    )
    assert nodes[draft.pk].state == PageState.DRAFT
    assert nodes[reviewed.pk].state == PageState.REVIEW
    assert state_of(Module.objects.get(pk=reviewed.pk)) == PageState.REVIEW
    state = Module.objects.get(pk=reviewed.pk).current_workflow_state
    curriculum.decide(state, people.committee(), "reject", comment="Quasi.")
    nodes = {node.id: node for node in desk_outline(fresh(mine)).nodes}
    assert nodes[reviewed.pk].state == PageState.SENT_BACK
    assert state_of(Module.objects.get(pk=reviewed.pk)) == PageState.SENT_BACK


def test_outline_tells_what_a_draft_lacks(client, author, mine):
    lesson = Lesson.objects.descendant_of(mine).first()
    lesson.minutes, lesson.body = 0, []
    lesson.save_revision(clean=False)
    node = next(n for n in desk_outline(fresh(mine)).nodes if n.id == lesson.pk)
    assert {i.code for i in node.issues} >= {"minutes_missing", "body_empty"}
    html = client.get(reverse("desk:completeness", args=[mine.pk])).content.decode()
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    assert f'href="{edit}#body"' in html
    assert f'href="{edit}#id_minutes"' in html
    editor = client.get(edit).content.decode()
    assert f"{outline_url(mine)}#pagina-{lesson.pk}" in editor
    assert 'id="body"' in editor
    assert 'id="id_minutes"' in editor


def test_broken_link_in_a_draft_is_found(mine):
    lesson = Lesson.objects.descendant_of(mine).first()
    gone = Lesson.objects.descendant_of(mine).last()
    lesson.body = [("text", f'<p><a linktype="page" id="{gone.pk}">là</a></p>')]
    lesson.save_revision()
    assert not _codes(mine, lesson) & {"link_broken"}
    gone.unpublish()
    assert _codes(mine, lesson) & {"link_broken"}


def _codes(course, page) -> set[str]:
    node = next(n for n in desk_outline(fresh(course)).nodes if n.id == page.pk)
    return {issue.code for issue in node.issues}


def test_missing_translation_is_told_where_the_course_is_translated(mine):
    lesson = Lesson.objects.descendant_of(mine).first()
    assert "translation_missing" not in _codes(mine, lesson)
    assert "translation_missing" in _codes(mine, mine)
    curriculum.in_english(mine, "My course")
    assert "translation_missing" in _codes(mine, lesson)
    assert "translation_missing" not in _codes(mine, mine)


def test_reading_writes_nothing(client, author, mine):
    before = (Revision.objects.count(), PageLogEntry.objects.count(), Page.objects.count())
    lesson = Lesson.objects.descendant_of(mine).first()
    for address in (
        reverse("desk:courses"), outline_url(mine),
        f"{outline_url(mine)}?rinomina={lesson.pk}", f"{outline_url(mine)}?sposta={lesson.pk}",
        reverse("desk:completeness", args=[mine.pk]), reverse("desk:copy_course", args=[mine.pk]),
        reverse("desk:preview", args=[mine.pk]),
    ):  # fmt: skip
        assert client.get(address).status_code == 200
    assert before == (Revision.objects.count(), PageLogEntry.objects.count(), Page.objects.count())


def test_odd_parameters_are_no_error(client, author, mine):
    for query in ("?rinomina=x", "?sposta=9" * 1, "?sposta=²", f"?sposta={'9' * 40}"):
        assert client.get(outline_url(mine) + query).status_code == 200


def test_every_address_of_anothers_course_is_unknown(client, author, other):
    module = Module.objects.child_of(other).first()
    lesson = Lesson.objects.descendant_of(other).first()
    for name, args in (
        ("outline", []), ("completeness", []), ("copy_course", []), ("preview", []),
        ("copy_module", [module.pk]), ("preview_frame", [lesson.pk]),
    ):  # fmt: skip
        assert client.get(reverse(f"desk:{name}", args=[other.pk, *args])).status_code == 404
    for name, args in (
        ("move", []), ("add_module", []), ("add_lesson", [module.pk]), ("rename", [lesson.pk]),
        ("copy_course", []), ("copy_module", [module.pk]),
    ):  # fmt: skip
        assert client.post(reverse(f"desk:{name}", args=[other.pk, *args])).status_code == 404


def test_page_of_another_course_is_unknown_in_the_own(client, author, mine, other):
    module = Module.objects.child_of(other).first()
    lesson = Lesson.objects.descendant_of(other).first()
    data = {"title": "Mio"}
    for name, pk in (("add_lesson", module.pk), ("rename", lesson.pk), ("copy_module", module.pk)):
        address = reverse(f"desk:{name}", args=[mine.pk, pk])
        assert client.post(address, data).status_code == 404
    # A course is renamed on its own page, with its code and all.
    assert client.post(reverse("desk:rename", args=[mine.pk, mine.pk]), data).status_code == 404


def test_committee_reads_the_outline_and_writes_nothing(client, mine):
    client.force_login(people.committee())
    html = client.get(outline_url(mine)).content.decode()
    assert reverse("desk:add_module", args=[mine.pk]) not in html
    address = reverse("desk:add_module", args=[mine.pk])
    assert client.post(address, {"title": "x"}).status_code == 404


# --- New pages and titles ----------------------------------------------------------------------
def test_added_lesson_is_a_draft_at_the_end_and_opens_in_the_editor(client, author, mine):
    module = Module.objects.child_of(mine).first()
    address = reverse("desk:add_lesson", args=[mine.pk, module.pk])
    response = client.post(address, {"title": "  Chi   invitare "})
    lesson = Lesson.objects.child_of(module).last()
    assert response.url == reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    assert client.get(response.url).status_code == 200
    assert (lesson.title, lesson.slug, lesson.live, lesson.owner, lesson.minutes) == (
        "Chi invitare", "chi-invitare", False, author, 0,
    )  # fmt: skip
    assert lesson.latest_revision.user == author
    assert lesson.locale == mine.locale
    entry = PageLogEntry.objects.filter(page=lesson.pk).get()
    assert (entry.action, entry.user) == ("wagtail.create", author)
    assert client.get("/it/master-civici/mc-mio/modulo-1/chi-invitare/").status_code == 404


def test_same_title_twice_gets_another_address(client, author, mine):
    address = reverse("desk:add_module", args=[mine.pk])
    for _time in range(2):
        client.post(address, {"title": "Modulo 1"})
    slugs = list(Module.objects.child_of(mine).order_by("path").values_list("slug", flat=True))
    assert slugs == ["modulo-1", "modulo-2", "modulo-1-2", "modulo-1-3"]


@pytest.mark.parametrize("title", ["", "   ", "a" * 256])
def test_title_is_refused_when_empty_or_too_long(client, author, mine, title):
    count = Page.objects.count()
    response = client.post(reverse("desk:add_module", args=[mine.pk]), {"title": title})
    assert (response.status_code, Page.objects.count()) == (302, count)


def test_renaming_a_published_lesson_waits_for_the_committee(client, author, mine):
    lesson = Lesson.objects.descendant_of(mine).first()
    client.post(reverse("desk:rename", args=[mine.pk, lesson.pk]), {"title": "Nome nuovo"})
    row = Lesson.objects.get(pk=lesson.pk)
    assert (row.title, row.draft_title, row.slug) == (lesson.title, "Nome nuovo", lesson.slug)
    assert "Nome nuovo" in client.get(outline_url(mine)).content.decode()


def test_renaming_keeps_the_draft_of_somebody_else(client, author, mine):
    lesson = Lesson.objects.descendant_of(mine).first()
    lesson.summary = "Scritto da altri."
    lesson.save_revision()
    client.post(reverse("desk:rename", args=[mine.pk, lesson.pk]), {"title": "Nome nuovo"})
    draft = Lesson.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    assert (draft.title, draft.summary) == ("Nome nuovo", "Scritto da altri.")


def test_locked_page_keeps_its_title(client, author, mine):
    lesson = Lesson.objects.descendant_of(mine).first()
    Page.objects.filter(pk=lesson.pk).update(locked=True, locked_by=people.administrator())
    client.post(reverse("desk:rename", args=[mine.pk, lesson.pk]), {"title": "Nome nuovo"})
    assert Lesson.objects.get(pk=lesson.pk).draft_title == lesson.title
