"""The names of the pictures, files and pages that a text shows or leads to."""

from collections.abc import Iterable, Mapping

from django.db.models import Model
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.models import HubDocument, HubImage
from lms.core.typed import number_in

MODELS: dict[str, type[Model]] = {"image": HubImage, "document": HubDocument, "page": Page}
# What the stream and the editor's HTML keep instead of a name: its kind and its id as it is written there.
Reference = tuple[str, int | str]
Names = Mapping[tuple[str, int], str]


def names_of(references: Iterable[Reference]) -> Names:
    """Titles by kind and id: one query for each kind that occurs."""
    wanted: dict[str, set[int]] = {}
    for kind, written in references:
        pk = number_in(written)
        if pk is not None:
            wanted.setdefault(kind, set()).add(pk)
    return {
        (kind, pk): title
        for kind, pks in wanted.items()
        for pk, title in MODELS[kind]._default_manager.filter(pk__in=pks).values_list("pk", "title")
    }


def name_of(reference: Reference, names: Names) -> str:
    """What to call it; a reference that is no id stands for itself."""
    kind, written = reference
    pk = number_in(written)
    if pk is None:
        return str(written)
    return names.get((kind, pk), "") or _("no longer there")
