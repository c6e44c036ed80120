from collections import defaultdict

import django.core.validators
from django.db import migrations, models


def codes_of_old(apps, schema_editor):
    """Every course that there is bears its code; two courses with one code stop the migration, by name."""
    borne = defaultdict(lambda: defaultdict(list))
    for page in apps.get_model("curriculum", "Course").objects.order_by("pk"):
        borne[page.code][page.translation_key].append(page)
    by_key = defaultdict(set)
    for code, keys in borne.items():
        if len(keys) > 1:
            pages = ", ".join(f"“{page.title}” (page {page.pk})" for rows in keys.values() for page in rows)
            raise ValueError(
                f"The code {code} belongs to more than one course: {pages}. Go back to the version before, give "
                "each course a code of its own, publish, and migrate again."
            )
        for key in keys:
            by_key[key].add(code)
    for key, codes in by_key.items():
        if len(codes) > 1:
            raise ValueError(
                f"One course has several codes in its languages: {', '.join(sorted(codes))}. Go back to the "
                "version before, give it the same code in every language, publish, and migrate again."
            )
    CourseCode = apps.get_model("curriculum", "CourseCode")
    CourseCode.objects.bulk_create(
        CourseCode(code=codes.pop(), translation_key=key) for key, codes in by_key.items()
    )


class Migration(migrations.Migration):
    dependencies = [("curriculum", "0009_catalogue_pages")]

    operations = [
        migrations.CreateModel(
            name="CourseCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=30,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z][A-Z0-9-]{2,29}$", "Capital letters, digits and hyphens."
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("translation_key", models.UUIDField(unique=True, verbose_name="course")),
            ],
            options={"verbose_name": "course code", "verbose_name_plural": "course codes"},
        ),
        migrations.RunPython(codes_of_old, migrations.RunPython.noop),
    ]
