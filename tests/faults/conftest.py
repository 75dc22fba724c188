"""Real servers, a real database, a real carrier process; all gone at the end, however it ends."""

import ast
import os
import re
import shutil
import signal
from pathlib import Path

import pytest

from launcher import odoo, postgres, process, state, template

pytest.register_assert_rewrite("tests.faults.shop")

from tests.faults.shop import Shop  # noqa: E402
from tests.servers import Carrier  # noqa: E402

HERE = Path(__file__).parent
TIMEOUT_S = 1.5  # of the client; the sandbox answers within milliseconds
LOCK_WAIT_S = 2


def pytest_configure():
    """A polite end is an end like Ctrl-C: servers are stopped, databases dropped."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _addons_path():
    return f"{odoo.addons_path()},{HERE / 'addons'}"


@pytest.fixture(scope="session")
def folder():
    """A folder for orders, logs and port files."""
    path = state.RUN / f"faults-{os.getpid()}"
    path.mkdir(parents=True)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def carrier(folder):
    with Carrier(folder) as running:
        yield running


@pytest.fixture(scope="session")
def furnished(carrier):
    """A database with the shop of ``shop_data.py``, to be cloned; and the shop's record ids."""
    db = template.clone(f"{template.PREFIX}_faults_{os.getpid()}", os.environ["ECOM_TEMPLATE"])
    try:
        script = f"ENDPOINT = {carrier.url!r}\n" + (HERE / "shop_data.py").read_text(
            encoding="utf-8"
        )
        config = odoo.config_for(db, addons_path=_addons_path())
        try:
            out = process.capture(
                odoo.command("shell", "-c", str(config), "-d", db, "--no-http"),
                env=odoo.environment(),
                cwd=state.HERE,
                input=script,
            )
        finally:
            config.unlink()
        yield db, ast.literal_eval(re.search(r"^SHOP (.*)$", out, re.MULTILINE)[1])
    finally:
        template.drop(db)


def _open_shop(request, folder, carrier, furnished, workers):
    source, ids = furnished
    name = request.module.__name__.rsplit("test_", 1)[-1]
    db = template.clone(f"{source}_{name}_{workers}"[:60], source)
    orders = folder / f"orders-{name}-{workers}"
    orders.mkdir()
    server = odoo.Server(
        db,
        workers=workers,
        options={"addons_path": _addons_path(), "limit_time_real": 120},
        env={
            "ECOM_CRASH_ORDERS": str(orders),
            "ECOM_CRASH_TIMEOUT_S": str(TIMEOUT_S),
            "ECOM_CRASH_LOCK_WAIT_S": str(LOCK_WAIT_S),
        },
        log=folder / f"server-{name}-{workers}.log",
    )
    try:
        server.start()
        yield Shop(server, carrier, orders, ids)
    finally:
        server.stop()
        shutil.copy(server.log, state.LOGS / server.log.name)
        template.drop(db)


@pytest.fixture(scope="module")
def threaded_shop(request, folder, carrier, furnished):
    """A shop on one process with threads."""
    yield from _open_shop(request, folder, carrier, furnished, workers=0)


@pytest.fixture(scope="module")
def busy_shop(request, folder, carrier, furnished):
    """A shop on two worker processes."""
    yield from _open_shop(request, folder, carrier, furnished, workers=2)


@pytest.fixture
def shop(busy_shop):
    """The usual shop, two workers, ready for one more misfortune."""
    busy_shop.begin()
    return busy_shop


@pytest.fixture(scope="module")
def people(busy_shop):
    """Two packers, each in a browser of their own."""
    return [busy_shop.login("packer1"), busy_shop.login("packer2")]


@pytest.fixture
def one_process(threaded_shop):
    """The shop without workers: a kill takes everything down."""
    threaded_shop.begin()
    return threaded_shop


@pytest.fixture
def sql(shop):
    """A connection to the shop's database, beside Odoo."""
    import psycopg2

    at = postgres.connection()
    options = {"host": at.host, "port": at.port, "user": at.user, "password": at.password}
    options = {name: value for name, value in options.items() if value is not None}
    connection = psycopg2.connect(dbname=shop.server.db, **options)
    yield connection
    connection.close()
