"""Scaled pictures are made when a picture is saved: reading a page writes nothing."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.images.models import Filter

from cms.choices import PICTURE_SIZES
from cms.models import HubRendition
from cms.services import make_picture_sizes
from cms.tasks import make_picture_sizes as task
from tests.factories import cms as hub
from tests.factories import media

pytestmark = pytest.mark.django_db
TAGS = re.compile(r"{%\s*(?:image|srcset_image|picture)\s+\S+\s+(.*?)\s*%}")
# What follows the size in a tag: attributes, and a name to keep the result under.
NOT_A_SIZE = re.compile(r"\s+(?:\w+=|as\s).*$")
WRITES = re.compile(r"^(SAVEPOINT|BEGIN|INSERT|UPDATE|DELETE)", re.I)


@pytest.fixture(autouse=True)
def _fresh_cache():
    HubRendition.cache_backend.clear()


@pytest.fixture
def saved(django_capture_on_commit_callbacks):
    """A picture as an editor uploads it, once the worker has done its part."""
    with django_capture_on_commit_callbacks(execute=True):
        return media.image()


def test_saving_a_picture_makes_every_size_that_templates_show(saved):
    wanted = {size for spec in PICTURE_SIZES for size in Filter.expand_spec(spec)}
    assert {row.filter_spec for row in HubRendition.objects.filter(image=saved)} == wanted
    assert wanted == {f"format-webp|width-{width}" for width in (480, 960, 1440)}


def test_the_list_of_sizes_is_that_of_the_templates():
    places = [settings.BASE_DIR / "templates"]
    places += [settings.BASE_DIR / name / "templates" for name in ("cms", "curriculum", "lms")]
    found = set()
    for file in (file for place in places for file in Path(place).rglob("*.html")):
        for tag in TAGS.findall(file.read_text()):
            found.add(NOT_A_SIZE.sub("", tag))
    assert found == set(PICTURE_SIZES)


def test_no_code_asks_for_a_size_of_its_own():
    packages = ("assessment", "certificates", "cms", "curriculum", "lms")
    asking = [
        str(file.relative_to(settings.BASE_DIR))
        for package in packages
        for file in (settings.BASE_DIR / package).rglob("*.py")
        if "migrations" not in file.parts and "_renditions(" in file.read_text()
    ]
    assert asking == ["cms/services.py"]


def test_reading_a_page_with_a_fresh_picture_makes_nothing(client, saved):
    hub.standard(
        body=[("image", {"image": saved, "alt": "Il cortile", "caption": "", "credit": ""})]
    )
    HubRendition.cache_backend.clear()
    before = set(HubRendition.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/it/la-casa/").content.decode()
    assert page.count(".width-") >= 3
    assert "Il cortile" in page
    assert set(HubRendition.objects.values_list("pk", flat=True)) == before
    wrote = [query["sql"] for query in queries if WRITES.match(query["sql"])]
    assert [sql for sql in wrote if "rendition" in sql] == []


def test_making_the_sizes_again_changes_nothing(saved):
    before = list(HubRendition.objects.values_list("pk", flat=True))
    assert make_picture_sizes(image=saved) == 0
    assert list(HubRendition.objects.values_list("pk", flat=True)) == before


def test_the_sizes_of_a_replaced_file_are_made_again(saved):
    """The worker's cache still knows the old ones: only the rows say that they are gone."""
    sizes = [size for spec in PICTURE_SIZES for size in Filter.expand_spec(spec)]
    saved.get_renditions(*sizes)
    rows = HubRendition.objects.filter(image=saved)
    rows._raw_delete(rows.db)  # in another process: the cache of this one hears nothing
    assert len(saved.get_renditions(*sizes)) == 3
    assert not rows.exists()
    assert make_picture_sizes(image=saved) == 3
    assert rows.count() == 3


def test_a_picture_that_is_gone_or_has_lost_its_file_makes_none(saved):
    HubRendition.objects.all().delete()
    saved.file.storage.delete(saved.file.name)
    assert task.func(saved.pk) == 0
    assert task.func(987654321) == 0
    assert not HubRendition.objects.exists()
