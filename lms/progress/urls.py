from django.urls import path

from lms.progress import views

app_name = "progress"
urlpatterns = [
    path("edizioni/<str:code>/lezioni/<int:lesson_id>-<slug:slug>/", views.lesson, name="lesson"),
]
