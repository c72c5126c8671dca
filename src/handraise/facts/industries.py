"""Industries: a list of our own, and the way to it from the names and codes that people use."""

import re
from collections.abc import Mapping
from functools import cache

from handraise.facts.folding import folded

INDUSTRIES: dict[str, str] = {
    "software": """
        saas, software as a service, computer software, software development, software & internet,
        internet software, it software, softwareentwicklung, softwarebranche, logiciel, logiciels,
        édition de logiciels, éditeur de logiciels, software y servicios, desarrollo de software,
        enterprise software, b2b saas, cloud software, application software, system software
    """,
    "it_services": """
        information technology, it, it services, information technology & services, it consulting, ict,
        tech, technology, technology services, computer services, managed services, msp,
        it-dienstleistungen, informationstechnik, informationstechnologie, edv, informatique,
        services informatiques, technologies de l'information, esn, informática, tecnología,
        tecnologías de la información, servicios informáticos, hosting, cloud services,
        information services, technology consulting
    """,
    "internet": """
        online services, internet services, web, web services, online platform, marketplace,
        internetwirtschaft, services en ligne, servicios en línea, online media platform, internet platform
    """,
    "ecommerce": """
        e-commerce, online retail, online shop, online shopping, internet retail, onlinehandel,
        versandhandel, commerce électronique, e-commerce retail, vente en ligne, comercio electrónico,
        tienda online, d2c, dtc
    """,
    "cybersecurity": """
        cyber security, computer & network security, information security, security software, it-sicherheit,
        cybersicherheit, cybersécurité, sécurité informatique, ciberseguridad, seguridad informática
    """,
    "fintech": """
        financial technology, payments, payment services, finanztechnologie, zahlungsverkehr,
        zahlungsdienste, technologie financière, paiements, tecnología financiera, pagos, regtech, neobank
    """,
    "banking": """
        bank, banks, retail banking, investment banking, banken, bankwesen, kreditinstitute, banque,
        banques, secteur bancaire, banca, bancos, credit union, credit unions, sparkasse
    """,
    "insurance": """
        insurer, insurtech, versicherung, versicherungen, versicherungswesen, assurance, assurances,
        mutuelle, seguros, aseguradora, reinsurance, rückversicherung
    """,
    "financial_services": """
        finance, financial, diversified financials, capital markets, asset management, wealth management,
        investment management, venture capital, private equity, venture capital & private equity,
        finanzdienstleistungen, finanzen, finanzbranche, finanzwesen, services financiers, finances,
        secteur financier, servicios financieros, finanzas, sector financiero, investment, investments,
        hedge funds, financials
    """,
    "accounting": """
        accounting & audit, audit, auditing, tax advisory, tax, bookkeeping, steuerberatung,
        wirtschaftsprüfung, buchhaltung, comptabilité, expertise comptable, contabilidad, auditoría,
        asesoría fiscal
    """,
    "consulting": """
        management consulting, business consulting, strategy consulting, business consulting and services,
        unternehmensberatung, beratung, conseil, conseil en management, cabinet de conseil, consultoría,
        consultoría de gestión
    """,
    "professional_services": """
        professional services, business services, commercial & professional services,
        professional scientific & technical services, unternehmensnahe dienstleistungen,
        freiberufliche dienstleistungen, services professionnels, services aux entreprises,
        servicios profesionales, servicios empresariales, b2b services, outsourcing, services,
        dienstleistungen, servicios
    """,
    "legal": """
        law, law practice, legal services, law firm, law firms, rechtsberatung, rechtsanwälte, kanzlei,
        recht, juridique, services juridiques, cabinet d'avocats, servicios jurídicos, servicios legales,
        abogacía, derecho, legaltech
    """,
    "human_resources": """
        hr, hr services, staffing, staffing & recruiting, recruiting, recruitment, human resources services,
        employment services, personaldienstleistungen, zeitarbeit, personalberatung, personalwesen,
        ressources humaines, recrutement, intérim, recursos humanos, trabajo temporal,
        selección de personal, hr tech
    """,
    "marketing_advertising": """
        marketing, advertising, marketing & advertising, advertising services, pr, public relations,
        advertising agency, marketing agency, digital agency, market research, werbung, werbeagentur,
        marketingagentur, marktforschung, publicité, communication, agence de publicité,
        agence de communication, marketing et publicité, publicidad, agencia de publicidad, mercadotecnia,
        martech, adtech, public relations & communications
    """,
    "media": """
        media, publishing, broadcasting, news, newspapers, printing & publishing, broadcast media,
        media & entertainment, online media, medien, verlag, verlagswesen, rundfunk, presse, médias,
        édition, audiovisuel, medios, medios de comunicación, editorial, periodismo, medien und verlage,
        book publishing, television, radio
    """,
    "entertainment": """
        arts, music, film, motion pictures, motion pictures & film, performing arts, arts & entertainment,
        arts entertainment & recreation, recreation, leisure, unterhaltung, kunst, kultur, freizeit,
        divertissement, arts et spectacles, loisirs, culture, entretenimiento, ocio, arte, cultura,
        recreational facilities & services, events, events services, veranstaltungen
    """,
    "gaming": """
        games, video games, computer games, videospiele, spiele, spieleentwicklung, jeux vidéo, videojuegos,
        esports, mobile games
    """,
    "sports": """
        sport, fitness, sporting goods, health wellness & fitness, sports & fitness, wellness, gym,
        sport und fitness, fitnessstudio, sport et bien-être, deportes, deporte, gimnasio,
        wellness & fitness services
    """,
    "telecommunications": """
        telecom, telecoms, telco, telecommunication services, wireless, telekommunikation, telekom,
        télécommunications, télécoms, telecomunicaciones, internet service provider, isp,
        communication services
    """,
    "electronics": """
        consumer electronics, electrical equipment, electronic manufacturing, elektronik, elektrotechnik,
        électronique, équipements électriques, electrónica, equipos eléctricos,
        electrical & electronic manufacturing, electronic components, appliances
    """,
    "semiconductors": """
        semiconductor, chips, halbleiter, halbleiterindustrie, semi-conducteurs, semiconducteurs,
        semiconductores, semiconductors & semiconductor equipment
    """,
    "hardware": """
        computer hardware, technology hardware & equipment, hardware manufacturing, it hardware,
        computer networking, matériel informatique, equipos informáticos, iot, technology hardware,
        computers
    """,
    "automotive": """
        auto, automobile, automobiles, automobiles & components, car industry, automobilindustrie,
        fahrzeugbau, kfz, automobilzulieferer, secteur automobile, automoción, automotriz,
        industria automotriz, motor vehicle manufacturing, vehicles, car dealer, autohaus,
        automotive industry, mobility
    """,
    "aerospace_defense": """
        aerospace, defense, defence, aviation & aerospace, aerospace & defense, defense & space,
        luft- und raumfahrt, rüstung, verteidigung, aéronautique, aérospatiale, défense, aeroespacial,
        defensa, aviation industry, space, military
    """,
    "machinery": """
        mechanical engineering, industrial machinery, mechanical or industrial engineering,
        industrial automation, machinery manufacturing, capital goods, industrial equipment, maschinenbau,
        anlagenbau, automatisierung, robotik, robotics, construction mécanique, machines, génie mécanique,
        maquinaria, ingeniería mecánica, industrial engineering, automation
    """,
    "manufacturing": """
        industrial, industrials, industry, production, industrial manufacturing, fertigung, produktion,
        industrie, verarbeitendes gewerbe, herstellung, fabrication, industrie manufacturière, manufactura,
        industria, industria manufacturera, fabricación, plastics, packaging, packaging & containers, metal,
        steel, textiles, furniture, verpackung, kunststoff, metall, stahl, möbel, manufacture
    """,
    "chemicals": """
        chemical, chemistry, chemical manufacturing, specialty chemicals, chemie, chemische industrie,
        chemieindustrie, chimie, industrie chimique, química, industria química, petrochemicals
    """,
    "materials": """
        mining, metals & mining, mining & metals, building materials, forestry, paper & forest products,
        quarrying, bergbau, rohstoffe, baustoffe, papier, glas, forstwirtschaft, mines, matières premières,
        matériaux, minería, materiales, materias primas, mining quarrying & oil and gas extraction,
        mining and quarrying, raw materials, paper, glass
    """,
    "energy": """
        oil & gas, oil, gas, oil and energy, oil & energy, fossil fuels, energie, öl und gas, mineralöl,
        énergie, pétrole et gaz, pétrole, energía, petróleo y gas, energy & utilities, mineral oil,
        petroleum
    """,
    "renewables": """
        renewable energy, renewables & environment, solar, wind energy, clean energy, cleantech,
        erneuerbare energien, solarenergie, windenergie, umwelttechnik, énergies renouvelables, solaire,
        énergie solaire, energías renovables, energía solar, environmental services, greentech, environment,
        umwelt, climate tech
    """,
    "utilities": """
        utility, electricity, water, waste, waste management, energy supply, electric utilities,
        water supply, energieversorgung, versorger, stadtwerke, entsorgung, wasserversorgung,
        abfallwirtschaft, services publics, eau, déchets, gestion des déchets, suministros, electricidad,
        agua, residuos, gestión de residuos, strom, recycling, services collectifs
    """,
    "construction": """
        building, construction & engineering, civil engineering, architecture, architecture & planning,
        building construction, general contractor, bau, bauwesen, baugewerbe, bauindustrie, bauunternehmen,
        hochbau, tiefbau, architektur, btp, bâtiment, construction et génie civil, travaux publics,
        construcción, arquitectura, ingeniería civil, obra, bâtiment et travaux publics, handwerk,
        contractors
    """,
    "real_estate": """
        property, property management, commercial real estate, real estate management & development,
        real estate & rental & leasing, immobilien, immobilienwirtschaft, hausverwaltung, immobilier,
        gestion immobilière, bienes raíces, inmobiliaria, inmobiliario, proptech,
        equity real estate investment trusts, reit, rental and leasing, housing
    """,
    "retail": """
        retailing, retail trade, stores, supermarkets, consumer retail, einzelhandel, handel,
        lebensmittelhandel, commerce de détail, commerce, distribution retail, grande distribution,
        comercio, comercio minorista, minorista, venta al por menor,
        consumer discretionary distribution & retail, consumer staples distribution & retail, shops,
        food & staples retailing, grocery
    """,
    "wholesale": """
        wholesale trade, distribution, distributor, import & export, trading,
        international trade & development, international trade and development, großhandel, grosshandel,
        außenhandel, commerce de gros, négoce, grossiste, import export, comercio mayorista, mayorista,
        comercio al por mayor, distribución, trade, wholesale & distribution
    """,
    "consumer_goods": """
        consumer products, fmcg, cpg, household products, household & personal products, cosmetics,
        consumer durables, consumer durables & apparel, consumer staples, consumer discretionary,
        konsumgüter, kosmetik, haushaltswaren, biens de consommation, cosmétiques,
        produits de grande consommation, bienes de consumo, productos de consumo, cosmética, gran consumo,
        beauty, personal care, toys
    """,
    "fashion": """
        apparel, clothing, apparel & fashion, luxury, luxury goods, luxury goods & jewelry, footwear, mode,
        bekleidung, textil, luxusgüter, schmuck, habillement, prêt-à-porter, luxe, moda, ropa, lujo,
        textile, textil y moda, jewelry, jewellery, shoes
    """,
    "food_beverage": """
        food, beverages, food & beverage, food & beverages, food production, food & drink,
        food beverage & tobacco, wine & spirits, tobacco, dairy, lebensmittel, getränke, nahrungsmittel,
        lebensmittelindustrie, ernährung, agroalimentaire, alimentation, boissons, alimentación, bebidas,
        alimentos, industria alimentaria, food and beverage manufacturing, food processing,
        nahrungs- und genussmittel
    """,
    "agriculture": """
        farming, agribusiness, agriculture forestry & fishing, agriculture forestry fishing & hunting,
        fishery, fisheries, landwirtschaft, agrar, agrarwirtschaft, land- und forstwirtschaft, fischerei,
        agriculture et pêche, agricole, agricultura, ganadería, pesca, agtech, agritech, ranching,
        horticulture
    """,
    "transport_logistics": """
        logistics, transport, transportation, transportation & storage, transportation and warehousing,
        logistics & supply chain, supply chain, shipping, maritime, airlines, airlines & aviation, aviation,
        railroad, package & freight delivery, freight, warehousing, courier, logistik, spedition,
        transport und logistik, verkehr, luftfahrt, schifffahrt, lagerei, verkehr und lagerei, logistique,
        transport et logistique, fret, entreposage, logística, transporte, transporte y logística,
        transporte y almacenamiento, trucking, truck transportation,
        transportation logistics supply chain & storage, delivery
    """,
    "travel_hospitality": """
        travel, tourism, hospitality, hotels, hotel, restaurants, restaurant, leisure & travel,
        travel & tourism, food service, accommodation, accommodation & food services,
        accommodation and food service activities, hotels restaurants & leisure,
        consumer services hospitality, gastronomie, gastgewerbe, hotellerie, tourismus, reisen,
        hotel- und gaststättengewerbe, restauration, hôtellerie, hôtellerie-restauration, tourisme, voyages,
        hostelería, turismo, viajes, hoteles, restauración, hotelería, catering, food & beverage services
    """,
    "healthcare": """
        health care, health, hospitals, hospital & health care, hospitals and health care, medical practice,
        health care & social assistance, health care equipment & services, human health & social work,
        mental health care, gesundheitswesen, gesundheit, krankenhaus, kliniken, pflege, sozialwesen,
        gesundheits- und sozialwesen, santé, hôpital, soins de santé, secteur médical, sanidad, salud,
        hospitales, atención médica, sector sanitario, health services, digital health, healthtech,
        veterinary, medical
    """,
    "medical_devices": """
        medical device, medtech, medical equipment, medical equipment manufacturing, diagnostics,
        medizintechnik, medizinprodukte, dispositifs médicaux, technologies médicales, dispositivos médicos,
        equipos médicos, productos sanitarios, health care equipment
    """,
    "pharma_biotech": """
        pharmaceuticals, pharmaceutical, pharma, biotechnology, biotech, life sciences, life science,
        pharmaceuticals biotechnology & life sciences, pharmaceutical manufacturing, pharmaindustrie,
        biotechnologie, pharmazie, pharmaceutique, industrie pharmaceutique, sciences de la vie,
        farmacéutica, farmacéutico, industria farmacéutica, biotecnología, ciencias de la vida,
        biotechnology research
    """,
    "education": """
        higher education, e-learning, elearning, edtech, education management, primary/secondary education,
        schools, universities, university, school, training, professional training & coaching,
        educational services, education & training, bildung, hochschule, universität, schule, weiterbildung,
        erziehung und unterricht, bildungswesen, éducation, enseignement, enseignement supérieur, formation,
        université, formation professionnelle, educación, enseñanza, formación, universidad,
        educación superior, e-learning providers, coaching, ausbildung
    """,
    "research": """
        research & development, r&d, research services, scientific research, think tanks, forschung,
        forschung und entwicklung, wissenschaft, recherche, recherche et développement, r et d,
        investigación, investigación y desarrollo, ciencia, nanotechnology, science
    """,
    "government": """
        public sector, public administration, government administration, government relations,
        military & government, public safety, law enforcement, judiciary, öffentlicher dienst,
        öffentliche verwaltung, behörde, verwaltung, staat, öffentlicher sektor, administration publique,
        secteur public, gouvernement, collectivités, administración pública, sector público, gobierno,
        ayuntamiento, public policy, government & public sector, political organization, kommune
    """,
    "nonprofit": """
        non-profit, not for profit, ngo, charity, non-profit organization,
        nonprofit organization management, philanthropy, civic & social organization,
        religious institutions, associations, gemeinnützig, verein, verband, stiftung,
        gemeinnützige organisation, association, ong, organisation à but non lucratif, sans but lucratif,
        économie sociale, fondation, sin ánimo de lucro, sin fines de lucro, fundación, asociación,
        fundraising, non-profit organizations, membership organizations
    """,
    "consumer_services": """
        personal services, individual & family services, other services, other service activities,
        facilities services, facility management, security services, security & investigations, cleaning,
        repair, translation & localization, gebäudereinigung, sicherheitsdienst,
        persönliche dienstleistungen, sonstige dienstleistungen, services à la personne,
        services aux particuliers, nettoyage, sécurité privée, servicios personales, limpieza,
        seguridad privada, otros servicios, household services, administrative and support services,
        administrative & support services
    """,
    "design": """
        graphic design, design services, photography, industrial design, interior design, grafikdesign,
        fotografie, architektur- und designbüro, design graphique, photographie, diseño, diseño gráfico,
        fotografía
    """,
}
"""Our industries: a stable key, and what people call it. The key itself and its words are names too."""

NAICS: dict[str, str] = {
    "agriculture": "11", "energy": "211 213", "materials": "21 212 327", "utilities": "22",
    "construction": "23", "food_beverage": "311 312", "fashion": "315 316",
    "manufacturing": "31 32 33 322 326 331 332", "chemicals": "325", "pharma_biotech": "3254",
    "machinery": "333", "electronics": "335", "semiconductors": "3344", "hardware": "334 3341",
    "automotive": "3361 3362 3363", "aerospace_defense": "3364", "medical_devices": "3391",
    "wholesale": "42", "retail": "44 45", "ecommerce": "4541", "transport_logistics": "48 49",
    "media": "51 511 515 516", "software": "5112 5132", "telecommunications": "517",
    "it_services": "518 5415", "financial_services": "52", "banking": "521 522", "insurance": "524",
    "real_estate": "53 531", "professional_services": "54 55", "legal": "5411", "accounting": "5412",
    "design": "5414", "consulting": "5416", "research": "5417", "marketing_advertising": "5418",
    "consumer_services": "56 81 561", "human_resources": "5613", "education": "61", "healthcare": "62",
    "entertainment": "71", "travel_hospitality": "72", "government": "92", "nonprofit": "813",
}  # fmt: skip
"""NAICS sectors (two digits) and longer codes that say more; the longest known beginning counts."""

NACE: dict[str, str] = {
    "agriculture": "a", "materials": "b", "manufacturing": "c", "utilities": "d e", "construction": "f",
    "retail": "g", "transport_logistics": "h", "travel_hospitality": "i", "it_services": "j",
    "financial_services": "k", "real_estate": "l", "professional_services": "m",
    "consumer_services": "n s t", "government": "o u", "education": "p", "healthcare": "q",
    "entertainment": "r",
}  # fmt: skip
"""Section letters of NACE Rev. 2."""

NACE_DIVISIONS: tuple[tuple[int, int, str], ...] = (
    (1, 3, "agriculture"), (5, 5, "materials"), (6, 6, "energy"), (7, 9, "materials"),
    (10, 12, "food_beverage"), (13, 15, "fashion"), (16, 17, "materials"), (18, 18, "media"),
    (19, 19, "energy"), (20, 20, "chemicals"), (21, 21, "pharma_biotech"), (22, 25, "manufacturing"),
    (26, 27, "electronics"), (28, 28, "machinery"), (29, 29, "automotive"), (30, 33, "manufacturing"),
    (35, 39, "utilities"), (41, 43, "construction"), (45, 45, "automotive"), (46, 46, "wholesale"),
    (47, 47, "retail"), (49, 53, "transport_logistics"), (55, 56, "travel_hospitality"),
    (58, 60, "media"), (61, 61, "telecommunications"), (62, 63, "it_services"), (64, 64, "banking"),
    (65, 65, "insurance"), (66, 66, "financial_services"), (68, 68, "real_estate"),
    (69, 69, "professional_services"), (70, 70, "consulting"), (71, 71, "professional_services"),
    (72, 72, "research"), (73, 73, "marketing_advertising"), (74, 75, "professional_services"),
    (77, 77, "consumer_services"), (78, 78, "human_resources"), (79, 79, "travel_hospitality"),
    (80, 82, "consumer_services"), (84, 84, "government"), (85, 85, "education"), (86, 88, "healthcare"),
    (90, 92, "entertainment"), (93, 93, "sports"), (94, 94, "nonprofit"), (95, 98, "consumer_services"),
    (99, 99, "government"),
)  # fmt: skip
"""Divisions of NACE Rev. 2 (and of WZ 2008, NAF and CNAE, which follow it), from and to."""

SIC: tuple[tuple[int, int, str], ...] = (
    (1, 9, "agriculture"), (10, 14, "materials"), (15, 17, "construction"), (20, 39, "manufacturing"),
    (40, 47, "transport_logistics"), (48, 48, "telecommunications"), (49, 49, "utilities"),
    (50, 51, "wholesale"), (52, 59, "retail"), (60, 67, "financial_services"),
    (70, 89, "professional_services"), (91, 97, "government"),
)  # fmt: skip
"""Major groups (the first two digits) of the divisions of SIC."""

GICS: dict[str, str] = {
    "energy": "10 1010", "materials": "15 1510", "manufacturing": "20", "machinery": "2010",
    "professional_services": "2020", "transport_logistics": "2030", "consumer_goods": "25 2520 30 3030",
    "automotive": "2510", "travel_hospitality": "2530", "retail": "2550 3010", "food_beverage": "3020",
    "healthcare": "35 3510", "pharma_biotech": "3520", "financial_services": "40 4020", "banking": "4010",
    "insurance": "4030", "it_services": "45", "software": "4510", "hardware": "4520",
    "semiconductors": "4530", "telecommunications": "50 5010", "media": "5020", "utilities": "55 5510",
    "real_estate": "60 6010 6020",
}  # fmt: skip
"""Sectors (two digits) and industry groups (four)."""

_CODE = re.compile(
    r"(naics|nace|wz|naf|cnae|sic|gics)[\s:#.-]*(?:code|section)?[\s:#.-]*([a-z]|[0-9][0-9.]{0,9})(?:\s?-\s?\d\d)?\Z"
)
_WORD = re.compile(r"[^\W_]+")
_AND = frozenset({"and", "und", "et", "y", "the", "of"})


def industry_of(text: str | None) -> str | None:
    """The key of one of our industries (`INDUSTRIES`), by name, synonym or code; None when it is not known.

    Codes name their system: ``NAICS 5112``, ``NACE J``, ``SIC 73``, ``GICS 4510``. A bare code is read as
    NAICS when it has two to six digits and a known beginning.

    Examples
    --------
    >>> industry_of("Computer Software"), industry_of("Maschinenbau"), industry_of("GICS 4010")
    ('software', 'machinery', 'banking')
    >>> industry_of("Underwater basket weaving") is None
    True
    """
    if not text or len(text) > _LONGEST:
        return None
    typed = folded(text).strip()
    code = _CODE.match(typed)
    if code:
        return _by_code(code[1], code[2].replace(".", ""))
    if typed.isdigit() and typed.isascii():
        return _by_prefix(_codes("naics"), typed) if 2 <= len(typed) <= 6 else None
    return _names().get(_key(typed))


_LONGEST = 120


def _key(text: str) -> str:
    return " ".join(word for word in _WORD.findall(text) if word not in _AND)


@cache
def _names() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for industry, synonyms in INDUSTRIES.items():
        for name in synonyms.split(","):
            names.setdefault(_key(folded(name)), industry)
    names.update({industry.replace("_", " "): industry for industry in INDUSTRIES})
    return names


def _by_code(system: str, code: str) -> str | None:
    if system in ("naics", "gics"):
        return _by_prefix(_codes(system), code)
    if not code.isdigit():
        return None if system == "sic" else _codes("nace").get(code)
    division = int(code[:1] if len(code) == 3 and system == "sic" else code[:2])
    return _in_ranges(SIC if system == "sic" else NACE_DIVISIONS, division)


def _in_ranges(ranges: tuple[tuple[int, int, str], ...], division: int) -> str | None:
    return next((industry for low, high, industry in ranges if low <= division <= high), None)


def _by_prefix(codes: Mapping[str, str], code: str) -> str | None:
    return next((codes[code[:size]] for size in range(len(code), 1, -1) if code[:size] in codes), None)


@cache
def _codes(system: str) -> Mapping[str, str]:
    table = {"naics": NAICS, "nace": NACE, "gics": GICS}[system]
    return {code: industry for industry, codes in table.items() for code in codes.split()}
