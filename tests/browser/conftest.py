"""A headless Chromium with no network, shared by the browser tests."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Visit:
    """An open page and everything that it asked for or complained of."""

    page: object
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def chromium():
    """Give a running browser, or skip where the machine has none."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium fonts-noto-cjk")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, tmp_path):
    """Give a function that opens the text of a page, offline, and watches it."""
    context = chromium.new_context(offline=True, viewport={"width": 1280, "height": 800})

    def opened(text: str, *, width: int = 1280, height: int = 800) -> Visit:
        file = Path(tmp_path) / "map.html"
        file.write_text(text, encoding="utf-8", newline="")
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        seen = Visit(page=page)
        page.on("console", lambda message: seen.complaints.append(message.text))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))

        def gate(route):
            seen.requests.append(route.request.url)
            if route.request.url == file.as_uri():
                route.continue_()
            else:
                route.abort()

        page.route("**/*", gate)
        page.goto(file.as_uri())
        return seen

    yield opened
    context.close()
