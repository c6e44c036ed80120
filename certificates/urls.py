"""The learner's pages (under the language's prefix) and, without prefix, the public verification."""

from django.urls import path, re_path

from certificates.views import mine, public

app_name = "certificates"

urlpatterns = [
    path("attestati/", mine.mine, name="mine"),
    path("attestati/<uuid:uuid>/<str:file>", mine.download, name="download"),
]

# Fixed for ever: printed on paper and drawn in QR codes. Whatever is typed after /v/ is answered here.
public_urlpatterns = [
    path("v/", public.verify_form, name="verify_form"),
    path("v/<path:code>/", public.verify, name="verify"),
    re_path(r"^v/(?P<code>.+)$", public.verify),
]
