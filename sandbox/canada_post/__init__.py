"""A loopback Canada Post that says no.

Same paths, media types, documents and refusals as the classic XML services. In process:
``with CanadaPostSandbox() as sandbox: ... sandbox.url``; as a program:
``python -m sandbox.canada_post``.
"""

from .server import CanadaPostSandbox

__all__ = ["CanadaPostSandbox"]
