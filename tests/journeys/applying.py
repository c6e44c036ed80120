"""What applicants of the demo's coming cohort do, with or without JavaScript."""

from playwright.sync_api import Page, expect

from tests.factories.attachments import pdf


def fill_in(page: Page, motivation: str) -> None:
    """Everything that is required; the page is the form."""
    page.fill("textarea[name=motivation]", motivation)
    page.get_by_label("Raccontaci un servizio").fill("Un doposcuola aperto anche la domenica.")
    page.get_by_label("Una o due volte").check()
    page.get_by_role("group", name="Puoi venire").get_by_label("Sì").check()
    file = {"name": "curriculum.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    page.set_input_files("input[name=cv]", file)


def send(page: Page) -> None:
    """From the form over the summary to what was sent."""
    page.get_by_role("button", name="Rileggi").click()
    page.wait_for_url("**/candidatura/riepilogo/")
    expect(page.locator("main")).to_contain_text("curriculum.pdf")
    page.get_by_label("Ciò che ho scritto è vero").check()
    page.get_by_role("button", name="Invia la candidatura").click()
    expect(page.locator("main")).to_contain_text("La tua candidatura è arrivata")
