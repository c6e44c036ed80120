"""Views behind pages (handed over by `on_serve_page`), the files beside them, sitemap and robots.txt."""

from datetime import timedelta
from http import HTTPStatus

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event
from wagtail.models import Page

from cms.forms import HelpRequestForm, LibraryFilterForm
from cms.models import EventIndexPage, EventPage, NewsIndexPage
from cms.services import send_help_request
from cms.summary import events_below, news_below, open_to_all, resources_below
from lms.core.budget import search_refused
from lms.core.errors import DomainError
from lms.core.navigation import page_address

REQUESTS_AN_HOUR = 10
PER_PAGE = 12


def respond(request, page, status: int = HTTPStatus.OK, **context):
    """The page's own template and context, and what the view adds."""
    return TemplateResponse(
        request, page.get_template(request), page.get_context(request) | context, status=status
    )


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


# --- Sportello ------------------------------------------------------------------------------
def help_desk(request, page):
    """The form of the sportello. A robot is thanked like anyone else and nothing is kept."""
    sent = "inviata" in request.GET
    if request.method != "POST":
        first = {"topic": request.GET.get("argomento", "")}
        form = None if sent else HelpRequestForm(initial=first)
        return respond(request, page, form=form, sent=sent)
    form = HelpRequestForm(request.POST)
    done = HttpResponseRedirect(f"{page.get_url(request)}?inviata=1#modulo")
    if form.filled_by_a_robot:
        return done
    if not form.is_valid():
        return respond(request, page, HTTPStatus.UNPROCESSABLE_ENTITY, form=form)
    if not _may_write(request):
        form.add_error(None, _("Too many requests from this connection: try again in an hour."))
        return respond(request, page, HTTPStatus.TOO_MANY_REQUESTS, form=form)
    data = form.cleaned_data
    try:
        send_help_request(
            key=data["key"],
            name=data["name"],
            email=data["email"],
            language=page.locale.language_code,
            topic=data["topic"],
            message=data["message"],
            consent_version=page.consent_version,
        )
    except DomainError as refusal:
        form.add_error(None, refusal.message)
        return respond(request, page, HTTPStatus.CONFLICT, form=form)
    return done


def _may_write(request) -> bool:
    """Count this address within the hour; the address itself is not kept, only its keyed hash."""
    digest = salted_hmac("cms.help_desk", get_ip(request)).hexdigest()[:32]
    key = f"cms:help:{digest}:{timezone.now():%Y%m%d%H}"
    cache.add(key, 0, timeout=3600)
    try:
        return cache.incr(key) <= REQUESTS_AN_HOUR
    except ValueError:  # it expired between the two calls
        return True


# --- Lists ----------------------------------------------------------------------------------
def library(request, page):
    """Search and filters by plain GET; a filter that is not understood is said, and left out."""
    form = LibraryFilterForm(request.GET or None, locale_id=page.locale_id)
    resources = resources_below(page)
    chosen = {}
    if form.is_bound:
        form.is_valid()
        chosen = {name: value for name, value in form.cleaned_data.items() if value}
    if "q" in chosen:
        if refused := search_refused(request):
            return refused
        resources = resources.matching(chosen["q"])
    if "kind" in chosen:
        resources = resources.filter(kind=chosen["kind"])
    if "topic" in chosen:
        resources = resources.filter(topics=chosen["topic"])
    found = Paginator(resources, PER_PAGE).get_page(request.GET.get("page"))
    return respond(request, page, form=form, page_obj=found, chosen=chosen)


def event_list(request, page):
    upcoming, past = events_below(page, timezone.now())
    past_page = Paginator(past, PER_PAGE).get_page(request.GET.get("page"))
    return respond(request, page, upcoming=upcoming, page_obj=past_page)


def news_list(request, page):
    found = Paginator(news_below(page), PER_PAGE).get_page(request.GET.get("page"))
    return respond(request, page, page_obj=found)


# --- Files beside a page --------------------------------------------------------------------
def _page_at(request, path: str, model):
    """The open page of this kind at `path` (relative to the language's home), or 404."""
    route = Page.route_for_request(request, path)
    if route is None or not isinstance(route.page, model):
        raise Http404
    page = open_to_all(model.objects.filter(pk=route.page.pk)).first()
    if page is None:
        raise Http404
    return page


def _calendar(events, language: str) -> HttpResponse:
    calendar = Calendar()
    calendar.add("prodid", "-//Cohub Milano//cohub.example//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Cohub Milano")
    for event in events:
        entry = Event()
        entry.add("uid", f"{event.translation_key}-{language}@cohub.example")
        entry.add("dtstamp", event.last_published_at or event.starts_at)
        entry.add("dtstart", timezone.localtime(event.starts_at))
        entry.add("dtend", timezone.localtime(event.ends_at))
        entry.add("summary", event.title)
        entry.add("location", event.place)
        entry.add("url", absolute(page_address(language, event.url_path)))
        if event.summary:
            entry.add("description", event.summary)
        calendar.add_component(entry)
    calendar.add_missing_timezones()
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")


@require_safe
def event_calendar(request, path):
    """One event as a file for the reader's calendar."""
    event = _page_at(request, path, EventPage)
    response = _calendar([event], event.locale.language_code)
    response["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return response


@require_safe
def events_calendar(request, path):
    """Every coming event, and those of the last 30 days, as a calendar to subscribe to."""
    index = _page_at(request, path, EventIndexPage)
    since = timezone.now() - timedelta(days=30)
    events = open_to_all(EventPage.objects.child_of(index)).upcoming(since)
    return _calendar(events, index.locale.language_code)


@require_safe
def news_feed(request, path):
    """The latest twenty news items as Atom."""
    index = _page_at(request, path, NewsIndexPage)
    language = index.locale.language_code
    home = absolute(page_address(language, index.url_path))
    feed = Atom1Feed(
        title=f"Cohub Milano · {index.title}",
        link=home,
        description=index.summary,
        language=language,
        feed_url=f"{home}notizie.atom",
    )
    for item in news_below(index)[:20]:
        feed.add_item(
            title=item.title,
            link=absolute(page_address(language, item.url_path)),
            description=item.summary,
            author_name=item.byline or "Cohub Milano",
            unique_id=f"urn:uuid:{item.translation_key}:{language}",
            pubdate=item.first_published_at,
            updateddate=item.last_published_at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml")


# --- For search engines ---------------------------------------------------------------------
@require_safe
def sitemap(request):
    """Every open page in every language, with its translations as alternates: two queries."""
    rows = (
        open_to_all(Page.objects.filter(alias_of=None, depth__gt=1))
        .order_by("path")
        .values("url_path", "last_published_at", "translation_key", "locale__language_code")
    )
    languages = dict(settings.LANGUAGES)
    entries = []
    families: dict = {}
    for row in rows:
        code = row["locale__language_code"]
        if code not in languages:
            continue
        location = absolute(page_address(code, row["url_path"]))
        family = families.setdefault(row["translation_key"], [])
        family.append({"lang_code": code, "location": location})
        entries.append(
            {"location": location, "lastmod": row["last_published_at"], "alternates": family}
        )
    for family in families.values():
        _complete(family)
    return render(request, "sitemap.xml", {"urlset": entries}, content_type="application/xml")


def _complete(family: list[dict]) -> None:
    """A page in one language has no alternates; one in several has a default, the Italian."""
    if len(family) < 2:
        family.clear()
        return
    italian = [one for one in family if one["lang_code"] == settings.LANGUAGE_CODE]
    family += [{**one, "lang_code": "x-default"} for one in italian[:1]]


@require_safe
def robots(request):
    return render(
        request, "cms/robots.txt", {"sitemap": absolute("/sitemap.xml")}, content_type="text/plain"
    )
