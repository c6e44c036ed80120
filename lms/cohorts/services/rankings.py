"""Making a ranking: everything it is computed from goes into the audit log, with the hash of what came out."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.models import Cohort, Ranking
from lms.cohorts.services.readings import new_seed
from lms.cohorts.services.rubrics import held_selection
from lms.cohorts.summary.rankings import ACTION, digest, ranking_data, ranking_inputs
from lms.core.errors import DomainError


def make_ranking(
    *,
    cohort: Cohort,
    by: User | None,
    leave_out_unread: bool = False,
    seed: int | None = None,
    at: datetime | None = None,
) -> Ranking:
    """Put in order the applications that wait for a decision; the ranking before it stays and is superseded.

    Refused with `readings_open` while readings are missing, unless those applications are left out on
    purpose, and with `nothing_to_rank`. `seed` decides what nothing else does (`summary.ranking`).
    """
    at = at or timezone.now()
    with transaction.atomic():
        cohort = held_selection(cohort).cohort
        inputs = ranking_inputs(cohort, seed=new_seed() if seed is None else seed)
        missing = len(inputs["left_out"])
        if missing and not leave_out_unread:
            raise DomainError(
                ngettext(
                    "%(number)s application has not been read by everybody yet: wait, or leave it out.",
                    "%(number)s applications have not been read by everybody yet: wait, or leave them out.",
                    missing,
                )
                % {"number": missing},
                "readings_open",
            )
        if not inputs["applications"]:
            raise DomainError(
                _("No application waits for a decision with its readings done."), "nothing_to_rank"
            )
        data = ranking_data(inputs)
        last = cohort.rankings.aggregate(last=Max("number"))["last"] or 0
        ranking = Ranking.objects.create(
            cohort=cohort,
            number=last + 1,
            made_at=at,
            by=by,
            seed=inputs["seed"],
            data=data,
            sha256=digest(data),
        )
        entry = {"number": ranking.number, "sha256": ranking.sha256, "inputs": inputs}
        log(cohort, ACTION, user=by, data=entry)
    return ranking
