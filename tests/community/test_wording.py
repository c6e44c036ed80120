import re

import pytest

from lms.community.wording import html_of, plain_of

TEXT = """Ciao **a tutti**,
domani *portate*:

- una [scheda](https://x.example/a?b=1&c=2)
- due https://cohub.example/x_y_z.

1. primo
2. secondo

> D'Amico-Šćepanović, O’Neill & 李娜
"""


def test_text_becomes_clean_html():
    assert html_of(TEXT) == (
        "<p>Ciao <strong>a tutti</strong>,<br>\ndomani <em>portate</em>:</p>\n<ul>\n"
        '<li>una <a href="https://x.example/a?b=1&amp;c=2" rel="noopener nofollow">scheda</a></li>\n'
        '<li>due <a href="https://cohub.example/x_y_z" rel="noopener nofollow">'
        "https://cohub.example/x_y_z</a>.</li>\n</ul>\n<ol>\n<li>primo</li>\n<li>secondo</li>\n</ol>\n"
        "<blockquote>\n<p>D'Amico-Šćepanović, O’Neill &amp; 李娜</p>\n</blockquote>\n"
    )


def test_text_part_says_the_same():
    assert plain_of(TEXT) == (
        "Ciao a tutti,\ndomani portate:\n\n- una scheda (https://x.example/a?b=1&c=2)\n"
        "- due https://cohub.example/x_y_z.\n\n1. primo\n2. secondo\n\n"
        "> D'Amico-Šćepanović, O’Neill & 李娜"
    )


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>)",
        "![x](https://evil.example/pixel.png)",
        '<a href="https://x" onclick="y">z</a>',
        "[x](https://x.example/ \"' onmouseover='alert(1)\")",
        "<svg/onload=alert(1)>",
        "<style>*{display:none}</style>",
        "&lt;script&gt;alert(1)",
    ],
)
def test_nothing_that_runs_or_fetches_comes_out(bad):
    tags = re.findall(r"<[^>]*>", html_of(bad))
    plain = r'</?(p|br|a( href="https://[^"]*")( rel="noopener nofollow")?|a)>'
    assert [tag for tag in tags if not re.fullmatch(plain, tag)] == []
