"""The words that say how senior a title is, in small tables (English, German, French, Spanish).

Write words the way people do: case and accents are taken off when the tables are read. German feminine forms
in -in need no entry of their own. A table of phrases wins over a table of words, and a longer phrase over a
shorter one.
"""

# --- one word says it -------------------------------------------------------------------------------------

C_SUITE = """
ceo cfo cto coo cmo cio cro ciso cdo cso chro cao cco clo cpo cxo cgo
founder cofounder owner coowner chairman chairwoman chairperson chair president entrepreneur proprietor
solopreneur
Geschäftsführer Geschäftsführung Geschäftsleitung Geschäftsleiter Geschäftsführende Vorstand Vorständin
Vorstandsvorsitzender Vorstandsvorsitzende Vorstandsmitglied Vorstandssprecher Vorsitzender Vorsitzende
Inhaber Mitinhaber Firmeninhaber Gründer Mitgründer Mitbegründer Eigentümer Gesellschafter Unternehmer
Firmenchef
Generaldirektor Unternehmensleiter Aufsichtsrat Aufsichtsratsvorsitzender Hauptgeschäftsführer Präsident
Intendant Alleininhaber
pdg dg dga dgd président présidente fondateur fondatrice cofondateur cofondatrice cogérant cogérante
propriétaire dirigeant dirigeante patron patronne entrepreneure entrepreneuse directoire comex
fundador fundadora cofundador cofundadora presidente presidenta propietario propietaria copropietario
copropietaria
dueño dueña socio socia emprendedor emprendedora empresario empresaria
titolare fondatore fondatrice cofondatore proprietario proprietaria imprenditore imprenditrice
eigenaar oprichter zaakvoerder bestuurder
"""

VP = """
vp svp evp avp gvp rvp dvp vpe vpp vps vpm vicepresident vicepresidente vicepresidenta
Vizepräsident Bereichsvorstand viceprésident viceprésidente
"""

DIRECTOR = """
director dir directors
Direktor Leiter Leitung Leitende Prokurist Dezernent Chefarzt Chefredakteur Chefredaktion Ressortchef
Chefredaktor
directeur directrice directora subdirector subdirectora codirector codirectora sousdirecteur
drh dsi daf dircom rssi proviseur
direttore direttrice diretor diretora hoofd
"""

MANAGER = """
manager mgr managers supervisor teamlead teamleader foreman forewoman superintendent headmaster headteacher
Vorarbeiter Führungskraft Polier Stationsleitung Küchenchef Oberarzt
responsable manageur manageuse superviseur superviseuse contremaître encadrant encadrante
jefe jefa gerente gerenta encargado encargada supervisora capataz
responsabile capo supervisore chefe encarregado teamhoofd
"""

STUDENT = """
student students intern interns internship trainee apprentice undergraduate postgraduate traineeship
apprenticeship
Studentin Studierende Studierender Werkstudent Werkstudierende Praktikant Praktikum Azubi Auszubildende
Auszubildender Auszubildenden Lehrling Volontär Doktorand Referendar Schüler Hiwi Pflichtpraktikum Promovend
stagiaire alternant alternante apprenti apprentie étudiant étudiante doctorant doctorante lycéen lycéenne
becario becaria estudiante practicante pasante doctorando doctoranda aprendiz
tirocinante stagista studente studentessa apprendista estagiário estagiária estudante stagiair leerling
"""

FREELANCER = """
freelance freelancer freelancing freelancers Freiberufler freiberuflich freiberufliche freiberuflicher
Selbstständig Selbständig Selbstständiger Selbständiger Selbstständige Selbständige Selbststaendig
Soloselbstständige
selbstständiger indépendant indépendante autoentrepreneur autoentrepreneuse autoentrepreneure
microentrepreneur
microentrepreneuse autónomo autónoma zzper zzp zelfstandig zelfstandige
"""

# An assistant stays one, whoever the title names beside them.
SUPPORT = """
secretary Assistent Assistenz Sekretär Sekretariat Chefsekretär Vorstandsassistent Vorstandsassistenz
Direktionsassistent Direktionsassistenz Geschäftsleitungsassistent Geschäftsführungsassistent Teamassistenz
Managementassistent Managementassistenz Vorstandssekretär Vorzimmer Chefassistenz
assistante secrétaire assistent assistente asistente secretario secretaria asistenta segretaria segretario
"""

# --- several words say it ---------------------------------------------------------------------------------

C_SUITE_PHRASES = """
chief executive | chief executive officer | managing director | managing partner | managing member
general partner | founding partner | senior partner | equity partner | named partner | board member
board of directors | member of the board | member of the executive board | member of the management board
member of board | member of the executive committee | executive board | management board | board director
non executive director | chair of the board | chairman of the board | c level | c suite | c level executive
business owner | small business owner | executive chairman | vice chairman | vice chair | vice chairwoman
deputy chairman | director general | general director | secretary general | general secretary
founding member | owner operator | owner manager | Mitglied der Geschäftsführung
Mitglied der Geschäftsleitung | Mitglied des Vorstands | Mitglied des Vorstandes | Mitglied im Vorstand
Mitglied der GL | Mitglied der erweiterten Geschäftsleitung | geschäftsführender Gesellschafter
geschäftsführende Gesellschafterin | geschäftsführender Direktor | Vorsitzender der Geschäftsführung
Vorsitzende der Geschäftsführung | Sprecher der Geschäftsführung | Mitglied des Aufsichtsrats
directeur général | directrice générale | directeur général adjoint | directrice générale adjointe
directeur exécutif | directrice exécutive | président directeur général | présidente directrice générale
directeur gérant | membre du directoire | membre du comité de direction | membre du comité exécutif
membre du comex | membre du codir | chef entreprise | chef d entreprise | cheffe d entreprise
associé gérant | associée gérante | associé fondateur | associée fondatrice | associé dirigeant
secrétaire général | secrétaire générale | administrateur délégué | administratrice déléguée
membre du conseil d administration | vice président directeur général | consejero delegado
consejera delegada | directora general | director ejecutivo | directora ejecutiva | gerente general
director gerente | directora gerente | administrador único | administradora única | administrador general
miembro del consejo | miembro del consejo de administración | socio director | socia directora
socio fundador | socia fundadora | secretario general | secretaria general | director xeral
amministratore delegato | amministratrice delegata | amministratore unico | direttore generale
direttrice generale | diretor geral | diretora geral | diretor executivo | sócio gerente
algemeen directeur | managing owner
"""

VP_PHRASES = """
vice president | vice presidente | vice presidenta | vice présidente | v p | assistant vice president
associate vice president | deputy vice president | vice dirigente
"""

DIRECTOR_PHRASES = """
head of | head for | global head | group head | deputy head of | chief of staff | chief of | general manager
country manager | editor in chief | rédacteur en chef | rédactrice en chef | redactor jefe | redactora jefa
country head | executive director | directeur de cabinet | regional vice director | country lead
leitender Angestellter | leitende Angestellte | kaufmännischer Leiter | technischer Leiter | Leiter der
Leiter des | director adjunto | directora adjunta | general counsel | school principal | controller general
"""

MANAGER_PHRASES = """
team lead | team leader | lead of | group product manager | group product managers | head nurse | head chef
head teacher | head coach | managing editor | assistant manager | floor manager | shift lead | shift leader
crew leader | squad lead | chapter lead | tribe lead | crew chief | chef d équipe | cheffe d équipe
chef de service | cheffe de service | chef de département | jefe de equipo | jefa de equipo | line manager
people manager | section head | section chief | charge nurse | ward sister | ward manager | chef de cuisine
chef de chantier | chef d atelier | sous directeur de magasin | coordination d équipe | people lead
tech lead manager | gérant de magasin | gérante de magasin | capo reparto | team manager | store manager
area manager | district manager | direct sales manager
"""

# Managers of a thing rather than of people: they count as individual contributors.
MANAGED_THINGS = """
account | accounts | key account | product | products | project | projects | program | programme | community
social media | content | case | customer success | campaign | release | partner | partnership | partnerships
relationship | client | portfolio | fund | asset | investment | category | brand | event | events
conference | office | property | product marketing | territory | territory sales | customer relationship
contract | contracts | channel | client success | crm | success | delivery | change | knowledge | bid
proposal | traffic | seo | sea | ppc | technical program | technical project | construction project
it project | alliance | alliances | wealth | customer | stage | digital project | talent acquisition
influencer | email marketing | e mail marketing | performance marketing | growth marketing
online marketing
"""

INDIVIDUAL_PHRASES = """
product owner | process owner | data owner | service owner | system owner | application owner | risk owner
business partner | hr partner | hr business partner | finance business partner | people partner
talent partner | partner manager | executive chef | sous chef | pastry chef | commis chef | chef de partie
chef de rang | personal chef | account executive | account director assistant | art director
funeral director | film director | stage director | casting director | theatre director
television director | music director | musical director | film video director | director of photography
directeur artistique | directrice artistique | director artístico | director de arte | directora de arte
directeur de la photographie | director de fotografía | director de cine | director de orquesta
chef d orchestre | director film | director de proyecto | directora de proyecto | directeur de projet
directrice de projet | directeur de clientèle | directrice de clientèle | directeur de thèse
directeur de recherche | directrice de recherche | chef de projet | cheffe de projet | chef de projets
chef de produit | cheffe de produit | chef de produits | chef de publicité | cheffe de publicité
chef de marque | responsable de compte | responsable de comptes | responsable grands comptes
gérant de portefeuille | gérante de portefeuille | chargé d affaires | responsable de clientèle
responsable clientèle | responsable d affaires | jefe de proyecto | jefa de proyecto | jefe de proyectos
jefa de proyectos | jefe de producto | jefa de producto | gerente de producto | gerente de proyecto
gerente de proyectos | gerente de cuenta | gerente de cuentas | responsable de cuentas
responsable de proyecto | responsable de producto | responsable de proyectos | membre de l équipe
chief engineer on board | chair maker | chair side assistant | lead generation | president s office
executive office | ceo office | office of the ceo | crew member | founder associate | founders associate
founder s associate | founders office | founder s office | entrepreneur in residence assistant | line cook
owner relations | principal engineer | principal consultant | principal scientist | principal developer
principal architect | principal designer | principal analyst | principal investigator
principal software engineer | principal product manager | principal data scientist | principal researcher
principal software | principal technical | investigador principal | associate director of photography
directorial assistant | sales director assistant | stage hand | chef cuisinier | empleado encargado
empleada encargada | director de teatro | directora de teatro | chef pâtissier | chef opérateur
agent de maîtrise | managing consultant | managing associate | managing clerk | maître d œuvre
maître de conférences
"""

SUPPORT_PHRASES = """
executive assistant | personal assistant | administrative assistant | virtual assistant | assistant to
assistant of | assistant de direction | office assistant | management assistant | assistant de gestion
assistant du | assistant des | adjoint de direction | adjointe de direction | adjoint au | adjointe au
adjoint administratif | adjointe administrative | asistente de dirección | asistente ejecutiva
asistente ejecutivo | secretario de dirección | secretaria de dirección | advisor to | adviser to | aide to
deputy to | support to | referent des Vorstands | Referent der Geschäftsführung
referent der Geschäftsleitung | attaché de direction | attachée de direction | auxiliar de
"""

STUDENT_PHRASES = """
working student | phd student | phd candidate | doctoral candidate | doctoral student | master student
bachelor student | graduate student | exchange student | trainee manager | management trainee
graduate trainee | in training | duales Studium | dual Studierender | dualer Student
wissenschaftliche Hilfskraft | studentische Hilfskraft | studentischer Mitarbeiter
studentische Mitarbeiterin | studentische Aushilfe | in Ausbildung | contrat pro
contrat de professionnalisation | contrat d apprentissage | en alternance | en stage | en formation
en prácticas | estudiante en prácticas | alumno | alumna | alumno en prácticas | research student
student assistant | student researcher | high school student | college student | university student
trainee solicitor | praktikantin
"""

FREELANCER_PHRASES = """
self employed | self employment | independent contractor | independent consultant | independent adviser
independent advisor | independent professional | independent distributor | sole trader | sole proprietor
gig worker | freier Mitarbeiter | freie Mitarbeiterin | freier Journalist | freie Journalistin
freier Berater | freie Beraterin | freier Redakteur | freie Redakteurin | free lance | free lancer
auto entrepreneur | auto entrepreneuse | auto entrepreneure | micro entrepreneur | micro entrepreneuse
travailleur indépendant | travailleuse indépendante | à son compte | profession libérale
trabajador autónomo | trabajadora autónoma | trabajador por cuenta propia | por cuenta propia
libero professionista | trabalhador independente | profissional liberal | libre professionnel
libera professionista
"""

# Words after `student`, `trainee` … that turn it into the matter of a job: a student adviser is no student.
STUDENT_MATTERS = """
affairs services service advisor adviser counselor counsellor success recruitment recruiter coordinator
experience
engagement support life development relations liaison housing loan loans program programme programs finance
health
union welfare outcomes conduct activities admissions
"""

# --- forms of words -----------------------------------------------------------------------------------------

# German compounds of -leiter: heads of a department, unless the word is here.
LEITER_MANAGERS = """
team gruppen filial dorf schicht markt regional gebiets bezirks geschäftsstellen niederlassungs laden
verkaufs lager büro
stations küchen werkstatt kita hort heim wohn pflegedienst schul fach unter referats sachgebiets objekt
restaurant
hotel bank studio meister store shop abschnitts dienst außendienst
"""
LEITER_INDIVIDUALS = """
projekt bau kurs reise fahrdienst beg bauprojekt teilprojekt it-projekt software-projekt entwicklungsprojekt
programm studien übungs
einsatz seminar chor aufnahme jugend freizeit spiel regie spielleiter wander bergungs besprechungs
workshop wahlkampf dirigenten tour messe event veranstaltungs ermittlungs untersuchungs prozess blitzab schi
ski
"""

# Compounds in one word that end in -manager: managers of a thing (see MANAGED_THINGS).
MANAGER_INDIVIDUALS = """
projekt produkt key-account account community content social-media event veranstaltungs vertrags kunden
programm
office case portfolio asset fonds fond kategorie category marken brand kampagnen partner immobilien bid
daten prozess konferenz kongress entlassungs förderungs change
qualitäts wissens multiprojekt teilprojekt onlinemarketing online-marketing
"""

# How names of occupations end: with no word of rank, such a word makes an individual contributor.
OCCUPATION_ENDINGS = """
er or ist ian eer ant man woman person yst ess smith wright hand
euse eur rice iste ien ienne ogue ier iere
mann frau kraft referent gehilfe gehilfin helfer graf soph peut peute arzt ärztin wirt loge login nom nomin
anwalt beauftragter beauftragte meister
ero era ista logo loga dor dora ario aria nte tor tora grafo grafa
"""

# Nouns of occupations that the endings above miss (or that should not wait for them).
OCCUPATIONS = """
analyst engineer developer consultant specialist administrator accountant coordinator representative rep
associate advisor
adviser officer clerk expert lead staff executive chief sdr bdr ae csm architect scientist researcher nurse
teacher doctor
lawyer attorney paralegal counsel controller buyer planner operator technician tech generalist strategist
evangelist
professor lecturer pilot cook baker driver mechanic ux member partner head journalist aide agent guide
copywriter barrister solicitor judge midwife surgeon physician gp vet coach scribe dba sre qa mate rn cpa
guard sheriff professional
Mitarbeiter Mitarbeiterin Mitarbeitende Sachbearbeiter Referent Berater Ingenieur Kauffrau Kaufmann
Fachkraft Angestellte
Angestellter Beamter Beamtin Beauftragte Beauftragter Spezialist Experte Expertin Fachwirt Vertreter Jurist
Anwalt Arzt
Koch Köchin Professor Richter Verkäufer Entwickler Informatiker Techniker Betriebswirt Fachangestellter
Fachangestellte
Innendienst Außendienst Pfleger Makler Händler Landwirt Förster Beraterin Ärztin Anwältin Landwirtin Hebamme
Psychologe
Psychologin Zahnarzt Chirurg Pädagoge Pädagogin Biologe Biologin Geologe Astronom Pilot Matrose Gehilfe
Chemikant Laborant
chargé chargée conseiller conseillère ingénieur ingénieure développeur développeuse technicien technicienne
consultant
consultante commercial commerciale comptable juriste avocat avocate médecin infirmier infirmière enseignant
enseignante
professeur professeure auxiliaire marchand marchande analyste rédacteur rédactrice graphiste employé
employée agent agente attaché attachée adjoint adjointe
gestionnaire acheteur acheteuse vendeur vendeuse conducteur conductrice ouvrier ouvrière notaire architecte
urbaniste fonctionnaire cadre chercheur chercheuse formateur formatrice facteur assistant bibliothécaire
actuaire sage
ingeniero ingeniera desarrollador desarrolladora técnico técnica consultor consultora analista asesor
asesora contable
abogado abogada médico médica enfermero enfermera profesor profesora comercial vendedor vendedora
administrativo
administrativa auxiliar operario operaria agente delegado delegada especialista representante coordinador
coordinadora
investigador investigadora arquitecto arquitecta ejecutivo ejecutiva empleado empleada obrero obrera maestro
maestra
abogadas químico química físico física matemático matemática informático informática mecánico mecánica
músico
electricista compositor escritor escritora psicólogo psicóloga secretariado peón oficial suboficial
profesional guía estadístico estadística diseñador diseñadora
ingegnere sviluppatore consulente impiegato impiegata addetto addetta medewerker adviseur
"""

# Ends like an occupation, and is none; or is what people write into a field they want to skip.
NO_OCCUPATIONS = """
other others user customer customers member whatever never career department center centre consumer retail
order power
water paper computer software hardware user server cyber career former junior senior senor entry per super
inter cover her
number internet event different current present permanent student parent government management development
investment
patient client equipment payment document content environment recruitment procurement talent department
marketing
ever better later after under over major minor color factor sector motor error either neither
autre autres divers nicht unbekannt keiner andere anderer weitere ander sonstige sonstiger sonstiges leer
otro ninguno ninguna nuevo primer primero primera cualquiera activo activa varios comercio grupo vivo
none na null nil test asdf qwer unknown unbekannte unemployed retired jobless rentner retraité jubilado
arbeitslos rentnerin
hier her wer dieser unser mister winter summer sommer ober unter ist at that hat what chat format not great
treatment basement art heart chart part start smart market support report import export airport transport
for hour your our tor door floor poor flor labor tor valor mejor senor favor menor mayor exterior interior
superior
"""

# After one of these, the title speaks of whom or what somebody works for, not of their own rank.
PREPOSITIONS = """
of for to at in by with within from under reporting via der des für bei beim von vom im am zum zur mit unter
aus als
de d l du dell della di da do dos das del chez pour en aux au à auprès para por con sobre sur dans voor van
bij op met
"""
