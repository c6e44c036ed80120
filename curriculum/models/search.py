from django.db import models
from wagtail.models import Page


class SearchText(models.Model):
    """The words by which a published course or programme is found, written when it is published.

    Kept beside the page: found at once, without a worker, and nothing of a draft is in it. Words are folded
    (no accents, no capitals, one space before each), so that " citta" is a beginning on every database.
    """

    page = models.OneToOneField(
        Page, on_delete=models.CASCADE, primary_key=True, related_name="search_words"
    )
    language = models.CharField(max_length=2, db_index=True)
    heading = models.TextField()  # titles and subject
    lead = models.TextField()  # what it is about: summary, outcomes
    rest = models.TextField()  # modules and lessons by title, introduction, questions

    def __str__(self):
        return f"{self.page_id} ({self.language})"
