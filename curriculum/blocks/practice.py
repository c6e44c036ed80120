"""What the reader does: thinks, and tries whether it is clear. Nothing here is graded."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import SMALL_TEXT_FEATURES
from curriculum.blocks.rows import RowsBlock


class ReflectionBlock(blocks.StructBlock):
    """A question to think about; a learner's answer is kept among their notes (`lms.progress`)."""

    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    prompt = blocks.RichTextBlock(label=_("Question to think about"), features=SMALL_TEXT_FEATURES)

    class Meta:
        icon = "help"
        label = _("Think about it")
        template = "blocks/reflection.html"


class AnswerBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Answer"), max_length=300)
    right = blocks.BooleanBlock(label=_("Right"), required=False)
    feedback = blocks.RichTextBlock(
        label=_("Feedback"),
        features=SMALL_TEXT_FEATURES,
        help_text=_("Why it is right, or what was overlooked."),
    )


class CheckBlock(blocks.StructBlock):
    """A question with immediate feedback. Answers are not kept, and not in the page before they are given."""

    question = blocks.RichTextBlock(label=_("Question"), features=SMALL_TEXT_FEATURES)
    several = blocks.BooleanBlock(label=_("Several answers can be chosen"), required=False)
    items = RowsBlock(AnswerBlock(), label=_("Answers"), min_num=2, max_num=8)

    class Meta:
        icon = "tick-inverse"
        label = _("Try yourself")
        label_format = "{question}"
        template = "blocks/check.html"

    def clean(self, value):
        value = super().clean(value)
        right = sum(bool(choice["right"]) for choice in value["items"])
        fits = right == 1 or (right > 1 and value["several"])
        if not fits and not self.is_deferred_validation:
            message = _("Mark one answer as right, or several if several can be chosen.")
            raise blocks.StructBlockValidationError(
                block_errors={"items": ValidationError(message)}
            )
        return value

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        request = context.get("request")
        name = f"v-{context.get('block_id') or 'x'}"
        given = set(request.GET.getlist(name)) if request else set()
        chosen = [str(number) in given for number in range(len(value["items"]))]
        pairs = list(zip(value["items"], chosen, strict=True))
        context |= {
            "name": name,
            "choices": [
                {"number": number, "text": choice["text"], "chosen": picked}
                for number, (choice, picked) in enumerate(pairs)
            ],
            "answered": any(chosen),
            "all_right": all(bool(choice["right"]) == picked for choice, picked in pairs),
            # What was chosen is answered; what is right and was missed is told only as such.
            "answers": [choice for choice, picked in pairs if picked],
            "missed": sum(bool(choice["right"]) and not picked for choice, picked in pairs),
        }
        return context
