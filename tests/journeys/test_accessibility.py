"""Every type of page in a real Chromium: axe in Italian and English, wide and narrow, light and dark; no
sideways scroll on the narrowest phone; and the same pages with JavaScript switched off."""

import re

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import expect

from tests.journeys.applying import fill_in, send

pytestmark = pytest.mark.browser

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
# People of the running cohort who have not taken the quiz, and one of the finished one.
QUIZ_TAKER, PLAIN_READER = "persona09@cohub.example", "persona10@cohub.example"
GRADUATE = "persona20@cohub.example"
RUNNING, COMING = "MC-CODESIGN-2026-2", "MC-CODESIGN-2026-3"

# One page of each type; where the English address differs, the page itself names it.
HUB = [
    "/it/",
    "/it/manifesto/",
    "/it/manifesto/2-co-viene-prima/",
    "/it/sportello/",
    "/it/eventi/",
    "/it/eventi/porte-aperte-nella-casa/",
    "/it/biblioteca/",
    "/it/biblioteca/piccolo-glossario/",
    "/it/ricerca/",
    "/it/ricerca/portinerie-in-prova/",
    "/it/buone-pratiche/",
    "/it/buone-pratiche/le-chiavi-del-mercoledi/",
    "/it/consulenza/",
    "/it/la-casa/",
    "/it/comitato/",
    "/it/rete/",
    "/it/notizie/",
    "/it/notizie/lo-scaffale-delle-leggi/",
    "/it/accessibilita/",
]
CATALOGUE = [
    "/it/master-civici/",
    "/it/master-civici/?q=fundrasing&per=managers",
    "/it/master-civici/?q=comunit&per=students&language=it",
    "/it/master-civici/dall-idea-al-servizio-aperto/",
    "/it/master-civici/co-design/",
    "/it/master-civici/co-design/ricerca-sul-campo/",
    "/it/master-civici/co-design/ricerca-sul-campo/mappare-attori/",
    f"/it/edizioni/{RUNNING}/",
    f"/it/edizioni/{COMING}/",
    "/it/biblioteca/?q=parola-che-non-ricorre",
]
ENTRANCE = [
    "/it/account/login/",
    "/it/account/signup/",
    "/it/account/password/reset/",
    "/it/account/password/reset/done/",
    "/it/account/confirm-email/",
    "/v/",
    "/api/v1/docs/",
    "/posta/",
]
PERSON = [
    "/it/profilo/",
    "/it/profilo/cancellazione/",
    "/it/account/email/",
    "/it/account/password/change/",
    "/it/account/2fa/",
    "/it/account/reauthenticate/",
    "/it/account/logout/",
]
LEARNER = [
    "/it/la-mia-pagina/",
    f"/it/edizioni/{RUNNING}/",
    f"/it/edizioni/{COMING}/candidatura/",
    f"/it/edizioni/{RUNNING}/lezioni/",
    f"/it/edizioni/{RUNNING}/le-mie-presenze/",
    "/it/attestati/",
]


class Walk:
    """Opens pages and gathers all that is wrong with them, so that one run tells everything."""

    def __init__(self, page, assert_accessible):
        self.page, self.assert_accessible = page, assert_accessible
        self.wrong: list[str] = []

    def both(self, path: str, *, status: int = 200) -> None:
        """The Italian page wide and the English one narrow; both must fit the narrow window."""
        english = self.open(path, WIDE, status=status)
        self.look()
        self.page.set_viewport_size(NARROW)
        self.fits()
        self.open(english, NARROW, status=status)
        self.look()
        self.fits()

    def open(self, path: str, window: dict, *, status: int = 200) -> str:
        """Open an address; returns that of its English twin."""
        self.page.set_viewport_size(window)
        response = self.page.goto(path)
        there = self.page.url.removeprefix(self.page.evaluate("location.origin"))
        if response.status != status or there != path:
            self.wrong.append(f"{path}: {response.status} at {there}")
        twin = self.page.locator("link[rel=alternate][hreflang=en]").or_(
            self.page.locator("a[hreflang=en]")
        )
        if not twin.count():
            return re.sub("^/it/", "/en/", path)
        address = twin.first.evaluate("link => new URL(link.href).pathname")
        return address + path[path.index("?") :] if "?" in path else address

    def look(self) -> None:
        try:
            self.assert_accessible(self.page)
        except AssertionError as error:
            self.wrong.append(f"{self.page.viewport_size['width']} px: {error}")

    def fits(self) -> None:
        width = self.page.viewport_size["width"]
        needed = self.page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            self.wrong.append(f"{self.page.url}: {needed} px wide in a window of {width} px")


@pytest.mark.parametrize("paths", [HUB, CATALOGUE, ENTRANCE], ids=["hub", "catalogue", "entrance"])
def test_public_pages_are_accessible(browser_page, assert_accessible, paths):
    walk = Walk(browser_page, assert_accessible)
    for path in paths:
        walk.both(path)
    assert walk.wrong == []


def test_learner_pages_are_accessible(open_as, demo_server, assert_accessible):
    page = open_as("learner")
    walk = Walk(page, assert_accessible)
    for path in [*PERSON, *LEARNER]:
        walk.both(path)
    page.goto(f"/it/edizioni/{RUNNING}/lezioni/")
    lesson = page.locator("main a[href*='/lezioni/']").last.get_attribute("href")
    walk.both(lesson)
    page.goto("/it/la-mia-pagina/")
    quiz = page.locator("main a[href*='/verifiche/']").first.get_attribute("href")
    walk.both(quiz)
    page.goto("/it/account/2fa/totp/activate/")  # asks for the password first
    page.fill("input[name=password]", demo_server.logins["learner"]["password"])
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/activate/")
    walk.both("/it/account/2fa/totp/activate/")
    assert walk.wrong == []


def test_quiz_pages_are_accessible(open_as, assert_accessible):
    """The paper, the question whether to hand in half of it, the result."""
    page = open_as(QUIZ_TAKER)
    walk = Walk(page, assert_accessible)
    page.goto("/it/la-mia-pagina/")
    page.locator("main a[href*='/verifiche/']").first.click()
    page.locator("main form button").click()
    page.wait_for_url("**/tentativi/*/")
    walk.both(page.evaluate("location.pathname"))
    page.locator("[formaction$='/consegna/']").last.click()
    page.get_by_role("alert").filter(has=page.locator("[name=confirmed]")).wait_for()
    walk.look()
    walk.fits()
    page.locator("[name=confirmed]").click()
    page.wait_for_url("**/esito/")
    walk.both(page.evaluate("location.pathname").replace("/en/", "/it/"))
    assert walk.wrong == []


def test_instructor_pages_are_accessible(open_as, assert_accessible):
    page = open_as("instructor")
    walk = Walk(page, assert_accessible)
    walk.both("/it/la-mia-pagina/")
    unsigned = page.locator("main a[href$='/registro/']").last.get_attribute("href")
    walk.both(unsigned.replace("/en/", "/it/"))
    walk.both(f"/it/edizioni/{RUNNING}/incontri/1/registro/")
    walk.both(f"/it/edizioni/{RUNNING}/incontri/12/registro/")
    walk.both(f"/it/edizioni/{RUNNING}/presenze/")
    assert walk.wrong == []


@pytest.mark.parametrize("role", ["administrator", "manager", "committee"])
def test_staff_pages_are_accessible(open_as, assert_accessible, role):
    page = open_as(role)
    walk = Walk(page, assert_accessible)
    walk.both("/it/la-mia-pagina/")
    if role == "administrator":
        walk.both("/it/persone/")
        person = page.locator("main a[href*='/persone/']").last.get_attribute("href")
        walk.both("/it/persone/invita/")
        walk.both(person.replace("/en/", "/it/"))
    assert walk.wrong == []


def test_certificate_pages_are_accessible(open_as, assert_accessible):
    """A learner who has finished, with certificates; and what a stranger reads of a valid one."""
    page = open_as(GRADUATE)
    walk = Walk(page, assert_accessible)
    walk.both("/it/la-mia-pagina/")
    walk.both("/it/attestati/")
    valid = page.locator("main a[href*='/v/']").first.evaluate("link => link.pathname")
    for window in (WIDE, NARROW):
        walk.open(valid, window)
        walk.look()
        walk.fits()
    assert walk.wrong == []


def test_error_pages_are_accessible(browser_page, open_as, assert_accessible, console_errors):
    """Pages and certificates that do not exist, a closed door, a form without its token."""
    page = browser_page
    walk = Walk(page, assert_accessible)
    walk.both("/it/non-esiste/", status=404)
    walk.open("/v/non-esiste/", NARROW, status=404)
    walk.look()
    walk.fits()
    page.goto("/it/account/login/")
    page.context.clear_cookies()
    page.fill("input[name=login]", "qualcuno@cohub.example")
    page.fill("input[name=password]", "non importa")
    with page.expect_response(lambda response: response.status == 403):
        page.press("input[name=password]", "Enter")
    page.get_by_role("link", name="Vai al contenuto").wait_for(state="attached")
    walk.look()
    walk.fits()
    inside = Walk(open_as(PLAIN_READER), assert_accessible)
    inside.open("/admin/login/", NARROW, status=403)
    inside.look()
    inside.fits()
    console_errors.clear()
    assert walk.wrong + inside.wrong == []


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_pages_of_last_resort_are_accessible(browser_page, assert_accessible, name):
    """They stand alone, without the frame, since what broke may be the frame."""
    page = browser_page
    walk = Walk(page, assert_accessible)
    with translation.override("it"):
        html = render_to_string(name)
    page.route(f"**/{name}", lambda route: route.fulfill(body=html, content_type="text/html"))
    for window in (WIDE, NARROW):
        walk.open(f"/{name}", window)
        walk.look()
        walk.fits()
    assert walk.wrong == []


# --- JavaScript switched off -----------------------------------------------------------------
def test_public_pages_say_all_without_javascript(browser, browser_context_args):
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    bare = []
    for path in [*HUB, *CATALOGUE, *ENTRANCE]:
        status = page.goto(path).status
        said = page.locator("main").inner_text()
        if status != 200 or not page.locator("h1").is_visible() or len(said) < 80:
            bare.append(f"{path}: {status}, {said[:80]!r}")
    assert bare == []
    page.goto("/it/biblioteca/")
    page.locator("main input[name=q]").fill("glossario")
    page.locator("main").get_by_role("button", name="Cerca").click()
    expect(page.locator("main article h3")).to_have_text([re.compile("^Piccolo glossario")])
    page.goto("/it/")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/")
    context.close()


def test_learners_do_everything_without_javascript(open_as):
    """Apply, read, mark done, take the quiz and hand it in: plain forms all the way."""
    page = open_as(PLAIN_READER, java_script_enabled=False)
    page.goto(f"/it/edizioni/{COMING}/candidatura/")
    fill_in(page, "Perché in cooperativa vogliamo progettare con chi abita qui.")
    send(page)
    page.goto(f"/it/edizioni/{RUNNING}/lezioni/")
    page.get_by_role("link", name="Riprendi").click()
    page.wait_for_url("**/lezioni/*/")
    lesson = page.url
    page.get_by_role("button", name="Fatta").click()
    page.wait_for_url(lambda url: url != lesson)
    page.goto("/it/la-mia-pagina/")
    page.locator("main a[href*='/verifiche/']").first.click()
    page.locator("main form button").click()
    page.wait_for_url("**/tentativi/*/")
    for question in page.locator("fieldset.quiz-question").all():
        question.locator("input[type=radio], input[type=checkbox]").first.check()
    page.get_by_role("button", name="Salva").click()
    expect(page.locator("main")).to_contain_text("Salvato alle")
    page.get_by_role("button", name="Consegna").click()
    page.wait_for_url("**/esito/")
    expect(page.locator("main")).to_contain_text("Domanda per domanda")


def test_the_register_is_kept_without_javascript(open_as):
    page = open_as("instructor", java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto("/it/la-mia-pagina/")
    page.get_by_role("region", name="Registri da firmare").get_by_role("link").first.click()
    page.get_by_role("button", name="Tutti presenti").click()
    expect(page.locator("main")).to_contain_text("Registro salvato.")
    first = page.locator(".register-row").first
    first.get_by_label("Orari", exact=True).check()
    first.locator("input[type=time]").nth(0).fill("18:20")
    first.locator("input[type=time]").nth(1).fill("20:10")
    page.get_by_role("button", name="Salva", exact=True).click()
    expect(page.locator("main")).to_contain_text("Registro salvato.")
    expect(page.locator(".register-row").first).to_contain_text("18:20")
