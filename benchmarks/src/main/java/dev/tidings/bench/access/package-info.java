/**
 * What proves who devices are, where the pipeline demands it. In: a directory for the keys. Out:
 * the issuer's public key as a file for the nodes, and a token for each device.
 */
@NullMarked
package dev.tidings.bench.access;

import org.jspecify.annotations.NullMarked;
