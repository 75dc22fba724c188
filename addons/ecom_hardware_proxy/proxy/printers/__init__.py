"""Printer languages, and what becomes of a document on a given printer."""

from .language import Language, Status, Unprintable
from .zpl import Zpl
from .epl2 import Epl2
from .dpl import Dpl
from .escpos import Escpos, drawer_kick, opens_drawer
from .pdf import Pdf
from .preparing import LANGUAGES, Document, make, prepare
