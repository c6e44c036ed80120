"""The read-only API: the public catalogue, and one's own enrolments with their progress."""

from django.http import Http404
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from assessment.summary import results_of
from curriculum.models import Course
from curriculum.outline import course_outline
from lms.api import serializers
from lms.attendance.summary import attendance_of
from lms.cohorts.choices import OVER
from lms.cohorts.models import Cohort, Enrolment
from lms.progress.summary import progress_of

LANGUAGE = OpenApiParameter("lang", str, enum=["it", "en"], description="Language of the texts.")


@extend_schema_view(
    list=extend_schema(
        summary="The published courses", parameters=[LANGUAGE], auth=[], operation_id="courses"
    ),
    retrieve=extend_schema(
        summary="One course with its outcomes, modules and open cohorts",
        parameters=[LANGUAGE],
        responses=serializers.CourseDetailSerializer,
        auth=[],
        operation_id="course",
    ),
)
class CourseViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Courses whose page is live and public. Bodies of lessons are not given: they are read in a cohort."""

    permission_classes = [AllowAny]
    serializer_class = serializers.CourseSerializer
    lookup_field = "code"
    lookup_value_regex = r"[A-Z][A-Z0-9-]{2,29}"
    queryset = Course.objects.none()

    def get_queryset(self):
        language = "en" if self.request.query_params.get("lang") == "en" else "it"
        return (
            Course.objects.live()
            .public()
            .filter(locale__language_code=language)
            .select_related("locale")
            .order_by("code")
        )

    def retrieve(self, request, *args, **kwargs):
        course = self.get_object()
        cohorts = (
            Cohort.objects.public()
            .filter(course__translation_key=course.translation_key)
            .order_by("starts_on")
        )
        modules = course_outline(course).modules
        open_cohorts = [cohort for cohort in cohorts if cohort.phase not in OVER]
        data = serializers.CourseSerializer(course).data
        data["outcomes"] = [
            {"key": block.value["key"], "text": block.value["text"]} for block in course.outcomes
        ]
        data["modules"] = serializers.ModuleSerializer(modules, many=True).data
        data["cohorts"] = serializers.OpenCohortSerializer(open_cohorts, many=True).data
        return Response(data)


@method_decorator(never_cache, name="dispatch")
@extend_schema_view(
    list=extend_schema(summary="My enrolments", operation_id="my_enrolments"),
    retrieve=extend_schema(summary="One of my enrolments", operation_id="my_enrolment"),
)
class EnrolmentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """The enrolments of whoever asks; anybody else's answer like ones that do not exist."""

    serializer_class = serializers.EnrolmentSerializer
    lookup_field = "code"
    lookup_value_regex = r"[A-Z][A-Z0-9-]{2,49}"
    queryset = Enrolment.objects.none()

    def get_queryset(self):
        # Staff read other people's figures in the reports, with their log; here everyone has their own.
        return (
            Enrolment.objects.filter(user_id=self.request.user.pk)
            .select_related("cohort__course")
            .order_by("-cohort__starts_on", "code")
        )

    @extend_schema(
        summary="Where I stand: lessons, attendance, assessments",
        responses=serializers.ProgressSerializer,
        operation_id="my_progress",
    )
    @action(detail=True)
    def progress(self, request, code=None):
        enrolment = self.get_queryset().filter(code=code).first()
        if enrolment is None:
            raise Http404
        return Response(
            serializers.ProgressSerializer(
                {
                    "enrolment": enrolment.code,
                    "lessons": progress_of(enrolment),
                    "attendance": attendance_of(enrolment),
                    "assessments": results_of(enrolment),
                }
            ).data
        )


class DocumentationView(TemplateView):
    """The schema, readable without JavaScript and without anybody else's server."""

    template_name = "api/docs.html"

    def get_context_data(self, **kwargs):
        from drf_spectacular.generators import SchemaGenerator

        schema = SchemaGenerator(api_version="1").get_schema(request=None, public=True)
        operations = [
            {
                "path": path,
                "method": method.upper(),
                "summary": operation.get("summary", ""),
                "public": operation.get("security") == [{}] or not operation.get("security"),
                "parameters": operation.get("parameters", []),
                "fields": _fields(operation, schema),
            }
            for path, methods in sorted(schema["paths"].items())
            for method, operation in methods.items()
        ]
        return super().get_context_data(operations=operations, info=schema["info"], **kwargs)


def _fields(operation: dict, schema: dict) -> list[dict]:
    """Name, type and note of each field of the answer; those of nested objects are indented by dots."""
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return list(_walk(answer, schema, ""))


def _walk(node: dict, schema: dict, prefix: str):
    while "$ref" in node:
        node = schema["components"]["schemas"][node["$ref"].rpartition("/")[2]]
    if node.get("type") == "array":
        yield from _walk(node["items"], schema, f"{prefix}[].")
        return
    for name, child in node.get("properties", {}).items():
        kind = child.get("type") or "object"
        kind = " | ".join(kind) if isinstance(kind, list) else kind
        yield {"name": f"{prefix}{name}", "type": kind, "note": child.get("description", "")}
        yield from _walk(child, schema, f"{prefix}{name}.")
