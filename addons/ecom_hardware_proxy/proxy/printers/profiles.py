"""Printers that the guides name, as a start for the configuration. Widths are what the head prints.

The language is a setting of the printer, not of its brand: where there is a choice, the administrator
makes it, and the first is only the proposal.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """*languages*: first the proposal; *paper_mm*: (width, height), None without end."""

    name: str
    kind: str  # of device: label_printer, receipt_printer, document_printer
    languages: tuple[str, ...]
    dpi: int
    head_width_mm: float
    paper_mm: tuple[float, float | None]


_LABEL_4X6 = (101.6, 152.4)

PROFILES: dict[str, Profile] = {
    # FACTS 1: the plain LP-2844 speaks EPL2 only; LP-2844-Z is "zpl-203".
    "zebra-lp-2844": Profile("Zebra LP-2844", "label_printer", ("epl2",), 203, 104.0, _LABEL_4X6),
    "citizen-clp-521": Profile(
        "Citizen CLP-521", "label_printer", ("dpl", "zpl"), 203, 104.0, _LABEL_4X6
    ),
    # FACTS 17: which Zebra language its emulation starts with is not confirmed.
    "citizen-cl-s521": Profile(
        "Citizen CL-S521", "label_printer", ("dpl", "zpl", "epl2"), 203, 104.0, _LABEL_4X6
    ),
    "zpl-203": Profile("ZPL printer, 203 dpi", "label_printer", ("zpl",), 203, 104.0, _LABEL_4X6),
    "zpl-300": Profile("ZPL printer, 300 dpi", "label_printer", ("zpl",), 300, 104.0, _LABEL_4X6),
    # 576 and 384 dots at 203 dpi.
    "receipt-80": Profile(
        "Receipt printer, 80 mm paper", "receipt_printer", ("escpos",), 203, 72.0, (72.0, None)
    ),
    "receipt-58": Profile(
        "Receipt printer, 58 mm paper", "receipt_printer", ("escpos",), 203, 48.0, (48.0, None)
    ),
    "office": Profile("Office printer", "document_printer", ("pdf",), 300, 215.9, (215.9, 279.4)),
}
