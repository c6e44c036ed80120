"""The security headers that Django 5.2 does not set yet.

Reads Django 6's `SECURE_CSP` setting names; with Django 6 this file goes and its middleware takes over.
"""

import secrets

from django.conf import settings


class ContentSecurityPolicyMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.csp_nonce = secrets.token_urlsafe(18)
        response = self.get_response(request)
        if "Content-Security-Policy" not in response:
            lax = request.path.startswith("/admin/")
            policy = settings.ADMIN_CSP if lax else settings.SECURE_CSP
            response["Content-Security-Policy"] = "; ".join(
                f"{name} {' '.join(values)}" for name, values in policy.items()
            ).replace("'nonce'", f"'nonce-{request.csp_nonce}'")
        response.setdefault(
            "Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=()"
        )
        return response
