/**
 * Mode {@code mtls}: devices that prove themselves by a certificate, which was verified in the TLS
 * handshake. In: the certificates of a connection. Out: the device that the first one names.
 */
@NullMarked
package dev.tidings.auth.device.certificate;

import org.jspecify.annotations.NullMarked;
