"""Stories in a real browser: set-up, a flag's way to the score and to the PDF, and who is kept out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from ethics import settings as house_settings
from ethics.access import Role
from ethics.clients.models import Client
from ethics.database import today
from ethics.mismatches import own
from ethics.people import accounts
from ethics.risk import scores
from tests.browser import PATIENCE, Server, settled, sign_in
from tests.house import PASSWORD, House

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def score_of(house: House, name: str) -> float:
    with house.db.read() as tx:
        found = {tx.get(Client, number).name: row.score for number, row in scores.latest(tx).items()}  # type: ignore[union-attr]
    return found[name] or 0.0


def test_the_first_visit_sets_reilu_up_with_the_sample_centre(tmp_path: Path, page: Page) -> None:
    """The newcomer's story: the code from the terminal, a password of one's own, twelve clients to look at."""
    house_settings.create_secrets(tmp_path)
    server = Server(tmp_path)
    try:
        page.goto(server.url)
        expect(page.get_by_role("heading", level=1)).to_have_text("Set up Reilu")
        page.get_by_label("Set-up code").fill(server.setup_code())
        page.get_by_label("Your name").fill("First")
        page.get_by_label("User name").fill("admin")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Password again").fill(PASSWORD)
        page.get_by_role("button", name="Create the administrator").click()
        page.wait_for_url(lambda address: "/auth/" not in address, timeout=120_000)
        page.get_by_role("link", name="Portfolio").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("of 12 clients", timeout=PATIENCE)
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_contain_text("of 12 clients", timeout=PATIENCE)
    finally:
        server.stop()


def test_a_flag_reaches_the_score_and_the_pdf(furnished: tuple[House, Server], chromium: Browser) -> None:
    """Agent files → officer confirms → manager sees the score move → executive reads it in the PDF."""
    house, server = furnished
    with house.db.read() as tx:
        client = tx.get(Client, house.client_ids[1])
        assert client is not None
        name = client.name
    words = "Luvattiin lahjapaketti, tulikin jatkuva tilaus"
    before = score_of(house, name)

    def person() -> Page:
        context = chromium.new_context(viewport={"width": 1280, "height": 1000}, locale="en-GB")
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    agent = person()
    sign_in(agent, server, "agent.test")
    agent.goto(f"{server.url}/new-flag?client={name}")
    agent.get_by_role("radio", name="Hidden price").click()
    agent.get_by_label("3 · What is so?").fill(words)
    agent.get_by_role("radio", name="Grave").click()
    agent.get_by_role("radio", name="I have proof").click()
    agent.get_by_role("radio", name=re.compile("The officer and the client")).click(force=True)
    settled(agent)
    agent.get_by_role("button", name="Send the flag").click()
    expect(agent.get_by_role("heading", level=1)).to_have_text("Sent. Thank you for telling.")

    officer = person()
    sign_in(officer, server, "officer.test")
    officer.goto(server.url + "/triage")
    settled(officer)
    with house.db.read() as tx:
        mine = own.own(tx, house.actor(Role.AGENT))
    assert [flag.text for flag in mine] == [words]
    pages = 0
    while not officer.locator(f".st-key-read_{mine[0].id} button").count():
        officer.get_by_role("button", name="Next ones").click()
        expect(officer.get_by_text(f"Page {pages + 2} of")).to_be_visible()
        settled(officer)
        pages += 1
    reads = officer.locator(f".st-key-read_{mine[0].id} button")
    if reads.is_enabled():
        reads.click()
    expect(officer.get_by_text(words)).to_be_visible()
    settled(officer)
    officer.get_by_label("Outcome").click()
    officer.get_by_role("option", name=re.compile("Corrective action")).click()
    settled(officer)
    officer.get_by_label("Reason, for the file").fill("The offer says one package, the terms a subscription.")
    officer.get_by_label("Answer to the reporter").fill("Thank you. We have asked the client to repair it.")
    officer.get_by_role("button", name="Decide and answer").click()
    expect(officer.get_by_text("Decided. The client's score is up to date.")).to_be_visible()

    manager = person()
    sign_in(manager, server, "manager.test")
    manager.goto(f"{server.url}/client?id={house.client_ids[1]}")
    after = score_of(house, name)
    assert after >= 45 > before or after > before
    expect(manager.get_by_text(f"{round(after)} of 100.")).to_be_visible()

    executive = person()
    sign_in(executive, server, "executive.test")
    executive.goto(f"{server.url}/client?id={house.client_ids[1]}")
    executive.get_by_role("button", name="Make a review").click()
    expect(executive.get_by_text(re.compile(r"Review R-\d{4}-\d{3} is frozen"))).to_be_visible()
    with executive.expect_download() as waiting:
        executive.get_by_role("link", name=re.compile(r"R-\d{4}-001.*PDF")).click(modifiers=["Alt"])
    text = "\n".join(p.extract_text() for p in PdfReader(waiting.value.path()).pages)
    folded = re.sub(r"\s+", " ", text)
    assert name in folded
    assert str(round(after)) in folded
    assert words in folded

    agent.goto(server.url + "/my-flags")
    agent.get_by_text("Messages", exact=True).click()
    expect(agent.get_by_text("We have asked the client to repair it.")).to_be_visible()


def test_hr_brings_a_file_in_through_the_page(furnished: tuple[House, Server], page: Page) -> None:
    house, server = furnished
    sign_in(page, server, "hr.test")
    with house.db.read() as tx:
        client = tx.get(Client, house.client_ids[0])
        assert client is not None
    rows = f"client,week,contacts\n{client.name},{today():%G-W%V},40\n"
    page.get_by_role("radio", name="Contacts").click()
    settled(page)
    page.locator(".st-key-import_file_contacts input[type=file]").set_input_files(
        {"name": "yhteydenotot.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.get_by_role("button", name="Import the file", exact=True).click()
    expect(page.get_by_text("Imported as batch")).to_be_visible()


def test_the_administrator_adds_a_person_who_then_signs_in(
    furnished: tuple[House, Server], page: Page, chromium: Browser
) -> None:
    _, server = furnished
    sign_in(page, server, "admin")
    page.goto(server.url + "/people")
    page.get_by_role("textbox", name="Name", exact=True).fill("Uusi Ihminen")
    page.get_by_role("textbox", name="User name").fill("uusi")
    page.locator(".st-key-people_roles input").click()
    page.get_by_role("option", name="Agent").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add", exact=True).click()
    shown = page.get_by_text(re.compile("One-time password"))
    expect(shown.first).to_be_visible()
    code = re.search(r"\w{5}-\w{5}-\w{5}", page.locator("[data-testid=stCode]").inner_text())
    assert code
    newcomer = chromium.new_context(locale="en-GB").new_page()
    newcomer.goto(server.url)
    newcomer.get_by_label("User name").fill("uusi")
    newcomer.get_by_label("Password").fill(code[0])
    newcomer.get_by_role("button", name="Sign in").click()
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("A new password")


def test_the_pdf_is_for_those_who_may_read_it(furnished: tuple[House, Server], chromium: Browser) -> None:
    house, server = furnished
    from ethics.access import TERMINAL
    from reports import reviews

    with house.db.write() as tx:
        number = reviews.make(tx, TERMINAL, house.client_ids[-1])
    statuses = {}
    for login in ("executive.test", "manager.test", "agent.test", "hr.test", "admin"):
        context = chromium.new_context(locale="en-GB")
        page = context.new_page()
        sign_in(page, server, login)
        answer = context.request.get(f"{server.url}/files/reviews/{number}.pdf")
        statuses[login] = answer.status
        if answer.ok:
            assert PdfReader(io.BytesIO(answer.body())).pages
    assert statuses == {"executive.test": 200, "manager.test": 404, "agent.test": 404, "hr.test": 404, "admin": 404}
    anonymous = chromium.new_context().request.get(f"{server.url}/files/reviews/{number}.pdf")
    assert anonymous.status == 401


def test_a_link_inside_the_house_survives_the_sign_in(furnished: tuple[House, Server], page: Page) -> None:
    house, server = furnished
    page.goto(f"{server.url}/client?id={house.client_ids[0]}")
    page.get_by_label("User name").fill("manager.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**/client?id={house.client_ids[0]}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_language_changes_on_the_page_and_in_its_html(furnished: tuple[House, Server], page: Page) -> None:
    house, server = furnished
    sign_in(page, server, "executive.test")
    page.get_by_role("radio", name="Suomi").click()
    expect(page.get_by_role("link", name="Salkku")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Salkku")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "fi"
    with house.db.write() as tx:
        accounts.choose_language(tx, house.user_ids[Role.EXECUTIVE], "en")


def test_signing_out_in_one_tab_ends_the_other(furnished: tuple[House, Server], page: Page) -> None:
    _, server = furnished
    sign_in(page, server, "officer.test")
    other = page.context.new_page()
    other.goto(server.url + "/triage")
    expect(other.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    other.get_by_role("radio", name=re.compile("^Decided")).click()
    expect(other.get_by_role("heading", level=1)).to_have_text("You are signed out")


def test_nothing_is_asked_of_another_host_and_nothing_breaks_the_policy(
    furnished: tuple[House, Server], page: Page
) -> None:
    _, server = furnished
    elsewhere, complaints = [], []
    page.on(
        "request", lambda r: elsewhere.append(r.url) if not r.url.startswith((server.url, "data:", "blob:")) else None
    )
    page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
    sign_in(page, server, "executive.test")
    page.goto(server.url + "/portfolio")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.locator("canvas").first.wait_for()
    settled(page)
    assert elsewhere == []
    assert complaints == []


@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/set-up"])
def test_the_plain_pages_fit_a_small_phone(furnished: tuple[House, Server], chromium: Browser, path: str) -> None:
    _, server = furnished
    phone = chromium.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False).new_page()
    phone.goto(server.url + path)
    assert phone.locator("h1").is_visible()
    box = phone.locator("form").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
