"""German for the language that definitions are written in: what its keys mean, and what is refused in a text.

What stands for a thing (`a signal`) is in the nominative.
"""

from collections.abc import Mapping, Sequence
from typing import Final

LANGUAGE: Final[Mapping[str, str]] = {
    # the text as a whole
    "the file is larger than 1 MB; a definition is a few pages": (
        "die Datei ist größer als 1 MB; eine Definition hat wenige Seiten"
    ),
    "this is not valid YAML: {what}": "das ist kein gültiges YAML: {what}",
    "this is not valid YAML: it is nested too deeply": "das ist kein gültiges YAML: zu tief verschachtelt",
    "the file is empty; `handraise init` writes one to start from": (
        "der Text ist leer; beginnen Sie mit einer Vorlage"
    ),
    "the file is nested too deeply or repeats too much": (
        "der Text ist zu tief verschachtelt oder wiederholt zu viel"
    ),
    "a key must be plain text": "ein Schlüssel muss einfacher Text sein",
    "`{name}` stands twice here; keep one": "`{name}` steht hier zweimal; behalten Sie eines davon",
    "a definition is a group of keys: name, signals, fit …": (
        "eine Definition besteht aus Schlüsseln: name, signals, fit …"
    ),
    "write `who:` and what must hold of them": "schreiben Sie `who:` und was für sie gelten muss",
    # what is expected, and what stands there
    "expected {what}, found {found}{hint}": "erwartet wird: {what}; da steht {found}{hint}",
    "expected {what}, for example {example}, found {found}": (
        "erwartet wird: {what}, zum Beispiel {example}; da steht {found}"
    ),
    "expected {what} on one line, of at most 500 characters": (
        "erwartet wird: {what} in einer Zeile, mit höchstens 500 Zeichen"
    ),
    "expected {what} of at least {least}, found {found}": (
        "erwartet wird: {what}, mindestens {least}; da stehen {found}"
    ),
    "expected {what} as a group of keys, found {found}": (
        "erwartet wird: {what} als Gruppe von Schlüsseln; da steht {found}"
    ),
    "expected a test: {tests}": "erwartet wird ein Vergleich: {tests}",
    "nothing": "nichts",
    "a group of keys": "eine Gruppe von Schlüsseln",
    "; did you mean `{name}`?": "; meinten Sie `{name}`?",
    "; it knows {known}": "; möglich sind {known}",
    "; write one such as Europe/Berlin": "; schreiben Sie zum Beispiel Europe/Berlin",
    "{what} has no key `{name}`{hint}": "{what} kennt den Schlüssel `{name}` nicht{hint}",
    "{what} needs `{name}`: {doc}": "{what} braucht `{name}`: {doc}",
    "`{name}` has no meaning here; use {use}{hint}": (
        "`{name}` hat hier keine Bedeutung; möglich sind {use}{hint}"
    ),
    "`{name}` cannot be asked here; use {use}{hint}": (
        "nach `{name}` lässt sich hier nicht fragen; möglich sind {use}{hint}"
    ),
    "there is no {kind} `{name}`{hint} {add}": "{kind} `{name}` gibt es nicht{hint} {add}",
    "there is no {kind} `{name}`; there is {listed}; {add}": (
        "{kind} `{name}` gibt es nicht; es gibt {listed}; {add}"
    ),
    "there is no {kind} `{name}`; {add}": "{kind} `{name}` gibt es nicht; {add}",
    "there is a {kind} `{name}` at line {line} already; give each its own name": (
        "{kind} `{name}` steht schon in Zeile {line}; jeder Name darf nur einmal vorkommen"
    ),
    "the definition has a signal `{name}` already; choose another name": (
        "die Definition hat schon ein Signal `{name}`; wählen Sie einen anderen Namen"
    ),
    # values
    "a text": "ein Text",
    "a value": "ein Wert",
    "a list": "eine Liste",
    "an entry": "ein Eintrag",
    "a path": "ein Pfad",
    "a property": "eine Eigenschaft",
    "a reason": "ein Grund",
    "an RE2 pattern": "ein RE2-Muster",
    "a number of points": "eine Zahl von Punkten",
    "more than 0": "mehr als 0",
    "true or false": "`true` oder `false`",
    "a whole number of at least {least}": "eine ganze Zahl, mindestens {least}",
    "a number with at most six decimal places": "eine Zahl mit höchstens sechs Nachkommastellen",
    "a duration such as `30 days`": "eine Dauer wie `30 days`",
    "a duration such as `30 days` or a date": "eine Dauer wie `30 days` oder ein Datum",
    "a number or a date such as 2026-01-31": "eine Zahl oder ein Datum wie 2026-01-31",
    "a date such as 2026-01-31": "ein Datum wie 2026-01-31",
    "two bounds such as [50, 500]": "zwei Grenzen wie [50, 500]",
    "steps such as `50 % every 3 months`": "Stufen wie `50 % every 3 months`",
    "a time zone such as Europe/Berlin": "eine Zeitzone wie Europe/Berlin",
    "a value or a list of values": "ein Wert oder eine Liste von Werten",
    "a text or a list of texts": "ein Text oder eine Liste von Texten",
    "a stage or a list of stages": "eine Stufe oder eine Liste von Stufen",
    "names with values": "Namen mit Werten",
    "`{text}` is not a duration; write a number and a unit, such as `30 days`": (
        "`{text}` ist keine Dauer; schreiben Sie eine Zahl und eine Einheit wie `30 days`"
    ),
    "a duration must be longer than nothing": "eine Dauer muss länger als nichts sein",
    "`{text}` is longer than 100 years": "`{text}` ist länger als 100 Jahre",
    "`{text}` is not a number of points": "`{text}` ist keine Punktzahl",
    "`{text}` is beyond a million points": "`{text}` ist mehr als eine Million Punkte",
    "`{text}` has more than two decimal places": "`{text}` hat mehr als zwei Nachkommastellen",
    "`{pattern}` is not a pattern that RE2 knows: {why}": (
        "`{pattern}` ist kein Muster, das RE2 kennt (Meldung von RE2: {why})"
    ),
    "`{name}` is no time zone{hint}": "`{name}` ist keine Zeitzone{hint}",
    "both bounds must be numbers, or both dates": "beide Grenzen müssen Zahlen sein oder beide ein Datum",
    "nothing is between {first} and {second}: write [{second}, {first}]": (
        "zwischen {first} und {second} liegt nichts: schreiben Sie [{second}, {first}]"
    ),
    "write `true` here, or leave the key out; found {found}": (
        "schreiben Sie hier `true`, oder lassen Sie den Schlüssel weg; da steht {found}"
    ),
    "a property has no age; give a date, or `in_last` on the rule for the event's age": (
        "eine Eigenschaft hat kein Alter; nennen Sie ein Datum, oder für das Alter des Ereignisses `in_last` "
        "an der Regel"
    ),
    # behaviour
    "keep one of {names}": "behalten Sie nur {names}",
    "say what is looked for: one of {names}": "sagen Sie, wonach gesucht wird: {names}",
    "`{name}` has no meaning beside `{beside}`": "`{name}` hat neben `{beside}` keine Bedeutung",
    "a window of {within} never fits into the last {in_last}; swap or drop one": (
        "ein Fenster ist länger als der Zeitraum, in dem es liegen soll ({within} gegen {in_last}); "
        "tauschen Sie die beiden oder streichen Sie eines"
    ),
    "with `sum`, keep one of `within` and `in_last`": (
        "behalten Sie bei `sum` nur `within` oder nur `in_last`"
    ),
    "`within` needs `at_least: 2` or more; for recent events use `in_last`": (
        "`within` braucht mindestens `at_least: 2`; für kürzliche Ereignisse gibt es `in_last`"
    ),
    "a count is a whole number of at least 1": "eine Anzahl ist eine ganze Zahl, mindestens 1",
    "a sum to reach must be more than 0": "eine Summe, die zu erreichen ist, muss größer als 0 sein",
    "silence needs a length: add `in_last: 30 days`": (
        "Stille braucht eine Länge: ergänzen Sie `in_last: 30 days`"
    ),
    "`at_most` bounds how many count with `each`; add `each: event`": (
        "`at_most` begrenzt, wie viele mit `each` zählen; ergänzen Sie `each: event`"
    ),
    "silence is counted in durations: write `each: 30 days`": (
        "Stille wird in Zeiträumen gezählt: schreiben Sie `each: 30 days`"
    ),
    "`{name}` and `each` cannot stand together: one gives points once, the other for each event": (
        "`{name}` und `each` vertragen sich nicht: das eine gibt einmal Punkte, das andere für jedes Ereignis"
    ),
    # scores
    "`{name}` stands for its bar, and there is none; add `{name}: bar:`": (
        "`{name}` steht für die Schwelle, und es gibt keine; ergänzen Sie `{name}: bar:`"
    ),
    "a step takes at least 0.01 %, found {found}; take longer steps": (
        "eine Stufe nimmt mindestens 0,01 %; da steht {found}; nehmen Sie längere Stufen"
    ),
    "the floor is above the cap": "die Untergrenze liegt über der Obergrenze",
    "a rule decays by `half_life` or in steps (`lose`), not both": (
        "eine Regel verfällt mit `half_life` oder in Stufen (`lose`), nicht mit beidem"
    ),
    "the default is `half_life` or steps (`lose`), not both": (
        "allgemein gilt `half_life` oder Stufen (`lose`), nicht beides"
    ),
    "a negative rule does not decay: it would let a score rise by itself; use `in_last: {window}` instead": (
        "ein Abzug verfällt nicht, sonst stiegen die Punkte von selbst; verwenden Sie stattdessen "
        "`in_last: {window}`"
    ),
    "silence has no event to decay from; drop the decay": (
        "Stille hat kein Ereignis, von dem an sie verfallen könnte; streichen Sie den Verfall"
    ),
    "points for every stretch of silence would rise for ever; use negative points": (
        "Punkte für jeden stillen Zeitraum würden immer weiter steigen; nehmen Sie negative Punkte"
    ),
    "a pattern needs a name: {pattern: NAME, all: [...]}": (
        "ein Muster braucht einen Namen: {pattern: NAME, all: [...]}"
    ),
    "pattern `{name}` asks for nothing; add `all: [...]` or `any: [...]`": (
        "das Muster `{name}` fragt nach nichts; ergänzen Sie `all: [...]` oder `any: [...]`"
    ),
    "write the {dimension} grades from the best down, each starting lower than the one before": (
        "schreiben Sie die Noten für {dimension} von der besten abwärts; jede beginnt tiefer als die davor"
    ),
    "{found} brings nobody back: use {triggers}, a signal, or a condition{hint}": (
        "{found} bringt niemanden zurück: möglich sind {triggers}, ein Signal oder eine Bedingung{hint}"
    ),
    "a route goes `to:` a role or to a `team:`; write one of them": (
        "ein Weg führt mit `to:` zu einer Rolle oder mit `team:` zu einem Team; schreiben Sie eines davon"
    ),
    "there is no readable list file `{path}` beside the definition": (
        "eine lesbare Datei `{path}` mit einer Liste gibt es neben der Definition nicht"
    ),
    # the parts of a definition
    "the definition": "die Definition",
    "a signal": "ein Signal",
    "fit": "Passung",
    "engagement": "Engagement",
    "a group": "eine Gruppe",
    "a fit rule": "eine Regel für Passung",
    "an engagement rule": "eine Regel für Engagement",
    "a behaviour": "ein Verhalten",
    "a test": "ein Vergleich",
    "a test on a count": "ein Vergleich mit einer Anzahl",
    "a test on a time": "ein Vergleich mit einem Zeitpunkt",
    "qualify": "`qualify`",
    "a fast track": "eine Sofortregel",
    "skip_to_sql": "`skip_to_sql`",
    "grades": "`grades`",
    "a disqualifier": "ein Ausschlussgrund",
    "a stage": "eine Stufe",
    "handoff": "`handoff`",
    "a route": "ein Weg",
    "a service level": "eine Reaktionszeit",
    "recycle": "`recycle`",
    "review": "`review`",
    "a list in a file": "eine Liste in einer Datei",
    "an audience": "eine Zielgruppe",
    "a condition on facts": "eine Bedingung an Angaben",
    "a condition on facts and behaviour": "eine Bedingung an Angaben und Verhalten",
    "a condition on scores, facts and behaviour": "eine Bedingung an Punkte, Angaben und Verhalten",
    "a condition on the lead and its stage": "eine Bedingung an den Lead und seine Stufe",
    "a condition on people": "eine Bedingung an Personen",
    "conditions on the event's properties": "Bedingungen an die Eigenschaften des Ereignisses",
    "a list of rules": "eine Liste von Regeln",
    "a list of signals": "eine Liste von Signalen",
    "a list of conditions": "eine Liste von Bedingungen",
    "signals by name": "Signale mit ihren Namen",
    "lists by name": "Listen mit ihren Namen",
    # names
    "rule": "eine Regel",
    "signal": "ein Signal",
    "list": "eine Liste",
    "pattern": "ein Muster",
    "grade": "eine Note",
    "reason": "ein Grund",
    "fast track": "eine Sofortregel",
    "fit group": "eine Gruppe für Passung",
    "engagement group": "eine Gruppe für Engagement",
    "name it under `signals:`": "benennen Sie es unter `signals:`",
    "name it under `patterns:`": "benennen Sie es unter `patterns:`",
    "define it under `qualify: grades:`": "legen Sie sie unter `qualify: grades:` fest",
    "add it under `fit: groups:`": "ergänzen Sie sie unter `fit: groups:`",
    "add it under `engagement: groups:`": "ergänzen Sie sie unter `engagement: groups:`",
    "add it under `lists:` or as lists/NAME.txt beside the file": (
        "ergänzen Sie sie unter `lists:` oder legen Sie sie unter diesem Namen an"
    ),
    "the definition's name": "der Name der Definition",
    "the rule's name": "der Name der Regel",
    "the pattern's name": "der Name des Musters",
    "the name of an event": "der Name eines Ereignisses",
    "the name of a signal": "der Name eines Signals",
    "the name of a signal, or a list of names": "der Name eines Signals oder eine Liste von Namen",
    "the name of a list": "der Name einer Liste",
    "the name of a pattern": "der Name eines Musters",
    "the name of a grade": "der Name einer Note",
    "the name of a team": "der Name eines Teams",
    "the name of a stream": "der Name einer Nurturing-Strecke",
    "the name of a fit group": "der Name einer Gruppe für Passung",
    "the name of a engagement group": "der Name einer Gruppe für Engagement",
    # what the keys mean
    "what people call this definition": "wie die Definition genannt wird",
    "calendar days, weeks and business hours are read in it (default UTC)": (
        "Tage, Wochen und Geschäftszeiten gelten in ihr (sonst UTC)"
    ),
    "which kind of qualified lead (default inbound)": "welche Art von qualifiziertem Lead (sonst inbound)",
    "who this definition judges (default everybody)": "wen diese Definition bewertet (sonst alle)",
    "kinds of events, named once and used below": (
        "Arten von Ereignissen, einmal benannt und unten verwendet"
    ),
    "the event's name (`page` for page views, `*` for any), or a list of names": (
        "der Name des Ereignisses (`page` für Seitenaufrufe, `*` für jedes) oder eine Liste von Namen"
    ),
    "what its properties must satisfy": "was für seine Eigenschaften gelten muss",
    "managed lists: entries in place, or {file: …}": "gepflegte Listen: Einträge hier oder {file: …}",
    "who they are: rules, bar, cap": "wer sie sind: Regeln, Schwelle, Obergrenze",
    "what they did: rules, bar, cap, decay": "was sie getan haben: Regeln, Schwelle, Obergrenze, Verfall",
    "the dimension passes at this score or more": "ab so vielen Punkten ist die Schwelle erreicht",
    "the sum is never more than this": "mehr wird die Summe nie",
    "the sum is never less than this": "weniger wird die Summe nie",
    "groups of rules with a cap and a floor of their own": (
        "Gruppen von Regeln mit eigener Ober- und Untergrenze"
    ),
    "the rules": "die Regeln",
    "what people call it; every line of a score carries it": (
        "wie sie genannt wird; so heißt jede Zeile der Punkte"
    ),
    "what people call it": "wie sie genannt wird",
    "the facts it asks for": "die Angaben, nach denen sie fragt",
    "what it adds, at most two decimal places": "was sie gibt, mit höchstens zwei Nachkommastellen",
    "the group whose cap and floor hold this rule's points too": (
        "die Gruppe, deren Ober- und Untergrenze auch für diese Punkte gelten"
    ),
    "the default for positive rules: contributions halve every …": (
        "gilt für alle Regeln mit Pluspunkten: was sie geben, halbiert sich alle …"
    ),
    "the default for positive rules: contributions lose a share in steps": (
        "gilt für alle Regeln mit Pluspunkten: was sie geben, verliert in Stufen einen Anteil"
    ),
    "signals that take what was earned before back to zero": (
        "Signale, nach denen das bisher Verdiente wieder bei null beginnt"
    ),
    "counts the lead's events that match this signal (of a list: any of them)": (
        "zählt die Ereignisse des Leads zu diesem Signal (bei einer Liste: zu einem davon)"
    ),
    "all of these signals in one session": "alle diese Signale in einer Sitzung",
    "these signals one after another, each strictly later": "diese Signale nacheinander, jedes später",
    "no event of this signal (of a list: of none) for the time in `in_last`": (
        "kein Ereignis zu diesem Signal (bei einer Liste: zu keinem) in der Zeit von `in_last`"
    ),
    "how many it takes (default 1)": "wie viele es braucht (sonst 1)",
    "only events in the last …, counted back from the moment asked about": (
        "nur Ereignisse in den letzten …, vom gefragten Zeitpunkt zurückgezählt"
    ),
    "with at most this between the first and the last of them": (
        "mit höchstens so viel Zeit zwischen dem ersten und dem letzten davon"
    ),
    "count different values of this property instead of events": (
        "zählt verschiedene Werte dieser Eigenschaft statt der Ereignisse"
    ),
    "add this numeric property up instead of counting": "zählt diese Zahl zusammen statt der Ereignisse",
    "count the events that share one value of this property": (
        "zählt die Ereignisse mit demselben Wert dieser Eigenschaft"
    ),
    "give the points for every event, or once per day, week, month, session or duration": (
        "gibt die Punkte für jedes Ereignis oder einmal pro Tag, Woche, Monat, Sitzung oder Zeitraum"
    ),
    "how many of them count, the most recent": "wie viele davon zählen, die neuesten",
    "gives the points only to leads whose facts satisfy this": (
        "gibt die Punkte nur Leads, für deren Angaben das gilt"
    ),
    "the contribution halves every …, or `none`": "was sie gibt, halbiert sich alle …, oder `none`",
    "the contribution loses a share in steps, such as `50 % every 3 months`": (
        "was sie gibt, verliert in Stufen einen Anteil, etwa `50 % every 3 months`"
    ),
    "named conditions without points": "benannte Bedingungen ohne Punkte",
    "when somebody is an MQL": "wann jemand MQL ist",
    "what makes a lead an MQL": "was einen Lead zum MQL macht",
    "what qualifies at once, whatever the score": "was sofort qualifiziert, unabhängig von den Punkten",
    "what qualifies at once": "was sofort qualifiziert",
    "what must hold all the same, such as the bar of `fit`": (
        "was trotzdem gelten muss, etwa die Schwelle von `fit`"
    ),
    "a filled-in framework that takes a lead past MQL": (
        "ein ausgefülltes Raster, mit dem ein Lead über MQL hinausgeht"
    ),
    "the framework to be filled in": "das Raster, das auszufüllen ist",
    "whether every criterion must be answered (default true)": (
        "ob jede Frage beantwortet sein muss (sonst true)"
    ),
    "letters and numbers for the two dimensions, such as A1": (
        "Buchstaben und Zahlen für Passung und Engagement, etwa A1"
    ),
    "labels with the fit each starts at, best first": (
        "Noten mit den Punkten für Passung, ab denen sie gelten, die beste zuerst"
    ),
    "labels with the engagement each starts at, best first": (
        "Noten mit den Punkten für Engagement, ab denen sie gelten, die beste zuerst"
    ),
    "who never is one, each with its reason": "wer nie einer ist, jeweils mit dem Grund",
    "the reason code that is kept with the lead": "der Grund, der beim Lead vermerkt wird",
    "when it holds": "wann er gilt",
    "what brings somebody back": "was jemanden zurückbringt",
    "how long a lead may stay in a stage": "wie lange ein Lead in einer Stufe bleiben darf",
    "how long a lead may stay in it": "wie lange ein Lead darin bleiben darf",
    "what happens then": "was dann geschieht",
    "who gets a qualified lead, how fast they act, who is told": (
        "wer einen qualifizierten Lead bekommt, wie schnell gehandelt wird, wer davon erfährt"
    ),
    "who gets the lead: the first that holds": "wer den Lead bekommt: der erste Weg, der passt",
    "the role that gets the lead": "die Rolle, die den Lead bekommt",
    "the team that gets it": "das Team, das ihn bekommt",
    "how the team's member is chosen (default round_robin)": (
        "wie im Team ausgewählt wird (sonst round_robin)"
    ),
    "for whom; the first route that holds is taken": "für wen; der erste Weg, der passt, gilt",
    "how fast they must act: the first that holds": "wie schnell zu handeln ist: die erste Zeile, die passt",
    "the time until the first contact": "die Frist für den Erstkontakt",
    "counted in the owner's business hours, or always (default)": (
        "gezählt in der Geschäftszeit des Besitzers (business) oder rund um die Uhr (always, sonst)"
    ),
    "for whom; the first line that holds applies": "für wen; die erste Zeile, die passt, gilt",
    "how they are told": "wie sie davon erfahren",
    "what happens when sales gives a lead back": "was geschieht, wenn der Vertrieb einen Lead zurückgibt",
    "what goes back to zero when sales gives a lead back": (
        "was wieder bei null beginnt, wenn der Vertrieb einen Lead zurückgibt"
    ),
    "how long it cannot become an MQL again": "wie lange er nicht wieder MQL werden kann",
    "the stream for each kind of not-yet": "die Nurturing-Strecke für jede Art von „noch nicht“",
    "when both teams read it again": "wann beide Teams sie wieder lesen",
    "how often both teams read it again": "wie oft beide Teams sie wieder lesen",
    "one entry a line, beside the definition": "ein Eintrag pro Zeile, neben der Definition",
    "kinds of events the definition has not": "Arten von Ereignissen, die die Definition nicht kennt",
    "what must hold of whoever is in it": "was für alle gelten muss, die darin sind",
    # tests
    "equal to the value, or to one of the list": "gleich dem Wert oder einem der Liste",
    "known, and none of these": "bekannt, und keiner von diesen",
    "from the first to the second, both included": "vom ersten bis zum zweiten, beide eingeschlossen",
    "this or more (or, of a date, this or later)": "so viel oder mehr (bei einem Datum: dann oder später)",
    "this or less (or, of a date, this or earlier)": (
        "so viel oder weniger (bei einem Datum: dann oder früher)"
    ),
    "the text starts with this, or with one of these": "der Text beginnt damit oder mit einem davon",
    "the text contains this, or one of these": "der Text enthält dies oder eines davon",
    "the RE2 pattern is found in the text": "das RE2-Muster kommt im Text vor",
    "an entry of this list": "ein Eintrag dieser Liste",
    "the list has this, or one of these": "die Liste hat dies oder eines davon",
    "the list has none of these, or is unknown": "die Liste hat keines davon oder ist nicht bekannt",
    "something is known": "etwas ist bekannt",
    "nothing is known": "nichts ist bekannt",
    "at least this long ago, or before this date": "mindestens so lange her oder vor diesem Datum",
    "at or after this date": "an diesem Datum oder danach",
    "less than this long ago": "weniger lange her",
}
COMPLAINTS: Final[Sequence[tuple[str, str]]] = (
    (
        "cannot start any token",
        "dieses Zeichen darf hier nicht stehen (rücken Sie mit Leerzeichen ein, nicht mit Tabs)",
    ),
    (
        "mapping values are not allowed",
        "hier darf kein weiterer Doppelpunkt stehen (Text mit Doppelpunkt braucht Anführungszeichen)",
    ),
    ("quoted scalar", "ein Anführungszeichen wird nicht geschlossen"),
    ("unknown escape character", "hinter dem Schrägstrich steht ein unbekanntes Zeichen"),
    ("undefined alias", "ein Verweis mit `*` führt zu nichts (Text mit `*` braucht Anführungszeichen)"),
    ("expected ',' or '}'", "hier fehlt ein Komma oder eine schließende Klammer `}`"),
    ("expected ',' or ']'", "hier fehlt ein Komma oder eine schließende Klammer `]`"),
    ("could not find expected ':'", "hinter einem Schlüssel fehlt der Doppelpunkt"),
    ("entries are not allowed", "hier darf keine Liste mit `-` beginnen"),
    ("expected <block end>", "der Einzug stimmt nicht mit den Zeilen darüber überein"),
    ("expected the node content", "hier fehlt ein Wert"),
    ("another document", "der Text enthält mehr als ein Dokument; behalten Sie eines"),
    ("", "Klammern, Anführungszeichen oder Einzug stimmen hier nicht"),
)
"""What gives a complaint of the YAML library away, with its German; the last is for all others."""
