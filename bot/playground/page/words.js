// The texts of people and chats, the phrases that customers may try, and the language of the page.

import { DECIDED_WORDS } from "./words_decided.js";
import { DESK_WORDS } from "./words_desk.js";
import { VERSIONS_WORDS } from "./words_versions.js";

const LANGUAGES = ["en", "uz", "kk", "ru"];

const CHAT_WORDS = {
  title: ["Qabul playground", "Qabul sinov maydoni", "Qabul сынақ алаңы", "Песочница Qabul"],
  customers: ["Customers", "Mijozlar", "Клиенттер", "Клиенты"],
  staff: ["Staff group", "Xodimlar guruhi", "Қызметкерлер тобы", "Группа сотрудников"],
  manager: ["Manager", "Rahbar", "Басшы", "Руководитель"],
  language: ["Language", "Til", "Тіл", "Язык"],
  live: ["Live", "Jonli", "Тікелей", "На связи"],
  lost: ["Connecting…", "Ulanmoqda…", "Қосылуда…", "Соединение…"],
  offline: ["No connection to the playground", "Sinov maydoni bilan aloqa yoʻq", "Сынақ алаңымен байланыс жоқ", "Нет связи с песочницей"],
  refused: ["Refused", "Rad etildi", "Қабылданбады", "Отказано"],
  addCustomer: ["Add a customer", "Mijoz qoʻshish", "Клиент қосу", "Добавить клиента"],
  name: ["Name", "Ism", "Аты", "Имя"],
  messenger: ["Messenger", "Messenjer", "Мессенджер", "Мессенджер"],
  writes: ["Writes in", "Yozadigan tili", "Жазатын тілі", "Пишет на языке"],
  add: ["Add", "Qoʻshish", "Қосу", "Добавить"],
  cancel: ["Cancel", "Bekor qilish", "Бас тарту", "Отмена"],
  ownSize: ["Full size", "Asl oʻlchamda", "Толық өлшемде", "В полном размере"],
  close: ["Close", "Yopish", "Жабу", "Закрыть"],
  send: ["Send", "Yuborish", "Жіберу", "Отправить"],
  save: ["Save", "Saqlash", "Сақтау", "Сохранить"],
  attach: ["Attach", "Biriktirish", "Тіркеу", "Прикрепить"],
  message: ["Message", "Xabar", "Хабарлама", "Сообщение"],
  more: ["More", "Yana", "Тағы", "Ещё"],
  messageMenu: ["Actions for this message", "Xabar amallari", "Хабарлама әрекеттері", "Действия с сообщением"],
  reply: ["Reply", "Javob berish", "Жауап беру", "Ответить"],
  edit: ["Edit", "Tahrirlash", "Өңдеу", "Изменить"],
  delete: ["Delete", "Oʻchirish", "Жою", "Удалить"],
  replying: ["Reply to", "Javob:", "Жауап:", "Ответ для"],
  editing: ["Editing", "Tahrirlanmoqda", "Өңделуде", "Правка"],
  picture: ["Picture", "Rasm", "Сурет", "Картинка"],
  photo: ["Picture", "Rasm", "Сурет", "Картинка"],
  voice: ["Voice note", "Ovozli xabar", "Дауыстық хабар", "Голосовое"],
  document: ["Document", "Hujjat", "Құжат", "Документ"],
  video: ["Video", "Video", "Видео", "Видео"],
  location: ["Location", "Joylashuv", "Орналасқан жер", "Геопозиция"],
  contact: ["My phone number", "Telefon raqamim", "Телефон нөмірім", "Мой номер телефона"],
  file: ["Choose a file…", "Fayl tanlash…", "Файл таңдау…", "Выбрать файл…"],
  fileTooBig: ["The file is larger than 20 MB", "Fayl 20 MB dan katta", "Файл 20 МБ-тан үлкен", "Файл больше 20 МБ"],
  block: ["Block the business", "Bloklash", "Бұғаттау", "Заблокировать"],
  unblock: ["Unblock", "Blokdan chiqarish", "Бұғаттан шығару", "Разблокировать"],
  blocked: ["blocked the business", "bloklagan", "бұғаттаған", "заблокировал(а)"],
  start: ["Start", "Boshlash", "Бастау", "Начать"],
  typing: ["typing…", "yozmoqda…", "жазып жатыр…", "печатает…"],
  bot: ["bot", "bot", "бот", "бот"],
  business: ["business account", "biznes akkaunt", "бизнес-аккаунт", "бизнес-аккаунт"],
  tryThese: ["Try", "Sinab koʻring", "Байқап көріңіз", "Попробуйте"],
  earlier: ["Earlier messages", "Oldingi xabarlar", "Бұрынғы хабарламалар", "Ранние сообщения"],
  empty: ["Nothing here yet", "Hozircha boʻsh", "Әзірге бос", "Пока пусто"],
  quick_take: ["take: the conversation is mine", "olish: suhbat meniki", "алу: әңгіме менікі", "взять: разговор мой"],
  quick_close: ["close: ask for a rating", "yopish: baho soʻrash", "жабу: баға сұрау", "закрыть: попросить оценку"],
  quick_note: ["note: only staff sees it", "qayd: faqat xodimlar koʻradi", "ескертпе: тек қызметкерлер көреді", "заметка: видят только свои"],
  quick_history: ["the whole history as a document", "butun tarix hujjat boʻlib", "бүкіл тарих құжат болып", "вся история документом"],
  quick_undo: ["take back my last answer", "oxirgi javobimni qaytarib olish", "соңғы жауабымды қайтару", "отозвать мой последний ответ"],
  quick_help: ["all commands", "hamma buyruqlar", "бар командалар", "все команды"],
  quick_queue: ["who waits, who works", "kim kutmoqda, kim ishlayapti", "кім күтуде, кім жұмыста", "кто ждёт, кто работает"],
  quick_stats: ["figures with a picture", "rasmli hisobot", "суретті есеп", "отчёт с картинкой"],
  quick_customer: ["one customer by name, phone or code", "ism, telefon yoki kod boʻyicha mijoz", "аты, телефоны не коды бойынша клиент", "клиент по имени, телефону или коду"],
  chosen: ["chosen", "tanlandi", "таңдалды", "выбрано"],
  chatWith: ["Messages, {name}", "Xabarlar, {name}", "Хабарламалар, {name}", "Сообщения, {name}"],
  emptyPhone: ["Write as this customer, or tap a phrase below", "Mijoz nomidan yozing yoki pastdagi iborani bosing", "Клиент атынан жазыңыз немесе төмендегі сөйлемді басыңыз", "Напишите от имени клиента или нажмите на фразу ниже"],
  emptyManager: ["Ask for /queue or /stats", "/queue yoki /stats ni soʻrang", "/queue не /stats сұраңыз", "Спросите /queue или /stats"],
  topics: ["Topics", "Mavzular", "Тақырыптар", "Темы"],
  general: ["General", "Umumiy", "Жалпы", "Общая"],
  noTopics: ["A topic opens as soon as a customer needs a person. Watch a conversation, or ask for a human on a phone.", "Mijozga odam kerak boʻlishi bilan mavzu ochiladi. Suhbatni tomosha qiling yoki telefondan odam soʻrang.", "Клиентке адам керек болғанда тақырып ашылады. Әңгімені көріңіз не телефоннан адам сұраңыз.", "Тема откроется, как только клиенту понадобится человек. Посмотрите разговор или попросите человека с телефона."],
  open: ["open", "ochiq", "ашық", "открыта"],
  closed: ["closed", "yopiq", "жабық", "закрыта"],
  closeTopic: ["Close the topic", "Mavzuni yopish", "Тақырыпты жабу", "Закрыть тему"],
  reopenTopic: ["Reopen the topic", "Mavzuni ochish", "Тақырыпты ашу", "Открыть тему"],
  deleteTopic: ["Delete the topic", "Mavzuni oʻchirish", "Тақырыпты жою", "Удалить тему"],
  pinned: ["Pinned card", "Qadalgan kartochka", "Бекітілген карточка", "Закреплённая карточка"],
  note: ["note, stays inside", "qayd, ichkarida qoladi", "ескертпе, ішінде қалады", "заметка, остаётся внутри"],
  writingAs: ["Write as", "Kim nomidan", "Кімнің атынан", "Писать как"],
  unread: ["unread", "oʻqilmagan", "оқылмаған", "непрочитанных"],
  edited: ["edited", "tahrirlangan", "өңделген", "изменено"],
  forwarded: ["forwarded", "uzatilgan", "қайта жіберілген", "переслано"],
  revoked: ["deleted", "oʻchirilgan", "жойылған", "удалено"],
  failed: ["not delivered", "yetkazilmadi", "жеткізілмеді", "не доставлено"],
  openFile: ["open", "ochish", "ашу", "открыть"],
  sent: ["sent", "yuborildi", "жіберілді", "отправлено"],
  delivered: ["delivered", "yetkazildi", "жеткізілді", "доставлено"],
  read: ["read", "oʻqildi", "оқылды", "прочитано"],
  other: ["[a message of another kind]", "[boshqa turdagi xabar]", "[басқа түрдегі хабарлама]", "[сообщение другого вида]"],
  audio: ["Audio", "Audio", "Аудио", "Аудио"],
  video_note: ["Round video", "Dumaloq video", "Дөңгелек видео", "Видеосообщение"],
  animation: ["Animation", "Animatsiya", "Анимация", "Анимация"],
  sticker: ["Sticker", "Stiker", "Стикер", "Стикер"],
  forum_topic_created: ["topic created", "mavzu ochildi", "тақырып ашылды", "тема создана"],
  forum_topic_edited: ["topic renamed", "mavzu nomi oʻzgardi", "тақырып аты өзгерді", "тема переименована"],
  forum_topic_closed: ["topic closed", "mavzu yopildi", "тақырып жабылды", "тема закрыта"],
  forum_topic_reopened: ["topic reopened", "mavzu qayta ochildi", "тақырып қайта ашылды", "тема снова открыта"],
  pinned_message: ["pinned a message", "xabarni qadadi", "хабарламаны бекітті", "закреплено сообщение"],
  new_chat_members: ["joined the group", "guruhga qoʻshildi", "топқа қосылды", "в группе"],
  left_chat_member: ["left the group", "guruhdan chiqdi", "топтан шықты", "покинул(а) группу"],
};

export const PHRASES = {
  uz: ["Salom", "Tozalash qancha turadi?", "Oʻylab koʻraman", "Usta kelmadi, juda xafaman!", "operator"],
  uz_Cyrl: ["Салом", "Тозалаш қанча туради?", "Ўйлаб кўраман", "Уста келмади, жуда хафаман!", "оператор керак"],
  kk: ["Сәлеметсіз бе", "Тазалау қанша тұрады?", "Ойланып көрейін", "Шебер келмеді, қатты ренжідім!", "оператор керек"],
  ru: ["Здравствуйте", "Сколько стоит уборка?", "Я подумаю", "Мастер не пришёл, я очень недоволен!", "живой человек"],
  en: ["Hello", "How much is cleaning?", "I will think about it", "Nobody came, I am really upset!", "I want a human"],
};

export const LANGUAGE_NAMES = { uz: "Oʻzbekcha", uz_Cyrl: "Ўзбекча", kk: "Қазақша", ru: "Русский", en: "English" };

const WORDS = { ...CHAT_WORDS, ...DESK_WORDS, ...DECIDED_WORDS, ...VERSIONS_WORDS };
let chosen = 0;

export const word = (key) => WORDS[key]?.[chosen] ?? WORDS.other[chosen];
export const hasWord = (key) => key in WORDS;

/** A text with its {values}. */
export const phrase = (key, values) => word(key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** A text that the desk sent in all languages. */
export const inPageLanguage = (texts) => texts?.[pageLanguage()] ?? "";
export const pageLanguage = () => LANGUAGES[chosen];

/** Speak this language from now on; it is kept for the next visit where the browser allows. */
export function choose(language) {
  chosen = Math.max(0, LANGUAGES.indexOf(language));
  document.documentElement.lang = pageLanguage();
  try {
    localStorage.setItem("playground-language", pageLanguage());
  } catch {
    // A browser that keeps nothing starts in its own language again.
  }
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll("[data-about]")) {
    element.title = word(element.dataset.about);
    element.setAttribute("aria-label", `${element.dataset.command}, ${element.title}`);
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", word(element.dataset.label));
    if (element.tagName === "BUTTON") element.title = word(element.dataset.label);
  }
}

export function rememberedLanguage() {
  try {
    const kept = localStorage.getItem("playground-language");
    if (kept) return kept;
  } catch {
    // Then the browser's own language decides.
  }
  const own = (navigator.language || "en").slice(0, 2);
  return LANGUAGES.includes(own) ? own : "en";
}
