# Run in Odoo's shell: build the asset bundles once and commit them. A browser test would compile
# them inside its own transaction and lose them. BUNDLES is set by the launcher.
bundles = env["ir.qweb"]
for name in BUNDLES:
    bundle = bundles._get_asset_bundle(name, css=True, js=False)
    bundle.css()
    bundle = bundles._get_asset_bundle(name, css=False, js=True)
    bundle.js()
env.cr.commit()
