import { safeName } from '../../ids.js'

const OUR_MESSAGE_ID = /-(\d{1,14})-([0-9a-f]{12})$/

/** Random hexadecimal digits at the end of a message id: ids made from sender and millisecond alone repeat. */
export const MESSAGE_ID_DIGITS = 12

/** The id of the message that went with a record, from the record's event id; undefined for one that rally did not make. */
export function messageIdOfEvent(eventId: string, sender: string): string | undefined {
  const [, millis, digits] = /^blf_([0-9a-f]{12})([0-9a-f]{12})$/.exec(eventId) ?? []
  return millis === undefined ? undefined : `${safeName(sender)}-${Number.parseInt(millis, 16)}-${digits}`
}

/**
 * The event id of the record that goes with a message, made from the message id alone, so that a retry of a half-stored
 * write finds what the first try stored. Undefined for an id that rally did not make.
 */
export function eventIdOfMessage(messageId: string): string | undefined {
  const [, millis, digits] = OUR_MESSAGE_ID.exec(messageId) ?? []
  if (millis === undefined || digits === undefined) return undefined
  return `blf_${Number(millis).toString(16).padStart(12, '0')}${digits}`
}
