"""German for what is refused: on forms, and where somebody acts too late or may not."""

from collections.abc import Mapping
from typing import Final

REFUSALS: Final[Mapping[str, str]] = {
    # definitions
    "Choose a version or a template to begin with.": (
        "Wählen Sie eine Version oder eine Vorlage zum Anfangen."
    ),
    "Choose a template of the list.": "Wählen Sie eine Vorlage aus der Liste.",
    "Choose a test of the list.": "Wählen Sie einen Vergleich aus der Liste.",
    "Mend the errors first.": "Beheben Sie zuerst die Fehler.",
    "The lines have changed meanwhile; load the page again.": (
        "Die Zeilen haben sich inzwischen geändert; laden Sie die Seite neu."
    ),
    "The rules have changed meanwhile; load the page again.": (
        "Die Regeln haben sich inzwischen geändert; laden Sie die Seite neu."
    ),
    "The base is still being read for the preview; try again when it is shown.": (
        "Der Bestand wird für die Vorschau noch gelesen; versuchen Sie es wieder, wenn sie da ist."
    ),
    "Choose a time that is still to come, or make the version live now.": (
        "Wählen Sie einen Zeitpunkt, der noch kommt, oder schalten Sie die Version jetzt frei."
    ),
    "No other version of `{name}` was ever live, so there is none to go back to.": (
        "Von `{name}` galt noch nie eine andere Version, also gibt es keine, zu der man zurückkann."
    ),
    "Version {id} of `{name}` is not signed for {missing}. Have it signed, or put it in shadow, "
    "where it scores and does not act.": (
        "Version {id} von `{name}` ist noch nicht unterschrieben für {missing}. Lassen Sie sie "
        "unterschreiben, "
        "oder lassen Sie sie im Schatten laufen: Dort bewertet sie und tut sonst nichts."
    ),
    "{by} signed version {version} of `{name}` for {side} already. Somebody else signs for {other}; "
    "where one person speaks for both, an administrator allows it by the setting "
    "one_person_may_sign_for_both.": (
        "Version {version} von `{name}` ist von derselben Person ({by}) schon unterschrieben für {side}. "
        "Für {other} unterschreibt jemand anderes; wo eine Person für beide spricht, erlaubt es eine "
        "Administratorin oder ein Administrator in den Einstellungen."
    ),
    "marketing": "das Marketing",
    "sales": "den Vertrieb",
    "Pick a template and invite somebody of sales first.": (
        "Wählen Sie zuerst eine Vorlage und laden Sie jemanden aus dem Vertrieb ein."
    ),
    "No definition is live, so nobody is handed off. Make one live first.": (
        "Es gilt keine Definition, also wird niemand übergeben. Schalten Sie zuerst eine frei."
    ),
    "No lead was handed to sales yet, so there is nothing to compare with.": (
        "Es wurde noch kein Lead an den Vertrieb übergeben, also gibt es nichts zum Vergleichen."
    ),
    "There are no leads yet.": "Es gibt noch keine Leads.",
    "There is nothing to agree to yet; write down a decision first.": (
        "Es gibt noch nichts, dem man zustimmen könnte; schreiben Sie zuerst eine Entscheidung auf."
    ),
    # audiences
    "This cannot be changed here; change it in the text.": (
        "Das lässt sich hier nicht ändern; ändern Sie es im Text."
    ),
    "There is an audience `{name}` already; choose another name.": (
        "Eine Zielgruppe `{name}` gibt es schon; wählen Sie einen anderen Namen."
    ),
    # hand-offs and leads
    "Choose somebody of the list.": "Wählen Sie jemanden aus der Liste.",
    "Nobody has accepted this hand-off yet. Accept it first, or reject it.": (
        "Diese Übergabe hat noch niemand angenommen. Nehmen Sie sie zuerst an, oder lehnen Sie sie ab."
    ),
    "Say why: one of {known}.": "Sagen Sie, warum: {known}.",
    "Only a hand-off that you have accepted can be put off. Accept it first.": (
        "Verschieben lässt sich nur eine Übergabe, die Sie angenommen haben. Nehmen Sie sie zuerst an."
    ),
    "Put it off to a time that is still to come.": "Verschieben Sie auf einen Zeitpunkt, der noch kommt.",
    "That was before the hand-off was opened; only a contact since then counts.": (
        "Das war vor der Übergabe; nur ein Kontakt seitdem zählt."
    ),
    "That is still to come; log the contact when it has been made.": (
        "Das kommt erst noch; tragen Sie den Kontakt ein, wenn er stattgefunden hat."
    ),
    "{who} accepted it at {when}; there is nothing left to answer. "
    "To give back what you accepted, say how it ended.": (
        "{who} hat die Übergabe schon angenommen ({when}); es gibt nichts mehr zu beantworten. Um etwas "
        "Angenommenes zurückzugeben, sagen Sie, wie es ausging."
    ),
    "{who} rejected it at {when}; there is nothing left to answer.": (
        "{who} hat die Übergabe schon abgelehnt ({when}); es gibt nichts mehr zu beantworten."
    ),
    "{who} finished it at {when}; there is nothing left to answer.": (
        "{who} hat die Übergabe schon abgeschlossen ({when}); es gibt nichts mehr zu beantworten."
    ),
    "It was taken back at {when}; there is nothing left to answer.": (
        "Die Übergabe wurde zurückgenommen ({when}); es gibt nichts mehr zu beantworten."
    ),
    "This hand-off is {name}'s; only they, or an administrator, can do that.": (
        "Diese Übergabe gehört {name}; nur {name} oder die Administration kann das."
    ),
    "This hand-off waits for another team; only they, or an administrator, can do that.": (
        "Diese Übergabe wartet auf ein anderes Team; nur dieses oder die Administration kann das."
    ),
    "{name} takes no hand-offs; choose somebody active in sales.": (
        "{name} nimmt keine Übergaben; wählen Sie jemanden, der im Vertrieb aktiv ist."
    ),
    "`{code}` is no reason to {does}; take one of {listed}, or have it added to the list": (
        "`{code}` ist kein Grund, um {does}; nehmen Sie einen von diesen: {listed}, oder lassen Sie "
        "ihn ergänzen"
    ),
    "reject a hand-off": "eine Übergabe abzulehnen",
    "disqualify a lead": "einen Lead auszuschließen",
    "recycle a lead": "einen Lead zurückzugeben",
    "lose a deal": "ein Geschäft verloren zu geben",
    "Lead {lead_id} is no longer {from_stage}; look at it again.": (
        "Lead {lead_id} ist nicht mehr in der Stufe {from_stage}; sehen Sie ihn sich noch einmal an."
    ),
    "a lead does not move from {from_stage} to {to_stage} by {who}; from there {who} may move it to {ways}": (
        "von {from_stage} nach {to_stage} bringt {who} keinen Lead; von dort geht es nach {ways}"
    ),
    "a lead does not move from {from_stage} to {to_stage} by {who}; {who} may not move it from there "
    "at all": (
        "von {from_stage} nach {to_stage} bringt {who} keinen Lead; von dort geht es so überhaupt "
        "nicht weiter"
    ),
    "a rule": "eine Regel",
    "a person": "eine Person",
    "the CRM": "das CRM",
    "an import": "ein Import",
    "These leads are being merged by others at this moment. Try again.": (
        "Diese Leads werden gerade von anderen zusammengeführt. Versuchen Sie es noch einmal."
    ),
    "{label} has no `{name}`; it has {known}.": "{label} kennt `{name}` nicht, nur {known}.",
    "`{value}` is no answer to {label}: {asks}.": "`{value}` ist keine Antwort auf {label}: {asks}.",
    "write a number": "schreiben Sie eine Zahl",
    "write an amount, such as 20000": "schreiben Sie einen Betrag wie 20000",
    "write a date, such as 2026-09-30": "schreiben Sie ein Datum wie 2026-09-30",
    "say yes or no": "sagen Sie ja oder nein",
    "take one of its choices": "wählen Sie eine der Möglichkeiten",
    "say why these events are no person's; it stands beside each of them": (
        "sagen Sie, warum diese Ereignisse von keinem Menschen sind; es steht bei jedem davon"
    ),
    "say which events: by lead, message id, source, IP address or a part of the user agent": (
        "sagen Sie, welche Ereignisse: nach Lead, Nachrichten-ID, Quelle, IP-Adresse oder einem Teil des "
        "User-Agents"
    ),
    # people and teams
    "Choose a language and a time zone of the lists.": (
        "Wählen Sie eine Sprache und eine Zeitzone aus den Listen."
    ),
    "Choose a time zone of the list.": "Wählen Sie eine Zeitzone aus der Liste.",
    "Give a date and a time.": "Geben Sie ein Datum und eine Uhrzeit an.",
    "`{email}` is not an e-mail address": "`{email}` ist keine E-Mail-Adresse",
    "A member with that e-mail address is there already; inactive ones count too.": (
        "Ein Mitglied mit dieser E-Mail-Adresse gibt es schon; auch inaktive zählen."
    ),
    "`{role}` is not a role; the roles are {listed}": "`{role}` ist keine Rolle; die Rollen sind {listed}",
    "`{given}` is no role; the roles are {listed}.": "`{given}` ist keine Rolle; die Rollen sind {listed}.",
    "the role {role} may not: {listed}": "das darf die Rolle {role} nicht: {listed}",
    "This is the last active administrator: make somebody else one first.": (
        "Das ist die letzte aktive Person in der Administration: Geben Sie zuerst jemand anderem diese Rolle."
    ),
    "a password needs at least {least} characters: take a sentence": (
        "ein Passwort braucht mindestens {least} Zeichen: Nehmen Sie einen Satz"
    ),
    "The e-mail address or the password is wrong.": "Die E-Mail-Adresse oder das Passwort stimmt nicht.",
    "Too many log-ins failed. Wait 15 minutes, then try again.": (
        "Zu viele Anmeldungen sind fehlgeschlagen. Warten Sie 15 Minuten, und versuchen Sie es dann wieder."
    ),
    "Set your own password first.": "Setzen Sie zuerst ein eigenes Passwort.",
    "Pages are for people who are logged in, not for API keys.": (
        "Seiten sind für angemeldete Menschen, nicht für API-Schlüssel."
    ),
    "The page was too old, or another site sent this. Load it again.": (
        "Die Seite war zu alt, oder das kam von einer fremden Seite. Laden Sie sie neu."
    ),
    "`{given}` is no number of hand-offs; leave it empty for no limit": (
        "`{given}` ist keine Zahl von Übergaben; leer lassen heißt unbegrenzt"
    ),
    "`{given}` is no member ID of Slack; it looks like U012ABCDEF": (
        "`{given}` ist keine Mitglieds-ID von Slack; sie sieht aus wie U012ABCDEF"
    ),
    "Somebody else has this Slack ID.": "Diese Slack-ID hat schon jemand anderes.",
    "An absence ends after it starts.": "Eine Abwesenheit endet nach ihrem Beginn.",
    "A member has no `{unknown}`; it has {listed}.": "Ein Mitglied kennt `{unknown}` nicht, nur {listed}.",
    "A team cannot require `{unknown}`; it can {listed}.": (
        "Ein Team kann `{unknown}` nicht verlangen, nur {listed}."
    ),
    "`{given}` is no weight; give a whole number, 0 for no turns": (
        "`{given}` ist kein Gewicht; geben Sie eine ganze Zahl an, 0 für keine Reihe"
    ),
    "There is no such calendar.": "Diesen Kalender gibt es nicht.",
    "Give the calendar a name.": "Geben Sie dem Kalender einen Namen.",
    "There is a calendar of that name already.": "Einen Kalender mit diesem Namen gibt es schon.",
    "`{part}` are no hours; write 09:00–17:00, comma between": (
        "`{part}` sind keine Zeiten; schreiben Sie 09:00–17:00, mit Komma dazwischen"
    ),
    "no holidays are known of `{country}`; write a code such as DE or list the dates": (
        "von `{country}` sind keine Feiertage bekannt; schreiben Sie ein Kürzel wie DE oder die "
        "einzelnen Tage"
    ),
    "no holidays are known of `{country}-{subdivision}`; the subdivisions are {listed}": (
        "von `{country}-{subdivision}` sind keine Feiertage bekannt; die Regionen sind {listed}"
    ),
    "{lines}": "{lines}",
    "{place}: {what}": "{place}: {what}",
    "missing": "fehlt",
    "no such key{hint}": "diesen Schlüssel gibt es nicht{hint}",
    "; remove it": "; nehmen Sie ihn heraus",
    "no day of the week{hint}": "kein Wochentag{hint}",
    "write a text": "schreiben Sie einen Text",
    "write a list": "schreiben Sie eine Liste",
    "write a mapping of names to values": "schreiben Sie Namen mit Werten",
    'write a list of openings, such as [["09:00", "17:00"]]': (
        'schreiben Sie eine Liste von Öffnungszeiten wie [["09:00", "17:00"]]'
    ),
    'write an opening as two times, such as ["09:00", "17:00"]': (
        'schreiben Sie eine Öffnungszeit als zwei Uhrzeiten wie ["09:00", "17:00"]'
    ),
    "`{text}` is not a time of day; write it such as `09:00` (the end of the day is `24:00`)": (
        "`{text}` ist keine Uhrzeit; schreiben Sie sie wie `09:00` (das Ende des Tages ist `24:00`)"
    ),
    "`{opening}` does not end after it starts; write hours over midnight as two, "
    "up to `24:00` on the one day and from `00:00` on the next": (
        "`{opening}` endet nicht nach dem Beginn; schreiben Sie Zeiten über Mitternacht als zwei: "
        "bis `24:00` am einen Tag und ab `00:00` am nächsten"
    ),
    "`{earlier}` and `{later}` overlap; make them one": (
        "`{earlier}` und `{later}` überschneiden sich; machen Sie eine Zeit daraus"
    ),
    "{end} is not after {start}; end later than you start": (
        "{end} liegt nicht nach {start}; das Ende muss nach dem Beginn liegen"
    ),
    "{at} has no time zone; give an instant, such as {at}+00:00": (
        "{at} hat keine Zeitzone; schreiben Sie zum Beispiel {at}+00:00"
    ),
    "{last} is before {first}; a closure ends on or after its first day": (
        "{last} liegt vor {first}; eine Schließung endet frühestens an ihrem ersten Tag"
    ),
    "`{text}` is no date; write it such as 2026-12-24": (
        "`{text}` ist kein Datum; schreiben Sie es wie 2026-12-24"
    ),
    "`{start}` to `{end}` is no closure; write two dates, or two instants such as 2026-12-24T12:00+01:00": (
        "`{start}` bis `{end}` ist keine Schließung; schreiben Sie zwei Tage oder zwei Zeitpunkte wie "
        "2026-12-24T12:00+01:00"
    ),
    # the product's settings
    "`{name}` takes {takes}": "`{name}` nimmt {takes}",
    "a list of sources, each once": "eine Liste von Quellen, jede einmal",
    'an object of kinds of rows with whole numbers of days or null, such as {"deliveries": 90}': (
        'Arten von Zeilen mit ganzen Zahlen von Tagen oder null, etwa {"deliveries": 90}'
    ),
    "`{written}` is no number of days; leave it empty for ever.": (
        "`{written}` ist keine Zahl von Tagen; leer lassen heißt für immer."
    ),
    "say with a number how many answers make an SQL": (
        "sagen Sie mit einer Zahl, wie viele Antworten einen SQL machen"
    ),
    "There is no framework `{name}`; there are {listed}.": "Ein Raster `{name}` gibt es nicht, nur {listed}.",
    "a framework": "ein Raster",
    "a criterion of framework `{framework}`": "ein Kriterium des Rasters `{framework}`",
    "framework `{name}` has no criteria; list at least one": (
        "das Raster `{name}` hat keine Kriterien; nennen Sie mindestens eines"
    ),
    "framework `{name}` has the criterion `{one}` twice; keep one": (
        "das Raster `{name}` hat das Kriterium `{one}` zweimal; behalten Sie eines"
    ),
    "`must` of framework `{name}` is a list of names of criteria": (
        "`must` des Rasters `{name}` ist eine Liste mit Namen von Kriterien"
    ),
    "`must` of framework `{name}` names `{one}`, which is none of its criteria: {listed}": (
        "`must` des Rasters `{name}` nennt `{one}`; das ist keines seiner Kriterien: {listed}"
    ),
    "`needs` of framework `{name}` is how many criteria make an SQL: 1 to {criteria}": (
        "`needs` des Rasters `{name}` sagt, wie viele Kriterien einen SQL machen: 1 bis {criteria}"
    ),
    "a criterion of framework `{framework}` is a name or a group of keys": (
        "ein Kriterium des Rasters `{framework}` ist ein Name oder eine Gruppe von Schlüsseln"
    ),
    "`{kind}` is no kind of answer for `{name}`; take one of {listed}": (
        "`{kind}` ist keine Art von Antwort für `{name}`; möglich sind {listed}"
    ),
    "criterion `{name}` needs `choices` if, and only if, its kind is choice": (
        "das Kriterium `{name}` braucht `choices` genau dann, wenn seine Art `choice` ist"
    ),
    "{what} needs a `name` of small letters, digits and underscores, found {value}": (
        "{what} braucht einen `name` aus Kleinbuchstaben, Ziffern und Unterstrichen; da steht {value}"
    ),
    "{what} has no `{unknown}`; it has {listed}": "{what} kennt `{unknown}` nicht, nur {listed}",
    # sources, keys, outgoing
    "A browser's key is public, so it needs the origins it is good for, such as https://acme.com.": (
        "Der Schlüssel für Browser ist öffentlich, darum braucht er die Herkunft, für die er gilt, etwa "
        "https://acme.com."
    ),
    "A webhook needs the secret its calls are signed with: the sender's settings show it.": (
        "Ein Webhook braucht das Geheimnis, mit dem seine Aufrufe unterschrieben sind: Es steht in den "
        "Einstellungen des Absenders."
    ),
    "{name} is no entry of a mapping: there are {listed}": (
        "{name} gibt es in einer Zuordnung nicht, nur {listed}"
    ),
    "{name} takes names and texts, such as {{plan: data.plan}}": (
        "{name} nimmt Namen und Texte, etwa {{plan: data.plan}}"
    ),
    "{name} takes a path such as data.person.email": "{name} nimmt einen Pfad wie data.person.email",
    "say either event (a path) or event_name (a name)": (
        "nennen Sie entweder event (einen Pfad) oder event_name (einen Namen)"
    ),
    "say where the person stands: email, user_id or anonymous_id": (
        "sagen Sie, wo die Person steht: email, user_id oder anonymous_id"
    ),
    "`{name}` is not a scope; did you mean `{near}`?": "`{name}` ist kein Recht; meinten Sie `{near}`?",
    "`{name}` is not a scope; the scopes are {listed}": "`{name}` ist kein Recht; die Rechte sind {listed}",
    "a key needs at least one scope; the scopes are {listed}": (
        "ein Schlüssel braucht mindestens ein Recht; die Rechte sind {listed}"
    ),
    "the key would have expired already: give a time to come": (
        "der Schlüssel wäre schon abgelaufen: Nennen Sie einen Zeitpunkt, der noch kommt"
    ),
    "the URL is too long or holds a space, a backslash or a control character": (
        "die Adresse ist zu lang oder enthält ein Leerzeichen, einen umgekehrten Schrägstrich oder ein "
        "Steuerzeichen"
    ),
    "the URL cannot be read; write it as https://host/path": (
        "die Adresse ist nicht lesbar; schreiben Sie sie als https://host/pfad"
    ),
    "the URL must start with https://": "die Adresse muss mit https:// beginnen",
    "the URL holds a user name or a password; remove it": (
        "die Adresse enthält einen Benutzernamen oder ein Passwort; nehmen Sie beides heraus"
    ),
    "port {port} is not allowed for outgoing calls": (
        "der Port {port} ist für ausgehende Aufrufe nicht erlaubt"
    ),
    "the address {address} is not public; give a public one": (
        "die Adresse {address} ist nicht öffentlich; nennen Sie eine öffentliche"
    ),
    "the resolver gave something that is not an address": "die Namensauflösung gab keine Adresse zurück",
    "the IPv6 address in the URL cannot be read": "die IPv6-Adresse ist nicht lesbar",
    "the host in the URL is not a name that DNS can know": "diesen Rechnernamen kann es im DNS nicht geben",
    "the host in the URL is missing or holds a character that no name has": (
        "der Rechnername fehlt oder enthält ein Zeichen, das kein Name hat"
    ),
    "the host in the URL ends in a number but is no address": (
        "der Rechnername endet auf eine Zahl, ist aber keine Adresse"
    ),
    "the address in the URL cannot be read": "die Adresse des Rechners ist nicht lesbar",
    "the address in the URL is out of range": "die Adresse des Rechners liegt außerhalb des Bereichs",
    # files
    "the file is empty; the first line has to name the columns": (
        "die Datei ist leer; die erste Zeile muss die Spalten nennen"
    ),
    "the file is over 2 MB; split it, or use `handraise leads import`": (
        "die Datei ist größer als 2 MB; teilen Sie sie auf, oder nutzen Sie `handraise leads import`"
    ),
    "the file is in another encoding; try the other one": (
        "die Datei hat eine andere Zeichenkodierung; versuchen Sie die andere"
    ),
    # what the doors say of any request
    "The definition cannot be used.": "Die Definition lässt sich so nicht verwenden.",
    "The request is not as it has to be; `errors` says where.": (
        "Etwas fehlt oder hat eine Form, die hier nicht geht."
    ),
    "A value is too large, or holds what cannot be stored.": (
        "Ein Wert ist zu groß oder enthält etwas, das sich nicht speichern lässt."
    ),
    "Somebody else changed the same; try again.": (
        "Jemand anderes hat dasselbe geändert; versuchen Sie es noch einmal."
    ),
}
