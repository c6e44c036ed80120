from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage

# What the editor and the API's pages bring along: large, and seen by few.
BEHIND_THE_SCENES = ("wagtail", "drf_spectacular_sidecar/", "rest_framework/", "admin/", "debug_")


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Names with a hash of the content, so that browsers may keep files for ever.

    Compressing everything takes 16 s of CPU: a deployment does it (`STATIC_COMPRESS=all`); otherwise
    only what readers load is compressed, which takes one.
    """

    manifest_strict = False

    def compress_files(self, paths):
        if settings.STATIC_COMPRESS != "all":
            paths = {path for path in paths if not path.startswith(BEHIND_THE_SCENES)}
        return super().compress_files(paths)
