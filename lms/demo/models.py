"""What the demo made, so that it can be removed: one row per object, nothing in the domain's models."""

from django.contrib.contenttypes.models import ContentType
from django.db import models


class DemoObject(models.Model):
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"], name="an_object_is_marked_demo_once"
            )
        ]

    def __str__(self):
        return f"{self.content_type} {self.object_id}"
