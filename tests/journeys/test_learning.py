"""A learner marks a lesson, finds the place again, meets a closed module; time counts only while the page is seen."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

RUNNING = "MC-CODESIGN-2026-2"
PHONE = {"width": 390, "height": 844}
SELECT = """() => {
  const texts = [...document.querySelectorAll(".lesson-body > .block-text > p")];
  const node = texts.map((one) => one.firstChild).find((one) => one.nodeType === 3 && one.data.length > 60);
  const range = document.createRange();
  range.setStart(node, 4);
  range.setEnd(node, 40);
  node.parentElement.scrollIntoView({ block: "center" });
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  return range.toString();
}"""
HIDE = """(state) => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def lessons(page: Page) -> list[str]:
    page.goto(f"/it/edizioni/{RUNNING}/lezioni/")
    return page.locator(".syllabus-lessons a").evaluate_all(
        "all => all.map((one) => one.getAttribute('href'))"
    )


def test_a_passage_is_marked_found_again_taken_away_and_removed(open_as, assert_accessible):
    page = open_as("learner")
    page.goto(lessons(page)[0])
    marks = page.locator("mark.highlight")
    expect(page.locator("[data-highlight-go]").first).to_be_visible()
    quote = page.evaluate(SELECT).strip()
    page.locator(".highlight-bar [data-act=note]").click()
    page.locator(".highlight-bar textarea").fill("Una nota del viaggio")
    page.locator(".highlight-bar form .btn").first.click()
    expect(page.locator("[data-highlight-status]")).to_have_text("Evidenziato.")
    page.reload()
    item = page.locator("[data-highlight]", has_text="Una nota del viaggio")
    expect(item).to_have_count(1)
    key = item.get_attribute("data-highlight")
    expect(page.locator(f"mark[data-mark='{key}']").first).to_be_visible()
    assert_accessible(page)

    page.goto(f"/it/edizioni/{RUNNING}/appunti/")
    assert_accessible(page)
    with page.expect_download() as taken:
        page.get_by_role("link", name=re.compile("JSON")).click()
    data = json.loads(taken.value.path().read_text())
    [mine] = [row for row in data["items"] if row.get("id") == f"urn:uuid:{key}"]
    assert mine["target"]["selector"]["exact"] == quote
    assert mine["body"][0]["value"] == "Una nota del viaggio"

    page.goto(lessons(page)[0])
    before = marks.count()
    page.locator(f"mark[data-mark='{key}']").first.click()
    page.locator(".highlight-bar [data-act=remove]").click()
    expect(page.locator("[data-highlight-status]")).to_have_text("Evidenziazione tolta.")
    assert marks.count() == before - 1


def test_a_phone_returns_to_the_place_and_tells_it(open_as):
    page = open_as("learner", viewport=PHONE, has_touch=True)
    last = lessons(page)[-1]
    page.goto(last, wait_until="networkidle")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
    page.wait_for_timeout(2_000)  # the page tells where it is when it is left
    page.goto("/it/la-mia-pagina/", wait_until="networkidle")
    page.goto(last)
    notice = page.locator("[data-lesson-resume]")
    expect(notice).to_be_visible()
    assert page.evaluate("scrollY") > 200


def test_a_closed_module_says_when_and_has_no_links(open_as, assert_accessible):
    page = open_as("learner")
    open_now = lessons(page)
    expect(page.locator(".syllabus-closed").first).to_be_visible()
    assert_accessible(page)
    staff = open_as("instructor")
    closed = [address for address in lessons(staff) if address not in open_now]
    page.goto(closed[-1])
    expect(page.locator(".lesson-closed")).to_contain_text("ancora chiuso")
    assert page.locator(".lesson-body").count() == 0
    assert_accessible(page)
    staff.goto(f"/it/edizioni/{RUNNING}/aperture/")
    assert_accessible(staff)


def test_time_is_not_counted_while_the_page_is_hidden(open_as):
    page = open_as("learner")
    page.goto(lessons(page)[1])
    sent: list[str] = []
    page.on(
        "request",
        lambda request: (
            sent.append(request.post_data or "") if "/segnalibro/" in request.url else None
        ),
    )
    page.mouse.move(300, 300)
    page.wait_for_timeout(2500)
    page.evaluate(HIDE, "hidden")
    page.wait_for_timeout(500)
    told = seconds(sent)
    assert 1 <= sum(told) <= 8
    page.wait_for_timeout(7000)
    page.evaluate(HIDE, "visible")
    page.evaluate(HIDE, "hidden")
    page.wait_for_timeout(500)
    assert sum(seconds(sent)) <= sum(told) + 1


def seconds(sent: list[str]) -> list[int]:
    return [
        int(found[1])
        for body in sent
        if (found := re.search(r'name="seconds"\s+(\d+)', body.replace("\r\n", "\n")))
    ]
