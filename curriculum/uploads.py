"""Archives that wait for a confirmation: kept apart from the library, and forgotten after a day."""

import datetime
from pathlib import Path
from uuid import UUID, uuid4

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.utils import timezone

KEPT = datetime.timedelta(days=1)


def keep(file: File) -> UUID:
    """Keep an archive; who knows the key may ask for it again."""
    key = uuid4()
    _storage().save(_name(key), file)
    return key


def find(key: UUID) -> File | None:
    storage = _storage()
    return storage.open(_name(key)) if storage.exists(_name(key)) else None


def forget(key: UUID) -> None:
    _storage().delete(_name(key))


def forget_old() -> int:
    """Delete what nobody confirmed; how many archives."""
    storage = _storage()
    if not Path(storage.path("")).exists():
        return 0
    old = [
        name
        for name in storage.listdir("")[1]
        if timezone.now() - storage.get_modified_time(name) > KEPT
    ]
    for name in old:
        storage.delete(name)
    return len(old)


def _storage() -> Storage:
    return storages["uploads"]


def _name(key: UUID) -> str:
    return f"{key}.zip"
