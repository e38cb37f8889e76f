import { ApiError } from '@app/contracts';

/** Debounce and timeout come later; to accept and ignore them would be to owe wakes that never come. */
export const refuseTimers = ({ debounceMs = 0, timeoutMs = 0 }: { debounceMs?: number; timeoutMs?: number }): void => {
  if (debounceMs > 0 || timeoutMs > 0)
    throw new ApiError('NOT_SUPPORTED', 'debounceMs and timeoutMs are not supported yet');
};
