/** The bytes of a binary message; null if it is none. Those of another realm, as some engines of apps have, are bytes as well. */
export function bytesOf(data: unknown): Uint8Array | null {
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  return Object.prototype.toString.call(data) === '[object ArrayBuffer]' ? new Uint8Array(data as ArrayBuffer) : null;
}

/** Why a line ends that carries anything else: MQTT comes in binary messages alone [MQTT-6.0.0-1]. */
export const NO_BYTES = 'a text has come (expected: binary messages)';
