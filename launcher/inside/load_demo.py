# Run in Odoo's shell on a fresh demo database: load the demo files that our manifests name. ADDONS
# is set by the launcher, in no order; the modules' own order (parents first) is taken from Odoo's
# graph.
from odoo.modules.loading import load_data
from odoo.modules.module_graph import ModuleGraph

graph = ModuleGraph(env.cr, mode="load")
graph.extend(env["ir.module.module"].search([("state", "=", "installed")]).mapped("name"))
for node in graph:
    if node.name in ADDONS and not node.demo:
        load_data(env(su=True), {}, "init", "demo", node)
        env["ir.module.module"].search([("name", "=", node.name)]).demo = True
env.cr.commit()
