import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { signedHeaders } from "./signing";
import { refusalWords } from "./words";

/** Renewed this long before the end, so that no request travels with a token about to expire. */
const GRANT_MARGIN_MS = 30_000;
const ANSWER_MS = 8_000;
/** The agent sends at least a comment each 15 s; a stream that is silent for longer is dead. */
const SILENCE_MS = 40_000;

/** What the agent refused or why it could not be asked; ``code`` as in the agent's README. */
export class AgentError extends Error {
    constructor(code, text) {
        super(text);
        this.name = "AgentError";
        this.code = code;
    }
}

/**
 * Chrome wants to be told that a host *name* leads into the local network; it sees that by itself
 * for addresses, and refuses a wrong answer.
 */
function addressSpace(address) {
    const host = new URL(address).hostname;
    const known = /^[\d.]+$|^\[|^localhost$|\.local$/.test(host);
    return known || !window.isSecureContext ? {} : { targetAddressSpace: "local" };
}

/** Chrome's permissions: for devices on this machine, on the network, and their older common name. */
const PERMISSIONS = ["loopback-network", "local-network", "local-network-access"];

/** Whether the person at this browser has forbidden this page to reach local devices. */
async function isForbidden() {
    const states = PERMISSIONS.map(async (name) => {
        try {
            return (await browser.navigator.permissions.query({ name })).state;
        } catch {
            return "unknown"; // a browser that does not ask does not forbid
        }
    });
    return (await Promise.all(states)).includes("denied");
}

/** Talks to the agent of one station. *renew* asks Odoo for a grant: token, secret, address, expires_in. */
export class AgentClient {
    constructor(renew) {
        this.renew = renew;
        this.forget();
    }

    /** Use what was granted no more, nor what is being granted now. */
    forget() {
        this.grant = null;
        this.pending = null;
    }

    async currentGrant() {
        if (this.grant && this.grant.until > Date.now() + GRANT_MARGIN_MS) {
            return this.grant;
        }
        this.pending ||= this.newGrant();
        const pending = this.pending;
        try {
            const grant = await pending;
            if (pending === this.pending) {
                this.grant = grant;
            }
            return grant;
        } finally {
            if (pending === this.pending) {
                this.pending = null;
            }
        }
    }

    async newGrant() {
        const grant = await this.renew();
        if (!grant.token) {
            throw new AgentError("no_token", grant.words);
        }
        return { ...grant, until: Date.now() + grant.expires_in * 1000 };
    }

    get(target) {
        return this.ask("GET", target);
    }

    post(target, values = {}) {
        return this.ask("POST", target, JSON.stringify(values));
    }

    async ask(method, target, body = "") {
        const response = await this.send(method, target, body, AbortSignal.timeout(ANSWER_MS));
        return response.json();
    }

    /** The agent's events, one by one: ``{kind, data}``. Ends when the connection does. */
    async *events(target, signal) {
        const response = await this.send("GET", target, "", signal);
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        let rest = "";
        for (;;) {
            const { done, value } = await this.read(reader, signal);
            if (done) {
                return;
            }
            const blocks = (rest + value).split("\n\n");
            rest = blocks.pop();
            for (const block of blocks) {
                const kind = /^event: (.*)$/m.exec(block)?.[1];
                if (kind) {
                    yield { kind, data: JSON.parse(/^data: (.*)$/m.exec(block)[1]) };
                }
            }
        }
    }

    /** The next piece of a stream. Throws AgentError when the connection broke or is dead. */
    async read(reader, signal) {
        let alarm;
        const silence = new Promise((_, reject) => {
            alarm = browser.setTimeout(() => reject(new Error("silence")), SILENCE_MS);
        });
        try {
            return await Promise.race([reader.read(), silence]);
        } catch (error) {
            reader.cancel().catch(() => {});
            throw signal.aborted ? error : await this.unreachable();
        } finally {
            browser.clearTimeout(alarm);
        }
    }

    async send(method, target, body, signal, again = true) {
        const grant = await this.currentGrant();
        const headers = await this.headers(grant, method, target, body);
        let response;
        try {
            response = await browser.fetch(grant.address + target, {
                method,
                headers,
                body: body || undefined,
                signal,
                credentials: "omit",
                ...addressSpace(grant.address),
            });
        } catch (error) {
            throw signal.reason?.name === "AbortError" ? error : await this.unreachable();
        }
        if (response.ok) {
            return response;
        }
        const { error, text } = await response.json().catch(() => ({}));
        if (response.status === 401) {
            this.forget();
        }
        if (again && error === "expired") {
            // Refused before anything was done: asking again is safe.
            return this.send(method, target, body, signal, false);
        }
        throw new AgentError(error || "refused", refusalWords(error, text));
    }

    async headers(grant, method, target, body) {
        if (!window.isSecureContext) {
            throw new AgentError(
                "insecure",
                _t("Browsers reach devices only from a secure page: open Odoo with https.")
            );
        }
        const signed = await signedHeaders(grant, method, target, body);
        const language = { "Accept-Language": user.lang || "en" };
        return { ...signed, ...language, ...(body && { "Content-Type": "application/json" }) };
    }

    async unreachable() {
        if (await isForbidden()) {
            return new AgentError(
                "forbidden",
                _t(
                    "The browser keeps this page from devices on your network: allow it in the settings of this site, left of the address."
                )
            );
        }
        return new AgentError(
            "unreachable",
            _t(
                "No answer from the agent at this station. Is it running? If the browser asks whether this page may reach devices on your network, allow it."
            )
        );
    }
}
