"""What stands on an address label, whatever it is printed on."""

from dataclasses import dataclass

from odoo.addons.ecom_shipping.carrier_contract import Document, DocumentKind, LabelFormat

from . import label_pdf, label_zpl
from .lettering import printable
from .texts import say, weight


@dataclass(frozen=True)
class Label:
    """One label as lines of text; all of them printable.

    :param facts: (heading, value) pairs: date, weight, parcel n of m
    :param notes: up to three lines: a test, the options, the references
    """

    courier: str
    service: str
    sender_heading: str
    sender: tuple[str, ...]
    recipient_heading: str
    recipient: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    number: str


def documents(settings, request, numbers, day, language):
    """The labels of a purchase, one document per parcel in the format asked for.

    :param numbers: tracking numbers in the order of the request's parcels
    :rtype: tuple[Document, ...]
    """
    labels = [
        compose(settings, request, position, number, day, language)
        for position, number in enumerate(numbers)
    ]
    if request.label_format is LabelFormat.ZPL_4X6:
        draw, media_type = label_zpl.draw, "application/zpl"
    else:
        draw, media_type = label_pdf.draw, "application/pdf"
    return tuple(
        Document(
            DocumentKind.LABEL,
            draw(label, request.label_format),
            media_type,
            parcel_reference=parcel.reference,
        )
        for label, parcel in zip(labels, request.parcels, strict=True)
    )


def compose(settings, request, position, number, day, language):
    """The label of the parcel at ``position`` (from 0) of ``request``.

    :rtype: Label
    """
    abroad = request.sender.country != request.recipient.country
    piece = say(language, "piece", number=position + 1, count=len(request.parcels))
    parcel_weight = weight(request.parcels[position].weight_g, language)
    return Label(
        courier=printable(settings.name),
        service=printable(settings.service(request.service_code).name),
        sender_heading=say(language, "from"),
        sender=_sender(request.sender, abroad, language),
        recipient_heading=say(language, "to"),
        recipient=_recipient(request.recipient, abroad, language),
        facts=(
            (say(language, "date"), f"{day:%Y-%m-%d}"),
            (say(language, "weight"), parcel_weight),
            (say(language, "parcel"), piece),
        ),
        notes=_notes(settings, request, language),
        number=number,
    )


def _sender(address, abroad, language):
    """The sender's address in as few lines as it takes: the room belongs to the recipient."""
    return _lines(
        _joined(", ", address.company, address.name),
        _joined(", ", address.street, address.street2),
        _where(address),
        address.country if abroad else "",
        _phone(address, language),
    )


def _recipient(address, abroad, language):
    """The recipient's address as it is written on an envelope."""
    return _lines(
        address.name,
        address.company,
        address.street,
        address.street2,
        _where(address),
        address.country if abroad else "",
        _phone(address, language),
    )


def _where(address):
    return f"{address.city} {address.province} {address.postal_code.upper()}"


def _phone(address, language):
    return say(language, "phone", phone=address.phone) if address.phone else ""


def _notes(settings, request, language):
    """What the driver must heed, then our references."""
    names = dict(settings.options)
    options = (names.get(option.code, option.code) for option in request.options)
    references = (
        say(language, "reference", reference=reference)
        for reference in (*request.references, request.cost_centre)
        if reference
    )
    specimen = say(language, "specimen") if settings.is_test else ""
    return _lines(specimen, _joined(", ", *options), _joined(" · ", *references))


def _lines(*texts):
    return tuple(line for line in map(printable, texts) if line)


def _joined(glue, *texts):
    return glue.join(text for text in texts if text)
