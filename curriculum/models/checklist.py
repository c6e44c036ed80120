"""The committee's checklist: what is asked, which answers let a page through, and the form that asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curriculum.choices import Answer, ReviewItem
from lms.core.errors import DomainError

REMARK_LENGTH = 1000
Checklist = dict[str, dict[str, str]]


def plain(text: str) -> str:
    """`text` without what no database keeps: null characters and halves of signs, which JSON may hold."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode().strip()


def as_kept(checklist: Any) -> Checklist:
    """The checklist as it is kept: `{item: {"answer": …, "remark": …}}`, known items and answers only.

    DomainError `bad_checklist` for anything else: the editor hands over JSON that nobody has looked at.
    """
    kept: Checklist = {}
    if checklist and not isinstance(checklist, dict):
        raise _unreadable()
    for item, row in (checklist or {}).items():
        answer, remark = (
            (row.get("answer", ""), row.get("remark", ""))
            if isinstance(row, dict)
            else (None, None)
        )
        if item not in ReviewItem.values or answer not in ("", *Answer.values):
            raise _unreadable()
        if not isinstance(remark, str) or len(remark) > REMARK_LENGTH:
            raise _unreadable()
        remark = plain(remark)
        if answer or remark:
            kept[item] = {"answer": answer, "remark": remark}
    return kept


def _unreadable() -> DomainError:
    return DomainError(_("The checklist cannot be read: fill it in again."), "bad_checklist")


def refuse_unfit(action: str, checklist: Checklist, comment: str) -> None:
    """DomainError for a decision that may not be kept.

    Approving asks for an answer to every item and for no “no”; asking for changes asks for a comment.
    """
    answers = {item: row["answer"] for item, row in checklist.items()}
    if action == "approve":
        if any(not answers.get(item) for item in ReviewItem.values):
            raise DomainError(_("To approve, answer every item of the checklist."), "unanswered")
        if Answer.NO in answers.values():
            raise DomainError(
                _("With a “no” in the checklist the page goes back: request changes."),
                "answered_no",
            )
    elif not comment.strip():
        raise DomainError(_("Say in a comment what should change."), "no_comment")


class DecisionForm(forms.Form):
    """Asks for the checklist; its clean data are what `CommitteeReview.on_action` takes, as plain JSON."""

    action = ""
    # The version that the member has read: another one may have been sent since.
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for item in ReviewItem:
            self.fields[item.value] = forms.ChoiceField(
                label=item.label,
                choices=Answer.choices,
                widget=forms.RadioSelect,
                required=self.action == "approve",
            )
            self.fields[f"{item.value}_remark"] = forms.CharField(
                label=_("Remark: %(item)s") % {"item": item.label},
                max_length=REMARK_LENGTH,
                required=False,
                widget=forms.TextInput,
            )
        self.fields["comment"] = forms.CharField(
            label=_("Comment for the author"),
            required=self.action != "approve",
            widget=forms.Textarea(attrs={"rows": 4}),
        )

    def rows(self):
        """(question, remark) pairs of bound fields, for the template."""
        return [(self[item.value], self[f"{item.value}_remark"]) for item in ReviewItem]

    def clean(self):
        data = super().clean()
        checklist = {
            item.value: {
                "answer": data.get(item.value, ""),
                "remark": data.get(f"{item.value}_remark", ""),
            }
            for item in ReviewItem
        }
        if self.action == "approve":
            for item, row in checklist.items():
                if row["answer"] == Answer.NO:
                    self.add_error(item, _("With “no” here, request changes instead."))
        return {
            "comment": data.get("comment", ""),
            "checklist": as_kept(checklist) if not self.errors else {},
            "version": data.get("version"),
        }


class ApprovalForm(DecisionForm):
    action = "approve"
    heading = gettext_lazy("Approve")


class ChangesForm(DecisionForm):
    action = "reject"
    heading = gettext_lazy("Request changes")
