"""Wagtail: what it may do here, and what it may not ask of the world outside."""

WAGTAIL_SITE_NAME = "Cohub Milano"
WAGTAILIMAGES_IMAGE_MODEL = "cms.HubImage"
WAGTAILDOCS_DOCUMENT_MODEL = "cms.HubDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "odt", "xlsx", "ods", "pptx", "odp", "txt", "csv", "vtt",
                          "webm", "mp4", "mp3", "zip"]  # fmt: skip
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_FINISH_WORKFLOW_ACTION = "curriculum.publishing.publish_reviewed"
# Who reviews is told by curriculum.services.letters.
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
