"""German for what is wrong or doubtful in a definition that can be read, and for changes to it."""

from collections.abc import Mapping
from typing import Final

FINDINGS: Final[Mapping[str, str]] = {
    # what no lead can ever satisfy or reach
    "nothing can satisfy this: “{one}” and “{other}” exclude each other; "
    "drop one, or put them under `any:`": (
        "das kann nie zutreffen: „{one}“ und „{other}“ schließen sich aus; "
        "streichen Sie eines davon oder setzen Sie beide unter `any:`"
    ),
    "{events} has only {n} different values of `{property}`, "
    "so {least} can never be there; lower `at_least`": (
        "{events} hat nur {n} verschiedene Werte von `{property}`, {least} können es also nie sein; "
        "senken Sie `at_least`"
    ),
    "rule `{rule}` can never count: {resets} resets engagement, and events at or before a reset "
    "are not seen; take the signal out of `reset_on`, or drop the rule": (
        "die Regel `{rule}` kann nie zählen: {resets} setzt das Engagement zurück, und Ereignisse bis dahin "
        "zählen nicht mehr; nehmen Sie das Signal aus `reset_on` heraus oder streichen Sie die Regel"
    ),
    "no lead can pass the {dimension} bar of {bar}: the cap of {most} is below it; "
    "lower the bar or raise the cap": (
        "kein Lead kann bei {dimension} die Schwelle von {bar} erreichen: die Obergrenze von {most} liegt "
        "darunter; senken Sie die Schwelle oder heben Sie die Obergrenze"
    ),
    "no lead can pass the {dimension} bar of {bar}: all {dimension} rules together give at most {most}; "
    "lower the bar or add rules": (
        "kein Lead kann bei {dimension} die Schwelle von {bar} erreichen: alle Regeln dort geben zusammen "
        "höchstens {most}; senken Sie die Schwelle oder ergänzen Sie Regeln"
    ),
    "no lead can reach {points}: fit and engagement together give at most {most}; "
    "lower it, or give more points": (
        "{points} kann kein Lead erreichen: Passung und Engagement geben zusammen höchstens {most}; "
        "senken Sie den Wert oder geben Sie mehr Punkte"
    ),
    "no lead can reach {points}: {dimension} gives at most {most}; lower it, or give more points": (
        "{points} kann kein Lead erreichen: {dimension} gibt höchstens {most}; "
        "senken Sie den Wert oder geben Sie mehr Punkte"
    ),
    "no lead can get the {dimension} grade {label}: it starts at {start} and {dimension} goes up to {most}; "
    "let it start lower": (
        "kein Lead kann bei {dimension} die Note {label} bekommen: sie beginnt bei {start}, und {dimension} "
        "reicht nur bis {most}; lassen Sie die Note tiefer beginnen"
    ),
    "nobody can ever take the fast track `{rule}`; loosen `when` or `needs`": (
        "die Sofortregel `{rule}` kann nie greifen; lockern Sie `when` oder `needs`"
    ),
    "nobody can ever be an MQL by this: what it asks for cannot be reached, or whoever reaches it is "
    "disqualified; lower what it needs": (
        "so kann nie jemand MQL werden: was verlangt wird, ist nicht erreichbar, oder wer es erreicht, ist "
        "ausgeschlossen; verlangen Sie weniger"
    ),
    "nobody can ever qualify this way: it asks for too much, or disqualifies itself": (
        "auf diesem Weg kann sich nie jemand qualifizieren: er verlangt zu viel oder schließt sich selbst aus"
    ),
    # what is allowed and probably not meant
    "rule `{rule}` gives 0 points; give it some, or make it a pattern": (
        "die Regel `{rule}` gibt 0 Punkte; geben Sie ihr welche oder machen Sie ein Muster daraus"
    ),
    "rule `{rule}` is worth {points} and {whose} is capped at {cap}; "
    "give it at most {cap}, or raise the cap": (
        "die Regel `{rule}` ist {points} Punkte wert, und für {whose} ist bei {cap} Schluss; "
        "geben Sie ihr höchstens {cap} oder heben Sie die Obergrenze"
    ),
    "rule `{rule}` never takes anything: {whose} has a floor of {floor} and nothing above it to take; "
    "lower the floor, or move the rule": (
        "die Regel `{rule}` zieht nie etwas ab: für {whose} gilt eine Untergrenze von {floor}, und darüber "
        "ist nichts abzuziehen; senken Sie die Untergrenze oder verschieben Sie die Regel"
    ),
    "the group `{group}`": "die Gruppe `{group}`",
    "rule `{rule}` asks for the same as `{first}`, so both always count; keep one": (
        "die Regel `{rule}` fragt nach demselben wie `{first}`, beide zählen also immer zusammen; "
        "behalten Sie eine davon"
    ),
    "signal `{signal}` matches the same events as `{first}`; keep one": (
        "das Signal `{signal}` meint dieselben Ereignisse wie `{first}`; behalten Sie eines davon"
    ),
    "signal `{signal}` is used nowhere; use it in a rule or drop it": (
        "das Signal `{signal}` wird nirgends verwendet; verwenden Sie es in einer Regel oder streichen Sie es"
    ),
    "list `{name}` is used nowhere; use it with `in_list: {name}` or drop it": (
        "die Liste `{name}` wird nirgends verwendet; verwenden Sie sie mit `in_list: {name}` oder "
        "streichen Sie sie"
    ),
    "list `{name}` is empty, so nothing is on it; add entries": (
        "die Liste `{name}` ist leer, es steht also nichts darauf; ergänzen Sie Einträge"
    ),
    "pattern `{pattern}` decides nothing; name it under `qualify:` or drop it": (
        "das Muster `{pattern}` entscheidet nichts; nennen Sie es unter `qualify:` oder streichen Sie es"
    ),
    "no rule is in the group `{name}`; write `group: {name}` on one or drop it": (
        "keine Regel gehört zur Gruppe `{name}`; schreiben Sie `group: {name}` an eine oder streichen Sie "
        "die Gruppe"
    ),
    "fast track `{rule}` changes nothing: `mql` asks for less already; drop it": (
        "die Sofortregel `{rule}` ändert nichts: `mql` verlangt schon weniger; streichen Sie sie"
    ),
    "nobody is ever disqualified; add `disqualify:` with reasons such as competitor or student": (
        "niemand wird je ausgeschlossen; ergänzen Sie `disqualify:` mit Gründen wie Wettbewerber oder Studium"
    ),
    "`{fact}` is no standard fact; did you mean `{meant}`?": (
        "`{fact}` ist keine Standardangabe; meinten Sie `{meant}`?"
    ),
    "nothing is known as `{fact}`; did you mean `{meant}`?": (
        "eine Angabe `{fact}` ist nicht bekannt; meinten Sie `{meant}`?"
    ),
    "the lines below are never read: this one takes every lead; move it last": (
        "die Zeilen darunter kommen nie dran: diese gilt für jeden Lead; setzen Sie sie ans Ende"
    ),
    # changes in the form
    "`{place}` cannot be changed here; change it in the text of the definition.": (
        "`{place}` lässt sich hier nicht ändern; ändern Sie es im Text der Definition."
    ),
    "Say which fact the value is of.": "Sagen Sie, zu welcher Angabe der Wert gehört.",
    "Say what `{fact}` should be.": "Sagen Sie, was `{fact}` sein soll.",
    "Choose the signal that is counted.": "Wählen Sie das Signal, das gezählt wird.",
    "There is a signal `{name}` already.": "Ein Signal `{name}` gibt es schon.",
    "Say to whom: a team, or the account's owner.": (
        "Sagen Sie, an wen: an ein Team oder an den Besitzer der Firma."
    ),
    "Say when it holds: a fact with its value, or a signal.": (
        "Sagen Sie, wann es gilt: bei einer Angabe mit ihrem Wert oder einem Signal."
    ),
}
