"""Run the long campaigns of the trust programme and write down what they found.

python -m bench.trust.campaign                          every campaign, one after the other
python -m bench.trust.campaign power_cut crash_storm    these
python -m bench.trust.campaign --scale 0.1              a tenth of the counts

A campaign is a module beside this one with `run(*, seed, scale)`, which answers with its counts,
with `passed` and with `twins`: for each known-bad build whether it was caught. Each runs in a
process of its own. `docs/evidence/<campaign>.json` keeps the answer with seed, day and versions,
and names neither the machine nor anybody on it.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import bench.trust
from bench.trust import overview

ROOT = Path(__file__).resolve().parents[2]
EVIDENCE = ROOT / "docs" / "evidence"
SEED = 20_261_125
NAMES_A_MACHINE = re.compile(r"(?<![\w.])/(?:home|root|tmp|work|usr|opt|var|srv|mnt|Users)/\S*")


def campaigns() -> dict[str, str]:
    """Name of every campaign, and the first line of what it says about itself."""
    found = {}
    for module in pkgutil.iter_modules(bench.trust.__path__):
        path = Path(bench.trust.__path__[0]) / f"{module.name}.py"
        if re.search(r"^def run\(", path.read_text("utf-8"), re.MULTILINE):
            found[module.name] = _load(module.name).__doc__ or ""
    return {name: doc.strip().partition("\n")[0] for name, doc in found.items()}


def _load(name: str) -> ModuleType:
    return importlib.import_module(f"bench.trust.{name}")


def main() -> int:
    """0 when every campaign passed."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.trust.campaign",
        description="Run the long campaigns of the trust programme and write docs/evidence/.",
    )
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help="campaigns; all when none is named"
    )
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full counts")
    parser.add_argument("--seed", type=int, default=SEED, help="where chance begins")
    parser.add_argument("--overview", action="store_true", help="only write the overview anew")
    parser.add_argument("--answer", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.scale <= 0:
        parser.error("--scale is a number above 0")
    if wanted.answer:
        result = _load(wanted.parts[0]).run(seed=wanted.seed, scale=wanted.scale)
        wanted.answer.write_text(json.dumps(result))
        return 0
    known = campaigns()
    if unknown := set(wanted.parts) - set(known):
        parser.error(
            f"no such campaign: {', '.join(sorted(unknown))}; there are {', '.join(known)}"
        )
    failed = []
    for number, name in enumerate(chosen := [] if wanted.overview else wanted.parts or list(known)):
        print(f"── {name} ({number + 1} of {len(chosen)}): {known[name]}", flush=True)
        found = _campaign(name, known[name], seed=wanted.seed, scale=wanted.scale)
        if found is None or not found["passed"]:
            failed.append(name)
    (EVIDENCE / "README.md").write_text(overview.page(EVIDENCE), "utf-8")
    if failed:
        print(f"Not passed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _campaign(name: str, goal: str, *, seed: int, scale: float) -> dict[str, Any] | None:
    """Run one in a process of its own and write down its answer; None when it fell over."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lianxin-campaign-") as folder:
        answer = Path(folder) / "answer.json"
        kept = {k: v for k, v in os.environ.items() if not k.startswith("LIANXIN_")}
        done = subprocess.run(
            [
                *(sys.executable, "-m", "bench.trust.campaign", name),
                *("--seed", str(seed), "--scale", str(scale), "--answer", str(answer)),
            ],
            cwd=ROOT,
            env=kept
            | {"LIANXIN_DATA": folder, "DJANGO_SETTINGS_MODULE": "lianxin.config.settings"},
            check=False,
        )
        if done.returncode:
            print(f"   fell over after {time.monotonic() - started:.0f} s", flush=True)
            return None
        found: dict[str, Any] = json.loads(answer.read_text())
    record = record_of(name, goal, found, seed=seed, scale=scale)
    record |= {"seconds": round(time.monotonic() - started), "versions": versions()}
    text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    if named := machine_facts(text):
        raise RuntimeError(f"{name} names this machine: {named}")
    EVIDENCE.mkdir(exist_ok=True)
    (EVIDENCE / f"{name}.json").write_text(text, "utf-8")
    print(f"   {overview.verdict(record)} {record['seconds']} s", flush=True)
    return record


def record_of(
    name: str, goal: str, found: dict[str, Any], *, seed: int, scale: float
) -> dict[str, Any]:
    """What is written down of an answer; one that missed a known-bad build has not passed."""
    twins = found["twins"]
    return {
        "campaign": name,
        "goal": goal,
        "passed": bool(found["passed"] and twins and set(twins.values()) == {"caught"}),
        "twins": twins,
        "counts": {k: v for k, v in found.items() if k not in ("passed", "twins")},
        "seed": seed,
        "scale": scale,
        "day": datetime.now(UTC).date().isoformat(),
    }


def machine_facts(text: str) -> list[str]:
    """Paths in a text, and the names of this machine and of who works on it."""
    named = [os.uname().nodename, os.environ.get("USER", ""), os.environ.get("LOGNAME", "")]
    words = {name for name in named if len(name) > 3 and name not in ("root", "localhost")}
    return NAMES_A_MACHINE.findall(text) + [word for word in sorted(words) if word in text]


def versions() -> dict[str, str]:
    """Of everything the results may depend on; what is not there is left out."""
    from lianxin.config import sqlite

    sqlite.install()
    import django

    import lianxin
    from tests.postgres import Absent, binaries

    found = {
        "lianxin": lianxin.__version__,
        "python": ".".join(map(str, sys.version_info[:3])),
        "django": django.get_version(),
        "sqlite": ".".join(map(str, sqlite.library_version())),
        "linux": os.uname().release.partition("-")[0],
    }
    with contextlib.suppress(Absent):
        found["postgresql"] = _version(str(binaries() / "postgres"))
    for program in ("chromium", "chromium-browser"):
        if program not in found and shutil.which(program):
            found["chromium"] = _version(program)
    return found


def _version(program: str) -> str:
    said = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False
    ).stdout
    number = re.search(r"\d+(?:\.\d+)+", said)
    return number[0] if number else "unknown"


if __name__ == "__main__":
    sys.exit(main())
