from django_tasks import task

from curriculum import services


@task
def copy_tree(job_id: int) -> str:
    return services.run_duplication(job_id=job_id).status
