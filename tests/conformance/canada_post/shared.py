"""Where Canada Post's schemas and sample documents lie: beside the checkout, never copied."""

from functools import cache
from pathlib import Path

from lxml import etree

FOLDER = Path(__file__).resolve().parents[3].parent / "shared" / "reference" / "canada_post"
IS_ABSENT = not FOLDER.is_dir()
REASON = "../shared is absent"

SAMPLES = sorted((FOLDER / "samples").rglob("*.xml"))
NAMES = [path.relative_to(FOLDER / "samples").as_posix() for path in SAMPLES]


def sample(name):
    """The bytes of one sample."""
    return (FOLDER / "samples" / name).read_bytes()


@cache
def schema(name):
    """The compiled schema ``name``."""
    return etree.XMLSchema(etree.parse(FOLDER / "xsd" / name))


def complaints(body, name):
    """What schema ``name`` says against ``body``; empty when it is valid."""
    compiled = schema(name)
    compiled.validate(etree.fromstring(body))
    return [entry.message for entry in compiled.error_log]
