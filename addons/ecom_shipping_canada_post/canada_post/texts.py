"""Our own sentences for users, in English and French; the carrier's texts come in its language."""

TEXTS = {
    # transport
    "unreachable": (
        "Canada Post cannot be reached.",
        "Impossible de joindre Postes Canada.",
    ),
    "no_answer": (
        "Canada Post did not answer in time or broke off.",
        "Postes Canada n'a pas répondu à temps ou a interrompu la connexion.",
    ),
    "certificate": (
        "The server's certificate could not be verified; nothing was sent.",
        "Le certificat du serveur n'a pas pu être vérifié; rien n'a été envoyé.",
    ),
    "plain_http": (
        "The address of the service must start with https.",
        "L'adresse du service doit commencer par https.",
    ),
    "redirect": (
        "Canada Post sent us to another address; we do not follow.",
        "Postes Canada renvoie à une autre adresse; nous ne suivons pas.",
    ),
    "foreign_link": (
        "Canada Post's answer points to another server; we do not follow.",
        "La réponse de Postes Canada pointe vers un autre serveur; nous ne suivons pas.",
    ),
    "too_large": (
        "Canada Post's answer is larger than {limit} bytes.",
        "La réponse de Postes Canada dépasse {limit} octets.",
    ),
    # answers
    "busy": (
        "Canada Post is busy: too many calls in a minute.",
        "Postes Canada est occupée : trop d'appels en une minute.",
    ),
    "out_of_order": (
        "Canada Post is out of order (HTTP {status}).",
        "Postes Canada est en panne (HTTP {status}).",
    ),
    "pending": (
        "Canada Post is still preparing the document.",
        "Postes Canada prépare encore le document.",
    ),
    "refused": (
        "Canada Post refused without a reason (HTTP {status}).",
        "Postes Canada a refusé sans donner de raison (HTTP {status}).",
    ),
    "not_xml": (
        "Canada Post's answer is not a readable XML document.",
        "La réponse de Postes Canada n'est pas un document XML lisible.",
    ),
    "unexpected": (
        "Canada Post answered with another document ({found}) than expected ({expected}).",
        "Postes Canada a répondu par un autre document ({found}) que prévu ({expected}).",
    ),
    "incomplete": (
        "Canada Post's answer lacks a part or holds a wrong value ({expected}).",
        "La réponse de Postes Canada est incomplète ou contient une valeur fausse ({expected}).",
    ),
    "strange_status": (
        "Canada Post gave an unexpected answer (HTTP {status}).",
        "Postes Canada a donné une réponse inattendue (HTTP {status}).",
    ),
    "not_a_document": (
        "What Canada Post sent is not a complete document ({media_type}).",
        "Ce que Postes Canada a envoyé n'est pas un document complet ({media_type}).",
    ),
    "duplicate_key": (
        "Canada Post already has a shipment with this request number; it must be looked up.",
        "Postes Canada a déjà un envoi portant ce numéro de demande; il faut le rechercher.",
    ),
    "several_sales": (
        "Canada Post names several shipments for one request number.",
        "Postes Canada nomme plusieurs envois pour un seul numéro de demande.",
    ),
    "not_voided": (
        "Canada Post did not void the shipment and gave no reason.",
        "Postes Canada n'a pas annulé l'envoi et n'a donné aucune raison.",
    ),
    "manifest_not_listed": (
        "The parcels are transmitted but Canada Post does not list their manifest yet.",
        "Les colis sont transmis, mais Postes Canada n'affiche pas encore leur manifeste.",
    ),
    # requests
    "missing": ("{field} is missing.", "{field} : valeur manquante."),
    "too_long": (
        "{field} has {size} characters; Canada Post takes {limit}.",
        "{field} : {size} caractères; Postes Canada en accepte {limit}.",
    ),
    "bad_value": (
        "{field}: “{value}” is not valid.",
        "{field} : « {value} » n'est pas valide.",
    ),
    "bad_reference": (
        "“{value}” is not a reference of Canada Post.",
        "« {value} » n'est pas une référence de Postes Canada.",
    ),
    "customer_number": (
        "“{value}” is not a customer number: 1 to 10 digits.",
        "« {value} » n'est pas un numéro de client : 1 à 10 chiffres.",
    ),
    "domestic_only": (
        "Only parcels within Canada are supported so far.",
        "Seuls les colis à l'intérieur du Canada sont pris en charge pour le moment.",
    ),
    "one_parcel": (
        "Canada Post sells one parcel per shipment; {count} were given.",
        "Postes Canada vend un colis par envoi; {count} ont été donnés.",
    ),
    "supplier_immediate": (
        "A supplier account cannot pay shipments that are transmitted at once.",
        "Un compte fournisseur ne peut pas payer des envois transmis immédiatement.",
    ),
    "option_unknown": (
        "Option {code} is not supported.",
        "L'option {code} n'est pas prise en charge.",
    ),
    "option_conflict": (
        "Options {code} and {other} exclude each other.",
        "Les options {code} et {other} s'excluent.",
    ),
    "option_amount": (
        "Option {code} needs an amount in CAD above zero.",
        "L'option {code} exige un montant en CAD supérieur à zéro.",
    ),
    "option_no_amount": (
        "Option {code} carries no amount.",
        "L'option {code} ne porte pas de montant.",
    ),
    "option_above": (
        "Option {code}: {amount} CAD is above the limit of {limit} CAD.",
        "Option {code} : {amount} CAD dépasse la limite de {limit} CAD.",
    ),
    "option_above_value": (
        "Option {code}: {amount} CAD is above the value of the goods, {limit} CAD.",
        "Option {code} : {amount} CAD dépasse la valeur du contenu, {limit} CAD.",
    ),
    "too_many": (
        "{count} given; Canada Post takes {limit} at once.",
        "{count} donnés; Postes Canada en accepte {limit} à la fois.",
    ),
    # exclusions
    "too_heavy": (
        "The parcel weighs {weight} kg; the limit is {limit} kg.",
        "Le colis pèse {weight} kg; la limite est de {limit} kg.",
    ),
    "side_too_long": (
        "The longest side is {size} cm; the limit is {limit} cm.",
        "Le plus grand côté mesure {size} cm; la limite est de {limit} cm.",
    ),
    "girth_too_large": (
        "Length plus girth is {size} cm; the limit is {limit} cm.",
        "La longueur plus le tour mesure {size} cm; la limite est de {limit} cm.",
    ),
    "in_parcel": ("Parcel {reference}: {reason}", "Colis {reference} : {reason}"),
    "not_offered": (
        "Canada Post does not offer it for this parcel between these postal codes.",
        "Postes Canada ne l'offre pas pour ce colis entre ces codes postaux.",
    ),
    "not_offered_with": (
        "Canada Post does not offer it here with these options: {options}.",
        "Postes Canada ne l'offre pas ici avec ces options : {options}.",
    ),
    # parts of a price
    "base": ("Base price", "Prix de base"),
    "other_part": ("Other", "Autre"),
    # test connection
    "connected": (
        "Connected to Canada Post as customer {customer}. Contracts: {contracts}. "
        "Ways to pay: {methods}.",
        "Connecté à Postes Canada comme client {customer}. Conventions : {contracts}. "
        "Modes de paiement : {methods}.",
    ),
    "none": ("none", "aucune"),
    "contract_unknown": (
        "Contract {value} is not one of this customer's: {contracts}.",
        "La convention {value} n'est pas de ce client : {contracts}.",
    ),
}

PARTIES = {
    "sender": ("Sender", "Expéditeur"),
    "recipient": ("Recipient", "Destinataire"),
    "account": ("Account", "Compte"),
    "parcels": ("Parcel", "Colis"),
    "references": ("Reference", "Référence"),
}
ATTRIBUTES = {
    "name": ("name", "nom"),
    "company": ("company", "société"),
    "street": ("street", "rue"),
    "street2": ("second address line", "deuxième ligne d'adresse"),
    "city": ("city", "ville"),
    "province": ("province", "province"),
    "postal_code": ("postal code", "code postal"),
    "country": ("country", "pays"),
    "phone": ("phone", "téléphone"),
    "email": ("e-mail", "courriel"),
    "weight_g": ("weight", "poids"),
    "length_mm": ("size", "dimensions"),
    "contract_id": ("contract number", "numéro de contrat"),
    "paid_by": ("paying customer", "client payeur"),
    "payment_method": ("way to pay", "mode de paiement"),
    "promo_code": ("promotion code", "code promotionnel"),
    "shipping_point_id": ("deposit site", "lieu de dépôt"),
    "key": ("Request number", "Numéro de demande"),
    "group": ("Hand-over group", "Groupe de remise"),
    "groups": ("Hand-over groups", "Groupes de remise"),
    "cost_centre": ("Cost centre", "Centre de coûts"),
    "service_code": ("Service", "Service"),
}


def _index(language):
    return 1 if language.startswith("fr") else 0


def say(language, key, **values):
    """The sentence ``key`` in English, or in French when ``language`` starts with ``fr``."""
    return TEXTS[key][_index(language)].format(**values)


def name_field(language, field):
    """A dotted path into our values in words: ``recipient.street`` is "Recipient: street"."""
    index = _index(language)
    head, _dot, rest = field.partition(".")
    attribute = rest.rpartition(".")[2] if rest else head
    attribute = ATTRIBUTES.get(attribute, (attribute, attribute))[index]
    if not rest:
        return attribute
    colon = " : " if index else ": "
    return PARTIES.get(head, (head, head))[index] + colon + attribute


def number(language, value):
    """A decimal number without needless zeros, with the language's decimal mark."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",") if _index(language) else text
