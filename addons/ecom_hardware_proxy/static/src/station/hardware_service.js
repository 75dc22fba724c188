import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { uuid } from "@web/core/utils/strings";
import { AgentClient, AgentError } from "./agent_client";

const CHOSEN = "ecom_workstation";
const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 30_000];
const LINGER_MS = 2_000; // a scale is left alone this long after the last view closed
const TROUBLE = ["failed", "unknown"];

/**
 * The devices of the station where this browser stands.
 *
 * ``state`` is reactive: ``station`` (``{id, name}`` or null), ``status`` (none, connecting,
 * connected, unreachable), ``words``, ``devices``, ``readings`` by device.
 */
export class Hardware {
    constructor({ orm, notification, barcode }) {
        this.orm = orm;
        this.notification = notification;
        this.barcode = barcode;
        this.state = reactive({ station: null, status: "none", words: "", devices: [], readings: {} });
        this.client = new AgentClient(() => this.renewGrant());
        this.watchers = new Map();
        this.scanListeners = new Set();
        this.ownJobs = new Set();
        this.attempt = 0;
        document.addEventListener("visibilitychange", () => this.restart());
    }

    // --- the station ----------------------------------------------------------------------------

    start() {
        const chosen = JSON.parse(browser.localStorage.getItem(CHOSEN) || "null");
        if (chosen) {
            this.sitAt(chosen);
        }
    }

    stations() {
        return this.orm.call("ecom.workstation", "list_for_browser", []);
    }

    /** This browser stands at *station* (``{id, name}``) from now on; null: at none. */
    choose(station) {
        if (station) {
            browser.localStorage.setItem(CHOSEN, JSON.stringify({ id: station.id, name: station.name }));
        } else {
            browser.localStorage.removeItem(CHOSEN);
        }
        this.sitAt(station);
    }

    sitAt(station) {
        user.updateContext({ ecom_workstation_id: station ? station.id : false });
        Object.assign(this.state, {
            station: station ? { id: station.id, name: station.name } : null,
            devices: [],
            readings: {},
        });
        this.client.forget();
        this.attempt = 0;
        this.restart();
    }

    async renewGrant() {
        const grant = await this.orm.silent.call("ecom.workstation", "browser_token", [
            this.state.station.id,
        ]);
        // Everything that is said with the agent is said with the agent's own ids.
        this.state.devices = grant.devices.map((device) => ({ ...device, id: device.uid }));
        return grant;
    }

    device(kind, id = null) {
        return this.state.devices.find((device) => (id ? device.id === id : device.kind === kind));
    }

    // --- the stream of events -------------------------------------------------------------------

    /** Close the stream and open the one that is wanted now. A hidden page holds no connection. */
    restart() {
        this.stream?.abort();
        browser.clearTimeout(this.retry);
        this.stream = null;
        if (!this.state.station) {
            Object.assign(this.state, { status: "none", words: "" });
        } else if (document.visibilityState === "visible") {
            this.listen();
        }
    }

    async listen() {
        const stream = (this.stream = new AbortController());
        if (this.state.status !== "connected") {
            this.state.status = "connecting";
        }
        try {
            await this.client.currentGrant();
            for await (const event of this.client.events(this.eventsTarget(), stream.signal)) {
                this.receive(event);
            }
            this.ended(stream);
        } catch (error) {
            this.lost(stream, error.message);
        }
    }

    /** The agent ends a stream with its token, and when it stops itself. */
    ended(stream) {
        if (stream === this.stream && this.attempt === 0) {
            this.attempt++; // only what arrives counts as connected again
            this.client.forget();
            this.restart();
        } else {
            this.lost(stream, _t("The agent ended the connection."));
        }
    }

    lost(stream, words) {
        if (stream !== this.stream) {
            return; // another stream has taken over
        }
        Object.assign(this.state, { status: "unreachable", words, readings: {} });
        const pause = RETRY_MS[Math.min(this.attempt++, RETRY_MS.length - 1)];
        this.retry = browser.setTimeout(() => this.restart(), pause);
    }

    eventsTarget() {
        const scales = [...this.watchers.keys()].map((id) => `device=${encodeURIComponent(id)}`);
        return "/v1/events" + (scales.length ? `?${scales.join("&")}` : "");
    }

    receive({ kind, data }) {
        this.attempt = 0;
        Object.assign(this.state, { status: "connected", words: "" });
        this[`on_${kind}`]?.(data);
    }

    on_device(device) {
        const known = this.state.devices.findIndex(({ id }) => id === device.id);
        this.state.devices.splice(known < 0 ? this.state.devices.length : known, 1, device);
    }

    on_reading(reading) {
        this.state.readings[reading.device] = reading;
        for (const callback of this.watchers.get(reading.device) || []) {
            callback(reading);
        }
    }

    /** A code from a scanner at the agent arrives where codes from a keyboard scanner arrive. */
    on_scan(scan) {
        if (!document.hasFocus()) {
            return;
        }
        for (const callback of this.scanListeners) {
            callback(scan);
        }
        this.barcode.bus.trigger("barcode_scanned", { barcode: scan.code, target: document.body });
    }

    on_job(job) {
        if (this.ownJobs.has(job.id) && TROUBLE.includes(job.state)) {
            this.ownJobs.delete(job.id);
            this.notification.add(job.words, { title: job.name, type: "danger", sticky: true });
        }
    }

    // --- what views use -------------------------------------------------------------------------

    /**
     * Live readings of a scale (the station's first when *id* is null).
     * @returns {Function} call it to stop watching
     */
    watchWeight(callback, id = null) {
        const scale = this.device("scale", id)?.id || id;
        if (!scale) {
            return () => {};
        }
        if (!this.watchers.has(scale)) {
            this.watchers.set(scale, new Set());
            this.restart();
        }
        this.watchers.get(scale).add(callback);
        return () => {
            this.watchers.get(scale)?.delete(callback);
            browser.setTimeout(() => this.leave(scale), LINGER_MS);
        };
    }

    leave(scale) {
        if (this.watchers.get(scale)?.size === 0) {
            this.watchers.delete(scale);
            this.restart();
        }
    }

    /** The newest reading of a scale; ``weight_g`` is there only when it may be used. */
    async readWeight(id = null) {
        const scale = await this.needDevice("scale", id, _t("There is no scale at this station."));
        return this.client.get(`/v1/reading?device=${encodeURIComponent(scale.id)}`);
    }

    /** Print attachments at this station; Odoo chooses the printer. Returns the jobs. */
    async printAttachments(attachmentIds, documentType, key = uuid()) {
        return this.sent(
            await this.orm.call("ecom.print.job", "print_attachments", [
                attachmentIds,
                documentType,
                key,
            ])
        );
    }

    /** Tell the user where *jobs* go, and the agent that something waits. */
    async sent(jobs) {
        for (const job of jobs) {
            this.ownJobs.add(job.uid);
        }
        const printers = [...new Set(jobs.map((job) => job.device))].join(", ");
        this.notification.add(_t("Sent to %s", printers), { type: "success" });
        // Without this the agent asks by itself a moment later.
        await this.client.post("/v1/wake").catch(() => {});
        return jobs;
    }

    /** Open a cash drawer, once; the reason is kept with the user's name. */
    async openDrawer(reason, id = null) {
        const drawer = await this.needDevice(
            "cash_drawer",
            id,
            _t("There is no cash drawer at this station.")
        );
        const target = `/v1/drawers/${encodeURIComponent(drawer.id)}/open`;
        return this.client.post(target, { id: uuid(), reason });
    }

    /** Codes of the station's scanners: ``callback({code, aim, device, time})``. Returns how to stop. */
    onScan(callback) {
        this.scanListeners.add(callback);
        return () => this.scanListeners.delete(callback);
    }

    async needDevice(kind, id, words) {
        if (!this.state.station) {
            throw new AgentError("no_station", _t("Choose first, above right, at which station this browser stands."));
        }
        await this.client.currentGrant();
        const device = this.device(kind, id);
        if (!device) {
            throw new AgentError("no_device", words);
        }
        return device;
    }
}

export const hardwareService = {
    dependencies: ["orm", "notification", "barcode"],
    start(env, dependencies) {
        const hardware = new Hardware(dependencies);
        hardware.start();
        return hardware;
    },
};

registry.category("services").add("ecom_hardware", hardwareService);
