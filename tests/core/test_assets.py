"""Fonts and icons are those that the manifest names; the style sheet is whole."""

import gzip
import hashlib
import json
import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from lms.core.finders import STYLESHEET, assemble

STATIC = settings.BASE_DIR / "lms" / "static"
MANIFEST = json.loads((STATIC / "manifest.json").read_text())
TEMPLATES = settings.BASE_DIR / "templates"


def test_every_fetched_file_has_the_hash_of_the_manifest():
    wrong = [
        entry["file"]
        for entry in MANIFEST
        if hashlib.sha256((STATIC / entry["file"]).read_bytes()).hexdigest() != entry["sha256"]
    ]
    assert wrong == []


def test_manifest_names_every_font_and_icon_file():
    files = {
        str(path.relative_to(STATIC))
        for folder in ("fonts", "icons")
        for path in (STATIC / folder).rglob("*")
        if path.is_file()
    }
    assert files == {entry["file"] for entry in MANIFEST}


def test_manifest_entries_say_where_they_come_from():
    assert {entry["licence"] for entry in MANIFEST} == {"OFL-1.1", "ISC"}
    assert all(entry["package"] and entry["version"] and entry["source"] for entry in MANIFEST)


def test_icons_named_in_templates_are_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons/icons.svg").read_text()))
    used = {
        name
        for file in TEMPLATES.rglob("*.html")
        for name in re.findall(r'{% icon "([\w-]+)"', file.read_text(encoding="utf-8"))
    }
    assert used - drawn == set()


def test_fonts_named_in_the_style_sheet_exist():
    for address in re.findall(r'url\("\.\./([^"]+)"\)', assemble()):
        assert (STATIC / address).is_file(), address


def test_finder_writes_the_joined_style_sheet():
    found = Path(finders.find(STYLESHEET))
    assert found.read_text(encoding="utf-8") == assemble()
    assert assemble().startswith("@layer tokens,base,components;")


def test_joined_style_sheet_keeps_every_component_in_the_layer():
    for file in sorted(STATIC.glob("css/[cl]*/*.css")):
        text = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert text.lstrip().startswith("@layer components {"), file.name
        assert text.count("{") == text.count("}"), file.name


def test_style_sheet_stays_light():
    """A first visit may weigh 100 kB compressed in all; the sheet of every page takes 16 of them."""
    assert len(gzip.compress(assemble().encode())) < 16_000


def test_lessons_load_their_own_sheet_beside_it():
    sheet = assemble("css/lesson.css")
    assert sheet.startswith("@layer components{")
    assert len(gzip.compress(sheet.encode())) < 5_000
    assert Path(finders.find("css/lesson.css")).read_text(encoding="utf-8") == sheet


def test_templates_carry_no_inline_style_or_script():
    found = [
        str(file.relative_to(TEMPLATES))
        for file in TEMPLATES.rglob("*.html")
        # Mails know no style sheet; the PDF's own sheet is not a page.
        if not {"emails", "pdf"} & set(file.relative_to(TEMPLATES).parts)
        and re.search(
            r"<style|\sstyle=|<script(?![^>]*\bsrc=)(?![^>]*application/json)|\son\w+=",
            file.read_text(encoding="utf-8"),
        )
    ]
    assert found == []
