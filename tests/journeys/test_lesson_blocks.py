"""A lesson with every block in a real Chromium: axe in both languages and schemes, wide and narrow; consent,
feedback, notes and keys, with JavaScript and without."""

import pytest
from playwright.sync_api import expect

from tests.journeys import every_block
from tests.journeys.every_block import READER

pytestmark = pytest.mark.browser

NARROW = {"width": 360, "height": 720}


@pytest.fixture(scope="module")
def lesson(demo_server):
    """The address of the lesson that has them all, without the language."""
    code = "from tests.journeys import every_block; every_block.write()"
    lines = demo_server.manage("shell", "-v", "0", "-c", code).split()
    return next(line for line in lines if line.startswith("/edizioni/"))


@pytest.mark.parametrize(("language", "window"), [("it", None), ("en", NARROW)])
def test_every_block_is_accessible(open_as, assert_accessible, lesson, language, window):
    page = open_as(READER, language=language)
    if window:
        page.set_viewport_size(window)
    page.goto(f"/{language}{lesson}")
    for name in every_block.kinds():
        assert page.locator(f".block-{name}").count(), name
    page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true; })")
    page.locator(".check-choice input").first.check()
    page.locator("[data-check] button").first.click()
    expect(page.locator(".check-verdict")).to_be_visible()
    assert_accessible(page)
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_is_asked_of_another_site_before_consent(open_as, demo_server, lesson):
    page = open_as(READER)
    elsewhere: list[str] = []
    page.route(
        lambda url: not url.startswith(demo_server.url),
        lambda route: (elsewhere.append(route.request.url), route.fulfill(body="ok")),
    )
    page.goto(f"/it{lesson}", wait_until="networkidle")
    assert elsewhere == []
    page.get_by_role("button", name="Va bene, guardalo qui").click()
    expect(page.locator("iframe.embed-frame")).to_be_focused()
    page.wait_for_timeout(300)
    assert elsewhere == ["https://player.vimeo.com/video/123456?dnt=1"]


def test_an_answer_is_told_in_place(open_as, lesson):
    page = open_as(READER)
    page.goto(f"/it{lesson}")
    check = page.locator(".check").first
    check.get_by_label("La seconda").check()
    check.get_by_role("button").click()
    expect(check.get_by_role("status")).to_contain_text("Proprio questa.")
    assert "?" not in page.url


def test_a_note_is_kept_while_it_is_written(open_as, lesson):
    page = open_as(READER)
    page.goto(f"/it{lesson}")
    note = page.get_by_label("Il tuo appunto").first
    note.fill("La custode, e chi arriva tardi.")
    note.blur()
    expect(page.locator("[data-note-state]").first).to_have_text("Salvato.")
    page.reload()
    expect(note).to_have_value("La custode, e chi arriva tardi.")
    page.get_by_role("link", name="Tutti i miei appunti").first.click()
    expect(page.get_by_text("La custode, e chi arriva tardi.")).to_be_visible()


def test_without_javascript_answers_and_notes_work(open_as, lesson):
    page = open_as(READER, java_script_enabled=False)
    page.goto(f"/it{lesson}")
    expect(page.get_by_role("button", name="Va bene, guardalo qui")).to_be_hidden()
    expect(page.get_by_role("link", name="Guardalo su Vimeo")).to_be_visible()
    check = page.locator(".check").first
    check.get_by_label("La prima").check()
    check.get_by_role("button").click()
    expect(check.get_by_role("status")).to_contain_text("Non questa.")
    page.get_by_label("Il tuo appunto").last.fill("A mano.")
    page.get_by_role("button", name="Salva l’appunto").last.click()
    expect(page.get_by_label("Il tuo appunto").last).to_have_value("A mano.")


def test_keys_lead_on_and_back_but_not_while_writing(open_as, lesson):
    page = open_as(READER)
    page.goto(f"/it{lesson}")
    page.get_by_label("Il tuo appunto").first.press("Shift+ArrowRight")
    assert page.url.endswith(lesson)
    page.locator("h1").click()
    following = page.locator("a[rel=next]").get_attribute("href")
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_url(f"**{following}")
