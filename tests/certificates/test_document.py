"""The paper, read back: text, structure, language, code."""

import io
import re
from importlib.util import find_spec

import pytest
from pypdf import PdfReader

from certificates import document
from lms.core import pdf
from tests.factories.certificates import facts

NAMES = [
    "Chiara D’Amico-Šćepanović",
    "Li Wu",
    "Ελευθερία Παπαδοπούλου",
    "Олександра Шевченко",
    "Nguyễn Thị Hằng",
    "María de los Ángeles Fernández-Villaverde y Rodríguez de la Encarnación von Hohenstaufen-Łukaszewicz",
]


def read(kind: str, **changes) -> PdfReader:
    return PdfReader(io.BytesIO(document.render(facts(kind, **changes))))


def text_of(reader: PdfReader) -> str:
    text = " ".join(page.extract_text() for page in reader.pages)
    return " ".join(text.replace("\u00a0", " ").split())


def structure(reader: PdfReader) -> list[str]:
    """The kinds of the tagged elements, in reading order."""
    found = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict) and node.get("/Type") == "/StructElem":
            found.append(node["/S"])
            if node["/S"] == "/Figure":
                found.append(node["/Alt"])
            if "/K" in node:
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


def test_attendance_says_hours_and_attendance_only():
    text = text_of(read("frequenza"))
    for words in [
        "Attestato n. 41/2026", "Attestato di frequenza", "Certificate of attendance",
        "Chiara D’Amico-Šćepanović", "21 ore delle 24 ore previste", "87,50 %", "minimo richiesto 75 %",
        "dal 8 giugno 2026 al 11 settembre 2026", "Nella casa", "Prototipare e mettere alla prova",
        "5 h 30", "Milano, 22 novembre 2026", "La direzione didattica", "attesta la sola frequenza",
        "certifies attendance only", "scuola.cohub.example/v/",
    ]:  # fmt: skip
        assert words in text, words
    assert "EQF" not in text
    assert "Micro-credenziale" not in text


def test_microcredential_has_the_eleven_elements():
    reader = read("microcredenziale")
    text = text_of(reader)
    for words in [
        "Persona", "Titolo", "Paese di chi rilascia", "Chi rilascia", "Data di rilascio",
        "Risultati di apprendimento", "Carico di lavoro", "Livello EQF 6", "Tipo di valutazione",
        "Forma di partecipazione", "Garanzia della qualità", "Learning outcomes", "75 ore",
        "Costruire e mettere alla prova un prototipo", "Build and test a service prototype",
        "non è una certificazione delle competenze", "Italia", "soglia 60 %",
    ]:  # fmt: skip
        assert words in text, words
    assert len(reader.pages) == 2


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["frequenza", "microcredenziale"])
def test_documents_are_tagged_titled_and_in_a_language(kind):
    reader = read(kind)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "it"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "n. 41/2026" in reader.metadata.title
    assert re.search(rb"pdfuaid:part\W+1\b", root["/Metadata"].get_data())
    kinds = structure(reader)
    assert kinds.count("/H1") == 1
    assert kinds.count("/Table") == (1 if kind == "frequenza" else 2)
    assert {"/H2", "/TH", "/TD", "/TR", "/L", "/LI", "/Link"} <= set(kinds)
    figures = [kinds[n + 1] for n, name in enumerate(kinds) if name == "/Figure"]
    assert figures == [
        "Codice QR: apre la pagina di verifica. QR code: opens the verification page."
    ]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_many_scripts_stay_on_their_page(name):
    reader = read("frequenza", name=name)
    assert len(reader.pages) == 1
    assert name.replace(" ", "") in text_of(reader).replace(" ", "").replace("- ", "-")
    assert pdf.unprintable(name) == []


def test_characters_without_a_font_are_named():
    assert pdf.unprintable("王小明 🌻 Wang王") == ["王", "小", "明", "🌻"]


def test_a_drawing_without_a_font_for_a_letter_is_refused():
    with pytest.raises(pdf.PdfRefused, match="U\\+738B"):
        read("frequenza", name="王小明")


def test_markup_in_a_name_stays_text():
    name = "<img src='https://example.org/x.png'> Rossi & Figli"
    assert name.replace(" ", "") in text_of(read("frequenza", name=name)).replace(" ", "")


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/x.png", "file:///etc/passwd", "data:image/png;base64,AAAA", "/etc/passwd",
        "static:../../settings/base.py", "static:/etc/passwd", "media:../db.sqlite3", "STATIC:brand/mark.svg",
    ],
)  # fmt: skip
def test_addresses_but_our_own_are_refused(address):
    html = f'<html lang="it"><title>x</title><body><img alt="x" src="{address}"></body></html>'
    with pytest.raises(pdf.PdfRefused):
        pdf.draw(html)


def test_an_image_without_alternative_text_is_refused():
    with pytest.raises(pdf.PdfRefused):
        pdf.draw('<html lang="it"><title>x</title><img src="static:brand/mark.svg"></html>')


def test_a_machine_without_pango_says_so(monkeypatch):
    monkeypatch.setattr(pdf, "missing_pdf_libraries", lambda: ("libpango-1.0.so.0",))
    assert not pdf.pdf_available()
    assert "apt-get install libpango-1.0-0" in pdf.pdf_off_message()
    with pytest.raises(pdf.PdfRefused):
        read("frequenza")


def test_version_names_the_drawing():
    assert document.version_of("frequenza") != document.version_of("microcredenziale")


@pytest.mark.skipif(find_spec("zxingcpp") is None, reason="zxing-cpp is a development tool")
def test_the_code_reads_back_as_the_verification_address():
    import segno
    import zxingcpp
    from PIL import Image

    address = facts()["verify_url"]
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="png", scale=4, border=4)
    [found] = zxingcpp.read_barcodes(Image.open(picture).convert("L"))
    assert found.text == address
    assert document.qr_svg(address) in _html(address)


def _html(address: str) -> str:
    from django.template.loader import render_to_string

    return render_to_string("certificates/pdf/frequenza.html", document.context_of(facts()))
