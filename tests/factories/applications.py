"""Forms of application, drafts, files."""

from lms.cohorts import services
from lms.cohorts.choices import QuestionKind
from lms.cohorts.models import AdmissionForm, Application, ApplicationQuestion, Cohort
from tests.factories import people
from tests.factories.attachments import pdf, upload


def question(
    of: Cohort, kind: str = QuestionKind.SHORT_TEXT, label: str = "Che cosa fai?", **fields
) -> ApplicationQuestion:
    words = {"labels": {"it": label, "en": f"{label} (en)"}}
    if kind in ("one", "several"):
        words["options"] = [{"it": "Sera", "en": "Evening"}, {"it": "Mattina", "en": "Morning"}]
    return services.add_question(cohort=of, kind=kind, by=None, **words | fields)


def parts(of: Cohort, **fields) -> AdmissionForm:
    form, _made = AdmissionForm.objects.update_or_create(cohort=of, defaults=fields)
    return form


def draft(of: Cohort, user=None, revision: int = 0, **values) -> Application:
    values = {"motivation": "Una portineria."} | values
    return services.save_draft(
        cohort=of, user=user or people.person(), values=values, revision=revision
    )


def cv(of: Application, content: bytes | None = None, name: str = "cv.pdf"):
    return services.attach_file(application=of, question=None, file=upload(content or pdf(), name))
