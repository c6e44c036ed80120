"""What the API says; every field is named, none comes by itself."""

from rest_framework import serializers


class LessonSerializer(serializers.Serializer):
    title = serializers.CharField()
    summary = serializers.CharField()
    minutes = serializers.IntegerField(help_text="Estimated minutes of reading.")
    required = serializers.BooleanField(  # type: ignore[assignment]  # a field of that name
        help_text="Counts for the micro-credential."
    )


class ModuleSerializer(serializers.Serializer):
    title = serializers.CharField()
    summary = serializers.CharField()
    minutes = serializers.IntegerField(help_text="Minutes in class.")
    lessons = LessonSerializer(many=True)


class OpenCohortSerializer(serializers.Serializer):
    code = serializers.CharField()
    phase = serializers.CharField(
        help_text="announced, applications, closed, running or finished, today in Europe/Rome."
    )
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    applications_open_on = serializers.DateField()
    applications_close_on = serializers.DateField()
    seats = serializers.IntegerField()
    mode = serializers.CharField()


class CourseSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="The same in every language, such as MC-CODESIGN.")
    language = serializers.CharField(source="locale.language_code")
    title = serializers.CharField()
    summary = serializers.CharField()
    subject = serializers.CharField()
    audience = serializers.ListField(child=serializers.CharField())
    hours_class = serializers.IntegerField()
    hours_project = serializers.IntegerField()
    hours_total = serializers.IntegerField()
    eqf_level = serializers.IntegerField(allow_null=True)
    url = serializers.CharField(source="full_url")


class OutcomeSerializer(serializers.Serializer):
    key = serializers.CharField()
    text = serializers.CharField()


class CourseDetailSerializer(CourseSerializer):
    outcomes = OutcomeSerializer(many=True)
    modules = ModuleSerializer(many=True)
    cohorts = OpenCohortSerializer(many=True)


class EnrolmentSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="The learner's code in the cohort.")
    cohort = serializers.CharField(source="cohort.code")
    course = serializers.CharField(source="cohort.title")
    status = serializers.CharField()
    enrolled_at = serializers.DateTimeField()
    joined_on = serializers.DateField()
    withdrawn_on = serializers.DateField(allow_null=True)
    starts_on = serializers.DateField(source="cohort.starts_on")
    ends_on = serializers.DateField(source="cohort.ends_on")


class ModuleProgressSerializer(serializers.Serializer):
    title = serializers.CharField(source="module.title")
    done = serializers.IntegerField()
    total = serializers.IntegerField()


class LessonsProgressSerializer(serializers.Serializer):
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    required_done = serializers.IntegerField()
    required_total = serializers.IntegerField()
    modules = ModuleProgressSerializer(many=True)


class AttendanceSerializer(serializers.Serializer):
    attended = serializers.IntegerField(help_text="Minutes recognised.")
    delivered = serializers.IntegerField(help_text="Minutes delivered so far.")
    planned = serializers.IntegerField(help_text="Minutes planned in the whole cohort.")
    percent = serializers.CharField(help_text="Two decimals, cut: 82.35.")
    threshold = serializers.IntegerField(help_text="Percent, inclusive.")
    reached = serializers.BooleanField()
    can_miss = serializers.IntegerField(help_text="Minutes still to lose.")


class AssessmentSerializer(serializers.Serializer):
    title = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    pass_mark = serializers.IntegerField()
    best_percent = serializers.IntegerField(allow_null=True)
    passed = serializers.BooleanField()
    attempts_used = serializers.IntegerField()
    attempts_allowed = serializers.IntegerField()


class ProgressSerializer(serializers.Serializer):
    enrolment = serializers.CharField()
    lessons = LessonsProgressSerializer()
    attendance = AttendanceSerializer()
    assessments = AssessmentSerializer(many=True)
