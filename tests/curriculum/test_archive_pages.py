"""Courses out and in through the Wagtail admin: who may, what is shown, what is written."""

import io
import os
import time
import zipfile

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from curriculum import uploads
from curriculum.exchange.archives import ZipFiles
from curriculum.models import Course
from curriculum.services import import_course
from lms.accounts.choices import Role
from tests.curriculum.test_bad_archives import GOOD, zipped
from tests.factories import curriculum, people

pytestmark = pytest.mark.django_db
UPLOAD = "/admin/corsi/importa/"


@pytest.fixture
def administrator(client):
    curriculum.catalogue("it")
    user = people.administrator()
    client.force_login(user)
    return user


def send(client, files=GOOD, name="corso.zip"):
    data = {"file": SimpleUploadedFile(name, zipped(files).getvalue())}
    return client.post(UPLOAD, data)


def waiting() -> list[str]:
    try:
        return storages["uploads"].listdir("")[1]
    except FileNotFoundError:
        return []


def test_an_archive_is_shown_before_it_is_made(client, administrator):
    before = len(waiting())
    address = send(client).url
    page = client.get(address).content.decode()
    assert not Course.objects.exists()
    assert "<strong>Uno</strong>" in page
    assert "Prima <span>it</span>" in page
    reply = client.post(address, {"code": "", "import": "1"})
    course = Course.objects.get()
    assert reply.url == reverse("desk:outline", args=[course.pk])
    assert (course.code, course.live, course.owner) == ("MC-PROVA", False, administrator)
    assert client.get(address).status_code == 404
    assert client.post(address, {"import": "1"}).status_code == 404
    assert len(waiting()) == before


def test_faults_are_listed_and_nothing_is_made(client, administrator):
    address = send(client, GOOD | {"altro.yaml": b"x", "note.md": b"x"}).url
    page = client.get(address).content.decode()
    assert "altro.yaml: " in page
    assert "note.md: " in page
    assert 'name="import"' not in page
    reply = client.post(address, {"import": "1"})
    assert reply.status_code == 422
    assert not Course.objects.exists()
    assert client.post(address, {"forget": "1"}).url == UPLOAD
    assert client.get(address).status_code == 404


def test_a_taken_code_is_changed_on_the_page(client, administrator):
    import_course(files=ZipFiles(zipped(GOOD)))
    address = send(client).url
    assert "MC-PROVA" in client.get(address).content.decode()
    reply = client.post(address, {"code": "mc-altro", "look": "1"})
    assert 'name="import"' in reply.content.decode()
    client.post(address, {"code": "mc-altro", "import": "1"})
    assert set(Course.objects.values_list("code", flat=True)) == {"MC-PROVA", "MC-ALTRO"}


def test_a_file_that_is_no_archive(client, administrator):
    reply = client.post(UPLOAD, {"file": SimpleUploadedFile("a.zip", b"niente")})
    assert "zip" in client.get(reply.url).content.decode()
    assert client.post(UPLOAD, {}).status_code == 422


def test_another_administrator_does_not_find_the_archive(client, administrator):
    address = send(client).url
    client.force_login(people.administrator())
    assert client.get(address).status_code == 404
    assert client.post(address, {"import": "1"}).status_code == 404


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.COMMITTEE, Role.MANAGER])
def test_only_administrators_import(client, role):
    client.force_login(people.person(role))
    assert client.get(UPLOAD).status_code == 404
    assert send(client).status_code == 404


@pytest.mark.slow
def test_an_instructor_exports_the_own_course_alone(client):
    user = people.instructor()
    own, other = curriculum.course("MC-MIO"), curriculum.course("MC-ALTRUI")
    curriculum.teach(own, user)
    client.force_login(user)
    reply = client.get(f"/admin/corsi/{own.pk}/esporta/")
    assert reply["Content-Disposition"] == 'attachment; filename="MC-MIO.zip"'
    assert "no-store" in reply["Cache-Control"]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(reply.streaming_content)))
    assert b"code: MC-MIO" in archive.read("course.it.md")
    assert client.get(f"/admin/corsi/{other.pk}/esporta/").status_code == 404
    address = reverse("course_archive:export", args=[own.pk])
    assert address in client.get(reverse("wagtailadmin_explore", args=[own.pk])).content.decode()


def test_a_course_that_cannot_be_exported_says_why(client, administrator):
    course = curriculum.course("MC-PROVA", modules=1, lessons=2)
    lesson = course.get_children().get().get_children().first().specific
    lesson.slug = "lezione-1-2"
    lesson.save_revision(clean=False)
    reply = client.get(f"/admin/corsi/{course.pk}/esporta/", follow=True)
    assert "02-lezione-1-2.it.md:3: slug" in reply.content.decode()


def test_archives_are_forgotten_after_a_day(client, administrator):
    send(client)
    [*_others, fresh] = waiting()
    path = storages["uploads"].path(fresh)
    assert uploads.forget_old() == 0
    day_ago = time.time() - 25 * 3600
    os.utime(path, (day_ago, day_ago))
    assert uploads.forget_old() == 1
    assert fresh not in waiting()


def test_wagtails_copy_of_a_course_leads_to_ours(client, administrator):
    course = curriculum.course("MC-PROVA")
    reply = client.get(reverse("wagtailadmin_pages:copy", args=[course.pk]))
    assert reply.url == reverse("desk:copy_course", args=[course.pk])
