import hashlib
import logging
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from psycopg2 import errors

from odoo import SUPERUSER_ID, _, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.modules.registry import Registry

from ..carrier_contract import (
    Carrier,
    CarrierError,
    Document,
    ManifestRequest,
    Refused,
    Sale,
    ShipRequest,
    TransmittedManifest,
    Unavailable,
    Unreadable,
)
from ..carrier_contract.codec import dump, load
from ..shipping_rules import buying
from ..shipping_rules.fingerprint import ship_fingerprint

_logger = logging.getLogger(__name__)

# A purchase may take the carrier's whole time-out twice (buy, then ask); who waits longer is told so.
LOCK_WAIT_S = 90


class AccountChanged(CarrierError):
    """The account is another one at the carrier by now, so this sale cannot be asked for."""


LIVE_STATES = ("intent", "sold", "unknown", "voiding", "void_unknown")
OPEN_STATES = ("intent", "unknown")  # nobody knows whether the carrier did what was asked


@dataclass(frozen=True)
class BuyOrder:
    """What a document asks the journal to buy: one call to a carrier.

    :param scope: ``(model, id)`` of the document, the same however the purchase is started
    :param slot: 1, 2, 3… within the scope: which of its parcels
    :param request: the purchase, its key still empty
    :param applied_keys: keys of this scope that live documents already carry
    """

    scope: tuple[str, int]
    slot: int
    account: Any
    carrier: Carrier
    request: ShipRequest
    document_name: str = ""
    applied_keys: frozenset = frozenset()


@dataclass
class Bought:
    """How one :class:`BuyOrder` ended. ``error`` is set when it was not sold, ``unclear`` too when
    nobody knows."""

    key: str = ""
    sale: Sale | None = None
    error: CarrierError | None = None
    unclear: bool = False
    found: bool = False
    documents: tuple[Document, ...] = ()
    documents_error: CarrierError | None = None


@dataclass
class _Attempt:
    """One order on its way through the journal."""

    order: BuyOrder
    tried: int = 0
    key: str = ""  # of the row, which a commit puts out of the cache
    row: Any = None
    ask_first: bool = False
    again: bool = False  # what was in the way is void now: buy under a new key
    result: Bought = field(default_factory=Bought)

    def hold_back(self, until):
        """Do not call a carrier that asked for a pause ``until`` then (a moment, or None)."""
        if not until or self.row is None or self.result.sale:
            return
        error = Unavailable(_pause_text(self.order.account, until), sent=False)
        unclear = self.ask_first and self.row.state in OPEN_STATES
        self.result = Bought(self.key, error=error, unclear=unclear)
        self.row, self.ask_first = None, False


class EcomPurchase(models.Model):
    """The purchase journal: what was asked of a carrier that costs money, and what it answered.

    Rows are written on their own cursor and committed before and after each call, so they outlive a
    rollback, a crash and a replay of the business transaction. Business documents refer to a row by
    its ``key``, never by a foreign key: a transaction cannot see rows that were committed after it
    began, and a row must not vanish with a document.
    """

    _name = "ecom.purchase"
    _description = "Purchase Journal"
    _order = "id desc"
    _rec_name = "key"

    key = fields.Char(required=True, readonly=True)
    action = fields.Selection(
        [("ship", "Label"), ("manifest", "Manifest")], required=True, readonly=True, default="ship"
    )
    scope_model = fields.Char(required=True, readonly=True)
    scope_id = fields.Many2oneReference(
        model_field="scope_model", readonly=True, string="Document ID"
    )
    document_name = fields.Char("Document", readonly=True)
    slot = fields.Integer(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    account_id = fields.Many2one("ecom.carrier.account", readonly=True, ondelete="restrict")
    account_terms = fields.Char(
        readonly=True, help="Environment and customer number of the account at that time."
    )
    state = fields.Selection(
        [
            ("intent", "Being Bought"),
            ("sold", "Bought"),
            ("refused", "Not Bought"),
            ("unknown", "No Clear Answer"),
            ("voiding", "Being Voided"),
            ("void_unknown", "Void Without Clear Answer"),
            ("voided", "Voided"),
        ],
        required=True,
        readonly=True,
    )
    outcome = fields.Char("Status", compute="_compute_outcome")
    account_changed = fields.Boolean(compute="_compute_account_changed")
    hand_over_group = fields.Char(
        readonly=True, index="btree_not_null", help="What is handed over together."
    )
    fingerprint = fields.Char(readonly=True, groups="ecom_shipping.group_manager")
    ambiguous = fields.Boolean(readonly=True, help="Different contents were tried under this key.")
    attempts = fields.Integer(readonly=True)
    request = fields.Json(readonly=True, groups="ecom_shipping.group_manager")
    answer = fields.Json(readonly=True, groups="ecom_shipping.group_manager")
    carrier_ref = fields.Char("Carrier's Number", readonly=True)
    tracking_numbers = fields.Char(readonly=True)
    price = fields.Float("Price Before Taxes", readonly=True)
    currency_name = fields.Char("Currency", readonly=True)
    error = fields.Text(readonly=True)
    void_reason = fields.Char(readonly=True)
    retry_at = fields.Datetime(
        readonly=True,
        index="btree_not_null",
        help="The carrier asked for a pause: no purchase on this account before.",
    )
    refund_asked_at = fields.Datetime(
        "Refund Requested On", readonly=True, help="Without a number: there was no clear answer."
    )
    refund_ticket = fields.Char(readonly=True, help="The carrier's number of the refund request.")

    _key_unique = models.Constraint("UNIQUE(key)", "A purchase is written once.")
    _scope_index = models.Index("(scope_model, scope_id)")

    def init(self):
        """Give rows their group that were written before there was a column for it."""
        self.env.cr.execute(
            """
            UPDATE ecom_purchase SET hand_over_group = request->>'group'
             WHERE hand_over_group IS NULL AND action = 'ship' AND request->>'group' <> ''
            """
        )

    @api.depends("state", "action")
    def _compute_outcome(self):
        """The state in words that fit what was asked for."""
        words = dict(self._fields["state"]._description_selection(self.env))
        transmitted = {
            "intent": _("Being Transmitted"),
            "sold": _("Transmitted"),
            "refused": _("Not Transmitted"),
            "voided": _("Settled by Hand"),
        }
        for row in self:
            known = transmitted if row.action == "manifest" else {}
            row.outcome = known.get(row.state, words.get(row.state))

    @api.depends("account_terms", "account_id.environment", "account_id.customer_number")
    def _compute_account_changed(self):
        for row in self:
            row.account_changed = row._account_changed()

    # === BUYING === #

    @api.model
    def _buy(self, orders):
        """Buy ``orders`` so that each ends with at most one label, whatever happened before.

        :param list[BuyOrder] orders: all different in (scope, slot)
        :returns: one :class:`Bought` per order, in the same order; nothing is raised for a single
            refusal, so that one bad address does not stop a batch
        """
        with self._journal({order.scope for order in orders}) as journal:
            attempts = journal._plan(orders)
            journal._run(attempts)
            journal._run([a for a in attempts if a.again])
        return [attempt.result for attempt in attempts]

    def _run(self, attempts):
        """Intent, call, answer."""
        if not attempts:
            return
        self._write_intents(attempts)
        self._call_carriers([a for a in attempts if a.row])

    @api.model
    @contextmanager
    def _journal(self, scopes):
        """The journal on its own cursor, holding the lock of every scope until the block ends.

        Locks belong to the database session: a crash frees them, a commit does not.
        """
        lock_ids = sorted(_lock_id(scope) for scope in scopes)
        with Registry(self.env.cr.dbname).cursor() as cr:
            # sudo by superuser: the journal is read-only for every user, and calls of packers and
            # clerks must be written down whatever their rights.
            journal = api.Environment(cr, SUPERUSER_ID, dict(self.env.context))[self._name]
            try:
                journal._lock(lock_ids)
                yield journal
                journal._checkpoint("end")
            finally:
                # The connection goes back to a pool: no lock may stay with it.
                cr.rollback()
                cr.execute("SELECT pg_advisory_unlock_all()")

    def _lock(self, lock_ids):
        cr = self.env.cr
        try:
            cr.execute("SELECT set_config('lock_timeout', %s, true)", (f"{LOCK_WAIT_S}s",))
            cr.execute(
                "SELECT pg_advisory_lock(id) FROM unnest(%s::bigint[]) WITH ORDINALITY AS t(id, n) ORDER BY n",
                (lock_ids,),
            )
        except errors.LockNotAvailable as error:
            raise UserError(
                _(
                    "This shipment is being bought by somebody else. Wait a minute, reload the page and look again."
                )
            ) from error
        # A new transaction, so that what the former owner of the lock wrote is seen.
        self._checkpoint("lock")

    def _plan(self, orders):
        """Decide for each order: found already, ask and buy, or refuse. Orphans are voided."""
        rows = self._rows({order.scope for order in orders}, {o.account.id for o in orders})
        paused = rows.filtered(lambda r: r.retry_at and r.retry_at > fields.Datetime.now())
        pauses = {row.account_id.id: row.retry_at for row in paused.sorted("retry_at")}
        latest = {row._place(): row for row in rows}  # the newest comes last
        tried = Counter(row._place() for row in rows)
        self._void_orphans(orders, latest)
        places = [(order.scope, order.slot) for order in orders]
        attempts = [
            self._plan_one(order, latest.get(place), tried[place])
            for order, place in zip(orders, places, strict=True)
        ]
        for attempt in attempts:
            attempt.hold_back(pauses.get(attempt.order.account.id))
        return attempts

    def _place(self):
        return ((self.scope_model, self.scope_id), self.slot)

    def _rows(self, scopes, accounts=()):
        """All purchases that were tried for ``scopes``, oldest first.

        :param accounts: also those of these accounts whose carrier asked for a pause that lasts
        """
        by_model = {}
        for model, res_id in scopes:
            by_model.setdefault(model, []).append(res_id)
        domain = fields.Domain.OR(
            fields.Domain([("scope_model", "=", model), ("scope_id", "in", ids)])
            for model, ids in by_model.items()
        )
        if accounts:
            domain |= fields.Domain(
                [("account_id", "in", list(accounts)), ("retry_at", ">", fields.Datetime.now())]
            )
        return self.search(domain & fields.Domain("action", "=", "ship"), order="id")

    def _void_orphans(self, orders, latest):
        """Void what an earlier, rolled back attempt bought and nobody wants any more."""
        wanted = {(order.scope, order.slot): order for order in orders}
        applied = {order.scope: order.applied_keys for order in orders}
        for place, row in latest.items():
            if place[0] not in applied:
                continue  # of another document; it only tells of a pause
            order = wanted.get(place)
            if row.state not in LIVE_STATES or row.key in applied[place[0]]:
                continue
            if order and row.state not in ("voiding", "void_unknown") and row._still_wanted(order):
                continue
            # With the login that bought it: the account may have been changed, too.
            carrier = row.account_id._get_carrier()
            row._settle_and_void(
                carrier, _("Replaced: the shipment was changed after a failed attempt.")
            )

    def _still_wanted(self, order):
        """Whether what this row (may have) bought is what the order asks for."""
        if self.account_id.id != order.account.id or self._account_changed():
            return False
        same = self.fingerprint == ship_fingerprint(order.request) and not self.ambiguous
        return same if self.state == "sold" else True

    def _account_changed(self):
        """Whether the account is another one at the carrier than when this row was written."""
        return bool(self.account_terms) and self.account_terms != _terms(self.account_id)

    def _check_same_account(self):
        """Refuse to ask a carrier about rows that were written when the account was another one.

        :raises AccountChanged: with what to do
        """
        for row in self:
            if row._account_changed():
                raise _other_terms(row)

    def _may_surface(self, order):
        """Whether an earlier attempt under this key, refused since, may still turn up at the carrier."""
        return self.state == "refused" and self.attempts > 1 and self._still_wanted(order)

    def _plan_one(self, order, row, tried):
        attempt = _Attempt(order, tried, key=row.key if row else "")
        if row and row.key in order.applied_keys and row.state in LIVE_STATES:
            attempt.result = Bought(row.key, error=_already_bought(row))
        elif row and row.state == "sold" and row._still_wanted(order):
            attempt.row = row
            attempt.result = Bought(row.key, sale=row._sale(), found=True)
        elif (
            row
            and row.state in LIVE_STATES
            and (row.state not in OPEN_STATES or not row._still_wanted(order))
        ):
            attempt.result = Bought(
                row.key, error=_not_voided(row), unclear=row.state in OPEN_STATES
            )
        elif row and (row.state in OPEN_STATES or row._may_surface(order)):
            attempt.row, attempt.ask_first = row, True
        else:
            attempt.row = self.browse()  # a fresh row is created by _write_intents
        return attempt

    def _write_intents(self, attempts):
        """Commit what is about to be called, one new row or one more attempt each."""
        fresh = [a for a in attempts if a.row is not None and not a.row and not a.result.sale]
        for attempt in fresh:
            attempt.key = self._new_key(attempt.order.scope, attempt.order.slot, attempt.tried)
        rows = self.create([self._intent_values(a.order, a.key) for a in fresh])
        for attempt, row in zip(fresh, rows, strict=True):
            attempt.row = row
        for attempt in attempts:
            if attempt.ask_first:
                attempt.row._try_again(attempt.order)
        self._checkpoint("intent")

    def _intent_values(self, order, key):
        model, res_id = order.scope
        return {
            "key": key,
            "scope_model": model,
            "scope_id": res_id,
            "document_name": order.document_name,
            "slot": order.slot,
            "company_id": order.account.company_id.id,
            "account_id": order.account.id,
            "account_terms": _terms(order.account),
            "state": "intent",
            "hand_over_group": order.request.group or False,
            "fingerprint": ship_fingerprint(order.request),
            "attempts": 1,
            "request": dump(replace(order.request, key=key)),
        }

    def _new_key(self, scope, slot, tried):
        """A key never used before: database, document, slot, and how often it was tried.

        :param tried: rows there are of this scope and slot, counted under the scope's lock
        """
        model, res_id = scope
        return f"{self._key_prefix()}-{model.split('.')[-1][:8]}{res_id}-{slot}-{tried + 1}"

    def _key_prefix(self):
        # sudo: system parameters are readable by administrators only
        uuid = (
            self.env["ir.config_parameter"].sudo().get_param("database.uuid") or self.env.cr.dbname
        )
        return hashlib.sha256(uuid.encode()).hexdigest()[:8]

    def _try_again(self, order):
        fingerprint = ship_fingerprint(order.request)
        self.write(
            {
                "state": "intent",
                "attempts": self.attempts + 1,
                "ambiguous": self.ambiguous or self.fingerprint != fingerprint,
                "hand_over_group": order.request.group or False,
                "fingerprint": fingerprint,
                "request": dump(replace(order.request, key=self.key)),
            }
        )

    def _call_carriers(self, attempts):
        """Buy side by side; each answer is committed as it comes, then its documents are fetched."""
        if len(attempts) < 2:
            for attempt in attempts:
                self._call_carrier(attempt)
            return
        in_flight = min(len(attempts), min(a.order.account.calls_in_flight for a in attempts))
        with ThreadPoolExecutor(max_workers=in_flight, thread_name_prefix="ecom-buy") as pool:
            jobs = {pool.submit(call.job, call): call for call in map(_Call.of, attempts)}
            while jobs:
                done, _pending = wait(jobs, return_when=FIRST_COMPLETED)
                finished = [(jobs.pop(job), job) for job in done]
                answers = [(call.attempt, job.result()) for call, job in finished if not call.sale]
                self._write_answers(answers + _held_back(jobs, answers))
                for call, job in finished:
                    if call.sale:
                        _keep_documents(call.attempt, job.result)
                    elif call.attempt.result.sale:
                        follow_up = replace(call, sale=call.attempt.result.sale)
                        jobs[pool.submit(follow_up.job, follow_up)] = follow_up

    def _call_carrier(self, attempt):
        """The same for one label, which needs no thread."""
        call = _Call.of(attempt)
        if not call.sale:
            self._write_answers([(attempt, call.job(call))])
            call = replace(call, sale=attempt.result.sale)
        if call.sale:
            _keep_documents(attempt, lambda: call.job(call))

    def _write_answers(self, answered):
        """Commit how calls ended."""
        if not answered:
            return
        for attempt, outcome in answered:
            attempt.row._write_outcome(outcome)
            sold = outcome.verdict is buying.Verdict.SOLD
            attempt.result = Bought(
                attempt.key,
                sale=outcome.sale if sold else None,
                error=None if sold else outcome.error,
                unclear=outcome.verdict is buying.Verdict.UNKNOWN,
                found=outcome.found,
            )
        self._checkpoint("answer")
        for attempt, outcome in answered:
            self._settle_surprise(attempt, outcome)

    def _write_outcome(self, outcome):
        pause = getattr(outcome.error, "retry_after_s", None)
        values = {
            "state": outcome.verdict.value,
            "error": self._error_text(outcome),
            "retry_at": fields.Datetime.now() + timedelta(seconds=pause) if pause else False,
        }
        self.write(values | (self._sale_values(outcome.sale) if outcome.sale else {}))

    def _error_text(self, outcome):
        """What went wrong, as the banner of the document shows it; False when nothing did."""
        if not outcome.error:
            return False
        if outcome.verdict is not buying.Verdict.UNKNOWN:
            return str(outcome.error)
        return _(
            "There is no clear answer whether the label was bought: %s\n"
            "Try again: the carrier is asked what it has before anything is bought.",
            outcome.error,
        )

    def _sale_values(self, sale):
        return {
            "answer": dump(sale),
            "carrier_ref": sale.carrier_ref,
            "tracking_numbers": " ".join(
                p.tracking_number for p in sale.parcels if p.tracking_number
            ),
            "price": float(sale.price.amount) if sale.price else 0.0,
            "currency_name": sale.price.currency if sale.price else False,
        }

    def _settle_surprise(self, attempt, outcome):
        """A found sale may have been made with other contents than the ones wanted now.

        It is voided, and what is wanted is bought under a new key.
        """
        row = attempt.row
        if not (outcome.found and row.ambiguous):
            return
        void = row._settle_and_void(
            attempt.order.carrier, _("Bought with other contents by an attempt that got no answer.")
        )
        if void.verdict is buying.VoidVerdict.VOIDED:
            attempt.row, attempt.ask_first, attempt.again, attempt.result = (
                self.browse(),
                False,
                True,
                Bought(),
            )
        else:
            attempt.result = Bought(row.key, error=_not_voided(row))

    def _sale(self):
        return load(Sale, self.answer)

    def _checkpoint(self, step):
        """Commit the journal. ``step`` names the line of the protocol, for logs and fault tests."""
        self.env.flush_all()
        # The journal's own cursor: what is written must outlive the business transaction.
        self.env.cr.commit()  # pylint: disable=invalid-commit
        _logger.debug("purchase journal: %s committed", step)

    # === VOIDING === #

    @api.model
    def _void(self, key, carrier, reason=""):
        """Void the sale under ``key``.

        :returns: :class:`..shipping_rules.buying.VoidOutcome`
        """
        with self._journal(
            ()
        ) as journal:  # this transaction cannot see a row that is younger than it
            row = journal.search([("key", "=", key)])
            row_id, scope = row.id, (row.scope_model, row.scope_id)
        with self._journal({scope}) as journal:
            return journal.browse(row_id)._settle_and_void(carrier, reason)

    @api.model
    def _void_rest(self, scope, kept, reason):
        """Settle and void whatever is alive under ``scope`` and not on a document.

        :param kept: keys that live documents carry
        :returns: ``[(number or key, VoidOutcome), ...]``
        """
        with self._journal({scope}) as journal:
            rows = journal._rows({scope}).filtered(
                lambda r: r.state in LIVE_STATES and r.key not in kept
            )
            # With the login that bought it, as in _void_orphans.
            return [
                (
                    row.tracking_numbers or row.key,
                    row._settle_and_void(row.account_id._get_carrier(), reason),
                )
                for row in rows
            ]

    def _settle_and_void(self, carrier, reason):
        """Void one row, first finding out whether it was sold at all. Commits each step."""
        self.ensure_one()
        if self.state == "voided":
            return buying.VoidOutcome(buying.VoidVerdict.VOIDED)
        if self._account_changed():
            # The account would ask another host, or for another customer, and believe the answer.
            return buying.VoidOutcome(buying.VoidVerdict.REFUSED, _other_terms(self))
        if self.state in ("intent", "unknown"):
            return self._settle_unknown(carrier, reason)
        ask_first = self.state in ("voiding", "void_unknown")
        self.write({"state": "voiding", "void_reason": reason})
        self._checkpoint("void intent")
        outcome = buying.void(carrier, self.key, self.carrier_ref, ask_first)
        self.write(
            {
                "state": outcome.verdict.value,
                "error": str(outcome.error) if outcome.error else False,
            }
        )
        self._checkpoint("void answer")
        return outcome

    def _settle_unknown(self, carrier, reason):
        """A row without clear answer that nobody wants: void it if the carrier has it."""
        try:
            sale = carrier.recover(self.key)
        except CarrierError as error:
            self.write({"state": "unknown", "error": str(error)})
            self._checkpoint("void answer")
            return buying.VoidOutcome(buying.VoidVerdict.UNKNOWN, error)
        if sale is None:
            self.write({"state": "refused", "error": _("The carrier has no sale under this key.")})
            self._checkpoint("void answer")
            return buying.VoidOutcome(buying.VoidVerdict.VOIDED)
        self.write({"state": "sold", **self._sale_values(sale)})
        return self._settle_and_void(carrier, reason)

    def _find_out(self):
        """Ask the carrier about a purchase without clear answer, and write down a sale.

        What the carrier does not know stays as it is: the next attempt asks again.

        :returns: the error when the carrier did not say, else None
        """
        with self._journal({(self.scope_model, self.scope_id)}) as journal:
            row = journal.browse(self.id)
            if row.state in OPEN_STATES:
                if row._account_changed():
                    return _other_terms(row)
                try:
                    sale = row.account_id._get_carrier().recover(row.key)
                except CarrierError as error:
                    return error
                if sale:
                    row.write({"state": "sold", "error": False, **row._sale_values(sale)})
                    journal._checkpoint("answer")
        self.invalidate_recordset(flush=False)
        return None

    # === REFUNDS === #

    @api.model
    def _refund(self, key, carrier, email):
        """Ask once for the money back for the sale under ``key``.

        :returns: :class:`..shipping_rules.buying.RefundOutcome`, of an earlier request if there was one
        """
        with self._journal(()) as journal:
            row = journal.search([("key", "=", key)])
            row_id, scope = row.id, (row.scope_model, row.scope_id)
        with self._journal({scope}) as journal:
            row = journal.browse(row_id)
            if row.refund_ticket:
                return buying.RefundOutcome(row.refund_ticket)
            if row._account_changed():
                return buying.RefundOutcome(error=_other_terms(row))
            return row._ask_refund(carrier, email)

    def _ask_refund(self, carrier, email):
        """Intent, call, answer."""
        ask_first = bool(self.refund_asked_at)
        self.refund_asked_at = fields.Datetime.now()
        self._checkpoint("refund intent")
        outcome = buying.refund(carrier, self.carrier_ref, email, ask_first)
        self.refund_ticket = outcome.ticket
        if outcome.error and not outcome.unclear:
            self.refund_asked_at = False
        self._checkpoint("refund answer")
        return outcome

    # === MANIFESTS === #

    @api.model
    def _transmit(self, scope, account, carrier, request, document_name):
        """Transmit a manifest once; an answer that was lost is asked for before anything is sent again.

        :returns: tuple of :class:`TransmittedManifest`
        :raises CarrierError: when nothing was transmitted, or when nobody knows
        """
        with self._journal({scope}) as journal:
            rows = journal.search(
                [("scope_model", "=", scope[0]), ("scope_id", "=", scope[1])], order="id"
            )
            pending = rows.filtered(lambda r: r.state in OPEN_STATES)[-1:]
            if pending:
                pending._find_transmitted(carrier)
            done = rows.filtered(lambda r: r.state == "sold")
            rest = buying.without(request, {sale for row in done for sale in row.request["sales"]})
            if rest.sales or not done:
                row = rows.filtered(lambda r: r.state in OPEN_STATES)[-1:]
                done += (
                    row._transmit_again(carrier, rest)
                    if row
                    else journal._transmit_fresh(scope, account, carrier, rest, document_name)
                )
            return tuple(load(TransmittedManifest, item) for row in done for item in row.answer)

    def _manifest_intent(self, scope, account, request, document_name):
        return {
            "action": "manifest",
            "key": self._new_key(
                scope,
                0,
                self.search_count([("scope_model", "=", scope[0]), ("scope_id", "=", scope[1])]),
            ),
            "scope_model": scope[0],
            "scope_id": scope[1],
            "slot": 0,
            "document_name": document_name,
            "company_id": account.company_id.id,
            "account_id": account.id,
            "account_terms": _terms(account),
            "state": "intent",
            "attempts": 1,
            "request": dump(request),
        }

    def _transmit_fresh(self, scope, account, carrier, request, document_name):
        row = self.create(self._manifest_intent(scope, account, request, document_name))
        self._checkpoint("intent")
        row._end_transmit(buying.transmit(carrier, replace(request, key=row.key), unclear=False))
        return row

    def _transmit_again(self, carrier, request):
        """Under the key of an attempt whose answer was lost and that the carrier does not know."""
        self.write({"state": "intent", "attempts": self.attempts + 1, "request": dump(request)})
        self._checkpoint("intent")
        self._end_transmit(buying.transmit(carrier, replace(request, key=self.key), unclear=True))
        return self

    def _find_transmitted(self, carrier):
        """Ask what became of this attempt, with what was asked for then."""
        outcome = buying.find_transmitted(
            carrier, replace(load(ManifestRequest, self.request), key=self.key)
        )
        if outcome:
            self._end_transmit(outcome)

    def _end_transmit(self, outcome):
        """Commit how the call ended; raises when it is not transmitted."""
        values = {
            "state": outcome.verdict.value,
            "error": str(outcome.error) if outcome.error else False,
        }
        self.write(values | ({"answer": dump(outcome.manifests)} if outcome.manifests else {}))
        self._checkpoint("answer")
        if outcome.verdict is buying.Verdict.UNKNOWN and not isinstance(outcome.error, Refused):
            raise UserError(
                _(
                    "There is no clear answer whether the manifest %(name)s was transmitted: %(error)s\n"
                    "Transmit again in a moment: the carrier is asked what it has before anything is sent again.",
                    name=self.document_name,
                    error=outcome.error,
                )
            ) from outcome.error
        if outcome.error:
            raise outcome.error

    # === BY HAND === #

    def action_declare_settled(self):
        """A manager asked the carrier by other means: nothing is alive under these keys.

        For unclear purchases and voids of carriers that cannot be asked by software.
        """
        if not self.env.user.has_group("ecom_shipping.group_manager"):
            raise AccessError(_("Only shipping managers may settle a purchase by hand."))
        settled = {
            "intent": "refused",
            "unknown": "refused",
            "voiding": "voided",
            "void_unknown": "voided",
        }

        def open_state(row):
            # The label of a former environment or customer number cannot be voided from here.
            return row.state in settled or (row.state == "sold" and row._account_changed())

        for row in self.filtered(open_state):
            with self._journal({(row.scope_model, row.scope_id)}) as journal:
                # Read again under the lock: a call that was under way may have ended meanwhile.
                locked = journal.browse(row.id)
                if open_state(locked):
                    locked.write(
                        {
                            "state": settled.get(locked.state, "voided"),
                            "error": _("Settled by hand by %s.", self.env.user.name),
                        }
                    )
        self.invalidate_recordset()

    # === READING === #

    @api.model
    def _problems(self, model, applied):
        """What documents have to tell of their purchases and do not know themselves.

        :param applied: ``{document id: keys of the live labels written on it}``
        :returns: ``{document id: sentences}``
        """
        rows = self.search(
            [
                ("scope_model", "=", model),
                ("scope_id", "in", list(applied)),
                ("action", "=", "ship"),
            ],
            order="id",
        )
        rows.invalidate_recordset(flush=False)  # other transactions write them
        texts = {}
        for row in {row._place(): row for row in rows}.values():  # the newest of each parcel
            text = row._problem_text(applied[row.scope_id])
            if text:
                texts.setdefault(row.scope_id, []).append(text)
        return {res_id: "\n".join(dict.fromkeys(found)) for res_id, found in texts.items()}

    def _problem_text(self, applied):
        """A sentence on this row for the banner of its document, or False."""
        number = self.tracking_numbers or self.key
        if self.refund_asked_at and not self.refund_ticket:
            return _(
                "It is not clear whether the refund of the label %s was requested. "
                "Request it again: it is not requested twice.",
                number,
            )
        if self.state == "intent":
            return _("A purchase was interrupted. Validate again: no second label is bought.")
        if self.state in ("voiding", "void_unknown"):
            return _(
                "It is not clear whether the label %s was voided. Try again: it is not voided twice.",
                number,
            )
        if self.state == "voided" and self.key in applied:
            return _("The label %s is void at the carrier. Void it here as well.", number)
        if self.state == "sold" and self.key not in applied:
            return _(
                "The label %s was bought, then the validation was undone. "
                "Validate again: it is taken, not bought twice.",
                number,
            )
        if self.state == "unknown" or (self.state == "refused" and not applied):
            return self.error
        return False

    def _transmission_text(self):
        """A sentence on this row for the banner of a manifest that is still open."""
        if self.state == "intent":
            return _("The transmission was interrupted.")
        if self.state == "unknown":
            return _("There is no clear answer whether it was transmitted: %s", self.error)
        if self.state == "sold":
            return _("It was transmitted, then undone here: the carrier has it.")
        return _("It was not transmitted: %s", self.error)

    def action_open_document(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.scope_model,
            "res_id": self.scope_id,
            "view_mode": "form",
        }


@dataclass(frozen=True)
class _Call:
    """What a thread needs: plain values only, no record, no cursor."""

    attempt: Any
    carrier: Carrier
    request: ShipRequest
    ask_first: bool
    sale: Sale | None = None

    @classmethod
    def of(cls, attempt):
        request = replace(attempt.order.request, key=attempt.key)
        return cls(attempt, attempt.order.carrier, request, attempt.ask_first, attempt.result.sale)

    @property
    def job(self):
        return _documents_job if self.sale else _buy_job


def _held_back(jobs, answers):
    """After a throttled answer the calls that did not begin yet end like it.

    :param jobs: what is still under way; the calls held back are taken out
    :returns: their attempts and outcomes
    """
    throttled = {
        attempt.order.account: outcome.error
        for attempt, outcome in answers
        if getattr(outcome.error, "retry_after_s", None)
    }
    held = []
    for job, call in list(jobs.items()):
        error = throttled.get(call.attempt.order.account)
        if error and not call.sale and job.cancel():
            del jobs[job]
            verdict = buying.Verdict.UNKNOWN if call.ask_first else buying.Verdict.REFUSED
            held.append((call.attempt, buying.Outcome(verdict, error=error)))
    return held


def _buy_job(call):
    try:
        return buying.buy(call.carrier, call.request, call.ask_first)
    except Exception as error:
        # A bug in a carrier must not lose the answers of the others in the batch, nor let anybody
        # believe that nothing was bought.
        _logger.exception("carrier failed on %s", call.request.key)
        return buying.Outcome(buying.Verdict.UNKNOWN, error=Unreadable(type(error).__name__))


def _documents_job(call):
    return call.carrier.documents(call.sale)


def _keep_documents(attempt, fetch):
    """The label of a sale; when it cannot be fetched now the sale stands and the label is fetched later."""
    try:
        attempt.result.documents = fetch()
    except CarrierError as error:
        attempt.result.documents_error = error
    except Exception as error:
        # A bug in a carrier must not undo the sale again at each attempt.
        _logger.exception("carrier failed on the documents of %s", attempt.result.key)
        attempt.result.documents_error = Unreadable(type(error).__name__)


def _pause_text(account, until):
    seconds = int((until - fields.Datetime.now()).total_seconds()) + 1
    return account.env._(
        "The carrier asked for a pause after too many calls. Try again in %s seconds.", seconds
    )


def _already_bought(row):
    return CarrierError(
        row.env._(
            "This parcel has a label already (%s). Void it before you buy another one.",
            row.tracking_numbers or row.key,
        )
    )


def _terms(account):
    """What makes an account another one at the carrier: its labels are not valid there."""
    return f"{account.environment}/{account.customer_number or ''}"


def _other_terms(row):
    environment, _slash, customer = row.account_terms.partition("/")
    words = dict(row.account_id._fields["environment"]._description_selection(row.env))
    return AccountChanged(
        row.env._(
            "%(number)s belongs to the environment %(environment)s and customer %(customer)s, and the account "
            "%(account)s was changed since. The carrier is not asked about it. Change the account back first, "
            "or let a shipping manager settle it in the purchase journal.",
            number=row.tracking_numbers or row.document_name or row.key,
            environment=words.get(environment, environment),
            customer=customer,
            account=row.account_id.name,
        )
    )


def _not_voided(row):
    if row._account_changed():
        return _other_terms(row)
    return Unavailable(
        row.env._(
            "An earlier attempt bought the label %(number)s for other contents, and it could not be voided: %(reason)s",
            number=row.tracking_numbers or row.key,
            reason=row.error or row.env._("no clear answer from the carrier"),
        )
    )


def _lock_id(scope):
    """A 64-bit number for a scope."""
    digest = hashlib.sha256(f"ecom.purchase:{scope[0]}:{scope[1]}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
