"""Files beside the hub's pages (`.ics`, feed): Wagtail's own addresses have no dots."""

from django.urls import re_path

from cms import views

app_name = "cms"
urlpatterns = [
    re_path(r"^(?P<path>(?:[\w-]+/)+)evento\.ics$", views.event_calendar, name="event_calendar"),
    re_path(r"^(?P<path>(?:[\w-]+/)+)eventi\.ics$", views.events_calendar, name="events_calendar"),
    re_path(r"^(?P<path>(?:[\w-]+/)+)notizie\.atom$", views.news_feed, name="news_feed"),
]
