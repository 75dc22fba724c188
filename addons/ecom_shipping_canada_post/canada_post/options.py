"""Options of a parcel: what may be asked, what goes with what, and amounts (facts 8)."""

from decimal import ROUND_HALF_UP, Decimal

from .tables import OPTIONS

_CENT = Decimal("0.01")


def choose(checker, choices, parcel):
    """The options to send for ``parcel``, prerequisites first.

    :param choices: :class:`OptionChoice` values; an amount counts for each parcel
    :returns: (code, amount in CAD as text, or '') pairs; problems are left with ``checker``
    """
    if not choices:
        return ()
    chosen = {}
    for index, choice in enumerate(choices):
        field = f"options.{index}.code"
        rule = OPTIONS.get(choice.code)
        if rule is None:
            checker.refuse(field, "option_unknown", code=choice.code)
            continue
        for other in rule.conflicts:
            if other in chosen:
                checker.refuse(field, "option_conflict", code=choice.code, other=other)
        for needed in rule.prerequisites:
            chosen.setdefault(needed, "")
        chosen[choice.code] = _amount(checker, f"options.{index}.amount", choice, rule, parcel)
    return tuple(chosen.items())


def _amount(checker, field, choice, rule, parcel):
    """The amount of ``choice`` with two decimals, or ''.

    Above the value of the goods the carrier refuses (1719); a value in another currency is not ours
    to convert, so it is not compared.
    """
    code, money = choice.code, choice.amount
    if rule.max_amount is None:
        if money is not None:
            checker.refuse(field, "option_no_amount", code=code)
        return ""
    if money is None or money.currency != "CAD" or money.amount <= 0:
        checker.refuse(field, "option_amount", code=code)
        return ""
    amount = max(money.amount.quantize(_CENT, ROUND_HALF_UP), _CENT)
    value = parcel.value
    if amount > rule.max_amount:
        checker.refuse(field, "option_above", code=code, amount=amount, limit=rule.max_amount)
    elif value is not None and value.currency == "CAD" and amount > value.amount:
        checker.refuse(field, "option_above_value", code=code, amount=amount, limit=value.amount)
    return f"{amount:f}"


def write(builder, options):
    """Append the ``options`` block; nothing when there are none."""
    if not options:
        return
    with builder.block("options"):
        for code, amount in options:
            with builder.block("option"):
                builder.add("option-code", code)
                builder.add_if("option-amount", amount)
