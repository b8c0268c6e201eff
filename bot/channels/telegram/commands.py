"""What Telegram's command menus show to customers, staff and managers.

Rule: only commands that work, each said in every language; the menus are a help, nothing depends on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

__all__ = ["CUSTOMERS", "LANGUAGES", "MANAGERS", "STAFF", "Menu"]

Menu: TypeAlias = Mapping[str, Mapping[str, str]]
"""Command -> language -> what it does, at most 256 characters each (Bot API, November 2026)."""

LANGUAGES: Final = ("uz", "kk", "ru", "en")

CUSTOMERS: Final[Menu] = {
    "start": {
        "uz": "Yangi suhbat boshlash",
        "kk": "Жаңа әңгіме бастау",
        "ru": "Начать новый разговор",
        "en": "Start a new conversation",
    },
}

STAFF: Final[Menu] = {
    "take": {
        "uz": "Suhbatni oʻzimga olaman",
        "kk": "Әңгімені өзіме аламын",
        "ru": "Взять разговор на себя",
        "en": "Take this conversation",
    },
    "note": {
        "uz": "Ichki qayd, mijoz koʻrmaydi",
        "kk": "Ішкі жазба, клиент көрмейді",
        "ru": "Внутренняя заметка, клиент её не увидит",
        "en": "A note the customer does not see",
    },
    "history": {
        "uz": "Butun yozishma bitta hujjatda",
        "kk": "Бүкіл хат алмасу бір құжатта",
        "ru": "Вся переписка одним документом",
        "en": "The whole history as a document",
    },
    "undo": {
        "uz": "Mijozga yuborgan oxirgi xabarimni qaytarib olish",
        "kk": "Клиентке жіберген соңғы хабарымды қайтарып алу",
        "ru": "Отозвать моё последнее сообщение клиенту",
        "en": "Take back my last message to the customer",
    },
    "close": {
        "uz": "Suhbatni yopish, mijozdan baho soʻraladi",
        "kk": "Әңгімені жабу, клиенттен баға сұралады",
        "ru": "Закрыть разговор, клиента попросят об оценке",
        "en": "Close; the customer is asked for a rating",
    },
    "help": {
        "uz": "Buyruqlar va misollar",
        "kk": "Командалар мен мысалдар",
        "ru": "Команды с примерами",
        "en": "The commands with examples",
    },
}

MANAGERS: Final[Menu] = {
    "stats": {
        "uz": "Koʻrsatkichlar: javob vaqti, baholar, murojaatlar",
        "kk": "Көрсеткіштер: жауап уақыты, бағалар, өтініштер",
        "ru": "Показатели: время ответа, оценки, обращения",
        "en": "Figures: response times, ratings, conversations",
    },
    "queue": {
        "uz": "Hozir kim javob kutyapti",
        "kk": "Қазір кім жауап күтіп отыр",
        "ru": "Кто сейчас ждёт ответа",
        "en": "Who is waiting right now",
    },
    "customer": {
        "uz": "Mijozni ismi yoki telefoni boʻyicha topish",
        "kk": "Клиентті аты немесе телефоны бойынша табу",
        "ru": "Найти клиента по имени или телефону",
        "en": "Find a customer by name or phone",
    },
    "versions": {
        "uz": "Ssenariylarning qaysi nusxasi ishlayapti",
        "kk": "Сценарийлердің қай нұсқасы жұмыс істеп тұр",
        "ru": "Какие версии сценариев работают",
        "en": "Which versions of the scenarios run",
    },
    "as": {
        "uz": "Mijoz koʻzi bilan sinab koʻrish va qaytish",
        "kk": "Клиенттің көзімен сынап көру және қайту",
        "ru": "Попробовать как клиент и вернуться",
        "en": "Try the desk as a customer, and come back",
    },
    "later": {
        "uz": "Sinovda vaqtni oʻtkazish",
        "kk": "Сынақта уақытты жылжыту",
        "ru": "Поторопить время в пробе",
        "en": "Let time pass in a trial",
    },
    "rollout": {
        "uz": "Ssenariyning yangi nusxasini mijozlarga berish",
        "kk": "Сценарийдің жаңа нұсқасын клиенттерге беру",
        "ru": "Дать клиентам новую версию сценария",
        "en": "Give customers a new version of a scenario",
    },
    "scenarios": {
        "uz": "Yangi va eski nusxa yonma-yon",
        "kk": "Жаңа және ескі нұсқа қатар",
        "ru": "Новая и старая версия рядом",
        "en": "The new version beside the old one",
    },
    "audit": {
        "uz": "Kim nimani oʻzgartirdi, qaytarish bilan",
        "kk": "Кім нені өзгертті, қайтарумен",
        "ru": "Кто что изменил, с отменой",
        "en": "Who changed what, to be taken back",
    },
    "help": {
        "uz": "Buyruqlar roʻyxati",
        "kk": "Командалар тізімі",
        "ru": "Список команд",
        "en": "The list of commands",
    },
}
