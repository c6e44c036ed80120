import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("cohorts", "0009_selection"),
    ]

    operations = [
        migrations.AddField(
            model_name="syllabuslesson",
            name="completion",
            field=models.CharField(
                choices=[
                    ("button", "The learner says so with a button"),
                    ("reading", "Reading to the end"),
                    ("checks", "Answering every question of “Try yourself”"),
                    ("reflections", "Writing on every “Think about it”"),
                    ("instructor", "The instructor says so"),
                ],
                default="button",
                max_length=12,
                verbose_name="done by",
            ),
        ),
        migrations.AddField(
            model_name="syllabusmodule",
            name="after_previous",
            field=models.BooleanField(default=False, verbose_name="after the previous module"),
        ),
        migrations.AddField(
            model_name="syllabusmodule",
            name="after_quiz",
            field=models.CharField(blank=True, max_length=80, verbose_name="after the quiz"),
        ),
        migrations.AddField(
            model_name="syllabusmodule",
            name="opens_on",
            field=models.DateField(blank=True, null=True, verbose_name="opens on"),
        ),
        migrations.CreateModel(
            name="ModuleOpening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="module_openings",
                        to="cohorts.enrolment",
                    ),
                ),
                (
                    "module",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="openings",
                        to="cohorts.syllabusmodule",
                    ),
                ),
            ],
            options={
                "verbose_name": "module opened early",
                "verbose_name_plural": "modules opened early",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enrolment", "module"),
                        name="a_module_is_opened_early_once_per_learner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="opening_early_says_why",
                    ),
                ],
            },
        ),
    ]
