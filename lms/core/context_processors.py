from django.conf import settings


def platform(request):
    """What every page's frame needs: the nonce of the security policy and the site's address."""
    return {
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "site_url": settings.SITE_URL,
        "mailbox_enabled": settings.MAILBOX_ENABLED,
    }
