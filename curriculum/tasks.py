from django_tasks import task
from wagtail.models import Page

from curriculum import pictures, services
from curriculum.services import aliases, translations
from curriculum.services.translation_jobs import run_translation_job


@task
def copy_tree(job_id: int) -> str:
    return services.run_duplication(job_id=job_id).status


@task
def work_on_translations(job_id: int) -> int:
    return run_translation_job(job_id=job_id).done


@task
def follow_italian(page_id: int) -> None:
    """After a publication: make the English page that is missing, tell the translation what is new."""
    page = Page.objects.filter(pk=page_id).first()
    if page:
        translations.follow_italian(page=page)


@task
def follow_order(page_id: int) -> None:
    parent = Page.objects.filter(pk=page_id).first()
    if parent:
        aliases.order_like_italian(parent=parent)


@task
def draw_picture(page_id: int) -> str:
    """May run twice: the name of what is drawn is its hash."""
    return pictures.store_picture(page_id)
