/**
 * The names in a certificate. In: a certificate that was verified in a TLS handshake. Out: whom it
 * names, as text that can be compared.
 */
@NullMarked
package dev.tidings.auth.certificate;

import org.jspecify.annotations.NullMarked;
