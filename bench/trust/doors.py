"""The doors by which made-up people come in, each with marks in everything they leave."""

from __future__ import annotations

import csv
import http.client
import io
import re
import uuid
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image

from bench.places import Place
from bench.trust.sweeping import MARK, PHONE

WORDS = "门口的路灯坏了，晚上看不见路。"
CODE = re.compile(r"(?<!\d)\d{4}(?:[ \u00a0]\d{4}){4}(?!\d)")
HIDDEN = re.compile(r'<input type="hidden"[^>]*>')


@dataclass(frozen=True)
class Person:
    """Somebody with a mark in every field."""

    number: int

    @property
    def name(self) -> str:
        return f"王{MARK}{self.number:04d}"

    @property
    def phone(self) -> str:
        return f"{PHONE}{self.number:03d}"

    @property
    def address(self) -> str:
        return f"{MARK}{self.number:04d}巷7号"


@dataclass
class Browser:
    """One person's browser: cookies, a name of its own, an address it is forwarded from."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    kept: list[bytes] = field(default_factory=list)
    """Every cookie it was ever given."""

    def get(self, path: str) -> str:
        return self._ask("GET", path, b"", "")[1].decode()

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, bytes]:
        return self._ask(
            "POST", path, urlencode(fields).encode(), "application/x-www-form-urlencoded"
        )

    def post_file(self, path: str, fields: dict[str, str], file: bytes) -> tuple[int, bytes]:
        edge = uuid.uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        head = f'name="attachments"; filename="{MARK}.jpg"\r\nContent-Type: image/jpeg'
        parts.append(f"--{edge}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode())
        body = b"".join(parts) + file + f"\r\n--{edge}--\r\n".encode()
        return self._ask("POST", path, body, f"multipart/form-data; boundary={edge}")

    def _ask(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {
            "User-Agent": f"Mozilla/5.0 {MARK}",
            "X-Forwarded-For": MARK,
            "Referer": f"http://127.0.0.1:{self.port}/?{MARK}",
            "Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items()),
        }
        if kind:
            headers["Content-Type"] = kind
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
            self.kept.append(line.encode())
        content = answer.read()
        connection.close()
        return answer.status, content


def hidden(page: str, action: str) -> dict[str, str]:
    """The hidden fields of a form, as a browser posts them back."""
    form = page.partition(f'action="{action}"')[2].partition("</form>")[0]
    found = {}
    for tag in HIDDEN.findall(form or page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            found[unescape(name[1])] = unescape(value[1])
    return found


def photo() -> bytes:
    """A JPEG that says in EXIF, in a comment and in XMP who took it, and where."""
    picture = Image.new("RGB", (64, 48), "gray")
    exif = Image.Exif()
    exif[0x013B], exif[0x010E], exif[0x9286] = MARK, MARK, MARK
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 14.0, 0.0), 3: "E", 4: (121.0, 28.0, 0.0)})
    file = io.BytesIO()
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{MARK}</x:xmpmeta>'.encode()
    picture.save(file, "JPEG", exif=exif, comment=MARK.encode(), xmp=xmp)
    assert MARK.encode() in file.getvalue()
    return file.getvalue()


def by_the_web(port: int, person: Person, *, way: int) -> tuple[Browser, str]:
    """The form, screen by screen; the query code. ``way`` 1 first mistypes the number, 2 types
    everything and then stays anonymous."""
    browser = Browser(port)
    page = browser.get("/report/")
    first = {**hidden(page, "/report/"), "words": WORDS, "do": "next"}
    _, body = browser.post_file("/report/", first, photo())
    second = {**hidden(body.decode(), "/report/"), "place": "东关大街", "do": "next"}
    _, body = browser.post("/report/", second)
    third = {
        **hidden(body.decode(), "/report/"),
        "identity": ("named", "confidential", "anonymous")[way % 3],
        "name": person.name, "phone": person.phone, "address": person.address,
        "reply_mode": "letter", "do": "next",
    }  # fmt: skip
    if way == 1:
        status, body = browser.post("/report/", {**third, "phone": f"{person.phone}0"})
        if status != 200:
            raise RuntimeError(f"a number that is too long was answered with {status}")
    status, body = browser.post("/report/", third)
    if status != 303:
        raise RuntimeError(f"filing was answered with {status}: {body[:300]!r}")
    code = CODE.search(browser.get("/report/done/"))
    if code is None:
        raise RuntimeError("the receipt shows no query code")
    return browser, code[0]


def open_tracked(browser: Browser, code: str) -> None:
    """Type the code."""
    token = hidden(browser.get("/track/"), "")["csrfmiddlewaretoken"]
    status, _ = browser.post("/track/", {"code": code, "csrfmiddlewaretoken": token})
    if status != 303:
        raise RuntimeError(f"the code was answered with {status}")


def act(browser: Browser, path: str, fields: dict[str, str]) -> bytes:
    """Post one form of the tracking page; what came back."""
    token = hidden(browser.get("/track/case/data/"), "")["csrfmiddlewaretoken"]
    status, body = browser.post(path, {**fields, "csrfmiddlewaretoken": token})
    if status >= 400:
        raise RuntimeError(f"{path} was answered with {status}")
    return body


def by_a_file(place: Place, people: list[Person], folder: Path) -> None:
    """A sheet taken over with names and numbers."""
    sheet = folder / "taken-over.csv"
    with sheet.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["内容", "姓名", "电话"])
        rows.writerows([f"第{p.number}件：{WORDS}", p.name, p.phone] for p in people)
    words = ("--column", "name=姓名", "--column", "phone=电话", "--identity", "named")
    place.run("import", "concerns", str(sheet), *words)
