"""The picture that other sites show when a course or programme is shared: drawn here once, when it is published.

1200 × 630, from the course's hue and motif and its title (the look: *co-* is two circles). The file's name is a
keyed hash of all that is drawn: it changes with the words, and nobody guesses that of a page not yet published.
"""

from collections.abc import Sequence
from functools import partial
from io import BytesIO

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from curriculum.models import Course, Programme

WIDTH, HEIGHT, MARGIN = 1200, 630, 72
FOLDER = "images/share"  # below `media/images/`, the one folder of media that is open to all
DESIGN = 1  # grows when the drawing changes: the pictures are then drawn anew
PAPER, INK, INK_2, CASA, SOLE = "#fbf8f2", "#1d1b18", "#5a544a", "#0d5c53", "#f2b632"
HUES = {
    "codesign": "#f2b632",
    "community": "#ef7a5a",
    "fundraising": "#4fa778",
    "marketing": "#5b8def",
    "crm": "#a784d9",
}
PICTURED = (Course, Programme)


def picture_name(page: Course | Programme) -> str:
    """The storage name of the picture of `page` as it is; whether the file is there is another question."""
    # The number of the page stands for its language; asking for it would be a query.
    told = "|".join([str(DESIGN), page.title, _playful(page), _hue(page)])
    digest = salted_hmac("curriculum.pictures", told, algorithm="sha256").hexdigest()[:32]
    return f"{FOLDER}/{page.pk}-{digest}.png"


def picture_address(page: Course | Programme) -> str:
    """The picture's path on this site, "" while it has not been drawn; no query."""
    name = picture_name(page)
    return default_storage.url(name) if default_storage.exists(name) else ""


def store_picture(page_id: int) -> str:
    """Draw and store the picture of a live page, once, and clear its older ones; its name, "" if not live."""
    page = Page.objects.get(pk=page_id).specific
    name = picture_name(page) if page.live and isinstance(page, PICTURED) else ""
    if name and not default_storage.exists(name):
        title, above = _words(page)
        default_storage.save(name, ContentFile(draw(title, above, _hue(page))))
    clear_pictures(page_id, but=name)
    return name


def clear_pictures(page_id: int, *, but: str = "") -> int:
    """Remove the stored pictures of a page, other than `but`; how many."""
    try:
        names = default_storage.listdir(FOLDER)[1]
    except FileNotFoundError:
        return 0
    old = [
        f"{FOLDER}/{name}"
        for name in names
        if name.startswith(f"{page_id}-") and f"{FOLDER}/{name}" != but
    ]
    for name in old:
        default_storage.delete(name)
    return len(old)


def _playful(page: Course | Programme) -> str:
    return page.co_title or page.title


def _words(page: Course | Programme) -> tuple[str, str]:
    """Title, and what stands above it."""
    with translation.override(page.locale.language_code):
        kind = _("Master Civico") if isinstance(page, Course) else _("Programme")
    title = _playful(page)
    return title, kind if title.lower() == page.title.lower() else f"{kind} · {page.title}"


def _hue(page: Course | Programme) -> str:
    return page.hue if isinstance(page, Course) else ""


# --- When -------------------------------------------------------------------------------------
def listen() -> None:
    page_published.connect(_published, dispatch_uid="curriculum.pictures.published")
    page_unpublished.connect(_unpublished, dispatch_uid="curriculum.pictures.unpublished")


def _published(sender, instance, **kwargs) -> None:
    from curriculum.tasks import draw_picture

    if issubclass(sender, PICTURED):
        transaction.on_commit(partial(draw_picture.enqueue, instance.pk))


def _unpublished(sender, instance, **kwargs) -> None:
    if issubclass(sender, PICTURED):
        transaction.on_commit(partial(clear_pictures, instance.pk))


# --- Drawing ----------------------------------------------------------------------------------
def draw(title: str, above: str, hue: str) -> bytes:
    """A PNG of 1200 × 630: motif on the right, words on the left. `hue`: of `HUES`, "" for a programme."""
    from PIL import Image, ImageDraw  # only the worker draws: no web request waits for it to load

    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    image.paste(_motif(hue), (0, 0))
    pen = ImageDraw.Draw(image)
    _mark(image)
    pen.text((MARGIN + 92, MARGIN - 2), "Cohub Milano", font=_font("bold", 30), fill=INK)
    lines, size = _fitted(title)
    leading = round(size * 1.06)
    top = HEIGHT - MARGIN - leading * len(lines)
    small = _font("text", 30)
    while small.getlength(above) > 640:
        above = f"{above.rstrip('…')[:-1].rstrip()}…"
    pen.text((MARGIN, top - 54), above, font=small, fill=INK_2)
    for number, line in enumerate(lines):
        _title_line(pen, line, (MARGIN, top + number * leading), size)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _title_line(pen, line: str, place: tuple[int, int], size: int) -> None:
    font = _font("bold", size)
    rest, x = line, place[0]
    if line.lower().startswith("co-"):
        pen.text(place, line[:3], font=font, fill=CASA)
        x, rest = x + round(pen.textlength(line[:3], font=font)), line[3:]
    pen.text((x, place[1]), rest, font=font, fill=INK)


def _fitted(title: str) -> tuple[list[str], int]:
    """The title in at most four lines beside the motif, as large as it fits."""
    room = 640
    for size in (104, 92, 80, 68, 58, 48):
        lines = _lines(title, _font("bold", size), room)
        if len(lines) <= (2 if size > 80 else 4) and all(
            _font("bold", size).getlength(line) <= room for line in lines
        ):
            return lines, size
    shown = [f"{line[:25]}…" if len(line) > 26 else line for line in lines[:4]]
    return shown[:3] + [f"{shown[3].rstrip('…')} …"] if len(lines) > 4 else shown, 48


def _lines(text: str, font, room: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _motif(hue: str):
    """The page's field with the motif of the course in its right half, drawn at twice the size and shrunk."""
    from PIL import Image, ImageDraw

    big = Image.new("RGB", (WIDTH * 2, HEIGHT * 2), PAPER)
    field = ImageDraw.Draw(big)
    colour = HUES.get(hue, SOLE)
    field.rectangle((1500, 0, WIDTH * 2, HEIGHT * 2), fill=_mix(colour, PAPER, 0.26))
    # The motifs are those of templates/components/art/: 160 units high there.
    art = _Art(big, left=1500, unit=HEIGHT * 2 / 160, ground=_mix(colour, PAPER, 0.26))
    MOTIFS.get(hue, _programme)(art, colour)
    # Nothing of it under the words.
    ImageDraw.Draw(big).rectangle((0, 0, 1499, HEIGHT * 2), fill=PAPER)
    return big.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


class _Art:
    """Circles, bars and lines in the units of the drawings, on a canvas of pixels."""

    def __init__(self, canvas, *, left: int, unit: float, ground: str):
        from PIL import ImageDraw

        self.canvas, self.left, self.unit, self.ground = canvas, left, unit, ground
        self.pen = ImageDraw.Draw(canvas, "RGBA")

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * self.unit, y * self.unit

    def circle(self, x: float, y: float, radius: float, colour: str, opacity: float = 1.0) -> None:
        cx, cy = self.at(x, y)
        r = radius * self.unit
        self.pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=_rgba(colour, opacity))

    def bar(self, x: float, y: float, width: float, colour: str, opacity: float) -> None:
        box = (*self.at(x, y), *self.at(x + width, 190))
        self.pen.rounded_rectangle(box, radius=9 * self.unit, fill=_rgba(colour, opacity))

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: float) -> None:
        dots = [self.at(x, y) for x, y in points]
        self.pen.line(dots, fill=colour, width=round(width * self.unit), joint="curve")


def _codesign(art: _Art, colour: str) -> None:
    art.circle(106, 80, 56, colour, 0.55)
    art.circle(46, 80, 56, colour)
    art.line([(-40, 128), (170, 30)], INK, 2)


def _community(art: _Art, colour: str) -> None:
    for number, opacity in enumerate((1, 0.88, 0.74, 0.6)):
        art.circle(8 + number * 46, 52 if number % 2 == 0 else 106, 30, colour, opacity)
    art.circle(100, 52, 8, INK)


def _network(art: _Art, colour: str) -> None:
    rays = [(14, 30, 14, 0.8), (100, 24, 13, 0.7), (116, 96, 15, 0.85), (70, 142, 14, 0.75), (6, 118, 13, 0.8)]  # fmt: skip
    for x, y, *_rest in rays:
        art.line([(58, 80), (x, y)], INK, 2)
    for x, y, radius, opacity in rays:
        art.circle(x, y, radius, colour, opacity)
    art.circle(58, 80, 26, colour)
    art.circle(58, 80, 7, INK)


def _bars(art: _Art, colour: str) -> None:
    for number in range(4):
        art.bar(6 + number * 31, 112 - number * 28, 24, colour, 0.5 + number * 0.16)
    for step in range(14):
        art.circle(step * 9.5 - 2, 104 - step * 8, 1.3, INK)


def _wave(art: _Art, colour: str) -> None:
    from math import cos, pi

    wave = [(x, 84 + 40 * cos((x + 20) / 120 * 2 * pi)) for x in range(-20, 151, 2)]
    art.line(wave, colour, 19)
    art.circle(60, 70, 20, INK)


def _programme(art: _Art, colour: str) -> None:
    places = [(26, 44), (88, 44), (57, 80), (26, 118), (88, 118)]
    for (x, y), hue in zip(places, HUES.values(), strict=True):
        art.circle(x, y, 33, hue, 0.82)


MOTIFS = {
    "codesign": _codesign,
    "community": _community,
    "fundraising": _bars,
    "marketing": _wave,
    "crm": _network,
}


def _mark(image) -> None:
    """The house's mark: two circles, and the house where they overlap."""
    from PIL import Image, ImageDraw

    mark = Image.new("RGBA", (320, 200), (0, 0, 0, 0))
    pen = ImageDraw.Draw(mark)
    pen.ellipse((10, 10, 190, 190), outline=INK, width=18)
    pen.ellipse((120, 10, 300, 190), fill=SOLE, outline=INK, width=18)
    pen.ellipse((10, 10, 190, 190), outline=INK, width=18)
    small = mark.resize((80, 50), Image.Resampling.LANCZOS)
    image.paste(small, (MARGIN - 2, MARGIN - 8), small)


def _font(kind: str, size: int):
    from PIL import ImageFont

    name = {
        "bold": "fonts/pdf/BricolageGrotesque_700Bold.ttf",
        "text": "fonts/pdf/AtkinsonHyperlegibleNext_400Regular.ttf",
    }[kind]
    return ImageFont.truetype(finders.find(name) or str(settings.STATIC_ROOT / name), size)


def _rgb(colour: str) -> tuple[int, int, int]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))  # type: ignore[return-value]


def _rgba(colour: str, opacity: float) -> tuple[int, int, int, int]:
    return (*_rgb(colour), round(opacity * 255))


def _mix(colour: str, ground: str, share: float) -> str:
    mixed = (
        round(a * share + b * (1 - share)) for a, b in zip(_rgb(colour), _rgb(ground), strict=True)
    )
    return "#{:02x}{:02x}{:02x}".format(*mixed)
