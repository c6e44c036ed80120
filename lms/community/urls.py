from django.urls import path

from lms.community import views

app_name = "community"

BOARD = "edizioni/<str:code>/avvisi/"

urlpatterns = [
    path("profilo/notifiche/", views.preferences, name="preferences"),
    path("notifiche/<str:token>/", views.stop, name="stop"),
    path(BOARD, views.announcements, name="announcements"),
    path(f"{BOARD}letti/", views.mark_read, name="mark_read"),
    path(f"{BOARD}nuovo/", views.write, name="write"),
    path(f"{BOARD}<int:pk>/", views.edit, name="edit"),
    path(f"{BOARD}<int:pk>/in-evidenza/", views.pin, name="pin"),
    path(f"{BOARD}<int:pk>/ritira/", views.take_down, name="take_down"),
    path(f"{BOARD}<int:pk>/elimina/", views.discard, name="discard"),
]
