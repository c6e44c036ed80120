"""The composition root: every address of the platform."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from certificates import urls as certificates_urls
from cms import views as cms_views
from curriculum import urls as curriculum_urls
from lms.accounts import urls as accounts_urls
from lms.cohorts import urls as cohorts_urls
from lms.core import mailbox
from lms.core import views as core_views

urlpatterns = [
    path("", core_views.choose_language, name="choose_language"),
    path("healthz/", core_views.alive, name="alive"),
    path("readyz/", core_views.ready, name="ready"),
    path("sitemap.xml", cms_views.sitemap, name="sitemap"),
    path("robots.txt", cms_views.robots, name="robots"),
    path("media/images/<path:path>", core_views.public_image, name="public_image"),
    path("documenti/", include(wagtaildocs_urls)),
    path("i18n/", include("django.conf.urls.i18n")),
    path("posta/", include(mailbox.urlpatterns)),
    *accounts_urls.admin_urlpatterns,
    path("admin/", include(curriculum_urls.admin_urlpatterns)),
    path("admin/", include(wagtailadmin_urls)),
    path("api/v1/", include("lms.api.urls")),
    *certificates_urls.public_urlpatterns,
    *cohorts_urls.public_urlpatterns,
]

if settings.DEBUG:
    urlpatterns += [
        path("styleguide/", core_views.styleguide, name="styleguide"),
        path("styleguide/lesson/", core_views.styleguide_lesson, name="styleguide_lesson"),
    ]
if "debug_toolbar" in settings.INSTALLED_APPS:
    urlpatterns += [path("__debug__/", include("debug_toolbar.urls"))]

urlpatterns += i18n_patterns(
    path("account/", include("allauth.urls")),
    path("", include(accounts_urls.landing_urlpatterns)),
    path("", include("lms.accounts.urls")),
    path("", include("lms.cohorts.urls")),
    path("", include("lms.attendance.urls")),
    path("", include("lms.progress.urls")),
    path("", include("lms.community.urls")),
    path("", include("lms.dashboard.urls")),
    path("", include("assessment.urls")),
    path("", include("certificates.urls")),
    path("", include("cms.urls")),
    path("", include(accounts_urls.page_login_urlpatterns)),
    path("", include(wagtail_urls)),
)
