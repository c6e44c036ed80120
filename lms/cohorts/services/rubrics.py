"""The rules of a selection and its rubric: written before anybody reads, then fixed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.models import Cohort, Criterion, Selection
from lms.core.errors import DomainError

RULES = ("third_over", "show_files", "offer_hours", "offer_days")
# What decides how applications are judged is fixed with the first reading; what concerns offers is not.
JUDGING_RULES = ("third_over", "show_files")


def set_selection_rules(*, cohort: Cohort, by: User | None, **rules: Any) -> Selection:
    """Set some of `RULES`; the same again changes nothing. Refused with `rubric_frozen` (`JUDGING_RULES`)."""
    unknown = set(rules) - set(RULES)
    if unknown:
        raise TypeError(f"No such rules: {unknown}")
    with transaction.atomic():
        selection = held_selection(cohort)
        changed = {
            name: value for name, value in rules.items() if getattr(selection, name) != value
        }
        if set(changed) & set(JUDGING_RULES):
            _refuse_frozen(selection)
        if changed:
            for name, value in changed.items():
                setattr(selection, name, value)
            selection.save()
            log(cohort, "cohorts.set_selection_rules", user=by, data=changed)
    return selection


def save_criterion(
    *,
    cohort: Cohort,
    titles: Mapping[str, str],
    weight: int,
    levels: Sequence[Mapping[str, str]],
    by: User | None,
    criterion: Criterion | None = None,
) -> Criterion:
    """Add a criterion at the end of the rubric, or change one; refused with `rubric_frozen`, `few_levels`."""
    if len(levels) < 2:
        raise DomainError(_("A criterion has at least two levels: 0 and 1 points."), "few_levels")
    with transaction.atomic():
        _refuse_frozen(held_selection(cohort))
        if criterion is None:
            last = cohort.criteria.aggregate(last=Max("position"))["last"] or 0
            criterion = Criterion(cohort=cohort, position=last + 1)
        criterion.titles, criterion.weight = dict(titles), weight
        criterion.levels = [dict(level) for level in levels]
        criterion.save()
        data = {
            "criterion": criterion.pk,
            "titles": criterion.titles,
            "weight": weight,
            "levels": criterion.levels,
        }
        log(cohort, "cohorts.save_criterion", user=by, data=data)
    return criterion


def remove_criterion(*, criterion: Criterion, by: User | None) -> None:
    """Take a criterion out; those after it move up. Again changes nothing; refused with `rubric_frozen`."""
    with transaction.atomic():
        cohort = criterion.cohort
        _refuse_frozen(held_selection(cohort))
        if not cohort.criteria.filter(pk=criterion.pk).exists():
            return
        data = {"criterion": criterion.pk, "titles": criterion.titles}
        Criterion.objects.filter(pk=criterion.pk).delete()
        _renumber(cohort, list(cohort.criteria.order_by("position")))
        log(cohort, "cohorts.remove_criterion", user=by, data=data)


def raise_criterion(*, criterion: Criterion, by: User | None) -> None:
    """Move a criterion one place up: the first one decides between equal totals. Refused with `rubric_frozen`."""
    with transaction.atomic():
        cohort = criterion.cohort
        _refuse_frozen(held_selection(cohort))
        rows = list(cohort.criteria.order_by("position"))
        at = next((n for n, row in enumerate(rows) if row.pk == criterion.pk), 0)
        if at:
            rows[at - 1], rows[at] = rows[at], rows[at - 1]
            _renumber(cohort, rows)
            order = [row.pk for row in rows]
            log(cohort, "cohorts.order_criteria", user=by, data={"criteria": order})


def copy_rubric(*, cohort: Cohort, source: Cohort, by: User | None) -> list[Criterion]:
    """Take over another cohort's criteria and rules of judging in place of one's own.

    Refused with `rubric_frozen`, and `rubric_empty` when there is nothing to copy.
    """
    with transaction.atomic():
        selection = held_selection(cohort)
        _refuse_frozen(selection)
        rows = list(source.criteria.order_by("position"))
        if not rows or source.pk == cohort.pk:
            raise DomainError(
                _("%(code)s has no rubric to copy.") % {"code": source.code}, "rubric_empty"
            )
        cohort.criteria.all().delete()
        copies = Criterion.objects.bulk_create(
            Criterion(
                cohort=cohort, position=n, titles=row.titles, weight=row.weight, levels=row.levels
            )
            for n, row in enumerate(rows, start=1)
        )
        theirs = Selection.objects.filter(cohort=source).first()
        selection.third_over = theirs.third_over if theirs else selection.third_over
        selection.save()
        log(cohort, "cohorts.copy_rubric", user=by, data={"from": source.code})
    return copies


def held_selection(cohort: Cohort) -> Selection:
    """The cohort's rules of selection, made if there are none; its `cohort` as it stands now, held from here on."""
    held = Cohort.objects.select_for_update().get(pk=cohort.pk)
    selection = Selection.objects.get_or_create(cohort=held)[0]
    selection.cohort = held
    return selection


def _refuse_frozen(selection: Selection) -> None:
    if selection.frozen_at:
        raise DomainError(
            _("Somebody has handed in a reading: the rubric is fixed, the same for everybody."),
            "rubric_frozen",
        )


def _renumber(cohort: Cohort, rows: list[Criterion]) -> None:
    """In two steps: a position is taken once at any moment."""
    for step in (1000, 0):
        for position, row in enumerate(rows, start=1):
            Criterion.objects.filter(pk=row.pk).update(position=position + step)
