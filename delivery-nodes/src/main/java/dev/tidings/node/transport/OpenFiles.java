package dev.tidings.node.transport;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many files this process may open: each connection is one, each relayed device's is two. */
public final class OpenFiles {
  private static final Logger log = LoggerFactory.getLogger(OpenFiles.class);

  /** For the store, the log's clients, the jars, and who asks for metrics. */
  static final int KEPT = 512;

  private OpenFiles() {}

  /** What the operating system lets this process open; {@link Long#MAX_VALUE} if it can't tell. */
  public static long most() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  /**
   * How many connections there can be, as far as is known at the start. Says so if they are fewer
   * than wanted: beyond that the system would refuse them one by one, and whatever else needs a
   * file too.
   *
   * @param wanted the setting
   * @param files how many this process may open
   */
  public static int connections(int wanted, long files) {
    long room = Math.max(1, files - KEPT);
    if (wanted <= room) {
      return wanted;
    }
    log.warn(
        "max.connections is {}, but this process may open only {} files: no more than {} connections"
            + " are taken (raise the limit, LimitNOFILE or ulimit -n, or lower the setting)",
        wanted,
        files,
        room);
    return (int) room;
  }
}
