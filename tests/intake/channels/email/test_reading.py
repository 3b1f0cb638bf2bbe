"""Any mail is read or refused: charsets of every age, HTML, quotes, and what wants to do harm."""

from __future__ import annotations

import contextlib
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from lianxin.intake.channels.email.reading import MOST_BYTES, Arrived, Unreadable, read
from tests.intake.channels.email.mails import TO, WORDS, bounce, mail

TOKEN = "abcdefgh234567ij"
CHARSETS = ("utf-8", "gb18030", "gbk", "gb2312")


@pytest.fixture(autouse=True)
def address(settings: Settings) -> None:
    settings.MAIL_ADDRESS = TO


def raw(body: bytes, *headers: str) -> bytes:
    head = ("From: =?gb2312?B?zfW58MC8?= <wang@example.org>", f"To: {TO}", *headers)
    return "\r\n".join([*head, "", ""]).encode() + body


@pytest.mark.parametrize("charset", CHARSETS)
def test_every_charset_people_write_in(charset: str) -> None:
    labelled = f"Content-Type: text/plain; charset={charset}"
    found = read(raw(WORDS.encode(charset), labelled, "Content-Transfer-Encoding: 8bit"))
    assert found.text == WORDS and found.name == "王桂兰" and found.sender == "wang@example.org"


def test_traditional_characters_and_a_wrong_label() -> None:
    big = read(raw("水管漏水，請修理".encode("big5"), "Content-Type: text/plain; charset=big5"))
    assert big.text == "水管漏水，請修理"
    # Rare characters that GB2312 does not have, in a mail that says it is in it.
    rare = read(raw("喆家巷漏水".encode("gb18030"), "Content-Type: text/plain; charset=gb2312"))
    assert rare.text == "喆家巷漏水"
    none = read(raw(WORDS.encode("gb18030"), "Content-Type: text/plain; charset=x-nonsense"))
    assert none.text == WORDS


def test_a_mail_with_html_alone() -> None:
    page = (
        "<html><head><style>p{color:red}</style><title>t</title></head><body><p>水管&amp;电</p>"
        "<div>第二行<br>第三行</div><script>alert(1)</script></body></html>"
    )
    message = EmailMessage()
    message["From"], message["To"] = "a@example.org", TO
    message.set_content(page, subtype="html")
    text = read(message.as_bytes()).text
    assert [line for line in text.splitlines() if line] == ["水管&电", "第二行", "第三行"]


def test_of_two_forms_the_plain_one_counts() -> None:
    assert read(mail(html="<p>别的</p>").as_bytes()).text == WORDS


@pytest.mark.parametrize(
    "quote",
    [
        "在 2026年11月2日，连心 <lianxin@town.example> 写道：\n> 您的话",
        "On Mon, Nov 2, 2026 at 9:12 AM Lianxin <lianxin@town.example> wrote:\n> yours",
        "-----原始邮件-----\n发件人: 连心",
        "------------------ Original Message ------------------\nFrom: Lianxin",
        "________________________________\nFrom: Lianxin",
        "> 您的话\n> 第二行",
    ],
)
def test_an_answer_is_without_what_it_quotes(quote: str) -> None:
    to = TO.replace("@", f"+{TOKEN}@")
    found = read(mail(f"现在修好了。\n\n{quote}\n", to=to).as_bytes())
    assert found.token == TOKEN and found.text == "现在修好了。"


def test_a_first_mail_keeps_every_word() -> None:
    words = "有人给我发了这个：\n> 请缴费\n在什么地方写道：\n不知道"
    assert read(mail(words).as_bytes()).text == words


def test_ornaments_are_no_files() -> None:
    message = mail()
    message.add_attachment(b"x" * 900, maintype="image", subtype="png", disposition="inline")
    message.add_attachment(b"x" * 900, maintype="image", subtype="png", filename="a.png")
    assert [file.name for file in read(message.as_bytes()).files] == ["a.png"]


def test_a_returned_mail_is_known_by_what_it_quotes() -> None:
    sent = EmailMessage()
    sent["To"], sent["Subject"] = "x@example.org", "s"
    sent["Message-ID"] = f"<lianxin.{TOKEN}.0011@town.example>"
    found = read(bounce(sent, TO))
    assert found.bounce and found.token == TOKEN


def nested(depth: int) -> bytes:
    """Boxes in boxes."""
    opened = [
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth)
    ]
    return b"From: a@b.c\r\n" + "".join(opened).encode()


def test_an_encoded_name_is_no_address() -> None:
    comma = read(raw(b"x", "Subject: a").replace(
        b"=?gb2312?B?zfW58MC8?=", b"=?utf-8?q?M=C3=BCller=2C_J=C3=B6rg?="
    ))  # fmt: skip
    assert (comma.sender, comma.name) == ("wang@example.org", "Müller, Jörg")
    other = read(raw(b"x").replace(
        b"=?gb2312?B?zfW58MC8?=", b"=?utf-8?b?bGlAZXhhbXBsZS5vcmcsIOeOiw==?="
    ))  # fmt: skip
    assert other.sender == "wang@example.org"


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_headers_that_nobody_encoded(charset: str) -> None:
    head = f"From: 王桂兰 <wang@example.org>\r\nTo: {TO}\r\nSubject: 水管漏水\r\n\r\nx"
    found = read(head.encode(charset))
    assert (found.name, found.sender) == ("王桂兰", "wang@example.org")
    assert found.subject == "水管漏水"


def test_html_without_the_end_of_its_head() -> None:
    page = b"<html><head><title>t</title><body><p>hello there</p>"
    assert read(raw(page, "Content-Type: text/html")).text == "hello there"


def test_a_footer_of_the_server_does_not_replace_the_words() -> None:
    message = EmailMessage()
    message["From"], message["To"] = "a@example.org", TO
    message.set_content("<p>水管漏水</p>", subtype="html")
    message.add_attachment("本邮件已杀毒", disposition="inline")
    assert "水管漏水" in read(message.as_bytes()).text


HOSTILE = {
    "nothing": b"",
    "no headers": b"\r\n\r\n",
    "zeros": b"\x00" * 2_000,
    "nested": nested(30),
    "nested beyond any stack": nested(20_000),
    "ten thousand parts": b'From: a@b.c\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    + b"--b\r\n\r\nx\r\n" * 10_000,
    "a boundary of nothing": b'From: a@b.c\r\nContent-Type: multipart/mixed; boundary=""\r\n\r\nx',
    "no end": b'From: a@b.c\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nx',
    "headers without end": b"Subject: " + b"a" * 3_000_000,
    "many headers": b"".join(b"X-%d: y\r\n" % n for n in range(20_000)) + b"\r\nx",
    "words that decode to nothing": b"From: =?utf-8?B?!!!?= <a@b.c>\r\n"
    b"Subject: =?x?q?=FF?=\r\n\r\nx",
    "base64 that is none": b"From: a@b.c\r\nContent-Transfer-Encoding: base64\r\n\r\n\xff\xfe!!!",
    "uuencode": b"From: a@b.c\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644\r\nend",
    "an address of an address": b"From: <<a@b.c>@d.e>, \"x\" <y>\r\n\r\nx",
    "lines into headers": b"From: a@b.c\r\nSubject: =?utf-8?q?a=0D=0ABcc:_x@y.z?=\r\n\r\nx",
    "a charset that is a path": b"From: a@b.c\r\n"
    b"Content-Type: text/plain; charset=../../x\r\n\r\nx",
    "a file name that is a path": b"From: a@b.c\r\nContent-Type: image/png; name=\"../../etc\"\r\n"
    b"Content-Disposition: attachment; filename*=utf-8''..%2F..%00x\r\n\r\nx",
    "a mark that html does not know": b"From: a@b.c\r\nContent-Type: text/html\r\n\r\n<![foo[x",
    "html without end": b"From: a@b.c\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 200_000,
}  # fmt: skip


def read_or_refused(content: bytes) -> Arrived | None:
    """Nothing but these two."""
    with contextlib.suppress(Unreadable):
        return read(content)
    return None


@pytest.mark.parametrize("name", HOSTILE)
def test_what_wants_to_do_harm_is_read_or_refused(name: str) -> None:
    found = read_or_refused(HOSTILE[name])
    if found is not None:
        assert "\n" not in found.subject + found.name and "\x00" not in found.text
        assert "\r" not in found.message_id and "\n" not in found.message_id


def test_too_large_is_refused() -> None:
    with pytest.raises(Unreadable):
        read(b"From: a@b.c\r\n\r\n" + b"x" * MOST_BYTES)


PIECES = st.sampled_from(
    [
        b"From: a@b.c\r\n", b"To: x\r\n", b"Subject: =?utf-8?b?5rC0?=\r\n", b"\r\n", b"--b\r\n",
        b"--b--\r\n", b'Content-Type: multipart/mixed; boundary="b"\r\n', b"Content-Type: \r\n",
        b"Content-Type: message/rfc822\r\n", b"Content-Type: text/html; charset=\r\n", b"\x00",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: quoted-printable\r\n",
        b"Content-Disposition: attachment; filename*0*=utf-8''%FF; filename*1=x\r\n", b"=?", b"?=",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
        b"<div>", b"&#x110000;", b"\xff\xfe", "水".encode(), b"References: <lianxin..>\r\n",
        b"Content-Type: multipart/alternative; boundary*=utf-8''%62\r\n", b"From: \r\n ,;<@\r\n",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(PIECES, st.binary(max_size=40)), max_size=40))
def test_pieces_of_mails_in_any_order(pieces: list[bytes]) -> None:
    read_or_refused(b"".join(pieces))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_good_mail_with_bytes_changed(data: st.DataObject) -> None:
    content = bytearray(
        mail(html="<p>x</p>", files=(("a.png", b"x" * 50, "image/png"),)).as_bytes()
    )
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    read_or_refused(bytes(content))
