"""Which file of a folder is what: the course, its modules and its lessons, each with its documents."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from curriculum.exchange.archives import Files, read_text
from curriculum.exchange.documents import Document, parse_document
from curriculum.exchange.faults import Faults
from curriculum.exchange.plans import ITALIAN, LANGUAGES, PageFiles
from curriculum.models import Course, Lesson, Module

COURSE_FILE = re.compile(r"^course\.([a-z-]+)\.md$")
MODULE_FILE = re.compile(r"^([^/]+)/module\.([a-z-]+)\.md$")
LESSON_FILE = re.compile(r"^([^/]+)/([0-9][^/]*)\.([a-z-]+)\.md$")


@dataclass
class Folder:
    course: PageFiles = field(default_factory=lambda: PageFiles(Course, ""))
    modules: list[PageFiles] = field(default_factory=list)
    beside: set[str] = field(default_factory=set)  # names of the files that are no page's
    unread: set[str] = field(default_factory=set)  # names of the pages' files that are no documents


def sort_files(files: Files, faults: Faults) -> Folder:
    """The pages of a folder. One without Italian is told as a fault and left out; the course itself stays."""
    folder = Folder(beside={name for name in files.names if not name.endswith(".md")})
    modules: dict[str, PageFiles] = {}
    lessons: dict[tuple[str, str], PageFiles] = {}
    for name in sorted(set(files.names) - folder.beside):
        if match := COURSE_FILE.match(name):
            page, language = folder.course, match[1]
        elif match := MODULE_FILE.match(name):
            page, language = modules.setdefault(match[1], PageFiles(Module, match[1])), match[2]
        elif match := LESSON_FILE.match(name):
            key, language = (match[1], match[2]), match[3]
            page = lessons.setdefault(key, PageFiles(Lesson, "/".join(key)))
        else:
            faults.refuse(
                _(
                    "%(file)s: is it a course, a module or a lesson? Names are course.it.md, "
                    "folder/module.it.md, folder/01-lesson.it.md."
                )
                % {"file": name}
            )
            continue
        if language in LANGUAGES:
            page.documents[language] = _document(files, name, folder, faults)
        else:
            faults.refuse(
                _("%(file)s: “%(language)s” is no language of this site; known: %(known)s.")
                % {"file": name, "language": language, "known": ", ".join(LANGUAGES)}
            )
    for (above, _stem), lesson in sorted(lessons.items()):
        if above not in modules:
            faults.refuse(_("%(folder)s/module.it.md is missing.") % {"folder": above})
        elif ITALIAN in lesson.documents:
            modules[above].lessons.append(lesson)
    for page in [folder.course, *modules.values(), *lessons.values()]:
        if page.documents and ITALIAN not in page.documents:
            other = next(iter(page.documents.values())).name
            faults.refuse(_("%(file)s: the Italian file beside it is missing.") % {"file": other})
    folder.modules = [page for _name, page in sorted(modules.items()) if ITALIAN in page.documents]
    return folder


def _document(files: Files, name: str, folder: Folder, faults: Faults) -> Document:
    """Even if it cannot be read, the file is there: nothing else is said to be missing."""
    document = faults.guarded(lambda: parse_document(name, read_text(files, name)))
    if document is None:
        folder.unread.add(name)
    return document or Document(name, {}, "", 1)
