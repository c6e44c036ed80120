from django_tasks import task

from cms import services
from cms.models import HubImage


@task
def make_picture_sizes(image_id: int) -> int:
    image = HubImage.objects.filter(pk=image_id).first()
    return services.make_picture_sizes(image=image) if image else 0
