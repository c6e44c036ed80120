from django_tasks import task

from lms.cohorts import services


@task
def read_roster(roster_id: int) -> str:
    return services.read_roster(roster_id=roster_id).status


@task
def commit_roster(roster_id: int) -> str:
    return services.run_commit(roster_id=roster_id).status
