"""Writing the English of the catalogue: beginning it, drafting it, sending it to the committee.

wagtail-localize keeps the strings. What it does with pages is done here instead, since its own way of
saving a draft writes into the live page (docs/decisions/0070): here a draft is a revision and nothing else.
"""

import logging

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log
from wagtail.models import Page, Revision, WorkflowState
from wagtail.whitelist import check_url
from wagtail_localize.fields import get_translatable_fields
from wagtail_localize.models import (
    SegmentOverride,
    Translation,
    TranslationLog,
    TranslationSource,
)

from curriculum.choices import TranslationState
from curriculum.languages import (
    SOURCE,
    TARGET,
    TRANSLATED,
    page_state,
    translation_of,
)
from curriculum.models import Course, CourseInstructor
from curriculum.services.aliases import (
    has_english_home,
    keep_draft,
    show_italian_again,
    stand_in,
)
from curriculum.services.written_texts import adopt_texts, segments_named
from lms.accounts.models import User
from lms.core.errors import DomainError

logger = logging.getLogger(__name__)


# --- Following the Italian -------------------------------------------------------------------
def follow_italian(*, page: Page) -> None:
    """After an Italian page was published: its English exists, and its translation knows what is new."""
    if not page.live or not has_english_home(page):
        return
    english = stand_in(page=page)
    translation = translation_of(page)
    if translation:
        refresh_source(translation=translation)
    keep_draft(english=english)
    show_italian_again(page=page)
    if page.specific_class is Course:
        _leave_out_former_instructors(page)


def refresh_source(*, translation: Translation) -> bool:
    """Read the published Italian anew, if it is newer than what was read last; True if it was."""
    source = translation.source
    italian = source.get_source_instance()
    if not italian.last_published_at or source.last_updated_at >= italian.last_published_at:
        return False
    with segments_named(italian):
        source.update_from_db()
    return True


def _leave_out_former_instructors(italian: Page) -> None:
    """Who no longer teaches the course keeps no right on it through its English page."""
    teaching = CourseInstructor.objects.filter(course_id=italian.pk).values("user")
    CourseInstructor.objects.filter(
        course__translation_key=italian.translation_key, course__locale__language_code=TARGET
    ).exclude(user__in=teaching).delete()


# --- Beginning a translation -----------------------------------------------------------------
def translate_page(*, page: Page, by: User | None) -> Translation:
    """Begin the English of a published page of the catalogue; a second time gives the same translation.

    The public goes on reading what it reads: the Italian, or the English that was written by hand, whose
    texts become the first translations. Refuses: not_italian, not_published, untranslatable.
    """
    _refuse_untranslatable(page)
    try:
        with transaction.atomic():
            return open_translation(italian=page.specific, english=stand_in(page=page), by=by)
    except IntegrityError:  # somebody pressed the same button at the same time
        translation = translation_of(page)
        if translation is None:
            raise
        return translation


def open_translation(*, italian: Page, english: Page, by: User | None) -> Translation:
    """Open the translation of an Italian page, published or not, into the English page that there is.

    The texts of an English page written by hand become its first translations. Refuses: untranslatable.
    """
    with segments_named(italian):
        source, _made = TranslationSource.get_or_create_from_instance(italian)
    translation, made = Translation.objects.get_or_create(
        source=source, target_locale=english.locale
    )
    if made or not translation.enabled:
        Translation.objects.filter(pk=translation.pk).update(enabled=True)
        translation.enabled = True
        log(english, "curriculum.translate", user=by)
    if made and english.alias_of_id is None:
        adopt_texts(translation=translation, english=english.specific, by=by)
    refresh_source(translation=translation)
    return translation


# --- Drafts and the committee ----------------------------------------------------------------
def save_draft(*, translation: Translation, by: User) -> Revision:
    """Build the English page from the translated texts and keep it as a draft: nothing that is read changes.

    Where a text has no translation yet, the draft has the Italian one. Refuses: in_review, bad_link, bad_choice, invalid.
    """
    with transaction.atomic():
        english = Page.objects.select_for_update().get(pk=translation.get_target_instance().pk)
        _refuse_in_review(english)
        refresh_source(translation=translation)
        _refuse_bad_links(translation)
        source, locale = translation.source, translation.target_locale
        try:
            page = source.get_ephemeral_translated_instance(locale, fallback=True)
        except (ObjectDoesNotExist, TypeError, ValueError) as error:
            logger.warning("The translation of page %s cannot be built: %s", english.pk, error)
            raise DomainError(
                _(
                    "“%(title)s”: a picture, file or page chosen for the English is not there any more."
                )
                % {"title": english.draft_title},
                "bad_choice",
            ) from error
        page.alias_of_id = None
        try:
            revision = page.save_revision(user=by, log_action=True)
        except ValidationError as error:
            raise DomainError(" ".join(error.messages), "invalid") from error
        TranslationLog.objects.create(source=source, locale=locale, revision=revision)
    return revision


def submit_translation(*, translation: Translation, by: User) -> WorkflowState:
    """Save the draft and send it to the committee; what is there already is not sent twice.

    Refuses: untranslated (says how many texts are missing), nothing_new, no_workflow, and what `save_draft` refuses.
    """
    with transaction.atomic():
        english = Page.objects.select_for_update().get(pk=translation.get_target_instance().pk)
        state = english.current_workflow_state
        if state and state.status == WorkflowState.STATUS_IN_PROGRESS:
            return state
        refresh_source(translation=translation)
        before = _refuse_incomplete(translation)
        draft = save_draft(translation=translation, by=by)
        if before is TranslationState.CURRENT:
            _refuse_nothing_new(english, draft)
        page = english.specific_class.objects.get(pk=english.pk)
        if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
            state.resume(user=by)
            return state
        workflow = page.get_workflow()
        if workflow is None:
            raise DomainError(_("No committee reviews this part of the catalogue."), "no_workflow")
        return workflow.start(page, by)


def publish_translation(*, translation: Translation, by: User) -> Revision:
    """Publish without the committee: for who holds `publish` on the page, and by name in the log."""
    with transaction.atomic():
        revision = save_draft(translation=translation, by=by)
        page = revision.as_object()
        total, done = translation.get_progress()
        log(
            page,
            "curriculum.publish_translation",
            user=by,
            data={"missing": total - done},
            revision=revision,
        )
        revision.publish(user=by)
    return revision


def _refuse_untranslatable(page: Page) -> None:
    if page.locale.language_code != SOURCE or page.alias_of_id:
        raise DomainError(_("Only Italian pages are translated from here."), "not_italian")
    if page.specific_class not in TRANSLATED:
        raise DomainError(_("This kind of page is not translated from here."), "untranslatable")
    if not page.live:
        raise DomainError(
            _("“%(title)s” is not published yet: what the committee approved is translated.")
            % {"title": page.title},
            "not_published",
        )


def _refuse_in_review(english: Page) -> None:
    state = english.current_workflow_state
    if state and state.status == WorkflowState.STATUS_IN_PROGRESS:
        raise DomainError(
            _("The committee is reading “%(title)s”: its text is kept as it was submitted.")
            % {"title": english.draft_title},
            "in_review",
        )


def _refuse_nothing_new(english: Page, draft: Revision) -> None:
    shown = english.live_revision.content if english.live_revision else {}
    fields = [field.field_name for field in get_translatable_fields(english.specific_class)]
    # Rows of a child table have numbers of their own in each version.
    texts = [name for name in fields if not isinstance(draft.content.get(name), list)]
    if all(shown.get(name) == draft.content.get(name) for name in texts):
        raise DomainError(
            _("“%(title)s” says in English what it already says to readers.")
            % {"title": english.draft_title},
            "nothing_new",
        )


def _refuse_incomplete(translation: Translation) -> TranslationState:
    italian = translation.source.get_source_instance()
    state = page_state(italian)
    if state.missing:
        raise DomainError(
            ngettext(
                "“%(title)s”: %(count)s text is still to be translated.",
                "“%(title)s”: %(count)s texts are still to be translated.",
                state.missing,
            )
            % {"title": italian.title, "count": state.missing},
            "untranslated",
        )
    return state.state


def _refuse_bad_links(translation: Translation) -> None:
    """The translator may give a link another address: one that a browser may follow."""
    rows = SegmentOverride.objects.filter(
        context__object_id=translation.source.object_id, locale=translation.target_locale
    ).select_related("context")
    for row in rows:
        value = row.data
        if row.context.path.endswith("'") and (
            not isinstance(value, str) or check_url(value) is None
        ):
            raise DomainError(
                _("“%(address)s” cannot be the address of a link.") % {"address": value}, "bad_link"
            )
