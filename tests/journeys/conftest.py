"""One site and one browser for all journeys of the run.

JOURNEYS_URL names a site that runs already (with a demonstration world), for trying one journey.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.site import CHROMIUM, CHROMIUM_ARGS, Site, running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The real site with the demonstration world, started once."""
    data_dir: Path = tmp_path_factory.mktemp("journeys") / "data"
    data_dir.mkdir()
    if (already := os.environ.get("JOURNEYS_URL")) is not None:
        yield Site(already, data_dir, browser)
        return
    with running(data_dir) as url:
        yield Site(url, data_dir, browser)
