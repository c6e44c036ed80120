"""Every pair of colours that tokens.css declares is readable, in the light and in the dark scheme."""

import re

import pytest

from lms.core.finders import SOURCES

TOKENS = (SOURCES / "tokens.css").read_text(encoding="utf-8")
COLOURS = {
    name: {"light": light, "dark": dark}
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", TOKENS
    )
}


def declared(kind: str) -> list[tuple[str, str]]:
    lines = re.findall(rf"^\s+{kind}: (.*?)(?:\*/)?$", TOKENS, re.MULTILINE)
    return [tuple(pair.split("/")) for line in lines for pair in line.split()]


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2, 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_contrast_of_black_and_white_is_the_standard_one():
    assert contrast("#000000", "#ffffff") == 21


def test_enough_pairs_are_declared():
    assert (len(declared("text")) >= 30, len(declared("marks")) >= 10) == (True, True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), declared("text"))
def test_text_reads_on_its_ground(ink, paper, scheme):
    assert contrast(COLOURS[ink][scheme], COLOURS[paper][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), declared("marks"))
def test_mark_stands_out_on_its_ground(mark, ground, scheme):
    assert contrast(COLOURS[mark][scheme], COLOURS[ground][scheme]) >= 3


def test_components_use_tokens_and_no_colours_of_their_own():
    allowed = {"#000", "#fff", "#3f9d8f"}  # the video's ground, paper in print, the footer's mark
    found = {
        (file.name, colour)
        for file in [*SOURCES.glob("components/*.css"), *SOURCES.glob("lesson/*.css")]
        for colour in re.findall(r"#[0-9a-f]{3,8}\b", file.read_text(encoding="utf-8"))
        if colour not in allowed
    }
    assert found == set()
