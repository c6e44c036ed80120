from django.db import migrations

TASK_NAME = "Revisione del comitato"


def turn_into(apps, old: tuple[str, str], new: tuple[str, str]) -> None:
    """The same task of another kind: its row, and with it the history of what was reviewed, stays."""
    found = apps.get_model(*old).objects.filter(name=TASK_NAME).first()
    if found is None:
        return
    # By hand: post_migrate has not run.
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=new[0], model=new[1].lower()
    )
    task = apps.get_model(*new)(
        task_ptr_id=found.task_ptr_id,
        name=found.name,
        active=found.active,
        content_type=content_type,
    )
    task.save()
    task.groups.set(found.groups.all())
    found.groups.clear()
    found.delete(keep_parents=True)


STOCK, OURS = ("wagtailcore", "GroupApprovalTask"), ("curriculum", "CommitteeReview")


def to_ours(apps, schema_editor):
    turn_into(apps, STOCK, OURS)


def to_stock(apps, schema_editor):
    turn_into(apps, OURS, STOCK)


class Migration(migrations.Migration):
    # Apart from the table's own migration: PostgreSQL drops no table with rows still being written.
    dependencies = [("curriculum", "0004_committee_review")]

    operations = [migrations.RunPython(to_ours, to_stock)]
