/**
 * What ingest nodes ask delivery nodes, which know nothing else of one another. In: a question
 * about a device, and its answer. Out: their bytes, sealed, so that nobody else asks or answers.
 */
@NullMarked
package dev.tidings.schemas.question;

import org.jspecify.annotations.NullMarked;
