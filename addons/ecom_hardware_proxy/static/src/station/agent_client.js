import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { signedHeaders } from "./signing";

/** Renewed this long before the end, so that no request travels with a token about to expire. */
const GRANT_MARGIN_MS = 30_000;
const ANSWER_MS = 8_000;

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

/** Talks to the agent of one station. *renew* asks Odoo for a grant: token, secret, address, expires_in. */
export class AgentClient {
    constructor(renew) {
        this.renew = renew;
        this.grant = null;
    }

    forget() {
        this.grant = null;
    }

    async currentGrant() {
        if (!this.grant || this.grant.until < Date.now() + GRANT_MARGIN_MS) {
            this.pending ||= this.renew().finally(() => (this.pending = null));
            const grant = await this.pending;
            this.grant = { ...grant, until: Date.now() + grant.expires_in * 1000 };
        }
        return this.grant;
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
            const { done, value } = await reader.read();
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
            throw signal.reason?.name === "AbortError" ? error : this.unreachable(grant);
        }
        if (response.ok) {
            return response;
        }
        const { error, text } = await response.json().catch(() => ({}));
        if (again && error === "expired") {
            this.forget(); // refused before anything was done: asking again is safe
            return this.send(method, target, body, signal, false);
        }
        throw new AgentError(error || "refused", text || _t("The agent refused the request."));
    }

    async headers(grant, method, target, body) {
        if (!window.isSecureContext) {
            throw new AgentError(
                "insecure",
                _t("Browsers reach devices only from a secure page: open Odoo with https.")
            );
        }
        const signed = await signedHeaders(grant, method, target, body);
        return body ? { ...signed, "Content-Type": "application/json" } : signed;
    }

    unreachable(grant) {
        return new AgentError(
            "unreachable",
            _t(
                "No answer from %s. Is the agent running? If the browser asks whether this page may reach devices on your network, allow it.",
                grant.address
            )
        );
    }
}
