"""Pitney Bowes scales (FACTS 3.7). Nothing is invented here.

No public document and no open driver tells the serial framing of 9800, N500, J650 or A500, so the
administrator tries protocols that such scales are known to come with elsewhere, or writes a
pattern from the capture page. The USB models are ordinary HID scales: use ``hid_pos``.
"""

from ..weights import Reading
from ..words import Words
from .driver import OptionError, ScaleDriver
from .nci import VARIANTS, Nci
from .pattern import Pattern
from .toledo_8217 import Toledo8217

PROFILES = ("nci", *VARIANTS, "toledo_8217", "pattern")
NOT_DOCUMENTED = Words(
    "Pitney Bowes does not document what its serial scales send. Try the profiles with a known"
    " weight on the scale, or write a pattern from the capture page; a USB scale is hid_pos."
)


class PitneyBowes(ScaleDriver):
    """Hands everything to the driver that the option *profile* names; readings name that one."""

    name = "pitney_bowes"
    title = "Pitney Bowes (serial, not documented)"
    options = {
        "profile": ", ".join(PROFILES),
        **Nci.options,
        **Toledo8217.options,
        **Pattern.options,
    }

    def __init__(self, profile: str | None = None, **options: object) -> None:
        self._scale = _driver(profile, options)
        self.line, self.settles = self._scale.line, self._scale.settles
        self.poll_s, self.reply_s = self._scale.poll_s, self._scale.reply_s
        self.start, self.request = self._scale.start, self._scale.request
        self.zero, self.tare = self._scale.zero, self._scale.tare

    def feed(self, data: bytes) -> list[Reading]:
        return self._scale.feed(data)

    def reset(self) -> None:
        self._scale.reset()


def _driver(profile: object, options: dict[str, object]) -> ScaleDriver:
    """Make the driver of *profile*. Raises OptionError."""
    if profile not in PROFILES:
        raise OptionError(
            Words(
                "profile: choose one of {profiles}. {not_documented}",
                profiles=", ".join(PROFILES),
                not_documented=NOT_DOCUMENTED,
            )
        )
    if profile in VARIANTS:
        options = {"profile": profile, **options}
    kind = {"toledo_8217": Toledo8217, "pattern": Pattern}.get(profile, Nci)
    if unknown := sorted(set(options) - set(kind.options)):
        raise OptionError(
            Words(
                "{unknown}: no option of the profile {profile}.",
                unknown=", ".join(unknown),
                profile=profile,
            )
        )
    return kind(**options)
