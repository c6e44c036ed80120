"""System checks: what this machine lacks for the platform to be whole."""

import ctypes
from functools import lru_cache

from django.core.checks import Tags, Warning, register
from django.utils.translation import gettext_lazy as _

PDF_LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")


@lru_cache
def missing_pdf_libraries() -> tuple[str, ...]:
    """The shared libraries without which no PDF is drawn; pages that need one ask here."""
    missing = []
    for name in PDF_LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(name)
    return tuple(missing)


@register(Tags.compatibility)
def pdf_libraries(app_configs, **kwargs):
    missing = missing_pdf_libraries()
    if not missing:
        return []
    return [
        Warning(
            _("PDF certificates are off: %(libraries)s cannot be loaded.")
            % {"libraries": ", ".join(missing)},
            hint="apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
            id="core.W001",
        )
    ]
