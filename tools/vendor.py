"""Fetch the pinned front-end packages and keep only the files pages use.

    python tools/vendor.py              fetch with ``npm pack``, check, copy
    python tools/vendor.py --from DIR   use archives already in DIR, check, copy

The result is committed, so neither a wheel nor a fresh clone needs Node. To raise a version:
change it here, run once, put in the checksum it prints after reading what changed.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UI = ROOT / "src" / "lianxin" / "ui"
VENDOR = UI / "static" / "ui" / "vendor"


@dataclass(frozen=True)
class Package:
    """One archive: its checksum, and which of its files go where."""

    name: str
    version: str
    sha512: str
    files: tuple[tuple[str, str], ...]

    @property
    def archive(self) -> str:
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


PACKAGES = (
    Package(
        "@tabler/core",
        "1.6.1",
        "960991f60731469e4994bc5c9918bd473f3926b12f1fa073ef52a795c3d549af"
        "7bc2dc10363812b378377f1c1b025ba51f244c821848574e1052e5b7a6a0ec22",
        # The archive holds no licence file; LICENSE-tabler.txt is written below.
        (("dist/css/tabler.min.css", "tabler.min.css"),),
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "4e1c7f5ada5e390a92aea042c3f0357301891a0e14ad56b7fac5b41a6accde9e"
        "202603bcf5e707e2ab5b9f2cc30d616f053aa39c83028042d336deb7e9db5a98",
        (("dist/htmx.min.js", "htmx.min.js"), ("LICENSE", "LICENSE-htmx.txt")),
    ),
    Package(
        "leaflet",
        "1.9.4",
        "9f14b5ca7cc93a63a51e9fa22f71725aa2bcf46b4d2fc53caef94c3ac41d4d3b"
        "2cc59c025e1f0dd8d07718340e2fe611dd79d6c99031c108b15116fe140ef83c",
        (
            ("dist/leaflet.js", "leaflet/leaflet.js"),
            ("dist/leaflet.css", "leaflet/leaflet.css"),
            ("dist/images/layers.png", "leaflet/images/layers.png"),
            ("dist/images/layers-2x.png", "leaflet/images/layers-2x.png"),
            ("dist/images/marker-icon.png", "leaflet/images/marker-icon.png"),
            ("dist/images/marker-icon-2x.png", "leaflet/images/marker-icon-2x.png"),
            ("dist/images/marker-shadow.png", "leaflet/images/marker-shadow.png"),
            ("LICENSE", "leaflet/LICENSE.txt"),
        ),
    ),
    Package(
        "@tabler/icons-sprite",
        "3.48.0",
        "7b9e56efa9a65ebebdb9bde03b2e913bc353953db78338c9fe484d34cc8132f4"
        "13f177537352c06b8f24e78d9d5fbd68aa55eff5d0ead380634ec6405a0dfb88",
        (("dist/tabler-sprite.svg", "icons.svg"), ("LICENSE", "LICENSE-icons.txt")),
    ),
)

TABLER_LICENSE = """The MIT License (MIT)

Copyright (c) 2018-2026 The Tabler Authors
Copyright (c) 2018-2026 codecalm.net Paweł Kuna
Contains Bootstrap, Copyright (c) 2011-2026 The Bootstrap Authors

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""

SOURCE_MAP = re.compile(rb"(/\*#\s*sourceMappingURL=[^*]*\*/|//#\s*sourceMappingURL=\S+)\s*$")
SYMBOL = re.compile(r'<symbol id="tabler-([^"]+)".*?</symbol>', re.DOTALL)
REMOTE = re.compile(rb"""(?:url\(\s*['"]?(?:https?:)?//|@import)""")


def wanted_icons() -> set[str]:
    """The names in ``lianxin.ui.icons``, read without importing the product."""
    tree = ast.parse((UI / "icons.py").read_text("utf-8"))
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    return set(max((t for t in texts if isinstance(t, str)), key=len).split())


def archive_of(package: Package, folder: Path, fetch: bool) -> Path:
    path = folder / package.archive
    if fetch:
        subprocess.run(
            ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    digest = hashlib.sha512(path.read_bytes()).hexdigest()
    if digest != package.sha512:
        raise SystemExit(f"{package.archive}: checksum is {digest}, not the pinned one")
    return path


def sprite_of(svg: bytes) -> bytes:
    """Only the drawings pages use, under their plain names."""
    wanted = wanted_icons()
    found: dict[str, str] = {}
    for match in SYMBOL.finditer(svg.decode("utf-8")):
        if match[1] in wanted:
            found[match[1]] = match[0].replace(f'id="tabler-{match[1]}"', f'id="{match[1]}"')
    missing = wanted - found.keys()
    if missing:
        raise SystemExit(f"no such icons: {', '.join(sorted(missing))}")
    symbols = "\n".join(re.sub(r"\s*\n\s*", "", found[name]) for name in sorted(found))
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'.encode()


def copy(package: Package, archive: Path) -> None:
    with tarfile.open(archive) as tar:
        for inside, target in package.files:
            member = tar.extractfile(f"package/{inside}")
            if member is None:
                raise SystemExit(f"{package.archive} holds no {inside}")
            content = member.read()
            if target == "icons.svg":
                content = sprite_of(content)
            # A source map we do not ship would be a broken reference.
            content = SOURCE_MAP.sub(b"", content)
            if target.endswith(".css") and REMOTE.search(content):
                raise SystemExit(f"{inside} reaches out to another origin")
            path = VENDOR / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            print(f"{path.relative_to(ROOT)} {len(content)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--from", dest="folder", type=Path, help="archives fetched before")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        for package in PACKAGES:
            copy(package, archive_of(package, folder, fetch=options.folder is None))
    (VENDOR / "LICENSE-tabler.txt").write_text(TABLER_LICENSE, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
