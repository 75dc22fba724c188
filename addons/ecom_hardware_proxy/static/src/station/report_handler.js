import { registry } from "@web/core/registry";
import { uuid } from "@web/core/utils/strings";

/** Odoo's print actions go to the station's printer when it has one for that report; else as always. */
async function printAtStation(action, options, env) {
    const hardware = env.services.ecom_hardware;
    if (!hardware?.state.station || !["qweb-pdf", "qweb-text"].includes(action.report_type)) {
        return false;
    }
    const { orm } = env.services;
    const report = [action.report_name, action.context?.active_ids || []];
    if (!(await orm.call("ir.actions.report", "ecom_route", report))) {
        return false;
    }
    const press = [...report, action.data || {}, uuid()];
    await hardware.sent(await orm.call("ir.actions.report", "ecom_print", press));
    return true;
}

registry
    .category("ir.actions.report handlers")
    .add("ecom_hardware_proxy", printAtStation, { sequence: 10 });
