"""Numbers out of what people send."""

import pytest

from lms.core.typed import number_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7), ("0", 0), (7, 7), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("", None), (None, None),
        ("-1", None), ("1.0", None), (" 1", None), ("²", None), ("٣", None), ("1\x00", None), (True, None),
    ],
)  # fmt: skip
def test_only_plain_digits_are_a_number(text, number):
    assert number_in(text) == number
