"""Sentences that are written down in English, with their German.

Why a lead moved, who gets it, what to ask: kept in one language, and told in that of whoever reads. Each
pair has the same places in braces; a place means what its name says, see `kept`.
"""

from collections.abc import Mapping, Sequence
from typing import Final

SENTENCES: Final[Sequence[tuple[str, str]]] = (
    # why a lead moved
    ("gave contact details and engaged", "hat Kontaktdaten gegeben und sich engagiert"),
    ("gave contact details", "hat Kontaktdaten gegeben"),
    ("disqualifier: {name}", "Ausschlussgrund: {name}"),
    ("the lead has answers for {name}", "der Lead hat Antworten zu {name}"),
    ("{name} is filled in", "{name} ist ausgefüllt"),
    ("stayed in {stage} for {since}", "war {since} lang in der Stufe {stage}"),
    ("fast track: {names}", "Sofortregel: {names}"),
    (
        "fit {points} and engagement {more_points} satisfy {name}",
        "Passung {points} und Engagement {more_points} erfüllen {name}",
    ),
    # who gets it, and why nobody else
    ("{said}; waited for until {moment}", "{said}; gewartet wird bis {moment}"),
    ("{said}; waited for", "{said}; darauf wird gewartet"),
    ("{who} is no longer active", "{who} ist nicht mehr aktiv"),
    ("{who} had it before", "{who} hatte die Übergabe schon"),
    ("{who} is out of office until {moment}", "{who} ist bis {moment} abwesend"),
    ("{who} is out of office", "{who} ist abwesend"),
    (
        "{who} is closed, and out of office when working hours begin again",
        "{who} ist außerhalb der Arbeitszeit und abwesend, wenn sie wieder beginnt",
    ),
    ("{who} has {n} open of {of}", "{who} hat {n} von höchstens {of} Übergaben offen"),
    ("{who} has had {n} of {of} for the day", "{who} hatte für diesen Tag {n} von höchstens {of}"),
    ("{who} does not serve the territory {values}", "{who} betreut das Gebiet {values} nicht"),
    ("{who} does not serve the segment {values}", "{who} betreut das Segment {values} nicht"),
    ("{who} does not serve the skill {values}", "{who} hat die Kenntnis {values} nicht"),
    ("{who} does not serve the language {values}", "{who} betreut die Sprache {values} nicht"),
    ("{who} takes no turns in {team} (weight 0)", "{who} kommt in {team} nicht an die Reihe (Gewicht 0)"),
    ("{who} is out of working hours until {moment}", "{who} ist bis {moment} außerhalb der Arbeitszeit"),
    ("{who} is out of working hours", "{who} ist außerhalb der Arbeitszeit"),
    ("{who} owns the account", "{who} besitzt die Firma"),
    ("{who} owns the lead", "{who} besitzt den Lead"),
    ("{who} is the only one free in {team}", "in {team} ist nur {who} frei"),
    ("{who} opens first in {team}", "{who} ist in {team} als Erstes wieder in der Arbeitszeit"),
    ("{who} has most room in {team}", "{who} hat in {team} am meisten Platz"),
    (
        "{who} is next in turn by weight ({n}) in {team}",
        "{who} ist in {team} nach Gewicht ({n}) an der Reihe",
    ),
    ("{who} is next in turn in {team}", "{who} ist in {team} an der Reihe"),
    ("{who} is free too, and {owner} has more room", "{who} ist auch frei, aber {owner} hat mehr Platz"),
    ("{who} is free too, and {owner} is next in turn", "{who} ist auch frei, aber {owner} ist an der Reihe"),
    (
        "{who} opens at the same time, and {owner} has more room",
        "{who} beginnt zur selben Zeit, aber {owner} hat mehr Platz",
    ),
    (
        "{who} opens at the same time, and {owner} is next in turn",
        "{who} beginnt zur selben Zeit, aber {owner} ist an der Reihe",
    ),
    ("the route leads to the queue", "der Weg führt in die Warteschlange"),
    ("the route's condition does not hold", "die Bedingung dieses Wegs trifft nicht zu"),
    ("the account has no owner", "die Firma hat keinen Besitzer"),
    ("the lead has no owner", "der Lead hat keinen Besitzer"),
    (
        "the owner of the account does not get hand-offs",
        "wer die Firma besitzt, bekommt keine Übergaben",
    ),
    ("the owner of the lead does not get hand-offs", "wer den Lead besitzt, bekommt keine Übergaben"),
    ("there is no team {team}", "es gibt kein Team {team}"),
    ("nobody is in the team {team}", "im Team {team} ist niemand"),
    (
        "nobody can take it ({counts}): it waits in the fallback queue",
        "niemand kann sie übernehmen ({counts}): sie wartet in der Auffang-Warteschlange",
    ),
    (
        "no route leads to anybody: it waits in the fallback queue",
        "kein Weg führt zu jemandem: sie wartet in der Auffang-Warteschlange",
    ),
    ("out of office", "abwesend"),
    ("first contact was overdue", "der Erstkontakt war überfällig"),
    ("somebody can take it now", "jetzt kann jemand sie übernehmen"),
    ("handed over", "übergeben"),
    ("It is offered to somebody else.", "Der Lead wird jemand anderem angeboten."),
    # reasons that the product comes with
    ("Company does not fit", "Firma passt nicht"),
    ("Wrong person, no influence", "Falsche Person, kein Einfluss"),
    ("No need at present", "Derzeit kein Bedarf"),
    ("Too early, still researching", "Zu früh, informiert sich noch"),
    ("No budget", "Kein Budget"),
    ("Cannot be reached", "Nicht erreichbar"),
    ("Contact details are wrong", "Kontaktdaten sind falsch"),
    ("Already in talks with us", "Ist schon im Gespräch mit uns"),
    ("Is a customer already", "Ist schon Kunde"),
    ("Belongs to a partner", "Gehört zu einem Partner"),
    ("Works for a competitor", "Arbeitet für einen Wettbewerber"),
    ("Looks for a job", "Sucht eine Stelle"),
    ("Student or researcher", "Studium oder Forschung"),
    ("Spam or a test", "Spam oder ein Test"),
    ("Competitor", "Wettbewerber"),
    ("Company outside the range of sizes", "Firma außerhalb der passenden Größen"),
    ("Industry not served", "Branche wird nicht bedient"),
    ("Country not served", "Land wird nicht bedient"),
    ("No authority and no influence", "Keine Entscheidungsbefugnis und kein Einfluss"),
    ("One visit and no return", "Ein Besuch ohne Wiederkehr"),
    ("Asked not to be contacted", "Möchte nicht kontaktiert werden"),
    ("The same person stands elsewhere", "Dieselbe Person steht schon woanders"),
    ("Not now, at a date they named", "Nicht jetzt, zu einem genannten Datum"),
    ("Does not answer", "Antwortet nicht"),
    ("No budget this year", "Dieses Jahr kein Budget"),
    ("Project on hold", "Projekt ruht"),
    ("Contact left the company", "Kontakt hat die Firma verlassen"),
    ("Stayed in a stage for too long", "Zu lange in einer Stufe"),
    ("Price", "Preis"),
    ("A competitor won", "Ein Wettbewerber hat gewonnen"),
    ("Something was missing", "Etwas hat gefehlt"),
    ("No decision was taken", "Es fiel keine Entscheidung"),
    ("Timing", "Zeitpunkt"),
    ("Went silent", "Meldet sich nicht mehr"),
    # what an audience cannot be asked, or called
    (
        "The definition `{name}` is not live, so its signals and scores mean nothing now.",
        "Die Definition `{name}` gilt nicht, also sagen ihre Signale und Punkte jetzt nichts.",
    ),
    (
        "An audience needs a name of 1 to {n} letters.",
        "Eine Zielgruppe braucht einen Namen mit 1 bis {n} Zeichen.",
    ),
    (
        "The base is being read, {done} of {total} leads; ask again in a moment.",
        "Der Bestand wird gelesen, {done} von {total} Leads; fragen Sie gleich noch einmal.",
    ),
    (
        "You agreed for the other side. Two people agree, unless the settings let one for both.",
        "Sie haben schon für die andere Seite zugestimmt. Zustimmen müssen zwei Personen, wenn die "
        "Einstellungen es nicht einer für beide erlauben.",
    ),
    # how work in the background ended
    ("a mistake of ours; the log has it", "ein Fehler von uns; das Protokoll hat ihn"),
    (
        "No lead was handed to sales yet, so there is nothing to compare with.",
        "Es wurde noch kein Lead an den Vertrieb übergeben, also gibt es nichts zum Vergleichen.",
    ),
    ("There are no leads yet.", "Es gibt noch keine Leads."),
    # whom the templates suit
    (
        "a first definition: a short table and one threshold",
        "eine erste Definition: eine kurze Tabelle und eine Schwelle",
    ),
    (
        "teams that want few and certain leads: 100 points to reach",
        "Teams, die wenige und sichere Leads wollen: 100 Punkte sind zu erreichen",
    ),
    (
        "software sold to mid-market companies: 22 lines",
        "Software für mittelständische Firmen: 22 Zeilen",
    ),
    (
        "when the right company and real interest must come together",
        "wenn die richtige Firma und echtes Interesse zusammenkommen müssen",
    ),
    (
        "teams that would rather tell stories than add up points",
        "Teams, die lieber Geschichten erzählen als Punkte zusammenzählen",
    ),
    (
        "offers to consumers after advice: age, place, income, device",
        "Angebote an Verbraucher nach Beratung: Alter, Ort, Einkommen, Gerät",
    ),
    (
        "a worked example with most words of the language",
        "ein ausgearbeitetes Beispiel mit den meisten Wörtern der Sprache",
    ),
    # what the frameworks suit, and what they ask
    (
        "deals up to about 25,000 USD with one decision-maker",
        "Geschäfte bis etwa 25.000 USD, über die eine Person entscheidet.",
    ),
    (
        "enterprise deals with several stakeholders and procurement",
        "Geschäfte mit Konzernen, mehreren Beteiligten und Einkauf.",
    ),
    ("inbound, consultative sales", "eingehende Anfragen und beratender Verkauf."),
    ("Budget", "Budget"),
    ("What have you set aside for this?", "Was haben Sie dafür vorgesehen?"),
    ("Authority", "Entscheidungsbefugnis"),
    ("Who decides, and who else has a say?", "Wer entscheidet, und wer redet noch mit?"),
    ("Need", "Bedarf"),
    ("What do you want to solve?", "Was möchten Sie lösen?"),
    ("Timeline", "Zeitplan"),
    ("By when should it be in place?", "Bis wann soll es stehen?"),
    ("Metrics", "Kennzahlen"),
    ("Which figure should change, and by how much?", "Welche Zahl soll sich ändern, und um wie viel?"),
    ("Economic buyer", "Budgetverantwortung"),
    ("Who can release the money?", "Wer kann das Geld freigeben?"),
    ("Decision criteria", "Entscheidungskriterien"),
    ("What will you judge offers by?", "Woran messen Sie Angebote?"),
    ("Decision process", "Entscheidungsweg"),
    (
        "Which steps lead to a signature, and by when?",
        "Welche Schritte führen zur Unterschrift, und bis wann?",
    ),
    ("Identify pain", "Leidensdruck"),
    (
        "What does it cost you to leave things as they are?",
        "Was kostet es Sie, alles so zu lassen, wie es ist?",
    ),
    ("Champion", "Fürsprache"),
    ("Who inside wants this to happen?", "Wer im Haus will, dass es geschieht?"),
    ("Challenges", "Herausforderungen"),
    ("What is hardest for you today?", "Was fällt Ihnen heute am schwersten?"),
    ("Money", "Geld"),
    ("How would this be paid for?", "Wie würde das bezahlt?"),
    ("Prioritisation", "Dringlichkeit"),
    ("Where does this stand among your plans?", "Wo steht das unter Ihren Vorhaben?"),
)
"""English and German; the more particular stands before the more general."""
COUNTED: Final[Mapping[str, str]] = {
    "out of working hours": "außerhalb der Arbeitszeit",
    "out of office": "abwesend",
    "full": "ausgelastet",
    "full for the day": "für diesen Tag ausgelastet",
    "without what the team asks for": "ohne das, was das Team verlangt",
    "without turns": "ohne Reihe",
    "had it before": "schon einmal zuständig",
    "inactive": "nicht mehr aktiv",
}
"""Why people could not take a hand-off, behind their number."""
