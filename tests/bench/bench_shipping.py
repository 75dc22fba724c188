"""What our shipping costs: ``./ecom bench shipping [--quick]``.

a) what a provider of ours adds to validating a transfer, over Odoo's fixed price carrier on the
   very same transfers: queries are counted exactly, processor time is compared within one round;
b) building a request and reading its answer, against lxml alone;
c) shipping many orders with a carrier that takes 80 ms for each call, against the floor that this
   latency sets;
d) the cost of one order in small and large batches.

For a) and d) HTTP is replaced by answers that were recorded from the sandbox at the start; the XML
is written and read as always, the journal commits as always. Counted are all statements of Odoo's
cursors up to the point where the request would commit. Every validation is undone, so that each
round meets the same transfers.
"""

import argparse
import cProfile
import dataclasses
import json
import statistics
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path

from launcher import process, state
from sandbox.canada_post import CanadaPostSandbox
from tests.bench import shop as shops
from tests.bench.measure import (
    CpuClock,
    Table,
    logging_sql,
    per_call,
    replaced,
    spending,
    spread,
    timing,
)

IN_FLIGHT = 8
LATENCY_MS = 80


@dataclasses.dataclass(frozen=True)
class Plan:
    """How much is measured."""

    single: int = 5  # transfers per block, one by one
    single_rounds: int = 16
    batch: int = 200
    batch_rounds: int = 5
    micro_rounds: int = 9
    latency_rounds: int = 3
    sizes: tuple = (50, 200, 800)
    size_rounds: int = 2


QUICK = Plan(
    single=3,
    single_rounds=4,
    batch=50,
    batch_rounds=2,
    micro_rounds=5,
    latency_rounds=1,
    sizes=(25, 50, 200),
    size_rounds=1,
)


def main(arguments):
    parser = argparse.ArgumentParser(
        prog="ecom bench shipping", description="What our shipping costs."
    )
    add = parser.add_argument
    add("--quick", action="store_true", help="fewer and smaller batches, half a minute")
    add("--only", default="abcd", metavar="abcd", help="run only these parts")
    add("--sql", metavar="FILE", help="write the statements of part a to FILE")
    add("--profile", metavar="FILE", help="write cProfiles to FILE.batch and FILE.single")
    options = parser.parse_args(arguments)
    plan = QUICK if options.quick else Plan()
    table, started = Table(), time.monotonic()
    with shops.opened("shipping") as shop:
        clock = CpuClock(shop.db)
        try:
            _run(shop, clock, plan, options, table)
        finally:
            clock.close()
    took = time.monotonic() - started
    print(f"\n{table}\n\nCPU is that of {clock.note}. The run took {took:.0f} s.", flush=True)


def _run(shop, clock, plan, options, table):
    prepared = Prepared(shop)
    needed = max(plan.sizes) if "d" in options.only else plan.batch
    print(f"      Confirming {needed} orders", flush=True)
    shop.make_orders(needed)
    _warm_up(shop, prepared)
    if options.profile:
        _profile(shop, prepared, plan, options.profile)
    if "a" in options.only:
        _one_by_one(shop, clock, prepared, plan, table, options.sql)
        _in_one_call(shop, clock, prepared, plan, table, options.sql)
    if "b" in options.only:
        _wire(prepared, plan, table)
    if "c" in options.only:
        _with_latency(shop, plan, table)
    if "d" in options.only:
        _by_size(shop, clock, prepared, plan, table)


class Prepared:
    """The carrier of the shop's account, its requests, and the answers that stand for HTTP."""

    def __init__(self, shop):
        # Only now: Odoo's packages are importable once its configuration is read.
        from tests.bench import prepared

        self._module = prepared
        with CanadaPostSandbox() as sandbox:
            shop.set_endpoint(sandbox.url)
            with shop.request() as env:
                self._record(env)

    def _record(self, env):
        from odoo.addons.ecom_shipping.carrier_contract import (
            Address,
            ParcelSpec,
            RateRequest,
            ShipRequest,
        )

        account = env["ecom.carrier.account"].search([])
        self.carrier = account._get_carrier()
        self.settings = self.carrier._account
        recorder = self._module.RecordingTransport(self.carrier._transport)
        self.carrier._transport = recorder
        sender = Address(
            "Shipping Desk",
            "Sample Store",
            "275 rue Notre-Dame Est",
            "",
            "Montréal",
            "QC",
            "H2Y1C6",
            "CA",
            "514-555-0100",
        )
        recipient = Address(
            "Zoé Tremblay",
            "Sample Customer",
            "100 Queen Street West",
            "",
            "Toronto",
            "ON",
            "M5H2N2",
            "CA",
            "416-555-0199",
        )
        parcels = (ParcelSpec("1", 1250, 350, 260, 120),)
        services = ("DOM.RP", "DOM.EP", "DOM.XP", "DOM.PC")
        self.rate_request = RateRequest(sender, recipient, parcels, services=services)
        self.ship_request = ShipRequest(
            key="bench-1",
            service_code="DOM.EP",
            sender=sender,
            recipient=recipient,
            parcels=parcels,
            references=("S00042", "WH/OUT/00042"),
            group="bench",
            mailing_date=date(2100, 1, 1),
        )
        self.carrier.rate(self.rate_request)
        today = dataclasses.replace(self.ship_request, mailing_date=None)
        self.carrier.documents(self.carrier.ship(today))
        self.rates, self.shipment, self.label = recorder.exchanges

    @contextmanager
    def instead_of_http(self):
        """Every account gets its answers from here."""
        with self._module.transport_of(self._module.PreparedTransport(self.shipment, self.label)):
            yield


# --- a) over the fixed price carrier ----------------------------------------------------------


def _blocks(shop, prepared):
    """(name, delivery method, how it is answered) of the two that are compared."""
    return (("fixed", shop.fixed, nullcontext), ("ours", shop.ours, prepared.instead_of_http))


def _warm_up(shop, prepared):
    """Fill Odoo's registry caches and see once that everything really ships."""
    for _name, carrier, answering in _blocks(shop, prepared):
        shop.use(carrier, 2)
        for _again in range(2):
            shop.forget_purchases()
            with shop.request() as env, answering():
                ids = shop.picking_ids[:2]
                shops.validate(env, ids)
                if carrier == shop.ours:
                    _check_shipped(env["stock.picking"].browse(ids))


def _check_shipped(pickings):
    parcels = pickings.ecom_parcel_ids
    if not all(pickings.mapped("carrier_tracking_ref")) or len(parcels) < len(pickings):
        raise RuntimeError("transfers without number")
    if not all(parcels.mapped("label_attachment_id")):
        raise RuntimeError("parcels without label")


def _one_by_one(shop, clock, prepared, plan, table, sql_file):
    count = plan.single * plan.single_rounds
    table.title(f"a) One transfer per request, cold record cache, {count} of each, two order lines")
    queries = _count(shop, prepared, shop.picking_ids[:1], sql_file)
    ratios, costs = [], {"fixed": [], "ours": []}
    for number in range(plan.single_rounds):
        ids = shop.picking_ids[number * plan.single : (number + 1) * plan.single]
        spent = {}
        order = _blocks(shop, prepared)
        for name, carrier, answering in order if number % 2 else reversed(order):
            shop.use(carrier)
            with answering(), spending(clock) as block:
                for picking_id in ids:
                    with shop.request() as env:
                        shops.validate(env, [picking_id])
            spent[name] = block.cpu / len(ids)
            costs[name].append(spent[name] * 1000)
        ratios.append(spent["ours"] / spent["fixed"])
    _report(table, queries, ratios, costs, added=7, ratio=1.10, per="request", count=1)


def _in_one_call(shop, clock, prepared, plan, table, sql_file):
    ids = shop.picking_ids[: plan.batch]
    table.title(f"a) {plan.batch} transfers validated in one call")
    queries = _count(shop, prepared, ids, sql_file)
    ratios, costs = [], {"fixed": [], "ours": []}
    for number in range(plan.batch_rounds):
        spent = {}
        order = _blocks(shop, prepared)
        for name, carrier, answering in order if number % 2 else reversed(order):
            shop.use(carrier)
            with answering(), shop.request() as env:
                with spending(clock) as block:
                    shops.validate(env, ids)
                if name == "ours":
                    _check_shipped(env["stock.picking"].browse(ids))
            spent[name] = block.cpu / len(ids)
            costs[name].append(spent[name] * 1000)
        ratios.append(spent["ours"] / spent["fixed"])
    _report(
        table,
        queries,
        ratios,
        costs,
        added=1,
        ratio=1.05,
        per="transfer",
        count=len(ids),
        stretch=0.85,
    )


def _count(shop, prepared, ids, sql_file):
    """``{name: (statements on the order's cursor, on the journal's, its commits)}``."""
    counts = {}
    for name, carrier, answering in _blocks(shop, prepared):
        shop.use(carrier)
        with answering(), shop.request() as env, logging_sql() as log:
            shops.validate(env, ids)
            own, others = log.of(env.cr), log.others(env.cr)
            counts[name] = (len(own), len(others), log.commits_of_others(env.cr))
        if sql_file:
            with open(sql_file, "a", encoding="utf-8") as out:
                for cursor, texts in (("order", own), ("journal", others)):
                    out.writelines(f"{name} {len(ids)} {cursor}: {text[:400]}\n" for text in texts)
    return counts


def _report(table, queries, ratios, costs, added, ratio, per, count, stretch=None):
    fixed, ours = queries["fixed"], queries["ours"]
    more = (ours[0] - fixed[0]) / count
    table.fact(f"queries, fixed price, per {per}", f"{fixed[0] / count:.2f}")
    table.fact(f"queries, ours, per {per}", f"{ours[0] / count:.2f}")
    what = f"queries that ours adds on the order's cursor, per {per}"
    table.goal(what, f"<= +{added}", f"{more:+.2f}", more <= added)
    journal = f"{ours[1] / count:.2f} and {ours[2]} commits"
    table.fact(f"and on the journal's own cursor, per {per} (commits: all)", journal)
    for name, values in costs.items():
        table.fact(f"CPU ms per transfer, {name}", spread(values, "{:.1f}"))
    middle = statistics.median(ratios)
    what = "CPU, ours / fixed price (journal included)"
    table.goal(what, f"<= {ratio:.2f}", spread(ratios), middle <= ratio)
    if stretch:
        what = "the same, stretch goal"
        table.goal(what, f"<= {stretch:.2f}", f"{middle:.2f}", middle <= stretch)


def _profile(shop, prepared, plan, path):
    """Where the time goes (threads apart), in a batch and in single requests."""
    shop.use(shop.ours)
    ids = shop.picking_ids[: plan.batch]
    for name, blocks in (("batch", [ids]), ("single", [[picking_id] for picking_id in ids[:30]])):
        shop.forget_purchases()
        profiler = cProfile.Profile()
        with prepared.instead_of_http():
            for block in blocks:
                with shop.request() as env:
                    profiler.runcall(shops.validate, env, block)
        profiler.dump_stats(f"{path}.{name}")


# --- b) XML -----------------------------------------------------------------------------------


class _Echo:
    """A transport with one answer."""

    def __init__(self, answer):
        self._answer = answer

    def send(self, _call):
        return self._answer


def _wire(prepared, plan, table):
    from tests.bench import bare_lxml

    table.title("b) A request written and its answer read, against lxml alone")
    settings, carrier = prepared.settings, prepared.carrier
    rate, ship = prepared.rate_request, prepared.ship_request
    rates, shipment = prepared.rates.answer, prepared.shipment.answer

    def bare_rate():
        bare_lxml.rate_body(settings, rate)
        return bare_lxml.rates(rates.body)

    def bare_ship():
        bare_lxml.shipment_body(settings, ship)
        return bare_lxml.sale(shipment.body)

    cases = (
        ("rates, four quotes", rates, lambda: carrier.rate(rate), bare_rate, _same_rates),
        ("create shipment", shipment, lambda: carrier.ship(ship), bare_ship, _same_sale),
    )
    for name, answer, ours, bare, check in cases:
        with replaced(carrier, "_transport", _Echo(answer)):
            check(ours(), bare())
            ratios, times = [], []
            for _round in range(plan.micro_rounds):
                lowest = per_call(bare)
                times.append(per_call(ours))
                ratios.append(times[-1] / lowest)
        table.fact(f"{name}: ms", f"{statistics.median(times) * 1000:.3f}")
        middle = statistics.median(ratios)
        table.goal(f"{name}: ours / lxml", "<= 1.50", spread(ratios), middle <= 1.5)


def _same_rates(ours, bare):
    assert len(ours.rates) == len(bare) == 4, (ours, bare)
    for rate, values in zip(ours.rates, bare, strict=True):
        assert rate.service_code == values["service_code"]
        assert rate.price.amount == values["price"] and rate.taxes.amount == values["taxes"]
        assert rate.expected_date == values["expected_date"]
        assert [part[1] for part in rate.parts] == [part[1] for part in values["parts"]]


def _same_sale(ours, bare):
    assert ours.carrier_ref == bare["carrier_ref"] and ours.key == bare["key"]
    assert ours.parcels[0].tracking_number == bare["tracking_number"]
    assert ours.price.amount == bare["price"] and ours.taxes.amount == bare["taxes"]
    assert [amount for _label, amount in ours.parts] == bare["amounts"]
    assert [(link.href, link.media_type, link.index) for link in ours.links] == bare["links"]


# --- c) a carrier with latency ----------------------------------------------------------------


@contextmanager
def _slow_carrier():
    """The address of a sandbox in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        port_file = Path(folder) / "port"
        argv = [process.interpreter(), "-m", "sandbox.canada_post", "--latency-ms", LATENCY_MS]
        argv += ["--port", "0", "--port-file", port_file]
        child = process.start(argv, cwd=state.ROOT, stdout=sys.stderr)
        try:
            limit = time.monotonic() + 30
            while not port_file.exists():
                if child.poll() is not None or time.monotonic() > limit:
                    raise RuntimeError("the sandbox does not start")
                time.sleep(0.05)
            yield f"http://127.0.0.1:{int(port_file.read_text())}"
        finally:
            process.stop(child)


def _control(url, method, path, **values):
    body = json.dumps(values).encode() if method != "GET" else None
    request = urllib.request.Request(f"{url}/_control/{path}", data=body, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def _with_latency(shop, plan, table):
    ids = shop.picking_ids[: plan.batch]
    table.title(f"c) {len(ids)} orders in one call, a carrier that takes {LATENCY_MS} ms per call")
    rounds = []
    with _slow_carrier() as url:
        shop.set_endpoint(url)
        for _round in range(plan.latency_rounds):
            shop.use(shop.ours)
            _control(url, "POST", "reset", keep_settings=True)
            _forget_pace()
            rounds.append(_ship_slowly(shop, ids, url))
    last = rounds[-1]
    calls = last["calls"] / len(ids)
    floor = calls * LATENCY_MS / IN_FLIGHT
    table.fact("calls per parcel, and the floor they set in ms", f"{calls:.2f}, {floor:.1f}")
    table.fact("most calls that the sandbox saw in flight", last["in_flight"])
    for measured in rounds:
        measured["rest"] = measured["shipping"] - measured["calling"]
    for name, what in (
        ("whole", "validating, wall ms per parcel"),
        ("shipping", "of it shipping, from the first query to the labels stored"),
        ("calling", "of it calls, each answer written to the journal as it comes"),
        ("rest", "of it the order's side: checks, shipments, labels, messages"),
    ):
        table.fact(what, spread([r[name] / len(ids) * 1000 for r in rounds], "{:.1f}"))
    for name, what in (
        ("calling", "speed of the calls, share of the floor's"),
        ("shipping", "speed of the whole shipping, share of the floor's"),
    ):
        speeds = [floor * len(ids) / 1000 / r[name] * 100 for r in rounds]
        table.goal(what, "> 80 %", spread(speeds, "{:.0f} %"), statistics.median(speeds) > 80)


def _forget_pace():
    """A new minute for each round: the carrier's limit of calls is not what is measured."""
    from odoo.addons.ecom_shipping_canada_post.models import ecom_carrier_account

    ecom_carrier_account._paces.cache_clear()
    ecom_carrier_account._transport.cache_clear()


def _ship_slowly(shop, ids, url):
    with shop.request() as env:
        in_ship = timing(type(env["stock.picking"]), "_ecom_ship")
        in_calls = timing(type(env["ecom.purchase"]), "_call_carriers")
        started = time.perf_counter()
        with in_ship as shipping, in_calls as calling:
            shops.validate(env, ids)
        whole = time.perf_counter() - started
        _check_shipped(env["stock.picking"].browse(ids))
    seen = _control(url, "GET", "calls", limit=1)
    return {
        "whole": whole,
        "shipping": shipping.wall,
        "calling": calling.wall,
        "calls": seen["total"],
        "in_flight": seen["max_in_flight"],
    }


# --- d) by size -------------------------------------------------------------------------------


def _by_size(shop, clock, prepared, plan, table):
    """One call each; small batches are repeated around the large ones, which take longest."""
    sizes = ", ".join(map(str, plan.sizes))
    table.title(f"d) Cost of one order when {sizes} are validated in one call")
    small, middle, large = plan.sizes
    shop.use(shop.ours)
    whole = {size: [] for size in plan.sizes}
    ours = {size: [] for size in plan.sizes}
    for _round in range(plan.size_rounds):
        for size in (small, small, middle, small, large, small, middle, small):
            shop.forget_purchases()
            with prepared.instead_of_http(), shop.request() as env:
                in_ship = timing(type(env["stock.picking"]), "_ecom_ship")
                with in_ship as part, spending(clock) as spent:
                    shops.validate(env, shop.picking_ids[-size:])
            whole[size].append(spent.cpu / size * 1000)
            ours[size].append(part.cpu / size * 1000)
    for what, costs in (("validating", whole), ("of it our shipping, Python alone", ours)):
        for size in plan.sizes:
            table.fact(f"{what}, {size} orders: CPU ms per order", spread(costs[size], "{:.1f}"))
        base = statistics.median(costs[small])
        for size in (middle, large):
            ratio = statistics.median(costs[size]) / base
            table.goal(f"{what}, {size} / {small}", "<= 1.15", f"{ratio:.2f}", ratio <= 1.15)


if __name__ == "__main__":
    main(sys.argv[1:])
