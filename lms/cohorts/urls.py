"""The pages of cohorts (under the language's prefix) and, without prefix, people's calendars."""

from django.urls import path

from lms.cohorts import views
from lms.cohorts.views import entrances, organisations

app_name = "cohorts"
urlpatterns = [
    path("edizioni/chiave/<str:token>/", entrances.key_link, name="key_link"),
    path("edizioni/posto/<str:token>/", entrances.seat, name="seat"),
    path("edizioni/<str:code>/chiave/", entrances.key, name="key"),
    path("edizioni/<str:code>/quota/", organisations.fee, name="fee"),
    path("organizzazione/posti/", organisations.grants, name="grants"),
    path("organizzazione/posti/<int:pk>/", organisations.grant, name="grant"),
    path("letture/", views.readings, name="readings"),
    path("letture/<int:pk>/", views.reading, name="reading"),
    path("letture/<int:pk>/conflitto/", views.conflict, name="conflict"),
    path("letture/<int:pk>/file/<int:number>/", views.reading_file, name="reading_file"),
    path("edizioni/<str:code>/", views.detail, name="detail"),
    path("edizioni/<str:code>/candidatura/", views.apply, name="apply"),
    path("edizioni/<str:code>/candidatura/bozza/", views.autosave, name="autosave"),
    path("edizioni/<str:code>/candidatura/riepilogo/", views.review, name="review"),
    path("edizioni/<str:code>/candidatura/ritira/", views.take_back, name="take_back"),
    path("edizioni/<str:code>/candidatura/file/<uuid:key>/", views.file, name="application_file"),
    path("avvisami/<str:code>/", views.interest, name="interest"),
    path("avvisami/conferma/<str:token>/", views.confirm_interest, name="interest_confirm"),
    path("avvisami/togli/<str:token>/", views.remove_interest, name="interest_remove"),
    path("edizioni/<str:code>/offerta/", views.offer, name="offer"),
    path("edizioni/<str:code>/calendario.ics", views.calendar, name="calendar"),
    path("incontri/<int:pk>/partecipa/", views.join, name="join"),
    path("la-mia-pagina/calendario/", views.feed_page, name="feed_page"),
    path("sede/<slug:slug>/", views.room, name="room"),
]

# Fixed for ever: it stands in people's calendars. Whatever is typed after /calendari/ is answered here.
public_urlpatterns = [path("calendari/<path:file>", views.feed, name="calendar_feed")]
