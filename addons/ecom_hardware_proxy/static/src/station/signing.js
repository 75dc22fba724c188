/**
 * Signs requests to the agent as proxy/signing.py checks them. The secret belongs to a token of five
 * minutes that Odoo minted; it never goes over the wire.
 */

const encoder = new TextEncoder();

function hex(buffer) {
    return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(text) {
    return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}

function newNonce() {
    return hex(crypto.getRandomValues(new Uint8Array(16)));
}

async function mac(secret, text) {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", fromHex(secret), algorithm, false, ["sign"]);
    return hex(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));
}

/**
 * @param {{token: string, secret: string}} grant what Odoo minted
 * @param {string} method
 * @param {string} target path and query as sent
 * @param {string} body "" when there is none
 * @returns {Promise<Object>} headers
 */
export async function signedHeaders(grant, method, target, body) {
    const time = String(Date.now());
    const nonce = newNonce();
    const digest = hex(await crypto.subtle.digest("SHA-256", encoder.encode(body)));
    const text = ["ecom-request-1", method, target, time, nonce, digest].join("\n");
    return {
        "X-Ecom-Token": grant.token,
        "X-Ecom-Time": time,
        "X-Ecom-Nonce": nonce,
        "X-Ecom-Signature": await mac(grant.secret, text),
    };
}
