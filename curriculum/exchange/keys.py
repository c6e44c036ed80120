"""The keys of front matter: what each is called, which field of a page it fills, and what an archive leaves out.

A field that is added to a page gets its line in KEYS, or in NOT_WRITTEN with the reason; a test looks.
"""

from dataclasses import dataclass

from django.db import models

from curriculum.choices import Audience, Completion
from curriculum.models import Course, Lesson, Module

COUNTED = "counted"
PARTNERS = "partner_keys"


@dataclass(frozen=True)
class Key:
    """One key of the front matter, and the field that it fills (the same name if not given).

    A fact is the same in every language unless a file says otherwise; a text that a file does not give is
    empty. `once`: in the Italian file alone.
    """

    name: str
    field: str = ""
    fact: bool = False
    needed: bool = False
    once: bool = False
    allowed: tuple[str, ...] = ()

    @property
    def into(self) -> str:
        return self.field or self.name


TITLE, SLUG, SUMMARY = Key("title", needed=True), Key("slug", needed=True), Key("summary")
OF_EVERY_PAGE = (
    Key("seo_title"),
    Key("search_description"),
    Key("show_in_menus", fact=True),
    Key("share_image", fact=True),
)
OUTCOME_KEYS = Key("outcomes", "outcome_keys", fact=True)
KEYS: dict[type[models.Model], tuple[Key, ...]] = {
    Course: (
        Key("code", needed=True, once=True),
        TITLE,
        Key("co_title"),
        SUMMARY,
        Key("subject", fact=True, needed=True),
        Key("audience", fact=True, allowed=tuple(Audience.values)),
        Key("hours_class", fact=True),
        Key("hours_project", fact=True),
        Key("hours_total", fact=True),
        Key("eqf_level", fact=True),
        Key("attendance_threshold", fact=True),
        Key("prerequisites"),
        Key("courses_before", "prerequisite_codes", fact=True),
        Key("outcomes"),
        Key("assessment", "assessment_text"),
        Key("partners", PARTNERS, fact=True),
        Key("fee", fact=True),
        Key("fee_text"),
        Key("bursary_text"),
        Key("faq"),
        *OF_EVERY_PAGE,
    ),
    Module: (TITLE, SLUG, SUMMARY, Key("hours", fact=True), OUTCOME_KEYS, *OF_EVERY_PAGE),
    Lesson: (
        TITLE,
        SLUG,
        SUMMARY,
        Key("minutes", fact=True),
        Key("required", fact=True),
        Key("completion", fact=True, allowed=tuple(Completion.values)),
        OUTCOME_KEYS,
        *OF_EVERY_PAGE,
    ),
}
BODIES: dict[type[models.Model], str] = {Course: "introduction", Lesson: "body"}
# What an archive leaves out, and why.
NOT_WRITTEN = {
    "the page's place and its Italian source": {
        "id", "path", "depth", "numchild", "page_ptr", "content_type", "locale", "translation_key",
        "alias_of", "url_path",
    },
    "of the installation: people, publishing, versions, days": {
        "owner", "live", "has_unpublished_changes", "first_published_at", "last_published_at",
        "live_revision", "latest_revision", "latest_revision_created_at", "go_live_at", "expire_at",
        "expired", "locked", "locked_at", "locked_by", "instructor_rows", "wagtail_admin_comments",
    },
    "said by the title": {"draft_title"},
    "said by the minutes": {"minutes_counted"},
}  # fmt: skip
