"""The addresses of the platform with those that only DEBUG adds."""

from django.urls import path

from lms.core import views
from lms.urls import urlpatterns as platform

urlpatterns = [
    path("styleguide/", views.styleguide, name="styleguide"),
    path("styleguide/lesson/", views.styleguide_lesson, name="styleguide_lesson"),
    *platform,
]
