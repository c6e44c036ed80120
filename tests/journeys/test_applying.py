"""An application written over two tabs and a broken connection, read once more and sent."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.applying import fill_in, send

pytestmark = pytest.mark.browser

FORM = "/it/edizioni/MC-CODESIGN-2026-3/candidatura/"
PERSON = "persona37@cohub.example"
SAVED = re.compile(r"Salvata alle \d\d:\d\d")


def test_an_application_survives_two_tabs_and_no_connection(
    open_as, console_errors, assert_accessible
):
    page = open_as(PERSON)
    state = page.locator("[data-application-state]")
    page.goto(FORM)
    assert_accessible(page)
    page.fill("textarea[name=motivation]", "Prima riga.")
    expect(state).to_have_text(SAVED, timeout=15_000)

    page.context.set_offline(True)
    page.fill("textarea[name=motivation]", "Prima riga, e una seconda senza rete.")
    expect(page.locator("[data-application-trouble]")).to_contain_text("Non c’è connessione")
    page.context.set_offline(False)
    expect(state).to_have_text(SAVED, timeout=30_000)

    other = page.context.new_page()
    other.goto(FORM)
    expect(other.locator("textarea[name=motivation]")).to_have_value(re.compile("senza rete"))
    other.fill("textarea[name=motivation]", "Scritta nell’altra scheda.")
    expect(other.locator("[data-application-state]")).to_have_text(SAVED, timeout=15_000)
    page.fill("textarea[name=motivation]", "Scritta in questa scheda.")
    page.get_by_role("button", name="Confronta le due versioni").click()
    expect(page.locator(".apply-elsewhere")).to_contain_text("Scritta nell’altra scheda.")
    expect(page.locator("textarea[name=motivation]")).to_have_value("Scritta in questa scheda.")
    assert_accessible(page)

    page.get_by_role("button", name="Rileggi").click()
    expect(page.locator(".form-errors")).to_contain_text("Il tuo curriculum")
    fill_in(page, "Scritta in questa scheda.")
    expect(page.get_by_role("link", name="curriculum.pdf")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Rileggi").click()
    assert_accessible(page)
    page.get_by_role("link", name="Cambia qualcosa").click()
    send(page)
    assert_accessible(page)
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    # No connection, and two tabs that differed.
    console_errors.clear()
