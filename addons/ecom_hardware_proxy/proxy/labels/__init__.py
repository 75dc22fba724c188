"""One label layout as values: what stands where, in millimetres, whatever printer it goes to."""

from .json_form import MIMETYPE, read, write
from .layout import Box, Code128, Label, LabelError, Line, Picture, Text
