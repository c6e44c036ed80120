"""Resolve requirements/*.in into hashed locks that hold no address of any package index.

Installing from `uv.lock` itself would fail behind a package mirror, because it stores addresses.
"""

import subprocess

from environment import VENV, package_environment
from system import ROOT


def lock(name: str, *constraints: str) -> None:
    command = [
        VENV / "bin" / "uv", "pip", "compile", "--quiet", "--generate-hashes", "--universal",
        "--python-version", "3.11", "--only-binary", ":all:", "--no-annotate",
        "--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock",
        *constraints, f"requirements/{name}.in", "-o", f"requirements/{name}.txt",
    ]  # fmt: skip
    subprocess.run([str(part) for part in command], cwd=ROOT, env=package_environment(), check=True)


if __name__ == "__main__":
    lock("uv")
    lock("base")
    lock("dev", "-c", "requirements/base.txt")
