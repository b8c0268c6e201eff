"""What the bench's customers write, in the languages of the desk: short and careless, as people do.

The customers walk the shipped scenarios; nothing here asks for a person or sounds unhappy, since the staff group has
its own measure.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PEOPLE", "Speech"]


@dataclass(frozen=True, slots=True)
class Speech:
    """How the customers of one language speak; `code` is their app's language, `share` of a hundred customers."""

    code: str
    share: int
    greetings: tuple[str, ...]
    questions: tuple[str, ...]
    """Detours: prices, hours, payment, warranty, address, thanks."""
    doubts: tuple[str, ...]
    days: tuple[str, ...]
    noise: tuple[str, ...]
    """What the bot does not understand the first time."""


PEOPLE = (
    Speech(
        "uz",
        40,
        ("Salom", "Assalomu alaykum", "salom, muzlatkichim ishlamayapti", "Assalomu alaykum, kir mashina kerak edi"),
        (
            "narxlar qanaqa?",
            "ish vaqtingiz qanday?",
            "toʻlov qanday?",
            "kafolat bormi",
            "rahmat",
            "manzilingiz qayerda",
        ),
        ("oʻylab koʻraman", "hozircha bilmadim, oʻylab koray"),
        ("ertaga soat 15:00 dan keyin", "shanba kuni ertalab"),
        ("ha mayli unaqasi qanaqa edi", "hmm"),
    ),
    Speech(
        "uz",
        10,
        ("Салом", "Ассалому алайкум", "салом, музлаткич ишламаяпти"),
        ("нархлар қанақа?", "иш вақтингиз қандай?", "раҳмат", "кафолат борми"),
        ("ўйлаб кўраман",),
        ("эртага соат 15:00 дан кейин",),
        ("ҳа майли унақаси қанақа эди",),
    ),
    Speech(
        "ru",
        30,
        ("Здравствуйте", "Добрый день, холодильник не морозит", "привет, нужна уборка"),
        (
            "какие у вас цены?",
            "до скольки работаете?",
            "как оплатить",
            "гарантия есть?",
            "спасибо",
            "где вы находитесь",
        ),
        ("я подумаю", "надо подумать"),
        ("завтра после 15:00", "в субботу утром"),
        ("ну такое", "хм, а так можно было"),
    ),
    Speech(
        "kk",
        10,
        ("Сәлем", "Сәлеметсіз бе", "сәлем, тоңазытқыш істемей қалды"),
        ("бағасы қанша?", "жұмыс уақыты қандай?", "рақмет", "кепілдік бар ма"),
        ("ойланып көрейін",),
        ("ертең сағат 15:00-ден кейін",),
        ("солай ма екен өзі",),
    ),
    Speech(
        "en",
        10,
        ("Hello", "hi there, my fridge is broken", "Good afternoon"),
        (
            "what are your prices?",
            "opening hours?",
            "how can i pay",
            "is there a warranty",
            "thanks",
            "where are you based",
        ),
        ("let me think",),
        ("tomorrow after 15:00", "Saturday morning"),
        ("well that kind of thing",),
    ),
)
