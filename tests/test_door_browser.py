"""The anonymous door in a real browser without scripts: its weight, its keyboard, its width; and two hundred at once."""

from __future__ import annotations

import re
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlmodel import select

from ethics.door import receipts
from ethics.mismatches.models import Flag
from tests.browser import PATIENCE, Server
from tests.house import House

pytestmark = pytest.mark.browser

SAID = "Luvattiin 19,90 €, lasku on 34,90 €. Soittaja oli Matti Virtanen, 040 123 4567."
LONG = "x" * 300
#: Everything that can be pressed, with the box that takes the finger: a tick's whole row.
TARGETS = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
  .filter(e => e.type !== 'hidden' && !e.classList.contains('unseen'))
  .map(e => e.closest('label') || e).map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])
  .filter(([_, height]) => height > 0 && height < 46)"""
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOCUS = """() => { const e = document.activeElement, seen = x => x && getComputedStyle(x).outlineStyle !== 'none';
  return [e.tagName, e.name || '', e.value || e.textContent, seen(e) || seen(e.closest('label'))] }"""


class Visit:
    """A visitor without scripts; what the browser loads and complains of is counted."""

    def __init__(self, chromium: Browser, **look: Any) -> None:
        self.context: BrowserContext = chromium.new_context(java_script_enabled=False, locale="en-GB", **look)
        self.context.set_default_timeout(PATIENCE)
        self.loaded: list[tuple[str, int]] = []
        self.complaints: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("requestfinished", self._count)
        self.page.on("console", self._complain)

    def _count(self, request: Any) -> None:
        sizes = request.sizes()
        self.loaded.append((request.url, sizes["responseBodySize"] + sizes["responseHeadersSize"]))

    def _complain(self, message: Any) -> None:
        if "status of 400" not in message.text:  # a form that came back; Chromium mentions it
            self.complaints.append(message.text)

    def choose(self, server: Server) -> None:
        self.page.goto(server.url + "/flag")
        self.page.get_by_label("Which client is it about?").select_option(index=1)
        self.page.get_by_role("button", name="Continue").click()

    def fill(self, text: str) -> None:
        self.page.get_by_label("What is so?").fill(text)
        self.page.get_by_role("radio", name="Hidden price or terms").check()
        self.page.get_by_role("radio", name="2 · Clear").check()
        self.page.get_by_role("radio", name="I saw it").check()

    def send(self) -> None:
        self.page.locator("main button[value=send]").click()

    def receipt(self) -> str:
        return "-".join(self.page.locator(".receipt span").all_inner_texts())


def test_a_whole_visit_takes_five_requests_and_sixty_kilobytes(
    chromium: Browser, furnished: tuple[House, Server]
) -> None:
    """With personal data found on the way, and the receipt typed once more at the end."""
    visit = Visit(chromium, viewport={"width": 320, "height": 640})
    visit.choose(furnished[1])
    visit.fill(SAID)
    visit.send()
    assert visit.page.get_by_role("checkbox", name="Matti Virtanen").is_checked()
    visit.send()
    visit.page.get_by_label("Type it here").fill(visit.receipt().lower())
    visit.page.get_by_role("button", name="Check").click()
    assert "the receipt works" in visit.page.inner_text("main")
    assert len(visit.loaded) <= 5, visit.loaded
    assert sum(size for _, size in visit.loaded) <= 60_000, visit.loaded
    assert visit.complaints == []
    assert visit.context.cookies() == []
    visit.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_the_narrowest_phone_nothing_sticks_out_and_every_target_fits_a_finger(
    chromium: Browser, furnished: tuple[House, Server], scheme: str
) -> None:
    visit = Visit(chromium, viewport={"width": 320, "height": 640}, color_scheme=scheme)
    page = visit.page

    def fits() -> None:
        folded = page.locator("details:not([open]) > summary")
        while folded.count():
            folded.first.click()
        assert page.evaluate(WIDE) == 0, page.title()
        assert page.evaluate(TARGETS) == [], page.title()

    page.goto(furnished[1].url + "/flag")
    fits()
    visit.choose(furnished[1])
    fits()
    visit.fill(SAID + LONG)
    page.get_by_role("checkbox", name="blow the whistle").check()
    visit.send()
    assert "Not sent yet" in page.title()
    fits()
    page.get_by_role("radio", name="3 · Serious").check()
    visit.send()
    fits()
    visit.send()
    fits()
    receipt = visit.receipt()
    page.goto(furnished[1].url + "/follow")
    page.get_by_label("Receipt").fill(receipt[:-1])
    page.get_by_role("button", name="Open").click()
    fits()
    page.get_by_label("Receipt").fill(receipt)
    page.get_by_role("button", name="Open").click()
    fits()
    page.get_by_role("button", name="Send another flag on this receipt").click()
    fits()
    assert visit.complaints == []
    visit.context.close()


def test_the_keyboard_alone_files_a_flag_and_focus_is_always_seen(
    chromium: Browser, furnished: tuple[House, Server]
) -> None:
    visit = Visit(chromium, viewport={"width": 1280, "height": 900})
    page = visit.page
    walked: list[str] = []

    def tab_to(name: str, value: str = "") -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            _tag, found, holds, seen = page.evaluate(FOCUS)
            walked.append(found)
            assert seen, f"the focus on {found or holds} is not seen"
            if found == name and (not value or holds == value):
                return
        raise AssertionError(f"Tab never came to {name}")

    page.goto(furnished[1].url + "/flag")
    tab_to("client")
    page.keyboard.press("ArrowDown")
    tab_to("act")
    page.keyboard.press("Enter")
    page.locator("#text").wait_for()
    walked.clear()
    tab_to("text")
    page.keyboard.type("Se ei toimi niin kuin luvattiin")
    tab_to("category")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tab_to("severity")
    page.keyboard.press("Space")
    tab_to("certainty")
    page.keyboard.press("Space")
    tab_to("when")
    page.keyboard.press("ArrowDown")
    tab_to("act")
    page.keyboard.press("Enter")
    page.locator(".receipt").wait_for()
    order = [name for name in dict.fromkeys(walked) if name]
    assert order[0] == "to", "the language first, as on the page"
    assert [
        name for name in order if name in ("text", "category", "severity", "certainty", "whistle", "when", "act")
    ] == ["text", "category", "severity", "certainty", "whistle", "when", "act"]
    assert "Until " in page.inner_text("ol")
    visit.context.close()


def test_enter_in_a_field_sends_the_form_rather_than_changing_its_language(
    chromium: Browser, furnished: tuple[House, Server]
) -> None:
    visit = Visit(chromium, viewport={"width": 390, "height": 800})
    visit.choose(furnished[1])
    visit.fill("Se ei toimi")
    visit.page.get_by_text("Say the promise in your own words").click()
    visit.page.get_by_label("Where was it said?").fill("Verkkosivu")
    visit.page.keyboard.press("Enter")
    visit.page.locator(".receipt").wait_for()
    assert visit.page.locator("html").get_attribute("lang") == "en"
    visit.context.close()


def test_two_hundred_forms_at_once_are_two_hundred_flags_with_receipts_of_their_own(
    furnished: tuple[House, Server],
) -> None:
    house, server = furnished

    def post(number: int) -> tuple[int, str]:
        fields = {
            "act": "send",
            "client": str(house.client_ids[number % len(house.client_ids)]),
            "token": receipts.new_token(),
            "text": f"Yhtä aikaa, lomake {number}",
            "category": "M05",
            "severity": "2",
            "certainty": "saw",
        }
        body = urllib.parse.urlencode(fields).encode()
        with urllib.request.urlopen(server.url + "/flag", body, timeout=55) as answer:
            return answer.status, "".join(re.findall(r"<span>(\w{4})</span>", answer.read().decode()))

    began = time.monotonic()
    with ThreadPoolExecutor(200) as crowd:
        answers = list(crowd.map(post, range(200)))
    assert time.monotonic() - began < 60
    assert {status for status, _ in answers} == {200}
    assert len({receipt for _, receipt in answers if len(receipt) == 32}) == 200
    with house.db.read() as tx:
        stored = tx.exec(select(Flag.text).where(Flag.text.startswith("Yhtä aikaa"))).all()  # type: ignore[attr-defined]
    assert len(set(stored)) == 200
