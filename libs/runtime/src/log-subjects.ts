import type { Subjects } from '@app/application';
import { entityTypeSubject, grantsSubject, streamSubject, waitersSubject } from '@app/contracts/topology/topology.js';

/** Where things are in the log. */
export const logSubjects: Subjects = {
  stream: streamSubject,
  waiters: waitersSubject,
  grants: grantsSubject,
  entityType: entityTypeSubject,
};
