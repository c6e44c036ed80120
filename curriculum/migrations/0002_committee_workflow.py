from django.db import migrations

WORKFLOW_NAME = "Comitato tecnico-scientifico"
TASK_NAME = "Revisione del comitato"
DEFAULT_NAMES = ["Moderators approval"]


def make_workflow(apps, schema_editor):
    """The committee's workflow, with its task. The content type by hand: post_migrate has not run."""
    content_types = apps.get_model("contenttypes", "ContentType").objects
    tasks = apps.get_model("wagtailcore", "GroupApprovalTask").objects
    content_type, _made = content_types.get_or_create(
        app_label="wagtailcore", model="groupapprovaltask"
    )
    task = tasks.filter(name=TASK_NAME).first() or tasks.create(
        name=TASK_NAME, content_type=content_type
    )
    group, _made = apps.get_model("auth", "Group").objects.get_or_create(name="committee")
    task.groups.add(group)
    workflow, _made = apps.get_model("wagtailcore", "Workflow").objects.get_or_create(
        name=WORKFLOW_NAME
    )
    apps.get_model("wagtailcore", "WorkflowTask").objects.get_or_create(
        workflow=workflow, task=task, defaults={"sort_order": 0}
    )
    attached = apps.get_model("wagtailcore", "WorkflowPage").objects
    for catalogue in apps.get_model("curriculum", "Catalogue").objects.all():
        attached.update_or_create(page_id=catalogue.pk, defaults={"workflow": workflow})


def remove_default(apps, schema_editor):
    """Wagtail's default workflow asks a group that is gone, for every page of the tree."""
    apps.get_model("wagtailcore", "Workflow").objects.filter(name__in=DEFAULT_NAMES).delete()
    apps.get_model("wagtailcore", "Task").objects.filter(name__in=DEFAULT_NAMES).delete()


def remove_workflow(apps, schema_editor):
    apps.get_model("wagtailcore", "Workflow").objects.filter(name=WORKFLOW_NAME).delete()
    apps.get_model("wagtailcore", "Task").objects.filter(name=TASK_NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("curriculum", "0001_initial"),
        ("accounts", "0003_roles"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.RunPython(remove_default, migrations.RunPython.noop),
        migrations.RunPython(make_workflow, remove_workflow),
    ]
