import type { BodyProblem } from '@app/domain';
import type { SentItems } from '../kernel/to-decision.js';

/** A request body as a stream stores it. What is wrong with it is only reported: the state of the stream comes first. */
export interface StreamBody {
  readonly sent: SentItems;
  readonly problem?: BodyProblem;
}
