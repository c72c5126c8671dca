"""The words around a number of employees or an amount of revenue (English, German, French, Spanish).

Entries are separated by ``|`` or line ends; case and accents are taken off when the tables are read.
"""

MULTIPLIERS: dict[int, str] = {
    1_000: "k | keur | kusd | t€ | teur | tsd | tausend | thousand | thousands | mille | miles",
    100_000: "lakh | lakhs | lac",
    1_000_000: """
        m | mm | mn | mio | mios | mill | million | millions | millionen | millón | millones | meur
        musd | mln
    """,
    10_000_000: "crore | crores | cr",
    1_000_000_000: """
        b | bn | bln | billion | billions | mrd | mrds | md | mds | milliard | milliards | milliarden
        milmillones
    """,
    1_000_000_000_000: "billionen | trillion | trillions | bio",
}

ONE_PERSON = """
self-employed | self employed | just me | only me | myself | myself only | solo | sole trader | one person
einzelunternehmen | einzelunternehmer | selbstständig | selbständig | indépendant
auto-entrepreneur | autónomo
solopreneur
"""

LESS = (
    "< | under | below | less than | fewer than | unter | weniger als | moins de | menos de | por debajo de"
)
UP_TO = """
<= | ≤ | up to | at most | max | maximum | bis | bis zu | höchstens | maximal | jusqu'à | au plus | hasta
como máximo | no more than
"""
MORE = """
> | over | above | more than | greater than | über | ueber | mehr als | plus de | más de
superior a
"""
FROM = """
>= | ≥ | at least | from | min | minimum | ab | mindestens | au moins | à partir de | al menos
desde | mínimo
starting at
"""
ABOUT = """
~ | ≈ | ca | circa | approx | approximately | about | around | rund | etwa | ungefähr | environ | env
aproximadamente | aprox | unos
"""
TO = "- | to | bis | à | hasta | and | und | et | y | bis zu | up to | through | till | until"
BETWEEN = "between | zwischen | entre | from | von | de | desde | ab"
AND_MORE = """
+ | plus | and more | or more | und mehr | oder mehr | et plus | ou plus | y más | o más | and above
and over
or above
"""

# Units and fillers that say nothing about the number.
FILLERS = """
employees | employee | emp | staff | people | persons | person | headcount | fte | ftes | full
time | heads
workers | members | team | size | company | mitarbeiter | mitarbeitende | mitarbeiterinnen
mitarbeitern | ma
beschäftigte | beschäftigten | angestellte | personen | vze | köpfe | leute | innen
salariés | salarié | employés | employé | collaborateurs | collaborateur | personnes | effectif
effectifs | etp
empleados | empleado | trabajadores | trabajador | personas | plantilla | dipendenti
revenue | turnover | umsatz | arr | sales | annual | annually | year | yearly | per | pa | im | jahr
chiffre | d
affaires | ca | de | ingresos | facturación | ventas | an | par | ano | al | in | of | und | netto
gross | net | total
"""
