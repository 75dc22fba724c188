"""What the agent says, in French: template -> template with the same names in braces.

Names of keys, options and commands stay as they are typed. Spaces before ``: ; ! ?`` are made
non-breaking below.
"""

import re

_SENTENCES = {
    # --- readings (weights, scales) ---
    "Stable": "Stable",
    "The scale is still moving.": "La balance bouge encore.",
    "Too heavy for this scale.": "Trop lourd pour cette balance.",
    "The scale is below its zero: put the platter back, or zero it empty.": (
        "La balance est sous son zéro : remettez le plateau, ou faites le zéro à vide."
    ),
    "Less than nothing is on the scale: zero it empty.": (
        "Moins que rien sur la balance : faites le zéro à vide."
    ),
    "The scale could not find its zero: empty it and zero it.": (
        "La balance n'a pas trouvé son zéro : videz-la et faites le zéro."
    ),
    "The scale reports a fault; switch it off and on.": (
        "La balance signale un défaut ; éteignez-la puis rallumez-la."
    ),
    "The scale's answer cannot be read: check protocol, speed and parity.": (
        "La réponse de la balance est illisible : vérifiez protocole, vitesse et parité."
    ),
    "The scale does not answer: is it on, and is the cable in?": (
        "La balance ne répond pas : est-elle allumée, le câble est-il branché ?"
    ),
    "The last weight is too old.": "Le dernier poids est trop ancien.",
    "The scale is not connected.": "La balance n'est pas branchée.",
    "The scale is busy or still moving.": "La balance est occupée ou bouge encore.",
    "The scale sent no weight: is less than nothing on it? Zero it empty.": (
        "La balance n'a envoyé aucun poids : indique-t-elle moins que zéro ? Faites le zéro à vide."
    ),
    "The scale cannot carry the command out just now.": (
        "La balance ne peut pas exécuter la commande en ce moment."
    ),
    "The scale does not know the command: choose another protocol for it.": (
        "La balance ne connaît pas la commande : choisissez un autre protocole."
    ),
    "The scale received a damaged command: check speed and parity of the line.": (
        "La balance a reçu une commande abîmée : vérifiez vitesse et parité de la ligne."
    ),
    "The scale cannot be zeroed with this on it: empty it first.": (
        "Le zéro est impossible avec cette charge : videz d'abord la balance."
    ),
    "The scale could not tare: remove the tare and try again.": (
        "La balance n'a pas pu tarer : retirez la tare et recommencez."
    ),
    "The scale shows its tare, not the weight.": "La balance affiche sa tare, pas le poids.",
    "The scale says that nothing changed, but its last weight is not known: lift the parcel and put"
    " it down again.": (
        "La balance dit que rien n'a changé, mais son dernier poids n'est pas connu : soulevez le"
        " colis et reposez-le."
    ),
    "The scale asks for a new calibration.": "La balance demande un nouvel étalonnage.",
    "The scale shows {unit}; set it to g, kg, lb or oz.": (
        "La balance affiche {unit} ; réglez-la sur g, kg, lb ou oz."
    ),
    "an unknown unit": "une unité inconnue",
    "The scale says zero and shows a weight.": "La balance dit zéro et affiche un poids.",
    "The scale says {stability}, which no list of this pattern names.": (
        "La balance dit {stability}, qu'aucune liste de ce motif ne nomme."
    ),
    "The line fits the pattern, but holds no weight we know.": (
        "La ligne correspond au motif, mais ne contient pas de poids reconnu."
    ),
    "Steady for {seconds:g} s (the scale itself does not say).": (
        "Immobile depuis {seconds:g} s (la balance elle-même ne le dit pas)."
    ),
    "The scale's answer does not look like the ones before; it is not believed.": (
        "La réponse de la balance ne ressemble pas aux précédentes ; elle n'est pas retenue."
    ),
    "The scale's answer is damaged: check speed, data bits and parity of the line.": (
        "La réponse de la balance est abîmée : vérifiez vitesse, bits de données et parité."
    ),
    "Wrong parity: the scale sends 7 data bits with even parity; set the line to 7E1.": (
        "Mauvaise parité : la balance envoie 7 bits avec parité paire ; réglez la ligne sur 7E1."
    ),
    "Wrong parity: the scale sends 7 data bits with odd parity; set the line to 7O1.": (
        "Mauvaise parité : la balance envoie 7 bits avec parité impaire ; réglez la ligne sur 7O1."
    ),
    "The scale sends without end, faster than it can be read: set it to answer when it is asked.": (
        "La balance envoie sans fin, plus vite qu'on ne peut lire : réglez-la pour répondre à la"
        " demande."
    ),
    # --- devices ---
    "Connected.": "Connecté.",
    "Ready.": "Prête.",
    "Opened.": "Ouvert.",
    "Not seen yet.": "Pas encore vu.",
    "The device was unplugged or switched off.": "L'appareil a été débranché ou éteint.",
    "The scale was unplugged or switched off.": "La balance a été débranchée ou éteinte.",
    "The scanner was unplugged or switched off.": "Le lecteur a été débranché ou éteint.",
    "Its driver stopped {times} times within {minutes:g} minutes and was switched off: unplug the"
    " device, plug it in again and restart the agent; if it stays so, the log tells more.": (
        "Son pilote s'est arrêté {times} fois en {minutes:g} minutes et a été mis hors service :"
        " débranchez l'appareil, rebranchez-le et relancez l'agent ; si cela persiste, le journal en"
        " dit plus."
    ),
    "Another program uses {path}; close it.": "Un autre programme utilise {path} ; fermez-le.",
    "{path} is not there or does not react.": "{path} est absent ou ne réagit pas.",
    "{path} may not be used by this program: add its user to the device's group.": (
        "Ce programme n'a pas le droit d'utiliser {path} : ajoutez son utilisateur au groupe de"
        " l'appareil."
    ),
    "{path} refuses {line}.": "{path} refuse {line}.",
    "{baud} baud, {bits} data bits, {parity}": "{baud} bauds, {bits} bits de données, {parity}",
    "no parity": "sans parité",
    "even parity": "parité paire",
    "odd parity": "parité impaire",
    "mark parity": "parité à 1 (mark)",
    "space parity": "parité à 0 (space)",
    "The connection was closed.": "La connexion a été fermée.",
    "The folder {folder} is not there, or may not be written.": (
        "Le dossier {folder} est absent, ou l'écriture y est interdite."
    ),
    "{folder}: {strerror}.": "{folder} : {strerror}.",
    "the device {vid}:{pid}{serial}": "l'appareil {vid}:{pid}{serial}",
    "the device in USB socket {usb_path}": "l'appareil de la prise USB {usb_path}",
    " with serial number {serial}": " de numéro de série {serial}",
    "Not plugged in: {device}.": "Pas branché : {device}.",
    "Several devices fit {device} ({where}): add the serial number, or name the socket with"
    " usb_path.": (
        "Plusieurs appareils correspondent à {device} ({where}) : ajoutez le numéro de série, ou"
        " nommez la prise avec usb_path."
    ),
    "There is no {path}.": "{path} n'existe pas.",
    "The connection to {address} broke.": "La connexion avec {address} s'est coupée.",
    "The connection to {host} broke: {error}": "La connexion avec {host} s'est coupée : {error}",
    "{host} takes no connection on port {port}: it is busy, or still starting.": (
        "{host} n'accepte pas de connexion sur le port {port} : il est occupé, ou démarre encore."
    ),
    "{host} is not reached on port {port}: is it on, and is the cable in?": (
        "{host} ne répond pas sur le port {port} : est-il allumé, le câble est-il branché ?"
    ),
    "{host} is not reached on port {port}: {reason}.": (
        "{host} ne répond pas sur le port {port} : {reason}."
    ),
    "device {id}: {key}": "appareil {id} : {key}",
    # --- printers ---
    "The printer does not answer: look for paper out, an open head, or a missing ribbon.": (
        "L'imprimante ne répond pas : vérifiez le papier, la tête et le ruban."
    ),
    "The printer does not answer: is it on, and is the cable in?": (
        "L'imprimante ne répond pas : est-elle allumée, le câble est-il branché ?"
    ),
    "The printer's answer about its state cannot be read.": (
        "La réponse de l'imprimante sur son état est illisible."
    ),
    "The printer's answer cannot be read.": "La réponse de l'imprimante est illisible.",
    "The printer takes no more data: look at paper, cover and ribbon.": (
        "L'imprimante ne prend plus rien : vérifiez papier, capot et ruban."
    ),
    "Printing has stopped: out of paper.": "L'impression est arrêtée : plus de papier.",
    "Out of paper.": "Plus de papier.",
    "Out of ribbon.": "Plus de ruban.",
    "The cover is open.": "Le capot est ouvert.",
    "A cover is open.": "Un capot est ouvert.",
    "A door is open.": "Une porte est ouverte.",
    "The knife is stuck.": "Le couteau est bloqué.",
    "The paper is nearly used up.": "Le papier est presque fini.",
    "The print head is open.": "La tête d'impression est ouverte.",
    "The print head is too cold.": "La tête d'impression est trop froide.",
    "The print head is too hot; it goes on when it has cooled down.": (
        "La tête d'impression est trop chaude ; elle reprendra une fois refroidie."
    ),
    "The printer is too hot; it goes on when it has cooled down.": (
        "L'imprimante est trop chaude ; elle reprendra une fois refroidie."
    ),
    "The printer has a fault: switch it off and on.": (
        "L'imprimante est en défaut : éteignez-la puis rallumez-la."
    ),
    "The printer is off line.": "L'imprimante est hors ligne.",
    "The printer is paused.": "L'imprimante est en pause.",
    "The printer is paused: press its pause key.": (
        "L'imprimante est en pause : appuyez sur sa touche pause."
    ),
    "The printer is shut down.": "L'imprimante est arrêtée.",
    "The printer is stopped.": "L'imprimante est arrêtée.",
    "The printer takes no jobs now.": "L'imprimante n'accepte pas de travail en ce moment.",
    "The printer's memory for jobs is full.": "La mémoire de l'imprimante est pleine.",
    "The printer lost its settings (memory fault).": (
        "L'imprimante a perdu ses réglages (défaut de mémoire)."
    ),
    "The paper tray is empty.": "Le bac à papier est vide.",
    "The paper tray is missing.": "Le bac à papier manque.",
    "The paper is jammed.": "Il y a un bourrage papier.",
    "The output tray is full.": "Le bac de sortie est plein.",
    "The toner is used up.": "Le toner est épuisé.",
    "Ink or toner is used up.": "L'encre ou le toner est épuisé.",
    "The spooler's disk is full.": "Le disque du serveur d'impression est plein.",
    "The printer is off, or its cable is out.": "L'imprimante est éteinte ou débranchée.",
    "The printer says: {plain}.": "L'imprimante dit : {plain}.",
    "The printer accepted the document but gave no job number.": (
        "L'imprimante a accepté le document sans donner de numéro."
    ),
    "{host} refused: {words}.": "{host} a refusé : {words}.",
    "{host} refused: HTTP {status} {reason}.": "{host} a refusé : HTTP {status} {reason}.",
    "the request was not understood": "la demande n'a pas été comprise",
    "this is not allowed": "ce n'est pas permis",
    "a name and password are needed": "il faut un nom et un mot de passe",
    "there is no printer of that name": "il n'y a pas d'imprimante de ce nom",
    "the printer cannot print this kind of document": (
        "l'imprimante ne sait pas imprimer ce type de document"
    ),
    "the printer cannot print it this way (paper, tray or number of copies)": (
        "l'imprimante ne peut pas l'imprimer ainsi (papier, bac ou nombre de copies)"
    ),
    "the printer cannot do that": "l'imprimante ne sait pas faire cela",
    "the printer has a fault": "l'imprimante est en défaut",
    "the printer takes no jobs now": "l'imprimante n'accepte pas de travail en ce moment",
    "the printer is busy": "l'imprimante est occupée",
    "There is no paper of the name {media}.": "Aucun papier ne s'appelle {media}.",
    "{host} has no paper {media}; it has {papers}.": "{host} n'a pas de papier {media} ; il a {papers}.",
    "{host} has no tray {tray}: it takes no wishes for trays.": (
        "{host} n'a pas de bac {tray} : on ne peut pas y choisir de bac."
    ),
    "{host} has no tray {tray}; it has {trays}.": "{host} n'a pas de bac {tray} ; il a {trays}.",
    # --- jobs ---
    "queued": "en attente",
    "sending": "en cours d'envoi",
    "sent": "envoyé",
    "confirmed": "imprimé",
    "unknown": "inconnu",
    "failed": "échoué",
    "cancelled": "annulé",
    "Waiting for its printer.": "En attente de son imprimante.",
    "Waiting: {problem}": "En attente : {problem}",
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
    "Cancelled by {who} before printing.": "Annulé par {who} avant l'impression.",
    "Cancelled: this station does not have it.": "Annulé : ce poste ne l'a pas.",
    "Printed: {who} looked.": "Imprimé : {who} a regardé.",
    "Void: {who} looked; this one is not to be used.": (
        "Annulé : {who} a regardé ; celui-ci ne doit pas servir."
    ),
    "The station stopped while this was being sent, so it is not known whether it was printed. Look"
    " at the printer and decide.": (
        "Le poste s'est arrêté pendant l'envoi : on ne sait pas si c'est imprimé. Regardez"
        " l'imprimante et décidez."
    ),
    "The station stopped meanwhile.": "Le poste s'est arrêté entre-temps.",
    "The list of printed jobs was damaged, so it is not known whether this was printed before. Look"
    " at the printer and decide. This ends with: ecom-proxy accept-loss.": (
        "La liste des impressions était abîmée : on ne sait pas si ceci est déjà imprimé. Regardez"
        " l'imprimante et décidez. Pour en finir : ecom-proxy accept-loss."
    ),
    "The list of print jobs was damaged and moved to {name}. {advice}": (
        "La liste des impressions était abîmée et a été mise de côté sous {name}. {advice}"
    ),
    "What arrives now is not printed by itself until a manager has typed at the station: ecom-proxy"
    " accept-loss.": (
        "Ce qui arrive n'est pas imprimé de soi-même tant qu'un responsable n'a pas tapé sur le poste :"
        " ecom-proxy accept-loss."
    ),
    "{problem} It is not known how much was printed. Look at the printer and decide.": (
        "{problem} On ne sait pas ce qui a été imprimé. Regardez l'imprimante et décidez."
    ),
    "Everything was sent, but the printer neither answered nor closed the connection, so it is not"
    " known whether it was printed. Look at the printer and decide.": (
        "Tout a été envoyé, mais l'imprimante n'a ni répondu ni fermé la connexion : on ne sait pas"
        " si c'est imprimé. Regardez l'imprimante et décidez."
    ),
    "The printer gave the document up: {problem} Look whether pages came out, and decide.": (
        "L'imprimante a abandonné le document : {problem} Regardez si des pages sont sorties, et"
        " décidez."
    ),
    "The spooler still holds the document. Look at the printer and decide.": (
        "Le serveur d'impression retient encore le document. Regardez l'imprimante et décidez."
    ),
    "The agent ended {times} times while it prepared this document, so it is not tried again: print"
    " it from another program, or as another kind of file.": (
        "L'agent s'est arrêté {times} fois en préparant ce document, il n'est donc plus tenté :"
        " imprimez-le depuis un autre programme, ou sous un autre format."
    ),
    "This file would open the cash drawer, which needs a permission and is written down: open the"
    " drawer by its own button.": (
        "Ce fichier ouvrirait le tiroir-caisse, ce qui demande un droit et laisse une trace : ouvrez"
        " le tiroir par son propre bouton."
    ),
    "It cannot be prepared for printing: {kind}.": "Impossible à préparer pour l'impression : {kind}.",
    "The printer was busy; the drawer was not opened.": (
        "L'imprimante était occupée ; le tiroir n'a pas été ouvert."
    ),
    "{error} The drawer was not opened.": "{error} Le tiroir n'a pas été ouvert.",
    "{error} Look whether the drawer is open.": "{error} Regardez si le tiroir est ouvert.",
    "Look whether the drawer is open.": "Regardez si le tiroir est ouvert.",
    "other content": "un autre contenu",
    "another device": "un autre appareil",
    "another number of copies": "un autre nombre de copies",
    "another paper": "un autre papier",
    "another tray": "un autre bac",
    "The job {id} is known with {words}; a new job needs a new id.": (
        "L'impression {id} est connue avec {words} ; une nouvelle impression demande un nouvel"
        " identifiant."
    ),
    "{kick_id} was for another drawer.": "{kick_id} concernait un autre tiroir.",
    "{name} is {state}: {words}": "{name} : {state}. {words}",
    "the disk is full: make room, then send it again": (
        "le disque est plein : faites de la place, puis renvoyez"
    ),
    "The disk is full: make room, then send it again.": (
        "Le disque est plein : faites de la place, puis renvoyez."
    ),
    "the folder is read-only": "le dossier est en lecture seule",
    "the file cannot be opened: check folder and permissions": (
        "le fichier ne s'ouvre pas : vérifiez dossier et droits"
    ),
    "the disk reports an error": "le disque signale une erreur",
    "the file is damaged: restart the agent, it will move the file aside": (
        "le fichier est abîmé : relancez l'agent, il le mettra de côté"
    ),
    "another program holds the file": "un autre programme tient le fichier",
    "a newer version of the agent wrote it": "une version plus récente de l'agent l'a écrit",
    "The list of print jobs ({name}) cannot be used: {reason}.": (
        "La liste des impressions ({name}) est inutilisable : {reason}."
    ),
    # --- documents ---
    "The document is empty.": "Le document est vide.",
    "a document without a type": "un document sans type",
    "A {title} printer cannot print {kind}.": "Une imprimante {title} ne sait pas imprimer {kind}.",
    "This file is {ready_made}, but the printer speaks {title}.": (
        "Ce fichier est en {ready_made}, mais l'imprimante parle {title}."
    ),
    "This is a PDF, but it was sent as {kind}: it would print as text.": (
        "C'est un PDF, mais envoyé comme {kind} : il sortirait en texte."
    ),
    "This is too much at once ({size}): print fewer copies at a time.": (
        "C'est trop à la fois ({size}) : imprimez moins de copies d'un coup."
    ),
    "From 1 to {max_copies} copies can be printed at once, not {copies}.": (
        "On imprime de 1 à {max_copies} copies à la fois, pas {copies}."
    ),
    "The text is not UTF-8.": "Le texte n'est pas en UTF-8.",
    "In this text {error}.": "Dans ce texte, {error}.",
    "the character {char} cannot be printed": "le caractère {char} ne s'imprime pas",
    "This printer has no letter for {char} ({code}).": (
        "Cette imprimante n'a pas de lettre pour {char} ({code})."
    ),
    "The picture is too large ({width} x {height} dots).": (
        "L'image est trop grande ({width} x {height} points)."
    ),
    "This is not a picture that can be printed (PNG, JPEG, GIF).": (
        "Ce n'est pas une image imprimable (PNG, JPEG, GIF)."
    ),
    "The picture is damaged: {error}.": "L'image est abîmée : {error}.",
    "The PDF has {pages} pages, more than {max_pages}.": "Le PDF a {pages} pages, plus de {max_pages}.",
    "A page of the PDF is far too large for this printer.": (
        "Une page du PDF est bien trop grande pour cette imprimante."
    ),
    "A picture in the PDF is too large ({across} x {down} dots).": (
        "Une image du PDF est trop grande ({across} x {down} points)."
    ),
    "The PDF cannot be read: {error}.": "Le PDF est illisible : {error}.",
    "The PDF is damaged: {error}.": "Le PDF est abîmé : {error}.",
    "The label of {size} is larger than the paper in this printer.": (
        "L'étiquette de {size} est plus grande que le papier de cette imprimante."
    ),
    "The label is not right: {error}.": "L'étiquette n'est pas correcte : {error}.",
    "A bar code in the Datamax language cannot hold the sign &.": (
        "Un code-barres en langage Datamax ne peut pas contenir le signe &."
    ),
    "Pictures and PDF files cannot be printed in the Datamax language unless the option pictures ="
    ' "datamax" is set (try it); or set the printer to its Zebra emulation (ZPL).': (
        "Images et PDF ne s'impriment en langage Datamax qu'avec l'option pictures ="
        ' "datamax" (essayez-la) ; ou réglez l\'imprimante sur son émulation Zebra (ZPL).'
    ),
    "DPL letters are known for {known} dpi only, not for {dpi}.": (
        "Les lettres DPL ne sont connues que pour {known} dpi, pas pour {dpi}."
    ),
    "EPL2 letters are known for {dpi} dpi only, not for {wanted}.": (
        "Les lettres EPL2 ne sont connues que pour {dpi} dpi, pas pour {wanted}."
    ),
    "{field}: {reason} (got {shown})": "{field} : {reason} (reçu {shown})",
    "a GS1-128 bar code holds at most 48 characters": (
        "un code-barres GS1-128 contient au plus 48 caractères"
    ),
    "the identifier {ai} has not 2 to 4 digits": "l'identifiant {ai} n'a pas de 2 à 4 chiffres",
    "({ai}) {value} has signs that GS1 does not allow, or none, or more than 90": (
        "({ai}) {value} a des signes que GS1 n'admet pas, ou aucun, ou plus de 90"
    ),
    "({ai}) needs {length} digits, got {value}": "({ai}) demande {length} chiffres, reçu {value}",
    "({ai}) {value} has the wrong check digit": "({ai}) {value} a un mauvais chiffre de contrôle",
    "at most {max_bytes} bytes": "au plus {max_bytes} octets",
    "at most {max_elements} elements": "au plus {max_elements} éléments",
    "must be a list": "doit être une liste",
    "must be one of {types}": "doit être l'un de {types}",
    "must be an object": "doit être un objet",
    "is missing": "manque",
    "is not known": "n'est pas connu",
    "must be a list of [identifier, value]": "doit être une liste de [identifiant, valeur]",
    "is not JSON: {error}": "n'est pas du JSON : {error}",
    "must be base64": "doit être en base64",
    "must be true or false": "doit être true ou false",
    "must be a number": "doit être un nombre",
    "must be a whole number": "doit être un nombre entier",
    "must be from {low:g} to {high:g}": "doit aller de {low:g} à {high:g}",
    "must be left or center": "doit être left ou center",
    "must be a text of at most {max_text} characters": (
        "doit être un texte d'au plus {max_text} caractères"
    ),
    "must be a text of at most {max_data} characters": (
        "doit être un texte d'au plus {max_data} caractères"
    ),
    "must be a picture of at most {max_picture_bytes} bytes": (
        "doit être une image d'au plus {max_picture_bytes} octets"
    ),
    "the bar code needs at least {need}": "le code-barres demande au moins {need}",
    "give either data or gs1": "donnez soit data, soit gs1",
    "a bar code holds printable ASCII only": "un code-barres ne contient que de l'ASCII imprimable",
    "runs over the right edge of the label": "dépasse le bord droit de l'étiquette",
    "runs over the lower edge of the label": "dépasse le bord inférieur de l'étiquette",
    "does not fit into its field ({room})": "ne tient pas dans son champ ({room})",
    "{width_mm:g} mm, {max_lines} line(s), {height_mm:g} mm high": (
        "{width_mm:g} mm, {max_lines} ligne(s), {height_mm:g} mm de haut"
    ),
    # --- the station and who asks it ---
    "This station has no device {device}.": "Ce poste n'a pas d'appareil {device}.",
    "{name} has no test; use it and watch this page.": (
        "{name} n'a pas d'essai ; servez-vous-en en regardant cette page."
    ),
    "{name} cannot {command} when asked by a computer.": (
        "{name} n'exécute pas {command} à la demande d'un ordinateur."
    ),
    "{name} is no printer.": "{name} n'est pas une imprimante.",
    "{name} is no cash drawer.": "{name} n'est pas un tiroir-caisse.",
    "{name} is no scale.": "{name} n'est pas une balance.",
    "Another agent already works with {home}.": "Un autre agent travaille déjà avec {home}.",
    "Something went wrong in the agent; its log tells more.": (
        "Une erreur s'est produite dans l'agent ; son journal en dit plus."
    ),
    "{name}: {reason}.": "{name} : {reason}.",
    "a text of 1 to {most} characters is needed": "il faut un texte de 1 à {most} caractères",
    "control characters are not allowed": "les caractères de commande ne sont pas admis",
    "a whole number from {low} to {high} is needed": "il faut un nombre entier de {low} à {high}",
    "content in base64 is needed": "il faut un contenu en base64",
    "params: an object is needed.": "params : il faut un objet.",
    "listener: session_id and devices are needed.": "listener : il faut session_id et devices.",
    'decision: "printed" or "void" is needed.': 'decision : il faut "printed" ou "void".',
    "There is no print job of that id.": "Aucune impression n'a cet identifiant.",
    "The receipt did not arrive: it is not base64.": "Le ticket n'est pas arrivé : pas du base64.",
    "This name or port is not the agent's; add the name to [agent] hosts in proxy.toml if it should"
    " be.": (
        "Ce nom ou ce port n'est pas celui de l'agent ; ajoutez le nom à [agent] hosts dans"
        " proxy.toml s'il doit l'être."
    ),
    "Only pages of the Odoo that this station is paired with may ask.": (
        "Seules les pages de l'Odoo auquel ce poste est associé peuvent demander."
    ),
    "Only pages of the paired Odoo may ask.": "Seules les pages de l'Odoo associé peuvent demander.",
    "Only GET and POST are known here.": "Seuls GET et POST sont connus ici.",
    "GET has no body.": "GET n'a pas de corps.",
    "Only application/json is accepted.": "Seul application/json est accepté.",
    "More than {most} MB are not accepted.": "Plus de {most} Mo ne sont pas acceptés.",
    "The body did not arrive in time.": "Le corps n'est pas arrivé à temps.",
    "The body is not JSON.": "Le corps n'est pas du JSON.",
    "The body is not a JSON object.": "Le corps n'est pas un objet JSON.",
    "The request is not signed.": "La demande n'est pas signée.",
    "The token does not allow this ({action}).": "Le jeton ne permet pas cela ({action}).",
    "This station is not paired with an Odoo: run ecom-proxy pair.": (
        "Ce poste n'est associé à aucun Odoo : lancez ecom-proxy pair."
    ),
    "The token is for another station.": "Le jeton est pour un autre poste.",
    "The token was made for another page.": "Le jeton a été fait pour une autre page.",
    "This token was not made by the Odoo that this station is paired with.": (
        "Ce jeton n'a pas été fait par l'Odoo auquel ce poste est associé."
    ),
    "The token has expired; ask Odoo for a new one.": (
        "Le jeton a expiré ; demandez-en un nouveau à Odoo."
    ),
    "The clocks differ by {late_s:.0f} s; set both to the right time (at most {skew_s:.0f} s are"
    " allowed).": (
        "Les horloges diffèrent de {late_s:.0f} s ; mettez les deux à l'heure (au plus {skew_s:.0f} s"
        " sont admises)."
    ),
    "The signature does not fit the request.": "La signature ne correspond pas à la demande.",
    "The answer was not signed by the Odoo that is paired here.": (
        "La réponse n'a pas été signée par l'Odoo associé ici."
    ),
    "The request cannot be written down ({strerror}), so it is not done.": (
        "La demande ne peut pas être notée ({strerror}), elle n'est donc pas exécutée."
    ),
    "This request was sent before.": "Cette demande a déjà été envoyée.",
    "Too many requests; wait a minute.": "Trop de demandes ; attendez une minute.",
    "Too many requests at once.": "Trop de demandes à la fois.",
    "Too many requests that could not be believed.": "Trop de demandes qui n'étaient pas crédibles.",
    "The drawer was opened a moment ago.": "Le tiroir vient d'être ouvert.",
    "{words} Wait {wait_s:.1f} s.": "{words} Attendez {wait_s:.1f} s.",
    "{most} pages listen already; close one of them.": "{most} pages écoutent déjà ; fermez-en une.",
    "The point of sale is not served: [pos] enabled = false.": (
        "Le point de vente n'est pas servi : [pos] enabled = false."
    ),
    "The key in the address is missing or wrong.": "La clé de l'adresse manque ou est fausse.",
    "Open this page on the station itself.": "Ouvrez cette page sur le poste lui-même.",
    "This is for the agent's own page.": "Ceci est réservé à la page de l'agent.",
    "Nobody may ask for this.": "Personne ne peut demander cela.",
    "The agent does not listen on {bind} without encryption: write [agent.tls] mode ="
    ' "own" into proxy.toml, or bind = "127.0.0.1".': (
        "L'agent n'écoute pas sur {bind} sans chiffrement : écrivez [agent.tls] mode ="
        ' "own" dans proxy.toml, ou bind = "127.0.0.1".'
    ),
    "Nobody can listen on {where}: {strerror}.": "Impossible d'écouter sur {where} : {strerror}.",
    "the key is protected by a password; the agent starts without a person": (
        "la clé est protégée par un mot de passe ; l'agent démarre sans personne"
    ),
    "{certificate} with {key} cannot be used: {error}.": (
        "{certificate} avec {key} est inutilisable : {error}."
    ),
    # --- Odoo ---
    "Not connected yet.": "Pas encore connecté.",
    "This station is not paired with an Odoo.": "Ce poste n'est associé à aucun Odoo.",
    "The clock of this station is {seconds:.0f} s {word} Odoo's: set both to the right time. Nothing"
    " is printed from Odoo until then.": (
        "L'horloge de ce poste est de {seconds:.0f} s {word} celle d'Odoo : mettez les deux à"
        " l'heure. Rien n'est imprimé depuis Odoo d'ici là."
    ),
    "ahead of": "en avance sur",
    "behind": "en retard sur",
    "Odoo refused ({status}): {text}": "Odoo a refusé ({status}) : {text}",
    "no words": "sans explication",
    "no answer in time": "pas de réponse à temps",
    "Odoo cannot be reached: {reason}.": "Odoo ne répond pas : {reason}.",
    "Odoo has revoked this station.": "Odoo a révoqué ce poste.",
    "Odoo's answer cannot be read.": "La réponse d'Odoo est illisible.",
    "Odoo's answer is larger than {most} bytes.": "La réponse d'Odoo dépasse {most} octets.",
    "An answer of Odoo could not be dealt with; the log tells more.": (
        "Une réponse d'Odoo n'a pas pu être traitée ; le journal en dit plus."
    ),
    "Not printed with its new content, for this id is known: {words}": (
        "Pas imprimé avec son nouveau contenu, car cet identifiant est connu : {words}"
    ),
    "The content did not arrive as Odoo announced it.": (
        "Le contenu n'est pas arrivé tel qu'Odoo l'annonçait."
    ),
    "The station did not get its content: {error}": "Le poste n'a pas reçu son contenu : {error}",
    "The station cannot read this job: {error}.": "Le poste ne peut pas lire cette impression : {error}.",
    "{name}: a text of 1 to {most_text} characters is needed": (
        "{name} : il faut un texte de 1 à {most_text} caractères"
    ),
    "copies: from 1 to {most_copies} can be printed at once": (
        "copies : on en imprime de 1 à {most_copies} à la fois"
    ),
    "options: an object is needed": "options : il faut un objet",
    "The code has expired; run ecom-proxy pair again.": (
        "Le code a expiré ; relancez ecom-proxy pair."
    ),
    "{url} is no address such as https://shop.example.com.": (
        "{url} n'est pas une adresse comme https://shop.example.com."
    ),
    "{url} is not encrypted, so the station's key could be read on the way. Use https, or --insecure"
    " if you know that nobody else is on this network.": (
        "{url} n'est pas chiffré : la clé du poste pourrait être lue en chemin. Prenez https, ou"
        " --insecure si vous savez que personne d'autre n'est sur ce réseau."
    ),
    "{url} cannot be reached: {reason}.": "{url} ne répond pas : {reason}.",
    "Odoo answered {status} without words: is E-commerce Hardware Proxy installed there, and is the"
    " address right?": (
        "Odoo a répondu {status} sans explication : E-commerce Hardware Proxy y est-il installé,"
        " l'adresse est-elle juste ?"
    ),
    "Odoo's answer cannot be read: is it newer than this agent?": (
        "La réponse d'Odoo est illisible : est-il plus récent que cet agent ?"
    ),
    # --- pages ---
    "Station": "Poste",
    "Devices": "Appareils",
    "Print jobs": "Impressions",
    "No device is set up. Run: ecom-proxy setup": (
        "Aucun appareil n'est installé. Lancez : ecom-proxy setup"
    ),
    "Nothing was printed yet.": "Rien n'a encore été imprimé.",
    "Paired with Odoo": "Associé à Odoo",
    "Not paired with Odoo. Run: ecom-proxy pair": "Pas associé à Odoo. Lancez : ecom-proxy pair",
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
    "What it could be": "Ce que cela pourrait être",
    "What came": "Ce qui est arrivé",
    "The capture has ended.": "La capture est finie.",
    "Nothing came. Is it on, is the cable in, must PRINT be pressed?": (
        "Rien n'est arrivé. Est-ce allumé, le câble est-il branché, faut-il appuyer sur PRINT ?"
    ),
    "no weight": "aucun poids",
    "Could be {driver}{options}: it reads {reads}": "Peut être {driver}{options} : on lit {reads}",
    "A pattern to start from: {pattern}": "Un motif pour commencer : {pattern}",
    # --- proxy.toml ---
    "{file}: {what}{reason}": "{file} : {what}{reason}",
    "{key} = {value}: ": "{key} = {value} : ",
    "the folder holds other things: give the agent one of its own": (
        "le dossier contient autre chose : donnez à l'agent le sien"
    ),
    "{words} is needed": "il faut {words}",
    "a text in quotes": "un texte entre guillemets",
    "true or false": "true ou false",
    "a number": "un nombre",
    "a whole number": "un nombre entier",
    "a list of texts": "une liste de textes",
    "a list of texts is needed": "il faut une liste de textes",
    "one of {choices} is needed": "il faut l'un de {choices}",
    "a number from {low:g} to {high:g} is needed": "il faut un nombre de {low:g} à {high:g}",
    "true/false, or seconds, is needed": "il faut true/false, ou des secondes",
    "an address such as https://shop.example.com is needed": (
        "il faut une adresse comme https://shop.example.com"
    ),
    "no name or password belongs into the address": (
        "ni nom ni mot de passe n'ont leur place dans l'adresse"
    ),
    "lower case letters, digits, - and _ are allowed, at most 40": (
        "sont permis les minuscules, les chiffres, - et _, au plus 40"
    ),
    "a {kind} takes {allowed}": "{kind} admet {allowed}",
    "a {kind} needs the name of its protocol": "{kind} demande le nom de son protocole",
    "2 or 5 is needed": "il faut 2 ou 5",
    "exactly one of vid + pid, usb_path, by_id, path is needed, not {found}": (
        "il faut exactement l'un de vid + pid, usb_path, by_id, path, pas {found}"
    ),
    "vid and pid are needed together": "vid et pid vont ensemble",
    "this name changes with the order of plugging in: use vid and pid, usb_path or by_id, or write"
    " path_may_move = true": (
        "ce nom change selon l'ordre de branchement : prenez vid et pid, usb_path ou by_id, ou"
        " écrivez path_may_move = true"
    ),
    "four hexadecimal digits in quotes are needed": (
        "il faut quatre chiffres hexadécimaux entre guillemets"
    ),
    "a name or an address is needed": "il faut un nom ou une adresse",
    "such as ipp://printer.local:631/ipp/print is needed": (
        "il faut par exemple ipp://printer.local:631/ipp/print"
    ),
    "an absolute path is needed": "il faut un chemin absolu",
    "the file cannot be read: {error}": "le fichier est illisible : {error}",
    "the file is damaged: delete it and pair the station again": (
        "le fichier est abîmé : supprimez-le et associez de nouveau le poste"
    ),
    "this is not TOML: {error}": "ce n'est pas du TOML : {error}",
    "a table is needed here": "il faut une table ici",
    "write it as [[{key}]], once per {key}": "écrivez [[{key}]], une fois par {key}",
    "this key is not known here": "cette clé n'est pas connue ici",
    'mode = "files" needs the path of a PEM file': 'mode = "files" demande le chemin d\'un fichier PEM',
    "a cash drawer needs printer and pin": "un tiroir-caisse demande printer et pin",
    "a cash drawer hangs on its printer": "un tiroir-caisse dépend de son imprimante",
    "this id is taken": "cet identifiant est pris",
    'the id of a printer with language = "escpos" is needed': (
        "il faut l'identifiant d'une imprimante avec language = \"escpos\""
    ),
    # --- options of devices ---
    "{name}: must be a number from {low:g} to {high:g}, not {value}": (
        "{name} : il faut un nombre de {low:g} à {high:g}, pas {value}"
    ),
    "pictures: must be one of {known}, not {value}": (
        "pictures : il faut l'un de {known}, pas {value}"
    ),
    "code_page: must be one of {known}, not {value}": (
        "code_page : il faut l'un de {known}, pas {value}"
    ),
    "bank: must be a letter from A to Z, not {bank}": (
        "bank : il faut une lettre de A à Z, pas {bank}"
    ),
    "pin: must be 2 or 5, not {pin}": "pin : il faut 2 ou 5, pas {pin}",
    "code_page: must be one of {pages}, not {code_page}": (
        "code_page : il faut l'un de {pages}, pas {code_page}"
    ),
    "cut: must be true or false, not {cut}": "cut : il faut true ou false, pas {cut}",
    "{name}: must be from 2 to 510 ms, not {time_ms}": "{name} : il faut de 2 à 510 ms, pas {time_ms}",
    "language: must be one of {languages}, not {name}": (
        "language : il faut l'un de {languages}, pas {name}"
    ),
    "{unknown}: {title} has no such option": "{unknown} : {title} n'a pas cette option",
    "There is no scale driver {name}; there are {drivers}.": (
        "Il n'y a pas de pilote de balance {name} ; il y a {drivers}."
    ),
    "There is no scanner driver {name}; there are {known}.": (
        "Il n'y a pas de pilote de lecteur {name} ; il y a {known}."
    ),
    "{name} has no option {unknown}; it has: {known}.": (
        "{name} n'a pas d'option {unknown} ; il a : {known}."
    ),
    "{name}: an option has a value of the wrong kind ({error}).": (
        "{name} : une option a une valeur du mauvais type ({error})."
    ),
    "unit: {value} given; choose one of {known}.": (
        "unit : {value} donné ; choisissez l'un de {known}."
    ),
    "nothing": "rien",
    "The scale does not send its unit.": "La balance n'envoie pas son unité.",
    "command: {command} given; choose S or SI.": "command : {command} donné ; choisissez S ou SI.",
    "profile: {profile} given; choose one of {known}.": (
        "profile : {profile} donné ; choisissez l'un de {known}."
    ),
    "profile: choose one of {profiles}. {not_documented}": (
        "profile : choisissez l'un de {profiles}. {not_documented}"
    ),
    "{unknown}: no option of the profile {profile}.": (
        "{unknown} : pas une option du profil {profile}."
    ),
    "Pitney Bowes does not document what its serial scales send. Try the profiles with a known"
    " weight on the scale, or write a pattern from the capture page; a USB scale is hid_pos.": (
        "Pitney Bowes ne documente pas ce qu'envoient ses balances série. Essayez les profils avec un"
        " poids connu sur la balance, ou écrivez un motif depuis la page de capture ; une balance USB"
        " est hid_pos."
    ),
    "Or give the pattern a part (?P<unit>...).": "Ou donnez au motif une partie (?P<unit>...).",
    "terminator: it must be one or more ASCII characters.": (
        "terminator : il faut un ou plusieurs caractères ASCII."
    ),
    "terminators: only ASCII characters can end a code.": (
        "terminators : seuls des caractères ASCII peuvent finir un code."
    ),
    "decimal: {decimal} given; choose '.' or ','.": (
        "decimal : {decimal} donné ; choisissez '.' ou ','."
    ),
    "limit: {limit} given; it must be 1 to {longest_line}.": (
        "limit : {limit} donné ; il faut de 1 à {longest_line}."
    ),
    "layout: {layout} given; choose one of {layouts}.": (
        "layout : {layout} donné ; choisissez l'un de {layouts}."
    ),
    "pattern: {looking}": "pattern : {looking}",
    "pattern: {group}": "pattern : {group}",
    "pattern: {branch}": "pattern : {branch}",
    "look-around, back-references and conditions are not allowed.": (
        "les assertions, références arrière et conditions ne sont pas permises."
    ),
    "a repeat around a group or another repeat is not allowed; write for example [0-9.]+.": (
        "une répétition autour d'un groupe ou d'une autre répétition n'est pas permise ; écrivez par"
        " exemple [0-9.]+."
    ),
    "alternatives may hold only plain characters, without repeats.": (
        "les alternatives ne contiennent que des caractères simples, sans répétition."
    ),
    "pattern: nothing given; write one with a part (?P<value>...).": (
        "pattern : rien de donné ; écrivez-en un avec une partie (?P<value>...)."
    ),
    "pattern: {length} characters; at most {longest} are allowed.": (
        "pattern : {length} caractères ; au plus {longest} sont permis."
    ),
    "pattern: it has no part (?P<value>...) for the number.": (
        "pattern : il n'a pas de partie (?P<value>...) pour le nombre."
    ),
    "pattern: unknown part {unknown}; there are {parts}.": (
        "pattern : partie inconnue {unknown} ; il y a {parts}."
    ),
    "pattern: it is no regular expression: {error}.": (
        "pattern : ce n'est pas une expression régulière : {error}."
    ),
    "pattern: two repeats after each other can both take {shared}; a number could lose digits"
    " between them.": (
        "pattern : deux répétitions qui se suivent peuvent toutes deux prendre {shared} ; un nombre"
        " pourrait y perdre des chiffres."
    ),
    # --- the terminal ---
    "ecom-proxy: {error}": "ecom-proxy : {error}",
    "ecom-proxy: no answer was given.": "ecom-proxy : aucune réponse n'a été donnée.",
    "the agent's folder (default: %(default)s)": "le dossier de l'agent (par défaut : %(default)s)",
    "log more": "journal plus bavard",
    "Scales, label printers, scanners and cash drawers of a workstation for Odoo.": (
        "Balances, imprimantes d'étiquettes, lecteurs et tiroirs-caisses d'un poste, pour Odoo."
    ),
    "First: ecom-proxy setup. It asks about everything that is needed.": (
        "D'abord : ecom-proxy setup. Il demande tout ce qu'il faut."
    ),
    "serve the devices until stopped": "servir les appareils jusqu'à l'arrêt",
    "find devices, try them and pair, question by question": (
        "trouver les appareils, les essayer et associer, question par question"
    ),
    "the address of your Odoo": "l'adresse de votre Odoo",
    "show a code that pairs this station with an Odoo": (
        "montrer un code qui associe ce poste à un Odoo"
    ),
    "its database, if the address has several": "sa base, si l'adresse en a plusieurs",
    "allow http outside this machine": "admettre http hors de cette machine",
    "list the devices that are plugged in and those that are set up": (
        "lister les appareils branchés et ceux qui sont installés"
    ),
    "tell how this station is set up and what waits to be printed": (
        "dire comment ce poste est installé et ce qui attend d'être imprimé"
    ),
    "show the raw bytes of a device; stop the agent first": (
        "montrer les octets bruts d'un appareil ; arrêtez d'abord l'agent"
    ),
    "its id in proxy.toml": "son identifiant dans proxy.toml",
    "end after this long": "finir après cette durée",
    "end the pairing; nobody is let in until the next one": (
        "finir l'association ; personne n'entre avant la suivante"
    ),
    "show the point of sale's address for its settings": (
        "montrer l'adresse à mettre dans les réglages du point de vente"
    ),
    "print again after the list of print jobs was lost": (
        "imprimer de nouveau après la perte de la liste des impressions"
    ),
    "make a new key; the former one ends": "faire une nouvelle clé ; l'ancienne ne vaut plus",
    "let no key in any more": "n'admettre plus aucune clé",
    "Say which Odoo: ecom-proxy pair --odoo https://…": (
        "Dites quel Odoo : ecom-proxy pair --odoo https://…"
    ),
    "Paired: this is station {name}.": "Associé : voici le poste {name}.",
    "Pairing code:": "Code d'association :",
    "Type it into Odoo within {minutes:.0f} minutes: Hardware, Stations, Pair.": (
        "Tapez-le dans Odoo d'ici {minutes:.0f} minutes : Matériel, Postes, Associer."
    ),
    "Waiting …": "En attente …",
    "Forgotten, with the point of sale's key. Pair the station again with: ecom-proxy pair": (
        "Oublié, avec la clé du point de vente. Associez de nouveau le poste avec : ecom-proxy pair"
    ),
    "{url} does not answer.": "{url} ne répond pas.",
    "It is served once the station is paired: ecom-proxy pair": (
        "Il sera servi quand le poste sera associé : ecom-proxy pair"
    ),
    "nobody listens there": "personne n'y répond",
    "the connection was cut": "la connexion a été coupée",
    "there is no network": "il n'y a pas de réseau",
    "no such machine is on the network": "cette machine n'est pas sur le réseau",
    "its certificate is not trusted ({reason})": "son certificat n'est pas reconnu ({reason})",
    "what answers there does not speak TLS": "ce qui y répond ne parle pas TLS",
    "this name is not known": "ce nom est inconnu",
    "Agent:   does not run; start it with: ecom-proxy run": (
        "Agent :     ne tourne pas ; démarrez-le avec : ecom-proxy run"
    ),
    "Agent:   runs here, but {error}": "Agent :     tourne ici, mais {error}",
    "Agent:   runs here, version {version}": "Agent :     tourne ici, version {version}",
    "A cash drawer hangs on it; first: ecom-proxy remove {id}": (
        "Un tiroir-caisse y est branché ; d'abord : ecom-proxy remove {id}"
    ),
    "{name} is removed.": "{name} est supprimé.",
    "{id} is called {name} now.": "{id} s'appelle maintenant {name}.",
    "forget a device that was set up": "oublier un appareil installé",
    "give a device another name; its id stays": (
        "donner un autre nom à un appareil ; son identifiant reste"
    ),
    "what people call it": "comment on l'appelle",
    "print the systemd unit of this installation": "afficher l'unité systemd de cette installation",
    "The unit hides people's folders, so it will not find {program}: install the agent elsewhere,"
    " such as in /opt/ecom-proxy.": (
        "L'unité cache les dossiers personnels et ne trouvera donc pas {program} : installez l'agent"
        " ailleurs, par exemple dans /opt/ecom-proxy."
    ),
    "Set up:": "Installés :",
    "nothing yet: ecom-proxy setup": "rien encore : ecom-proxy setup",
    "Plugged in:": "Branchés :",
    "Home:    {home}": "Dossier :   {home}",
    "Address: {address}": "Adresse :   {address}",
    "Odoo:    {url}": "Odoo :      {url}",
    "Paired:  {state}": "Associé :   {state}",
    "as {name}": "sous le nom {name}",
    "no: ecom-proxy pair": "non : ecom-proxy pair",
    "none": "aucun",
    "Devices: {devices}": "Appareils : {devices}",
    "Print:   {name} on {device}: {words}": "À imprimer : {name} sur {device} : {words}",
    "Alarm:   {alarm}": "Alarme :    {alarm}",
    "Bytes of {name}; the same as a page: {url}\nCtrl-C ends.": (
        "Octets de {name} ; la même chose en page : {url}\nCtrl-C pour finir."
    ),
    "No list of print jobs was lost; there is nothing to accept.": (
        "Aucune liste d'impressions n'a été perdue ; il n'y a rien à accepter."
    ),
    "Accepted: what arrives from now on is printed. What arrived meanwhile is decided in Odoo.": (
        "Accepté : ce qui arrive désormais est imprimé. Ce qui est arrivé entre-temps se décide dans"
        " Odoo."
    ),
    "No key opens the point of sale's routes any more.": (
        "Plus aucune clé n'ouvre les routes du point de vente."
    ),
    "Address for the point of sale: {address}/k/{key}": (
        "Adresse pour le point de vente : {address}/k/{key}"
    ),
    "It is not served yet: write [pos] enabled = true into proxy.toml.": (
        "Il n'est pas encore servi : écrivez [pos] enabled = true dans proxy.toml."
    ),
    # --- setup ---
    "This sets up the devices of this workstation. Enter takes what is in brackets.": (
        "Installation des appareils de ce poste. Entrée prend ce qui est entre crochets."
    ),
    "{name} is set up as {id}.": "{name} est installé sous {id}.",
    "Done. The agent is started with: ecom-proxy run": (
        "Terminé. L'agent se lance avec : ecom-proxy run"
    ),
    "Please answer with one of: {allowed}": "Répondez par l'un de : {allowed}",
    "Nothing new is plugged in here.": "Rien de nouveau n'est branché ici.",
    "a printer in the network (port 9100)": "une imprimante du réseau (port 9100)",
    "a document printer (CUPS, IPP)": "une imprimante de documents (CUPS, IPP)",
    "Which one is to be set up? q: no more": "Lequel installer ? q : plus rien",
    "What is it? {kinds}": "Qu'est-ce que c'est ? {kinds}",
    "What do people call it?": "Comment l'appelle-t-on ?",
    "Scale": "Balance",
    "Label printer": "Imprimante d'étiquettes",
    "Document printer": "Imprimante de documents",
    "Receipt printer": "Imprimante de tickets",
    "Scanner": "Lecteur de codes",
    "Cash drawer": "Tiroir-caisse",
    "a serial port, by its path": "un port série, par son chemin",
    "a cash drawer on a receipt printer": "un tiroir-caisse sur une imprimante de tickets",
    "Set up already (ecom-proxy rename and remove change that):": (
        "Déjà installés (ecom-proxy rename et remove les changent) :"
    ),
    "Nothing of it is kept.": "Rien n'en est gardé.",
    "Does a cash drawer hang on it? y/n": "Un tiroir-caisse y est-il branché ? y (oui) / n (non)",
    "On which receipt printer? {ids}": "Sur quelle imprimante de tickets ? {ids}",
    "Which pin of the socket opens it? 2, 5": "Quelle broche de la prise l'ouvre ? 2, 5",
    "Does Odoo's point of sale use the devices of this machine? y/n": (
        "Le point de vente d'Odoo utilise-t-il les appareils de cette machine ? y (oui) / n (non)"
    ),
    "Its address for the point of sale is shown by: ecom-proxy pos-key": (
        "Son adresse pour le point de vente est affichée par : ecom-proxy pos-key"
    ),
    "The agent that runs here works with the former settings: end it and start it again.": (
        "L'agent qui tourne ici travaille avec les anciens réglages : arrêtez-le et redémarrez-le."
    ),
    "Keep this address all the same? y/n": "Garder cette adresse malgré tout ? y (oui) / n (non)",
    "Try again? y/n": "Réessayer ? y (oui) / n (non)",
    "{path} may be another device after the next plugging in: a name below /dev/serial/by-id lasts.": (
        "{path} peut être un autre appareil au prochain branchement : un nom sous /dev/serial/by-id"
        " est durable."
    ),
    "Its path, such as /dev/serial/by-id/usb-… (Enter: none)": (
        "Son chemin, par exemple /dev/serial/by-id/usb-… (Entrée : aucun)"
    ),
    "Address of the printer (Enter: none)": "Adresse de l'imprimante (Entrée : aucune)",
    "Port": "Port",
    "Its address, such as ipp://printer.local/ipp/print (Enter: none)": (
        "Son adresse, par exemple ipp://printer.local/ipp/print (Entrée : aucune)"
    ),
    "Which protocol is it set to?": "Sur quel protocole est-elle réglée ?",
    "Is that what the scale itself shows? y/n": (
        "Est-ce ce que la balance affiche elle-même ? y (oui) / n (non)"
    ),
    "Try another protocol? y/n": "Essayer un autre protocole ? y (oui) / n (non)",
    "Keep it as it is? y/n": "Garder tel quel ? y (oui) / n (non)",
    "This protocol needs more, to be written into proxy.toml: {error}": (
        "Ce protocole demande davantage, à écrire dans proxy.toml : {error}"
    ),
    "It does not send its unit. Which is it? kg, lb": "Elle n'envoie pas son unité. Laquelle ? kg, lb",
    "Put something on the scale …": "Posez quelque chose sur la balance …",
    "Which language does it speak? {languages}": "Quel langage parle-t-elle ? {languages}",
    "Print a test? y/n": "Imprimer un essai ? y (oui) / n (non)",
    "Did it come out right? y/n": "Est-il bien sorti ? y (oui) / n (non)",
    "Try another language? y/n": "Essayer un autre langage ? y (oui) / n (non)",
    "Dots per inch: 203, 300, 600": "Points par pouce : 203, 300, 600",
    "Label, width x height in mm": "Étiquette, largeur x hauteur en mm",
    "Write it as 102x152, in millimetres.": "Écrivez-le ainsi : 102x152, en millimètres.",
    "Address of your Odoo (- for later)": "Adresse de votre Odoo (- pour plus tard)",
    "Pair later with: ecom-proxy pair --odoo https://…": (
        "Associez plus tard avec : ecom-proxy pair --odoo https://…"
    ),
    "{key} = {value}: {reason}.": "{key} = {value} : {reason}.",
}

FRENCH = {
    template: re.sub(" ([:;!?])", "\N{NO-BREAK SPACE}\\1", said)
    for template, said in _SENTENCES.items()
}
