"""Pages in a browser (P15): what people write stays words, and nothing foreign is asked for.

The sweep itself is `tests/trust/test_browser_safety.py`; here it plants in more rounds, opens every
page for every role, and opens each kind of page once more with the content policy switched off.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 8
TESTS = "tests/trust/test_browser_safety.py"
TWINS = {
    "|safe on one field": "test_one_field_marked_as_safe_is_caught",
    "a script of another origin": "test_a_script_of_another_origin_is_caught",
}


def run(*, seed: int, scale: float = 1.0) -> dict[str, object]:
    """Everything at once; the seed is not used, for the corpus goes through in its order."""
    with tempfile.TemporaryDirectory(prefix="lianxin-browser-") as folder:
        result = Path(folder) / "result.json"
        extra = {
            "BROWSER_ROUNDS": str(max(1, round(ROUNDS * scale))),
            "BROWSER_RESULT": str(result),
        }
        swept = _tests("test_what_people_write_stays_words_on_every_page", extra)
        counts = json.loads(result.read_text()) if result.exists() else {}
    twins = {name: "caught" if _tests(test, {}) else "missed" for name, test in TWINS.items()}
    return {
        "passed": swept and counts.get("faults") == 0 and "missed" not in twins.values(),
        "twins": twins,
        **counts,
    }


def _tests(name: str, extra: dict[str, str]) -> bool:
    """Whether these tests ran, and passed: with CI a missing browser is a failure."""
    words = [sys.executable, "-m", "pytest", "-q", "-s", TESTS, "-k", name]
    environment = os.environ | {"CI": "true"} | extra
    return subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode == 0
