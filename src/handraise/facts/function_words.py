"""The words that say what somebody works on, in small tables (English, German, French, Spanish).

Entries are separated by commas; several words make a phrase, and a phrase wins over its words. An entry
that ends in ``-`` is a stem: it stands for every word that begins with it (German compounds above all), and
one that begins with ``-`` for every word that ends with it. ``NAMED`` says the subject outright;
``IMPLIED`` is what an occupation suggests when no subject is named (an analyst works on data, a marketing
analyst on marketing).
"""

NAMED: dict[str, str] = {
    "marketing": """
        marketing, cmo, vpm, brand, brands, branding, seo, sea, ppc, sem, campaign, campaigns,
        demand generation, demand gen, lead generation, growth, content, social media, communications,
        communication, pr, public relations, press, advertising, publicity, community manager, copywriter,
        market research, market researcher, product marketing, category manager, influencer, event, events,
        media buyer, media planner, chief marketing, partner marketing, field marketing,
        performance marketing, crm manager, marketing-, kommunikation-, werbe-, werbung,
        öffentlichkeitsarbeit, marke, presse-, veranstaltung-, mediaplan-, content-, onlinemarketing,
        pressesprecher, unternehmenskommunikation, mercadotecnia, publicidad, comunicación, comunicaciones,
        publicité, publicitaire, chef de publicité, chef de produit marketing, relations publiques,
        relaciones públicas, presse, marque, marca, prensa, mercadeo, dircom, publicitario, publicitaria,
        comunicazione, comunicação, trade marketing, événementiel, eventos, mecenazgo, public affairs,
        relations presse, e commerce, ecommerce, merchandising, merchandiser, email, e mail, konferenz-,
        kongress-, promotion, promotion des ventes
    """,
    "sales": """
        sales, cro, account executive, account manager, account director, key account, key account manager,
        business development, sdr, bdr, ae, presales, pre sales, new business, chief revenue,
        chief commercial, revenue, commercial director, commercial manager, inside sales, territory,
        partnerships, alliances, channel, partner manager, deal desk, bid manager, sales engineer,
        salesperson, salesman, saleswoman, salesforce sales, account-executive, selling, retail buyer sales,
        vertrieb-, verkauf-, verkäufer-, außendienst-, innendienst-, handelsvertreter-, keyaccount-,
        kundenberater-, kundenberatung-, accountmanager-, bezirksleiter-, gebietsleiter-, vente, ventes,
        vendeur, vendeuse, commercial, commerciale, commerciaux, commerciales, chargé d affaires,
        ingénieur d affaires, grands comptes, affaires, développement commercial, vendeurs,
        technico commercial, technico commerciale, responsable de compte, administration des ventes, adv,
        ventas, venta, comercial, comerciales, vendedor, vendedora, desarrollo de negocio,
        desarrollo de negocios, cuentas, dependiente, dependienta, vendite, vendas, verkoop,
        agente comercial, representante comercial, preventa, avant vente, responsable clientèle, export,
        salesperson-, -verkäufer, -handelsvertreter, -vertriebler, comercios
    """,
    "revenue_operations": """
        revenue operations, revops, rev ops, sales operations, sales ops, marketing operations,
        marketing ops, salesforce administrator, salesforce admin, crm administrator, gtm operations,
        go to market operations, sales enablement, commercial operations, vertriebssteuerung,
        operaciones de ventas, marketing automation, hubspot administrator, sales excellence
    """,
    "customer_success": """
        customer success, client success, customer experience, customer support, customer service,
        customer care, csm, onboarding, chief customer, client services, client service, call centre,
        call center, contact center, helpdesk, help desk, technical support, service desk, support engineer,
        customer services, kundenservice-, kundenbetreu-, kundendienst-, kundenerfolg-, kundensupport-,
        kundenzufriedenheit-, relation client, service client, relations clients, satisfaction client,
        expérience client, support client, éxito del cliente, atención al cliente, servicio al cliente,
        experiencia de cliente, soporte al cliente, teleoperador, teleoperadora, téléconseiller,
        téléconseillère, chargé de clientèle, chargée de clientèle, conseiller clientèle,
        conseillère clientèle, after sales, après vente, sav, posventa, support specialist, soporte
    """,
    "product": """
        product, products, cpo, vpp, product owner, product manager, product management, product lead,
        produkt-, produit, produits, chef de produit, cheffe de produit, producto, productos,
        jefe de producto, jefa de producto, scrum master, agile coach, prodotto, chief product
    """,
    "design": """
        design, designer, ux, ui, user experience, user interface, graphic designer, creative director,
        art director, creative, product designer, ux researcher, graphic, illustrator, animator, grafik-,
        gestalter-, mediengestalter-, designer-, gestaltung-, infographiste, graphiste,
        directeur artistique, directrice artistique, illustrateur, illustratrice, maquettiste, diseño,
        diseñador, diseñadora, ilustrador, ilustradora, director de arte, directora de arte,
        director creativo, directora creativa, styliste, webdesigner, motion, stylist, concepteur graphique,
        grafista, creativo, creativa, interior designer, fashion designer, diseñador de moda,
        directeur de création, directrice de création, decorador, decoradora, décorateur, décoratrice,
        interiorista, webdesign-, -designer, -gestalter, -grafiker
    """,
    "data": """
        data, analytics, business intelligence, bi, machine learning, ml, artificial intelligence,
        statistician, cdo, data science, data scientist, data engineer, data analyst, data architect,
        database, ai engineer, mathematician, actuary, chief data, insights, data-, daten-, datenbank-,
        statistiker-, mathematiker-, données, statisticien, statisticienne, actuaire, mathématicien,
        mathématicienne, datos, estadístico, estadística, matemático, matemática, actuario, actuaria,
        inteligencia de negocio, base de données, bases de données, analítica, dati, business analytics,
        statistics, biostatistics, operations research, -statistiker
    """,
    "it": """
        it, cio, ciso, information technology, systems administrator, system administrator, sysadmin,
        sys admin, network, networks, security engineer, cyber security, cybersecurity,
        information security, infrastructure, information systems, it support, it manager,
        information officer, systems analyst, systems engineer, system engineer, systems manager,
        network engineer, dba, sap, erp, cloud architect, solutions architect, enterprise architect,
        desktop support, security architect, database administrator, web administrator, webmaster,
        business analyst, computer systems, chief information, chief digital, digital transformation,
        security analyst, it-, edv-, systemadministrator-, netzwerk-, informationssicherheit-, itleiter,
        fachinformatiker-, wirtschaftsinformatiker-, informatik-, systemintegration, digitalisierung-, ict,
        informatique, dsi, rssi, systèmes d information, système d information, réseaux, réseau,
        systèmes et réseaux, cybersécurité, administrateur systèmes, administrateur système,
        transformation digitale, transformation numérique, sécurité informatique, informática, informático,
        sistemas, redes, ti, tecnologías de la información, administrador de sistemas,
        administradora de sistemas, ciberseguridad, transformación digital, sistemi, informatica,
        microinformatique, informaticien, informaticienne, help desk informatique, directeur des systèmes,
        informationstechn-, -administrator, -informatiker, tecnología de la información,
        tecnologías de la información y las comunicaciones,
        tecnología de la información y las comunicaciones
    """,
    "engineering": """
        engineering, cto, vpe, software, software engineer, developer, devops, sre, technology, programmer,
        front end, frontend, back end, backend, full stack, fullstack, qa, tech lead, technical director,
        site reliability, web developer, software developer, application developer, mechanical, electrical,
        civil engineer, chemical engineer, platform engineer, chief technology, chief technical, embedded,
        firmware, hardware, test engineer, quality engineer, technical lead, principal engineer,
        head of tech, tech, architecture engineer, r and d engineer, entwicklung-, entwickler-,
        softwareentwickl-, software-, softwarearchitekt-, konstrukt-, ingenieur-, maschinenbau-,
        elektrotechnik-, elektroingenieur-, bauingenieur-, technik-, technischer leiter, technische leitung,
        anwendungsentwickl-, webentwickl-, programmier-, verfahrenstechnik-, développeur, développeuse,
        ingénieur, ingénieure, ingénierie, développement logiciel, logiciel, directeur technique,
        directrice technique, technique, bureau d études, mécanique, électronique, desarrollador,
        desarrolladora, ingeniero, ingeniera, ingeniería, desarrollo de software, programador, programadora,
        director técnico, directora técnica, tecnología, director de tecnología, ingegnere, sviluppatore,
        concepteur développeur, engineer software, -entwickler, -ingenieur, -programmierer,
        -verfahrenstechnik, -verfahrenstechniker
    """,
    "finance": """
        finance, financial, cfo, accounting, accountant, accounts, controller, controlling, controllers,
        treasury, treasurer, bookkeeper, auditor, audit, tax, payroll clerk, credit, investment, investor,
        banking, banker, fund, risk manager, risk analyst, underwriter, billing, accounts payable,
        accounts receivable, fp a, financier, loan, insurance, equity, trader, economist, m a,
        chief financial, wealth, portfolio, finanz-, buchhalt-, buchführung, rechnungswesen, controller-,
        controlling-, steuerberat-, steuerfach-, steuer-, wirtschaftsprüf-, treasury-, revision-, bank-,
        banker-, kredit-, versicherung-, bilanz-, debitoren-, kreditoren-, anlageberat-, vermögensberat-,
        comptable, comptabilité, financière, finances, daf, contrôleur de gestion, contrôleuse de gestion,
        contrôle de gestion, trésorier, trésorière, trésorerie, fiscaliste, fiscal, fiscale,
        commissaire aux comptes, banque, banquier, bancaire, assurance, assurances,
        gestionnaire de patrimoine, courtier, auditeur, auditrice, expert comptable, experte comptable,
        crédit, économiste, contabilidad, contable, financiero, financiera, finanzas, tesorero, tesorera,
        tesorería, auditora, auditoría, banca, bancario, bancaria, seguros, economista, contador, contadora,
        inversiones, control de gestión, riesgos, corredor de seguros, finanza, contabile,
        amministrativo finanziario, finanças, administratif et financier, administrativo financiero,
        investments, administratif financier, asesor financiero, underwriting, mergers, acquisitions,
        portfolio-, impôts, middle office, back office, actuarial, -buchhalter, -controller
    """,
    "hr": """
        hr, human resources, chro, people, talent, recruiter, recruitment, recruiting, talent acquisition,
        payroll, compensation, benefits, people operations, learning and development, l d, hrbp,
        hr business partner, people partner, training manager, training officer, employee experience,
        workforce, personnel, diversity, chief people, chief human, employer branding, labor relations,
        staffing, headhunter, personal-, personalentwickl-, personalreferent-, personalwesen,
        personalleiter-, lohnbuchhalt-, entgelt-, ausbildungsleiter-, recruit-, arbeitgebermarke,
        ressources humaines, rh, drh, recrutement, recruteur, recruteuse, paie, responsable formation,
        chargé de recrutement, gestionnaire de paie, formation professionnelle, recursos humanos, rrhh,
        rr hh, selección de personal, reclutador, reclutadora, nóminas, talento, selección, capital humano,
        risorse umane, formación interna, prévention des risques professionnels, técnico de selección,
        training director, director of training, empleo, rémunération, rémunérations, -recruiter,
        directeur de la formation
    """,
    "legal": """
        legal, lawyer, attorney, counsel, general counsel, paralegal, compliance, clo, solicitor, barrister,
        notary, judge, privacy, data protection, dpo, regulatory affairs, contracts, magistrate, patent,
        trade mark, intellectual property, chief legal, corporate lawyer, law, recht-, rechtsanwalt-,
        rechtsanwält-, jurist-, justiziar-, syndikus-, anwalt-, datenschutz-, notar-, richter-, compliance-,
        patent-, staatsanwalt-, juridique, juriste, avocat, avocate, notaire, conformité, huissier,
        huissière, magistrat, droit, propriété industrielle, greffier, greffière, juge, jurídico, jurídica,
        abogado, abogada, notario, notaria, procurador, procuradora, cumplimiento, protección de datos,
        juez, jueza, fiscalía, legale, avvocato, asesoría jurídica, derecho, -anwalt, -jurist
    """,
    "procurement": """
        procurement, purchasing, sourcing, buyer, purchaser, category buyer, vendor management, supplier,
        suppliers, cpo procurement, strategic sourcing, chief procurement, vendor manager, buying, einkauf-,
        einkäufer-, beschaffung-, lieferant-, achats, achat, acheteur, acheteuse, approvisionnement,
        approvisionnements, approvisionneur, approvisionneuse, compras, comprador, compradora,
        aprovisionamiento, acquisti, inkoop, abastecimiento, proveedores, -einkäufer
    """,
    "operations": """
        operations, coo, ops, supply chain, logistics, warehouse, production, manufacturing, plant, quality,
        quality assurance, quality control, project manager, program manager, programme manager,
        project management, pmo, project coordinator, project lead, process, facilities, facility, fleet,
        transport, transportation, distribution, shipping, site manager, maintenance, lean,
        continuous improvement, health and safety, hse, ehs, chief operating, store manager,
        general manager, plant manager, business operations, construction manager, dispatcher, inventory,
        factory, industrial, delivery manager, materials, office manager, betrieb-, betriebsleit-,
        produktionsleit-, produktion-, fertigung-, logistik-, lager-, qualität-, qualitätssicher-,
        werkleit-, werksleit-, projektleit-, projektmanag-, projektkoordinat-, instandhaltung-, prozess-,
        disponent-, disposition, versand-, supply-, operativ-, filialleit-, bauleit-, arbeitssicherheit,
        spedition-, fuhrpark-, opérations, exploitation, logistique, qualité, chef de projet,
        cheffe de projet, directeur de projet, directrice de projet, chaîne logistique, usine, entrepôt,
        responsable magasin, conducteur de travaux, conductrice de travaux, chef de chantier, qse, qhse,
        transports, amélioration continue, chargé de projet, chargée de projet, responsable de site,
        moyens généraux, logisticien, logisticienne, maintenance industrielle, gestion de projet,
        operaciones, logística, producción, calidad, jefe de proyecto, jefa de proyecto, jefe de proyectos,
        jefa de proyectos, gerente de proyecto, gerente de proyectos, director de proyecto,
        cadena de suministro, almacén, planta, mantenimiento, jefe de obra, jefa de obra, transporte,
        mozo de almacén, procesos, fabricación, prevención, proyectos, jefe de taller, encargado de almacén,
        gestor de proyectos, gestora de proyectos, operazioni, produzione, logistica, qualità, operações,
        produção, qualidade, capo progetto, fabrication, manufacturera, manufactureras, almacenes, customs,
        directeur de magasin, directrice de magasin, responsable de magasin, gérant de magasin,
        gérante de magasin, chef de magasin, -projektleiter, -logistiker, -disponent, -filialleiter, minería
    """,
    "research": """
        research, r d, researcher, scientist, scientific, laboratory, lab, research and development,
        postdoc, postdoctoral, biologist, chemist, physicist, geologist, astronomer, research scientist,
        research assistant, clinical research, innovation, scientific officer, archaeologist,
        anthropologist, sociologist, microbiologist, ecologist, biochemist, oceanographer, meteorologist,
        hydrologist, geneticist, toxicologist, pharmacologist, geophysicist, biomedical scientist,
        forschung-, forscher-, forschungs-, wissenschaft-, labor-, laborant-, f e, biolog-, chemiker-,
        physiker-, geolog-, innovation-, archäolog-, astronom-, meteorolog-, ethnolog-, recherche,
        chercheur, chercheuse, r et d, recherche et développement, laboratoire, biologiste, chimiste,
        physicien, physicienne, géologue, scientifique, archéologue, astronome, météorologue, sociologue,
        ethnologue, océanographe, botaniste, biochimiste, généticien, investigación, investigador,
        investigadora, i d, laboratorio, biólogo, bióloga, químico, química, físico, física, geólogo,
        geóloga, innovación, i d i, científico, científica, arqueólogo, arqueóloga, astrónomo, meteorólogo,
        sociólogo, antropólogo, ricerca, ricercatore, post doc, lingüista, linguist, linguiste, politologe,
        -wissenschafter, -wissenschaftler, -biologe, -chemiker, -physiker, -forscher, -linguist, -ologe,
        -ologin, -ologist, -ólogo, -óloga, -ologue
    """,
    "education": """
        teacher, teaching, lecturer, professor, education, educational, academic, school, university, dean,
        faculty, tutor, headteacher, headmaster, instructor, curriculum, trainer, learning, e learning,
        early years, college, librarian, student advisor, student adviser, student services,
        student affairs, training and development, principal investigator academic, nursery, special needs,
        lehrer-, lehrkraft-, lehr-, dozent-, professor-, schul-, erzieher-, pädagog-, bildung-, bildungs-,
        ausbilder-, hochschul-, universität-, rektor-, dekan-, kita-, trainer-, erwachsenenbildung,
        bibliothekar-, enseignant, enseignante, enseignement, professeur, professeure, formateur,
        formatrice, éducation, éducateur, éducatrice, instituteur, institutrice, école,
        maître de conférences, proviseur, pédagogique, formation, documentaliste, bibliothécaire, moniteur,
        monitrice, professeur des écoles, animateur, animatrice, universitaire, puériculteur, puéricultrice,
        profesor, profesora, maestro, maestra, docente, educación, educador, educadora, enseñanza,
        formación, formador, formadora, académico, académica, decano, decana, escuela, universidad,
        pedagogo, pedagoga, bibliotecario, bibliotecaria, monitor, monitora, insegnante, docência,
        professora, catedrático, rector, enrollment, enrolment, -lehrer, -pädagoge, -pädagogin, -dozent,
        -erzieher, -trainer, admissions
    """,
    "healthcare": """
        nurse, nursing, doctor, physician, medical, clinical, surgeon, pharmacist, therapist, dentist,
        psychologist, hospital, health, healthcare, midwife, optometrist, radiographer, paramedic,
        veterinary, veterinarian, dietitian, nutritionist, gp, psychiatrist, counsellor, psychotherapist,
        physiotherapist, pharmacy, patient, optician, podiatrist, osteopath, chiropractor, audiologist,
        care worker, caregiver, anaesthetist, orthoptist, cardiologist, herbalist, acupuncturist, homeopath,
        dispensing, physio, neurosurgeon, psychotherapist child, oncologist, radiologist, pathologist,
        hygienist, arzt-, ärzt-, pfleg-, kranken-, gesundheit-, apotheker-, therapeut-, physiotherapeut-,
        ergotherapeut-, psycholog-, psychotherapeut-, hebamme-, zahnarzt-, zahn-, medizin-, klinik-,
        altenpfleg-, chirurg-, tierarzt-, chefarzt-, oberarzt-, optiker-, augenoptiker-, hörakustik-,
        heilpraktik-, logopäd-, sanitäter-, notfallsanit-, rettung-, heilerziehung-, pharma-, orthopädie-,
        médecin, infirmier, infirmière, pharmacien, pharmacienne, santé, médical, médicale, hôpital,
        sage femme, kinésithérapeute, psychologue, dentiste, chirurgien, chirurgienne, soins, soignant,
        soignante, aide soignant, aide soignante, orthophoniste, opticien, opticienne, vétérinaire,
        ostéopathe, diététicien, diététicienne, ergothérapeute, ambulancier, ambulancière, audioprothésiste,
        psychomotricien, psychomotricienne, pédicure, podologue, orthoptiste, psychiatre,
        auxiliaire de puériculture, préparateur en pharmacie, anesthésiste, puéricultrice infirmière,
        biologiste médical, médico, médica, enfermero, enfermera, enfermería, farmacéutico, farmacéutica,
        sanidad, salud, sanitario, sanitaria, clínico, clínica, psicólogo, psicóloga, fisioterapeuta,
        dentista, odontólogo, odontóloga, cirujano, cirujana, veterinario, veterinaria, matrona, óptico,
        óptica, logopeda, nutricionista, dietista, cuidador, cuidadora, terapeuta, auxiliar de enfermería,
        psiquiatra, podólogo, medico, infermiere, médico forense, dermatologist, neurologist, gynecologist,
        gynaecologist, urologist, anesthesiologist, rheumatology, cardiology, oncology, radiology, röntgen-,
        heimhelfer-, cardiólogo, dermatólogo, neurólogo, ginecólogo, audiólogo, cardiologue, dermatologue,
        gynécologue, audiologue, radiologue, neurologue, podologie, optometrista, -mediziner, -therapeut,
        -pfleger, -arzt, -ärztin, -psychologe, -psychologin
    """,
    "consulting": """
        management consultant, consulting, advisory, strategy, strategic, corporate development,
        business consultant, strategy consultant, senior management consultant, cso, chief strategy,
        unternehmensberat-, strategie-, beratung-, stratégie, conseil en organisation,
        conseil en management, consultant en management, consultor estratégico, consultoría, estrategia,
        transformation, strategia
    """,
    "administration": """
        executive assistant, personal assistant, secretary, receptionist, reception, office administrator,
        office assistant, administrative assistant, administration, secretarial, clerical, chief of staff,
        assistant to, data entry, sekretär-, sekretariat-, assistenz-, büro-, verwaltung-, empfang-,
        teamassist-, vorstandsassist-, geschäftsführungsassist-, direktionsassist-, rezeption-, bürokauf-,
        assistent-, secrétaire, secrétariat, assistante de direction, assistant de direction, accueil,
        standardiste, hôte d accueil, hôtesse d accueil, agent administratif, secretario, secretaria,
        administración, recepcionista, asistente de dirección, auxiliar administrativo,
        auxiliar administrativa, segreteria, segretaria, amministrazione, recepción, oficinista, -sekretär,
        office clerk
    """,
    "executive": """
        ceo, founder, cofounder, owner, chairman, chairwoman, chairperson, president, managing director,
        managing partner, chief executive, board member, board of directors, entrepreneur, proprietor,
        executive director, director general, general partner, founding partner, senior partner, md,
        executive board, business owner, c level, c suite, board director, geschäftsführ-, geschaeftsfuehr-,
        geschäftsleit-, vorstand-, inhaber-, mitinhaber-, gründer-, mitgründer-, unternehmer-,
        generaldirektor-, gesellschafter-, eigentümer-, aufsichtsrat-, firmeninhaber-, präsident-, pdg, dg,
        dga, président, présidente, directeur général, directrice générale, fondateur, fondatrice,
        cofondateur, cofondatrice, gérant, gérante, dirigeant, dirigeante, propriétaire, chef d entreprise,
        cheffe d entreprise, associé, associée, comex, consejero delegado, consejera delegada, fundador,
        fundadora, cofundador, cofundadora, director ejecutivo, directora ejecutiva, gerente general,
        propietario, propietaria, dueño, dueña, socio, socia, empresario, empresaria, presidenta,
        presidente, emprendedor, emprendedora, administrador único, directora general,
        amministratore delegato, titolare, fondatore, secretario general, secretary general,
        secrétaire général, director gerente
    """,
}

IMPLIED: dict[str, str] = {
    "engineering": """
        engineer, technologist, development, dev
    """,
    "data": """
        analyst, analyste, analista, analytiker-
    """,
    "it": """
        systems, administrator, informatiker-, cloud, digital, web, computer, admin,
        technicien informatique, administrateur, administratrice, solutions, applications, numérique,
        information
    """,
    "consulting": """
        consultant, consultante, consultor, consultora, berater-, unternehmensberater-, consulente
    """,
    "operations": """
        construcción, bâtiment, chantier, project, program, programme, projekt-, projet, projets, proyecto,
        proyectos, construction, safety, planner, planning
    """,
    "administration": """
        assistant, assistante, asistente, administrative, administratif, administrativo, administrativa,
        sachbearbeit-, clerk, office, assistente, secretariado
    """,
    "sales": """
        account, business developer, representative, negotiator, retail, kundenberater, kunden-, clientèle,
        clientes, customer relationship
    """,
    "customer_success": """
        support, customer, customers, client, clients, kunde, cliente, usager
    """,
    "legal": """
        contract, regulatory, policy
    """,
    "marketing": """
        community, market, copy, media
    """,
    "education": """
        training, formation, schüler-
    """,
    "healthcare": """
        care, soin, cuidado
    """,
    "hr": """
        personal
    """,
}
