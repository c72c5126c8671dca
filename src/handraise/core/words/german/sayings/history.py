"""German for what history says of a draft."""

from collections.abc import Mapping
from typing import Final

HISTORY: Final[Mapping[str, str]] = {
    "1 lead": "1 Lead",
    "{n} leads": "{n} Leads",
    "{n} hours": "{n} Stunden",
    "1 day": "1 Tag",
    "{n} days": "{n} Tage",
    "no case yet": "noch kein Fall",
    "{share} % of {n} ({low}–{high} %)": "{share} % von {n} ({low}–{high} %)",
    "{count} of {n}, too few for a rate (anything from {low} to {high} %)": (
        "{count} von {n}, zu wenige für eine Quote (möglich ist alles von {low} bis {high} %)"
    ),
    "The candidate makes {mine} an MQL in the period; {theirs} were really handed over{change}. "
    "It gains {gained} and loses {lost}.": (
        "Der Entwurf macht im Zeitraum {mine} zum MQL; wirklich übergeben wurden {theirs}{change}. "
        "Neu kommen {gained} dazu, {lost} fallen weg."
    ),
    "The candidate makes {mine} an MQL in the period; {theirs} under the current version{change}. "
    "It gains {gained} and loses {lost}.": (
        "Der Entwurf macht im Zeitraum {mine} zum MQL; mit der heutigen Version sind es {theirs}{change}. "
        "Neu kommen {gained} dazu, {lost} fallen weg."
    ),
    ", {by} % more": " (mit dem Entwurf {by} % mehr)",
    ", {by} % fewer": " (mit dem Entwurf {by} % weniger)",
    "Sales answered too few of them to say whether they are better.": (
        "Der Vertrieb hat zu wenige davon beantwortet, um zu sagen, ob sie besser sind."
    ),
    "Those that sales really got are better: sales accepted {mine}, against {theirs}.": (
        "Die der Vertrieb wirklich bekam, sind besser. Angenommen wurden davon: {mine}; im "
        "Vergleich: {theirs}."
    ),
    "Those that sales really got are worse: sales accepted {mine}, against {theirs}.": (
        "Die der Vertrieb wirklich bekam, sind schlechter. Angenommen wurden davon: {mine}; "
        "im Vergleich: {theirs}."
    ),
    "Whether those that sales really got are better cannot be told: sales accepted {mine}, "
    "against {theirs}.": (
        "Ob die besser sind, die der Vertrieb wirklich bekam, lässt sich nicht sagen. Angenommen wurden "
        "davon: {mine}; im Vergleich: {theirs}."
    ),
    "Of the {won} won since, it would have missed {lost}.": (
        "Von {won} seither gewonnenen hätte der Entwurf {lost} verpasst."
    ),
    "Leads that both find, it finds {days} earlier (median).": (
        "Leads, die beide finden, findet der Entwurf früher: im Median {days}."
    ),
    "Leads that both find, it finds {days} later (median).": (
        "Leads, die beide finden, findet der Entwurf später: im Median {days}."
    ),
    "It finds {leads} only when sales was already in contact; they do not count, because what is known from "
    "then on may be sales' own work.": (
        "{leads} findet er erst, als der Vertrieb schon Kontakt hatte; das zählt nicht, denn was von da an "
        "bekannt ist, kann vom Vertrieb selbst kommen."
    ),
    "Beware of {names}: it looks as if sales filled it in, and what is found by that is no finding.": (
        "Vorsicht bei {names}: Das hat wohl der Vertrieb eingetragen, und was sich dadurch findet, ist kein "
        "Fund."
    ),
    "Beware of {names}: they look as if sales filled them in, and what is found by that is no finding.": (
        "Vorsicht bei {names}: Das hat wohl alles der Vertrieb eingetragen, und was sich dadurch findet, ist "
        "kein Fund."
    ),
    "Nobody is gained.": "Niemand kommt dazu.",
    "None of the {leads} gained was ever handed to sales, so nobody knows what would have become of them. "
    "They are neither successes nor failures: hand over a sample of them, or run the candidate in shadow.": (
        "Neu dazu kommen: {leads}. Nie ging davon etwas an den Vertrieb, also weiß niemand, was daraus "
        "geworden wäre. Das sind weder Erfolge noch Fehlschläge: Übergeben Sie eine Stichprobe davon, oder "
        "lassen Sie den Entwurf im Schatten mitlaufen."
    ),
    "{handed} of the {leads} gained had been handed to sales; only of these is it known what became of them. "
    "The others are neither successes nor failures: hand over a sample of them, or run the candidate in "
    "shadow.": (
        "Neu dazu kommen: {leads}. An den Vertrieb gingen davon {handed}; nur von diesen ist bekannt, was "
        "daraus wurde. Die anderen sind weder Erfolge noch Fehlschläge: Übergeben Sie eine Stichprobe davon, "
        "oder lassen Sie den Entwurf im Schatten mitlaufen."
    ),
    "{handed} of the {leads} gained had been handed to sales; only of these is it known what became of "
    "them.": (
        "Neu dazu kommen: {leads}. An den Vertrieb gingen davon {handed}; nur von diesen ist bekannt, was "
        "daraus wurde."
    ),
    "Nobody is lost.": "Niemand fällt weg.",
    "Of the {leads} lost, sales had accepted {accepted}; won were {won}.": (
        "Weg fallen: {leads}. Angenommen hatte der Vertrieb davon: {accepted}; gewonnen wurden: {won}."
    ),
    "{n} of them the candidate would have found later, but sales was in contact before: whether they would "
    "have come by themselves, nobody can tell.": (
        "Davon hätte der Entwurf {n} später gefunden, aber der Vertrieb hatte schon vorher Kontakt: Ob sie "
        "von selbst gekommen wären, kann niemand sagen."
    ),
}
