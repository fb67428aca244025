//! Sentences and headings of the public pages, in three languages.

/// A meaning with its words in English, Ukrainian, French.
pub const PHRASES: &[(&str, [&str; 3])] = &[
    ("skip", ["Skip to the content", "Перейти до змісту", "Aller au contenu"]),
    ("nav", ["Pages", "Сторінки", "Pages"]),
    ("languages", ["Language", "Мова", "Langue"]),
    ("home", ["Overview", "Огляд", "Aperçu"]),
    ("findings", ["Findings", "Висновки", "Conclusions"]),
    ("incidents", ["Incidents", "Інциденти", "Incidents"]),
    ("daily", ["Daily report", "Щоденний звіт", "Rapport quotidien"]),
    ("agreement", ["Agreement", "Угода", "Accord"]),
    ("verify", ["Verify", "Перевірка", "Vérifier"]),
    ("app", ["Operations app", "Робочий застосунок", "Application"]),
    (
        "exercise",
        [
            "EXERCISE. Nothing on this page is real.",
            "НАВЧАННЯ. Усе на цій сторінці вигадане.",
            "EXERCICE. Rien sur cette page n’est réel.",
        ],
    ),
    ("as-of", ["As of", "Станом на", "Situation au"]),
    (
        "footer",
        [
            "Everything here is computed from a signed record that anybody can check offline.",
            "Усе тут обчислено з підписаного запису, який кожен може перевірити без мережі.",
            "Tout ceci est calculé à partir d’un registre signé que chacun peut vérifier hors ligne.",
        ],
    ),
    ("period", ["Period", "Період", "Période"]),
    ("made", ["Made", "Складено", "Établi"]),
    (
        "corrects",
        [
            "This report corrects an earlier one of the same day:",
            "Цей звіт виправляє попередній за той самий день:",
            "Ce rapport en corrige un précédent du même jour :",
        ],
    ),
    (
        "daily-incidents",
        [
            "Incidents by likeliest class",
            "Інциденти за найімовірнішим видом",
            "Incidents selon la classe la plus probable",
        ],
    ),
    ("col-class", ["Class", "Вид", "Classe"]),
    ("col-incidents", ["Incidents", "Інцидентів", "Incidents"]),
    ("col-before", ["24 hours before", "За попередні 24 години", "24 heures avant"]),
    ("col-expected", ["Expected number", "Очікувана кількість", "Nombre espéré"]),
    (
        "col-noticed",
        [
            "We would have noticed at least",
            "Ми помітили б щонайменше",
            "Nous aurions remarqué au moins",
        ],
    ),
    (
        "expected-note",
        [
            "The expected number counts each incident with its chance of being real and of that class.",
            "Очікувана кількість враховує кожен інцидент з імовірністю, що він справжній і саме цього виду.",
            "Le nombre espéré compte chaque incident avec sa probabilité d’être réel et de cette classe.",
        ],
    ),
    (
        "capability",
        ["What we could have noticed", "Що ми могли помітити", "Ce que nous aurions pu remarquer"],
    ),
    (
        "capability-note",
        [
            "Chance that one incident would have been noticed by the satellites and the press that reported in the period. The figure holds in open country; in or near settlements the press adds to it. Sky is taken as 80 % overcast where nobody has said. Patrols and sensors say where they looked only by reporting, so their silence counts for nothing.",
            "Імовірність, що один інцидент помітили б супутники та преса, які повідомляли в цей період. Число стосується відкритої місцевості; у населених пунктах і поблизу преса його підвищує. Хмарність вважається 80 %, якщо про неї нічого не відомо. Мовчання патрулів і давачів не враховується.",
            "Probabilité qu’un incident ait été remarqué par les satellites et la presse qui ont rapporté pendant la période. Le chiffre vaut en rase campagne ; dans les localités et à proximité, la presse s’y ajoute. Le ciel est supposé couvert à 80 % faute d’indication. Le silence des patrouilles et des capteurs ne compte pas.",
        ],
    ),
    (
        "capability-none",
        [
            "Nothing reported in this period says what would have been noticed: silence says nothing.",
            "У цей період немає даних про те, що було б помічено: мовчання нічого не означає.",
            "Rien dans cette période ne dit ce qui aurait été remarqué : le silence ne prouve rien.",
        ],
    ),
    ("col-open", ["Open country", "Відкрита місцевість", "Rase campagne"]),
    (
        "col-settled",
        [
            "In or near settlements",
            "У населених пунктах або поблизу",
            "Dans les localités ou à proximité",
        ],
    ),
    (
        "daily-allegations",
        [
            "Allegations by article",
            "Твердження про порушення за статтями",
            "Allégations par article",
        ],
    ),
    ("col-article", ["Article", "Стаття", "Article"]),
    ("col-alleged", ["Alleged", "Заявлено", "Allégués"]),
    (
        "col-undetermined",
        [
            "Not settled by the evidence",
            "Докази не дають відповіді",
            "Non tranchés par les preuves",
        ],
    ),
    (
        "allegation-note",
        [
            "An allegation is not a finding: it is an incident held against a rule.",
            "Твердження не є висновком: це інцидент, зіставлений із правилом.",
            "Une allégation n’est pas une conclusion : c’est un incident confronté à une règle.",
        ],
    ),
    (
        "restrictions",
        [
            "Restrictions on the monitors",
            "Обмеження для спостерігачів",
            "Restrictions imposées aux observateurs",
        ],
    ),
    (
        "data-kept",
        ["Data promised and received", "Обіцяні та отримані дані", "Données promises et reçues"],
    ),
    ("col-source", ["Source", "Джерело", "Source"]),
    ("col-available", ["Received", "Отримано", "Reçu"]),
    ("col-timely", ["In time", "Вчасно", "À temps"]),
    (
        "col-late",
        ["Late or unusable", "Із запізненням або непридатні", "En retard ou inutilisable"],
    ),
    ("col-lost", ["Lost", "Втрачено", "Perdu"]),
    ("col-enough", ["Enough", "Достатньо", "Suffisant"]),
    ("enough", ["yes", "так", "oui"]),
    ("not-enough", ["no", "ні", "non"]),
    (
        "data-kept-note",
        [
            "Shares of the time that each source promised to speak of, less what was announced beforehand as lost.",
            "Частки часу, за який кожне джерело обіцяло звітувати, без завчасно оголошених перерв.",
            "Parts du temps dont chaque source a promis de parler, hors interruptions annoncées d’avance.",
        ],
    ),
    (
        "corrections",
        [
            "Corrections of earlier days",
            "Виправлення за попередні дні",
            "Corrections des jours précédents",
        ],
    ),
    (
        "corrections-note",
        [
            "Incidents of the day before that late data changed.",
            "Інциденти попереднього дня, змінені пізнішими даними.",
            "Incidents de la veille modifiés par des données tardives.",
        ],
    ),
    ("findings-day", ["Findings published", "Опубліковані висновки", "Conclusions publiées"]),
    (
        "obligations-due",
        [
            "Obligations due within 48 hours, or overdue",
            "Зобов’язання зі строком до 48 годин або прострочені",
            "Obligations dues sous 48 heures ou en retard",
        ],
    ),
    ("of", ["of", "з", "sur"]),
    ("from", ["from", "від", "de"]),
    (
        "what",
        [
            "Servanda keeps a ceasefire honest: it takes in observations, says what happened and how sure it is, holds that against the agreement, and shows who owes what by when. People decide; the software proposes and records.",
            "Servanda допомагає дотримувати припинення вогню: збирає спостереження, повідомляє, що сталося і наскільки це певно, зіставляє з угодою та показує, хто, що і до якого часу має виконати. Вирішують люди; програма пропонує й записує.",
            "Servanda veille au respect d’un cessez-le-feu : elle recueille les observations, dit ce qui s’est passé et avec quelle certitude, le confronte à l’accord et montre qui doit quoi et pour quand. Les personnes décident ; le logiciel propose et consigne.",
        ],
    ),
    (
        "ceasefire-since",
        [
            "The ceasefire has been in force since",
            "Припинення вогню чинне з",
            "Le cessez-le-feu est en vigueur depuis le",
        ],
    ),
    (
        "ceasefire-none",
        [
            "No ceasefire is stated to be in force.",
            "Чинність припинення вогню не заявлено.",
            "Aucun cessez-le-feu n’est déclaré en vigueur.",
        ],
    ),
    ("counts", ["So far", "Дотепер", "Jusqu’ici"]),
    ("observations", ["Observations", "Спостереження", "Observations"]),
    ("sources-reporting", ["sources", "джерел", "sources"]),
    ("published-here", ["published here:", "опубліковано тут:", "publiés ici :"]),
    ("allegations", ["Allegations", "Твердження про порушення", "Allégations"]),
    ("alleged-word", ["alleged", "заявлено", "allégués"]),
    (
        "undetermined-word",
        [
            "not settled by the evidence",
            "без відповіді за доказами",
            "non tranchés par les preuves",
        ],
    ),
    ("cases", ["Cases", "Справи", "Affaires"]),
    ("open-of", ["open of", "відкрито з", "ouvertes sur"]),
    (
        "obligations",
        ["Obligations of guarantors", "Зобов’язання гарантів", "Obligations des garants"],
    ),
    ("latest-findings", ["Latest findings", "Останні висновки", "Dernières conclusions"]),
    ("violation", ["a violation was found", "порушення встановлено", "violation constatée"]),
    (
        "no-violation",
        ["no violation was found", "порушення не встановлено", "aucune violation constatée"],
    ),
    ("article", ["Article", "Стаття", "Article"]),
    (
        "responsible",
        ["Responsible, as found", "Відповідальність за висновком", "Responsabilité constatée"],
    ),
    ("not-found", ["Nothing here", "Тут нічого немає", "Rien ici"]),
    (
        "failed",
        ["This could not be shown", "Це не вдалося показати", "Ceci n’a pas pu être affiché"],
    ),
    ("next-step", ["Go on with:", "Перейти далі:", "Continuer avec :"]),
    ("none", ["None.", "Немає.", "Aucune."]),
    ("zero-of", ["None recorded.", "Нічого не зафіксовано.", "Rien d’enregistré."]),
];
