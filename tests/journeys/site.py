"""The real site, as `make run` starts it: its own data directory, port, worker and sandbox."""

import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Locator,
    Page,
    Response,
    expect,
)

from market.seed.people import PASSWORD
from tests.run import BROWSERS

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 640}
DESKTOP = {"width": 1280, "height": 900}
ACCEPTED = {"zh": "zh-CN,zh;q=0.9", "en": "en-GB,en;q=0.9"}
PATIENCE = 60_000  # ms; every wait is for a condition, this only bounds what never comes
START_SECONDS = 600  # a site that cannot start ends at once; this is for a machine out of breath
END_SECONDS = 60
expect.set_options(timeout=PATIENCE)


@dataclass
class Snapshot:
    """A page as somebody saw it: where, and the markup they got."""

    url: str
    shape: str
    markup: str


@dataclass
class Recorder:
    """Collects each distinct page the journeys visit and everything that went wrong on the way."""

    pages: dict[str, Snapshot] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Note failed requests and script errors of this page from now on."""
        page.on("response", self._note_response)
        page.on("pageerror", lambda error: self.faults.append(f"script: {page.url}: {error}"))

    def keep(self, page: Page) -> None:
        """Remember what the page shows now, once all of it is there; called at each step worth
        judging."""
        page.wait_for_load_state("domcontentloaded")
        language = page.locator("html").get_attribute("lang") or ""
        shape = f"{shape_of(page.url)} {language[:2]}"
        if shape not in self.pages:
            self.pages[shape] = Snapshot(page.url, shape, page.content())

    def _note_response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.faults.append(f"{response.status} {response.url} on {response.frame.url}")
        elif response.status >= 500:
            self.faults.append(f"{response.status} {response.url}")


def shape_of(url: str) -> str:
    """The address with ids and query values taken out: one shape per kind of page."""
    path, _, query = url.split("://", 1)[-1].partition("?")
    parts = ["*" if len(p) >= 12 and p.isalnum() else p for p in path.split("/")[1:]]
    names = sorted({pair.split("=")[0] for pair in query.split("&") if pair})
    return "/" + "/".join(parts) + ("?" + "&".join(names) if names else "")


@dataclass
class Site:
    """A running site and the browser that visits it."""

    url: str
    data_dir: Path
    browser: Browser
    recorder: Recorder = field(default_factory=Recorder)

    def __call__(self, path: str) -> str:
        """The whole address of a path."""
        return self.url + path

    @contextmanager
    def visitor(
        self, *, size: dict[str, int] = PHONE, language: str = "zh", javascript: bool = True
    ) -> Iterator[Page]:
        """A page of somebody who has never been here."""
        context = self.context(size=size, language=language, javascript=javascript)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        self.recorder.watch(page)
        if language == "en":  # the first page already speaks what the browser asks for
            page.goto(self("/"))
            expect(page.locator("html")).to_have_attribute("lang", "en")
        yield page
        context.close()

    def context(
        self, *, size: dict[str, int] = PHONE, language: str = "zh", javascript: bool = True
    ) -> BrowserContext:
        """A browser without cookies."""
        return self.browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            locale="zh-CN" if language == "zh" else "en-GB",
            extra_http_headers={"Accept-Language": ACCEPTED[language]},
            timezone_id="Asia/Shanghai",
            java_script_enabled=javascript,
        )

    def visit(self, page: Page, path: str, *, status: int = 200) -> Page:
        """Open a path, require its status and keep the page for the crawl."""
        response = page.goto(path if "://" in path else self(path))
        assert response is not None
        assert response.status == status, f"{path}: {response.status}"
        self.recorder.keep(page)
        return page

    def keep(self, page: Page) -> None:
        """Keep the page shown now (after a form was sent) for the crawl."""
        self.recorder.keep(page)

    def sign_in(self, page: Page, phone: str, password: str = PASSWORD) -> None:
        """Sign in with the password as somebody would, on the sign-in page."""
        self.visit(page, "/sign-in")
        page.locator("main input[name=phone]").fill(phone)
        page.locator("main input[name=password]").fill(password)
        send(page, "password")
        expect(page).not_to_have_url(self("/sign-in"))

    def sign_up(self, page: Page, phone: str, name: str) -> None:
        """Register by phone and the code that the development adapter shows; the page may
        already be the sign-up page, reached from elsewhere."""
        if "/sign-up" not in page.url:
            self.visit(page, "/sign-up")
        page.locator("main input[name=phone]").fill(phone)
        send(page, "phone")
        self.enter_code(page, phone)
        page.locator("main input[name=display_name]").fill(name)
        page.locator("main input[name=agree]").check()
        send(page, "agree")
        expect(page).not_to_have_url(re.compile("/sign-up"))

    def enter_code(self, page: Page, phone: str) -> None:
        """Type the code that was sent to this phone and send it."""
        field = page.locator("main input[name=code]")
        expect(field).to_be_visible()  # the page that asks for it comes after it was sent
        self.keep(page)
        field.fill(self.code_for(phone))
        send(page, "code")
        self.keep(page)

    def code_for(self, phone: str) -> str:
        """The newest code sent to this phone, read from the page of the development adapter."""
        with urllib.request.urlopen(self("/dev/messages"), timeout=10) as answer:
            text = re.sub(r"<[^>]+>", " ", answer.read().decode())
        after = text.split(phone, 1)
        assert len(after) == 2, f"no message to {phone}"
        found = re.search(r"\b(\d{6})\b", after[1])
        assert found is not None, after[1][:200]
        return found.group(1)


def until(page: Page, seen: Callable[[], bool], again: Callable[[], object]) -> None:
    """Look again and again until something that the worker or the gateway does is seen."""
    end = time.monotonic() + PATIENCE / 1000
    while not seen():
        assert time.monotonic() < end, (
            f"not seen on {page.url}: {page.locator('main').inner_text()}"
        )
        page.wait_for_timeout(250)
        again()


def send(page: Page, field_name: str) -> None:
    """Press the last button of the form in main that holds this field."""
    form = page.locator("main form").filter(has=page.locator(f"[name={field_name}]")).first
    form.locator("button").last.click()


def fill_in(page: Page, **values: object) -> None:
    """Fill fields of the page by their names, whatever each is: text, choice, tick or file."""
    for name, value in values.items():
        fields = page.locator(f'main [name="{name}"]:not([type=hidden])')
        kind = fields.first.get_attribute("type")
        if fields.first.evaluate("field => field.tagName") == "SELECT":
            fields.first.select_option(str(value))
        elif kind == "file":
            fields.first.set_input_files(cast(FilePayload, value))
        elif isinstance(value, bool):
            fields.first.set_checked(value)
        elif kind in ("radio", "checkbox"):
            for chosen in value if isinstance(value, tuple) else (value,):
                page.locator(f'main [name="{name}"][value="{chosen}"]').check()
        else:
            fields.first.fill(str(value))


def unfold(control: Locator) -> None:
    """Open the folds that hide a control, outermost first, by their summaries."""
    folds = control.locator("xpath=ancestor::details")
    for position in range(folds.count()):
        if folds.nth(position).get_attribute("open") is None:
            folds.nth(position).locator(":scope > summary").click()


def photo(name: str = "photo.jpg") -> FilePayload:
    """A small picture such as a phone takes."""
    picture = Image.new("RGB", (800, 600), "#b4b9b4")
    picture.paste("#bf7350", (200, 150, 600, 500))
    data = io.BytesIO()
    picture.save(data, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": data.getvalue()}


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(data_dir: Path) -> Iterator[str]:
    """Start the site, on a copy of the world that JOURNEYS_WORLD names or on one that it builds
    itself; yields its address; ends what it started."""
    if (world := os.environ.get("JOURNEYS_WORLD")) is not None:
        shutil.copytree(world, data_dir, dirs_exist_ok=True)
    port = free_port()
    quiet = {"STRIPE_KEY", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PROMETHEUS_MULTIPROC_DIR"}
    env = {name: value for name, value in os.environ.items() if name not in quiet}
    env |= {"PORT": str(port), "DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"}
    log = (data_dir.parent / "site.log").open("wb")
    command = [sys.executable, "-m", "market.serve"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    try:
        _wait_ready(f"http://127.0.0.1:{port}", process, Path(log.name))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _wait_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the site ended:\n{log.read_text()[-4000:]}")
        try:
            with urllib.request.urlopen(url + "/readyz", timeout=2):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
    raise AssertionError(f"the site was not ready in time:\n{log.read_text()[-4000:]}")
