"""Everything the project asks of itself, in one go; the last line counts the tests.

python tools/test.py           everything
python tools/test.py --lint    no tests, only what reads the code
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
READING: dict[str, list[str | Path]] = {
    # The longest first.
    "types": [BIN / "mypy"],
    "style": [BIN / "ruff", "check", "--quiet"],
    "format": [BIN / "ruff", "format", "--check", "--quiet"],
    "contracts": [BIN / "lint-imports"],
    "django": [BIN / "lianxin", "manage", "check", "--fail-level", "WARNING"],
    "migrations": [BIN / "lianxin", "manage", "makemigrations", "--check", "--dry-run"],
    "words": [sys.executable, "tools/messages.py", "--check"],
}
PYTEST: list[str | Path] = [sys.executable, "-m", "pytest", "-q"]
# The longest tests stand last: whoever has nothing left takes from the other.
SHARED = ("-n", "2", "--dist", "worksteal")
ONE_ENGINE = (
    *(
        "architecture",
        "bench",
        "cli",
        "deadlines",
        "demo",
        "docs",
        "files",
        "kernel",
        "trust",
        "ui",
    ),
    *("access/test_fresh_step.py", "access/test_rules.py", "cases/test_who_may_move.py"),
    *(
        "pages/desk/test_acts.py",
        "pages/desk/test_code_anew.py",
        "pages/desk/test_contact_pages.py",
    ),
    *("pages/desk/test_journal.py", "pages/desk/test_original_pages.py", "pages/public"),
    *(
        f"intake/channels/{name}.py"
        for name in (
            *("api/test_description", "api/test_malformed", "call/test_telephone_system"),
            *("open311/test_description", "wechat/test_protocol"),
        )
    ),
    *(
        f"intake/channels/open311/test_{name}.py"
        for name in ("asking", "clients", "malformed", "public_list", "services")
    ),
    *("people/test_interests_page.py", "people/test_pages.py", "people/test_signing_in.py"),
)
# What speaks to the database through the stages below it alone: on the second engine a third of
# these files runs each day, all within three. So it is with pages in the browser.
DAYS = 3
BY_TURNS = (
    *("appraisal", "intake/channels", "notices", "pages", "people", "promises", "replies"),
    *("rights", "seals", "sorting"),
)


def of_doors() -> list[Path]:
    """Files that take turns on the second engine."""
    return [file for name in BY_TURNS for file in (ROOT / "tests" / name).rglob("test_*.py")]


def of_screens() -> list[Path]:
    """Files about what pages look like in the browser; the way through the loop is walked daily."""
    files = (file for file in (ROOT / "tests").rglob("test_*.py") if "loop" not in file.parts)
    return [file for file in files if "\npytestmark = pytest.mark.browser\n" in file.read_text()]


def of_places() -> list[Path]:
    """Files of half a minute each: they start servers of their own, or make tables back and forth.

    The storm, the two worlds and the matrix run daily; of the others the long forms are campaigns.
    """
    tests = ROOT / "tests"
    drills = ("canaries", "faults", "on_disk", "restore_drill", "tampering")
    return [
        *(tests / "trust" / f"test_{name}.py" for name in drills),
        *(tests / "bench/test_bench.py", tests / "cli/test_backup.py"),
        *(tests / "intake/test_files_move.py", *tests.rglob("test_migration*.py")),
    ]


def resting(*groups: list[Path]) -> list[str]:
    """Options that leave out those files of each group whose turn is another day."""
    turn = datetime.now(UTC).toordinal() % DAYS
    return [
        f"--ignore={file}"
        for files in groups
        for n, file in enumerate(sorted(files))
        if n % DAYS != turn
    ]


TESTS: dict[str, list[str | Path]] = {
    # With the browser's: one start for both, and one works while the other waits.
    "tests on SQLite": [*PYTEST, *SHARED, *resting(of_screens(), of_places())],
    "tests on PostgreSQL": [
        *PYTEST,
        *(*SHARED, "-m", "not browser", "--engine", "postgresql"),
        # These read the code, walk through pages or a table of rights, or bring a database of their
        # own: the engine of the run makes no difference to them.
        *(f"--ignore=tests/{name}" for name in ONE_ENGINE),
        *resting(of_doors(), of_places()),
    ],
}


@dataclass
class Tally:
    """Counts over all runs of pytest, and the steps that failed."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    broken: list[str] = field(default_factory=list)

    def add(self, report: Path) -> None:
        """Take the counts of one run."""
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            count = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors")}
            skipped = int(suite.get("skipped", "0"))
            failed = count["failures"] + count["errors"]
            self.failed += failed
            self.skipped += skipped
            self.passed += count["tests"] - failed - skipped


def run(command: list[str | Path], data: str, **streams: Any) -> tuple[bool, str, str]:
    """Run one step: whether it went well, that in words, and what it said to the streams."""
    started = time.monotonic()
    environment = os.environ | {"LIANXIN_DATA": data, "BENCH_TABLES": data}
    done = subprocess.run(
        list(map(str, command)), cwd=ROOT, env=environment, check=False, text=True, **streams
    )
    took = time.monotonic() - started
    told = f"{'FAILED' if done.returncode else 'ok'} after {took:.0f} s"
    return done.returncode == 0, told, done.stdout or ""


def read(title: str, command: list[str | Path], data: str) -> bool:
    """Run one step that reads the code; what it says is shown only when it fails."""
    ok, told, said = run(command, data, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print("\n".join([f"── {title}: {told}", *([] if ok else [said])]), flush=True)
    return ok


def test(title: str, command: list[str | Path], data: str) -> bool:
    """Run one test run, in sight."""
    print(f"── {title}", flush=True)
    ok, told, _said = run(command, data)
    print(f"   {told}", flush=True)
    return ok


def main() -> int:
    """Run the steps; 0 when all of them are content."""
    tally = Tally()
    with TemporaryDirectory(prefix="lianxin-check-") as folder:
        # Each is one process busy with itself; two at a time use a small machine whole.
        with ThreadPoolExecutor(2) as threads:
            content = threads.map(read, READING, READING.values(), repeat(folder))
            tally.broken += [title for title, ok in zip(READING, content, strict=True) if not ok]
        if "--lint" not in sys.argv:
            for title, command in TESTS.items():
                report = Path(folder) / "report.xml"
                report.unlink(missing_ok=True)
                if not test(title, [*command, f"--junitxml={report}"], folder):
                    tally.broken.append(title)
                if report.exists():
                    tally.add(report)
    if tally.broken:
        print("Not content: " + ", ".join(tally.broken))
    if "--lint" not in sys.argv:
        print(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped")
    return 1 if tally.broken else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
