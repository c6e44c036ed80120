"""The first pages of an installation: a home page and a catalogue in each language."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from cms.models import HomePage
from curriculum.models import Catalogue
from curriculum.review import attach_workflow

HEADLINES = {
    "it": "co-struire servizi che la città condivide",
    "en": "co-creating services that the city shares",
}
SUMMARIES = {
    "it": "Cinque percorsi per chi progetta, anima, finanzia e racconta servizi collaborativi.",
    "en": "Five courses for people who design, host, fund and tell collaborative services.",
}


def start_site() -> int:
    """Make what is missing of home and catalogue, published, under the committee's review; how many pages.

    Wagtail's welcome page gives way. The site's host and port follow `SITE_URL`. Again changes nothing.
    """
    made = 0
    with transaction.atomic():
        homes: dict[str, HomePage] = {}
        catalogues: dict[str, Catalogue] = {}
        for code, _name in settings.LANGUAGES:
            locale = Locale.objects.get_or_create(language_code=code)[0]
            home = HomePage.objects.filter(locale=locale, depth=2).first()
            if home is None:
                home, made = _home(locale, homes.get("it")), made + 1
            homes[code] = home
            catalogue = Catalogue.objects.child_of(home).first()
            if catalogue is None:
                catalogue, made = _catalogue(home, catalogues.get("it")), made + 1
            catalogues[code] = catalogue
            attach_workflow(catalogue)
        place_site(homes["it"])
        Page.objects.filter(depth=2, slug="welcome", numchild=0).delete()
    Site.clear_site_root_paths_cache()
    return made


def place_site(home: HomePage) -> None:
    """Let the default site begin at `home`; host and port follow `SITE_URL`."""
    address = urlsplit(settings.SITE_URL)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.hostname or "localhost",
            "port": address.port or (443 if address.scheme == "https" else 80),
            "site_name": settings.WAGTAIL_SITE_NAME,
            "root_page": home,
        },
    )


def _home(locale: Locale, italian: HomePage | None) -> HomePage:
    code = locale.language_code
    slug = "home" if italian is None else f"home-{code}"
    Page.objects.filter(depth=2, slug=slug).update(slug="welcome")
    page = HomePage(
        title="Cohub Milano", slug=slug, headline=HEADLINES[code], summary=SUMMARIES[code],
        locale=locale,
    )  # fmt: skip
    if italian:
        page.translation_key = italian.translation_key
    Page.get_first_root_node().add_child(instance=page)
    page.save_revision().publish()
    return page


def _catalogue(home: HomePage, italian: Catalogue | None) -> Catalogue:
    page = Catalogue(
        title="Master Civici", slug="master-civici", summary=SUMMARIES[home.locale.language_code],
        show_in_menus=True, locale=home.locale,
    )  # fmt: skip
    if italian:
        page.translation_key = italian.translation_key
    home.refresh_from_db()
    home.add_child(instance=page)
    page.save_revision().publish()
    return page
