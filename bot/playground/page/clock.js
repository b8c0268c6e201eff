// Times as the page shows them, in the zone of whoever looks.

const two = (number) => String(number).padStart(2, "0");

/** Hours, minutes and seconds; the day too when it is not today. */
export function exactTime(seconds) {
  const time = new Date(seconds * 1000);
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  const today = time.toDateString() === new Date().toDateString();
  return today ? clock : `${two(time.getDate())}.${two(time.getMonth() + 1)} ${clock}`;
}
