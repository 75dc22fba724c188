"""The words of the status page in English and French; what the station says itself, too."""

import re

from .. import weights
from ..jobs import ACCEPT, INTERRUPTED, LOST_LIST

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
    "Connected.": "Connectée.",
    "Ready.": "Prête.",
    "Opened.": "Ouvert.",
    "Not seen yet.": "Pas encore vu.",
    "The device was unplugged or switched off.": "L'appareil a été débranché ou éteint.",
    "The scale was unplugged or switched off.": "La balance a été débranchée ou éteinte.",
    "The scanner was unplugged or switched off.": "Le lecteur a été débranché ou éteint.",
    "The printer does not answer: look for paper out, an open head, or a missing ribbon.": (
        "L'imprimante ne répond pas : vérifiez le papier, la tête et le ruban."
    ),
    "The printer takes no more data: look at paper, cover and ribbon.": (
        "L'imprimante ne prend plus rien : vérifiez papier, capot et ruban."
    ),
    "Printing has stopped: out of paper.": "L'impression est arrêtée : plus de papier.",
    "Out of paper.": "Plus de papier.",
    "Out of ribbon.": "Plus de ruban.",
    "The cover is open.": "Le capot est ouvert.",
    "The knife is stuck.": "Le couteau est bloqué.",
    "The paper is nearly used up.": "Le papier est presque fini.",
    "The print head is open.": "La tête d'impression est ouverte.",
    "The print head is too cold.": "La tête d'impression est trop froide.",
    "The print head is too hot; it goes on when it has cooled down.": (
        "La tête d'impression est trop chaude ; elle reprendra une fois refroidie."
    ),
    "The printer has a fault: switch it off and on.": (
        "L'imprimante est en défaut : éteignez-la puis rallumez-la."
    ),
    "The printer is off line.": "L'imprimante est hors ligne.",
    "The printer is paused: press its pause key.": (
        "L'imprimante est en pause : appuyez sur sa touche pause."
    ),
    "The printer is stopped.": "L'imprimante est arrêtée.",
    "The paper tray is empty.": "Le bac à papier est vide.",
    "The paper is jammed.": "Il y a un bourrage papier.",
    "The printer is off, or its cable is out.": "L'imprimante est éteinte ou débranchée.",
    ACCEPT: (
        "Ce qui arrive n'est pas imprimé tant qu'un responsable n'a pas tapé sur le poste :"
        " ecom-proxy accept-loss."
    ),
    LOST_LIST: (
        "La liste des impressions était endommagée : on ne sait pas si ceci est déjà imprimé."
        " Regardez l'imprimante et décidez. Pour en finir : ecom-proxy accept-loss."
    ),
    INTERRUPTED: (
        "Le poste s'est arrêté pendant l'envoi : on ne sait pas si c'est imprimé."
        " Regardez l'imprimante et décidez."
    ),
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

# Whole sentences, as they may stand one after the other; the longest first.
SENTENCES = re.compile(
    "|".join(re.escape(text) for text in sorted(FRENCH, key=len, reverse=True) if text[-1] == ".")
)


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
    """*text* in that language; of several sentences, those that nobody translated stay English."""
    if language != "fr" or text in FRENCH:
        return FRENCH.get(text, text) if language == "fr" else text
    return SENTENCES.sub(lambda found: FRENCH[found[0]], text)
