const DAY_MS = 86_400_000;

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/**
 * Year, month and day of a day counted from 1970-01-01. Years are counted from March, so that the leap day is the last
 * of its year; a calendar repeats every 400 years = 146,097 days; 719,468 days lie between 0000-03-01 and 1970-01-01.
 */
const civil = (days: number): readonly [year: number, month: number, day: number] => {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
};

/** `2026-01-02T03:04:05.678Z` for milliseconds since 1970, without a clock or a calendar of the platform. Years 0-9999. */
export const isoFromMs = (ms: number): string => {
  const days = Math.floor(ms / DAY_MS);
  const rest = ms - days * DAY_MS;
  const [year, month, day] = civil(days);
  const time = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60, Math.floor(rest / 1000) % 60];
  const [hours, minutes, seconds] = time.map((part) => pad(part));
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${hours}:${minutes}:${seconds}.${pad(rest % 1000, 3)}Z`;
};
