"""Printer languages turned into pictures, as the printers of FACTS 4 and 6 would print them.

Each language has ``render(data, ...) -> Rendered``. What is not understood is told in
``Rendered.problems``: a test that prints asks for an empty list.
"""

from .page import Label, Rendered
from . import dpl, epl2, escpos, zpl

RENDERERS = {"zpl": zpl.render, "epl2": epl2.render, "dpl": dpl.render, "escpos": escpos.render}

__all__ = ["RENDERERS", "Label", "Rendered"]
