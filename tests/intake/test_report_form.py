"""From three plain screens to a receipt, without JavaScript, without an account."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from lianxin.intake.forms import Who
from lianxin.intake.models import Attachment, Concern
from lianxin.kernel.ids import format_code, format_number
from lianxin.vault import queries as vault
from tests.cast import Cast
from tests.intake.paper import NAMED, SCREENS, WORDS, fill, hidden, last_screen, picture

pytestmark = pytest.mark.django_db


def test_three_screens_make_a_concern_and_a_receipt(cast: Cast) -> None:
    client = Client()
    answer = fill(client, *SCREENS[:2], NAMED | {"about_official": "on"}, files=(picture(),))
    assert answer.status_code == 303 and answer["Location"] == "/report/done/"
    concern = Concern.objects.get()
    assert concern.words == WORDS and concern.wish == "这周修好"
    assert concern.about_official and concern.identity == "named"
    assert vault.fields(concern.uuid) == ["name", "phone"]
    assert concern.attachments.count() == 1

    page = client.get("/report/done/").content.decode()
    assert format_number(concern.number) in page
    code = page.partition('class="number-big code">')[2].partition("<")[0]
    assert client.post("/track/", {"code": code})["Location"] == "/track/case/"
    assert code.replace(" ", "") not in answer["Location"]
    assert code == format_code(code.replace(" ", ""))


def test_the_receipt_can_be_put_away_and_belongs_to_one_browser(cast: Cast) -> None:
    client = Client()
    fill(client, *SCREENS)
    assert "number-big" in client.get("/report/done/").content.decode()
    assert "number-big" not in Client().get("/report/done/").content.decode()
    assert client.post("/report/done/").status_code == 302
    assert "number-big" not in client.get("/report/done/").content.decode()
    client.cookies["receipt"] = "WyJBIl0:forged:signature"
    assert client.get("/report/done/").status_code == 200


def test_a_double_click_and_a_lost_answer_give_the_same_receipt(cast: Cast) -> None:
    client, post = Client(), last_screen(key=str(uuid.uuid4()))
    for _ in range(3):
        assert client.post("/report/", post).status_code == 303
    once = client.get("/report/done/").content
    client.post("/report/", post)
    assert client.get("/report/done/").content.split(b"csrf")[0] == once.split(b"csrf")[0]
    assert Concern.objects.count() == 1


def test_other_words_under_the_same_key_are_explained_and_can_be_sent(cast: Cast) -> None:
    client, post = Client(), last_screen(key=str(uuid.uuid4()))
    client.post("/report/", post)
    answer = client.post("/report/", post | {"words": "另一件事：井盖松了。"})
    number = format_number(Concern.objects.get().number)
    assert answer.status_code == 200 and number in answer.content.decode()
    again = client.post("/report/", {**hidden(answer), "do": "next", "identity": "anonymous"})
    assert again.status_code == 303
    assert Concern.objects.count() == 2


def test_anonymous_keeps_nothing_even_when_a_number_was_typed(cast: Cast) -> None:
    answer = fill(Client(), *SCREENS[:2], NAMED | {"identity": "anonymous", "phone": "不是号码"})
    assert answer.status_code == 303
    concern = Concern.objects.get()
    assert vault.fields(concern.uuid) == []
    assert concern.reply_mode == "online"


def test_going_back_loses_nothing(cast: Cast) -> None:
    client = Client()
    third = fill(client, *SCREENS[:2])
    back = client.post("/report/", {**hidden(third), **NAMED, "do": "1"})
    page = back.content.decode()
    assert WORDS in page and 'class="errors"' not in page
    assert hidden(back)["place"] == ["东关大街中段"] and hidden(back)["phone"] == ["13812345678"]
    on = client.post("/report/", {**hidden(back), "words": WORDS + "又坏了。", "do": "next"})
    assert "这周修好" in on.content.decode()


def test_files_survive_a_mistake_and_can_be_taken_away(cast: Cast) -> None:
    client = Client()
    answer = fill(client, {"words": ""}, files=(picture(), picture("PNG")))
    kept = hidden(answer)["attachment"]
    assert len(kept) == 2 and Attachment.objects.filter(concern=None).count() == 2
    answer = client.post("/report/", {**hidden(answer), "words": WORDS, "drop": kept[0]})
    assert hidden(answer)["attachment"] == kept[1:]
    more: Any = {**hidden(answer), "words": WORDS, "do": "next"}
    answer = client.post("/report/", more | {"attachments": [picture() for _ in range(10)]})
    assert len(hidden(answer)["attachment"]) == 10
    assert (
        "10" in answer.content.decode() and 'id="id_attachments_error"' in answer.content.decode()
    )


def test_one_photo_can_be_sent_while_writing(cast: Cast) -> None:
    client = Client()
    kept = client.post("/report/file/", {"attachments": picture()}).json()
    assert client.get(kept["url"])["Content-Type"] == "image/jpeg"
    fill(client, SCREENS[0] | {"attachment": kept["name"]}, *SCREENS[1:])
    assert Concern.objects.get().attachments.get().uuid == uuid.UUID(kept["name"])
    wrong = client.post("/report/file/", {"attachments": picture("BMP")})
    assert wrong.status_code == 422 and wrong.json()["problem"]


def test_a_place_may_be_words_an_area_a_pin_or_unknown(cast: Cast) -> None:
    for where in (
        {"place": "老桥头"},
        {"area": str(cast.east_area.pk)},
        {"latitude": "23.366012", "longitude": "103.384004"},
        {"nowhere": "on"},
    ):
        assert fill(Client(), SCREENS[0], where, SCREENS[2]).status_code == 303
    pinned = Concern.objects.get(latitude__isnull=False)
    assert pinned.latitude == Decimal("23.366012")
    assert Concern.objects.filter(area=cast.east_area).count() == 1
    answer = fill(Client(), SCREENS[0], {})
    assert 'id="id_place_error"' in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("１３８ 1234－5678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("0873-2123456", "08732123456"),
        ("2123456", "2123456"),
        ("+852 2345 6789", "+85223456789"),
        ("1381234567", None),
        ("138123456789", None),
        ("12812345678", None),
        ("张三", None),
        ("12345", None),
    ],
)
def test_a_telephone_number_as_people_write_it(typed: str, kept: str | None) -> None:
    form = Who(NAMED | {"phone": typed})
    assert form.is_valid() == (kept is not None)
    assert kept is None or form.cleaned_data["phone"] == kept


def test_filing_costs_few_statements_and_no_session(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    client = Client()
    client.post("/report/", last_screen())
    # A savepoint's two among them; what travels together on PostgreSQL goes one by one on SQLite.
    apart = 2 * (connection.vendor == "sqlite")
    for post, statements in ((last_screen(), 4), (last_screen(**NAMED), 5)):
        with django_assert_num_queries(statements + apart):
            answer = client.post("/report/", post)
        assert answer.status_code == 303 and "sessionid" not in answer.cookies
