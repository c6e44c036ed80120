"""Milliseconds of a certificate: from its frozen facts to the bytes of the PDF."""

from benchmarks.bench import Bench
from certificates import document
from certificates.choices import Kind
from certificates.models import Certificate


def run(bench: Bench) -> None:
    for kind in Kind:
        certificate = Certificate.objects.filter(kind=kind).first()
        if certificate:
            bench.measure(
                f"certificate, {kind.value}",
                lambda c=certificate: document.render(c.facts),
                repeat=5,
            )
