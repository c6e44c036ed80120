"""The keyboard alone: log in, read, mark done, answer the quiz and hand it in; focus is always to be seen."""

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

PERSON = "persona11@cohub.example"  # of the running cohort; has not taken the quiz

# Where the focus is: shown, inside the window, and not under the bar at the foot or the head.
SEEN = """() => {
  const focused = document.activeElement;
  const shown = focused.type === "radio" || focused.type === "checkbox"
    ? focused.closest("label") || focused : focused;
  const box = shown.getBoundingClientRect();
  if (box.width < 1 || box.height < 1) return `${focused.outerHTML.slice(0, 120)}: no size`;
  const x = box.left + Math.min(box.width / 2, 20), y = box.top + Math.min(box.height / 2, 12);
  const top = document.elementFromPoint(x, y);
  if (!top) return `${focused.outerHTML.slice(0, 120)}: outside the window`;
  if (!(shown.contains(top) || top.contains(shown))) {
    return `${focused.outerHTML.slice(0, 120)}: under ${top.outerHTML.slice(0, 80)}`;
  }
  const style = getComputedStyle(focused), around = getComputedStyle(shown);
  const ringed = [style, around].some(
    (s) => (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none");
  return ringed ? "" : `${focused.outerHTML.slice(0, 120)}: no ring`;
}"""


def tab_to(page: Page, target: Locator, *, limit: int = 90) -> None:
    """Press Tab until the target has the focus; on the way each stop must be seen."""
    unseen = []
    for _press in range(limit):
        page.keyboard.press("Tab")
        fault = page.evaluate(SEEN)
        if fault:
            unseen.append(fault)
        if target.evaluate("element => element === document.activeElement"):
            assert unseen == []
            return
    raise AssertionError(f"{target} is not reached in {limit} presses of Tab; unseen: {unseen}")


def test_keyboard_alone_from_login_to_the_result(browser, browser_context_args, demo_server):
    context = browser.new_context(**browser_context_args)
    page = context.new_page()
    login = demo_server.login(PERSON)
    page.goto("/it/account/login/")
    tab_to(page, page.locator("input[name=login]"))
    page.keyboard.type(login["email"])
    tab_to(page, page.locator("input[name=password]"))
    page.keyboard.type(login["password"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/la-mia-pagina/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Vai al contenuto")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Tutte le lezioni"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/lezioni/")
    tab_to(page, page.get_by_role("link", name="Riprendi da dove eri"))
    page.keyboard.press("Enter")
    title = page.get_by_role("heading", level=1)
    page.wait_for_url("**/lezioni/*/")
    lesson = title.inner_text()
    tab_to(page, page.get_by_role("button", name="Fatta"))
    page.keyboard.press("Enter")
    expect(title).not_to_have_text(lesson)

    page.goto("/it/la-mia-pagina/")
    tab_to(page, page.locator("main a[href*='/verifiche/']").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/verifiche/*/")
    tab_to(page, page.locator("main form button"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/tentativi/*/")
    for question in page.locator("fieldset.quiz-question").all():
        choice = question.locator("input:is([type=radio], [type=checkbox])").first
        tab_to(page, choice)
        page.keyboard.press("Space")
        expect(choice).to_be_checked()
    tab_to(page, page.get_by_role("button", name="Consegna"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/esito/")
    expect(page.get_by_role("heading", name="Domanda per domanda")).to_be_visible()
    context.close()
