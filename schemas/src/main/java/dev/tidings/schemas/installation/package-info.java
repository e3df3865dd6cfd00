/**
 * What the processes of an installation have to agree on. In come the records of {@code control}
 * and what this process was told; out goes whether it belongs to them.
 */
@NullMarked
package dev.tidings.schemas.installation;

import org.jspecify.annotations.NullMarked;
