/**
 * Who a server says it is. In come PEM files, or a directory to keep a development CA in; out come
 * a private key and its certificate chain.
 */
@NullMarked
package dev.tidings.service.tls;

import org.jspecify.annotations.NullMarked;
