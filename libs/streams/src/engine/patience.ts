const PAUSE_MS = 10;
// A replica that is further behind than that is not merely on its way.
const PATIENCE_MS = 500;

/** A page of which we know that it is not empty: a replica may take a moment to learn what the leader has. */
export const patiently = async <T>(read: () => Promise<readonly T[]>): Promise<readonly T[]> => {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const page = await read();
    if (page.length > 0 || performance.now() > until) return page;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
};
