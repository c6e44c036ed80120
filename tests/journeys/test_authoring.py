"""A lesson from the outline to its readers, walked in Italian by the people who make it.

The instructor plans, writes, tries and sends; the committee comments, sends back, approves; the clock publishes. Then
a text that changed after a cohort opened: its learner reads the old one until the instructor brings in the erratum.
"""

import json
import re
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

ROME = ZoneInfo("Europe/Rome")
PHONE = {"width": 390, "height": 844}
RUNNING = "MC-CODESIGN-2026-2"
COURSE, MODULE = "Co-design", "Prototipare e mettere alla prova"
TITLE = "Il prototipo che si lascia correggere"
NEIGHBOURS = [
    "Prototipi di servizio: quanto basta",
    "Una prova di due settimane",
    "Decidere e restituire",
]
ADDRESS = "/it/master-civici/co-design/prototipare/il-prototipo-che-si-lascia-correggere/"
SUMMARY = "Come si raccolgono le correzioni di chi prova, e come si scelgono quelle da fare subito."
SIGN = "Chi usa il bancone lo corregge"  # words of the lesson that occur nowhere else
FIRST, MENDED = (
    "Il primo turno è dei volontari.",
    "Il primo turno è della custode, che conosce i nomi.",
)
REMARK = "Perché i volontari? La custode conosce chi passa."
REQUEST = "Buona traccia. Rivedi il primo turno, poi torna da noi."
EDITED = NEIGHBOURS[1]
OLD, NEW = "due settimane di ottobre", "due settimane di novembre"
REASON = "La prova della Portineria si tenne a novembre, non a ottobre."
NOTE = "Venti ritiri, e ci fermiamo se la custode resta sola."
LEARNER = "persona12@cohub.example"
KINDS = ("text", "heading", "image", "callout", "steps", "table", "term", "check", "reflection")


# --- The editor --------------------------------------------------------------------------------
class Editor:
    """Wagtail's editor of a lesson, worked as a person does: a menu of blocks, fields, side panels."""

    def __init__(self, page: Page):
        self.page = page

    def add(self, kind: str) -> str:
        """Choose a block from the menu below the last one; returns how the names of its fields begin."""
        number = self.page.locator("#body-count").or_(self.page.locator("[name=body-count]"))
        before = int(number.input_value())
        self.page.locator("button.c-sf-add-button[title='Inserisci un blocco']").last.click()
        self.page.get_by_role("option", name=kind, exact=True).click()
        expect(number).to_have_value(str(before + 1))
        return f"body-{before}-value"

    def write(self, name: str, text: str) -> None:
        """Into a plain field, or into the rich text that stands beside its hidden one."""
        rich = self.page.locator(f"[name='{name}'] + .Draftail-Editor__wrapper [role=textbox]")
        if rich.count():
            rich.click()
            self.page.keyboard.press("Control+A")
            self.page.keyboard.insert_text(text)
            # The editor hands its text over a moment after the last key.
            expect(self.page.locator(f"[name='{name}']")).to_have_value(
                re.compile(re.escape(text[-10:]))
            )
        else:
            self.page.locator(f"[name='{name}']").fill(text)

    def panel(self, name: str) -> Locator:
        """One of the side panels, opened."""
        panel = self.page.locator(f"[data-side-panel={name}]")
        if not panel.is_visible():
            self.page.locator(f"[data-side-panel-toggle={name}]").click()
        expect(panel).to_be_visible()
        return panel

    def save(self) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Salva bozza").click()

    def do(self, name: str) -> None:
        """One of the deeds beside the button that saves."""
        self.page.locator("footer").get_by_role("button", name="Altre azioni").click()
        self.page.locator("footer").get_by_role("button", name=name).click()


# --- The outline -------------------------------------------------------------------------------
def open_outline(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_role("link", name="I miei corsi", exact=True).click()
    page.get_by_role("link", name=re.compile(f"Apri l’indice.*{COURSE}")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(COURSE)


def module_of(page: Page) -> Locator:
    return page.locator("[data-desk-kind=module]").filter(
        has=page.get_by_role("heading", name=MODULE)
    )


def lessons(page: Page) -> list[str]:
    return module_of(page).locator("[data-desk-kind=lesson] h3 a").all_inner_texts()


def handle(page: Page, title: str) -> Locator:
    return page.get_by_role("button", name=f"Sposta «{title}» con la tastiera o trascinando")


def add_lesson(page: Page) -> None:
    """Two clicks, with the title typed in between."""
    module_of(page).locator("summary", has_text="Aggiungi una lezione").click()
    expect(module_of(page).get_by_label("Titolo della lezione")).to_be_focused()
    page.keyboard.type(TITLE)
    module_of(page).get_by_role("button", name="Crea e scrivi").click()
    page.wait_for_url("**/edit/")
    expect(page.locator("[name=title]")).to_have_value(TITLE)


def order_by_keyboard(page: Page, console_errors: list[str]) -> None:
    handle(page, TITLE).press("Space")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    said = page.locator(".desk-said")
    expect(said).to_contain_text(f"«{TITLE}» è ora la lezione 2 di «{MODULE}».")
    expect(said).to_be_in_viewport()
    page.reload()
    assert lessons(page) == [NEIGHBOURS[0], TITLE, *NEIGHBOURS[1:]]
    # What the public sees is the committee's to order: the outline says so where one looks.
    handle(page, NEIGHBOURS[0]).press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(said).to_contain_text("chiedi a un suo membro")
    expect(said).to_be_in_viewport()
    console_errors.clear()  # the refusal answers 409
    assert lessons(page) == [NEIGHBOURS[0], TITLE, *NEIGHBOURS[1:]]


def order_by_dragging(page: Page) -> None:
    grip = handle(page, TITLE)
    grip.scroll_into_view_if_needed()
    start, end = (handle(page, title).bounding_box() for title in (TITLE, NEIGHBOURS[1]))
    x = start["x"] + start["width"] / 2
    page.mouse.move(x, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(x, start["y"] + start["height"] / 2 + 12)
    page.mouse.move(x, end["y"] + end["height"] * 0.9, steps=6)
    page.mouse.up()
    expect(page.locator(".desk-said")).to_contain_text("è ora la lezione 3")
    page.reload()
    assert lessons(page) == [*NEIGHBOURS[:2], TITLE, NEIGHBOURS[2]]


# --- Writing -----------------------------------------------------------------------------------
def write_lesson(page: Page) -> None:
    """Nine kinds of block; the picture lacks its alternative text, a heading skips a level, the summary waits."""
    editor = Editor(page)
    editor.write(editor.add("Testo"), f"{SIGN} mentre aspetta il suo pacco.")
    heading = editor.add("Titolo")
    editor.write(f"{heading}-text", "Ascoltare senza difendersi")
    page.locator(f"[name='{heading}-level']").select_option(label="Parte di una sezione")
    picture = editor.add("Immagine")
    page.get_by_role("button", name="Scegli un’immagine").last.click()
    page.get_by_role("link", name="Prototipo bancone").click()
    editor.write(f"{picture}-credit", "Disegno di Cohub Milano")
    callout = editor.add("Riquadro")
    page.locator(f"[name='{callout}-kind']").select_option(label="Esempio")
    editor.write(f"{callout}-title", "Il cartello girato")
    editor.write(f"{callout}-text", FIRST)
    steps = editor.add("Passi")
    for number, step in enumerate(("Guardare", "Annotare")):
        editor.write(f"{steps}-items-{number}-value-title", step)
    table = editor.add("Tabella")
    editor.write(f"{table}-caption", "Correzioni della prima settimana")
    editor.write(f"{table}-rows", "Giorno | Correzioni\nlunedì | 4\nmartedì | 2")
    term = editor.add("Termine")
    editor.write(f"{term}-term", "Bancone parlante")
    editor.write(f"{term}-definition", "Un prototipo su cui chi passa può scrivere.")
    check = editor.add("Mettiti alla prova")
    editor.write(f"{check}-question", "Quando si corregge il cartello?")
    for number, (answer, feedback) in enumerate(
        (("Subito", "Il cartello è una modalità: si cambia."), ("Mai", "Anche un cartello impara."))
    ):
        editor.write(f"{check}-items-{number}-value-text", answer)
        editor.write(f"{check}-items-{number}-value-feedback", feedback)
    page.locator(f"[name='{check}-items-0-value-right']").check()
    reflection = editor.add("Pensaci su")
    editor.write(f"{reflection}-prompt", "Quale correzione ti costerebbe di più accettare?")
    editor.save()
    expect(page.locator("input[name^='body-'][name$='-type']:not([name*=value])")).to_have_count(
        len(KINDS)
    )


def preview(page: Page, assert_accessible) -> None:
    """In the editor and on the desk's screen: as a learner of a cohort, in both languages, narrow and wide."""
    editor = Editor(page)
    panel = editor.panel("preview")
    frame = panel.frame_locator("iframe").last
    # One view after the other: a choice made while the preview loads is lost.
    expect(frame.get_by_text(SIGN)).to_be_visible()
    expect(panel.locator("iframe")).to_have_count(1)
    panel.get_by_label("Modalità anteprima").select_option(label=f"{RUNNING} · Italiano")
    expect(frame.get_by_text("Così la vedrebbe chi segue questa edizione")).to_be_visible()
    for kind in KINDS:
        expect(frame.locator(f".block-{kind}").first).to_be_attached()
    expect(panel.locator("iframe")).to_have_count(1)
    panel.get_by_label("Modalità anteprima").select_option(label=f"{RUNNING} · Inglese")
    expect(frame.get_by_text("This lesson has not been translated yet")).to_be_visible()
    widths = []
    for size in ("Telefono", "Scrivania"):
        panel.get_by_role("radio", name=size).check(force=True)
        widths.append(frame.locator("html").evaluate("() => window.innerWidth"))
    assert widths == [390, 1280]
    page.locator("header").get_by_role("button", name="Azioni", exact=True).click()
    page.get_by_role("link", name="Indice").click()
    row = page.locator("[data-desk-kind=lesson]", has_text=TITLE)
    row.locator(".desk-more summary").click()
    row.get_by_role("link", name="Anteprima come corsista").click()
    for language, width, words, measure in (
        ("Italiano", "Telefono", "Anteprima della bozza", 390),
        ("Inglese", "Scrivania", "Preview of the draft", 1280),
    ):
        page.get_by_label("Edizione").select_option(label=RUNNING)
        page.get_by_label("Lingua").select_option(label=language)
        page.get_by_label("Larghezza").select_option(label=width)
        page.get_by_role("button", name="Mostra").click()
        frame = page.frame_locator("iframe.desk-frame")
        expect(frame.get_by_text(words)).to_be_visible()
        expect(frame.locator("body")).to_contain_text(SIGN)
        assert abs(frame.locator("html").evaluate("() => window.innerWidth") - measure) <= 20
    assert_accessible(page, schemes=("light",))
    page.get_by_role("link", name="Modifica la lezione").click()


def missing(page: Page) -> list[str]:
    """What the completeness panel of the editor asks for, advice left out."""
    panel = Editor(page).panel("checks")
    expect(panel.get_by_text("Parole").locator("xpath=following::*[1]")).not_to_have_text("-")
    return panel.locator("li.w-list-disc:not(:has(em))").all_inner_texts()


def complete(page: Page, assert_accessible) -> None:
    """What is missing is named in the editor and on the outline, each with the way to it, until it is mended."""
    wanted = [
        "Manca il riassunto",
        "Un titolo salta un livello: Ascoltare senza difendersi",
        "Un’immagine è senza testo alternativo",
    ]
    assert missing(page) == wanted
    panel = Editor(page).panel("checks")
    expect(panel.get_by_text("Gerarchia titoli non corretta")).to_be_visible()
    open_outline(page)
    row = page.locator("[data-desk-kind=lesson]", has_text=TITLE)
    row.get_by_text("mancano 3 cose").click()
    assert_accessible(page)
    row.get_by_role("link", name="Manca il riassunto").click()
    page.wait_for_url("**/edit/#id_summary")
    editor = Editor(page)
    editor.write("summary", SUMMARY)
    page.locator("[name='body-1-value-level']").select_option(label="Sezione")
    editor.write("body-2-value-alt", "Un bancone di cartone con tre pacchi; davanti, due persone.")
    page.get_by_role("checkbox", name="O5").check()
    editor.save()
    assert missing(page) == []
    open_outline(page)
    expect(page.locator("[data-desk-kind=lesson]", has_text=TITLE)).not_to_contain_text("mancano")


# --- To the committee --------------------------------------------------------------------------
def schedule(page: Page, moment: datetime) -> None:
    """The author says when it shall appear; nothing of it holds before the committee has approved."""
    page.get_by_role("link", name=TITLE).click()
    editor = Editor(page)
    editor.panel("status")
    page.get_by_role("button", name="Pianifica pubblicazione").click()
    field = page.locator("[name=go_live_at]")
    field.click()
    calendar = page.locator(".xdsoft_datetimepicker:visible")
    expect(calendar).to_have_count(1)
    field.fill(f"{moment:%Y-%m-%d %H:%M}")
    page.locator("#schedule-publishing-dialog h2").click()
    expect(calendar).to_have_count(0)
    with page.expect_navigation():
        page.get_by_role("button", name="Salva programma").click()


def send(page: Page, name: str = "Invia al comitato") -> None:
    Editor(page).do(name)
    page.wait_for_url("**/scrivania/*/#pagina-*")
    expect(page.locator("main")).to_contain_text("è stata inviata al comitato")


# --- The committee -----------------------------------------------------------------------------
def open_waiting(page: Page, title: str = TITLE) -> Editor:
    page.goto("/admin/")
    page.get_by_role("link", name=re.compile(f"Leggi e decidi.*{title}")).click()
    expect(page.locator("[name=title]")).to_have_value(title)
    return Editor(page)


def decide(editor: Editor, action: str, answers: dict[str, str], comment: str) -> None:
    """With the checklist: “Sì” to every item but those of `answers`."""
    page = editor.page
    editor.do(action)
    form = page.locator("form.review-decision")
    form.wait_for()
    for question in form.get_by_role("group").all():
        item = question.locator("legend").inner_text()
        question.get_by_label(answers.get(item, "Sì"), exact=True).check()
    form.locator("[name=comment]").fill(comment)
    with page.expect_navigation():
        form.get_by_role("button").click()


def ask_for_changes(page: Page) -> None:
    """A comment on the words that it is about, then the checklist with a “no”."""
    editor = open_waiting(page)
    words = page.locator("[role=textbox]").get_by_text(FIRST)
    words.dblclick()
    page.locator("button[name=comment]:visible").click()
    page.get_by_role("textbox", name="Inserisci i tuoi commenti").fill(REMARK)
    page.get_by_role("button", name="Commenta", exact=True).click()
    decide(editor, "Chiedi modifiche", {"Livello professionale": "No"}, REQUEST)
    expect(page.get_by_role("link", name=re.compile(f"Leggi e decidi.*{TITLE}"))).to_have_count(0)


def change(page: Page) -> None:
    """The author finds the request and the comment, mends what it is about, closes the comment, sends again."""
    open_outline(page)
    page.get_by_role("link", name=TITLE).click()
    editor = Editor(page)
    reviews = editor.panel("committee_reviews")
    expect(reviews).to_contain_text("Modifiche richieste")
    expect(reviews).to_contain_text(REQUEST)
    editor.panel("comments")
    comments = page.locator("#comments")
    comments.get_by_text(REMARK).click()
    comments.get_by_role("button", name="Altre azioni").click()
    comments.get_by_role("menuitem", name="Risolvi").click()
    editor.write("body-3-value-text", MENDED)
    editor.save()
    send(page, "Invia di nuovo al comitato")


def approve(page: Page) -> None:
    editor = open_waiting(page)
    expect(page.locator("[role=textbox]").get_by_text(MENDED)).to_be_visible()
    expect(editor.panel("committee_reviews")).to_contain_text("Modifiche richieste")
    decide(editor, "Approva e pubblica", {}, "Adesso regge.")


# --- What the public sees ----------------------------------------------------------------------
def fetched(server, path: str) -> tuple[int, str]:
    """Status and body for a stranger, without a browser's cache."""
    try:
        with urllib.request.urlopen(server.url + path, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def public_places(server) -> set[str]:
    """Where a stranger meets the lesson: its page, the module's and the course's, the API, the sitemap, the feed.

    The catalogue's search finds courses: no word of the lesson's text may lead there.
    """
    module = ADDRESS.rsplit("/", 2)[0] + "/"
    api = json.loads(fetched(server, "/api/v1/courses/MC-CODESIGN/")[1])
    found = {
        "page": fetched(server, ADDRESS)[0] == 200,
        "module": TITLE in fetched(server, module)[1],
        "course": TITLE in fetched(server, "/it/master-civici/co-design/")[1],
        "api": TITLE in json.dumps(api, ensure_ascii=False),
        "sitemap": f"{ADDRESS}<" in fetched(server, "/sitemap.xml")[1],
        "feed": TITLE in fetched(server, "/it/notizie/notizie.atom")[1],
        "search": "/co-design/" in fetched(server, "/it/master-civici/?q=bancone+parlante")[1],
        "draft": SIGN in fetched(server, f"{ADDRESS}?preview=1&in_preview_panel=true")[1],
    }
    return {place for place, there in found.items() if there}


def let_the_clock_run(server, moment: datetime) -> None:
    """The clock's own work, as it will be at that moment."""
    code = (
        "import time_machine; from datetime import datetime;"
        "from lms.core.management.commands.run_clock import publish_scheduled\n"
        f"with time_machine.travel(datetime.fromisoformat('{moment.isoformat()}')): publish_scheduled()"
    )
    server.manage("shell", "-v", "0", "-c", code)


def read_in_public(stranger: Page, author: Page) -> None:
    """A stranger learns that there is a lesson; staff reads it, and who approved which version, when."""
    stranger.goto(ADDRESS)
    expect(stranger.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(stranger.locator("main")).not_to_contain_text(SIGN)
    author.goto(ADDRESS)
    expect(author.locator("main")).to_contain_text(MENDED)
    expect(author.locator(".review-line")).to_contain_text(
        re.compile(
            rf"Versione \d+, approvata dal comitato il .* {datetime.now(ROME).year} .*Cosima Statuti"
        )
    )


# --- The erratum -------------------------------------------------------------------------------
def study(page: Page) -> None:
    """The learner reads, notes, and is done."""
    page.goto(f"/it/edizioni/{RUNNING}/lezioni/")
    page.locator("main").get_by_role("link", name=EDITED).first.click()
    expect(page.locator("article.lesson-text")).to_contain_text(OLD)
    page.wait_for_load_state()  # notes are saved by the page's script
    note = page.get_by_label("Il tuo appunto").first
    note.fill(NOTE)
    note.blur()
    expect(page.locator("[data-note-state]").first).to_have_text("Salvato.")
    done = page.get_by_role("button", name="Fatta")
    if done.count():
        with page.expect_navigation():
            done.click()


def correct(page: Page) -> None:
    open_outline(page)
    page.get_by_role("link", name=EDITED).click()
    period = page.locator("[name^=body-][name$='-value-period']")
    expect(period).to_have_value(OLD)
    period.fill(NEW)
    send(page)


def read_again(page: Page) -> None:
    page.goto(f"/it/edizioni/{RUNNING}/lezioni/")
    page.locator("main").get_by_role("link", name=EDITED).first.click()
    expect(page.get_by_label("Il tuo appunto").first).to_have_value(NOTE)
    expect(page.get_by_role("button", name="Segna da rifare")).to_be_visible()


def bring_in(page: Page, assert_accessible) -> None:
    """From the admin's home to the versions, the difference in words, and the erratum with its reason."""
    page.goto("/admin/")
    page.get_by_role("link", name=RUNNING, exact=True).click()
    page.wait_for_url("**/versioni/")
    item = page.get_by_role("listitem").filter(has_text=EDITED)
    assert_accessible(page)
    item.get_by_role("link", name=re.compile("Vedi la differenza")).click()
    expect(page.locator(".difference ins").first).to_contain_text("novembre")
    expect(page.locator(".difference del").first).to_contain_text("ottobre")
    assert_accessible(page)
    page.get_by_label("Segna come errata corrige").check()
    page.get_by_label("Che cosa era sbagliato").fill(REASON)
    page.get_by_role("button", name="Porta questa versione nell’edizione").click()
    expect(page.locator("main")).to_contain_text("Fatto")


def test_from_the_outline_to_the_erratum(
    browser_page, open_as, demo_server, console_errors, assert_accessible
):
    moment = (datetime.now(ROME) + timedelta(minutes=40)).replace(second=0, microsecond=0)
    author, committee = open_as("instructor"), open_as("committee")
    open_outline(author)
    add_lesson(author)
    open_outline(author)
    order_by_keyboard(author, console_errors)
    order_by_dragging(author)
    assert_accessible(author)
    author.get_by_role("link", name=TITLE).click()
    write_lesson(author)
    preview(author, assert_accessible)
    complete(author, assert_accessible)
    schedule(author, moment)
    send(author)
    ask_for_changes(committee)
    change(author)
    assert public_places(demo_server) == set()
    approve(committee)
    assert public_places(demo_server) == set()
    let_the_clock_run(demo_server, moment - timedelta(minutes=1))
    assert public_places(demo_server) == set()
    let_the_clock_run(demo_server, moment + timedelta(minutes=1))
    assert public_places(demo_server) == {"page", "module", "course", "api", "sitemap"}
    read_in_public(browser_page, author)

    learner = open_as(LEARNER, viewport=PHONE)
    study(learner)
    correct(author)
    decide(open_waiting(committee, EDITED), "Approva e pubblica", {}, "")
    read_again(learner)
    expect(learner.locator("article.lesson-text")).to_contain_text(OLD)
    expect(learner.locator("article.lesson-text")).not_to_contain_text(NEW)
    bring_in(author, assert_accessible)
    learner.goto(f"/it/edizioni/{RUNNING}/lezioni/")
    expect(learner.get_by_role("link", name=EDITED)).to_contain_text("Errata corrige")
    read_again(learner)
    expect(learner.locator("article.lesson-text")).to_contain_text(NEW)
    expect(learner.locator("article.lesson-text")).not_to_contain_text(OLD)
    expect(learner.locator(".message", has_text="Errata corrige")).to_contain_text(REASON)
    assert_accessible(learner)
    # The editor's own check of the preview says in the console what it found: on purpose, here.
    console_errors[:] = [line for line in console_errors if "axe.run results" not in line]
