"""The README's ten minutes, as a newcomer walks them: one concern, judged twice, with real pages.

Filed on a phone, found at the desk, sorted, dispatched, signed, talked about, answered, judged as
not solved, redone, judged again, closed; then its story is read and the journal verified.
"""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect

from lianxin.cases.models import Case
from lianxin.cli import program
from lianxin.deadlines.actions import load_presets
from lianxin.journal import outbox
from lianxin.journal.verify import verify
from tests.cast import Cast, make_cast
from tests.screen import Screen
from tests.walk import load_sorting

pytestmark = pytest.mark.browser

WORDS = "东关大街中段的路灯坏了三天，晚上老人出门摔了一跤。"


@pytest.fixture
def town(screen: Screen) -> Cast:
    load_presets()
    load_sorting()
    return make_cast()


class Desk:
    """One person's screen at the desk, in front of the one case there is."""

    def __init__(self, screen: Screen, page: Page) -> None:
        self.screen = screen
        self.page = page

    def open(self) -> Desk:
        self.page.locator(".worklist a").first.click()
        expect(self.page.locator(".case")).to_be_visible()
        return self

    def act(self, name: str, **answers: str | bool) -> Desk:
        """Press the button of an act, fill its form, send it, and see that it went through."""
        self.page.locator(f'#beside a[href*="/do/{name}/"]').first.click()
        panel = self.page.locator(".act-panel")
        expect(panel).to_be_visible()
        for field, answer in answers.items():
            control = panel.locator(f'[name="{field}"]').first
            if answer is True:
                control.check()
            elif control.evaluate("it => it.type") == "radio":
                panel.locator(f'[name="{field}"][value="{answer}"]').check()
            elif control.evaluate("it => it.tagName") == "SELECT":
                control.select_option(str(answer))
            else:
                control.fill(str(answer))
        panel.locator("button.btn-primary").click()
        expect(self.page.locator(".notice-success")).to_be_visible()
        expect(panel).to_be_hidden()
        return self

    def answer_points(self, text: str) -> dict[str, str]:
        """The names of the fields of the points, each with the same answer."""
        points = Case.objects.get().points.all()
        return {f"finding_{point.position}": text for point in points}


def file(page: Page) -> tuple[str, str]:
    """File the concern on a phone; the receipt number and the query code."""
    page.click('.doors a[href="/report/"]')
    page.fill("#id_words", WORDS)
    page.click("main .btn-primary")
    page.fill("#id_place", "东关大街中段")
    page.fill("#id_wish", "这周修好")
    page.click("main .btn-primary")
    page.check('input[name="identity"][value="anonymous"]')
    page.click(".form-end .btn-primary")
    page.wait_for_url("**/report/done/")
    code = "".join(ch for ch in page.locator(".code").inner_text() if ch.isdigit())
    return page.locator(".receipt .number").first.inner_text(), code


def judge(screen: Screen, code: str, face: int, solved: str) -> Page:
    """Open the case with the code and judge the reply: 0 is the best face, 2 the worst."""
    page = screen.phone("/track/")
    page.fill("#id_code", code)
    page.click("main .btn-primary")
    page.wait_for_url("**/track/case/")
    page.click('a[href="/track/case/rate/"]')
    page.check(f'input[name="solved"][value="{solved}"]')
    for row in range(3):
        page.locator(".face").nth(row * 3 + face).click()
    page.click("main .btn-primary")
    page.wait_for_url("**/track/case/")
    return page


def test_a_newcomer_walks_the_whole_loop(screen: Screen, town: Cast) -> None:
    _number, code = file(screen.phone("/"))
    assert len(code) == 20
    outbox.drain()

    dispatcher = Desk(screen, screen.desk(town.dispatcher)).open()
    expect(dispatcher.page.locator(".case")).to_contain_text(WORDS)
    dispatcher.act(
        "sort", kind="complaint", category="roads.lights", urgency="ordinary", solvability="steps"
    )
    dispatcher.act("dispatch", unit=str(town.housing.pk), reason="路灯归住建局管")

    liaison = Desk(screen, screen.desk(town.liaison)).open()
    liaison.act("sign").act("assign", handler=str(town.handler.pk))

    handler = Desk(screen, screen.desk(town.handler)).open()
    handler.act("start_handling", no_interest=True)
    handler.act("log_contact", way="phone", text="约好今晚到现场看。")
    handler.act(
        "submit_reply",
        verdict="support",
        summary="您说的三盏灯今晚换好了。",
        basis="《城市照明管理规定》第二十条",
        **handler.answer_points("换了三盏灯。"),
    )
    Desk(screen, screen.desk(town.leader)).open().act("approve_reply")

    judge(screen, code, face=2, solved="no")
    assert Case.objects.get().state == "follow_up"
    supervisor = Desk(screen, screen.desk(town.supervisor)).open()
    supervisor.act("order_rework", text="只换了灯泡，线路没修，当晚又灭了。")

    handler = Desk(screen, screen.desk(town.handler)).open()
    handler.act(
        "submit_reply",
        verdict="support",
        summary="您说的那段线路重新接过，灯亮了三晚。",
        basis="《城市照明管理规定》第二十条",
        history="上次只换了灯泡；这次换了线路。",
        **handler.answer_points("线路换了，灯亮了。"),
    )
    Desk(screen, screen.desk(town.leader)).open().act("approve_reply")

    resident = judge(screen, code, face=0, solved="yes")
    case = Case.objects.get()
    assert (case.state, case.closing) == ("closed", "solved")
    story = resident.locator("main")
    for told in ("只换了灯泡，线路没修，当晚又灭了。", "您说的那段线路重新接过，灯亮了三晚。"):
        expect(story).to_contain_text(told)
    expect(story).not_to_contain_text(town.handler.name)
    screen.check(resident)

    assert verify()
    said = CliRunner().invoke(program, ["journal", "verify"])
    assert said.exit_code == 0, said.output
    screen.complaints_are_none()
