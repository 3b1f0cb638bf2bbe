"""From `lianxin serve` to the first page, and the memory of a web process after some work."""

from __future__ import annotations

import re
import time
from html import unescape
from itertools import cycle, islice
from statistics import median

from bench import client, filing, places, words
from bench.places import Place, Running
from bench.table import Row, say

WANTED_SECONDS = 3.0
WANTED_MB = 150.0
USERNAME = "meng.fan"
SIGN_IN = "/account/login/"
PAGES = ("/", "/report/", "/track/", "/about/", "/desk/", "/desk/?tab=all", "/desk/?tab=ended")
NUMBER = re.compile(r"/desk/cases/([0-9A-Z]{11})/")


def measure(*, quick: bool) -> list[Row]:
    """Seconds until `/` answers 200, the first time and later, with cases in the database."""
    times = []
    with places.place("sqlite") as place:
        _with_cases(place, 20 if quick else 4_000)
        for _ in range(2 if quick else 6):
            with places.serving(_command, place.environment) as running:
                times.append(running.seconds)
    later = median(times[1:])
    row = Row(
        "startup",
        "Start to the first page, SQLite with 4,000 cases",
        f"**{later:.2f} s** (the first time, with the style sheets to prepare: {times[0]:.2f} s)",
        f"< {WANTED_SECONDS:.0f} s",
        later < WANTED_SECONDS,
    )
    say(f"{row.what}: {row.measured}")
    return [row]


def measure_memory(*, quick: bool) -> list[Row]:
    """Memory of every process after 500 mixed requests of residents and staff."""
    rows = []
    for engine in ("sqlite",) if quick else places.ENGINES:
        with places.place(engine) as place:
            password = _with_cases(place, 20 if quick else 4_000)
            # One request signs in; what the second step costs is not what this measures.
            environment = place.environment | {"LIANXIN_SECOND_FACTOR": "off"}
            with places.serving(_command, environment) as running:
                _ask_around(running, password, 40 if quick else 500)
                used = _used(running)
        web = {name: mb for name, mb in used.items() if name.startswith("web")}
        most = max(web.values())
        row = Row(
            "memory",
            f"Memory of a web process after 500 requests, {places.SHOWN[engine]}",
            f"**{most:.0f} MB** resident (all: "
            + ", ".join(f"{name} {mb:.0f}" for name, mb in used.items())
            + ")",
            f"< {WANTED_MB:.0f} MB",
            most < WANTED_MB,
        )
        say(f"{row.what}: {row.measured}")
        rows.append(row)
    return rows


def _command(port: int) -> list[str]:
    return places.lianxin_command(port, worker=True)


def _with_cases(place: Place, count: int) -> str:
    place.migrate()
    return place.inside(_file, count)


def _file(count: int) -> str:
    """The demonstration's town, and so many concerns with their cases; everybody's password."""
    from lianxin.access import ANONYMOUS
    from lianxin.demo import town
    from lianxin.intake import actions
    from lianxin.journal import outbox

    town.found()
    new = [
        actions.NewConcern(key=f"bench {number}", words=text, place="东关大街")
        for number, text in enumerate(words.texts(count))
    ]
    actions.file_concerns(new, by=ANONYMOUS)
    while outbox.drain():
        pass
    return town.PASSWORD


def _ask_around(running: Running, password: str, count: int) -> None:
    """Pages of residents and of staff in turn, cases among them, and concerns filed."""
    port = running.port
    page = client.ask(client.get(SIGN_IN, port=port), port=port)
    fields = {"login": USERNAME, "password": password, "csrfmiddlewaretoken": _token(page)}
    done = client.ask(client.post(SIGN_IN, fields, port=port, cookies=page.cookies()), port=port)
    if done.status != 302:
        raise RuntimeError(f"signing in answers {done.status}")
    staff = done.cookies()
    desk = client.ask(client.get("/desk/?tab=all", port=port, cookies=staff), port=port)
    cases = [f"/desk/cases/{number}/" for number in sorted(set(NUMBER.findall(desk.body.decode())))]
    if not cases:
        raise RuntimeError("the worklist shows no case")
    form = client.ask(client.get("/report/", port=port), port=port)
    for number, path in enumerate(islice(cycle([*PAGES, *cases[:5], "file"]), count)):
        if path == "file":
            wanted = filing.OURS | {"words": words.texts(1)[0], "csrfmiddlewaretoken": _token(form)}
            wanted["key"] = filing.KEY.replace("0000-", f"{number:04x}-", 1)
            request = client.post("/report/", wanted, port=port, cookies=form.cookies())
        else:
            request = client.get(path, port=port, cookies=staff)
        answer = client.ask(request, port=port)
        if answer.status not in (200, 303):
            raise RuntimeError(f"{path} answers {answer.status}")
    time.sleep(0.5)


def _token(page: client.Answer) -> str:
    found = filing.TOKEN.search(page.body.decode())
    if found is None:
        raise RuntimeError(f"a form without its token, status {page.status}")
    return unescape(found[1])


def _used(running: Running) -> dict[str, float]:
    """Resident memory in MB by kind of process: those that answer pages, and the others."""
    children = [pid for pid in places.family(running.process.pid)[1:] if places.memory(pid)["Rss"]]
    found = {"starter": places.memory(running.process.pid)["Rss"]}
    for pid in children:
        kind = "worker" if "lianxin worker" in places.command_line(pid) else "web"
        name = kind
        while name in found:
            name = f"{kind} {int(name.partition(' ')[2] or 1) + 1}"
        found[name] = places.memory(pid)["Rss"]
    return found
