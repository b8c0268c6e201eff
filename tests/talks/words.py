"""What customers write, in each of the desk's languages, where a test needs plain words of one kind."""

from __future__ import annotations

GREETING = {
    "uz": "Assalomu alaykum",
    "uz_Cyrl": "Ассалому алайкум",
    "kk": "Сәлеметсіз бе",
    "ru": "Здравствуйте",
    "en": "Hello",
}
PERSON = {
    "uz": ["operator kerak", "odam bilan gaplashmoqchiman"],
    "uz_Cyrl": ["оператор керак", "одам билан гаплашмоқчиман"],
    "kk": ["оператор керек", "адаммен сөйлескім келеді"],
    "ru": ["живой человек", "позовите оператора"],
    "en": ["operator", "I want a human"],
}
UNHAPPY = {
    "uz": "yomon ishladingiz, pulimni qaytaring",
    "uz_Cyrl": "ёмон ишладингиз, пулимни қайтаринг",
    "kk": "нашар жұмыс істедіңіздер, ақшамды қайтарыңыз",
    "ru": "ужасный сервис, верните деньги",
    "en": "terrible service, give me my money back",
}
HESITANT = {
    "uz": "qimmat ekan, o'ylab ko'raman",
    "uz_Cyrl": "қиммат экан, ўйлаб кўраман",
    "kk": "қымбат екен, ойланып көрейін",
    "ru": "дорого, я подумаю",
    "en": "that is expensive, I need to think",
}
STOP = {
    "uz": "menga boshqa yozmang",
    "uz_Cyrl": "менга бошқа ёзманг",
    "kk": "маған енді жазбаңыз",
    "ru": "больше не пишите мне",
    "en": "stop writing to me",
}
WARRANTY = {
    "uz": "kafolat bormi?",
    "uz_Cyrl": "кафолат борми?",
    "kk": "кепілдік бар ма?",
    "ru": "гарантия есть?",
    "en": "is there a warranty?",
}
NONSENSE = {
    "uz": "qwrtp zxcvb",
    "uz_Cyrl": "цкнгш фвпрлд",
    "kk": "цкнгш фвпрлд",
    "ru": "цкнгш фвпрлд",
    "en": "qwrtp zxcvb",
}
