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
    path(f"{LESSON}prova/", views.check, name="check"),
    path(f"{LESSON}salva/", views.bookmark, name="bookmark"),
    path(f"{LESSON}evidenzia/", views.highlight, name="highlight"),
    path(f"{LESSON}evidenzia/<uuid:key>/", views.change_highlight, name="change_highlight"),
    path(f"{LESSON}corsisti/", views.marking, name="marking"),
    path("edizioni/<str:code>/aperture/", views.release, name="release"),
    path("edizioni/<str:code>/appunti/", views.notes, name="notes"),
    path("edizioni/<str:code>/appunti/scarica.<str:form>", views.take_notes, name="take_notes"),
]
