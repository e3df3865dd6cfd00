/**
 * Fuzzing that knows nothing of a protocol: units of valid input, a corpus of conversations that
 * hurt or might, what can be done to them, and a campaign that does it for as long as it is told.
 */
package dev.tidings.node.fuzz;
