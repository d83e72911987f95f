"""A real browser and a real server, for stories."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.house import PASSWORD

ROOT = Path(__file__).resolve().parent.parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000


def executable() -> str:
    """The installed Chromium or Chrome; without one the test is skipped and says so (in CI it fails)."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    mac = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    if mac.exists():
        return str(mac)
    if os.environ.get("REILU_TEST_EVERYTHING"):
        pytest.fail("no Chromium or Chrome is installed")
    pytest.skip("no Chromium or Chrome is installed")


@contextmanager
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)  # a busy machine draws late; what never comes still fails
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        yield opened
        opened.close()


class Server:
    """`python app.py` on a free port of this machine, with a home of its own."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://localhost:{port}"
        self.log = home / "server.log"
        self.file = self.log.open("w")
        environment = {**os.environ, "REILU_HOME": str(home), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=self.file,
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + 90
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.log.read_text())

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def setup_code(self) -> str:
        found = re.search(r"set-up code is ([\d-]+)", self.log.read_text())
        assert found, self.log.read_text()
        return found[1]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.file.close()


def settled(page: Page) -> None:
    """Wait until Streamlit has drawn what it had to draw."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=PATIENCE)


def sign_in(page: Page, server: Server, login: str) -> None:
    page.goto(server.url + "/auth/sign-in")
    page.get_by_label("User name").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/auth/" not in address, timeout=PATIENCE)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE)
    settled(page)
