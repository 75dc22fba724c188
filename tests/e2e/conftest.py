"""One shop for the session: real Odoo, real Chromium, sandbox carrier; all gone at the end."""

import os
import re
import shutil

import pytest
from playwright.sync_api import expect

from launcher import state, station
from tests.e2e.client import DESK, PATIENCE_MS, Desk, chromium, new_window
from tests.e2e.shop import open_shop
from tests.e2e.workplace import Workplace
from tests.servers import Carrier


@pytest.fixture(scope="session")
def folder():
    """Where logs, and pictures of failures, are kept until the next run."""
    path = state.HERE / "e2e"
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


@pytest.fixture(scope="session")
def carrier(folder):
    with Carrier(folder) as running:
        yield running


@pytest.fixture(scope="session")
def shop(carrier, folder):
    """A running Odoo with the demo shop, and its web routes to prepare orders with."""
    with open_shop(carrier, folder, os.environ["ECOM_TEMPLATE"]) as running:
        yield running


@pytest.fixture(scope="session")
def workplace(shop, folder):
    """The packing bench of the shop: agent and devices, paired."""
    with station.Station(folder / "bench") as running:
        yield Workplace(shop, running)


@pytest.fixture
def bench(workplace):
    """The packing bench, its devices as in the morning."""
    workplace.ready()
    yield workplace
    workplace.ready()


@pytest.fixture(scope="session")
def browser():
    expect.set_options(timeout=PATIENCE_MS)
    with chromium(os.environ["ECOM_CHROMIUM"]) as running:
        yield running


@pytest.fixture
def desks(request, browser, shop, folder):
    """``desks(login, size)``: a person with a window of their own.

    At the end of the test nobody's console may have complained; after a failure each window is kept
    as a picture.
    """
    opened = {}

    def sit_down(login=None, size=DESK):
        desk = Desk(new_window(browser, size), shop.url)
        opened[f"{login or 'visitor'}-{len(opened)}"] = desk
        if login:
            desk.enter(shop.server.db, login)
        return desk

    yield sit_down
    failed = request.node.stash.get(FAILED, False)
    for name, desk in opened.items():
        if failed:
            _picture(
                desk, folder / (re.sub(r"[^\w.-]+", "_", f"{request.node.name}-{name}") + ".png")
            )
    troubles = [f"{name}: {text}" for name, desk in opened.items() for text in desk.troubles]
    for desk in opened.values():
        desk.context.close()
    if not failed:
        assert not troubles, "\n".join(troubles)


def _picture(desk, path):
    try:
        desk.page.screenshot(path=path)
    except Exception as error:
        path.with_suffix(".txt").write_text(f"no picture: {error}")


FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items):
    """Screens are looked at while they are empty, before anything was sold."""
    items.sort(key=lambda item: "empty" not in item.name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Tell the fixtures how the test itself ended."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report
