"""The scientific committee's review: the workflow on the catalogue."""

from django.contrib.auth.models import Group
from wagtail.models import Page, Workflow, WorkflowPage, WorkflowTask

from curriculum.models import Catalogue, CommitteeReview
from lms.accounts.choices import Role

WORKFLOW_NAME = "Comitato tecnico-scientifico"
TASK_NAME = "Revisione del comitato"


def committee_workflow() -> Workflow:
    """The one workflow of the catalogue; made again where it is missing (a flushed test database)."""
    workflow, _made = Workflow.objects.get_or_create(name=WORKFLOW_NAME)
    task = CommitteeReview.objects.filter(name=TASK_NAME).first()
    if task is None:
        task = CommitteeReview.objects.create(name=TASK_NAME)
    task.groups.add(Group.objects.get_or_create(name=Role.COMMITTEE)[0])
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    return workflow


def attach_workflow(catalogue: Page) -> WorkflowPage:
    """Put a catalogue (each language has its own) under the committee's review; twice is once."""
    attached, _made = WorkflowPage.objects.update_or_create(
        page_id=catalogue.pk, defaults={"workflow": committee_workflow()}
    )
    return attached


def attach_all() -> int:
    """Attach the workflow to every catalogue that has none; the number of catalogues."""
    catalogues = list(Catalogue.objects.all())
    for catalogue in catalogues:
        attach_workflow(catalogue)
    return len(catalogues)
