"""What stands in the place of wagtail-localize's own screens: they know no workflow and would only publish."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DataError, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from wagtail.models import Page
from wagtail_localize.models import StringSegment, Translation, TranslationSource
from wagtail_localize.views import edit_translation, submit_translations, update_translations

from curriculum.languages import SOURCE, TARGET, TRANSLATED, italian_of, translation_of
from curriculum.rules import may_translate
from curriculum.services.translations import publish_translation
from curriculum.views.translations import ICON, attempt, back_from

MAX_PO_BYTES = 2 * 1024 * 1024


def edit_english(request: HttpRequest, page: Page) -> HttpResponse | None:
    """What the editor shows of an English page of the catalogue; None leaves it to Wagtail.

    Permission to edit was asked by Wagtail. An alias with an open translation is edited as one; publishing is ours.
    """
    if page.specific_class not in TRANSLATED:
        return None
    if page.locale.language_code != TARGET:
        return None
    translation = translation_of(page)
    if translation is None:
        return _explain_alias(request, page) if page.alias_of_id else None
    if request.method == "POST" and request.POST.get("action") == "publish":
        return _publish(request, page, translation)
    return edit_translation.edit_translation(request, translation, page)


def _explain_alias(request: HttpRequest, page: Page) -> HttpResponse:
    italian = italian_of(page)
    context = {
        "page": page,
        "italian": italian,
        "may_translate": italian is not None and may_translate(request.user, italian),
        "below": page.numchild,
        "header_title": page.get_admin_display_title(),
        "header_icon": ICON,
    }
    return render(request, "curriculum/admin/alias.html", context)


def _publish(request: HttpRequest, page: Page, translation: Translation) -> HttpResponse:
    if not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    said = _("Published without the committee: the history says so.")
    attempt(request, publish_translation, translation, said)
    return redirect(request.path)


@xframe_options_sameorigin
def preview(request: HttpRequest, translation_id: int, mode: str | None = None) -> HttpResponse:
    """As the add-on's own, for pages that are still an alias: the draft is English, not «not translated»."""
    translation = get_object_or_404(Translation, pk=translation_id)
    page = translation.get_target_instance()
    if isinstance(page, Page) and not page.permissions_for_user(request.user).can_edit():
        raise Http404  # as for a translation that does not exist
    if not isinstance(page, Page) or page.alias_of_id is None:
        return edit_translation.preview_translation(request, translation_id, mode)
    shown = translation.source.get_ephemeral_translated_instance(
        translation.target_locale, fallback=True
    )
    shown.alias_of_id = None
    mode = mode or shown.default_preview_mode
    if mode not in dict(shown.preview_modes):
        raise Http404
    return shown.make_preview_request(request, mode)


def download(request: HttpRequest, translation_id: int) -> HttpResponse:
    """The add-on leads those who may not to the admin's home: here a foreign translation does not exist."""
    page = get_object_or_404(Translation, pk=translation_id).get_target_instance()
    if isinstance(page, Page) and not page.permissions_for_user(request.user).can_edit():
        raise Http404
    return edit_translation.download_pofile(request, translation_id)


def of_translators(request: HttpRequest, translation_id: int, **kwargs: int) -> HttpResponse:
    """The add-on lets everybody write who may open the editor: also the committee, which reads there."""
    translation = get_object_or_404(Translation, pk=translation_id)
    page = translation.get_target_instance()
    if isinstance(page, Page) and not may_translate(request.user, page):
        raise Http404
    uploads = request.resolver_match.url_name == "localize_upload" and request.method == "POST"
    if uploads and not _may_be_po(request.FILES.get("file")):
        messages.error(request, _("Choose a PO file of this translation, of 2 MB at most."))
        return redirect("wagtailadmin_pages:edit", page.pk)
    if request.resolver_match.url_name == "localize_string" and request.method == "PUT":
        # The title of the page follows that of the translation at once, without being asked whether it may.
        text = QueryDict(request.body).get("value", "\0")
        segment = StringSegment.objects.filter(pk=kwargs["string_segment_id"]).first()
        is_title = segment is not None and segment.context.path == "title"
        if "\0" in text or (is_title and len(text) > Page._meta.get_field("title").max_length):
            return _not_kept(request, page)
    view = FOR_TRANSLATORS[request.resolver_match.url_name]
    try:
        with transaction.atomic():
            response = view(request, translation_id=translation_id, **kwargs)
    except (DataError, KeyError):
        # What the database does not keep, a field or a header that is not there.
        return _not_kept(request, page)
    if isinstance(page, Page) and response.get("Location") == reverse("wagtailadmin_home"):
        return redirect("wagtailadmin_pages:edit", page.pk)  # rather than nowhere in particular
    return response


def _may_be_po(sent) -> bool:
    """The add-on asks of what it takes for a PO file of its own neither the header nor plain text."""
    if sent is None or sent.size > MAX_PO_BYTES:
        return False
    data = sent.read()
    sent.seek(0)
    return b"X-WagtailLocalize-TranslationID" in data and b"\0" not in data


def _not_kept(request: HttpRequest, page: Page) -> HttpResponse:
    said = _("This text cannot be kept: it is too long, or holds signs that are no text.")
    if request.resolver_match.url_name == "localize_upload":
        messages.error(request, said)
        return redirect("wagtailadmin_pages:edit", page.pk)
    return JsonResponse({"detail": said}, status=400)


FOR_TRANSLATORS = {
    "localize_string": edit_translation.edit_string_translation,
    "localize_override": edit_translation.edit_override,
    "localize_upload": edit_translation.upload_pofile,
    "localize_stop": edit_translation.stop_translation,
}


def submit_page(request: HttpRequest, page_id: int) -> HttpResponse:
    """The add-on saves into the live page: pages of the catalogue go our way."""
    page = Page.objects.filter(pk=page_id).first()
    if page and page.specific_class in TRANSLATED and request.user.is_superuser:
        return redirect("translate_page", page_id=page.pk)
    return submit_translations.SubmitPageTranslationView.as_view()(request, page_id=page_id)


def update_source(request: HttpRequest, translation_source_id: int) -> HttpResponse:
    """The add-on publishes translations in bulk, in nobody's name: courses go our way."""
    source = TranslationSource.objects.filter(pk=translation_source_id).first()
    model = source.specific_content_type.model_class() if source else None
    if model in TRANSLATED and request.user.is_superuser:
        page = Page.objects.filter(
            translation_key=source.object_id, locale__language_code=SOURCE
        ).first()
        if page:
            return redirect(back_from(page))
    return update_translations.UpdateTranslationsView.as_view()(
        request, translation_source_id=translation_source_id
    )
