"""A course out, and in again under another code; each import is taken back before the next."""

from itertools import count

from django.db import transaction

from benchmarks.bench import Bench

CODE = "MC-CODESIGN"


def run(bench: Bench) -> None:
    from curriculum.exchange.archives import MadeFiles
    from curriculum.models import Course
    from curriculum.services import export_course, import_course

    course = Course.objects.get(code=CODE, locale__language_code="it")
    files = MadeFiles(export_course(course=course))
    numbers = count(1)

    def come_in() -> None:
        with transaction.atomic():
            import_course(files=files, code=f"MC-BENCH-{next(numbers)}")
            transaction.set_rollback(True)

    repeat = max(1, bench.repeat // 5)
    bench.measure(f"export of {CODE}", lambda: export_course(course=course), repeat=repeat)
    bench.measure(f"import of {CODE}", come_in, repeat=repeat)
