"""The one true path, from the catalogue to the attendance report, walked as the people who share it.

In Italian: a learner, an administrator, an instructor (with a member of the committee who approves what
they wrote), a manager, and a stranger with a QR code; then the learner's part in English. What is
downloaded is opened and read.
"""

import io
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
import yaml
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journeys.applying import fill_in, send
from tests.journeys.paper import codes_on, tags_of

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent.parent
ROME = ZoneInfo("Europe/Rome")
PHONE = {"width": 390, "height": 844}
FINISHED, RUNNING, COMING = (f"MC-CODESIGN-2026-{number}" for number in (1, 2, 3))
NAME, EMAIL, PASSWORD = (
    "Ilenia D’Acquisto",
    "ilenia.dacquisto@example.org",
    "sei gradini di ringhiera",
)


def test_the_whole_path_in_italian(
    browser_page, browser, browser_context_args, console_errors, demo_server, open_as
):
    learner = browser_page
    register(learner, demo_server)
    apply(learner)
    administrator = open_as("administrator")
    admit(administrator)
    today = plan_todays_session(administrator)
    move_a_session(administrator)
    assert_letters(demo_server)

    learner.set_viewport_size(PHONE)
    read_and_resume(learner)
    take_quiz(learner, language="it")

    instructor = open_as("instructor", viewport=PHONE)
    keep_register(instructor, today)
    sign_register(instructor)
    edit_lesson(open_as("instructor"), open_as("committee"), learner)

    person, address = issue_singly(administrator)
    revoked = revoke(administrator)
    issue_to_cohort(administrator)
    pdf = download_certificate(open_as(address), demo_server, address)
    link = read_certificate(pdf, person, demo_server)
    stranger = browser.new_context(**browser_context_args).new_page()
    ask_as_a_stranger(stranger, person, link, revoked)
    console_errors.clear()  # the code that does not exist answered 404
    stranger.context.close()
    read_reports(open_as("manager"))
    assert_letters(demo_server)


# --- The learner comes in ----------------------------------------------------------------------
def register(page: Page, server) -> None:
    """Names as on documents, consent, and the address confirmed from the mail."""
    page.goto("/it/account/signup/")
    first, last = NAME.split(" ", 1)
    page.get_by_label("Nome", exact=True).fill(first)
    page.get_by_label("Cognome").fill(last)
    page.get_by_label("Indirizzo e-mail").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Ripeti la password").fill(PASSWORD)
    page.get_by_label("Ho letto l’informativa").check()
    page.get_by_role("button", name="Crea l’account").click()
    page.wait_for_url("**/confirm-email/")
    [mail] = server.mails_to(EMAIL)
    page.goto(links_in(mail, "confirm-email")[0])
    page.get_by_role("button", name="Sì, confermo").click()
    page.wait_for_url(lambda url: "confirm-email" not in url)
    if "/login/" in page.url:
        page.fill("input[name=login]", EMAIL)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login/" not in url)


def links_in(mail, part: str) -> list[str]:
    text = mail.get_body(("plain",)).get_content()
    return [link for link in re.findall(r"https?://\S+", text) if part in link]


def apply(page: Page) -> None:
    """From the home page to the catalogue, the course and its open cohort."""
    page.goto("/it/")
    page.get_by_role("navigation", name="Menu principale").get_by_role(
        "link", name="Master Civici"
    ).click()
    page.locator("main a[href$='/co-design/']").first.click()
    expect(page.get_by_role("heading", name="Alla fine saprai")).to_be_visible()
    page.get_by_role("link", name="Candidati").first.click()
    page.wait_for_url(f"**/{COMING}/candidatura/")
    fill_in(page, "Nel mio caseggiato apre una portineria.")
    send(page)


# --- The administrator -------------------------------------------------------------------------
def workbench(page: Page, code: str, tab: str) -> None:
    page.goto("/admin/cohort/")
    page.get_by_role("link", name=code, exact=True).click()
    tabs = page.get_by_role("navigation", name="La pagina dell’edizione")
    tabs.get_by_role("link", name=tab).click()
    tabs.locator(f"[aria-current]:has-text('{tab}')").wait_for()


def admit(page: Page) -> None:
    """Into the cohort they applied to, and as a late joiner into the one that is running."""
    workbench(page, COMING, "Candidature")
    page.get_by_role("checkbox", name=NAME).check()
    page.get_by_role("button", name="Ammetti").click()
    page.get_by_role("button", name="Conferma e invia 1 lettera").click()
    expect(page.locator("main")).to_contain_text("Ammesse: 1")
    workbench(page, RUNNING, "Corsisti")
    form = page.locator("form", has=page.locator("[name=joined_on]"))
    form.get_by_label("Indirizzo e-mail della persona").fill(EMAIL)
    form.get_by_role("button", name="Iscrivi").click()
    expect(page.locator("main")).to_contain_text(f"Iscrizione fatta: {NAME}")


def plan_todays_session(page: Page) -> int:
    """A session that is going on now, so that its register is open at any hour; returns its number."""
    now = datetime.now(ROME)
    starts, ends = now - timedelta(minutes=40), now + timedelta(minutes=50)
    if starts.date() < now.date():
        starts = now.replace(hour=0, minute=0)
    if ends.date() > now.date():
        ends = now.replace(hour=23, minute=59)
    workbench(page, RUNNING, "Incontri")
    form = page.locator("form", has=page.locator("[name=weeks]"))
    form.get_by_label("Giorno").fill(f"{now:%Y-%m-%d}")
    form.get_by_label("Da*", exact=True).fill(f"{starts:%H:%M}")
    form.get_by_label("A*", exact=True).fill(f"{ends:%H:%M}")
    form.get_by_label("Argomento").fill("Incontro di recupero")
    form.get_by_label("Dora Tavolini").check()
    form.get_by_label("Modalità").select_option(label="Nella casa")
    form.get_by_label("Un altro luogo").fill("Sala Sole")
    form.get_by_role("button", name="Metti in calendario").click()
    expect(page.locator("main")).to_contain_text("Incontri in calendario: 1")
    row = page.get_by_role("row").filter(has_text="Incontro di recupero")
    return int(row.get_by_role("cell").first.inner_text())


def move_a_session(page: Page) -> None:
    """The first of the coming cohort begins half an hour later; those inside are told."""
    workbench(page, COMING, "Incontri")
    page.get_by_role("link", name="Sposta o annulla l’incontro 1", exact=True).click()
    page.get_by_label("Da*", exact=True).fill("18:30")
    page.get_by_label("A*", exact=True).fill("20:40")
    page.get_by_role("button", name="Salva e avvisa tutti").click()
    expect(page.locator("main")).to_contain_text("18:30")


def assert_letters(server, *more: str) -> None:
    """Each letter once, in the reader's language, with a part in plain text and one in HTML."""
    expected = [
        "Conferma il tuo indirizzo",
        "La tua candidatura a Co-design è arrivata",
        "Sei fra i corsisti di Co-design",
        "L’incontro 1 di Co-design è cambiato",
        *more,
    ]
    mails = server.mails_to(EMAIL, count=len(expected))
    assert [mail["Subject"] for mail in mails] == expected
    assert all(mail.get_body(("plain",)) and mail.get_body(("html",)) for mail in mails)
    assert "18:30" in mails[3].get_body(("plain",)).get_content()


# --- The learner learns ------------------------------------------------------------------------
def read_and_resume(page: Page) -> None:
    """On a phone: read, mark done, go on to the next, leave it halfway, and find the place again."""
    page.goto("/it/la-mia-pagina/")
    page.get_by_role("link", name="Tutte le lezioni").click()
    page.get_by_role("link", name="Comincia").click()
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Progettare insieme, sul serio")
    page.get_by_role("button", name="Fatta").click()
    expect(title).to_have_text("Quanta decisione metti sul tavolo")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight / 2)")
    page.goto(f"/it/edizioni/{RUNNING}/lezioni/")
    expect(page.locator("main")).to_contain_text("1 lezioni su 13")
    page.wait_for_timeout(500)  # the place is noted by a beacon that outlives the page
    page.get_by_role("link", name="Riprendi da dove eri").click()
    expect(title).to_have_text("Quanta decisione metti sul tavolo")
    page.wait_for_function("window.scrollY > 400")


def right_answers(language: str) -> dict[str, list[str]]:
    """Text of the question → texts of its right choices, from the quiz's own file."""
    quiz = yaml.safe_load((ROOT / "lms/demo/content/co-design/quiz.yaml").read_text())
    return {
        question["text"][language]: [
            choice["text"][language] for choice in question["choices"] if choice["correct"]
        ]
        for question in quiz["questions"]
    }


def take_quiz(page: Page, *, language: str) -> None:
    """Answer; each answer saves itself and outlives a reload; hand in; read why; pass with all points."""
    words = {
        "it": ("Consegna", "Salvato alle", "Superata", "Domanda per domanda", "Giusta"),
        "en": ("Hand in", "Saved at", "Passed", "Question by question", "Right"),
    }
    hand_in, saved, passed, explained, right = words[language]
    answers = right_answers(language)
    page.goto(f"/{language}/la-mia-pagina/")
    page.locator("main a[href*='/verifiche/']").first.click()
    page.locator("main form button").click()
    questions = page.locator("fieldset.quiz-question")
    expect(questions).to_have_count(len(answers))
    for question in questions.all():
        text = question.locator("legend span[lang]").inner_text()
        for choice in answers[text]:
            with page.expect_response("**/risposte/") as saving:
                question.get_by_label(choice, exact=True).check()
            assert saving.value.status == 200
    expect(page.locator("[data-quiz-status]")).to_contain_text(saved)
    page.reload()
    ticked = page.locator("fieldset.quiz-question input:checked")
    expect(ticked).to_have_count(sum(map(len, answers.values())))
    page.get_by_role("button", name=hand_in).click()
    page.wait_for_url("**/esito/")
    expect(page.locator("#esito")).to_have_text(passed)
    expect(page.locator(".stat-figure")).to_have_text("100 %")
    expect(page.get_by_role("heading", name=explained)).to_be_visible()
    expect(page.locator(".quiz-review-mark").get_by_text(right, exact=True)).to_have_count(
        len(answers)
    )


# --- The instructor ----------------------------------------------------------------------------
def keep_register(page: Page, number: int) -> None:
    """From their page, one tap to the register; everyone present; one came late; it saves itself."""
    page.goto("/it/la-mia-pagina/")
    page.locator(f"main a[href$='/{RUNNING}/incontri/{number}/registro/']").first.click()
    with page.expect_response(lambda response: response.request.method == "POST") as saving:
        page.get_by_role("button", name="Tutti presenti").click()
    assert saving.value.status == 200
    rows = page.locator(".register-row")
    expect(page.locator("input[value=present]:checked")).to_have_count(rows.count())
    late = rows.filter(has_text=NAME)
    begins = late.locator("input[type=time]").first
    late.get_by_label("Orari", exact=True).check()
    entered = datetime.now(ROME).strftime("%H:%M")
    with page.expect_response(lambda response: response.request.method == "POST") as saving:
        begins.fill(entered)
        begins.blur()
    assert saving.value.status == 200
    page.reload()
    expect(rows.filter(has_text=NAME)).to_contain_text(entered)
    expect(page.locator("input[value=times]:checked")).to_have_count(1)


def sign_register(page: Page) -> None:
    """Last week's register, which waits for its signature."""
    page.goto("/it/la-mia-pagina/")
    waiting = page.get_by_role("region", name="Registri da firmare")
    waiting.get_by_role("link", name="Incontro 6").click()
    page.get_by_role("button", name="Firma il registro").click()
    expect(page.locator("main")).to_contain_text("Registro firmato.")
    expect(page.locator("main")).to_contain_text("Firmato da Dora Tavolini")
    expect(page.get_by_role("button", name="Tutti presenti")).to_have_count(0)


def edit_lesson(instructor: Page, committee: Page, learner: Page) -> None:
    """The instructor rewrites a title, the committee publishes it; the running cohort keeps its own."""
    old, new = "Mappare chi c’è e chi manca", "Mappare chi c’è, chi manca e chi arriva"
    instructor.goto("/admin/pages/")
    instructor.locator("input[name=q]").first.fill(old)
    instructor.keyboard.press("Enter")
    instructor.locator("main a[href$='/edit/']", has_text=old).first.click()
    instructor.locator("#id_title").fill(new)
    instructor.get_by_role("button", name="Altre azioni").click()
    instructor.get_by_role("button", name="Invia al comitato").click()
    expect(instructor.locator("main")).to_contain_text("è stata inviata al comitato")
    committee.goto("/admin/")
    committee.get_by_role("link", name=new).first.click()
    committee.get_by_role("button", name="Altre azioni").click()
    committee.get_by_role("button", name="Approva e pubblica").click()
    checklist = committee.locator("form.review-decision")
    checklist.wait_for()
    for question in checklist.get_by_role("group").all():
        question.get_by_label("Sì", exact=True).check()
    with committee.expect_navigation():
        checklist.get_by_role("button").click()
    public = "/it/master-civici/co-design/ricerca-sul-campo/mappare-attori/"
    committee.goto(public)
    expect(committee.get_by_role("heading", level=1)).to_have_text(new)
    learner.goto(public)
    learner.wait_for_url(f"**/{RUNNING}/lezioni/**")
    expect(learner.get_by_role("heading", level=1)).to_have_text(old)


# --- Certificates ------------------------------------------------------------------------------
def certificates(page: Page) -> None:
    page.goto("/admin/attestati/")
    page.get_by_role("link", name=FINISHED, exact=True).click()
    page.get_by_role("heading", name="Chi ha quali requisiti").wait_for()


def issue_singly(page: Page) -> tuple[str, str]:
    """Whose micro-credential was issued in error and revoked gets a right one; their name and address."""
    certificates(page)
    button = page.get_by_role("button", name=re.compile("Micro-credenziale$"))
    row = page.get_by_role("row").filter(has=button)
    person, code = row.get_by_role("cell").first.inner_text().split("\n")
    button.click()
    expect(page.locator("main")).to_contain_text(f"a nome di {person}: fatto")
    workbench(page, FINISHED, "Corsisti")
    row = page.get_by_role("row").filter(has_text=code)
    return person, row.locator("td").nth(1).inner_text().split("\n")[1]


def revoke(page: Page) -> str:
    """Take the first certificate of attendance back; its verification address."""
    certificates(page)
    page.get_by_role("link", name="n. 1/", exact=False).first.click()
    link = page.get_by_role("link", name="Pagina di verifica").get_attribute("href")
    page.get_by_label("Motivo (pubblico)").select_option(label="I dati erano sbagliati")
    page.get_by_role("button", name="Revoca l’attestato").click()
    expect(page.locator("main")).to_contain_text("Revocato")
    return link


def issue_to_cohort(page: Page) -> None:
    """Whoever of the finished cohort meets the rules and has none, in one go."""
    certificates(page)
    page.get_by_role("button", name="Attestato di frequenza: rilascia a 1 persona").click()
    done = page.locator("main").get_by_text("1 persone su 1")
    again = page.get_by_role("link", name="Ricarica la pagina")
    for _second in range(30):
        expect(done.or_(again).first).to_be_visible()
        if not again.is_visible():
            break
        page.wait_for_timeout(1_000)
        again.click()
    expect(done).to_be_visible()
    certificates(page)
    expect(page.locator("main")).to_contain_text(
        "Attestato di frequenza: nessuno con i requisiti è in attesa."
    )


def download_certificate(page: Page, server, address: str) -> bytes:
    """When the letter says that it is ready, the learner downloads the PDF."""
    [mail] = server.mails_to(address, patience=60)
    assert mail["Subject"] == "La tua micro-credenziale in Co-design è pronta"
    page.goto("/it/attestati/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Scarica il PDF").first.click()
    return Path(download.value.path()).read_bytes()


def read_certificate(pdf: bytes, person: str, server) -> str:
    """Text, language, tags and link of the file; the address that its QR code holds."""
    reader = PdfReader(io.BytesIO(pdf))
    text = "\n".join(page.extract_text() for page in reader.pages)
    for words in (person, "Micro-credenziale", "Micro-credential", "Co-design", "Livello EQF 6"):
        assert words in text
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "it"
    assert root["/MarkInfo"]["/Marked"]
    assert {"/H1", "/P", "/Table", "/TH", "/TD", "/Figure", "/Link"} <= tags_of(reader)
    assert person in reader.metadata.title
    first = reader.pages[0]
    [address] = codes_on(first)
    links = {mark.get_object()["/A"]["/URI"] for mark in first["/Annots"]}
    assert links == {address}
    assert re.fullmatch(rf"{re.escape(server.url)}/v/[0-9a-z]{{26}}/", address)
    return address


# --- A stranger --------------------------------------------------------------------------------
def ask_as_a_stranger(page: Page, person: str, address: str, revoked: str) -> None:
    """Valid, revoked, unknown: each in words, nothing of the person where it is not valid."""
    page.goto(address)
    sheet = page.locator("main")
    expect(sheet).to_contain_text("Valido")
    expect(page.locator("#verify-title")).to_have_text(person)
    expect(sheet).to_contain_text("Micro-credenziale")
    page.goto(revoked)
    expect(sheet).to_contain_text("Revocato")
    expect(sheet).to_contain_text("I dati erano sbagliati")
    expect(sheet).not_to_contain_text("Abrahimi")
    page.goto("/v/")
    page.get_by_label("Codice di verifica").fill("0123456789abcdefghjkmnpqrs")
    with page.expect_response(lambda response: response.status == 404):
        page.get_by_role("button", name="Verifica").click()
    expect(sheet).to_contain_text("Non conosciamo attestati con questo codice")


# --- The manager -------------------------------------------------------------------------------
def read_reports(page: Page) -> None:
    """R2 says what stands on the screen; R1 has a row per learner and session; CSV and XLSX agree."""
    page.goto("/it/inizio/")
    page.wait_for_url("**/admin/report/")
    page.get_by_role("link", name=RUNNING, exact=True).click()
    page.wait_for_url(f"**/{RUNNING}/")
    screen = [row.inner_text().split("\t") for row in page.locator("main table tbody tr").all()]
    files = {
        (report, format): fetch(page, report, format)
        for report in ("r1", "r2")
        for format in ("csv", "xlsx")
    }
    summary = files["r2", "xlsx"]
    assert [
        [
            f"{row.cognome} {row.nome}",
            row.codice_corsista,
            plain(row.minuti_frequentati),
            plain(row.minuti_erogati),
            f"{row.percentuale:.2f} %".replace(".", ","),
        ]
        for row in summary.itertuples()
    ] == [[*cells[0].split("\n"), digits(cells[1]), digits(cells[2]), cells[3]] for cells in screen]
    register = files["r1", "xlsx"]
    [mine] = register[
        (register.nome == "Ilenia") & (register.argomento == "Incontro di recupero")
    ].itertuples()
    assert (mine.stato, mine.cognome, mine.stato_incontro) == ("ritardo", "D’Acquisto", "aperto")
    assert 0 < mine.minuti_riconosciuti < mine.minuti_previsti
    for report in ("r1", "r2"):
        pd.testing.assert_frame_equal(
            files[report, "csv"], files[report, "xlsx"], check_dtype=False
        )


def fetch(page: Page, report: str, format: str) -> pd.DataFrame:
    with page.expect_download() as download:
        page.locator(f"main a[href$='/{report}.{format}']").first.click()
    assert download.value.suggested_filename.endswith(f".{format}")
    content = io.BytesIO(Path(download.value.path()).read_bytes())
    if format == "csv":
        return pd.read_csv(content)
    return pd.read_excel(content, engine="openpyxl")


def plain(number: float) -> str:
    return f"{number:.0f}"


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


# --- The learner's part, in English ------------------------------------------------------------
def test_the_learners_path_in_english(open_as):
    page = open_as("learner_en", language="en", locale="en-GB", viewport=PHONE)
    page.wait_for_url("**/en/la-mia-pagina/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/en/")
    page.goto("/en/master-civici/")
    page.locator("main a[href$='/co-design/']").first.click()
    expect(page.get_by_role("heading", name="The programme")).to_be_visible()
    page.goto("/en/la-mia-pagina/")
    page.get_by_role("link", name="All the lessons").click()
    page.get_by_role("link", name="Resume where you were").click()
    title = page.get_by_role("heading", level=1)
    lesson = title.inner_text()
    expect(page.locator("article .prose")).not_to_have_attribute("lang", "it")
    page.get_by_role("button", name="Done, next").click()
    expect(title).not_to_have_text(lesson)
    take_quiz(page, language="en")
    page.goto(f"/en/edizioni/{RUNNING}/le-mie-presenze/")
    expect(title).to_have_text("My attendance")
    page.goto("/en/attestati/")
    expect(page.locator("main")).to_contain_text("No certificate yet")
