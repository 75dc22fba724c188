import { Component, onWillUnmount, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";

const ICONS = {
    scale: "fa-balance-scale",
    label_printer: "fa-tag",
    document_printer: "fa-print",
    receipt_printer: "fa-file-text-o",
    cash_drawer: "fa-inbox",
    scanner: "fa-barcode",
};
const COLORS = { online: "text-success", attention: "text-warning", offline: "text-danger" };

/** As the scale shows it, without the zeros that fill its display: "01.250" is 1.250. */
function shownWeight({ shown, unit }) {
    return `${shown.replace(/^0+(?=\d)/, "")} ${unit || ""}`;
}

/** The icon above right: at which station this browser stands, and how its devices are. */
export class StationMenu extends Component {
    static template = "ecom_hardware_proxy.StationMenu";
    static components = { Dropdown, DropdownItem };
    static props = {};

    setup() {
        this.hardware = useService("ecom_hardware");
        this.action = useService("action");
        this.state = useState(this.hardware.state);
        this.list = useState({ stations: [] });
        this.stops = [];
        this.dropdown = useDropdownState({ onClose: () => this.unwatch() });
        onWillUnmount(() => this.unwatch());
    }

    async beforeOpen() {
        this.list.stations = await this.hardware.stations();
        this.watch();
    }

    /** Weights are live while the menu is open. */
    watch() {
        this.unwatch();
        const scales = this.state.devices.filter((device) => device.kind === "scale");
        for (const id of [null, ...scales.map((device) => device.id)]) {
            this.stops.push(this.hardware.watchWeight(() => {}, id));
        }
    }

    unwatch() {
        for (const stop of this.stops.splice(0)) {
            stop();
        }
    }

    get troubles() {
        return this.state.devices.filter((device) =>
            ["attention", "offline"].includes(device.state)
        );
    }

    /** none, connecting, ready, trouble, unreachable */
    get health() {
        const { status } = this.state;
        return status === "connected" ? (this.troubles.length ? "trouble" : "ready") : status;
    }

    get title() {
        const { station, words } = this.state;
        const states = {
            none: "",
            connecting: _t("connecting"),
            ready: _t("ready"),
            trouble: this.troubles.map(({ name, words }) => `${name}: ${words}`).join("\n"),
            unreachable: words,
        };
        return station
            ? `${station.name}\n${states[this.health]}`
            : _t("This browser stands at no station");
    }

    isHere(station) {
        return this.state.station?.id === station.id;
    }

    icon(device) {
        return ICONS[device.kind] || "fa-plug";
    }

    deviceColor(device) {
        const known = this.state.status === "connected";
        return (known && COLORS[device.state]) || "text-muted";
    }

    /** Beside a scale its live weight, beside the others what is wrong. */
    deviceWords(device) {
        const reading = this.state.readings[device.id];
        if (!reading) {
            const well = this.state.status !== "connected" || device.state === "online";
            return well ? "" : device.words;
        }
        return reading.weight_g === null ? reading.words : shownWeight(reading);
    }

    isWeight(device) {
        return Boolean(this.state.readings[device.id]?.weight_g);
    }

    choose(station) {
        this.hardware.choose(station);
    }

    openQueue() {
        this.action.doAction("ecom_hardware_proxy.action_ecom_print_job");
    }
}

if (session.ecom_hardware) {
    registry
        .category("systray")
        .add("ecom_hardware_proxy.station", { Component: StationMenu }, { sequence: 30 });
}
