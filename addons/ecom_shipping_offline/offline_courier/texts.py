"""Our sentences for users and the words on our papers, in English and French."""

TEXTS = {
    # why a service is left out
    "unknown_service": ("{service} is not on the price list.", "{service} n'est pas au tarif."),
    "no_zone": (
        "The price list has no zone for {place}.",
        "Le tarif n'a pas de zone pour {place}.",
    ),
    "no_band": (
        "The price list has no price for a parcel of {weight} to {place}.",
        "Le tarif n'a pas de prix pour un colis de {weight} vers {place}.",
    ),
    "no_parcel": ("There is no parcel.", "Il n'y a aucun colis."),
    "no_weight": ("Parcel {number} has no weight.", "Le colis {number} n'a pas de poids."),
    "too_light": (
        "Parcel {number} weighs {value} g; this service starts at {limit} g.",
        "Le colis {number} pèse {value} g; ce service commence à {limit} g.",
    ),
    "too_heavy": (
        "Parcel {number} weighs {value} g; this service takes up to {limit} g.",
        "Le colis {number} pèse {value} g; ce service accepte jusqu'à {limit} g.",
    ),
    "side_too_long": (
        "The longest side of parcel {number} is {value} mm; this service takes up to {limit} mm.",
        "Le plus long côté du colis {number} est de {value} mm; ce service accepte jusqu'à "
        "{limit} mm.",
    ),
    "girth_too_long": (
        "Length plus girth of parcel {number} is {value} mm; this service takes up to {limit} mm.",
        "Longueur plus tour du colis {number} font {value} mm; ce service accepte jusqu'à "
        "{limit} mm.",
    ),
    # what a price is made of
    "base": ("Base", "Base"),
    "fuel": ("Fuel surcharge {percent} %", "Supplément carburant {percent} %"),
    # buying
    "unprintable": (
        "These characters cannot be printed: {characters}. Write the text in Latin letters.",
        "Ces caractères ne peuvent pas être imprimés : {characters}. Écrivez le texte en lettres "
        "latines.",
    ),
    "bad_number": (
        "The number {number} cannot be printed as a bar code: letters, digits, and - . / or blanks "
        "between them, at most 30 characters.",
        "Le numéro {number} ne peut pas être imprimé en code à barres : lettres, chiffres, et "
        "- . / ou espaces entre eux, 30 caractères au plus.",
    ),
    "no_lines": ("There is no parcel to hand over.", "Il n'y a aucun colis à remettre."),
    # connection
    "ready": (
        "{name} needs no connection: {prices} price(s) of {services} service(s) are on the list.",
        "{name} se passe de connexion : le tarif compte {prices} prix pour {services} service(s).",
    ),
    "no_prices": (
        "{name} needs no connection, but its price list is empty: no service can be quoted.",
        "{name} se passe de connexion, mais son tarif est vide : aucun service ne peut être coté.",
    ),
    # words on paper
    "specimen": ("TEST - DO NOT SHIP", "ESSAI - NE PAS EXPÉDIER"),
    "from": ("FROM", "EXPÉDITEUR"),
    "to": ("TO", "DESTINATAIRE"),
    "service": ("Service", "Service"),
    "date": ("Date", "Date"),
    "weight": ("Weight", "Poids"),
    "parcel": ("Parcel", "Colis"),
    "piece": ("{number} of {count}", "{number} de {count}"),
    "phone": ("Tel. {phone}", "Tél. {phone}"),
    "reference": ("Ref. {reference}", "Réf. {reference}"),
    "hand_over_list": ("Hand-over list", "Bordereau de remise"),
    "tracking_number": ("Parcel number", "Numéro du colis"),
    "recipient": ("Recipient", "Destinataire"),
    "ref": ("Reference", "Référence"),
    "total": ("{count} parcel(s), {weight}", "{count} colis, {weight}"),
    "handed_over_by": ("Handed over by", "Remis par"),
    "taken_over_by": ("Taken over for {courier} by", "Pris en charge pour {courier} par"),
    "name_and_signature": ("Name and signature", "Nom et signature"),
    "date_and_time": ("Date and time", "Date et heure"),
    "parcels_counted": ("Parcels counted", "Colis comptés"),
    "page": ("Page {number} of {count}", "Page {number} de {count}"),
}


def say(language, code, **values):
    """The text ``code`` in ``language`` (``en`` or ``fr``), filled with ``values``."""
    english, french = TEXTS[code]
    return (french if language == "fr" else english).format(**values)


def weight(grams, language):
    """Grams as a person reads them: ``950 g``, ``1.25 kg``, ``1,25 kg``."""
    if grams < 1000:
        return f"{grams} g"
    text = f"{grams / 1000:.3f}".rstrip("0").rstrip(".")
    return f"{text.replace('.', ',') if language == 'fr' else text} kg"


def place(address):
    """An address as the clerk names it in a sentence: postal code, city, country."""
    parts = (address.postal_code, address.city, address.country)
    return " ".join(part.strip() for part in parts if part.strip())
