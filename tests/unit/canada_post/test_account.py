"""The account: secrets, test connection, catalogue, and what the carrier can do."""

from decimal import Decimal

import pytest

from odoo.addons.ecom_shipping.carrier_contract import Capability, Refused, Unreadable
from odoo.addons.ecom_shipping_canada_post.canada_post import (
    AccountSettings,
    CanadaPost,
    ServiceInfo,
    texts,
)

from tests.unit.canada_post import given


def customer(contracts=("0042708517",), root="customer"):
    listed = "".join(f"<contract-id>{number}</contract-id>" for number in contracts)
    contracts = f"<contracts>{listed}</contracts>" if listed else ""
    return given.xml(
        f"<{root}><customer-number>0002004381</customer-number>{contracts}"
        "<authorized-payers><payer><payer-number>1</payer-number><methods-of-payment>"
        "<method-of-payment>Account</method-of-payment>"
        "<method-of-payment>CreditCard</method-of-payment></methods-of-payment></payer><payer>"
        "<payer-number>2</payer-number><methods-of-payment>"
        "<method-of-payment>Account</method-of-payment></methods-of-payment></payer>"
        f"</authorized-payers></{root}>"
    )


def test_password_is_in_no_text_of_the_account():
    assert "key-secret" not in repr(given.ACCOUNT)
    assert "key-secret" not in repr(given.carrier())


def test_connection_tells_who_we_are():
    carrier = given.carrier(customer())
    assert carrier.test_connection() == (
        "Connected to Canada Post as customer 0002004381. Contracts: 0042708517. "
        "Ways to pay: Account, CreditCard."
    )
    assert carrier._transport.targets == ["GET /rs/customer/0002004381"]


def test_connection_asks_as_the_owner_of_the_key():
    account = given.replace(given.ACCOUNT, mailed_by="0001111111")
    carrier = given.carrier(customer(root="behalf-of-customer"), account=account)
    assert "0002004381" in carrier.test_connection()
    assert carrier._transport.targets == ["GET /rs/customer/0001111111/behalfof/0002004381"]


def test_padded_contract_number_is_the_same_number():
    account = given.replace(given.ACCOUNT, contract_id="42708517")
    assert given.carrier(customer(), account=account).test_connection()


def test_contract_of_somebody_else_is_refused():
    account = given.replace(given.ACCOUNT, contract_id="999")
    with pytest.raises(Refused, match="not one of this customer's") as caught:
        given.carrier(customer(), account=account).test_connection()
    assert caught.value.messages[0].field == "account.contract_id"


def test_customer_without_contracts_says_so():
    carrier = given.carrier(customer(contracts=()), language="fr")
    assert "Conventions : aucune." in carrier.test_connection()


@pytest.mark.parametrize("field", ["customer_number", "mailed_by"])
def test_odd_customer_number_never_becomes_an_address(field):
    account = given.replace(given.ACCOUNT, **{field: "1/../2"})
    carrier = given.carrier(customer(), account=account)
    with pytest.raises(Refused) as caught:
        carrier.test_connection()
    assert f"account.{field}" in {message.field for message in caught.value.messages}
    assert carrier._transport.calls == []


def test_wrong_login_is_refused():
    with pytest.raises(Refused, match="E002"):
        given.carrier(given.messages(("E002", "Login."), status=401)).test_connection()


def test_customer_without_number_is_unreadable():
    with pytest.raises(Unreadable):
        given.carrier(given.xml("<customer/>")).test_connection()


def test_what_the_carrier_can_do():
    assert CanadaPost.capabilities == set(Capability) - {Capability.MULTI_PIECE}
    assert CanadaPost.max_lengths["recipient.street"] == 44
    assert CanadaPost.max_lengths["sender.city"] == 40
    assert (CanadaPost.currency, CanadaPost.requires_phone) == ("CAD", True)
    assert len(CanadaPost.label_formats) == 3


def test_defaults_of_the_account():
    account = AccountSettings("u", "p", "123")
    assert (account.owner, account.payment_method, account.immediate) == ("123", "Account", False)


# --- catalogue ------------------------------------------------------------------------------------

SERVICE = """
<service><service-code>{code}</service-code><service-name>Name</service-name><options><option>
<option-code>COV</option-code><option-name>Coverage</option-name><mandatory>false</mandatory>
<qualifier-required>true</qualifier-required><qualifier-max>5000.00</qualifier-max></option><option>
<option-code>SO</option-code><option-name>Signature</option-name><mandatory>true</mandatory>
<qualifier-required>false</qualifier-required></option></options><restrictions>
<weight-restriction min="100" max="30000"/><dimensional-restrictions>
<length min="0.1" max="200"/><width max="150.5"/><height/>
<length-plus-girth-max>300</length-plus-girth-max><oversize-limit>100</oversize-limit>
</dimensional-restrictions><density-factor>6000</density-factor></restrictions></service>"""
OPTION = """
<option><option-code>{code}</option-code><option-name>Name</option-name>
<option-class>FEAT</option-class><prints-on-label>true</prints-on-label>
<qualifier-required>false</qualifier-required>
<conflicting-options><option-code>LAD</option-code></conflicting-options>
<prerequisite-options><option-code>DC</option-code></prerequisite-options></option>"""


def discovery(call):
    code = call.target.rpartition("/")[2]
    if "/option/" in call.target:
        return given.xml(OPTION.format(code=code))
    if code != "service":
        return given.xml(SERVICE.format(code=code))
    names = ("DOM.EP", "DOM.XP.CERT")
    inner = "".join(
        f"<service><service-code>{name}</service-code><service-name>N</service-name></service>"
        for name in names
    )
    return given.xml(f"<services>{inner}</services>")


def test_catalogue_lists_services_and_each_option_once():
    carrier = given.carrier(discovery)
    services, options = carrier.catalogue()
    assert [service.code for service in services] == ["DOM.EP", "DOM.XP.CERT"]
    assert [option.code for option in options] == ["COV", "SO"]
    assert len(carrier._transport.calls) == 5
    assert carrier._transport.calls[1].params == (("country", "CA"),)


def test_limits_of_a_service_are_grams_and_millimetres():
    (service, _other), _options = given.carrier(discovery).catalogue()
    assert (service.min_weight_g, service.max_weight_g) == (100, 30_000)
    sides = (service.max_length_mm, service.max_width_mm, service.max_height_mm)
    assert sides == (2000, 1505, 0)
    assert (service.max_length_girth_mm, service.max_sides_sum_mm) == (3000, 0)
    assert (service.oversize_mm, service.density_factor) == (1000, Decimal(6000))


def test_options_of_a_service_and_rules_of_an_option():
    (service, _other), (option, _so) = given.carrier(discovery).catalogue()
    coverage, signature = service.options
    assert (coverage.needs_amount, coverage.max_amount) == (True, Decimal(5000))
    assert (signature.mandatory, signature.max_amount) == (True, None)
    assert (option.kind, option.prints_on_label, option.needs_amount) == ("FEAT", True, False)
    assert (option.conflicts, option.prerequisites) == (("LAD",), ("DC",))


def test_service_without_options_or_density_is_a_service():
    def bare(call):
        answer = discovery(call).body.decode()
        for name in ("options", "density-factor"):
            start, end = answer.find(f"<{name}>"), answer.find(f"</{name}>")
            answer = answer[:start] + answer[end + len(name) + 3 :] if start > 0 else answer
        return given.xml(answer)

    (service, _other), options = given.carrier(bare).catalogue()
    assert (service.options, service.density_factor, options) == ((), None, ())


def test_what_is_not_told_of_a_service_is_no_limit():
    service = ServiceInfo("DOM.EP", "Expedited Parcel")
    assert (service.max_weight_g, service.max_length_mm, service.max_length_girth_mm) == (0, 0, 0)
    assert (service.min_weight_g, service.max_width_mm, service.max_height_mm) == (0, 0, 0)
    assert (service.max_sides_sum_mm, service.oversize_mm) == (0, 0)


@pytest.mark.parametrize("code", ["../x", "A..B", "a/b", ""])
def test_odd_service_code_never_becomes_an_address(code):
    listed = (
        f"<services><service><service-code>{code}</service-code>"
        "<service-name/></service></services>"
    )
    carrier = given.carrier(given.xml(listed))
    with pytest.raises(Refused):
        carrier.catalogue()
    assert len(carrier._transport.calls) == 1


# --- texts ----------------------------------------------------------------------------------------


def test_every_sentence_has_two_languages_with_the_same_placeholders():
    import string

    for key, pair in texts.TEXTS.items():
        fields = [{name for _t, name, _s, _c in string.Formatter().parse(text)} for text in pair]
        assert fields[0] == fields[1], key
        assert pair[0] != pair[1] or key == "Promotion", key


@pytest.mark.parametrize(
    ("field", "english", "french"),
    [
        ("recipient.street", "Recipient: street", "Destinataire : rue"),
        ("key", "Request number", "Numéro de demande"),
        ("parcels.0.weight_g", "Parcel: weight", "Colis : poids"),
        ("options.0.code", "options: code", "options : code"),
    ],
)
def test_fields_are_named_in_words(field, english, french):
    assert texts.name_field("en", field) == english
    assert texts.name_field("fr", field) == french


@pytest.mark.parametrize(
    ("value", "english", "french"), [("30.000", "30", "30"), ("0.50", "0.5", "0,5")]
)
def test_numbers_have_the_decimal_mark_of_the_language(value, english, french):
    assert texts.number("en", Decimal(value)) == english
    assert texts.number("fr", Decimal(value)) == french
