"""Shared ground of the hardware tests: a company with a packing bench and an office, both paired."""

import base64
import json
import time

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.ecom_hardware_proxy.proxy import signing

ZPL = b"^XA^FO20,20^A0N,40,40^FDHello^FS^XZ"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def told(uid, kind="label_printer", **values):
    """A device as the agent tells it."""
    return {
        "id": uid,
        "name": uid.title(),
        "kind": kind,
        "driver": "raw",
        "language": "zpl" if kind == "label_printer" else "pdf",
        "state": "online",
        "words": "",
        "last_seen": time.time(),
        "dpi": 203,
        "width_mm": 102.0,
        "height_mm": 152.0,
        **values,
    }


class HardwareCase(TransactionCase):
    """A bench with a label printer and a scale, an office with a document printer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "bench-user", "ecom_hardware_proxy.group_user")
        cls.manager = new_test_user(cls.env, "bench-manager", "ecom_hardware_proxy.group_manager")
        cls.admin = new_test_user(cls.env, "bench-admin", "ecom_hardware_proxy.group_administrator")
        cls.bench = cls._make_station("Bench 1", told("zebra"), told("scale", "scale"))
        cls.office = cls._make_station("Office", told("laser", "document_printer"))
        cls.zebra, cls.scale = cls.bench.device_ids.sorted(lambda d: d.uid != "zebra")
        cls.laser = cls.office.device_ids
        cls.label_route = cls._make_route("label_4x6", cls.zebra, cls.bench)
        cls.manifest_route = cls._make_route("manifest", cls.laser)
        if not cls._registry_patched:
            # Jobs of one press look with a cursor of their own for what another request made.
            cls.registry_enter_test_mode_cls()

    @classmethod
    def _make_station(cls, name, *devices):
        station = cls.env["ecom.workstation"].create({"name": name})
        station._pair(cls._make_pairing(name))
        cls._report(station, devices)
        return station

    @classmethod
    def _make_pairing(cls, code="K7WQ-M2PX", api=1):
        """An agent that shows *code* and asks again with the secret ``poll-<code>-padding``."""
        import hashlib

        return cls.env["ecom.pairing"].create(
            {
                "code_digest": signing.code_digest(code),
                "poll_digest": hashlib.sha256(f"poll-{code}-padding".encode()).hexdigest(),
                "agent_version": "1.0.0",
                "agent_api": api,
                "expires_at": fields.Datetime.add(fields.Datetime.now(), minutes=10),
            }
        )

    @classmethod
    def _report(cls, station, devices=None, jobs=(), address=""):
        """One call of the agent, by the method that its route calls; devices as before by default."""
        if devices is None:
            devices = [
                told(
                    device.uid,
                    device.kind,
                    name=device.name,
                    language=device.language,
                    state=device.state,
                )
                for device in station.device_ids
            ]
        return station.sudo()._sync(
            {
                "version": "1.0.0",
                "api": 1,
                "address": address,
                "devices": list(devices),
                "jobs": list(jobs),
            }
        )

    @classmethod
    def _make_route(cls, document_type, device, station=None, **values):
        return cls.env["ecom.print.route"].create(
            {
                "document_type": document_type,
                "device_id": device.id,
                "workstation_id": station.id if station else False,
                **values,
            }
        )

    def attach(self, content=ZPL, name="label.zpl", **values):
        """An attachment of the user; Odoo takes ZPL for plain text."""
        return (
            self.env["ir.attachment"]
            .with_user(self.user)
            .create({"name": name, "raw": content, **values})
        )

    def print(self, documents=None, document_type="label_4x6", user=None, station=None, **values):
        """Print as *user* whose browser stands at *station*."""
        jobs = self.env["ecom.print.job"].with_user(user or self.user)
        jobs = jobs.with_context(ecom_workstation_id=(station or self.bench).id)
        return jobs._print(documents or self.attach(), document_type, **values)

    def tell(self, job, state, words="", station=None, ago_s=0):
        """The agent reports one job; returns Odoo's answer."""
        report = {"id": job.uid, "state": state, "words": words, "changed": time.time() - ago_s}
        return self._report(station or job.workstation_id, jobs=[report])

    def other_company_user(self, groups="ecom_hardware_proxy.group_administrator"):
        company = self.env["res.company"].create({"name": "Other Shop"})
        return new_test_user(
            self.env,
            "stranger",
            groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )


def claims(token):
    """What a token says, without believing it."""
    part = token.partition(".")[0]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
