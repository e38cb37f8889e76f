import type { LogMessage, Unit } from '@app/streams';

/** A message whose units cannot be read has none we could index; a later one of the same stream may have. */
export const readableUnits = (message: LogMessage): readonly Unit[] => {
  try {
    return message.units;
  } catch {
    return [];
  }
};
