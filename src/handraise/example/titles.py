"""Job titles as people of four languages write them, by seniority and function."""

from dataclasses import dataclass

import numpy as np

from handraise.example.draw import Ints, picks, shares

SENIORITIES = ("c_suite", "vp", "director", "manager", "individual_contributor", "student", "freelancer")
LANGUAGES = ("en", "de", "fr", "es")

_TABLE = """
en | c_suite | executive 5 | CEO; Chief Executive Officer; Founder & CEO; Co-Founder; Managing Director; Owner
en | c_suite | marketing 2 | CMO; Chief Marketing Officer
en | c_suite | sales 2 | CRO; Chief Revenue Officer
en | c_suite | it 1 | CIO; Chief Information Officer
en | c_suite | engineering 1 | CTO; Chief Technology Officer
en | c_suite | finance 1 | CFO; Chief Financial Officer
en | vp | sales 3 | VP Sales; VP of Sales; Vice President Sales; SVP Sales EMEA
en | vp | marketing 3 | VP Marketing; Vice President of Marketing; VP Growth Marketing
en | vp | customer_success 2 | VP Customer Success; Vice President Customer Support
en | vp | operations 1 | VP Operations
en | director | marketing 3 | Marketing Director; Director of Marketing; Head of Demand Generation
en | director | sales 3 | Sales Director; Director of Sales; Head of Sales
en | director | customer_success 3 | Head of Customer Support; Director Customer Success
en | director | it 2 | IT Director; Head of IT
en | director | finance 1 | Finance Director
en | director | hr 1 | HR Director; Head of People
en | manager | marketing 3 | Marketing Manager; Senior Marketing Manager; Marketing Team Lead
en | manager | sales 3 | Sales Manager; Regional Sales Manager; Sales Team Lead
en | manager | customer_success 3 | Customer Service Manager; Customer Support Team Lead
en | manager | it 2 | IT Manager
en | manager | operations 2 | Operations Manager
en | manager | hr 1 | HR Manager
en | individual_contributor | marketing 3 | Marketing Specialist; Content Writer; SEO Specialist
en | individual_contributor | sales 3 | Sales Representative; Account Executive; SDR
en | individual_contributor | customer_success 3 | Customer Success Manager; Customer Support Specialist
en | individual_contributor | it 2 | System Administrator; IT Specialist
en | individual_contributor | engineering 2 | Software Engineer; Senior Developer
en | individual_contributor | finance 1 | Accountant; Financial Analyst
en | student | none 4 | Student; MBA Student; PhD Student
en | student | marketing 1 | Marketing Intern
en | freelancer | none 3 | Freelancer; Self-employed
en | freelancer | marketing 1 | Freelance Marketer
de | c_suite | executive 6 | Geschäftsführer; Geschäftsführerin; Vorstand; Inhaber; Gründerin
de | c_suite | marketing 1 | CMO; Vorstand Marketing
de | c_suite | engineering 1 | CTO
de | c_suite | it 1 | CIO
de | vp | sales 2 | VP Sales; VP Vertrieb
de | vp | marketing 2 | VP Marketing
de | director | sales 3 | Vertriebsleiter; Leiterin Vertrieb; Leitung Vertrieb
de | director | marketing 3 | Marketingleiter; Leiterin Marketing; Bereichsleiter Marketing
de | director | customer_success 3 | Leiter Kundenservice; Leitung Kundenbetreuung
de | director | it 2 | IT-Leiter; Leiter IT
de | director | hr 1 | Personalleiterin
de | manager | sales 3 | Teamleiter Vertrieb; Teamleiterin Vertrieb
de | manager | marketing 3 | Teamleitung Marketing; Marketing Manager
de | manager | customer_success 3 | Teamleiterin Kundenservice; Teamleiter Kundenservice
de | manager | operations 1 | Teamleiter Logistik
de | individual_contributor | sales 3 | Vertriebsmitarbeiter; Sachbearbeiterin Vertrieb
de | individual_contributor | marketing 3 | Marketingreferentin; Referent Marketing
de | individual_contributor | customer_success 2 | Mitarbeiterin Kundenservice; Mitarbeiter Kundenservice
de | individual_contributor | it 1 | Systemadministrator
de | individual_contributor | engineering 1 | Softwareentwickler
de | individual_contributor | finance 1 | Buchhalterin
de | student | none 4 | Student; Studentin; Studierende
de | student | none 2 | Werkstudentin; Praktikant
de | student | marketing 1 | Werkstudent Marketing; Praktikantin Marketing
de | freelancer | none 1 | Freiberufler; Freiberuflerin; Selbstständig; Freelancer
fr | c_suite | executive 5 | PDG; Directeur général; Directrice générale; Fondateur; Gérant
fr | c_suite | engineering 1 | CTO
fr | vp | sales 1 | VP Ventes; Vice-président ventes
fr | vp | marketing 1 | Vice-présidente marketing
fr | director | sales 3 | Directeur commercial; Directrice commerciale
fr | director | marketing 3 | Directeur marketing; Directrice marketing
fr | director | customer_success 2 | Directrice relation client
fr | manager | sales 3 | Responsable commercial; Responsable des ventes
fr | manager | marketing 3 | Responsable marketing
fr | manager | customer_success 3 | Responsable service client; Responsable du service client
fr | individual_contributor | sales 3 | Commercial; Attaché commercial; Conseiller de vente
fr | individual_contributor | marketing 3 | Chargée de marketing; Chargé de communication
fr | individual_contributor | engineering 1 | Développeur
fr | individual_contributor | it 1 | Administrateur systèmes
fr | individual_contributor | finance 1 | Comptable
fr | student | none 3 | Étudiant; Étudiante
fr | student | none 1 | Stagiaire
fr | student | marketing 1 | Stagiaire marketing; Alternante marketing
fr | freelancer | none 1 | Indépendant; Freelance; Indépendante
es | c_suite | executive 5 | Director general; Consejero delegado; Fundadora; CEO
es | vp | sales 1 | Vicepresidente de ventas
es | vp | marketing 1 | Vicepresidenta de marketing
es | director | sales 3 | Director comercial; Directora de ventas
es | director | marketing 3 | Directora de marketing; Director de marketing
es | director | customer_success 2 | Directora de atención al cliente
es | manager | sales 3 | Jefe de ventas; Responsable comercial
es | manager | marketing 3 | Responsable de marketing; Jefa de marketing
es | manager | customer_success 2 | Responsable de atención al cliente
es | individual_contributor | sales 3 | Comercial; Asesor de ventas
es | individual_contributor | marketing 3 | Especialista en marketing; Técnico de marketing
es | individual_contributor | engineering 1 | Desarrollador
es | individual_contributor | it 1 | Administrador de sistemas
es | student | none 3 | Estudiante
es | student | none 1 | Becario
es | student | marketing 1 | Becaria de marketing
es | freelancer | none 1 | Autónomo; Autónoma; Freelance
"""


@dataclass(frozen=True)
class TitleRow:
    """Titles of one language, seniority and function (`none` if they tell none), with its weight there."""

    language: str
    seniority: str
    function: str
    weight: float
    titles: tuple[str, ...]


def _row(line: str) -> TitleRow:
    language, seniority, weighted, titles = (part.strip() for part in line.split("|"))
    function, weight = weighted.split()
    return TitleRow(language, seniority, function, float(weight), tuple(t.strip() for t in titles.split(";")))


TITLE_ROWS: tuple[TitleRow, ...] = tuple(_row(line) for line in _TABLE.strip().splitlines())


def titles_for(
    rng: np.random.Generator, languages: Ints, seniorities: Ints
) -> tuple[list[str | None], list[str]]:
    """Titles as typed (None where nothing was) and the functions that they mean.

    Parameters
    ----------
    languages, seniorities
        Positions in `LANGUAGES` and `SENIORITIES`, one per lead.

    Examples
    --------
    >>> rng = np.random.Generator(np.random.PCG64(1))
    >>> titles_for(rng, np.array([1]), np.array([1]))[0]
    ['VP Marketing']
    """
    typed: list[str | None] = [None] * len(languages)
    functions = [""] * len(languages)
    for language, language_name in enumerate(LANGUAGES):
        for seniority, seniority_name in enumerate(SENIORITIES):
            rows = [
                row for row in TITLE_ROWS if (row.language, row.seniority) == (language_name, seniority_name)
            ]
            who = np.flatnonzero((languages == language) & (seniorities == seniority))
            drawn = picks(rng, [row.weight for row in rows], len(who))
            which = rng.random(len(who))
            for lead, number, part in zip(who.tolist(), drawn.tolist(), which.tolist(), strict=True):
                row = rows[number]
                typed[lead] = row.titles[int(part * len(row.titles))]
                functions[lead] = row.function
    return _carelessly(rng, typed), functions


def _carelessly(rng: np.random.Generator, titles: list[str | None]) -> list[str | None]:
    """The titles as forms deliver them: case, stray blanks, a lost letter, nothing, or a menu's `Select`."""
    typed = list(titles)
    habits = picks(rng, (0.80, 0.05, 0.02, 0.02, 0.02, 0.07, 0.02), len(typed))
    places = rng.random(len(typed))
    for lead in np.flatnonzero(habits).tolist():
        typed[lead] = _typed(titles[lead] or "", int(habits[lead]), float(places[lead]))
    return typed


def _typed(title: str, habit: int, place: float) -> str | None:
    at = 1 + int(place * (len(title) - 1))
    return (
        title,
        title.lower(),
        title.upper(),
        f" {title}  ",
        title[:at] + title[at + 1 :] if len(title) > 6 else title,
        None,
        "Select",
    )[habit]


def mixed_languages(rng: np.random.Generator, mother_tongue: Ints) -> Ints:
    """Languages that titles are typed in: the country's own two times in three, else English."""
    return np.where(shares(rng, 0.67, len(mother_tongue)), mother_tongue, 0)
