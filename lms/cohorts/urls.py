from django.urls import path

from lms.cohorts import views

app_name = "cohorts"
urlpatterns = [
    path("edizioni/<str:code>/", views.detail, name="detail"),
    path("edizioni/<str:code>/candidatura/", views.apply, name="apply"),
    path("edizioni/<str:code>/calendario.ics", views.calendar, name="calendar"),
]
