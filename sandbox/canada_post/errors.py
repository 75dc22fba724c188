"""What the carrier says when it says no (facts 19): codes, HTTP statuses, texts in two languages.

The numbers come from the facts page. Where that page gives only a range of numbers for a rule,
the number chosen here is listed in ``ASSUMED``: a client must not branch on it. The wording is
ours throughout.
"""

from .documents import MESSAGES, Builder, serialize

# code: (HTTP status, English, French)
TEXTS = {
    "E002": (401, "AAA Authentication Failure", "Échec de l'authentification AAA"),
    "AA001": (403, "The API key is disabled.", "La clé API est désactivée."),
    "AA002": (
        403,
        "The API key does not belong to this environment.",
        "La clé API n'appartient pas à cet environnement.",
    ),
    "AA003": (
        403,
        "The API key does not match the mailed-by customer {value}.",
        "La clé API ne correspond pas au client expéditeur {value}.",
    ),
    "AA004": (
        403,
        "You cannot mail on behalf of the requested customer {value}.",
        "Vous ne pouvez pas expédier au nom du client {value}.",
    ),
    "AA008": (
        403,
        "The key owner is not a platform: no platform id is accepted.",
        "Le titulaire de la clé n'est pas une plateforme : aucun identifiant n'est accepté.",
    ),
    "004": (404, "No Pin History", "Aucun historique pour ce numéro"),
    "1156": (
        400,
        "Address line 1 of the destination is required.",
        "La ligne 1 de l'adresse est requise.",
    ),
    "1157": (
        400,
        "The city of the destination is required.",
        "La ville du destinataire est requise.",
    ),
    "1158": (
        400,
        "The postal code of the {value} is missing or not valid.",
        "Le code postal ({value}) est absent ou non valide.",
    ),
    "1159": (
        400,
        "The province of the {value} is missing or not valid.",
        "La province ({value}) est absente ou non valide.",
    ),
    "1622": (
        400,
        "The expected mailing date {value} is in the past.",
        "La date d'expédition prévue {value} est dans le passé.",
    ),
    "1653": (
        400,
        "The method of payment {value} is not available for this account.",
        "Le mode de paiement {value} n'est pas offert pour ce compte.",
    ),
    "1702": (
        400,
        "Contract {value} does not belong to the mailed-on-behalf-of customer.",
        "La convention {value} n'appartient pas au client pour lequel l'envoi est fait.",
    ),
    "1711": (
        400,
        "Method of payment {value} is not valid.",
        "Le mode de paiement {value} n'est pas valide.",
    ),
    "1719": (
        400,
        "The coverage amount {value} is above the value allowed.",
        "Le montant de couverture {value} dépasse la valeur permise.",
    ),
    "2500": (400, "Contract {value} has ended.", "La convention {value} est échue."),
    "2506": (
        400,
        "A contract number is required for this method of payment.",
        "Un numéro de convention est requis pour ce mode de paiement.",
    ),
    "2550": (400, "Contract {value} is not valid.", "La convention {value} n'est pas valide."),
    "3000": (
        400,
        "Service {value} is not available for this country or contract.",
        "Le service {value} n'est pas offert pour ce pays ou cette convention.",
    ),
    "7001": (
        400,
        "Option {value} is not available with service {service}.",
        "L'option {value} n'est pas offerte avec le service {service}.",
    ),
    "7002": (400, "Options {value} cannot be combined.", "Les options {value} sont incompatibles."),
    "7003": (400, "Option {value} needs an amount.", "L'option {value} exige un montant."),
    "7004": (
        400,
        "Option {value} takes no qualifier.",
        "L'option {value} n'accepte aucune précision.",
    ),
    "7285": (
        400,
        "A shipment transmitted at once cannot be a CIF shipment.",
        "Un envoi transmis immédiatement ne peut être un envoi CIF.",
    ),
    "7291": (
        400,
        "A refund cannot be asked: the shipment is not transmitted.",
        "Remboursement impossible : l'envoi n'est pas transmis.",
    ),
    "7292": (
        400,
        "A refund was already asked for this shipment.",
        "Un remboursement a déjà été demandé pour cet envoi.",
    ),
    "7296": (400, "This shipment cannot be refunded.", "Cet envoi n'est pas remboursable."),
    "7311": (
        400,
        "Pre-authorized payment needs a supplier account and an immediate transmission.",
        "Le paiement préautorisé exige un compte fournisseur et une transmission immédiate.",
    ),
    "7314": (
        400,
        "The customer request id {value} was already used.",
        "L'identifiant de demande {value} a déjà été utilisé.",
    ),
    "8064": (
        400,
        "The shipment is transmitted and can no longer be voided.",
        "L'envoi est transmis et ne peut plus être annulé.",
    ),
    "8534": (
        400,
        "A valid destination country must be supplied.",
        "Un pays de destination valide doit être indiqué.",
    ),
    "9105": (400, "The query is not valid: {value}.", "La requête n'est pas valide : {value}."),
    "9108": (
        400,
        "More than {value} shipments in one transmission.",
        "Plus de {value} envois dans une seule transmission.",
    ),
    "9109": (
        400,
        "More than {value} groups in one transmission.",
        "Plus de {value} groupes dans une seule transmission.",
    ),
    "9110": (
        400,
        "More than {value} shipments in one group.",
        "Plus de {value} envois dans un seul groupe.",
    ),
    "9111": (
        400,
        "No service is available for this parcel: {value}.",
        "Aucun service n'est offert pour ce colis : {value}.",
    ),
    "9113": (
        400,
        "A customer number is required for a commercial quote.",
        "Un numéro de client est requis pour un prix commercial.",
    ),
    "9114": (
        400,
        "A counter quote takes neither customer number nor contract.",
        "Un prix de comptoir n'accepte ni numéro de client ni convention.",
    ),
    "9120": (
        400,
        "Return service {value} is not available.",
        "Le service de retour {value} n'est pas offert.",
    ),
    "9122": (
        400,
        "There is nothing to transmit in these groups.",
        "Il n'y a rien à transmettre dans ces groupes.",
    ),
    "9150": (
        202,
        "The document is still being prepared; try again later.",
        "Le document est en préparation; réessayez plus tard.",
    ),
    "9153": (
        202,
        "The manifest is still being prepared; try again later.",
        "Le manifeste est en préparation; réessayez plus tard.",
    ),
    "9154": (
        400,
        "The transmission failed: {value}.",
        "La transmission a échoué : {value}.",
    ),
    "9162": (400, "The parcel dimensions are required.", "Les dimensions du colis sont requises."),
    "9174": (
        400,
        "The customer profile has no default credit card.",
        "Le profil du client n'a pas de carte de crédit par défaut.",
    ),
    "9186": (
        400,
        "A requested shipping point or a shipping point id is required.",
        "Un point d'expédition ou un identifiant de point d'expédition est requis.",
    ),
    "9187": (
        400,
        "The pickup indicator does not fit the shipping point or the shipments.",
        "L'indicateur de ramassage ne convient pas au point d'expédition ou aux envois.",
    ),
    "9188": (
        400,
        "Shipping point id {value} is not known.",
        "Le point d'expédition {value} est inconnu.",
    ),
    "9189": (
        400,
        "Give either a requested shipping point or a shipping point id, not both.",
        "Indiquez un point d'expédition ou un identifiant de point d'expédition, pas les deux.",
    ),
    "9191": (
        400,
        "ZPL is only offered for 4x6 labels.",
        "ZPL n'est offert que pour les étiquettes 4x6.",
    ),
    "9196": (
        400,
        "Search criteria cannot be combined: {value}.",
        "Ces critères de recherche ne se combinent pas : {value}.",
    ),
    "9208": (
        400,
        "A public label or QR code needs an 8.5x11 PDF.",
        "Une étiquette publique ou un code QR exige un PDF 8.5x11.",
    ),
    "10028": (
        400,
        "Service code {value} is not valid.",
        "Le code de service {value} n'est pas valide.",
    ),
    "10033": (
        400,
        "Country {value} is not valid for the sender.",
        "Le pays {value} n'est pas valide pour l'expéditeur.",
    ),
}

# Rules of the facts page for which it names a range only (facts 19); the number is our guess.
ASSUMED = ("1158", "7001", "7002", "7003", "7004", "7311", "9120", "9150", "9187")


class Refusal(Exception):
    """An answer other than the one that was hoped for; carries HTTP status and messages."""

    def __init__(self, status, messages=()):
        super().__init__(status, messages)
        self.status = status
        self.messages = list(messages)

    def document(self, language):
        """The messages document in the caller's language (facts 19)."""
        build = Builder(MESSAGES)
        rows = [
            build(
                "message",
                build("code", code),
                build("description", describe(code, values, language)),
            )
            for code, values in self.messages
        ]
        return serialize(build("messages", rows))


def describe(code, values, language):
    """Text of one message; free text is passed as the value ``text``."""
    if "text" in values:
        return values["text"]
    _status, english, french = TEXTS[code]
    return (french if language == "fr" else english).format_map(_Values(values))


class _Values(dict):
    def __missing__(self, key):
        return "?"


def refuse(code, **values):
    """Refusal of one business rule; the HTTP status follows from the code."""
    return Refusal(TEXTS[code][0], [(code, values)])


def refuse_all(problems):
    """One answer for several broken rules, given as (code, values) pairs."""
    return Refusal(TEXTS[problems[0][0]][0], problems)


def schema_fault(text):
    """A document that does not follow the schema: HTTP 500, code Server (facts 2)."""
    return Refusal(500, [("Server", {"text": text})])


def technical(status, text):
    """HTTP-level refusal (facts 2): 404, 405, 406, 411, 413, 415."""
    return Refusal(status, [("Server", {"text": text})])


def not_found():
    """Unknown resource: 404 with an empty messages document (facts 19)."""
    return Refusal(404)


def throttled(status=500):
    """Too many calls (facts 20)."""
    return Refusal(status, [("Server", {"text": "Rejected by SLM Monitor"})])
