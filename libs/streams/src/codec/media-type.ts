/** Whether a stream of this content type holds JSON items; `application/json-patch+json` and the like are bytes. */
export const holdsJson = (contentType: string): boolean => /^\s*application\/json\s*(;|$)/i.test(contentType);
