import { _t } from "@web/core/l10n/translation";

/**
 * What the agent says, in the user's language. The agent itself speaks English; what it says beyond
 * these words is shown as it says it.
 */
const READINGS = {
    motion: _t("The scale is still moving."),
    overload: _t("Too heavy for this scale."),
    underload: _t("The scale is below its zero: put the platter back, or zero it empty."),
    negative: _t("Less than nothing is on the scale: zero it empty."),
    not_zeroed: _t("The scale could not find its zero: empty it and zero it."),
    fault: _t("The scale reports a fault; switch it off and on."),
    unreadable: _t("The scale's answer cannot be read: check protocol, speed and parity."),
    silent: _t("The scale does not answer: is it on, and is the cable in?"),
    stale: _t("The last weight is too old."),
    offline: _t("The scale is not connected."),
};

const REFUSALS = {
    action: _t("You may not do this; an administrator can give you the right."),
    unpaired: _t("The agent is not paired with this Odoo. Pair it in Hardware, Stations."),
    token: _t("The agent is paired with another Odoo, or was paired anew. Pair it in Hardware, Stations."),
    station: _t("The agent at this address belongs to another station."),
    origin: _t(
        "The agent does not know this address of Odoo. Add it in Hardware, Stations, Other Addresses of Odoo."
    ),
    clock: _t("The clocks of this computer and of the agent differ: set both to the right time."),
    too_fast: _t("Too many requests at once: wait a moment."),
    no_device: _t("The agent no longer has this device."),
};

/** What the person at the scale reads when there is no weight. */
export function readingWords({ state, words }) {
    return READINGS[state] || words;
}

/** Why the agent refused; *text* is its own explanation. */
export function refusalWords(code, text) {
    return REFUSALS[code] || text || _t("The agent refused the request.");
}
