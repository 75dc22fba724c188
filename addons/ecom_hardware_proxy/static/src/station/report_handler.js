import { registry } from "@web/core/registry";

/** Odoo's print actions go to the station's printer when it has one for that report; else as always. */
async function printAtStation(action, options, env) {
    const hardware = env.services.ecom_hardware;
    if (!hardware?.state.station || !["qweb-pdf", "qweb-text"].includes(action.report_type)) {
        return false;
    }
    const { report_name: name, data, context = {} } = action;
    const ids = context.active_ids || [];
    if (!(await env.services.orm.call("ir.actions.report", "ecom_route", [name, ids]))) {
        return false;
    }
    await hardware.printReport(name, ids, data || {}, context);
    return true;
}

registry
    .category("ir.actions.report handlers")
    .add("ecom_hardware_proxy", printAtStation, { sequence: 10 });
