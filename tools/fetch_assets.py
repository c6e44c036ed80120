"""Fetch fonts and icons from their npm packages into lms/static, and write the manifest.

Nobody needs this at set-up: the files are in the repository. Run it to take a newer release or to add
an icon to ICONS; `npm` must be on the PATH. `tests/core/test_assets.py` checks every hash.
"""

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "lms" / "static"
MANIFEST = STATIC / "manifest.json"
BRICOLAGE = "@fontsource/bricolage-grotesque@5.3.0"
ATKINSON = "@fontsource-variable/atkinson-hyperlegible-next@5.3.0"
BRICOLAGE_TTF = "@expo-google-fonts/bricolage-grotesque@0.4.1"
ATKINSON_TTF = "@expo-google-fonts/atkinson-hyperlegible-next@0.4.1"
NOTO_TTF = "@expo-google-fonts/noto-sans@0.4.2"  # Greek and Cyrillic names in PDFs
LUCIDE = "lucide-static@1.62.0"

# package -> {path in the package: path under lms/static}
FILES = {
    BRICOLAGE: {
        f"files/bricolage-grotesque-{subset}-{weight}-normal.woff2": (
            f"fonts/bricolage-grotesque-{subset}-{weight}-normal.woff2"
        )
        for subset in ("latin", "latin-ext")
        for weight in (600, 700)
    },
    ATKINSON: {
        f"files/atkinson-hyperlegible-next-{subset}-wght-{style}.woff2": (
            f"fonts/atkinson-hyperlegible-next-{subset}-wght-{style}.woff2"
        )
        for subset in ("latin", "latin-ext")
        for style in ("normal", "italic")
    },
    BRICOLAGE_TTF: {
        f"{name}/BricolageGrotesque_{name}.ttf": f"fonts/pdf/BricolageGrotesque_{name}.ttf"
        for name in ("600SemiBold", "700Bold")
    },
    ATKINSON_TTF: {
        f"{name}/AtkinsonHyperlegibleNext_{name}.ttf": (
            f"fonts/pdf/AtkinsonHyperlegibleNext_{name}.ttf"
        )
        for name in ("400Regular", "400Regular_Italic", "600SemiBold", "700Bold")
    },
    NOTO_TTF: {"600SemiBold/NotoSans_600SemiBold.ttf": "fonts/pdf/NotoSans_600SemiBold.ttf"},
}
LICENCES = {
    BRICOLAGE: "OFL-1.1",
    ATKINSON: "OFL-1.1",
    BRICOLAGE_TTF: "OFL-1.1",
    ATKINSON_TTF: "OFL-1.1",
    NOTO_TTF: "OFL-1.1",
    LUCIDE: "ISC",
}
ICONS = """accessibility arrow-left arrow-right arrow-up-right award ban bell book-open bookmark briefcase
building-2 calendar check chevron-down chevron-left chevron-right circle circle-alert circle-check
circle-dot clipboard-check clock code copy download external-link file-text flask-conical globe
graduation-cap handshake highlighter hourglass house info landmark library lightbulb link list lock log-out mail
map map-pin menu message-circle-question minus monitor moon pencil phone play plus printer qr-code
quote rocket rss search settings share-2 sparkles sun trash-2 triangle-alert user users video
x""".split()  # noqa: SIM905


def unpack(package: str, into: Path) -> Path:
    answer = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=into, check=True, capture_output=True, text=True
    )
    folder = into / answer.stdout.strip().splitlines()[-1].removesuffix(".tgz")
    with tarfile.open(f"{folder}.tgz") as archive:
        archive.extractall(folder, filter="data")
    return next(folder.iterdir())


def entry(path: str, package: str, source: str) -> dict[str, str]:
    name, _, version = package.rpartition("@")
    return {
        "file": path,
        "package": name,
        "version": version,
        "source": source,
        "licence": LICENCES[package],
        "sha256": hashlib.sha256((STATIC / path).read_bytes()).hexdigest(),
    }


def sprite(folder: Path) -> str:
    """One SVG with a symbol per icon; its strokes take the text's colour from the style sheet."""
    symbols = []
    for name in ICONS:
        svg = (folder / "icons" / f"{name}.svg").read_text()
        inner = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.S).group(1)
        inner = re.sub(r"\s*\n\s*", "", inner)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    licence = "Lucide icons, ISC licence, Copyright (c) Lucide Icons and Contributors"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg"><!-- {licence} -->\n'
        + "\n".join(symbols)
        + "\n</svg>\n"
    )


def main() -> None:
    entries = []
    with tempfile.TemporaryDirectory() as temporary:
        for package, files in FILES.items():
            folder = unpack(package, Path(temporary))
            for source, target in files.items():
                (STATIC / target).parent.mkdir(parents=True, exist_ok=True)
                (STATIC / target).write_bytes((folder / source).read_bytes())
                entries.append(entry(target, package, source))
        target = STATIC / "icons" / "icons.svg"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(sprite(unpack(LUCIDE, Path(temporary))))
        entries.append(entry("icons/icons.svg", LUCIDE, "icons/*.svg"))
    MANIFEST.write_text(json.dumps(entries, indent=1) + "\n")
    print(f"{len(entries)} files, {len(ICONS)} icons")


if __name__ == "__main__":
    main()
