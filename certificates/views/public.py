"""The verification page: for strangers with a QR code. It writes nothing and knows nobody."""

import re

from django.http import HttpRequest, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from certificates.document import hours_in_both, percent
from certificates.forms import CodeForm
from certificates.summary import UNKNOWN, Verification, in_reader_language, verify_code
from lms.core.budget import MINUTE, Budget, too_many

# A wrong code costs what ten right ones do.
HIT, MISS = 1, 10
_BUDGET = Budget("verify", 120)
_NO_CODE = re.compile(r"[^0-9A-Za-z]+")


@require_safe
def verify(request, code):
    """Valid, superseded, revoked or unknown, as a page or (`Accept: application/json`) as JSON."""
    if _BUDGET.spent(request):
        return _too_many(request)
    answer = verify_code(code)
    _BUDGET.spend(request, MISS if answer.state == UNKNOWN else HIT)
    status = 404 if answer.state == UNKNOWN else 200
    if wants_json(request):
        response = JsonResponse(answer.as_json(), status=status)
    else:
        response = render(request, "certificates/verify.html", _context(answer), status=status)
    return _headers(response)


verify.takes_any_text = True  # NullCharacterMiddleware: it answers alike whatever is typed


@require_safe
def verify_form(request):
    """A place to type a code read from paper."""
    if "code" in request.GET:
        form = CodeForm(request.GET)
        if form.is_valid():
            # Whatever is typed must make an address: what is no letter and no digit only separates.
            code = _NO_CODE.sub(" ", form.cleaned_data["code"]).strip()
            return redirect("verify", code=code or "-")
    else:
        form = CodeForm()
    return _headers(render(request, "certificates/verify_form.html", {"form": form}))


def wants_json(request: HttpRequest) -> bool:
    """JSON is preferred to HTML; browsers and readers without a wish get the page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _context(answer: Verification) -> dict:
    facts = answer.facts
    context = {"answer": answer, "certificate": answer.certificate, "facts": facts}
    if answer.state == UNKNOWN:
        context["form"] = CodeForm()
    if answer.state == "valid":
        attendance = facts["attendance"]
        context |= {
            "outcomes": [
                in_reader_language(outcome["text"])
                for outcome in facts["course"].get("outcomes", [])
            ],
            "mode": in_reader_language(facts["cohort"]["mode_label"]),
            "planned": in_reader_language(hours_in_both(attendance["planned"])),
            "attended": in_reader_language(hours_in_both(attendance["attended"])),
            "percent": in_reader_language({c: percent(attendance, c) for c in ("it", "en")}),
        }
    return context


def _headers(response):
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    patch_vary_headers(response, ["Accept", "Accept-Language", "Cookie"])
    return response


def _too_many(request):
    if not wants_json(request):
        return _headers(too_many(request))
    response = JsonResponse({"state": "too_many_requests"}, status=429)
    response["Retry-After"] = str(MINUTE)
    return _headers(response)
