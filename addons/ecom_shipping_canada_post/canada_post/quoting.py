"""Prices side by side: every parcel asked for, added up per service, gaps explained.

Pure: ``ask(index, services)`` gives the quotes of one parcel and may raise :class:`CarrierError`.
"""

from concurrent.futures import ThreadPoolExecutor

from odoo.addons.ecom_shipping.carrier_contract import Exclusion, RateAnswer, Refused

from . import limits, rating
from .tables import MAX_RATED_SERVICES, NO_QUOTE_CODES, SERVICE_CODES, SERVICES
from .texts import say

_MOST_AT_ONCE = 8


def side_by_side(request, ask, language):
    """Rates for all parcels together, and for each service left out the reason.

    :rtype: RateAnswer
    """
    reasons = dict(_beyond_limits(request, language))
    wanted = tuple(dict.fromkeys(request.services)) or tuple(SERVICES)
    asked = [code for code in wanted if code not in reasons]
    if not asked:
        return RateAnswer(exclusions=_exclusions(wanted, reasons, {}, language))
    question = asked if request.services and len(asked) <= MAX_RATED_SERVICES else []
    answers = _ask_all(request.parcels, ask, question, language)
    for _quotes, texts in answers:
        reasons = texts | reasons
    by_parcel = [{quote.service_code: quote for quote in quotes} for quotes, _texts in answers]
    names = {code: quote.service_name for found in by_parcel for code, quote in found.items()}
    spoken_of = tuple(dict.fromkeys(request.services or (*names, *reasons)))
    rates = tuple(_rates(spoken_of, by_parcel, reasons))
    rated = {rate.service_code for rate in rates}
    missing = [code for code in spoken_of if code not in rated]
    reasons = dict.fromkeys(missing, _not_offered(request, language)) | reasons
    return RateAnswer(rates, _exclusions(missing, reasons, names, language))


def _rates(codes, by_parcel, reasons):
    """The rates of the services that take every parcel, in the order of the answer."""
    order = dict.fromkeys(code for found in by_parcel for code in found)
    for code in order:
        if code in codes and code not in reasons and all(code in found for found in by_parcel):
            yield rating.add_up([found[code] for found in by_parcel])


def _beyond_limits(request, language):
    """(service, reason) for the services that some parcel cannot use whatever the carrier says."""
    for code in request.services or SERVICES:
        for parcel in request.parcels:
            reason = limits.why_not(code, parcel, language)
            if reason:
                if len(request.parcels) > 1:
                    values = {"reference": parcel.reference, "reason": reason}
                    reason = say(language, "in_parcel", **values)
                yield code, reason
                break


def _ask_all(parcels, ask, question, language):
    """One (quotes, refusals) per parcel, asked at the same time; parcels alike are asked once."""
    alike = {}
    for index, parcel in enumerate(parcels):
        alike.setdefault(_content(parcel), index)
    indexes = list(alike.values())
    if len(indexes) == 1:
        answers = [_ask_one(ask, indexes[0], question, language)]
    else:
        with ThreadPoolExecutor(min(len(indexes), _MOST_AT_ONCE)) as pool:
            answers = list(pool.map(lambda i: _ask_one(ask, i, question, language), indexes))
    by_content = dict(zip(alike, answers, strict=True))
    return [by_content[_content(parcel)] for parcel in parcels]


def _content(parcel):
    """What the price depends on."""
    return parcel.weight_g, parcel.length_mm, parcel.width_mm, parcel.height_mm, parcel.value


def _ask_one(ask, index, question, language):
    """Quotes of one parcel, and (service: carrier's text) for the services it was refused.

    One service that is not for sale here spoils a question for several: then each is asked alone.
    """
    try:
        return ask(index, question), {}
    except Refused as refusal:
        if refusal.codes & SERVICE_CODES and len(question) > 1:
            answers = [_ask_one(ask, index, [code], language) for code in question]
            quotes = sum((quotes for quotes, _texts in answers), ())
            return quotes, {code: text for _q, texts in answers for code, text in texts.items()}
        if refusal.codes & (NO_QUOTE_CODES | SERVICE_CODES):
            text = " ".join(message.text for message in refusal.messages)
            return (), dict.fromkeys(question or SERVICES, text)
        raise


def _not_offered(request, language):
    """Why a service asked for was not quoted, when the carrier does not say."""
    if not request.options:
        return say(language, "not_offered")
    names = ", ".join(limits.option_name(choice.code, language) for choice in request.options)
    return say(language, "not_offered_with", options=names)


def _exclusions(codes, reasons, names, language):
    return tuple(
        Exclusion(code, names.get(code) or limits.service_name(code, language), reasons[code])
        for code in codes
    )
