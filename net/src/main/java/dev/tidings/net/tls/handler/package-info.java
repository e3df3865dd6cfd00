/**
 * The handlers of TLS in a connection's pipeline. In: a TLS context and a pipeline. Out: the
 * pipeline with TLS, without clients that speak none of the listener's protocols.
 */
@NullMarked
package dev.tidings.net.tls.handler;

import org.jspecify.annotations.NullMarked;
