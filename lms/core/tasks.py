from django_tasks import task

from lms.core import services


@task
def deliver_mail(mail_id: int) -> bool:
    return services.send_mail_once(mail_id=mail_id)


@task
def deliver_mails(mail_ids: list[int]) -> int:
    return services.send_mails(mail_ids=mail_ids)
