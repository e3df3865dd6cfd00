/**
 * Identity of a TLS server. In: PEM files, or a directory that keeps a development CA. Out: a
 * private key and its certificate chain.
 */
@NullMarked
package dev.tidings.net.tls;

import org.jspecify.annotations.NullMarked;
