/* The published suite of the Durable Streams protocol as a test file of ours: its own runner finds none once installed. */
import { runConformanceTests } from '@durable-streams/server-conformance-tests';

runConformanceTests({
  baseUrl: process.env.CONFORMANCE_URL,
  longPollTimeoutMs: Number(process.env.LONG_POLL_TIMEOUT_MS),
});
