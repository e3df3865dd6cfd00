/** What several commands can be told: durations, and where the cluster is. */
@NullMarked
package dev.tidings.infra.cli.options;

import org.jspecify.annotations.NullMarked;
