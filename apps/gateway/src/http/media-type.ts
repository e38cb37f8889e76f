import { mediaType } from '@app/domain';

const MEDIA_TYPE = /^[\w!#$&^.+*'`|~%-]+\/[\w!#$&^.+*'`|~%-]+$/;
const PRINTABLE = /^[\x20-\x7e]{1,256}$/;

/** A media type, with or without parameters, that can be sent in a header. */
export const isMediaType = (text: string): boolean => PRINTABLE.test(text) && MEDIA_TYPE.test(mediaType(text));
