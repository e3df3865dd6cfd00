/**
 * Where a device's connection meets its inbox. In comes a connection that has said which device it
 * is; out go the notifications it is owed and has subscribed to, in order and within its credit,
 * and back come its confirmations.
 */
@NullMarked
package dev.tidings.node.session;

import org.jspecify.annotations.NullMarked;
