/** Local times of a zone, as the fields of a form hold them: "2026-03-05T15:30:00". */

const fields = new Map<string, Intl.DateTimeFormat>();

function fieldsOf(zone: string): Intl.DateTimeFormat {
  let format = fields.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    fields.set(zone, format);
  }
  return format;
}

/** The local time of an instant (milliseconds since 1970), to the second. */
export function toLocal(instant: number, zone: string): string {
  return fieldsOf(zone).format(new Date(instant)).replace(' ', 'T');
}

/** The local date of an instant, "2026-03-05". */
export function toLocalDate(instant: number, zone: string): string {
  return toLocal(instant, zone).slice(0, 10);
}

/** The instant of a local time; null if it is none. A time that a clock change skips is read as after it. */
export function fromLocal(text: string, zone: string): number | null {
  const wall = Date.parse(`${text}Z`);
  if (Number.isNaN(wall)) return null;
  const offsetAt = (instant: number) => Date.parse(`${toLocal(instant, zone)}Z`) - Math.floor(instant / 1000) * 1000;
  const first = wall - offsetAt(wall);
  return wall - offsetAt(first);
}
