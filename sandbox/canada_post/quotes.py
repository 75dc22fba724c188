"""Get Rates, Discover Services, Get Service and Get Option (facts 4 and 5)."""

import datetime
import re
from decimal import Decimal

from . import catalogue, documents, rating, schema
from .accounts import check_customers, contract_problems
from .documents import RATE, RATE_TYPE, Builder, serialize, text
from .errors import refuse, refuse_all


def get_rates(context):
    """Quote every service that fits, or the ones asked for."""
    root = schema.check_document(
        context.body, RATE, "mailing-scenario", schema.MAILING_SCENARIO, context.url_path
    )
    check_customers(context.account, mobo=text(root, "customer-number") or None)
    problems = list(_request_problems(root, context))
    if problems:
        raise refuse_all(problems)
    parcel = _parcel(root, context)
    counter = text(root, "quote-type") == "counter"
    quotes, reasons = [], []
    for service in _wanted_services(root, counter):
        reason = rating.limit_problem(service, parcel) or _missing_option(service, parcel)
        if reason:
            reasons.append(reason)
        else:
            quotes.append(_quote(context, service, rating.price(service, parcel), parcel))
    if not quotes:
        raise refuse("9111", value="; ".join(reasons) or "-")
    return context.xml(serialize(Builder(RATE)("price-quotes", quotes)))


def _request_problems(root, context):
    customer, contract = text(root, "customer-number"), text(root, "contract-id")
    if text(root, "quote-type") == "counter":
        if customer or contract:
            yield "9114", {}
    elif not customer:
        yield "9113", {}
    else:
        yield from contract_problems(context.account, customer, contract)
    day = text(root, "expected-mailing-date")
    if day and mailing_date(day) < context.today():
        yield "1622", {"value": day}
    yield from rating.option_problems(_options(root))
    for place in ("origin-postal-code", "destination/domestic/postal-code"):
        code = text(root, place)
        if code and not catalogue.province_of(code):
            yield "1158", {"value": code}
    for code in _service_codes(root):
        if code not in catalogue.SERVICES and code not in catalogue.ELSEWHERE:
            yield "10028", {"value": code}


def _service_codes(root):
    node = documents.child(root, "services")
    return [] if node is None else [" ".join((item.text or "").split()) for item in node]


def _wanted_services(root, counter):
    """Domestic services in question; none for another country, which this sandbox does not play."""
    if documents.child(documents.child(root, "destination"), "domestic") is None:
        return []
    codes = _service_codes(root) or list(catalogue.SERVICES)
    return [
        service
        for code, service in catalogue.SERVICES.items()
        if code in codes and not (counter and code in catalogue.NOT_AS_COUNTER)
    ]


def _parcel(root, context):
    characteristics = documents.child(root, "parcel-characteristics")
    day = text(root, "expected-mailing-date")
    return rating.Parcel(
        origin=text(root, "origin-postal-code"),
        destination=text(root, "destination/domestic/postal-code"),
        weight=Decimal(text(characteristics, "weight")),
        sides=sides_of(characteristics),
        options=dict(_options(root)),
        mailing_date=mailing_date(day) if day else context.today(),
        contract=bool(text(root, "contract-id")),
        commercial=text(root, "quote-type") != "counter",
        promotion=text(root, "promo-code"),
    )


def sides_of(characteristics):
    """Length, width and height sorted from the longest, or None."""
    if documents.child(characteristics, "dimensions") is None:
        return None
    sides = [
        Decimal(text(characteristics, "dimensions/" + name))
        for name in ("length", "width", "height")
    ]
    return tuple(sorted(sides, reverse=True))


def mailing_date(value):
    """Date out of a schema date; a time zone suffix is left aside."""
    return datetime.date.fromisoformat(value[:10])


def _options(root):
    node = documents.child(root, "options")
    rows = [] if node is None else node
    return [(text(row, "option-code"), amount_of(row)) for row in rows]


def amount_of(row):
    """Amount of an option row or None."""
    amount = text(row, "option-amount")
    return Decimal(amount) if amount else None


def _missing_option(service, parcel):
    missing = [code for code in parcel.options if code not in service.options]
    return f"{service.code}: {', '.join(missing)}" if missing else None


def _quote(context, service, figures, parcel):
    build = Builder(RATE)
    cubed = build.optional("cubed-weight", figures["cubed"])
    return build(
        "price-quote",
        build("service-code", service.code),
        build.link(
            "service", _service_href(context, service.code, "CA"), RATE_TYPE, tag="service-link"
        ),
        build("service-name", service.names[context.language]),
        _price_details(build, context.language, figures, parcel),
        build("weight-details", cubed),
        build(
            "service-standard",
            build("am-delivery", "false"),
            build("guaranteed-delivery", str(figures["guaranteed"]).lower()),
            build("expected-transit-time", figures["transit"]),
            build("expected-delivery-date", figures["expected"]),
        ),
    )


def _price_details(build, language, figures, parcel):
    taxes = [
        build(name, figures["taxes"][name], percent=figures["tax_rates"].get(name))
        for name in ("gst", "pst", "hst")
    ]
    options = [
        _priced_option(build, language, code, amount, parcel) for code, amount in figures["options"]
    ]
    adjustments = [
        build(
            "adjustment",
            build("adjustment-code", code),
            build("adjustment-name", catalogue.ADJUSTMENTS[code][language]),
            build("adjustment-cost", amount),
            build("qualifier", build("percent", percent)) if percent is not None else None,
        )
        for code, amount, percent in figures["adjustments"]
    ]
    return build(
        "price-details",
        build("base", figures["base"]),
        build("taxes", taxes),
        build("due", figures["due"]),
        build("options", options) if options else None,
        build("adjustments", adjustments),
    )


def _priced_option(build, language, code, amount, parcel):
    qualifier = None
    if code not in parcel.options:
        qualifier = build("qualifier", build("included", "true"))
    return build(
        "option",
        build("option-code", code),
        build("option-name", catalogue.OPTIONS[code].names[language]),
        build("option-price", amount),
        qualifier,
    )


def _country(context):
    country = context.query.get("country", "")
    if not re.fullmatch("[A-Za-z]{2}", country):
        raise refuse("8534")
    return country.upper()


def _service_href(context, code, country):
    return context.href(f"/rs/ship/service/{code}?country={country}")


def discover_services(context):
    """Services offered for a country (facts 5)."""
    country, build = _country(context), Builder(RATE)
    rows = [
        build(
            "service",
            build("service-code", code),
            build("service-name", service.names[context.language]),
            build.link("service", _service_href(context, code, country), RATE_TYPE),
        )
        for code, service in catalogue.SERVICES.items()
        if country == "CA"
    ]
    return context.xml(serialize(build("services", rows)))


def find_service(code, country="CA"):
    """A domestic service; else 10028 (unknown) or 3000 (not for this country or contract)."""
    if code not in catalogue.SERVICES and code not in catalogue.ELSEWHERE:
        raise refuse("10028", value=code)
    if code not in catalogue.SERVICES or country != "CA":
        raise refuse("3000", value=code)
    return catalogue.SERVICES[code]


def get_service(context):
    """Options and restrictions of one service; weights in grams, sizes in centimetres (facts 5)."""
    service, build = find_service(context.path["code"], _country(context)), Builder(RATE)
    root = build(
        "service",
        build("service-code", service.code),
        build("service-name", service.names[context.language]),
        build(
            "options", [_service_option(context, build, service, code) for code in service.options]
        ),
        _restrictions(build, service),
    )
    return context.xml(serialize(root))


def _service_option(context, build, service, code):
    option = catalogue.OPTIONS[code]
    return build(
        "option",
        build("option-code", code),
        build("option-name", option.names[context.language]),
        build.link("option", context.href("/rs/ship/option/" + code), RATE_TYPE),
        build("mandatory", str(code in service.mandatory).lower()),
        build("qualifier-required", str(option.amount).lower()),
        build("qualifier-max", catalogue.COVERAGE_MAX) if option.amount else None,
    )


def _restrictions(build, service):
    sides = [build(name, min="0.1", max=service.max_side) for name in ("length", "width", "height")]
    return build(
        "restrictions",
        build("weight-restriction", min=1, max=int(service.max_kg * 1000)),
        build(
            "dimensional-restrictions",
            sides,
            build("length-plus-girth-max", service.max_length_girth),
            build("oversize-limit", 100),
        ),
        build("density-factor", service.density),
        build("can-ship-in-mailing-tube", "true"),
        build("can-ship-unpackaged", "true"),
        build("allowed-as-return-service", "true"),
    )


def get_option(context):
    """Names, class, conflicts and prerequisites of one option (facts 5 and 8)."""
    option = catalogue.OPTIONS.get(context.path["code"])
    if option is None:
        raise refuse("7001", value=context.path["code"], service="-")
    build = Builder(RATE)
    lists = [
        build(name, [build("option-code", code) for code in codes]) if codes else None
        for name, codes in (
            ("conflicting-options", option.conflicts),
            ("prerequisite-options", option.needs),
        )
    ]
    root = build(
        "option",
        build("option-code", option.code),
        build("option-name", option.names[context.language]),
        build("option-class", option.kind),
        build("prints-on-label", str(option.on_label).lower()),
        build("qualifier-required", str(option.amount).lower()),
        lists,
    )
    return context.xml(serialize(root))
