"""The main job, done once in front of the user, over Odoo's web interface as the people of the shop.

The orders of ``data/demo`` are quoted and confirmed by the clerk, packed and shipped by the packer,
handed over by the manager, and followed until they are delivered. Every step is a call that the
web client makes too; nothing here writes to the database directly.
"""

import argparse
import base64
import csv
import http.cookiejar
import itertools
import json
import sys
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from .demo_bench import Bench, BenchError
from .state import LauncherError

DATA = Path(__file__).resolve().parent.parent / "data" / "demo"
ENDPOINT = "ecom_shipping_canada_post.endpoint"
PAPER_PATIENCE = 60.0  # seconds until the carrier has written the manifest
MOST_TRACKING_ROUNDS = 12
UNITS_ON_HAND = 500


class JobError(Exception):
    """The job cannot go on; the text is for the user."""


class Session:
    """One person logged in to Odoo's web client."""

    def __init__(self, url, db, login, password):
        self._url = url
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self._number = itertools.count(1)
        who = self._post(
            "/web/session/authenticate", {"db": db, "login": login, "password": password}
        )
        self.context = who["user_context"]

    def call(self, model, method, *args, **kwargs):
        """Call *method* of *model* as this person; returns what Odoo answers."""
        context = self.context | kwargs.pop("context", {})
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": args,
                "kwargs": kwargs | {"context": context},
            },
        )

    def search(self, model, domain, fields, **options):
        """Read *fields* of the records of *model* in *domain*."""
        return self.call(model, "search_read", domain, fields, **options)

    def read(self, model, ids, fields):
        """Read *fields* of the records *ids*."""
        return self.call(model, "read", ids, fields)

    def _post(self, path, params):
        body = {"jsonrpc": "2.0", "id": next(self._number), "method": "call", "params": params}
        request = urllib.request.Request(
            self._url + path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Origin": self._url},
        )
        with self._opener.open(request, timeout=120) as answer:
            data = json.loads(answer.read())
        if "error" in data:
            error = data["error"].get("data", {})
            raise JobError(error.get("message") or data["error"]["message"])
        return data.get("result")


class Shop:
    """The demo shop: who works there, and what the job needs to know of it."""

    def __init__(self, url, db, out):
        self.admin = Session(url, db, "admin", "admin")
        self.clerk = Session(url, db, "clerk", "clerk")
        self.packer = Session(url, db, "packer", "packer")
        self.manager = Session(url, db, "manager", "manager")
        self.url, self.db = url, db
        self.out = out
        self.bench = None  # with one, boxes are weighed and labels come out of a printer
        self.sandbox = self.admin.call("ir.config_parameter", "get_param", ENDPOINT)
        (self.carrier,) = self.admin.search(
            "delivery.carrier", [("delivery_type", "=", "canada_post")], ["name"], limit=1
        ) or [self._missing("a delivery method of Canada Post")]

    def _missing(self, what):
        raise JobError(f"The demo data lacks {what}; ./ecom demo --reset makes it anew.")

    def advance(self, pin):
        """Let the sandbox's parcel move on by one step."""
        body = json.dumps({"pin": pin}).encode()
        with urllib.request.urlopen(f"{self.sandbox}/_control/advance", body, timeout=10) as answer:
            answer.read()


def say(text=""):
    """One line for the user, at once."""
    print(f"      {text}" if text else "", flush=True)


def table(name):
    """The rows of a CSV file of data/demo, as dicts."""
    with open(DATA / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- the shop's goods and customers ---------------------------------------------------------------


def products(shop):
    """``{code: product id}``, made and put in stock where they are missing."""
    found = {}
    (stock,) = shop.admin.search("stock.warehouse", [], ["lot_stock_id"], limit=1)
    for row in table("products"):
        known = shop.admin.search("product.product", [("default_code", "=", row["code"])], ["id"])
        if known:
            found[row["code"]] = known[0]["id"]
            continue
        values = {
            "name": row["name"],
            "default_code": row["code"],
            "type": "consu",
            "is_storable": True,
            "weight": float(row["weight_kg"]),
            "list_price": float(row["price"]),
        }
        (found[row["code"]],) = shop.admin.call("product.product", "create", [values])
        _put_in_stock(shop, found[row["code"]], stock["lot_stock_id"][0])
    return found


def _put_in_stock(shop, product, location):
    quant = {"product_id": product, "location_id": location, "inventory_quantity": UNITS_ON_HAND}
    ids = shop.admin.call("stock.quant", "create", [quant], context={"inventory_mode": True})
    shop.admin.call("stock.quant", "action_apply_inventory", ids)


def customers(shop):
    """``{code: partner id}``, made where they are missing."""
    (canada,) = shop.admin.search("res.country", [("code", "=", "CA")], ["id"])
    states = shop.admin.search("res.country.state", [("country_id", "=", canada["id"])], ["code"])
    provinces = {state["code"]: state["id"] for state in states}
    return {
        row["code"]: _customer(shop, row, canada["id"], provinces) for row in table("customers")
    }


def _customer(shop, row, country, provinces):
    known = shop.admin.search("res.partner", [("ref", "=", f"demo-{row['code']}")], ["id"])
    if known:
        return known[0]["id"]
    address = {
        "street": row["street"],
        "street2": row["street2"],
        "city": row["city"],
        "state_id": provinces[row["province"]],
        "zip": row["postal_code"],
        "country_id": country,
        "lang": row["language"],
        "email": row["email"],
        "phone": row["phone"],
    }
    values = address | {"name": row["name"], "ref": f"demo-{row['code']}"}
    if row["company"]:
        values["parent_id"] = _company(shop, row["company"], address)
        values["type"] = "delivery"
    return shop.admin.call("res.partner", "create", [values])[0]


def _company(shop, name, address):
    values = address | {"name": name, "is_company": True}
    return shop.admin.call("res.partner", "create", [values])[0]


def switch_off_sms(shop):
    """Odoo would ask at the first delivery whether to send text messages: no."""
    companies = shop.admin.search("res.company", [("stock_text_confirmation", "=", True)], ["id"])
    ids = [company["id"] for company in companies]
    shop.admin.call("res.company", "write", ids, {"stock_text_confirmation": False})


# --- the clerk ------------------------------------------------------------------------------------


def grouped_orders():
    """``{order reference: its lines}`` in the order of the file."""
    groups = {}
    for row in table("orders"):
        groups.setdefault(row["order"], []).append(row)
    return groups


def quote_and_confirm(shop, reference, lines, goods, people):
    """The clerk enters an order, compares services, takes the customer's and confirms.

    Returns the order's id.
    """
    options = _options(shop, lines[0]["options"])
    order = shop.clerk.call(
        "sale.order",
        "create",
        [
            {
                "partner_id": people[lines[0]["customer"]],
                "client_order_ref": reference,
                "ecom_option_ids": [(6, 0, options)],
                "ecom_declared_value": float(lines[0]["declared_value"] or 0),
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": goods[line["product"]],
                            "product_uom_qty": int(line["quantity"]),
                        },
                    )
                    for line in lines
                ],
            }
        ],
    )[0]
    rate = _choose_service(shop, order, lines[0]["service"])
    shop.clerk.call("sale.order", "action_confirm", [order])
    (read,) = shop.clerk.read("sale.order", [order], ["name", "amount_total"])
    say(
        f"{reference} is {read['name']}: {rate['service_name']} at {rate['order_price']:.2f} CAD"
        f" (+ {rate['order_taxes']:.2f} taxes), expected {rate['expected_date']};"
        f" total {read['amount_total']:.2f} CAD, confirmed"
    )
    return order


def _options(shop, codes):
    wanted = [code for code in codes.split("+") if code]
    domain = [("provider", "=", "canada_post"), ("code", "in", wanted)]
    return [option["id"] for option in shop.clerk.search("ecom.shipping.option", domain, ["id"])]


def _choose_service(shop, order, service):
    """Odoo's shipping wizard: all services side by side, then the one the customer asked for."""
    (wizard,) = shop.clerk.call(
        "choose.delivery.carrier", "create", [{"order_id": order, "carrier_id": shop.carrier["id"]}]
    )
    shop.clerk.call("choose.delivery.carrier", "update_price", [wizard])
    rates = shop.clerk.search(
        "ecom.rate",
        [("order_id", "=", order)],
        [
            "service_id",
            "service_name",
            "order_price",
            "order_taxes",
            "expected_date",
            "excluded",
            "reason",
        ],
    )
    usable = [rate for rate in rates if not rate["excluded"]]
    say("quoted: " + ", ".join(f"{r['service_name']} {r['order_price']:.2f}" for r in usable))
    codes = dict(
        (record["id"], record["code"])
        for record in shop.clerk.search("ecom.shipping.service", [("code", "=", service)], ["code"])
    )
    chosen = [rate for rate in usable if rate["service_id"] and rate["service_id"][0] in codes]
    if not chosen:
        raise JobError(f"{service} was not quoted: {[r['reason'] for r in rates if r['excluded']]}")
    shop.clerk.call(
        "ecom.rate",
        "action_choose",
        [chosen[0]["id"]],
        context={"ecom_wizard_model": "choose.delivery.carrier", "ecom_wizard_id": wizard},
    )
    shop.clerk.call("choose.delivery.carrier", "button_confirm", [wizard])
    return chosen[0]


# --- the packer -----------------------------------------------------------------------------------


def pack_and_ship(shop, order, lines, goods):
    """The packer puts the goods into boxes and validates; the labels are bought by that.

    Returns the ids of the parcels.
    """
    (picking,) = shop.packer.search(
        "stock.picking", [("sale_id", "=", order), ("state", "=", "assigned")], ["name", "move_ids"]
    ) or [shop._missing("stock for the order")]
    shop.packer.call("stock.move", "write", picking["move_ids"], {"picked": True})
    for parcel in dict.fromkeys(line["parcel"] for line in lines):
        contents = [line for line in lines if line["parcel"] == parcel]
        package = _put_in_pack(shop, picking["id"], [goods[line["product"]] for line in contents])
        if shop.bench:
            _weigh(shop, package, contents)
    done = shop.packer.call("stock.picking", "button_validate", [picking["id"]])
    if done is not True:
        raise JobError(f"{picking['name']} asks something before it can be validated: {done}")
    parcels = shop.packer.search(
        "ecom.parcel",
        [("picking_id", "=", picking["id"])],
        ["number", "weight_g", "tracking_number", "price_share", "label_attachment_id"],
        order="number",
    )
    for parcel in parcels:
        path = _save(shop, shop.packer, parcel["label_attachment_id"][0], "labels")
        say(
            f"{picking['name']} parcel {parcel['number']}: {parcel['weight_g']} g,"
            f" {parcel['tracking_number']}, {parcel['price_share']:.2f} CAD, label {path}"
        )
    if shop.bench:
        labels = [parcel["label_attachment_id"][0] for parcel in parcels]
        for picture in shop.bench.print_labels(labels):
            say(f"the label printer printed {picture}, and confirmed it")
    _say_what_changed(shop, picking)
    return [parcel["id"] for parcel in parcels]


def _say_what_changed(shop, picking):
    """A price that differs from the quote has a reason: tell it where the number shows."""
    names = ["price_quoted", "price_bought", "parcel_count"]
    for shipment in shop.packer.search(
        "ecom.shipment", [("picking_id", "=", picking["id"])], names
    ):
        line = price_difference(shipment)
        if line:
            say(f"{picking['name']}: {line}")


def price_difference(shipment):
    """Why *shipment* cost something else than was quoted, or an empty string."""
    quoted, bought = shipment["price_quoted"], shipment["price_bought"]
    if round(bought - quoted, 2) == 0:
        return ""
    count = shipment["parcel_count"]
    reason = (
        f"the order was quoted as one parcel and packed in {count}"
        if count > 1
        else "it was packed otherwise than planned"
    )
    return f"bought at {bought:.2f} CAD, quoted at {quoted:.2f} CAD: {reason}"


def _put_in_pack(shop, picking, product_ids):
    lines = shop.packer.search(
        "stock.move.line",
        [
            ("picking_id", "=", picking),
            ("product_id", "in", product_ids),
            ("result_package_id", "=", False),
        ],
        ["id"],
    )
    (wizard,) = shop.packer.call(
        "stock.put.in.pack",
        "create",
        [
            {
                "move_line_ids": [(6, 0, [line["id"] for line in lines])],
                "package_type_id": _usual_box(shop),
            }
        ],
    )
    shop.packer.call("stock.put.in.pack", "action_put_in_pack", [wizard])
    (packed,) = shop.packer.read("stock.move.line", [lines[0]["id"]], ["result_package_id"])
    return packed["result_package_id"][0]


def _usual_box(shop):
    """The package type that orders are quoted with."""
    (usual,) = shop.packer.search(
        "ecom.shipping.template", [("package_type_id", "!=", False)], ["package_type_id"], limit=1
    ) or [shop._missing("a usual package type")]
    return usual["package_type_id"][0]


def _weigh(shop, package, contents):
    """The packer puts the box on the scale; what the scale says is the package's weight."""
    kilograms = {row["code"]: Decimal(row["weight_kg"]) for row in table("products")}
    goods_kg = sum(kilograms[line["product"]] * int(line["quantity"]) for line in contents)
    (box,) = shop.packer.read("stock.package.type", [_usual_box(shop)], ["base_weight"])
    weight_g = shop.bench.weigh((goods_kg + Decimal(str(box["base_weight"]))) * 1000)
    shop.packer.call(
        "stock.package", "write", [package], {"shipping_weight": float(weight_g / 1000)}
    )
    say(f"the scale says {weight_g.normalize():f} g")


def _save(shop, session, attachment, folder):
    """Write an attachment to a file below the output folder; returns its path."""
    (read,) = session.read("ir.attachment", [attachment], ["name", "datas"])
    path = shop.out / folder / read["name"].replace("/", "-")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(base64.b64decode(read["datas"]))
    return path


# --- the manager ----------------------------------------------------------------------------------


def hand_over(shop):
    """The manager collects what waits, transmits the manifest and prints its paper."""
    action = shop.manager.call("ecom.manifest", "action_collect")
    ids = [action["res_id"]] if action.get("res_id") else action["domain"][0][2]
    shop.manager.call("ecom.manifest", "action_transmit", ids)
    limit = time.monotonic() + PAPER_PATIENCE
    while True:
        manifests = shop.manager.read(
            "ecom.manifest",
            ids,
            ["name", "number", "parcel_count", "paper_ready", "document_ids", "problem"],
        )
        if all(manifest["paper_ready"] for manifest in manifests):
            break
        if time.monotonic() > limit:
            raise JobError(
                f"The carrier wrote no manifest within {PAPER_PATIENCE:.0f} s: {manifests}"
            )
        say("the carrier is still writing the manifest ...")
        time.sleep(1)
        shop.manager.call("ecom.manifest", "action_fetch_papers", ids)
    for manifest in manifests:
        for document in manifest["document_ids"]:
            path = _save(shop, shop.manager, document, "manifests")
            say(
                f"{manifest['name']} (no. {manifest['number']}): {manifest['parcel_count']} parcels, paper {path}"
            )


# --- tracking -------------------------------------------------------------------------------------


def follow(shop, parcels):
    """Let the parcels travel and ask the carrier until all are delivered."""
    shown = {}
    for _round in range(MOST_TRACKING_ROUNDS):
        rows = shop.clerk.read(
            "ecom.parcel",
            parcels,
            ["tracking_number", "tracking_status", "last_scan", "shipment_id"],
        )
        for row in rows:
            if row["tracking_status"] != shown.get(row["id"]) and row["last_scan"]:
                shown[row["id"]] = row["tracking_status"]
                say(
                    f"{row['tracking_number']}: {row['tracking_status'].replace('_', ' ')} - {row['last_scan']}"
                )
        travelling = [row for row in rows if row["tracking_status"] != "delivered"]
        if not travelling:
            return
        for row in travelling:
            shop.advance(row["tracking_number"])
        shop.clerk.call(
            "ecom.shipment", "action_track", [row["shipment_id"][0] for row in travelling]
        )
    raise JobError(
        f"After {MOST_TRACKING_ROUNDS} rounds these parcels are not delivered: {travelling}"
    )


def run(shop):
    """The whole job, step by step."""
    switch_off_sms(shop)
    goods, people = products(shop), customers(shop)
    if shop.bench:
        shop.bench.set_up()
        say(f"The packing bench is paired: its agent {shop.bench.url} has a scale and a printer.")
    stamp = datetime.now(UTC).strftime("%m%d-%H%M%S")
    say()
    say("1. The clerk compares services and confirms the orders.")
    orders = {
        reference: quote_and_confirm(shop, f"{reference}/{stamp}", lines, goods, people)
        for reference, lines in grouped_orders().items()
    }
    say()
    say("2. The packer packs and validates: labels are bought and printed to files.")
    parcels = []
    for reference, lines in grouped_orders().items():
        parcels += pack_and_ship(shop, orders[reference], lines, goods)
    say()
    say("3. The manager hands the parcels over on a manifest.")
    hand_over(shop)
    say()
    say("4. The parcels travel; the carrier is asked until they are delivered.")
    follow(shop, parcels)
    say()
    say(f"Done: {len(orders)} orders, {len(parcels)} parcels, all delivered.")
    say(f"Labels: {shop.out / 'labels'}   manifests: {shop.out / 'manifests'}")


def main():
    """Command line of the job; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--url", "--db", "--out", "--agent", "--devices", "--bench"):
        parser.add_argument(name, required=True)
    arguments = parser.parse_args()
    try:
        shop = Shop(arguments.url, arguments.db, Path(arguments.out))
        shop.bench = Bench(shop, arguments.agent, arguments.devices, Path(arguments.bench))
        run(shop)
    except (JobError, BenchError, LauncherError, urllib.error.URLError) as error:
        print(f"The main job stopped: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
