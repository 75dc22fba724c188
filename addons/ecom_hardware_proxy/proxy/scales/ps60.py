"""Mettler PS60, PS6L, PS2 in "EH-SCP" (FACTS 3.2): the 8217's frames, other habits.

Bits 5 and 6 of its status byte are always 1. ``X`` would switch the scale off: it is never sent.
"""

from .toledo_8217 import Toledo8217


class Ps60(Toledo8217):
    """The line is whatever the scale's menu says; 9600 7E1 is the documented usual one."""

    name = "ps60"
    title = "Mettler-Toledo PS60, PS6L, PS2 (EH-SCP)"
