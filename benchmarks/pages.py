"""CPU time and queries of the pages that people open most, anonymous and signed in."""

from django.utils import translation

from benchmarks.bench import Bench
from certificates.models import Certificate
from lms.accounts.models import User
from lms.cohorts.models import Cohort
from lms.cohorts.outline import cohort_syllabus

COHORT = "MC-CODESIGN-2026-2"


def run(bench: Bench) -> None:
    cohort = Cohort.objects.get(code=COHORT)
    learner = cohort.enrolments.active().order_by("code").first().user
    teacher = User.objects.get(email="docente@cohub.example")
    with translation.override("it"):
        lesson_url = cohort_syllabus(cohort).lessons[0].url
    session = cohort.sessions.filter(sheet__isnull=False).order_by("starts_at").first()
    certificate = Certificate.objects.produced().valid().first()
    for user in (None, learner):
        bench.page("home", "/it/", user=user)
        bench.page("catalogue", "/it/master-civici/", user=user)
        bench.page("course", "/it/master-civici/co-design/", user=user)
    bench.page("cohort", f"/it/edizioni/{COHORT}/")
    bench.page("lesson", lesson_url, user=learner)
    bench.page("my page", "/it/la-mia-pagina/", user=learner)
    bench.page("my page of a teacher", "/it/la-mia-pagina/", user=teacher)
    bench.page(
        "register", f"/it/edizioni/{COHORT}/incontri/{session.number}/registro/", user=teacher
    )
    bench.page("verification", f"/v/{certificate.code}/")
    bench.page("API, courses", "/api/v1/courses/")
