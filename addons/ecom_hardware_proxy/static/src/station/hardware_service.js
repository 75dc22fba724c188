import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { uuid } from "@web/core/utils/strings";
import { session } from "@web/session";
import { AgentClient, AgentError } from "./agent_client";
import { readingWords } from "./words";

const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 30_000];
const LINGER_MS = 2_000; // a scale is left alone this long after the last view closed
const SETTLE_MS = 5_000; // this long a moving scale is asked again
const AGAIN_MS = 300;
const FRESH_MS = 3_000; // a weight on the screen is not older
const PRESS_MS = 1_000; // pressing twice within this is one press
const LOST_MS = 120_000; // after a lost answer, pressing again within this is the same press
const TROUBLE = ["failed", "unknown"];

const sleep = (ms) => new Promise((resolve) => browser.setTimeout(resolve, ms));

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
        this.watchers = new Set();
        this.ageing = {};
        this.scanListeners = new Set();
        this.ownJobs = new Set();
        this.presses = new Map();
        this.lostKeys = new Map();
        this.attempt = 0;
        document.addEventListener("visibilitychange", () => this.restart());
        browser.addEventListener("storage", ({ key }) => key === this.storageKey && this.start());
    }

    // --- the station ----------------------------------------------------------------------------

    /** One browser may know several databases of one Odoo. */
    get storageKey() {
        return `ecom_workstation.${session.db}`;
    }

    /** Sit where this browser was told to; also when another tab chose. */
    start() {
        const chosen = JSON.parse(browser.localStorage.getItem(this.storageKey) || "null");
        if (chosen || this.state.station) {
            this.sitAt(chosen);
        }
    }

    stations() {
        return this.orm.call("ecom.workstation", "list_for_browser", []);
    }

    /** This browser stands at *station* (``{id, name}``) from now on; null: at none. */
    choose(station) {
        if (station) {
            const kept = JSON.stringify({ id: station.id, name: station.name });
            browser.localStorage.setItem(this.storageKey, kept);
        } else {
            browser.localStorage.removeItem(this.storageKey);
        }
        this.sitAt(station);
    }

    sitAt(station) {
        user.updateContext({ ecom_workstation_id: station ? station.id : false });
        Object.assign(this.state, {
            station: station ? { id: station.id, name: station.name } : null,
            status: "none",
            words: "",
            devices: [],
            readings: {},
        });
        this.client.forget();
        this.attempt = 0;
        this.restart();
    }

    async renewGrant() {
        const station = this.state.station;
        const grant = await this.orm.silent.call("ecom.workstation", "browser_token", [station.id]);
        if (grant.token && station === this.state.station && !this.isConnected) {
            this.state.devices = grant.devices;
        }
        return grant;
    }

    get isConnected() {
        return this.state.status === "connected";
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
        if (this.state.station && document.visibilityState === "visible") {
            this.listen();
        }
    }

    async listen() {
        const stream = (this.stream = new AbortController());
        if (!this.isConnected) {
            this.state.status = "connecting";
        }
        try {
            await this.client.currentGrant();
            this.watched = this.wantedScales();
            for await (const event of this.client.events(this.eventsTarget(), stream.signal)) {
                if (stream !== this.stream) {
                    return;
                }
                this.receive(event);
            }
            this.ended(stream);
        } catch (error) {
            this.lost(stream, this.wordsOf(error));
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

    /** Words for a person; what failed at Odoo itself is told there. */
    wordsOf(error) {
        return error instanceof AgentError ? error.message : _t("Odoo cannot be reached just now.");
    }

    eventsTarget() {
        const scales = this.watched.map((id) => `device=${encodeURIComponent(id)}`);
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
        if (device.kind === "scale") {
            this.rewatch();
        }
    }

    on_reading(reading) {
        browser.clearTimeout(this.ageing[reading.device]);
        if (reading.weight_g !== null) {
            const stale = { ...reading, state: "stale", weight_g: null };
            this.ageing[reading.device] = browser.setTimeout(() => this.on_reading(stale), FRESH_MS);
        }
        this.state.readings[reading.device] = { ...reading, words: readingWords(reading) };
        for (const watcher of this.watchers) {
            if (this.scaleOf(watcher) === reading.device) {
                watcher.callback(this.state.readings[reading.device]);
            }
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
        const watcher = { callback, id };
        this.watchers.add(watcher);
        this.rewatch();
        return () => {
            this.watchers.delete(watcher);
            browser.setTimeout(() => this.rewatch(), LINGER_MS);
        };
    }

    scaleOf(watcher) {
        return watcher.id || this.device("scale")?.id;
    }

    wantedScales() {
        const scales = [...this.watchers].map((watcher) => this.scaleOf(watcher)).filter(Boolean);
        return [...new Set(scales)].sort();
    }

    /** A stream watches the scales that it was opened for; others need another stream. */
    rewatch() {
        if (this.isConnected && this.wantedScales().join() !== this.watched.join()) {
            this.state.readings = {};
            this.restart();
        }
    }

    /**
     * The newest reading of a scale; a moving one is waited for. ``weight_g`` is there only when it
     * may be used, else ``words`` say why.
     */
    async readWeight(id = null) {
        const scale = await this.needDevice("scale", id, _t("There is no scale at this station."));
        const target = `/v1/reading?device=${encodeURIComponent(scale.id)}`;
        const until = Date.now() + SETTLE_MS;
        let reading = await this.client.get(target);
        while (reading.state === "motion" && Date.now() < until) {
            await sleep(AGAIN_MS);
            reading = await this.client.get(target);
        }
        return { ...reading, words: readingWords(reading) };
    }

    /** Print attachments at this station; Odoo chooses the printer. Returns the jobs. */
    printAttachments(attachmentIds, documentType, key = null) {
        return this.print("ecom.print.job", "print_attachments", [attachmentIds, documentType], key);
    }

    /** Print a report at this station. Returns the jobs. */
    printReport(name, ids, data = {}, context = {}) {
        return this.print("ir.actions.report", "ecom_print", [name, ids, data], null, context);
    }

    /** A hasty hand presses twice: the same print within a moment is one press, with one key. */
    print(model, method, what, key, context = {}) {
        const press = JSON.stringify([method, what, key, this.state.station?.id]);
        if (!this.presses.has(press)) {
            const own = key || this.lostKeys.get(press) || uuid();
            const call = this.orm.call(model, method, [...what, own], { context });
            const printing = call.then((jobs) => this.sent(jobs));
            const forget = () => this.presses.delete(press);
            this.presses.set(press, printing);
            this.lostKeys.delete(press);
            printing.then(
                () => browser.setTimeout(forget, PRESS_MS),
                (error) => {
                    forget();
                    this.keepKey(press, own, error);
                }
            );
        }
        return this.presses.get(press);
    }

    /** Odoo may have the job although its answer was lost: pressing again must not print twice. */
    keepKey(press, key, error) {
        if (error instanceof ConnectionLostError) {
            this.lostKeys.set(press, key);
            browser.setTimeout(() => this.lostKeys.delete(press), LOST_MS);
        }
    }

    /** Tell the user where *jobs* go, and the agent that something waits. */
    sent(jobs) {
        for (const job of jobs) {
            this.ownJobs.add(job.uid);
        }
        const printers = [...new Set(jobs.map((job) => job.device))].join(", ");
        const warnings = [...new Set(jobs.map((job) => job.warning).filter(Boolean))];
        this.notification.add([_t("Sent to %s", printers), ...warnings].join(". "), {
            type: warnings.length ? "warning" : "success",
        });
        // Without this the agent asks by itself a moment later.
        this.client.post("/v1/wake").catch(() => {});
        return jobs;
    }

    /** Open a cash drawer, once; the reason is kept with the user's name. */
    async openDrawer(reason, id = null) {
        const none = _t("There is no cash drawer at this station.");
        const drawer = await this.needDevice("cash_drawer", id, none);
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
            throw new AgentError(
                "no_station",
                _t("Choose first, above right, at which station this browser stands.")
            );
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
        if (session.ecom_hardware) {
            hardware.start();
        }
        return hardware;
    },
};

registry.category("services").add("ecom_hardware", hardwareService);
