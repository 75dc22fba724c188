"""Where virtual printers put their paper."""

from pathlib import Path


def last_number(folder: Path, prefix: str, suffix: str) -> int:
    """The highest number of the papers in *folder*; a new run numbers on and overwrites none."""
    names = (path.name for path in folder.glob(f"{prefix}*{suffix}"))
    numbers = (name.removeprefix(prefix).removesuffix(suffix) for name in names)
    return max((int(number) for number in numbers if number.isdecimal()), default=0)
