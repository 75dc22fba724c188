import { Component, onWillUnmount, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

const ICONS = {
    scale: "fa-balance-scale",
    label_printer: "fa-tag",
    document_printer: "fa-print",
    receipt_printer: "fa-file-text-o",
    cash_drawer: "fa-inbox",
    scanner: "fa-barcode",
};
const COLORS = { online: "text-success", attention: "text-warning", offline: "text-danger" };

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
        this.dropdown = useDropdownState({ onClose: () => this.unwatch() });
        onWillUnmount(() => this.unwatch());
    }

    async beforeOpen() {
        this.list.stations = await this.hardware.stations();
        this.stopWatching = this.hardware.watchWeight(() => {});
    }

    unwatch() {
        this.stopWatching?.();
        this.stopWatching = null;
    }

    get trouble() {
        return this.state.devices.some((device) => ["attention", "offline"].includes(device.state));
    }

    get color() {
        if (this.state.status === "none") {
            return "text-muted";
        }
        if (this.state.status === "unreachable") {
            return "text-danger";
        }
        return this.trouble ? "text-warning" : this.state.status === "connected" ? "text-success" : "";
    }

    get title() {
        const { station, status, words } = this.state;
        if (!station) {
            return _t("This browser stands at no station");
        }
        const states = {
            connecting: _t("connecting"),
            connected: this.trouble ? _t("a device needs attention") : _t("ready"),
            unreachable: words,
        };
        return `${station.name}: ${states[status] || ""}`;
    }

    icon(device) {
        return ICONS[device.kind] || "fa-plug";
    }

    deviceColor(device) {
        return COLORS[device.state] || "text-muted";
    }

    /** Beside a scale its live weight, beside the others what is wrong. */
    deviceWords(device) {
        const reading = this.state.readings[device.id];
        if (!reading) {
            return device.words;
        }
        return reading.weight_g === null ? reading.words : `${reading.shown} ${reading.unit || ""}`;
    }

    choose(station) {
        this.hardware.choose(station);
    }

    openQueue() {
        this.action.doAction("ecom_hardware_proxy.action_ecom_print_job");
    }
}

registry
    .category("systray")
    .add("ecom_hardware_proxy.station", { Component: StationMenu }, { sequence: 30 });
