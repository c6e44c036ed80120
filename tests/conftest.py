"""Fixtures shared by every package's tests."""

import threading

import pytest
from django.db import connection


@pytest.fixture
def run_together():
    """Run callables at once, each in a thread with a connection of its own; their results in order."""

    def run(calls):
        barrier = threading.Barrier(len(calls))
        results: list = [None] * len(calls)

        def work(number, call):
            try:
                barrier.wait()
                results[number] = call()
            except BaseException as error:
                results[number] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=pair) for pair in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    return run
