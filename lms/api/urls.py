from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny
from rest_framework.routers import DefaultRouter

from lms.api.views import CourseViewSet, DocumentationView, EnrolmentViewSet

router = DefaultRouter()
router.include_format_suffixes = False
router.register("courses", CourseViewSet, basename="course")
router.register("enrolments", EnrolmentViewSet, basename="enrolment")

app_name = "api"
public = {"permission_classes": [AllowAny], "authentication_classes": []}
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(**public), name="schema"),
    path("docs/", DocumentationView.as_view(), name="docs"),
    path("", include(router.urls)),
]
