// Texts of the panel "Versions of the scenarios".

export const VERSIONS_WORDS = {
  versionsTitle: ["Versions of the scenarios", "Ssenariylarning nusxalari", "Сценарийлердің нұсқалары", "Версии сценариев"],
  versionsOf: ["{name}, version {version}", "{name}, {version} nusxasi", "{name}, {version} нұсқасы", "{name}, версия {version}"],
  versions_runs: ["in use: {percent}% of new conversations", "ishlayapti: yangi suhbatlarning {percent}% i", "істеп тұр: жаңа әңгімелердің {percent}%-ы", "работает: {percent}% новых разговоров"],
  versions_share: ["tried out: {percent}% of new conversations", "sinab koʻrilmoqda: yangi suhbatlarning {percent}% i", "сыналып жатыр: жаңа әңгімелердің {percent}%-ы", "пробуется: {percent}% новых разговоров"],
  versions_before: ["no new conversations any more", "yangi suhbatlar endi bunga tushmaydi", "жаңа әңгімелер енді бұған түспейді", "новых разговоров больше не получает"],
  versions_unknown: ["a version that is not kept: with the next message these go on in the one that runs", "saqlanmagan nusxa: keyingi xabardan boshlab bular hozir ishlayotganida davom etadi", "сақталмаған нұсқа: келесі хабардан бастап бұлар қазір істеп тұрғанымен жалғасады", "версия не сохранена: со следующим сообщением эти разговоры перейдут на текущую"],
  versionsBy_release: ["since {since}, from the desk's own scenarios", "{since} dan beri, Qabulning oʻz ssenariylaridan", "{since} сәтінен бері, Қабулдың өз сценарийлерінен", "с {since}, из собственных сценариев службы"],
  versionsBy_folder: ["since {since}, from the folder of scenarios", "{since} dan beri, ssenariylar papkasidan", "{since} сәтінен бері, сценарийлер қалтасынан", "с {since}, из папки сценариев"],
  versionsBy_manager: ["since {since}, by {name}", "{since} dan beri, {name} oʻzgartirgan", "{since} сәтінен бері, өзгерткен {name}", "с {since}, изменил(а) {name}"],
  versionsCount: ["Conversations on it: {count}", "Bunda turgan suhbatlar: {count}", "Мұнда тұрған әңгімелер: {count}", "Разговоров на ней: {count}"],
  versionsEmpty: ["Nobody stands on it now.", "Hozir bunda hech kim yoʻq.", "Қазір мұнда ешкім жоқ.", "Сейчас на ней никого нет."],
  versionsStep: ["{step}: {count}, the oldest since {oldest}", "{step}: {count}, eng eskisi {oldest} dan beri", "{step}: {count}, ең ескісі {oldest} сәтінен бері", "{step}: {count}, самый давний с {oldest}"],
  versionsStepOnly: ["{step}: {count}", "{step}: {count}", "{step}: {count}", "{step}: {count}"],
  versionsPicture: ["Picture", "Rasmi", "Суреті", "Схема"],
  versionsNobody: ["No conversation is under way, and nothing is being tried out.", "Hozir birorta suhbat ketmayapti, sinab koʻrilayotgan narsa ham yoʻq.", "Қазір бірде-бір әңгіме жүріп жатқан жоқ, сыналып жатқан ештеңе де жоқ.", "Сейчас ни одного разговора нет, и ничего не пробуется."],
  versionsQuiet: ["Nobody is in these, and they run as they are: {names}.", "Bularda hozir hech kim yoʻq, ular oʻz holicha ishlayapti: {names}.", "Бұларда қазір ешкім жоқ, олар сол күйінде жұмыс істеп тұр: {names}.", "В этих сейчас никого нет, они работают как есть: {names}."],
};
