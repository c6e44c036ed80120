"""How the API speaks of refusals: `DomainError` becomes 409 with its code."""

from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from lms.core.errors import DomainError


def exception_handler(error, context):
    if isinstance(error, DomainError):
        return Response({"code": error.code, "detail": str(error)}, status=409)
    return drf_exception_handler(error, context)
