from django_tasks import task

from lms.community import services


@task()
def mail_announcement(announcement_id: int) -> int:
    return services.mail_announcement(announcement_id=announcement_id)
