from django.urls import path

from lms.progress import views

app_name = "progress"

LESSON = "edizioni/<str:code>/lezioni/<int:lesson_id>-<slug:slug>/"

urlpatterns = [
    path("edizioni/<str:code>/lezioni/", views.syllabus, name="syllabus"),
    path(LESSON, views.lesson, name="lesson"),
    path(f"{LESSON}fatta/", views.complete, name="complete"),
    path(f"{LESSON}riapri/", views.reopen, name="reopen"),
    path(f"{LESSON}segnalibro/", views.visit, name="visit"),
    path(f"{LESSON}appunto/", views.note, name="note"),
    path("edizioni/<str:code>/appunti/", views.notes, name="notes"),
]
