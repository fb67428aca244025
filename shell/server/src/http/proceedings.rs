//! Sentences and headings of the pages on findings, incidents, the agreement and verification.

/// A meaning with its words in English, Ukrainian, French.
pub const PROCEEDINGS: &[(&str, [&str; 3])] = &[
    (
        "findings-about",
        [
            "A finding is what the commission holds to be proved. A provisional finding is assembled within hours and can be reversed; a confirmed one takes days; a full one takes weeks.",
            "Висновок — це те, що комісія вважає доведеним. Попередній висновок складають за години, і його можна скасувати; підтверджений — за дні; повний — за тижні.",
            "Une conclusion est ce que la commission tient pour prouvé. Provisoire, elle est établie en quelques heures et réversible ; confirmée, en quelques jours ; complète, en quelques semaines.",
        ],
    ),
    (
        "findings-all",
        [
            "All findings, newest first",
            "Усі висновки, спершу найновіші",
            "Toutes les conclusions, les plus récentes d’abord",
        ],
    ),
    ("finding", ["Finding", "Висновок", "Conclusion"]),
    ("published", ["Published", "Опубліковано", "Publiée"]),
    ("level-word", ["Level", "Рівень", "Niveau"]),
    ("outcome", ["Outcome", "Результат", "Résultat"]),
    ("superseded", ["superseded", "замінено", "remplacée"]),
    (
        "superseded-by",
        [
            "A later finding has taken the place of this one:",
            "Цей висновок замінено пізнішим:",
            "Une conclusion postérieure remplace celle-ci :",
        ],
    ),
    ("supersedes", ["Takes the place of", "Замінює", "Remplace"]),
    ("severity", ["Severity", "Тяжкість", "Gravité"]),
    ("breach", ["When it happened", "Коли сталося", "Quand c’est arrivé"]),
    ("case", ["Case", "Справа", "Affaire"]),
    ("text", ["What was found", "Що встановлено", "Ce qui est constaté"]),
    ("remedies", ["Remedies", "Засоби усунення", "Mesures"]),
    ("how-sure", ["How sure", "Наскільки це певно", "Avec quelle certitude"]),
    (
        "proof-sentence",
        ["The degree of proof is:", "Ступінь доведеності:", "Le degré de preuve est :"],
    ),
    (
        "likelihood-sentence",
        [
            "That a rule was broken is, in the words of ICD 203:",
            "Те, що правило порушено, за словами ICD 203:",
            "Qu’une règle ait été violée est, selon les termes de l’ICD 203 :",
        ],
    ),
    ("how-we-know", ["How we know", "Звідки ми знаємо", "Comment nous le savons"]),
    (
        "rests-on",
        ["This finding rests on", "Підстава цього висновку:", "Cette conclusion repose sur"],
    ),
    (
        "rests-allegations",
        ["Allegations it disposes of", "Твердження, які він розглядає", "Allégations tranchées"],
    ),
    ("allegation", ["Allegation", "Твердження", "Allégation"]),
    ("rule", ["Rule", "Правило", "Règle"]),
    ("when", ["When", "Коли", "Quand"]),
    (
        "chance-of-breach",
        [
            "Chance that the rule’s conditions hold",
            "Імовірність, що умови правила виконано",
            "Probabilité que les conditions de la règle soient remplies",
        ],
    ),
    ("would-refute", ["What would refute it", "Що це спростувало б", "Ce qui la réfuterait"]),
    ("statements", ["Statements of the parties", "Заяви сторін", "Déclarations des parties"]),
    (
        "no-statements",
        ["No statement was filed.", "Заяв не подано.", "Aucune déclaration déposée."],
    ),
    (
        "late",
        ["after the time for reply", "після строку для відповіді", "après le délai de réponse"],
    ),
    ("exhibits", ["Exhibits", "Речові докази", "Pièces"]),
    (
        "custody-broken",
        ["custody is broken", "ланцюг зберігання порушено", "chaîne de possession rompue"],
    ),
    ("votes", ["Votes", "Голоси", "Votes"]),
    ("vote", ["Vote", "Голос", "Vote"]),
    ("seat", ["Seat", "Член комісії", "Membre"]),
    ("no-vote", ["No vote was taken.", "Голосування не було.", "Aucun vote n’a eu lieu."]),
    ("recused", ["Took no part:", "Не брали участі:", "N’ont pas pris part :"]),
    ("dissents", ["Dissents", "Окремі думки", "Opinions dissidentes"]),
    ("signatures", ["Signatures", "Підписи", "Signatures"]),
    (
        "no-signatures",
        [
            "No seat has signed it; the house’s key signs the entry on the record.",
            "Жоден член комісії його не підписав; запис підписано ключем системи.",
            "Aucun membre ne l’a signée ; la clé du système signe l’entrée au registre.",
        ],
    ),
    ("entry", ["entry", "запис", "entrée"]),
    (
        "verify-this",
        [
            "Check this finding and all it rests on yourself",
            "Перевірте цей висновок і все, на чому він ґрунтується",
            "Vérifiez vous-même cette conclusion et tout ce sur quoi elle repose",
        ],
    ),
    (
        "incidents-about",
        [
            "An incident is what the observations together say happened. None of the words here says that a rule was broken.",
            "Інцидент — це те, що, за спостереженнями, сталося. Жодне слово тут не означає, що правило порушено.",
            "Un incident est ce que les observations, prises ensemble, disent être arrivé. Aucun mot ici ne dit qu’une règle a été violée.",
        ],
    ),
    ("shown-here", ["Published here", "Опубліковано тут", "Publiés ici"]),
    (
        "too-recent",
        ["Too recent to publish", "Надто нові для публікації", "Trop récents pour être publiés"],
    ),
    ("held-back", ["held back for", "затримка", "délai de"]),
    (
        "withheld",
        ["Never shown one by one", "Ніколи не показують окремо", "Jamais montrés un à un"],
    ),
    (
        "coarse",
        [
            "Places are rounded to cells of",
            "Місця округлено до клітин",
            "Lieux arrondis à des mailles de",
        ],
    ),
    (
        "map",
        [
            "Map of the line, the zones and the published incidents",
            "Карта лінії, зон і опублікованих інцидентів",
            "Carte de la ligne, des zones et des incidents publiés",
        ],
    ),
    (
        "map-note",
        [
            "The line, zones and protected objects of the agreement, with the published incidents; every circle is as wide as the cell it may lie in. Boundaries follow the agreement’s stated view and decide nothing.",
            "Лінія, зони й захищені об’єкти угоди та опубліковані інциденти; кожне коло завширшки з клітину, у якій інцидент може лежати. Межі відповідають заявленому в угоді погляду й нічого не вирішують.",
            "Ligne, zones et objets protégés de l’accord, avec les incidents publiés ; chaque cercle a la largeur de la maille où l’incident peut se trouver. Les frontières suivent la vue énoncée par l’accord et ne décident de rien.",
        ],
    ),
    (
        "none-published",
        [
            "No incident is published yet.",
            "Жодного інциденту ще не опубліковано.",
            "Aucun incident n’est encore publié.",
        ],
    ),
    (
        "incidents-newest",
        [
            "Published incidents, newest first",
            "Опубліковані інциденти, спершу найновіші",
            "Incidents publiés, les plus récents d’abord",
        ],
    ),
    ("day", ["Day (UTC)", "День (UTC)", "Jour (UTC)"]),
    ("incident", ["Incident", "Інцидент", "Incident"]),
    ("class-share", ["Chance of the class", "Імовірність виду", "Probabilité de la classe"]),
    ("real", ["Chance it happened", "Імовірність, що сталося", "Probabilité qu’il ait eu lieu"]),
    (
        "groups",
        [
            "Independent groups of sources",
            "Незалежних груп джерел",
            "Groupes de sources indépendants",
        ],
    ),
    ("place", ["Cell", "Клітина", "Maille"]),
    ("older", ["Older incidents", "Давніші інциденти", "Incidents plus anciens"]),
    (
        "daily-about",
        [
            "Each report covers the 24 hours up to 19:30, local time of the agreement.",
            "Кожен звіт охоплює 24 години до 19:30 за місцевим часом угоди.",
            "Chaque rapport couvre les 24 heures jusqu’à 19 h 30, heure locale de l’accord.",
        ],
    ),
    ("issued", ["issued on the record", "видано й записано", "émis et consigné"]),
    ("status-word", ["Status", "Статус", "Statut"]),
    ("version", ["Version", "Версія", "Version"]),
    ("authoritative", ["Authoritative language", "Мова, що має перевагу", "Langue faisant foi"]),
    ("boundary", ["Boundaries", "Межі", "Frontières"]),
    (
        "agreement-about",
        [
            "Each article stands in plain words. Beneath it are the rules that the house holds incidents against, and how the parties stand to it.",
            "Кожну статтю подано звичайними словами. Під нею — правила, з якими зіставляють інциденти, та позиції сторін.",
            "Chaque article est donné en langage clair. Dessous figurent les règles auxquelles les incidents sont confrontés, et la position des parties.",
        ],
    ),
    ("sources-word", ["Sources", "Джерела", "Sources"]),
    ("bearers", ["Borne by", "Зобов’язує", "À la charge de"]),
    ("speaks-to", ["Speaks to", "Стосується", "Vise"]),
    ("in-force-with", ["In force with", "Чинне за умови", "En vigueur avec"]),
    ("conditions", ["Conditions", "Умови", "Conditions"]),
    ("fulfilled-by", ["Fulfilled by", "Виконується через", "Rempli par"]),
    ("positions", ["Positions", "Позиції", "Positions"]),
    (
        "verify-about",
        [
            "Nobody has to trust this house. Its record is a signed log that can only grow; what it says is computed from it and can be computed again by anybody, offline.",
            "Цій системі не треба вірити на слово. Її запис — підписаний журнал, який може лише зростати; усе, що вона каже, обчислено з нього, і кожен може обчислити це знову без мережі.",
            "Personne n’a à faire confiance à cette maison. Son registre est un journal signé qui ne peut que croître ; ce qu’elle dit en est calculé et peut l’être à nouveau par chacun, hors ligne.",
        ],
    ),
    ("log-name", ["Name of the log", "Назва журналу", "Nom du journal"]),
    ("log-key", ["Key of the log", "Ключ журналу", "Clé du journal"]),
    ("entries", ["Entries", "Записів", "Entrées"]),
    ("root", ["Root of the tree", "Корінь дерева", "Racine de l’arbre"]),
    (
        "download-export",
        [
            "Download the record and all it rests on (one file)",
            "Завантажити запис і все, на чому він ґрунтується (один файл)",
            "Télécharger le registre et tout ce sur quoi il repose (un fichier)",
        ],
    ),
    (
        "download-checkpoint",
        ["Signed checkpoint", "Підписана контрольна точка", "Point de contrôle signé"],
    ),
    ("read-entries", ["The entries, as JSON", "Записи у форматі JSON", "Les entrées, en JSON"]),
    ("on-your-machine", ["On your own machine", "На вашому комп’ютері", "Sur votre machine"]),
    (
        "verify-how",
        [
            "Compare the key with one that you got by another way, then run:",
            "Порівняйте ключ з отриманим іншим шляхом, а тоді виконайте:",
            "Comparez la clé à celle obtenue par une autre voie, puis lancez :",
        ],
    ),
    (
        "verify-what",
        [
            "It checks the tree, every signature, the order and the mandates, replays the record, and computes the incidents again from the sealed observations. It names the first thing that is wrong.",
            "Перевіряються дерево, кожен підпис, порядок і повноваження; запис відтворюється, а інциденти обчислюються знову із запечатаних спостережень. Названо буде перше, що не збігається.",
            "Il vérifie l’arbre, chaque signature, l’ordre et les mandats, rejoue le registre et recalcule les incidents à partir des observations scellées. Il nomme la première chose qui ne va pas.",
        ],
    ),
];
