"""What a folder of course files would make: its pages, each with its documents, its media and its parts."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from curriculum.exchange.archives import Files
from curriculum.exchange.documents import Document
from curriculum.exchange.media import Medium
from lms.core.registries import ArchivePart

ITALIAN = "it"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@dataclass
class PageFiles:
    """One page: its document in each language that it has, Italian among them."""

    model: Any  # Course, Module or Lesson
    place: str  # of the page in the course's folder
    documents: dict[str, Document] = field(default_factory=dict)
    lessons: list["PageFiles"] = field(default_factory=list)  # of a module
    slug: str = ""

    @property
    def italian(self) -> Document:
        return self.documents[ITALIAN]

    def slug_in(self, language: str) -> str:
        document = self.documents.get(language)
        return str(document.meta.get("slug") or "") if document else self.slug


@dataclass
class CoursePlan:
    """What an archive would make."""

    files: Files
    code: str
    course: PageFiles
    modules: list[PageFiles]
    media: list[Medium]
    parts: list[tuple[ArchivePart, dict[str, str]]]
    summaries: list[str]  # of the parts, in words
    notices: list[str]  # what is left out, in words

    @property
    def pages(self) -> list[PageFiles]:
        return [self.course, *(p for module in self.modules for p in (module, *module.lessons))]

    @property
    def drafts(self) -> int:
        return sum(len(page.documents) for page in self.pages)

    @property
    def known_media(self) -> int:
        return sum(medium.known is not None for medium in self.media)

    @property
    def languages(self) -> list[str]:
        return [code for code in LANGUAGES if any(code in p.documents for p in self.pages)]

    def key_of(self, page: PageFiles, module: PageFiles | None = None) -> str:
        """Names a page in the ids of its blocks, whatever the language."""
        return "/".join([self.code, *(p.slug for p in (module, page) if p and p.slug)])

    def links(self, language: str) -> dict[str, PageFiles]:
        """What `lesson:…` may name: a slug that only one lesson has, `module/lesson`, `module/` and `/`.

        Slugs are the Italian ones; where no Italian says otherwise, those of `language` too.
        """
        found: dict[str, PageFiles] = {}
        for code in dict.fromkeys((language, ITALIAN)):
            rows: list[tuple[str, PageFiles]] = [("/", self.course)]
            for module in self.modules:
                above = module.slug_in(code)
                rows.append((f"{above}/", module))
                for lesson in module.lessons:
                    slug = lesson.slug_in(code)
                    rows += [(f"{above}/{slug}", lesson), (slug, lesson)]
            names = Counter(name for name, _page in rows)
            found |= {name: page for name, page in rows if names[name] == 1}
        return found
