"""Loopback devices of a packing bench, written from the facts page, that refuse and misbehave.

In process: ``with Scale("nci_scp01", folder) as scale``, ``with TcpPrinter("zpl", folder)``, and
so on; as a program: ``python -m sandbox.devices``.
"""
