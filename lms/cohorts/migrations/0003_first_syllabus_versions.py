"""Version 1 of the syllabus of every cohort that is open already, from its moment and its hash.

A language that was pinned after the opening left the hash as it was: pins were only ever added, so the
versions of the opening are the first ones, by number, that give the stored hash; the rest is version 2.
"""

import hashlib
import json

from django.db import migrations
from django.utils import timezone


def contents(rows, pins):
    return [
        {
            "module": str(row.module.translation_key),
            "titles": row.module.titles,
            "minutes": row.module.minutes,
            "lesson": str(row.translation_key),
            "required": row.required,
            "pins": {
                pin.locale.language_code: pin.content_hash
                for pin in pins
                if pin.syllabus_lesson_id == row.pk
            },
        }
        for row in rows
    ]


def fingerprint(facts):
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def number_the_syllabus(apps, schema_editor):
    Cohort = apps.get_model("cohorts", "Cohort")
    SyllabusLesson = apps.get_model("cohorts", "SyllabusLesson")
    PinnedLesson = apps.get_model("cohorts", "PinnedLesson")
    SyllabusVersion = apps.get_model("cohorts", "SyllabusVersion")
    PinChange = apps.get_model("cohorts", "PinChange")
    for cohort in Cohort.objects.exclude(opened_at=None).filter(syllabus_versions=None):
        rows = list(
            SyllabusLesson.objects.filter(cohort=cohort)
            .select_related("module")
            .order_by("module__position", "position")
        )
        pins = list(
            PinnedLesson.objects.filter(syllabus_lesson__cohort=cohort)
            .select_related("locale")
            .order_by("pk")
        )
        opening = next(
            (
                number
                for number in range(len(pins), len(rows) - 1, -1)
                if fingerprint(contents(rows, pins[:number])) == cohort.syllabus_hash
            ),
            len(pins),
        )
        SyllabusVersion.objects.create(
            cohort=cohort,
            number=1,
            at=cohort.opened_at,
            by_id=cohort.opened_by_id,
            sha256=cohort.syllabus_hash,
            contents=contents(rows, pins[:opening]),
        )
        if opening == len(pins):
            continue
        facts = contents(rows, pins)
        second = SyllabusVersion.objects.create(
            cohort=cohort, number=2, at=timezone.now(), sha256=fingerprint(facts), contents=facts
        )
        PinChange.objects.bulk_create(
            PinChange(version=second, pin=pin, new_revision_id=pin.revision_id)
            for pin in pins[opening:]
        )
        Cohort.objects.filter(pk=cohort.pk).update(syllabus_hash=second.sha256)


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0002_syllabus_versions")]

    operations = [migrations.RunPython(number_the_syllabus, migrations.RunPython.noop)]
