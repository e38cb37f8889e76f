/** Sends again what was not answered; the published client leaves that to its user. */
export const patientFetch: typeof fetch = async (...request) => {
  for (;;) {
    const answer = await fetch(...request).catch(() => undefined);
    if (answer && answer.status < 500) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
