"""Bad archives are refused whole, in words, with file and line; nothing is written and no file stays."""

import io
import os
import stat
import struct
import warnings
import zipfile
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from PIL import Image
from wagtail.models import Page

from assessment.models import QuestionBank
from cms.models import HubDocument, HubImage
from curriculum.exchange import archives
from curriculum.exchange.archives import BadArchive, FolderFiles, ZipFiles, open_files
from curriculum.models import Course, CourseCode
from curriculum.services import course_import, import_course
from lms.core.errors import DomainError
from tests.factories import curriculum

pytestmark = pytest.mark.django_db

COURSE = b"---\ncode: MC-PROVA\ntitle: Prova\nsubject: crm\noutcomes: [{key: O1, text: Sa.}]\n---\n"
MODULE = b"---\ntitle: Uno\nslug: uno\n---\n"
LESSON = b"---\ntitle: Prima\nslug: prima\n---\nUn testo.\n"
GOOD = {"course.it.md": COURSE, "uno/module.it.md": MODULE, "uno/01-prima.it.md": LESSON}
PRIMA = "uno/01-prima.it.md"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def catalogue():
    return curriculum.catalogue("it")


def zipped(files: dict, **options) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target


def counts() -> list[int]:
    models = (Page, Course, CourseCode, HubImage, HubDocument, QuestionBank)
    return [model.objects.count() for model in models]


def refused(files: dict | io.BytesIO, code: str = "") -> list[str]:
    """The problems of an archive, after making sure that nothing was written."""
    before = counts()
    target = files if isinstance(files, io.BytesIO) else zipped(files)
    with pytest.raises(BadArchive) as refusal:
        import_course(files=ZipFiles(target), code=code)
    assert counts() == before
    assert refusal.value.code == "bad_archive"
    return refusal.value.problems


# --- The archive itself ------------------------------------------------------------------------------
def test_the_good_one_is_taken(catalogue):
    assert import_course(files=ZipFiles(zipped(GOOD))).courses["it"].code == "MC-PROVA"


def test_a_folder_round_everything_is_looked_through(catalogue):
    files = {f"corso/{name}": data for name, data in GOOD.items()} | {"__MACOSX/._corso": b"x"}
    assert import_course(files=ZipFiles(zipped(files))).notices == []


def test_no_zip():
    assert refused(io.BytesIO(b"PDF 1.7")) == ["This is not a zip archive."]


def test_no_file(tmp_path):
    with pytest.raises(BadArchive, match="there is no such file or folder"):
        open_files(tmp_path / "niente.zip")


def test_encrypted():
    data = bytearray(zipped({"course.it.md": COURSE}).getvalue())
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    assert refused(io.BytesIO(bytes(data))) == ["course.it.md: the archive is encrypted."]


def test_damaged():
    data = bytearray(zipped(GOOD).getvalue())
    place = data.index(b"PK\x01\x02")
    data[place + 16 : place + 20] = struct.pack("<I", zlib.crc32(b"altro"))
    assert refused(io.BytesIO(bytes(data)))[0] == "course.it.md: the file is damaged."


def test_a_bomb_by_its_ratio():
    assert refused(GOOD | {"media/zeri.txt": b"0" * 3_000_000}) == [
        "media/zeri.txt: the file unpacks to more than 100 times its size."
    ]


def test_a_bomb_by_its_size(monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_CONTENT", 1000)
    assert refused(GOOD | {"media/a.bin": os.urandom(2000)}) == [
        "The archive unpacks to more than 1000\xa0bytes."
    ]


def test_a_bomb_by_its_files(monkeypatch):
    monkeypatch.setattr(archives, "MOST_FILES", 2)
    assert refused(GOOD) == ["The archive has more than 2 files."]


def test_too_large_as_it_is_sent(monkeypatch, tmp_path):
    monkeypatch.setattr(archives, "LARGEST_ARCHIVE", 1024)
    path = tmp_path / "a.zip"
    path.write_bytes(os.urandom(2000))
    with pytest.raises(BadArchive, match="The archive is larger than"):
        open_files(path)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("../fuori.md", "../fuori.md: the path leads out of the archive."),
        ("uno/../../fuori.md", "uno/../../fuori.md: the path leads out of the archive."),
        ("uno//due.md", "uno//due.md: the path leads out of the archive."),
        ("/etc/passwd", "/etc/passwd: the path must begin in the archive’s own folder."),
        ("C:/corso.md", "C:/corso.md: the path must begin in the archive’s own folder."),
        ("uno\\due.md", "uno\\due.md: folders are parted by “/”, not by “\\”."),
        ("uno/a\nb.md", "uno/a�b.md: the file’s name is too long or not readable."),
        ("COURSE.it.md", "COURSE.it.md: another file, course.it.md, differs in capitals or accents alone."),
    ],
)  # fmt: skip
def test_bad_paths(name, sentence):
    assert sentence in refused(GOOD | {name: LESSON})


def test_a_file_twice():
    target = zipped(GOOD)
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(target, "a") as archive:
        archive.writestr("course.it.md", COURSE)
    assert refused(target) == ["course.it.md: the file occurs twice."]


def test_a_link_in_an_archive():
    target = zipped(GOOD)
    row = zipfile.ZipInfo("media/segreto.txt")
    row.create_system, row.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(row, "/etc/passwd")
    assert refused(target) == ["media/segreto.txt: links are not followed."]


def test_a_link_in_a_folder(tmp_path):
    for name, data in GOOD.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    (tmp_path / "media").mkdir()
    (tmp_path / "media/segreto.txt").symlink_to("/etc/passwd")
    with pytest.raises(BadArchive, match=r"media/segreto\.txt: links are not followed"):
        FolderFiles(tmp_path)


# --- Texts -------------------------------------------------------------------------------------------
BOMB = b"a: &a [x, x]\nb: &b [*a, *a]\n"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"course.it.md": None}, ["course.it.md is missing: it is where a course begins."]),
        ({"course.it.md": COURSE + "Però".encode("latin-1")}, ["course.it.md:7: the text is not UTF-8."]),
        ({"course.it.md": b"Senza."}, ["course.it.md: the file must begin with front matter between two lines “---”."]),
        ({"course.it.md": b"---\n- uno\n---\n"}, ["course.it.md:2: the front matter must be lines “key: value”."]),
        ({"course.it.md": b"---\n" + BOMB + b"---\n"}, ["course.it.md:3: references (*) are not read: write the text again"]),
        ({"course.it.md": b"---\na: " + b"[" * 20 + b"]" * 20 + b"\n---\n"}, ["course.it.md:2: the lists stand too deep in one another"]),
        ({"course.it.md": b"---\ntitle: a\ntitle: b\n---\n"}, ["course.it.md:3: the key “title” occurs twice"]),
        ({"course.it.md": b"---\ntitle: !!python/object:os.system {}\n---\n"},
         ["course.it.md:2: could not determine a constructor for the tag 'tag:yaml.org,2002:python/object:os.system'"]),
        ({"course.it.md": COURSE.replace(b"title: Prova\n", b"")}, ["course.it.md: the key “title” is missing."]),
        ({"course.it.md": COURSE.replace(b"subject: crm", b"subject: canto")}, ["course.it.md:4: subject: Value 'canto' is not a valid choice."]),
        ({"course.it.md": COURSE.replace(b"Prova", b"2026-01-01")},
         ["course.it.md:3: title: a text is expected (in quotes, if it looks like something else)"]),
        ({"course.it.md": COURSE.replace(b"code: MC-PROVA", b"code: prova")}, [
            "The code “prova” cannot be used. Capital letters, digits and hyphens.",
            "course.it.md:2: code: Capital letters, digits and hyphens."]),
        ({"course.it.md": COURSE.replace(b"subject", b"hours_class: molte\nsubject")}, ["course.it.md:4: hours_class: a whole number is expected"]),
        ({"course.it.md": COURSE.replace(b"subject", b"audience: [gatti]\nsubject")},
         ["course.it.md:4: audience: “gatti” is unknown; known: students, managers, private_workers, public_workers"]),
        ({"course.it.md": COURSE.replace(b"key: O1", b"key: o1")}, ["course.it.md:5: outcomes: block 1 (outcome): key: Enter a valid value."]),
        ({"course.it.md": COURSE.replace(b"Sa.}", b"Sa.}, {key: O1, text: Di nuovo.}")}, ["course.it.md:5: outcomes: the key “O1” occurs twice"]),
        ({"course.it.md": COURSE.replace(b"{key: O1, text: Sa.}", b"O1")}, ["course.it.md:5: outcomes: a list of {key, text} is expected"]),
        ({"course.it.md": COURSE + b":::steps\n::item title=Uno\n:::\n"}, ["course.it.md:7: unknown block “steps”"]),
        ({PRIMA: LESSON.replace(b"slug", b"colore: blu\nslug")},
         [f"{PRIMA}:3: colore: unknown key; known: title, slug, summary, minutes, required, completion, outcomes, seo_title, "
          "search_description, show_in_menus, share_image"]),
        ({PRIMA: LESSON.replace(b"---\nUn", b"required: forse\n---\nUn")}, [f"{PRIMA}:4: required: true or false is expected"]),
        ({PRIMA: LESSON.replace(b"---\nUn", b"minutes: 0\n---\nUn")}, [f"{PRIMA}:4: minutes: a whole number is expected, or “counted”"]),
        ({PRIMA: LESSON.replace(b"---\nUn", b"outcomes: [O7]\n---\nUn")}, [f"{PRIMA}:4: outcomes: the course has no outcome “O7”"]),
        ({PRIMA: LESSON.replace(b"---\nUn", b"outcomes: O1\n---\nUn")}, [f"{PRIMA}:4: outcomes: a list of words is expected, such as [O1, O2]"]),
        ({PRIMA: LESSON.replace(b"slug: prima", b"slug: due parole")},
         [f"{PRIMA}:3: slug: Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."]),
        ({"uno/02-altra.it.md": LESSON}, [f"uno/02-altra.it.md:3: slug: “prima” is the slug of {PRIMA} too"]),
        ({PRIMA: LESSON + b"\n:::girotondo\n:::\n"}, [f"{PRIMA}:7: unknown block “girotondo”"]),
        ({PRIMA: LESSON + b"\n:::quote\nMai chiusa.\n"}, [f"{PRIMA}:7: the block is never closed with “:::”"]),
        ({PRIMA: LESSON + b"\n[qui](lesson:altrove)\n"}, [f"{PRIMA}:7: “lesson:altrove”: the course has no lesson of this slug, or several"]),
        ({PRIMA: LESSON + b"\n:::file file=media/manca.pdf\n:::\n"}, [f"{PRIMA}:7: the file “media/manca.pdf” is not in the archive"]),
        ({PRIMA: LESSON + b"\n:::file file=../../.env\n:::\n"}, [f"{PRIMA}:7: the file “../../.env” is not in the archive"]),
        ({PRIMA: LESSON + b'\n:::case title=Uno link="javascript:alert(1)"\nA.\n:::\n'}, [f"{PRIMA}:5: block 2 (case): link: Enter a valid URL."]),
        ({"uno/module.it.md": MODULE + b"Un testo.\n"}, ["uno/module.it.md:5: a module has no text below"]),
        ({"uno/module.it.md": None}, ["uno/module.it.md is missing."]),
        ({"due/01-sola.en.md": LESSON, "due/module.it.md": MODULE.replace(b"uno", b"due")},
         ["due/01-sola.en.md: the Italian file beside it is missing."]),
        ({"uno/01-prima.fr.md": LESSON}, ["uno/01-prima.fr.md: “fr” is no language of this site; known: it, en."]),
        ({"uno/note.md": LESSON}, ["uno/note.md: is it a course, a module or a lesson? Names are course.it.md, "
                                   "folder/module.it.md, folder/01-lesson.it.md."]),
        ({"course.en.md": COURSE}, ["course.en.md:2: code: this key stands in the Italian file alone"]),
        ({"altro.yaml": b"a: 1"}, ["altro.yaml: no file of this name is known."]),
        ({"media.yaml": b"media/manca.png: {title: A}"}, ["media.yaml: media/manca.png: the file is not in the archive."]),
        ({"media.yaml": b"media/a.txt: {colore: A}", "media/a.txt": b"a"},
         ["media.yaml: media/a.txt: unknown key “colore”; known: alt_en, alt_it, credit, description, focus, licence, title, transcript."]),
        ({"quiz.yaml": b"key: prova\ntitle: {it: A}\n"}, ["quiz.yaml: quiz: “questions” must be a list that is not empty."]),
        ({"quiz.yaml": b"key: [\n"}, ["quiz.yaml:2: did not find expected node content"]),
        ({"quiz.yaml": BOMB}, ["quiz.yaml:2: references (*) are not read: write the text again"]),
    ],
)  # fmt: skip
def test_bad_texts(changes, problems):
    files = {name: data for name, data in (GOOD | changes).items() if data is not None}
    assert refused(files) == problems


QUIZ = """
key: prova
title: {it: Prova}
questions:
  - {key: uno, kind: single, outcome: %s, text: {it: Uno?}, choices: [
      {key: a, correct: true, text: {it: Sì}}, {key: b, text: {it: 'No'}}]}
"""


def test_a_question_serves_an_outcome_of_the_course_and_quizzes_have_keys_of_their_own():
    quizzes = {"quiz.yaml": (QUIZ % "O1").encode(), "quiz-2.yaml": (QUIZ % "O3").encode()}
    assert refused(GOOD | quizzes) == [
        "quiz-2.yaml: the key “prova” is that of quiz.yaml too.",
        "quiz-2.yaml: the course has no outcome “O3”.",
    ]


def test_every_fault_is_told_at_once():
    problems = refused(
        {"course.it.md": b"Senza.", "uno/module.it.md": MODULE + b"Testo.", PRIMA: b"no"}
    )
    assert [problem.partition(":")[0] for problem in problems] == [
        "course.it.md",
        PRIMA,
        "uno/module.it.md",
    ]


def test_a_text_that_is_too_long(monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_TEXT", 100)
    assert refused(GOOD | {PRIMA: LESSON + b"parola " * 30}) == [
        f"{PRIMA}: a text may have 100\xa0bytes at most."
    ]


# --- Media -------------------------------------------------------------------------------------------
def picture(kind: str = "PNG", size: tuple[int, int] = (4, 4)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size).save(target, kind)
    return target.getvalue()


def huge() -> bytes:
    """A PNG of a few bytes that says it is 20,000 × 20,000."""
    data = bytearray(picture())
    data[16:24] = struct.pack(">II", 20_000, 20_000)
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    return bytes(data)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    ("block", "name", "data", "sentence"),
    [
        ("image", "a.png", b"nessuna immagine", "Upload a valid image. The file you uploaded was either not an image or a corrupted image."),
        ("image", "a.png", picture("JPEG"), "Not a valid .png image. The extension does not match the file format (jpeg)"),
        ("image", "a.bmp", picture("BMP"), "Not a supported image format. Supported formats: AVIF, GIF, JPG, JPEG, PNG, WEBP."),
        ("file", "a.exe", b"MZ", "File extension “exe” is not allowed. Allowed extensions are: pdf, docx, odt, xlsx, ods, pptx, odp, txt, csv, vtt, webm, mp4, mp3, zip."),
        ("file", "a.txt", b"<!DOCTYPE html><script>alert(1)</script>", "this is a page for browsers, whatever its name says"),
    ],
)  # fmt: skip
def test_bad_media(block, name, data, sentence):
    body = f'\n:::{block} file="media/{name}"\n:::\n'.encode()
    assert refused(GOOD | {PRIMA: LESSON + body, f"media/{name}": data}) == [
        f"{PRIMA}:7: “media/{name}”: {sentence}"
    ]


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_of_too_many_pixels():
    body = b"\n:::image file=media/a.png\n:::\n"
    [problem] = refused(GOOD | {PRIMA: LESSON + body, "media/a.png": huge()})
    assert problem.startswith(f"{PRIMA}:7: “media/a.png”: ")


@pytest.mark.parametrize("name", ["a.svg", "a.html"])
def test_files_that_carry_programs(name):
    body = f'\n:::image file="media/{name}"\n:::\n'.encode()
    assert refused(GOOD | {PRIMA: LESSON + body, f"media/{name}": b"<svg/>"}) == [
        f"{PRIMA}:7: “media/{name}”: files of this kind can carry programs and are not taken"
    ]


def test_what_no_text_names_is_left_out_and_told(catalogue):
    made = import_course(
        files=ZipFiles(zipped(GOOD | {"media/disegno.svg": b"<svg/>", "LEGGIMI.txt": b"x"}))
    )
    assert made.notices == [
        "LEGGIMI.txt is used nowhere: it is left out.",
        "media/disegno.svg is used nowhere: it is left out.",
    ]
    assert not HubDocument.objects.exists()


def test_a_page_that_this_site_has_not_is_told(catalogue):
    files = GOOD | {PRIMA: LESSON + b"\n[qui](page:biblioteca/niente)\n"}
    made = import_course(files=ZipFiles(zipped(files)))
    assert made.notices == [
        f"{PRIMA}: this site has no page “biblioteca/niente”: the text stays without the link."
    ]


# --- What is there already -----------------------------------------------------------------------------
def test_a_code_that_is_taken(catalogue):
    import_course(files=ZipFiles(zipped(GOOD)))
    assert refused(GOOD) == ["There is already a course with the code MC-PROVA."]
    assert refused(GOOD, code="nuovo") == [
        "The code “nuovo” cannot be used. Capital letters, digits and hyphens."
    ]
    copy = import_course(files=ZipFiles(zipped(GOOD)), code="MC-ALTRO").courses["it"]
    assert copy.slug == "prova-mc-altro"


def test_a_site_without_a_catalogue():
    before = counts()
    with pytest.raises(DomainError) as refusal:
        import_course(files=ZipFiles(zipped(GOOD)))
    assert refusal.value.code == "no_catalogue"
    assert counts() == before


def test_files_are_taken_away_when_writing_fails(catalogue, monkeypatch):
    body = b"\n:::image file=media/a.png alt=A credit=B\n:::\n\n:::file file=media/b.txt\n:::\n"
    files = GOOD | {PRIMA: LESSON + body, "media/a.png": picture(), "media/b.txt": b"b"}
    stored: list[Path] = []
    original = course_import._Importer.fill

    def fail(self, *args):
        original(self, *args)
        stored.extend(Path(settings.MEDIA_ROOT) / name for name in self.stored.values())
        assert all(path.exists() for path in stored)
        raise DomainError("no", "bad_archive")

    monkeypatch.setattr(course_import._Importer, "fill", fail)
    before = counts()
    with pytest.raises(DomainError):
        import_course(files=ZipFiles(zipped(files)))
    assert len(stored) == 2
    assert not any(path.exists() for path in stored)
    assert counts() == before
