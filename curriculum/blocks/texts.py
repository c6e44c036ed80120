"""Blocks of words: headings, tables, terms, notes, and what gives a text its shape."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import SMALL_TEXT_FEATURES
from curriculum.blocks.rows import RowsBlock


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Heading"), max_length=150)
    level = blocks.ChoiceBlock(
        label=_("Level"), choices=[("2", _("Section")), ("3", _("Part of a section"))], default="2"
    )
    anchor = blocks.RegexBlock(
        label=_("Name in addresses"),
        regex=r"^[a-z][a-z0-9-]{0,59}$",
        required=False,
        help_text=_(
            "For links to this point: small letters, figures and hyphens. "
            "Without it, made from the heading."
        ),
    )

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "blocks/heading.html"


class TableBlock(blocks.StructBlock):
    """A table as lines of text: it can be pasted from a spreadsheet, and is translated as a whole."""

    caption = blocks.CharBlock(
        label=_("Caption"), max_length=200, help_text=_("What the table shows.")
    )
    header = blocks.ChoiceBlock(
        label=_("Headers"),
        choices=[
            ("row", _("The first row")),
            ("column", _("The first column")),
            ("both", _("The first row and the first column")),
        ],
        default="row",
    )
    rows = blocks.TextBlock(
        label=_("Rows"),
        rows=6,
        help_text=_(
            "One row on each line, its cells parted by |. Paste from a spreadsheet if you like."
        ),
    )
    source = blocks.CharBlock(label=_("Source"), required=False, max_length=200)

    class Meta:
        icon = "table"
        label = _("Table")
        template = "blocks/table.html"

    def clean(self, value):
        value = super().clean(value)
        rows = table_rows(value["rows"])
        for number, row in enumerate(rows, start=1):
            if len(row) != len(rows[0]):
                message = _("Row %(row)s has %(found)s cells, the first has %(expected)s.") % {
                    "row": number,
                    "found": len(row),
                    "expected": len(rows[0]),
                }
                raise blocks.StructBlockValidationError(
                    block_errors={"rows": ValidationError(message)}
                )
        value["rows"] = table_text(rows)
        return value

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        rows = table_rows(value["rows"])
        header = value["header"]
        context["head"] = rows[0] if rows and header != "column" else []
        context["body"] = rows[1:] if context["head"] else rows
        context["first_is_header"] = header != "row"
        return context


def table_rows(text: str) -> list[list[str]]:
    """The cells of each line that holds anything; `|` or a tab parts them, `\\|` is the sign itself."""
    rows = []
    for line in (text or "").splitlines():
        if line.strip():
            bare = line.replace("\\|", "\0").replace("\t", "|").strip()
            bare = bare.removeprefix("|").removesuffix("|")
            rows.append([cell.strip().replace("\0", "\\|") for cell in bare.split("|")])
    return rows


def table_text(rows: list[list[str]]) -> str:
    """The lines from which `table_rows` makes the same cells: with outer bars where one at the edge is empty."""
    lines = []
    for row in rows:
        line = " | ".join(row)
        lines.append(line if row[0] and row[-1] else f"| {line} |")
    return "\n".join(lines)


class TermBlock(blocks.StructBlock):
    term = blocks.CharBlock(label=_("Term"), max_length=80)
    definition = blocks.RichTextBlock(label=_("Definition"), features=SMALL_TEXT_FEATURES)

    class Meta:
        icon = "openquote"
        label = _("Term")
        template = "blocks/term.html"


class NoteBlock(blocks.StructBlock):
    mark = blocks.RegexBlock(
        label=_("Mark in the text"),
        regex=r"^[a-z0-9-]{1,20}$",
        help_text=_("Write it in the text as [^mark]; the notes are numbered as they are read."),
    )
    text = blocks.RichTextBlock(label=_("Note"), features=["bold", "italic", "link"])

    class Meta:
        icon = "edit"
        label = _("Note")


class NotesBlock(blocks.StructBlock):
    """The footnotes of the lesson: `[^mark]` anywhere in its text leads here and back."""

    items = blocks.ListBlock(NoteBlock(), label=_("Notes"), min_num=1)

    class Meta:
        icon = "list-ol"
        label = _("Footnotes")
        template = "blocks/notes.html"


class TitledTextBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=SMALL_TEXT_FEATURES)


class AccordionBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    items = blocks.ListBlock(TitledTextBlock(), label=_("Parts"), min_num=1)

    class Meta:
        icon = "list-ul"
        label = _("Accordion")
        template = "blocks/accordion.html"


class TimedStepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    time = blocks.CharBlock(
        label=_("Time needed"), required=False, max_length=40, help_text=_("Such as “20 minutes”.")
    )
    text = blocks.RichTextBlock(label=_("Text"), required=False, features=SMALL_TEXT_FEATURES)


class StepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    items = RowsBlock(TimedStepBlock(), label=_("Steps"), min_num=2)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        template = "blocks/steps.html"


class MomentBlock(blocks.StructBlock):
    when = blocks.CharBlock(label=_("When"), max_length=40, help_text=_("Such as “1969” or “May”."))
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), required=False, features=SMALL_TEXT_FEATURES)


class TimelineBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    items = RowsBlock(MomentBlock(), label=_("Moments"), min_num=2)

    class Meta:
        icon = "history"
        label = _("Timeline")
        template = "blocks/timeline.html"


class ComparisonBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    items = RowsBlock(TitledTextBlock(), label=_("Sides"), min_num=2, max_num=3)

    class Meta:
        icon = "duplicate"
        label = _("Side by side")
        template = "blocks/comparison.html"
