from django_tasks import task

from certificates import services
from certificates.models import Certificate


@task
def produce_certificate(certificate_id: int) -> str:
    certificate = Certificate.objects.get(pk=certificate_id)
    return services.produce(certificate=certificate).sha256


@task
def issue_cohort(job_id: int) -> int:
    return services.run_cohort_job(job_id=job_id).done
