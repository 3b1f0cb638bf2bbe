"""A reception day as people see it: published, booked on a phone, heard at the desk, rated."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import expect

from lianxin.intake.models import Concern, ReceptionDay, Turn
from lianxin.kernel import clock
from tests.cast import Cast, make_cast
from tests.intake.channels.reception.days import begun
from tests.screen import DESK, Screen, picture
from tests.walk import load_sorting

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(screen: Screen) -> Cast:
    found = make_cast()
    load_sorting()
    return found


def test_from_the_calendar_to_the_judgement(screen: Screen, cast: Cast) -> None:
    begins = clock.now().astimezone(clock.SHANGHAI) + timedelta(days=3)
    desk = screen.desk(cast.dispatcher, "/desk/reception/")
    screen.check(desk)
    desk.get_by_role("link", name="公布接访日").first.click()
    desk.locator("#id_leader").fill("欧阳建国")
    desk.locator("#id_post").fill("副县长")
    desk.locator("#id_portfolio").fill("水利、交通")
    desk.locator("#id_unit").select_option(label="信访局")
    desk.locator("#id_place").fill("信访局一楼接访室")
    desk.locator("#id_starts_at").fill(f"{begins:%Y-%m-%dT09:00}")
    desk.locator("#id_ends_at").fill(f"{begins:%Y-%m-%dT11:30}")
    screen.check(desk)
    picture(desk, "publish")
    desk.locator("form.form button[type=submit]").click()
    expect(desk.get_by_text("已公布")).to_be_visible()
    day = ReceptionDay.objects.get()

    phone = screen.phone("/")
    phone.get_by_role("link", name="预约领导接访").click()
    screen.check(phone)
    picture(phone, "calendar")
    phone.get_by_role("link", name="预约", exact=True).click()
    screen.check(phone)
    picture(phone, "book")
    phone.get_by_role("button", name="确认预约").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("预约好了")
    screen.check(phone)
    picture(phone, "booked")
    code = phone.locator("dd[translate=no]").inner_text()

    with transaction.atomic():
        begun(day)
    desk.goto(f"{screen.address}/desk/reception/{day.code}/")
    desk.get_by_role("button", name="来人取号").click()
    screen.check(desk)
    picture(desk, "slip")
    desk.goto(f"{screen.address}/desk/reception/{day.code}/")
    screen.check(desk)
    picture(desk, "day")
    desk.set_viewport_size({"width": DESK, "height": 900})
    desk.get_by_role("link", name="登记反映的事").first.click()
    desk.locator("[name=words]").fill("村口的桥塌了半边，孩子上学要绕五里路。")
    desk.locator("[name=answered]").fill("下周派人来看。")
    desk.locator("[name=identity][value=anonymous]").check()
    screen.check(desk)
    picture(desk, "heard")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".receipt-desk")).to_be_visible()
    assert Concern.objects.get().turn == Turn.objects.get(number=1)

    phone.goto(f"{screen.address}/turn/")
    phone.locator("#id_code").fill(code)
    phone.get_by_role("button", name="查看").click()
    screen.check(phone)
    picture(phone, "rate")
    phone.get_by_text("热情耐心").click()
    phone.get_by_role("button", name="提交评价").click()
    expect(phone.get_by_text("您已评价过接待")).to_be_visible()
    assert Turn.objects.get(number=1).attitude == 3
    screen.complaints_are_none()
