"""German for what is wrong with sums that marketing spent, and with files of them."""

from collections.abc import Mapping
from typing import Final

SPEND: Final[Mapping[str, str]] = {
    # a sum
    "`{text}` is no month; write it like 2026-03": "`{text}` ist kein Monat; schreiben Sie ihn wie 2026-03",
    "the channel is missing; name it as your leads do, such as paid search": (
        "der Kanal fehlt; nennen Sie ihn, wie Ihre Leads es tun, etwa paid search"
    ),
    "a channel or campaign has {n} letters at the most": (
        "ein Kanal oder eine Kampagne hat höchstens {n} Buchstaben"
    ),
    "a channel or campaign is one line of text": "ein Kanal oder eine Kampagne ist eine Zeile Text",
    "`{text}` is no currency; write three letters, such as EUR": (
        "`{text}` ist keine Währung; schreiben Sie drei Buchstaben, etwa EUR"
    ),
    "`{text}` is no amount; write it without marks between thousands, such as 1200.50": (
        "`{text}` ist kein Betrag; schreiben Sie ihn ohne Zeichen zwischen Tausendern, etwa 1200,50"
    ),
    "There is no sum {number}; somebody may have deleted it.": (
        "Den Betrag {number} gibt es nicht; vielleicht hat ihn jemand gelöscht."
    ),
    "There is no import {number} of {kinds}. `handraise {group} imports` lists them.": (
        "Den Import {number} von {kinds} gibt es nicht. `handraise {group} imports` zählt sie auf."
    ),
    "Import {number} was taken back already, at {moment} UTC.": (
        "Import {number} wurde schon zurückgenommen, um {moment} UTC."
    ),
    # a row
    "the month is missing": "der Monat fehlt",
    "the amount is missing": "der Betrag fehlt",
    "the currency is missing": "die Währung fehlt",
    "`{text}` is no month, nor a day or days of one": (
        "`{text}` ist kein Monat, auch kein Tag oder Zeitraum in einem"
    ),
    "`{text}` is no amount": "`{text}` ist kein Betrag",
    "`{text}` is below zero; take it off the sum that it belongs to": (
        "`{text}` ist unter null; ziehen Sie es von dem Betrag ab, zu dem es gehört"
    ),
    "`{sign}` is the sign of several currencies; say which, such as USD": (
        "`{sign}` ist das Zeichen mehrerer Währungen; geben Sie an, welche, etwa USD"
    ),
    "`{text}` is not in {currency}": "`{text}` ist nicht in {currency}",
    "line {line} has the same month, channel, campaign and currency; rows of days can be added up": (
        "Zeile {line} hat denselben Monat und Kanal, dieselbe Kampagne und Währung; Zeilen von Tagen lassen "
        "sich zusammenzählen"
    ),
    "it is what the campaigns of its month are together; leave it out, or name its campaign": (
        "das ist, was die Kampagnen des Monats zusammen sind; lassen Sie es weg, oder nennen Sie die Kampagne"
    ),
    "added up, these rows are too much": "zusammengezählt sind diese Zeilen zu viel",
    # a file
    "{lost}; the columns are: {names}": "{lost}; die Spalten sind: {names}",
    "no column is the month, and it is not given for all rows": (
        "keine Spalte ist der Monat, und er ist nicht für alle Zeilen angegeben"
    ),
    "no column is the channel, and it is not given for all rows": (
        "keine Spalte ist der Kanal, und er ist nicht für alle Zeilen angegeben"
    ),
    "no column is the amount": "keine Spalte ist der Betrag",
    "`{name}` is no part of a sum; there is {names}": (
        "`{name}` gehört nicht zu einem Betrag; es gibt {names}"
    ),
    "there is no column `{name}`; there is: {names}": "eine Spalte `{name}` gibt es nicht; es gibt: {names}",
    "the column `{name}` is chosen twice; it is one thing": (
        "die Spalte `{name}` ist zweimal gewählt; sie ist nur eines"
    ),
    "the file has no rows below the names of its columns": (
        "die Datei hat keine Zeilen unter den Namen ihrer Spalten"
    ),
    "the file is no text; save the sheet as CSV": (
        "die Datei ist kein Text; speichern Sie die Tabelle als CSV"
    ),
    "the file is over 2 MB; split it, or use `handraise spend import`": (
        "die Datei ist größer als 2 MB; teilen Sie sie auf, oder nutzen Sie `handraise spend import`"
    ),
    "`{name}` is no encoding; try utf-8 or cp1252": (
        "`{name}` ist keine Zeichenkodierung; versuchen Sie utf-8 oder cp1252"
    ),
    "the file is not {encoding} text (byte {n}); name its encoding, such as cp1252": (
        "die Datei ist kein Text in {encoding} (Byte {n}); geben Sie ihre Kodierung an, etwa cp1252"
    ),
    "the file has {n} rows; split it into files of {most} at most": (
        "die Datei hat {n} Zeilen; teilen Sie sie in Dateien von höchstens {most} auf"
    ),
    "the file is no CSV from line {line} on: {why}": "die Datei ist ab Zeile {line} kein CSV: {why}",
    "the column `{name}` is there twice; rename one with --map THEIRS=OURS": (
        "die Spalte `{name}` gibt es zweimal; benennen Sie eine mit --map IHR=UNSER um"
    ),
    "no column is what --map says `{name}` is; there is: {names}": (
        "keine Spalte ist das, was laut --map `{name}` ist; es gibt: {names}"
    ),
    "`{text}` may mean two things; {ask}": "`{text}` kann zweierlei heißen; {ask}",
    "`{one}` and `{other}` are written in two ways; {ask}": (
        "`{one}` und `{other}` sind auf zwei Arten geschrieben; {ask}"
    ),
    "say whether the day or the month comes first": "geben Sie an, ob der Tag oder der Monat zuerst steht",
    "say whether a point or a comma stands before the cents": (
        "geben Sie an, ob ein Punkt oder ein Komma vor den Cent steht"
    ),
}
