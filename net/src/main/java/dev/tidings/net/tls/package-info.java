/**
 * TLS of every server, and between the processes of an installation. In: settings that name PEM
 * files. Out: TLS contexts for connections, replaced when the files change, and the handlers that
 * use them.
 */
@NullMarked
package dev.tidings.net.tls;

import org.jspecify.annotations.NullMarked;
