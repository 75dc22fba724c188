import { useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FloatField, floatField } from "@web/views/fields/float/float_field";
import { session } from "@web/session";

/** Grams in one unit, exact by definition. */
const GRAMS = { g: 1, kg: 1000, lb: 453.59237, oz: 28.349523125 };

/**
 * A weight with a button that reads the scale of this station.
 *
 * Option ``unit`` (g, kg, lb, oz) names the unit of the field; without it the unit that Odoo is set
 * to is meant. The field changes only by a stable reading, and never while the scale says nothing.
 */
export class ScaleField extends FloatField {
    static template = "ecom_hardware_proxy.ScaleField";
    static props = { ...FloatField.props, unit: { type: String, optional: true } };

    setup() {
        super.setup();
        this.hardware = useService("ecom_hardware");
        this.notification = useService("notification");
        this.station = useState(this.hardware.state);
        this.reading = useState({ busy: false });
    }

    get unit() {
        return this.props.unit || session.ecom_weight_unit || "kg";
    }

    get canRead() {
        return !this.props.readonly && Boolean(this.station.station);
    }

    async readScale() {
        if (this.reading.busy) {
            return;
        }
        this.reading.busy = true;
        try {
            await this.take(await this.hardware.readWeight());
        } catch (error) {
            this.warn(this.hardware.wordsOf(error));
        } finally {
            this.reading.busy = false;
        }
    }

    async take(reading) {
        if (reading.weight_g === null) {
            return this.warn(reading.words);
        }
        // Half a millionth of any unit is beyond every scale; it removes what division added.
        const weight = Number((Number(reading.weight_g) / GRAMS[this.unit]).toFixed(6));
        await this.props.record.update({ [this.props.name]: weight });
    }

    warn(words) {
        this.notification.add(words, { title: _t("No weight was taken"), type: "warning" });
    }
}

export const scaleField = {
    ...floatField,
    component: ScaleField,
    displayName: _t("Weight with scale"),
    supportedOptions: [
        ...floatField.supportedOptions,
        { label: _t("Unit of the field"), name: "unit", type: "string" },
    ],
    supportedTypes: ["float"],
    extractProps: (field) => ({ ...floatField.extractProps(field), unit: field.options.unit }),
};

registry.category("fields").add("ecom_scale", scaleField);
