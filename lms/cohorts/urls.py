from django.urls import path

from lms.cohorts import views

app_name = "cohorts"
urlpatterns = [
    path("edizioni/<str:code>/", views.detail, name="detail"),
    path("edizioni/<str:code>/candidatura/", views.apply, name="apply"),
    path("edizioni/<str:code>/candidatura/bozza/", views.autosave, name="autosave"),
    path("edizioni/<str:code>/candidatura/riepilogo/", views.review, name="review"),
    path("edizioni/<str:code>/candidatura/ritira/", views.take_back, name="take_back"),
    path("edizioni/<str:code>/candidatura/file/<uuid:key>/", views.file, name="application_file"),
    path("avvisami/<str:code>/", views.interest, name="interest"),
    path("avvisami/conferma/<str:token>/", views.confirm_interest, name="interest_confirm"),
    path("avvisami/togli/<str:token>/", views.remove_interest, name="interest_remove"),
    path("edizioni/<str:code>/calendario.ics", views.calendar, name="calendar"),
]
