"""What the hub's tables hold about a person: requests to the sportello, found by e-mail address."""

from django.utils.translation import gettext_lazy as _

from cms.models import HelpRequest, HubDocument, HubImage
from cms.services import erase_help_requests
from lms.core.registries import PersonalData


def export_help_requests(user) -> list[dict]:
    """The person's requests and their answers, the oldest first."""
    return [
        {
            "sent_at": request.consented_at.isoformat(),
            "topic": request.topic,
            "name": request.name,
            "email": request.email,
            "message": request.message,
            "consent_version": request.consent_version,
            "status": request.status,
            "answer": request.answer,
            "answered_at": request.answered_at.isoformat() if request.answered_at else None,
        }
        for request in HelpRequest.objects.of_address(user.email).order_by("pk")
    ]


def erase_for(user) -> int:
    return erase_help_requests(requests=HelpRequest.objects.of_address(user.email))


HELP_REQUESTS = PersonalData("cms.HelpRequest", export_help_requests, erase_for)


def _uploads_of(model) -> PersonalData:
    """Files belong to the house; that a person put them there goes with the person."""

    def export(user) -> list[dict]:
        rows = model.objects.filter(uploaded_by_user=user)
        return [{"title": row.title, "uploaded_at": row.created_at.isoformat()} for row in rows]

    def erase(user) -> int:
        return model.objects.filter(uploaded_by_user=user).update(uploaded_by_user=None)

    return PersonalData(model._meta.label, export, erase, kept=_("The files stay, without a name."))


UPLOADS = [_uploads_of(HubImage), _uploads_of(HubDocument)]
