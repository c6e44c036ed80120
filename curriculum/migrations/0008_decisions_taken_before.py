from django.db import migrations

DECIDED = ["approved", "rejected"]


def content_type(apps, app_label, model):
    # By hand: post_migrate has not run.
    return apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )[0]


def to_ours(apps, schema_editor):
    """What was submitted before keeps working: the same rows, with the version that was read."""
    decisions = apps.get_model("curriculum", "CommitteeDecision")
    states = apps.get_model("wagtailcore", "TaskState").objects.filter(
        task__in=apps.get_model("curriculum", "CommitteeReview").objects.values("pk")
    )
    for state in states.exclude(pk__in=decisions.objects.values("pk")).iterator():
        reviewed = state.revision_id if state.status in DECIDED else None
        # Raw: the parent's row is there, with dates of its own that a save would renew.
        decisions(taskstate_ptr_id=state.pk, checklist={}, reviewed_id=reviewed).save_base(raw=True)
    states.update(content_type=content_type(apps, "curriculum", "committeedecision"))


def to_stock(apps, schema_editor):
    decisions = apps.get_model("curriculum", "CommitteeDecision")
    states = apps.get_model("wagtailcore", "TaskState").objects.filter(
        pk__in=list(decisions.objects.values_list("pk", flat=True))
    )
    states.update(content_type=content_type(apps, "wagtailcore", "taskstate"))
    decisions.objects.all()._raw_delete(schema_editor.connection.alias)


class Migration(migrations.Migration):
    # Apart from the table's own migration: PostgreSQL drops no table with rows still being written.
    dependencies = [("curriculum", "0007_committee_decisions")]

    operations = [migrations.RunPython(to_ours, to_stock)]
