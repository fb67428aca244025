// Towns to find one's way by: rank (1 first), longitude, latitude, and the name in uk, en, fr.
// Ukrainian places bear their official Ukrainian names, in the 2010 national transliteration for
// English and its French counterpart. Positions are to 0.01 degree: labels, not evidence.

const TABLE = `
1 30.52 50.45 Київ|Kyiv|Kyiv
1 36.23 49.99 Харків|Kharkiv|Kharkiv
1 30.73 46.48 Одеса|Odesa|Odesa
1 35.05 48.46 Дніпро|Dnipro|Dnipro
1 24.03 49.84 Львів|Lviv|Lviv
1 37.80 48.00 Донецьк|Donetsk|Donetsk
1 35.14 47.84 Запоріжжя|Zaporizhzhia|Zaporijjia
1 34.10 44.95 Сімферополь|Simferopol|Simferopol
1 39.31 48.57 Луганськ|Luhansk|Louhansk
1 32.62 46.64 Херсон|Kherson|Kherson
2 33.39 47.91 Кривий Ріг|Kryvyi Rih|Kryvyï Rih
2 32.00 46.97 Миколаїв|Mykolaiv|Mykolaïv
2 37.55 47.10 Маріуполь|Mariupol|Marioupol
2 34.80 50.91 Суми|Sumy|Soumy
2 34.55 49.59 Полтава|Poltava|Poltava
2 31.29 51.50 Чернігів|Chernihiv|Tchernihiv
2 28.47 49.23 Вінниця|Vinnytsia|Vinnytsia
2 28.66 50.25 Житомир|Zhytomyr|Jytomyr
2 32.06 49.44 Черкаси|Cherkasy|Tcherkassy
2 32.26 48.51 Кропивницький|Kropyvnytskyi|Kropyvnytskyï
2 26.98 49.42 Хмельницький|Khmelnytskyi|Khmelnytskyï
2 26.25 50.62 Рівне|Rivne|Rivne
2 25.32 50.75 Луцьк|Lutsk|Loutsk
2 25.59 49.55 Тернопіль|Ternopil|Ternopil
2 24.71 48.92 Івано-Франківськ|Ivano-Frankivsk|Ivano-Frankivsk
2 25.94 48.29 Чернівці|Chernivtsi|Tchernivtsi
2 22.29 48.62 Ужгород|Uzhhorod|Oujhorod
2 33.53 44.60 Севастополь|Sevastopol|Sébastopol
3 33.42 49.07 Кременчук|Kremenchuk|Krementchouk
3 35.37 46.85 Мелітополь|Melitopol|Melitopol
3 36.80 46.76 Бердянськ|Berdiansk|Berdiansk
3 36.47 45.36 Керч|Kerch|Kertch
3 34.17 44.50 Ялта|Yalta|Yalta
3 33.37 45.19 Євпаторія|Yevpatoria|Ievpatoria
3 34.39 45.71 Джанкой|Dzhankoi|Djankoï
3 37.56 48.74 Краматорськ|Kramatorsk|Kramatorsk
3 37.62 48.85 Слов’янськ|Sloviansk|Sloviansk
3 38.06 48.31 Горлівка|Horlivka|Horlivka
3 37.96 48.05 Макіївка|Makiivka|Makiïvka
3 38.00 48.59 Бахмут|Bakhmut|Bakhmout
3 37.18 48.28 Покровськ|Pokrovsk|Pokrovsk
3 38.49 48.95 Сєвєродонецьк|Sievierodonetsk|Sievierodonetsk
3 38.43 48.90 Лисичанськ|Lysychansk|Lyssytchansk
3 35.87 48.53 Павлоград|Pavlohrad|Pavlohrad
3 34.39 47.57 Нікополь|Nikopol|Nikopol
3 34.65 47.50 Енергодар|Enerhodar|Enerhodar
3 33.37 46.75 Нова Каховка|Nova Kakhovka|Nova Kakhovka
3 37.28 49.21 Ізюм|Izium|Izioum
3 37.62 49.71 Куп’янськ|Kupiansk|Koupiansk
3 28.84 45.35 Ізмаїл|Izmail|Izmaïl
3 30.22 48.75 Умань|Uman|Ouman
3 33.20 51.24 Конотоп|Konotop|Konotop
3 33.47 51.86 Шостка|Shostka|Chostka
3 38.80 48.47 Алчевськ|Alchevsk|Altchevsk
4 37.75 48.14 Авдіївка|Avdiivka|Avdiïvka
4 37.85 48.39 Торецьк|Toretsk|Toretsk
4 37.84 48.59 Часів Яр|Chasiv Yar|Tchassiv Yar
4 37.71 48.53 Костянтинівка|Kostiantynivka|Kostiantynivka
4 37.53 48.62 Дружківка|Druzhkivka|Droujkivka
4 37.81 48.99 Лиман|Lyman|Lyman
4 38.10 48.87 Сіверськ|Siversk|Siversk
4 38.22 49.05 Кремінна|Kreminna|Kreminna
4 38.38 49.01 Рубіжне|Rubizhne|Roubijné
4 38.16 49.41 Сватове|Svatove|Svatové
4 38.91 49.28 Старобільськ|Starobilsk|Starobilsk
4 38.41 48.34 Дебальцеве|Debaltseve|Debaltsevé
4 38.21 48.23 Єнакієве|Yenakiieve|Ienakiïevé
4 38.64 48.57 Кадіївка|Kadiivka|Kadiïvka
4 38.94 48.12 Хрустальний|Khrustalnyi|Khroustalnyï
4 39.65 48.08 Довжанськ|Dovzhansk|Dovjansk
4 38.76 48.03 Сніжне|Snizhne|Snijné
4 37.25 47.78 Вугледар|Vuhledar|Vouhledar
4 37.28 47.98 Курахове|Kurakhove|Kourakhové
4 37.50 47.60 Волноваха|Volnovakha|Volnovakha
4 36.84 47.84 Велика Новосілка|Velyka Novosilka|Velyka Novossilka
4 36.27 47.66 Гуляйполе|Huliaipole|Houliaïpolé
4 35.79 47.57 Оріхів|Orikhiv|Orikhiv
4 35.71 47.25 Токмак|Tokmak|Tokmak
4 36.26 47.48 Пологи|Polohy|Polohy
4 35.28 47.44 Василівка|Vasylivka|Vassylivka
4 36.94 50.29 Вовчанськ|Vovchansk|Vovtchansk
4 36.69 49.84 Чугуїв|Chuhuiv|Tchouhouïv
4 36.85 49.46 Балаклія|Balakliia|Balakliïa
4 36.32 48.89 Лозова|Lozova|Lozova
4 37.09 48.47 Добропілля|Dobropillia|Dobropillia
4 34.90 50.31 Охтирка|Okhtyrka|Okhtyrka
4 32.72 46.62 Олешки|Oleshky|Olechky
4 34.82 46.17 Генічеськ|Henichesk|Henitchesk
4 32.91 46.12 Скадовськ|Skadovsk|Skadovsk
4 31.55 46.61 Очаків|Ochakiv|Otchakiv
1 37.62 55.75 Москва|Moscow|Moscou
1 27.57 53.90 Мінськ|Minsk|Minsk
1 21.01 52.23 Варшава|Warsaw|Varsovie
1 26.10 44.43 Бухарест|Bucharest|Bucarest
1 28.83 47.02 Кишинів|Chișinău|Chișinău
2 19.04 47.50 Будапешт|Budapest|Budapest
2 39.70 47.24 Ростов-на-Дону|Rostov-on-Don|Rostov-sur-le-Don
2 39.20 51.67 Воронеж|Voronezh|Voronej
2 36.59 50.60 Бєлгород|Belgorod|Belgorod
2 36.19 51.73 Курськ|Kursk|Koursk
2 34.36 53.24 Брянськ|Bryansk|Briansk
2 38.98 45.04 Краснодар|Krasnodar|Krasnodar
2 30.98 52.44 Гомель|Homiel|Homiel
3 23.69 52.10 Брест|Brest|Brest
3 38.90 47.21 Таганрог|Taganrog|Taganrog
`;

/** The towns as GeoJSON points with properties rank, uk, en, fr. */
export function places() {
  const rows = TABLE.trim().split("\n");
  const features = rows.map((row) => {
    const [rank, lon, lat, ...name] = row.split(" ");
    const [uk, en, fr] = name.join(" ").split("|");
    return {
      type: "Feature",
      properties: { rank: Number(rank), uk, en, fr },
      geometry: { type: "Point", coordinates: [Number(lon), Number(lat)] },
    };
  });
  return { type: "FeatureCollection", features };
}
