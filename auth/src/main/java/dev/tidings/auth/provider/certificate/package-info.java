/**
 * Providers' client certificates. In: a certificate that TLS has verified. Out: the app that it is
 * for, and its topics, or why it is none of a provider.
 */
@NullMarked
package dev.tidings.auth.provider.certificate;

import org.jspecify.annotations.NullMarked;
