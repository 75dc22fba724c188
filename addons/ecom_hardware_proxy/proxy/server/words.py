"""The words of the status page in English and French; what the station says itself, too."""

from .. import weights

FRENCH = {
    "Station": "Poste",
    "Devices": "Appareils",
    "Print jobs": "Impressions",
    "No device is set up. Run: ecom-proxy setup": "Aucun appareil n'est installé. Lancez : ecom-proxy setup",
    "Nothing was printed yet.": "Rien n'a encore été imprimé.",
    "Paired with Odoo": "Associé à Odoo",
    "Not paired with Odoo. Run: ecom-proxy pair": "Pas associé à Odoo. Lancez : ecom-proxy pair",
    "Open this page on the station itself.": "Ouvrez cette page sur le poste lui-même.",
    "Did it print?": "Est-ce imprimé ?",
    "Look at the printer, then answer in Odoo: Print jobs.": (
        "Regardez l'imprimante, puis répondez dans Odoo : Impressions."
    ),
    "Live": "En direct",
    "No connection to the agent": "Pas de connexion avec l'agent",
    "scale": "balance",
    "label printer": "imprimante d'étiquettes",
    "document printer": "imprimante de documents",
    "receipt printer": "imprimante de tickets",
    "cash drawer": "tiroir-caisse",
    "scanner": "lecteur de codes",
    "online": "en ligne",
    "attention": "à vérifier",
    "offline": "hors ligne",
    "unknown": "inconnu",
    "queued": "en attente",
    "sending": "en cours d'envoi",
    "sent": "envoyé",
    "confirmed": "imprimé",
    "failed": "échoué",
    "cancelled": "annulé",
    "Waiting for its printer.": "En attente de son imprimante.",
    "Being sent to the printer.": "En cours d'envoi à l'imprimante.",
    "Sent; this printer does not say whether it printed.": (
        "Envoyé ; cette imprimante ne dit pas si elle a imprimé."
    ),
    "Printed: the printer said so.": "Imprimé : l'imprimante l'a confirmé.",
    "It is not known whether this was printed. Look at the printer and decide.": (
        "On ne sait pas si c'est imprimé. Regardez l'imprimante et décidez."
    ),
    "Could not be printed.": "N'a pas pu être imprimé.",
    "Cancelled before printing.": "Annulé avant l'impression.",
    weights.WORDS[weights.State.STABLE]: "Stable",
    weights.WORDS[weights.State.MOTION]: "La balance bouge encore.",
    weights.WORDS[weights.State.OVERLOAD]: "Trop lourd pour cette balance.",
    weights.WORDS[weights.State.UNDERLOAD]: (
        "La balance est sous son zéro : remettez le plateau, ou faites le zéro à vide."
    ),
    weights.WORDS[weights.State.NEGATIVE]: "Moins que rien sur la balance : faites le zéro à vide.",
    weights.WORDS[weights.State.NOT_ZEROED]: (
        "La balance n'a pas trouvé son zéro : videz-la et faites le zéro."
    ),
    weights.WORDS[
        weights.State.FAULT
    ]: "La balance signale un défaut ; éteignez-la puis rallumez-la.",
    weights.WORDS[weights.State.UNREADABLE]: (
        "La réponse de la balance est illisible : vérifiez protocole, vitesse et parité."
    ),
    weights.WORDS[weights.State.SILENT]: (
        "La balance ne répond pas : est-elle allumée, le câble est-il branché ?"
    ),
    weights.WORDS[weights.State.STALE]: "Le dernier poids est trop ancien.",
    weights.WORDS[weights.State.OFFLINE]: "La balance n'est pas branchée.",
}


def language_of(header: str) -> str:
    """``fr`` or ``en``, whichever an Accept-Language header prefers.

    >>> language_of("fr-CA,fr;q=0.9,en;q=0.8"), language_of("de,en;q=0.9,fr;q=0.1"), language_of("")
    ('fr', 'en', 'en')
    """
    for part in header.lower().split(","):
        tag = part.partition(";")[0].strip()[:2]
        if tag in ("fr", "en"):
            return tag
    return "en"


def say(language: str, text: str) -> str:
    """*text* in that language; a sentence that nobody translated stays English."""
    return FRENCH.get(text, text) if language == "fr" else text
