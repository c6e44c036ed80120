"""The development mailbox: off elsewhere, shows what was written, shuts scripts out of what it shows."""

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(settings, tmp_path):
    settings.MAILBOX_ENABLED = True
    settings.EMAIL_FILE_PATH = tmp_path
    backend = EmailBackend(file_path=str(tmp_path))
    message = EmailMultiAlternatives(
        "Perché no? “Ammessa”",
        "Perché? Vai a http://127.0.0.1:8000/it/ adesso",
        to=["zoe@example.org"],
    )
    message.attach_alternative(
        "<html><head><style>p{color:red}</style></head><body><p>L’è ciao <script>alert(1)</script>"
        '<a href="/it/">vai</a></p></body></html>',
        "text/html",
    )
    message.attach("../calendario.ics", "BEGIN:VCALENDAR", "text/calendar")
    backend.send_messages([message])
    return tmp_path


def addresses(client) -> list[str]:
    import re

    return re.findall(r'href="(/posta/[^"?]+)"', client.get("/posta/").content.decode())


@pytest.mark.parametrize("path", ["", "x/0/", "x/0/html/", "x/0/0/"])
def test_mailbox_is_404_where_it_is_not_enabled(client, mailbox, settings, path):
    settings.MAILBOX_ENABLED = False
    assert client.get(f"/posta/{path}", follow=True).status_code == 404


def test_inbox_lists_and_finds_mails(client, mailbox):
    assert "Perché no? “Ammessa”" in client.get("/posta/").content.decode()
    assert "Ammessa" in client.get("/posta/?q=ZOE").content.decode()
    assert "Ammessa" not in client.get("/posta/?q=nobody").content.decode()


def test_message_shows_text_with_links_html_in_a_frame_and_attachments(client, mailbox):
    (address,) = [found for found in addresses(client) if found.count("/") == 4]
    page = client.get(address).content.decode()
    assert 'href="http://127.0.0.1:8000/it/"' in page
    assert f'src="{address}html/"' in page
    assert "Perché? Vai" in page
    assert "srcdoc" not in page
    attachment = client.get(f"{address}0/")
    assert attachment.content == b"BEGIN:VCALENDAR"
    assert attachment["Content-Disposition"] == 'attachment; filename="..-calendario.ics"'


def test_html_part_is_sandboxed_and_may_have_style(client, mailbox):
    (address,) = [found for found in addresses(client) if found.count("/") == 4]
    response = client.get(f"{address}html/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert '<base target="_top">' in response.content.decode()
    assert "L’è ciao" in response.content.decode()


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e", "secret_key"])
def test_names_never_become_paths(client, mailbox, name):
    (mailbox.parent / "secret_key").write_text("secret")
    assert client.get(f"/posta/{name}/0/", follow=True).status_code == 404
